"""The care plans of the library, as text."""

from __future__ import annotations

from careeval.present.promises import standard_in_words
from careeval.specs.library_plans import library_plan_names, read_library_plan


def plan_list(lang: str) -> list[str]:
    """One line a plan: id, title, groups, number of promises and of those with a number to be met."""
    lines = []
    for one in map(read_library_plan, library_plan_names()):
        counted = sum(promise.standard.type != "none" for promise in one.commitments)
        title, groups = one.title.in_language(lang), ", ".join(one.groups)
        lines.append(f"{one.id}: {title}; {groups}; {len(one.commitments)} promises, {counted} quantified")
    return lines


def plan_card(name: str, lang: str) -> list[str]:
    """A plan in lines: each promise, its standard in words and what its owner must answer; then questions and notes."""
    plan = read_library_plan(name)
    lines = [f"{plan.id}: {plan.title.in_language(lang)}", f"{plan.source}; {', '.join(plan.groups)}; {plan.setting}"]
    for one in plan.commitments:
        lines.append(f"{one.id}  {one.text.in_language(lang)}")
        lines.append(f"     = {standard_in_words(one, lang)}")
        lines += [f"     ? {one.ask.in_language(lang)}"] if one.ask else []
    lines += [f"question: {one.in_language(lang)}" for one in plan.questions]
    return lines + [f"note: {one.in_language(lang)}" for one in plan.notes]

"""What in a plan should be asked about before anybody is judged by it: dates, sums, quotas, missing numbers"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

from careeval.specs.library_plans import LibraryPlan
from careeval.specs.plans import Commitment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALIKE = 0.6  # share of pairs of neighbouring characters that two promises have in common


class Finding(NamedTuple):
    """plan, where in it, kind (date, overlap, sum, quota, no number, implied, duplicate) and what was found."""

    plan: str
    place: str
    kind: str
    found: str


def lint_plan(plan: LibraryPlan) -> list[Finding]:
    """Everything to ask about in one plan; an empty list is a plan without an open question of these kinds."""
    checks = (_days, _spans, _sums, _quotas, _numbers)
    return [Finding(plan.id, *one) for check in checks for one in check(plan)]


def near_duplicates(plans: Iterable[LibraryPlan]) -> list[Finding]:
    """Promises of different plans that say nearly the same: same type, basis and mechanism, and much the same words."""
    by_shape: dict[tuple[str, str, str], list[tuple[str, Commitment, set[str]]]] = defaultdict(list)
    for plan in plans:
        for one in plan.commitments:
            shape = (one.standard.type, one.standard.basis, one.mechanism)
            by_shape[shape].append((plan.id, one, _pairs(one.text.zh)))
    return [
        Finding(plan, one.id, "duplicate", f"nearly the same as {other} {another.id}")
        for group in by_shape.values()
        for (plan, one, words), (other, another, others) in combinations(group, 2)
        if plan != other and len(words & others) >= ALIKE * len(words | others)
    ]


def findings_page(plans: Iterable[LibraryPlan]) -> str:
    """A page in Markdown: how many promises of each plan have no number, and everything else that was found."""
    plans = list(plans)
    found = {plan.id: lint_plan(plan) for plan in plans}
    lines = [
        "# What to ask about the plans of the library",
        "",
        "Made by `findings_page` of careeval/specs/plan_lint.py.",
        "",
    ]
    lines += ["| plan | promises | without a number | other findings |", "|---|---|---|---|"]
    for plan in plans:
        bare = sum(one.kind == "no number" for one in found[plan.id])
        lines.append(f"| {plan.id} | {len(plan.commitments)} | {bare} | {len(found[plan.id]) - bare} |")
    for title, rows in (
        ("Dates, sums, quotas and what was assumed", [one for name in found for one in found[name]]),
        ("Promises that stand in two plans", near_duplicates(plans)),
    ):
        lines += ["", f"## {title}", ""]
        lines += [f"- {one.plan}, {one.place}: {one.found}" for one in rows if one.kind != "no number"]
    return "\n".join(lines) + "\n"


def _days(plan: LibraryPlan) -> Iterator[tuple[str, str, str]]:
    events = defaultdict(set)
    for stated in plan.days:
        events[stated.event].add(stated.day[-5:])
        day = _day(stated.day)
        if day is None:
            yield stated.text.en, "date", f"there is no day {stated.day}"
        elif stated.weekday and len(stated.day) == 10 and WEEKDAYS[day.weekday()] != stated.weekday:
            yield stated.text.en, "date", f"{stated.day} is a {WEEKDAYS[day.weekday()]}, not a {stated.weekday}"
    for event, days in events.items():
        if len(days) > 1:
            yield event, "date", f"more than one day is given: {', '.join(sorted(days))}"


def _spans(plan: LibraryPlan) -> Iterator[tuple[str, str, str]]:
    for stated in plan.spans:
        if stated.first > stated.last:
            yield stated.text.en, "date", f"it begins on {stated.first} and ends on {stated.last}"
    for one, other in combinations(plan.spans, 2):
        if max(one.first, other.first) <= min(one.last, other.last):
            both = f"{max(one.first, other.first)} to {min(one.last, other.last)}"
            yield one.text.en, "overlap", f"it shares {both} with {other.text.en!r}"


def _sums(plan: LibraryPlan) -> Iterator[tuple[str, str, str]]:
    for stated in plan.sums:
        if abs(sum(stated.parts) - stated.total) > 1e-9:
            yield stated.text.en, "sum", f"{' + '.join(f'{one:g}' for one in stated.parts)} is not {stated.total:g}"


def _quotas(plan: LibraryPlan) -> Iterator[tuple[str, str, str]]:
    for one in plan.commitments:
        standard = one.standard
        if standard.basis == "provider" and standard.quantity and {"child", "elder", "woman"} & set(one.group):
            yield one.id, "quota", f"{standard.quantity:g} is what a {standard.of} owes, not what each person is due"


def _numbers(plan: LibraryPlan) -> Iterator[tuple[str, str, str]]:
    for one in plan.commitments:
        if one.standard.type == "none":
            yield (
                one.id,
                "no number",
                {"vague": "no quantity", "existence": "only that it exists"}.get(one.standard.why, "no limit of time"),
            )
        elif left := [key for key in one.standard.implied if key != "target"]:
            yield one.id, "implied", f"not in the source: {', '.join(left)}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if len(text) == 10 else f"2024-{text}")  # a leap year: 29 February is a day
    except ValueError:
        return None


def _pairs(text: str) -> set[str]:
    letters = [letter for letter in text if letter.isalnum()]
    return {first + second for first, second in pairwise(letters)}

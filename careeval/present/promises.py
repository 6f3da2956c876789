"""What a plan promises, in the reader's words: whom it binds, how much, how often, by when."""

from __future__ import annotations

import re
from collections.abc import Iterable

from careeval.present.context import Context
from careeval.present.numbers import MISSING, shown
from careeval.present.words import known_word, label, word
from careeval.specs.library_plans import name_of
from careeval.specs.plans import Commitment, Plan, Standard

SHORTEST_CHINESE, SHORTEST_LATIN = 8, 18  # characters of a promise's short name
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def plans(here: Context) -> tuple[Plan, ...]:
    """The plans in force in this wave."""
    return tuple(here.study.plans(here.wave.id))


def promises(here: Context) -> dict[tuple[str, str], Commitment]:
    """(plan id, commitment id) -> commitment, in the plans' order."""
    return {(plan.id, one.id): one for plan in plans(here) for one in plan.commitments}


def groups_in_words(groups: str | Iterable[str], here: Context) -> str:
    """'child+elder', or the groups themselves, as 'children, elders'; nobody is a dash."""
    names = groups.split("+") if isinstance(groups, str) else list(groups)
    return and_so_on([here.group(name) for name in names if name], here.lang) or "—"


def short_name(text: str) -> str:
    """A promise by its first clause, for where it stands among others; the whole where that would say too little.

    >>> short_name("村里每月探访每名老人一次，并登记"), short_name("Each elder has a helper, who calls")
    ('村里每月探访每名老人一次', 'Each elder has a helper')
    """
    first = re.split(r"[，；。（]|[,;:(] | and ", text, maxsplit=1)[0].strip()
    enough = len(first) >= (SHORTEST_LATIN if first.isascii() else SHORTEST_CHINESE)
    return first if enough else text


def component_in_words(here: Context, component: str) -> str:
    """The promises of a component in words: its own name is an identifier of the plan."""
    texts = [one.text.in_language(here.lang) for one in promises(here).values() if one.component == component]
    return "".join(f"“{text}”" for text in texts) if here.lang == "zh" and texts else "; ".join(texts) or component


def standard_in_words(commitment: Commitment, lang: str, *, one_programme_per: str = "study") -> str:
    """A standard as one phrase, from one template a type.

    one_programme_per: the kind of unit that holds a programme each ('study' = one for all), as in study.toml.
    """
    standard = commitment.standard
    if standard.type == "none":
        return word("promises.standard.none", lang, why=word(f"promises.why.{standard.why or 'vague'}", lang))
    whom = _whom(commitment, lang, one_programme_per)
    text = PHRASES[standard.type](commitment, whom, lang)
    if standard.at == "every_day" and standard.type == "ratio":
        text = word("promises.standard.daily", lang, standard=text)
    return text


def target_in_words(commitment: Commitment, lang: str) -> str:
    """The share to be met; one that the plan does not state is marked as assumed, and 'none' has a dash."""
    if commitment.standard.type == "none":
        return MISSING
    return (
        word("promises.standard.assumed", lang) if assumes_target(commitment) else shown(commitment.target, "percent0")
    )


def assumes_target(commitment: Commitment) -> bool:
    """Whether the plan states no share to be met, so that all is taken."""
    standard = commitment.standard
    return standard.type != "none" and (standard.target is None or "target" in standard.implied)


def and_so_on(names: Iterable[str], lang: str) -> str:
    """Names as a list in one line."""
    return ("、" if lang == "zh" else ", ").join(names)


def _whom(commitment: Commitment, lang: str, one_programme_per: str) -> str:
    """'each child', or 'at least 60% of villages' where less than all is promised; conditions in brackets."""
    standard, share = commitment.standard, shown(commitment.target, "percent0")
    bound = {"recipient": commitment.group, "programme": (one_programme_per,), "case": ("case",)}
    kinds = [kind for kind in bound.get(standard.basis, (standard.of,)) if kind] or ["programme"]
    part = commitment.target < 1 and not {"programme", "study"} & set(kinds)
    names = [_noun("many" if part else "each", kind, lang) for kind in kinds]
    whom = and_so_on(names, lang)
    if part:
        whom = word("promises.whom.part", lang, share=share, many=whom)
    conditions = [_condition(*pair, lang) for pair in {**standard.who, **standard.who_status}.items()]
    semicolon = "；" if lang == "zh" else "; "
    return word("promises.whom.only", lang, whom=whom, conditions=semicolon.join(conditions)) if conditions else whom


def _noun(table: str, kind: str, lang: str) -> str:
    if found := known_word(f"promises.{table}.{kind}", lang):
        return found
    shown_kind = label("unit_kind", kind, lang)
    if shown_kind == kind:
        shown_kind = _in_a_sentence(kind, lang)
    return word(f"promises.{table}.other", lang, kind=shown_kind)


def name_in_words(table: str, name: str, lang: str) -> str:
    """The words for an identifier of the study, else the library's, else the identifier with its joints opened."""
    return known_word(f"promises.{table}.{name}", lang) or _in_a_sentence(name, lang)


def _in_a_sentence(name: str, lang: str) -> str:
    text = name_of(name).in_language(lang)
    # 'Home visit' within a sentence, but not 'PE lesson' or 'Spring Festival'
    return text[:1].lower() + text[1:] if text[1:] == text[1:].lower() else text


def _condition(column: str, wanted: object, lang: str) -> str:
    for end in ("min", "max"):
        if column.endswith(f"_{end}"):
            name = name_in_words("fact", column.removesuffix(f"_{end}"), lang)
            wanted = f"{wanted} 岁" if lang == "zh" and column == f"age_{end}" else wanted
            return word(f"promises.condition.{end}", lang, column=name, value=wanted)
    values, name = tuple(wanted), name_in_words("fact", column, lang)
    if values in ((True,), ("yes",), (False,), ("no",)):
        return word(f"promises.condition.{'yes' if values[0] in (True, 'yes') else 'no'}", lang, column=name)
    known = [known_word(f"promises.fact.{value}", lang) or label(column, str(value), lang) for value in values]
    named = and_so_on(known, lang)
    # an arm names itself
    return named if column == "arm" else word("promises.condition.in", lang, column=name, value=named)


def _number(value: float) -> str:
    return shown(value, "count" if float(value).is_integer() else "number1")


def _amount(standard: Standard, counted: str, lang: str) -> str:
    quantity = standard.quantity or 1
    if quantity == 1 and standard.quantity_max is None and counted in ("events", "people"):
        return word(f"promises.amount.{counted}_one", lang)
    n = _number(quantity)
    if standard.quantity_max is not None and standard.quantity_max != quantity:
        n = word("promises.amount.range", lang, low=n, high=_number(standard.quantity_max))
    return word(f"promises.amount.{counted}", lang, n=n, unit=standard.unit)


def _often(table: str, per: str, lang: str) -> str:
    return known_word(f"promises.{table}.{per}", lang) or word(
        f"promises.{table}.other", lang, name=name_in_words("calendar", per, lang)
    )


def _frequency(one: Commitment, whom: str, lang: str) -> str:
    amount = _amount(one.standard, one.record.count or "events", lang)
    return word(
        "promises.standard.frequency", lang, whom=whom, amount=amount, per=_often("per", one.standard.per, lang)
    )


def _count(one: Commitment, whom: str, lang: str) -> str:
    amount = _amount(one.standard, one.record.count or "events", lang)
    within = _often("within", one.standard.per or "wave", lang)
    return word("promises.standard.count", lang, whom=whom, amount=amount, within=within)


def _schedule(one: Commitment, whom: str, lang: str) -> str:
    times = one.standard.timetable
    occasions = [name_in_words("calendar", name, lang) for name in times.occasions]
    when = _days(times.days, lang) if times.days else and_so_on(occasions, lang)
    minutes = word("promises.when.minutes", lang, n=_number(times.minutes)) if times.minutes else ""
    names = and_so_on([name_in_words("calendar", name, lang) for name in times.except_], lang)
    but = word("promises.when.but", lang, names=names) if names else ""
    return word("promises.standard.schedule", lang, whom=whom, when=when, minutes=minutes, but=but)


def _days(days: tuple[str, ...], lang: str) -> str:
    names = [word(f"promises.when.{day}", lang) for day in days]
    in_a_row = days == WEEK[WEEK.index(days[0]) :][: len(days)]
    if in_a_row and len(days) > 2:
        return word("promises.when.span", lang, first=names[0], last=names[-1])
    return and_so_on(names, lang)


def _ratio(one: Commitment, whom: str, lang: str) -> str:
    if one.standard.basis != "recipient":
        return word("promises.standard.ratio_provider", lang, whom=whom, amount=_amount(one.standard, "people", lang))
    needed = one.standard.partners or {role: int(one.standard.quantity or 1) for role in one.record.role}
    partners = [
        word("promises.amount.partner", lang, role=name_in_words("role", role, lang), n=n) for role, n in needed.items()
    ]
    named = and_so_on(partners, lang) or _amount(one.standard, "people", lang)
    return word("promises.standard.ratio_recipient", lang, whom=whom, partners=named)


def _coverage(one: Commitment, whom: str, lang: str) -> str:
    standard = one.standard
    if standard.basis == "case":
        hours_or_days = standard.within_days or standard.within_hours
        if hours_or_days is None:
            return word("promises.standard.coverage_case_open", lang, whom=whom)
        unit = "days" if standard.within_days else "hours"
        limit = word(f"promises.limit.{unit}", lang, n=_number(hours_or_days))
        return word("promises.standard.coverage_case", lang, whom=whom, limit=limit)
    return word("promises.standard.coverage_part" if one.target < 1 else "promises.standard.coverage", lang, whom=whom)


def _deadline(one: Commitment, whom: str, lang: str) -> str:
    by = one.standard.by
    around = "before" if by.days < 0 else "after"
    kind = "day" if by.day else "month" if by.month else f"calendar_{around}" if by.days else "calendar_day"
    name = name_in_words("calendar", by.calendar, lang)
    text = word(f"promises.by.{kind}", lang, day=shown(by.day, "date"), month=by.month, name=name, days=abs(by.days))
    return word("promises.standard.deadline", lang, whom=whom, by=text)


def _checklist(one: Commitment, whom: str, lang: str) -> str:
    names = [name_in_words("item", item, lang) for item in one.standard.items]
    colon = "：" if lang == "zh" else ": "
    n = len(names)
    return word("promises.standard.checklist", lang, whom=whom, n=n, items=colon + and_so_on(names, lang))


PHRASES = {
    "frequency": _frequency,
    "count": _count,
    "schedule": _schedule,
    "ratio": _ratio,
    "coverage": _coverage,
    "deadline": _deadline,
    "checklist": _checklist,
}

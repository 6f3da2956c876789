"""What a commitment's standard and its record must agree on: each type has what it needs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from careeval.errors import listed
from careeval.specs.check_study import PERIODS
from careeval.specs.definitions import condition_problems, each_condition
from careeval.specs.records import shown

ONE_PERIOD = ("wave", "programme", "year")
UNIT_BASES = ("provider", "site")
UNCASED = ("recipient", "provider", "site", "programme")
COMMON = ("type", "basis", "of", "who", "who_status", "unit")
JUDGED = (*COMMON, "target", "implied", "start")
SHOWN = {
    "services": ("service", "mode", "min_minutes", "count", "opened", "answered"),
    "pairs": ("role",),
    "status": ("item",),
}


class Known(NamedTuple):
    """What the study holds that a plan may name."""

    groups: tuple[str, ...]
    outcomes: Mapping[str, str]  # id: group
    items: tuple[str, ...]  # questions and items that a recall may ask
    kinds: tuple[str, ...]  # kinds of unit in units.csv
    calendar: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]  # people, units: the columns that `who` may name
    words: Mapping[str, tuple[str, ...]] = {}  # column: the closed list of what it may say


class Found(NamedTuple):
    """A mistake: key (dotted below the commitment), what was found, what was allowed, the way out."""

    key: str
    found: str
    allowed: str = ""
    way_out: str = ""


@dataclass(frozen=True)
class Kind:
    """A type of standard: the keys it needs, those it may have, on which bases it can stand, where it shows."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    bases: tuple[str, ...]
    tables: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "frequency": Kind(("quantity", "per"), ("quantity_max",), UNCASED, ("services",)),
    "count": Kind(("quantity", "per"), ("quantity_max",), UNCASED, ("services",)),
    "schedule": Kind(("timetable",), (), UNCASED, ("services",)),
    "ratio": Kind((), ("partners", "quantity", "quantity_max", "at"), UNCASED, ("pairs",)),
    "coverage": Kind((), ("within_days", "within_hours"), (*UNCASED, "case"), ("status", "services")),
    "deadline": Kind(("by",), (), UNCASED, ("status",)),
    "checklist": Kind(("items",), (), UNCASED, ("status",)),
    "none": Kind(("why",), (), (*UNCASED, "case"), tuple(SHOWN)),
}


def check_standard(
    standard: Mapping[str, Any], record: Mapping[str, Any], period: tuple[date, date] | None, known: Known
) -> Iterator[Found]:
    """Every disagreement within a standard, and between it and its record; keys of a wrong type are told elsewhere."""
    name = standard.get("type")
    if not isinstance(name, str) or name not in KINDS:
        return
    kind = KINDS[name]
    yield from _keys(standard, kind)
    yield from _basis(standard, kind, known)
    yield from _quantities(standard, known)
    yield from _timetable(_section(standard, "timetable"), known)
    yield from _by(_section(standard, "by"), period, known)
    yield from _record(standard, record, kind)
    yield from _shown(standard, record, known)
    yield from _limits(standard)


def _keys(standard: Mapping[str, Any], kind: Kind) -> Iterator[Found]:
    name = standard["type"]
    for key in kind.needs:
        if not standard.get(key):
            yield Found(f"standard.{key}", "the key is missing", "", f"type = {name!r} needs {key}")
    belonging = (*(COMMON if name == "none" else JUDGED), *kind.needs, *kind.may)
    every = {key for one in KINDS.values() for key in (*one.needs, *one.may)} | set(JUDGED)
    for key in standard:
        if key in every and key not in belonging:
            yield Found(f"standard.{key}", f"does not belong to type = {name!r}", listed(belonging, most=24))
    implied = standard.get("implied", [])
    for key in implied if isinstance(implied, list) else ():
        if not isinstance(key, str) or key not in every:
            yield Found("standard.implied", f"found {key!r}", listed(sorted(every), most=30))
        elif key in standard and not (key == "target" and standard[key] == 1):
            found = f"{key} = {shown(standard[key])} stands there"
            yield Found("standard.implied", found, "what the source leaves open")


def _basis(standard: Mapping[str, Any], kind: Kind, known: Known) -> Iterator[Found]:
    basis, name, of = standard.get("basis"), standard["type"], standard.get("of")
    if basis not in kind.bases and basis in (*UNCASED, "case"):
        yield Found("standard.basis", f"found {basis!r}", listed(kind.bases), f"type = {name!r} binds nobody else")
    if basis in UNIT_BASES and not of and name != "none":
        yield Found("standard.of", "the key is missing", listed(known.kinds), f"basis = {basis!r} needs a kind of unit")
    if of and basis not in UNIT_BASES:
        yield Found("standard.of", f"found {of!r} with basis = {basis!r}", f"with basis {listed(UNIT_BASES)}")
    elif of and of not in known.kinds:
        yield Found("standard.of", f"found {of!r}", listed(known.kinds), "Add units of that kind to units.csv")
    who = _section(standard, "who")
    if who and basis == "programme":
        yield Found("standard.who", "found conditions with basis = 'programme'", "conditions on people or units")
        return
    columns = known.columns["units" if basis in UNIT_BASES else "people"]
    for key, *told in condition_problems(who, columns):
        yield Found(f"standard.who.{key}", *told)
    for test in each_condition(who):
        closed = known.words.get(test.column) if test.kind == "among" else None
        for value in test.value if closed else ():
            if value not in closed:
                yield Found(f"standard.who.{test.column}", f"found {value!r}", listed(closed))


def _quantities(standard: Mapping[str, Any], known: Known) -> Iterator[Found]:
    name, basis, per = standard["type"], standard.get("basis"), standard.get("per")
    low, high = standard.get("quantity"), standard.get("quantity_max")
    if isinstance(low, int | float) and isinstance(high, int | float) and high < low:
        yield Found("standard.quantity_max", f"found {high}", f"{low} or more")
    periods = ONE_PERIOD if name == "count" else (*PERIODS, *known.calendar)
    if per and name in ("frequency", "count") and per not in periods:
        way_out = "For more than one period in a wave use type = 'frequency'" if name == "count" else ""
        yield Found("standard.per", f"found {per!r}", listed(periods, most=24), way_out)
    if name == "ratio":
        wanted = ("partners",) if basis == "recipient" else ("quantity",) if basis == "provider" else None
        given = tuple(key for key in ("partners", "quantity") if standard.get(key))
        if len(given) != 1 or (wanted and given != wanted):
            allowed = f"{wanted[0]} alone" if wanted else "either partners or quantity"
            yield Found("standard", f"found {listed(given)}", allowed, f"A ratio with basis = {basis!r} needs it")


def _timetable(timetable: Mapping[str, Any], known: Known) -> Iterator[Found]:
    if timetable and bool(timetable.get("days")) == bool(timetable.get("occasions")):
        yield Found("standard.timetable", f"found {listed(timetable)}", "either days or occasions")
    for key in ("occasions", "except"):
        yield from _named(f"standard.timetable.{key}", timetable.get(key), known.calendar)


def _by(by: Mapping[str, Any], period: tuple[date, date] | None, known: Known) -> Iterator[Found]:
    given = [key for key in ("day", "month", "calendar") if by.get(key)]
    if by and len(given) != 1:
        yield Found("standard.by", f"found {listed(given)}", "one of day, month, calendar")
    if by.get("days") and not by.get("calendar"):
        yield Found("standard.by.days", f"found {by['days']}", "only beside calendar")
    if name := by.get("calendar"):
        yield from _named("standard.by.calendar", [name], known.calendar)
    if period and isinstance(month := by.get("month"), int) and 1 <= month <= 12:
        years = [one for one in months_between(*period) if one[1] == month]
        if len(years) != 1:
            found = f"month {month} stands {len(years)} times in the plan's period"
            yield Found("standard.by.month", found, "once", "Write the day: by = { day = 2025-04-30 }")


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """(year, month) of every month that has a day in first..last.

    >>> months_between(date(2024, 12, 31), date(2025, 1, 1))
    [(2024, 12), (2025, 1)]
    """
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [(number // 12, number % 12 + 1) for number in numbers]


def _record(standard: Mapping[str, Any], record: Mapping[str, Any], kind: Kind) -> Iterator[Found]:
    """The table where delivery shows, and the keys of `record` that go with it."""
    name, case, table = standard["type"], standard.get("basis") == "case", record.get("table")
    tables = kind.tables if name != "coverage" else ("services",) if case else ("status",)
    if not isinstance(table, str) or table not in SHOWN:
        return
    if table not in tables:
        yield Found("record.table", f"found {table!r}", listed(tables), f"type = {name!r} shows there")
        return
    others = {key for keys in SHOWN.values() for key in keys} - set(SHOWN[table])
    for key in record:
        if key in others:
            yield Found(f"record.{key}", f"does not belong to table = {table!r}", listed(SHOWN[table]))
    for key in _wanted(name, table, case):
        if not record.get(key):
            yield Found(f"record.{key}", "the key is missing", "", f"type = {name!r} in table {table} needs {key}")
    if name == "checklist" and record.get("item"):
        yield Found("record.item", "found items", "no item here: standard.items names them")


def _shown(standard: Mapping[str, Any], record: Mapping[str, Any], known: Known) -> Iterator[Found]:
    """The words of a record: names that are not empty, periods and minutes that are known."""
    for key in ("service", "item", "role"):
        words = record.get(key)
        if isinstance(words, list) and "" in words:
            yield Found(f"record.{key}", "found ''", "names")
    if per := record.get("level_per"):
        yield from _named("record.level_per", [per], (*PERIODS, *known.calendar))
    minutes = _section(standard, "timetable").get("minutes")
    if standard["type"] == "schedule" and record.get("count") == "minutes" and not minutes:
        yield Found("standard.timetable.minutes", "the key is missing", "", "record.count = 'minutes' needs it")


def _limits(standard: Mapping[str, Any]) -> Iterator[Found]:
    """How long an answer may take: one limit for cases, none for anything else."""
    if standard["type"] != "coverage":
        return
    given = [key for key in ("within_days", "within_hours") if key in standard]
    if standard.get("basis") == "case" and len(given) != 1:
        way_out = "Where the source names no limit: type = 'none', why = 'trigger', and ask the owner"
        yield Found("standard", f"found {listed(given)}", "either within_days or within_hours", way_out)
    elif standard.get("basis") != "case" and given:
        yield Found(f"standard.{given[0]}", f"found with basis = {standard.get('basis')!r}", "with basis = 'case'")


def _wanted(name: str, table: str, case: bool) -> tuple[str, ...]:
    """The keys of `record` that a standard cannot do without."""
    if name == "none" or table == "pairs" or name == "checklist":
        return ()
    if table == "status":
        return ("item",)
    if case:
        return ("opened", "answered")
    return ("service", "count") if name in ("frequency", "count") else ("service",)


def _named(key: str, names: Any, known: Iterable[str]) -> Iterator[Found]:
    known = tuple(known)
    for name in names if isinstance(names, list) else ():
        if name not in known:
            yield Found(key, f"found {name!r}", listed(known, most=24), "Names of days stand in study.toml, [calendar]")


def _section(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, Mapping) else {}

"""What a new study begins with: sites, units, days of the calendar, outcomes - guesses that are there to be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from careeval.errors import SpecError
from careeval.specs.check_standard import months_between
from careeval.specs.check_study import PERIODS
from careeval.specs.home import LIBRARY
from careeval.specs.library_plans import LibraryPlan
from careeval.specs.plans import Commitment
from careeval.specs.records import read_toml
from careeval.specs.units import COLUMNS

Span = tuple[date, date]
SHORT = 45  # days; a plan of so few is an event, and people are asked before it
TERM_ENDS = {True: (1, 20), False: (7, 5)}  # autumn (begun from July on), spring


@cache
def starters() -> Mapping[str, Any]:
    """library/starters.toml as it stands."""
    toml, problems = read_toml(LIBRARY / "starters.toml")
    if problems:
        raise SpecError(*problems)
    return toml


def site_kind(plan: LibraryPlan) -> str:
    """The kind of unit that is a site: by the plan's setting; an event for elders alone is held in a community."""
    return (
        "community" if plan.setting == "event" and "child" not in plan.groups else starters()["site_kind"][plan.setting]
    )


def last_day(plan: LibraryPlan, start: date) -> date:
    """The last day of a period that begins at `start`: what the plan needs, else the end of the term.

    A visit of named days ends with the last of them; a plan with months ends with the last one; where a deadline's
    month lies outside the term, the period is a year.
    """
    calendar = calendar_names(plan.commitments)
    if "trip_day" in calendar:
        return start + timedelta(days=2)
    if plan.months:
        year = start.year + (plan.months[1] < start.month)
        return date(year + plan.months[1] // 12, plan.months[1] % 12 + 1, 1) - timedelta(days=1)
    autumn = start.month >= 7
    end = date(start.year + autumn, *TERM_ENDS[autumn])
    months = {one.standard.by.month for one in plan.commitments if one.standard.by and one.standard.by.month}
    if months - {month for _, month in months_between(start, end)}:
        return date(start.year + 1, start.month, start.day) - timedelta(days=1)
    return end


def wave_name(start: date) -> str:
    """2025-autumn for a wave that begins from July on, 2026-spring before."""
    return f"{start.year}-{'autumn' if start.month >= 7 else 'spring'}"


def survey_days(service: Span) -> Span:
    """When people are asked first: the first weeks, or the days before an event."""
    first, last = service
    if (last - first).days < SHORT:
        return first - timedelta(days=14), first - timedelta(days=1)
    return first, first + timedelta(days=18)


def calendar_names(commitments: tuple[Commitment, ...]) -> tuple[str, ...]:
    """The names of days that promises use, each once."""
    found = []
    for one in commitments:
        standard, table = one.standard, one.standard.timetable
        days = (standard.per, standard.by.calendar if standard.by else "", one.record.level_per)
        found += [*days, *(table.occasions if table else ()), *(table.except_ if table else ())]
    return tuple(dict.fromkeys(name for name in found if name and name not in PERIODS))


def first_days(name: str, service: Span) -> list[date | list[date]]:
    """First guesses of the days a calendar name means in a wave; without a rule in the library its middle day."""
    rule = starters()["calendar"].get(name, {"at": "middle"})
    first, last = service
    if "at" in rule:
        middle = first + (last - first) // 2
        day = {"first": first, "middle": middle, "last": last}[rule["at"]] + timedelta(days=rule.get("plus", 0))
        return [min(max(day, first), last)]
    days = [_day(year, text) for year in range(first.year, last.year + 1) for text in rule.get("days", ())]
    days = sorted({day for day in [*days, *rule.get("dates", ())] if first <= day <= last})
    return [*days, *_spans(rule, first, last)]


def _spans(rule: Mapping[str, Any], first: date, last: date) -> Iterator[list[date]]:
    """The spans of a rule that touch the days first..last; the vacation that begins with the wave's end too."""
    known = [list(span) for span in rule.get("date_spans", ())]
    for year in range(first.year, last.year + 1):
        known += [[_day(year, one), _day(year, other)] for one, other in rule.get("spans", ())]
    for begin, end in sorted(known):
        if begin <= last + timedelta(days=7) and end >= first:
            yield [begin, end]


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def unit_rows(plan: LibraryPlan, sites: int, *, comparison: int) -> list[dict[str, str]]:
    """Rows of units.csv: the sites, what lies above them, and one or two of each kind that a promise binds.

    comparison: so many of the sites, the last, are the arm 'control'; 0 = all are 'treated' and there is one arm.
    """
    bound = dict.fromkeys(one.standard.of for one in plan.commitments if one.standard.of)
    site = site_kind(plan)
    above = [kind for kind in starters()["above"]["kinds"] if kind in bound and kind != site]
    towns = [kind for kind in ("township", "county") if kind in above]
    rows = [
        {"unit": f"{kind}1", "kind": kind, "parent": "county1" if kind == "township" and "county" in above else ""}
        for kind in above
    ]
    for number in range(1, sites + 1):
        name = f"{site}{number:02d}"
        arm = "control" if number > sites - comparison else "treated"
        place = {"site": name, "arm": arm}
        rows.append({"unit": name, "kind": site, "parent": f"{towns[0]}1" if towns else "", **place})
        if arm == "control":
            continue  # nothing is promised there
        for kind in bound:
            if kind != site and kind not in above:
                many = starters()["each"].get(kind, 1)
                ids = [f"{name}_{kind}{place + 1 if many > 1 else ''}" for place in range(many)]
                rows += [{"unit": one, "kind": kind, "parent": name, "site": name, "arm": arm} for one in ids]
    return [{column: row.get(column, "") for column in COLUMNS} for row in rows]


def outcome_rows(plan: LibraryPlan, groups: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sections [[outcomes]]: library/starters.toml for these groups; marks only where the plan serves learning."""
    learning = any(one.domain == "academic" for one in plan.commitments)
    return [row for row in starters()["outcomes"] if row["group"] in groups and (learning or row["from"] != "exams")]


def claims(commitment: Commitment, outcomes: list[dict[str, Any]]) -> list[str]:
    """The outcomes that a promise may be said to serve: by its group and domain, where it has a standard."""
    if commitment.standard.type == "none" or commitment.standard.basis == "programme":
        return []
    return [
        row["id"] for row in outcomes if row["group"] in commitment.group and commitment.domain in row["claimed_by"]
    ]

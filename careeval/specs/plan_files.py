"""The plan files that the waves of a study name, each read and checked whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from careeval.errors import Problem
from careeval.specs.check_plan import check_plan
from careeval.specs.check_standard import Known
from careeval.specs.check_study import ids, item_ranges, sections
from careeval.specs.columns import ColumnRow
from careeval.specs.plans import Plan
from careeval.specs.records import build, read_toml, repeated
from careeval.specs.units import UnitRow
from careeval.specs.vocabulary import canonical_tables


def read_plans(
    folder: Path, toml: Mapping[str, Any], units: Iterable[UnitRow], columns: Iterable[ColumnRow], *, whole: bool = True
) -> tuple[dict[str, Plan], list[Problem]]:
    """(file name: plan, every problem) of all plan files that study.toml names in any wave.

    whole: whether units.csv and columns.csv could be read; where not, the plans are not held against them.
    """
    known = what_is_known(toml, units, columns)
    plans, problems = {}, []
    for name in dict.fromkeys(name for wave in sections(toml, "waves") for name in plan_names(wave)):
        if PurePath(name).name != name or "\\" in name or not name.endswith(".toml"):
            allowed = "the name of a .toml file in the study's folder"
            problems.append(Problem("study.toml", "waves, key 'plans'", f"found {name!r}", allowed))
            continue
        raw, found = read_toml(folder / name)
        if raw:
            plan, told = build(Plan, raw, file=name)
            found += told + (check_plan(raw, known, file=name) if whole else [])
            if not found:
                plans[name] = plan
        problems += found
    return plans, [*problems, *_between(toml, plans)]


def plan_names(wave: Mapping[str, Any]) -> list[str]:
    """The names of plan files of one [[waves]] section that are text."""
    names = wave.get("plans")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def what_is_known(toml: Mapping[str, Any], units: Iterable[UnitRow], columns: Iterable[ColumnRow]) -> Known:
    """What a plan of this study may name; facts are the columns of people that columns.csv fills."""
    tables = canonical_tables()
    mapped = {name: [row.variable for row in columns if row.table == name] for name in ("people", "units")}
    asked = {name: tuple(dict.fromkeys((*tables[name].columns, *extra))) for name, extra in mapped.items()}
    calendar, groups, design = toml.get("calendar"), toml.get("groups"), toml.get("design")
    words = {name: column.allowed for name, column in tables["people"].columns.items() if column.allowed}
    words["arm"] = tuple(design["arms"]) if isinstance(design, Mapping) and isinstance(design.get("arms"), list) else ()
    return Known(
        groups=tuple(groups) if isinstance(groups, list) else (),
        outcomes={
            row["id"]: str(row.get("group")) for row in sections(toml, "outcomes") if isinstance(row.get("id"), str)
        },
        items=(*ids(toml, "questions"), *item_ranges(toml)),
        kinds=tuple(dict.fromkeys(unit.kind for unit in units)),
        calendar=tuple(calendar) if isinstance(calendar, Mapping) else (),
        columns=asked,
        words=words,
    )


def _between(toml: Mapping[str, Any], plans: Mapping[str, Plan]) -> Iterator[Problem]:
    """What the plans of one wave must agree on with each other and with the wave."""
    for wave in sections(toml, "waves"):
        ours = {name: plans[name] for name in plan_names(wave) if name in plans}
        files, once = ", ".join(ours), f"each id once in wave {wave.get('id')!r}"
        for again in repeated(plan.id for plan in ours.values()):
            yield Problem(files, "key 'id'", f"{again!r} stands more than once", once)
        for again in repeated(id_ for plan in ours.values() for id_ in {one.id for one in plan.commitments}):
            yield Problem(files, "commitments, key 'id'", f"{again!r} stands more than once", once)
        service = wave.get("service")
        for name, plan in ours.items():
            if isinstance(service, list) and len(service) == 2 and _apart(plan.period, service):
                found = f"{plan.period[0]} to {plan.period[1]} has no day of wave {wave.get('id')!r}"
                allowed = f"a period that meets its service span, {service[0]} to {service[1]}"
                yield Problem(name, "key 'period'", found, allowed)


def _apart(period: tuple[Any, Any], service: list[Any]) -> bool:
    try:
        return period[1] < service[0] or period[0] > service[1]
    except TypeError:
        return False  # a service span that is no two days is told in study.toml

"""units.csv: classes, schools, villages - everything that is not a person but holds people or is promised something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.records import Record, read_rows

COLUMNS = ("unit", "kind", "parent", "site", "arm", "stratum", "entry", "exit", "hours", "size")


class UnitRow(Record):
    """One row of units.csv; '' or None is not told."""

    unit: str
    kind: str
    parent: str = ""
    site: str = ""
    arm: str = ""
    stratum: str = ""
    entry: date | None = None
    exit: date | None = None
    hours: float | None = None
    size: float | None = None


def read_units(path: Path, toml: Mapping[str, Any]) -> tuple[tuple[UnitRow, ...], list[Problem]]:
    """The units of a study and all that is wrong with the file; no file at all means no units."""
    if not path.is_file():
        return (), list(kind_problems(toml, ()))
    rows, problems = read_rows(path, COLUMNS)
    if problems and not rows:
        return (), problems
    named = {row["unit"]: row["kind"] for _, row in rows}
    design = toml.get("design", {})
    arms = design.get("arms", []) if isinstance(design, Mapping) else []
    sites = [unit for unit, kind in named.items() if kind == toml.get("site_kind")]
    parents = {row["unit"]: row["parent"] for _, row in rows}
    problems += kind_problems(toml, dict.fromkeys(named.values()))
    units, seen = [], {}
    for line, row in rows:
        values, found = _typed(path.name, line, row)
        if (first := seen.setdefault(row["unit"], line)) != line:
            told = f"{row['unit']!r} stands in row {first} already"
            found.append(Problem(path.name, f"row {line}, column unit", told, "each unit once"))
        if _above_itself(row["unit"], parents):
            found.append(_wrong(path.name, line, "parent", row["parent"], "a unit that does not lie in this one"))
        for column, allowed in (("arm", arms), ("site", sites)):
            if row[column] and allowed and row[column] not in allowed:
                found.append(_wrong(path.name, line, column, row[column], listed(allowed)))
        # a parent outside the file (a town, a school without a row of its own) is only a name
        for column in ("unit", "kind"):
            if not row[column]:
                found.append(_wrong(path.name, line, column, "", "a name"))
        problems += found
        # with a problem nothing is opened, but what the plans say of its kind is not wrong for that
        units.append(UnitRow.model_construct(**values) if found else UnitRow(**values))
    return tuple(units), problems


def kind_problems(toml: Mapping[str, Any], kinds: Iterable[str]) -> Iterator[Problem]:
    """Where study.toml names a kind of unit that units.csv does not have, or a column that it does not have.

    Without a unit in units.csv the only kind is site_kind, whose sites are those that the register names.
    """
    kinds, site = [kind for kind in kinds if kind], toml.get("site_kind")
    design, groups = toml.get("design"), toml.get("population")
    design = design if isinstance(design, Mapping) else {}
    known = kinds or [site]
    asked = [
        ("key 'site_kind'", site, known),
        ("key 'one_programme_per'", toml.get("one_programme_per"), ["study", *known]),
    ]
    asked.append(("design, key 'assigned_unit'", design.get("assigned_unit"), ["person", *known]))
    asked.append(("design, key 'clustered_in'", design.get("clustered_in"), known))
    asked.append(("design, key 'strata'", design.get("strata"), COLUMNS))
    for group, told in groups.items() if isinstance(groups, Mapping) else ():
        if isinstance(told, Mapping):
            asked.append((f"population, {group}, key 'sampled'", told.get("sampled"), ["persons", *known]))
    for place, found, allowed in asked:
        if isinstance(found, str) and found and found not in allowed:
            way_out = "" if allowed is COLUMNS else "A kind of unit is one that units.csv has rows of"
            yield Problem("study.toml", place, f"found {found!r}", listed(allowed, most=24), way_out)


def _above_itself(unit: str, parents: Mapping[str, str]) -> bool:
    seen, above = set(), parents[unit]
    while above in parents and above not in seen and above != unit:
        seen.add(above)
        above = parents[above]
    return bool(unit) and above == unit


def _typed(file: str, line: int, row: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = dict(row)
    problems = []
    for columns, convert, allowed in (
        (("entry", "exit"), date.fromisoformat, "a day such as 2024-09-01"),
        (("hours", "size"), float, "a number"),
    ):
        for column in columns:
            try:
                values[column] = convert(row[column]) if row[column] else None
            except ValueError:
                problems.append(_wrong(file, line, column, row[column], allowed))
    return values, problems


def _wrong(file: str, line: int, column: str, value: str, allowed: str) -> Problem:
    return Problem(file, f"row {line}, column {column}", f"found {value!r}", allowed)

"""units.csv: classes, schools, villages - everything that is not a person but holds people or is promised something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.records import Record, read_rows, repeated

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
        return (), []
    rows, problems = read_rows(path, COLUMNS)
    named = {row["unit"]: row["kind"] for _, row in rows}
    design = toml.get("design", {})
    arms = design.get("arms", []) if isinstance(design, Mapping) else []
    sites = [unit for unit, kind in named.items() if kind == toml.get("site_kind")]
    for again in repeated(row["unit"] for _, row in rows):
        problems.append(Problem(path.name, "column unit", f"{again!r} stands more than once", "each unit once"))
    units = []
    for line, row in rows:
        values, found = _typed(path.name, line, row)
        for column, allowed in (("arm", arms), ("site", sites)):
            if row[column] and row[column] not in allowed:
                found.append(_wrong(path.name, line, column, row[column], listed(allowed)))
        # a parent outside the file (a town, a school without a row of its own) is only a name
        for column in ("unit", "kind"):
            if not row[column]:
                found.append(_wrong(path.name, line, column, "", "a name"))
        problems += found
        if not found:
            units.append(UnitRow(**values))
    return tuple(units), problems


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

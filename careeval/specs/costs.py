"""costs.csv: what the support cost, an amount a row, by wave or day and by component of the plan."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.check_study import ids
from careeval.specs.records import Record, read_rows

COLUMNS = ("wave", "date", "component", "amount", "unit", "note")


class CostRow(Record):
    """One row of costs.csv: wave or date tells when; component '' is for the whole plan; unit is the money."""

    wave: str = ""
    date: datetime.date | None = None
    component: str = ""
    amount: float
    unit: str
    note: str = ""


def read_costs(path: Path, toml: Mapping[str, Any]) -> tuple[tuple[CostRow, ...] | None, list[Problem]]:
    """The costs of a study and all that is wrong with the file; None where no file was handed in."""
    if not path.is_file():
        return None, []
    rows, problems = read_rows(path, COLUMNS)
    costs = []
    for line, row in rows:
        values, found = _typed(path.name, line, row, ids(toml, "waves"))
        problems += found
        if not found:
            costs.append(CostRow(**values))
    return tuple(costs), problems


def _typed(file: str, line: int, row: Mapping[str, str], waves: list[str]) -> tuple[dict[str, Any], list[Problem]]:
    def wrong(column: str, allowed: str, way_out: str = "") -> Problem:
        return Problem(file, f"row {line}, column {column}", f"found {row[column]!r}", allowed, way_out)

    values: dict[str, Any] = {**row, "date": None}
    problems = []
    if row["wave"] and row["wave"] not in waves:
        problems.append(wrong("wave", listed(waves)))
    if row["date"]:
        try:
            values["date"] = datetime.date.fromisoformat(row["date"])
        except ValueError:
            problems.append(wrong("date", "a day such as 2025-03-01"))
    elif not row["wave"]:
        problems.append(wrong("wave", listed(waves), "Tell when it was spent: a wave, or a day in column date"))
    try:
        values["amount"] = float(row["amount"])
    except ValueError:
        values["amount"] = math.nan
    if not 0 <= values["amount"] < math.inf:
        problems.append(wrong("amount", "a number from 0, without a currency sign or separators of thousands"))
    if not row["unit"]:
        problems.append(wrong("unit", "a currency such as CNY, or hours"))
    return values, problems

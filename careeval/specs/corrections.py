"""corrections.csv: a wrong value in the files, what must stand there, what it should have been, who says so and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.check_study import ids, item_ranges, sections
from careeval.specs.records import Record, read_rows, repeated
from careeval.specs.vocabulary import MISSING_REASONS, CanonicalColumn, canonical_tables

COLUMNS = ("table", "key", "variable", "expect", "value", "reason", "by", "date")
# units.csv is written by hand, and `missing` follows the answers: there is nothing to correct in them
CORRECTED = ("people", "responses", "answers", "exams", "services", "pairs", "status", "logs")
Value = str | float | int | datetime | None


class Correction(Record):
    """One row of corrections.csv; `line` is its line in the file.

    key: column and text, as the files write it, all of which the one row must have. wave: where that row stands.
    expect, value: of the column's type; None is a missing value. missing: the reason why an answer is to be empty.
    """

    line: int
    table: str
    wave: str
    key: dict[str, str]
    variable: str
    expect: Value
    value: Value
    missing: str = ""
    reason: str
    by: str
    date: date


def read_corrections(path: Path, toml: Mapping[str, Any]) -> tuple[tuple[Correction, ...], list[Problem]]:
    """The corrections of a study and all that is wrong with the file; no file means none."""
    if not path.is_file():
        return (), []
    rows, problems = read_rows(path, COLUMNS)
    items = item_ranges(toml)
    corrections = []
    for line, row in rows:
        made, found = _correction(line, row, toml, items)
        problems += [Problem(path.name, f"row {line}, column {column}", *told) for column, *told in found]
        corrections += [made] if made else []
    return tuple(corrections), problems


def _correction(
    line: int, row: Mapping[str, str], toml: Mapping[str, Any], items: Mapping[str, tuple[int, int]]
) -> tuple[Correction | None, list[tuple[str, ...]]]:
    table = canonical_tables().get(row["table"]) if row["table"] in CORRECTED else None
    named = (*table.key, *table.columns, "person", "wave") if table else None
    key, found = _key(row["key"], named)
    found += [] if table else [("table", f"found {row['table']!r}", listed(CORRECTED))]
    wave, told = _wave(key, toml)
    found += told
    column = _column(row["table"], row["variable"], items) if table else None
    found += [(name, "the cell is empty", "", f"Say {said}") for name, said in SAID.items() if not row[name]]
    if table and column is None:
        known = [*table.columns, *(items if table.open == "items" else ())]
        found.append(("variable", f"found {row['variable']!r}", listed(known, most=24)))
    special = row["value"].removeprefix(".") if row["table"] == "answers" and row["value"].startswith(".") else ""
    texts = {"expect": row["expect"], "value": "" if special else row["value"]}
    values, day = {}, None
    for name, text in texts.items() if column else ():
        values[name], wrong = typed(text, column)
        found += [(name, f"found {text!r}", wrong)] if wrong else []
    if special and special not in MISSING_REASONS:
        found.append(("value", f"found '.{special}'", listed(f".{reason}" for reason in MISSING_REASONS)))
    if row["variable"] in items and isinstance(value := values.get("value"), int):
        low, high = items[row["variable"]]
        found += [] if low <= value <= high else [("value", f"found {value}", f"{low} to {high}")]
    if row["date"]:
        day, wrong = typed(row["date"], CanonicalColumn(kind="date"))
        found += [("date", f"found {row['date']!r}", wrong)] if wrong else []
    if found:
        return None, found
    told = {name: row[name] for name in ("table", "variable", "reason", "by")}
    return Correction(line=line, wave=wave, key=key, missing=special, date=day.date(), **told, **values), []


SAID = {"variable": "which column is wrong", "reason": "why", "by": "who says so", "date": "when it was decided"}


def _key(text: str, columns: tuple[str, ...] | None) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """person=A;wave=2025-spring as a dict, and what is wrong with it; columns: None, where no table says which."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    key = {name.strip(): value.strip() for name, _, value in parts}
    found = [("key", f"{name!r} stands more than once", "each column once") for name in repeated(p[0] for p in parts)]
    if not key or not all(key.values()):
        found.append(("key", f"found {text!r}", "column=value, several of them with ; between"))
    for name in key if columns else ():
        if name not in columns:
            found.append(("key", f"there is no column {name!r}", listed(dict.fromkeys(columns), most=24)))
    return key, found


def _wave(key: dict[str, str], toml: Mapping[str, Any]) -> tuple[str, list[tuple[str, ...]]]:
    """The wave of the row: the key's own (taken out of the key), else the only one whose spans hold the key's date."""
    waves = ids(toml, "waves")
    if "wave" in key:
        wave = key.pop("wave")
        return wave, [] if wave in waves else [("key", f"found wave={wave}", listed(waves))]
    if len(waves) == 1:
        return waves[0], []
    day, wrong = typed(key.get("date", ""), CanonicalColumn(kind="date"))
    holding = [] if wrong or day is None else list(_holding(toml, day.date()))
    if len(holding) == 1:
        return holding[0], []
    return "", [("key", "no word on the wave", f"wave= and one of {listed(waves)}", "Add ;wave=... to the key")]


def _holding(toml: Mapping[str, Any], day: date) -> Iterator[str]:
    for wave in sections(toml, "waves"):
        spans = [wave.get(name) for name in ("survey", "service")]
        days = [one for span in spans if isinstance(span, list) for one in span if type(one) is date]
        if days and min(days) <= day <= max(days):
            yield str(wave.get("id"))


def _column(table: str, variable: str, items: Mapping[str, object]) -> CanonicalColumn | None:
    """What the corrected column holds; a fact of people is text, an item a whole number."""
    spec = canonical_tables()[table]
    if variable in spec.columns:
        return spec.columns[variable]
    if spec.open == "items":
        return CanonicalColumn(kind="whole") if variable in items else None
    return CanonicalColumn(kind="text") if spec.open == "facts" and variable.isidentifier() else None


def typed(text: str, column: CanonicalColumn) -> tuple[Value, str]:
    """(value, '') of a text for that column, '' being missing; or (None, what may stand there).

    >>> typed("8", CanonicalColumn(kind="number")), typed("many", CanonicalColumn(kind="number"))
    ((8.0, ''), (None, 'a number'))
    """
    kinds: dict[str, tuple[Callable[[str], Value], str]] = {
        "number": (float, "a number"),
        "whole": (int, "a whole number"),
        "date": (datetime.fromisoformat, "a day such as 2025-03-05"),
        "datetime": (datetime.fromisoformat, "a day such as 2025-03-05, or with the hour 2025-03-05 09:30"),
    }
    convert, said = kinds.get(column.kind, (str, listed(column.allowed)))
    if text and column.allowed and text not in column.allowed:
        return None, said
    try:
        return (convert(text) if text else None), ""
    except ValueError:
        return None, said

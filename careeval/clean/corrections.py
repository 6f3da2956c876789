"""Recorded corrections put into the canonical tables, each only where what it expects still stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import pandas as pd

from careeval.clean.identity import normal_name, pseudonyms
from careeval.clean.people import age_in_years
from careeval.errors import Problem, TableError
from careeval.specs.corrections import Correction
from careeval.specs.study import Wave

# columns that hold pseudonyms: corrections.csv names people as the files do
NAMES = ("person", "subject", "provider", "case", "pair")
LOG = ["table", "variable", "line", "of"]


def apply_corrections(
    tables: Mapping[str, pd.DataFrame], corrections: Iterable[Correction], *, salt: bytes, wave: Wave
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """(the tables corrected, a log with a row a correction: table, variable, line, of) for the wave's own corrections.

    Only corrections of a table that is given are applied, in the order of the file. `missing` follows a corrected
    answer, and a person's age a corrected birth; nothing else follows: a mark made good needs its status made good too.
    Raises TableError with every correction that meets no row, several rows, or another value than it expects.
    """
    corrected, log, problems = dict(tables), [], []
    for one in corrections:
        if one.wave != wave.id or one.table not in corrected:
            continue
        table = corrected[one.table]
        problem, rows = _find(table, one, salt)
        if problem:
            problems.append(problem)
            continue
        before = table.loc[rows]
        corrected[one.table] = _changed(table, rows, one)
        if one.table == "answers" and "missing" in corrected:
            corrected["missing"] = _missing(corrected["missing"], before["person"], one)
        if (one.table, one.variable) == ("people", "birth"):
            corrected["people"] = _aged(corrected["people"], before, wave)
        log.append({"table": one.table, "variable": one.variable, "line": one.line, "of": len(table)})
    if problems:
        raise TableError(*problems)
    return corrected, pd.DataFrame(log, columns=LOG)


def quality_rows(log: pd.DataFrame) -> list[dict[str, object]]:
    """The log as rows of the quality table: how many values of a column were corrected, by which rows of the file.

    Nothing of a single person is told: neither the key nor the values.
    """
    return [
        {
            "check": "correction",
            "file": "corrections.csv",
            "variable": f"{table}.{variable}",
            "n": len(rows),
            "of": int(rows["of"].iloc[0]),
            "severity": "info",
            "detail": "rows " + ", ".join(rows["line"].astype(str)),
        }
        for (table, variable), rows in log.groupby(["table", "variable"], sort=False)
    ]


def _find(table: pd.DataFrame, one: Correction, salt: bytes) -> tuple[Problem | None, pd.Index]:
    """The one row a correction speaks of, or why it cannot be applied."""

    def wrong(column: str, found: str, allowed: str, way_out: str) -> tuple[Problem, pd.Index]:
        return Problem("corrections.csv", f"row {one.line}, column {column}", found, allowed, way_out), rows

    here = pd.Series(True, index=table.index)
    rows = table.index[:0]
    for name, text in one.key.items():
        column = "subject" if name == "person" and "person" not in table else name
        if column not in table:
            return wrong(
                "key", f"table {one.table} has no column {column!r}", "a column that is filled", "Mend the key"
            )
        here &= _equal(table[column], text, salt if column in NAMES else None)
    rows = table.index[here]
    if len(rows) != 1:
        way_out = "Add to the key until it names one row" if len(rows) else "Mend the key, or take the row out"
        return wrong("key", f"{len(rows)} rows of table {one.table} have this key", "one row", way_out)
    if one.variable not in table:
        return wrong(
            "variable", f"no file fills {one.table}.{one.variable}", "a column that is filled", "Mend the name"
        )
    found = table.at[rows[0], one.variable]
    if not _same(found, one.expect):
        expected = "nothing" if one.expect is None else repr(_spoken(one.expect))
        way_out = "The files changed, or the row was mended there: look again, then mend or drop this correction"
        return wrong(
            "expect", f"found {_spoken(found)!r} in the files, expected {expected}", "what stands there", way_out
        )
    return None, rows


def _equal(column: pd.Series, text: str, salt: bytes | None) -> pd.Series:
    """Where a column has that text; people are compared by pseudonym, days without the hour where none is named."""
    if salt is not None:
        # units that provide a service stand under their own name; a register without codes knows people by link keys
        names = pd.Series([text, "|".join(map(normal_name, text.split("|")))], dtype="str")
        return column.isin([text, *pseudonyms(names, salt)])
    if pd.api.types.is_datetime64_any_dtype(column):
        day = pd.to_datetime(text, errors="coerce")
        return column.eq(day) if day != day.normalize() else column.dt.normalize().eq(day)
    if pd.api.types.is_numeric_dtype(column):
        return column.eq(pd.to_numeric(text, errors="coerce")).fillna(False).astype(bool)
    return column.eq(text).fillna(False).astype(bool)


def _same(found: object, expected: object) -> bool:
    if expected is None or pd.isna(found):
        return expected is None and bool(pd.isna(found))
    if isinstance(expected, datetime) and expected.time() == datetime.min.time():
        return pd.Timestamp(found).normalize() == expected
    return found == expected


def _spoken(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _changed(table: pd.DataFrame, rows: pd.Index, one: Correction) -> pd.DataFrame:
    column = table[one.variable].copy()
    column.loc[rows] = pd.NA if one.value is None else one.value
    return table.assign(**{one.variable: column.astype(table[one.variable].dtype)})


def _missing(missing: pd.DataFrame, person: pd.Series, one: Correction) -> pd.DataFrame:
    """The reasons of empty answers after one answer was corrected."""
    kept = missing[~(missing["person"].isin(person) & missing["item"].eq(one.variable))]
    if one.value is not None:
        return kept.reset_index(drop=True)
    reason = {"person": person.iloc[0], "wave": one.wave, "item": one.variable, "reason": one.missing or "missing"}
    return pd.concat([kept, pd.DataFrame([reason])[kept.columns.intersection(list(reason))]], ignore_index=True)


def _aged(people: pd.DataFrame, before: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Age made anew from a corrected birth, where it was made from the birth before."""
    day = pd.Timestamp(wave.reference)
    made = age_in_years(before["birth"], day).eq(before["age"]).fillna(False)
    made |= before["age"].isna()
    rows = before.index[made.astype(bool)]
    age = people["age"].copy()
    age.loc[rows] = age_in_years(people.loc[rows, "birth"], day)
    return people.assign(age=age)

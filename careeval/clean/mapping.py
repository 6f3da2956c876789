"""One raw file into rows of the canonical tables, as columns.csv says; every cell that is not understood is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from careeval.clean.records import Records, is_constant, records
from careeval.errors import Problem
from careeval.ingest.cells import RawTable, clean_header
from careeval.ingest.values import allowed as allowed_values
from careeval.ingest.values import convert
from careeval.specs.columns import PERSON, ColumnRow, Recodes, without_required
from careeval.specs.vocabulary import CanonicalColumn, canonical_tables

# what a column is read as when columns.csv names no recode
DEFAULT_RECODE = {"number": "number", "whole": "count", "date": "date", "datetime": "datetime", "id": "code"}
CELLS_NAMED = 3


@dataclass(frozen=True)
class MappedFile:
    """What one raw file gives: its canonical rows, and what left.

    made: see Records; its specials hold the special word (.missing, .absent ...) of each cell or '', missing where the
    record has no such column. dropped: table, file, row, reason of raw rows that leave ('*': before any table).
    problems: cells that were not understood. naming: texts that name people (see naming_texts), for no table.
    """

    path: str
    made: Records
    dropped: pd.DataFrame
    rows: int
    columns_dropped: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    naming: frozenset[str] = frozenset()


def map_file(
    raw: RawTable,
    rows: list[ColumnRow],
    *,
    path: str,
    recodes: Recodes,
    items: Mapping[str, tuple[int, int]],
    sheet: str = "",
) -> MappedFile:
    """Apply the rows of columns.csv that speak of this file, or of this sheet; the rows then know it as file#sheet."""
    name = f"{path}#{sheet}" if sheet else path
    # headers are compared as they are read: full-width and half-width the same, inner blanks as one
    rows = [
        row if row.raw_column[0] in "=@" else row.model_copy(update={"raw_column": clean_header(row.raw_column)})
        for row in rows
    ]
    rows = [made for row in rows for made in resolved(row, rows, raw.frame.columns)]
    problems = _two_sided(raw, rows, path)
    cells: dict[int, tuple[pd.Series, pd.Series]] = {}
    # a row of one wave only leaves the next wave without it
    here = [row.model_copy(update={"file": path}) for row in rows]
    problems += without_required(here, "columns.csv")
    dropping: dict[int, str] = {}
    for row in rows:
        if problems and not _readable(raw, row):
            continue
        if row.table == "-":
            # a column that nobody keeps can still say which rows are no data: the example row of a template
            words = convert(raw.frame[row.raw_column], row.recode, recodes.get(row.recode, {})).special
            for number in words.index[words.eq(".drop")]:
                dropping.setdefault(number, f"left out by recode: {row.recode} {raw.frame[row.raw_column].at[number]}")
            continue
        # what holds for a whole file is read even where the file has no row: an empty log is a log
        index = raw.frame.index if len(raw.frame) or not is_constant(row) else pd.Index([0], name="row")
        text = _text(raw, row, path, index)
        values, special, wrong = _values(text, row, recodes, items, path)
        problems += _unknown_cells(raw, row, text, wrong, path, recodes, items)
        cells[row.line] = values, special
        for number in raw.frame.index.intersection(special.index[special.eq(".drop")]):
            dropping.setdefault(number, f"left out by recode: {row.recode} {text.at[number]}")
    made = records(raw, rows, cells, _words(rows, recodes), name, staying=_staying(raw, dropping))
    leaving = pd.DataFrame({"row": list(dropping), "reason": list(dropping.values())}, dtype=object)
    dropped = pd.concat([raw.skipped[["row", "reason"]].astype(object), leaving], ignore_index=True)
    dropped = pd.concat([dropped.assign(table="*", file=name), made.unkeyed], ignore_index=True)
    gone = tuple(row.raw_column for row in rows if row.table == "-")
    return MappedFile(name, made, dropped, len(raw.frame) + len(raw.skipped), gone, tuple(problems))


def resolved(row: ColumnRow, rows: list[ColumnRow], headers: Iterable[str]) -> list[ColumnRow]:
    """The row with the header that its raw_column means, where that ends in '*'; else the row itself.

    A header is found by its beginning, after the number that a platform puts before a question ('3、who5_1 wording'),
    or after the dash behind a matrix's stem; 'who5_1*' does not mean 'who5_10'. With table '-' every header that begins
    so and that no other row names, and there need be none.
    """
    start = row.raw_column.removesuffix("*")
    if not start or start == row.raw_column or row.raw_column[0] in "=@":
        return [row]
    named = {one.raw_column for one in rows}
    if row.table == "-":
        taken = [one.raw_column[:-1] for one in rows if one.table != "-" and one.raw_column.endswith("*")]
        found = [name for name in headers if name.startswith(start) and name not in named]
        found = [name for name in found if not any(_begins(name, other) for other in taken)]
    else:
        found = [name for name in headers if _begins(name, start)]
    if len(found) != 1 and row.table != "-":
        return [row]
    return [row.model_copy(update={"raw_column": name}) for name in found]


def _begins(header: str, start: str) -> bool:
    """Whether a header begins with a code that is a word of its own."""
    code = rf"{re.escape(start)}(?![A-Za-z0-9_])"
    return re.match(rf"(?:\d+\s*[、.:]?\s*)?(?:.*—)?\s*{code}", header) is not None


def _staying(raw: RawTable, dropping: Mapping[int, str]) -> pd.Series:
    return pd.Series(~raw.frame.index.isin(list(dropping)), index=raw.frame.index)


def _words(rows: list[ColumnRow], recodes: Recodes) -> dict[int, list[str]]:
    """{line: the values that its recode can give}, where recodes.csv lists them."""
    return {
        row.line: sorted({value for value in recodes[row.recode].values() if not value.startswith(".")})
        for row in rows
        if row.recode in recodes
    }


def _two_sided(raw: RawTable, rows: list[ColumnRow], path: str) -> list[Problem]:
    """Columns of the file without a row, and rows without a column of the file."""
    named = {row.raw_column for row in rows}
    unmapped = [column for column in raw.frame.columns if column not in named]
    absent = [row for row in rows if not _readable(raw, row)]
    way_out = "Add a row to columns.csv; table - drops a column on purpose"
    found = [
        Problem(path, f"column {column}", "no row of columns.csv names this column", "", way_out) for column in unmapped
    ]
    headers = ", ".join(raw.frame.columns)
    return found + [
        Problem("columns.csv", f"row {row.line}", f"{path} has no column {row.raw_column!r}", headers) for row in absent
    ]


def _readable(raw: RawTable, row: ColumnRow) -> bool:
    return row.raw_column[0] in "=@" or row.raw_column in raw.frame.columns


def _text(raw: RawTable, row: ColumnRow, path: str, index: pd.Index) -> pd.Series:
    source = row.raw_column
    if source.startswith("="):
        return pd.Series(source[1:], index=index, dtype="str")
    if source == "@row":
        return pd.Series([str(number) for number in index], index=index, dtype="str")
    if source.startswith("@"):
        file = PurePosixPath(path)
        place = {"@file": file.name, "@folder": file.parent.name, "@sheet": raw.sheet or ""}[source]
        return pd.Series(place, index=index, dtype="str")
    return raw.frame[source]


def _column(row: ColumnRow) -> CanonicalColumn:
    if row.variable in PERSON:
        return CanonicalColumn(kind="id" if row.variable == "person" else "text")
    return canonical_tables()[row.table].columns.get(row.variable, CanonicalColumn(kind="text"))


def _values(
    text: pd.Series, row: ColumnRow, recodes: Recodes, items: Mapping[str, tuple[int, int]], path: str
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """(values, special words, whether the cell is not understood)."""
    column, is_item = _column(row), row.table == "answers" and row.variable in items
    recode = _recode(row, column, is_item)
    made = convert(text, recode, recodes.get(recode, {}), file_name=path)
    values, wrong = made.values, made.unknown.copy()
    known = ~wrong & made.special.eq("")
    if column.kind in ("number", "whole") or is_item:
        numbers = pd.to_numeric(values.where(known), errors="coerce").astype("Float64")
        wrong |= known & numbers.isna()
        if is_item:
            low, high = items[row.variable]
            wrong |= (known & (numbers.lt(low) | numbers.gt(high) | numbers.mod(1).ne(0))).fillna(False).astype(bool)
        values = numbers.where(known & ~wrong)
    elif column.allowed:
        wrong |= known & ~values.isin(column.allowed)
    return values.where(known & ~wrong), made.special, wrong


def _recode(row: ColumnRow, column: CanonicalColumn, is_item: bool) -> str:
    return row.recode or ("number" if is_item else DEFAULT_RECODE.get(column.kind, ""))


def _unknown_cells(
    raw: RawTable,
    row: ColumnRow,
    text: pd.Series,
    wrong: pd.Series,
    path: str,
    recodes: Recodes,
    items: Mapping[str, tuple[int, int]],
) -> list[Problem]:
    """One problem for each different text that is not understood, naming its first cells."""
    column, is_item = _column(row), row.table == "answers" and row.variable in items
    recode = _recode(row, column, is_item)
    taken = allowed_values(recode, recodes.get(recode, {}))
    if is_item:
        taken += f"; whole numbers {items[row.variable][0]} to {items[row.variable][1]}"
    elif column.allowed and not row.recode:
        taken = ", ".join(column.allowed)
    problems = []
    for found, numbers in text[wrong].groupby(text[wrong]).groups.items():
        label = raw.value_labels.get(row.raw_column, {}).get(found, "")
        shown = f"{found!r} ({label})" if label else repr(found)
        cells = "; ".join(raw.cell(number, row.raw_column) for number in numbers[:CELLS_NAMED])
        more = f" and {len(numbers) - CELLS_NAMED} more cells" if len(numbers) > CELLS_NAMED else ""
        way_out = f"Add it to recodes.csv (recode {row.recode or 'of your choice'}), or correct the file"
        if is_constant(row):
            cells, more = row.raw_column, ""
        elif found.startswith("="):
            way_out = "The formula was saved without its value: open the file in Excel, let it calculate, and save it"
        problems.append(
            Problem(path, f"{cells}{more}", f"found {shown} for {row.table}.{row.variable}", taken, way_out)
        )
    return problems

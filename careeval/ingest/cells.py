"""Rows of text cells into a raw table: where the header is, which rows are nobody's, and how a cell is found again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pandas as pd
from openpyxl.utils import get_column_letter

from careeval.errors import Problem, SpecError, TableError, listed
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, read_library

HEADER_SEARCHED, WIDTH_SEARCHED = 10, 20
PLAIN = "sheet"


@dataclass(frozen=True)
class RawTable:
    """A file as it was handed in, all text; an empty cell is ''.

    frame: index `row` is the row a person sees in the file (in SPSS and Stata the case), columns are the headers.
    labels: {column: what it asks}; value_labels: {column: {text: label}}; both only from SPSS and
    Stata files. dialect: the kind of file (wjx, tencent, kobo, spss, stata, sheet). notes: what was decided on reading.
    skipped: row, reason of rows that are nobody's (title, blank, header again, footer). name: of the file.
    sheet: of a workbook, else ''. places: the number of each column in the file, from 1. other_sheets: the titles of
    those in the workbook that have cells too.
    """

    frame: pd.DataFrame
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[str, str]]
    dialect: str
    notes: tuple[str, ...]
    skipped: pd.DataFrame
    name: str
    sheet: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    other_sheets: tuple[str, ...] = ()

    def cell(self, row: int, column: str) -> str:
        """A cell as a person finds it: 'sheet S, cell C17 (header)', 'case 3, variable Q1', 'row 17, column header'."""
        if self.dialect in ("spss", "stata"):
            return f"case {row}, variable {column}"
        if not self.sheet:
            return f"row {row}, column {column}"
        letter = get_column_letter(self.places[column])
        return f"sheet {self.sheet}, cell {letter}{row} ({column})"


class Dialect(Record):
    """A kind of file: the headers that tell it, and the words that begin its footer rows (none in an export).

    signed: words that do so only with a colon behind them. title: what people call it. columns: those the platform
    itself writes, as [table, variable, recode, note] of columns.csv; table - drops the column.
    """

    headers: tuple[str, ...]
    title: str = ""
    columns: dict[str, tuple[str, str, str, str]] = {}
    footer: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


@cache
def dialects() -> dict[str, Dialect]:
    """The kinds of file by name, from library/dialects.toml."""
    return read_library(LIBRARY / "dialects.toml", Dialect)


def clean_header(text: str) -> str:
    """A header after NFKC: full width becomes plain, and any run of blanks, tabs and line breaks one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def raw_table(
    cells: Sequence[Sequence[str]], *, name: str, sheet: str = "", dialect: str | None = None, notes: Sequence[str] = ()
) -> RawTable:
    """A raw table of the rows of a file, the first row being row 1; rows may differ in length.

    The header is the first row, of the first 10 that are not empty, with at least half as many filled cells as the
    fullest of the first 20, and at least 2 (1 where no row has more). Rows above it are titles. Below it a row that is
    blank, repeats the header, or (in a hand-kept sheet) begins with a footer word such as 平均分 is nobody's. Blank
    rows after the last one are no rows. Columns with neither header nor cells are left out with a note.

    Raises TableError where there is no header, where a row has cells beyond it, and where cells have no header.
    """
    filled = [(number, row) for number, row in enumerate(cells, start=1) if any(map(_is_filled, row))]
    at = _header_row(filled, name, sheet)
    header = _cleaned(cells[at - 1])
    kind = _dialect(header, dialect)
    below = [(number, row) for number, row in filled if number > at]
    skipped = [(number, "title above the header") for number, _ in filled if number < at]
    reasons = {number: _nobody(row, header, dialects()[kind]) for number, row in below}
    skipped += [(number, reason) for number, reason in reasons.items() if reason]
    last = filled[-1][0]
    skipped += [
        (number, "blank row") for number, row in enumerate(cells, 1) if number < last and not any(map(_is_filled, row))
    ]
    data = [(number, row) for number, row in below if not reasons[number]]
    places, left_out = _places(header, data, name, sheet)
    short = sum(len(row) < len(header) for _, row in data) if not sheet else 0
    notes = [*notes, *left_out] + ([f"{short} rows end before the last column; their cells are empty"] if short else [])
    return RawTable(
        frame=_frame(data, places),
        labels={},
        value_labels={},
        dialect=kind,
        notes=tuple(notes),
        skipped=_skipped(skipped),
        name=name,
        sheet=sheet,
        places={column: place + 1 for column, place in places.items()},
    )


def _is_filled(text: str) -> bool:
    return bool(text and not text.isspace())


def _where(name: str, sheet: str) -> tuple[str, str]:
    return name, f"sheet {sheet}" if sheet else ""


def _header_row(filled: Sequence[tuple[int, Sequence[str]]], name: str, sheet: str) -> int:
    if not filled:
        raise TableError(
            Problem(*_where(name, sheet), "there is nothing in it", "", "Save the file again with its data")
        )
    counts = [sum(map(_is_filled, row)) for _, row in filled[:WIDTH_SEARCHED]]
    wide = max(counts)
    enough = max(min(2, wide), wide / 2)
    for (number, _), count in zip(filled[:HEADER_SEARCHED], counts, strict=False):
        if count >= enough:
            return number
    found = f"no header in its first {HEADER_SEARCHED} rows: the widest row below has {wide} cells"
    way_out = "Delete what stands above the header row"
    raise TableError(Problem(*_where(name, sheet), found, "one row of column names above the data", way_out))


def _dialect(header: Sequence[str], told: str | None) -> str:
    if told is not None:
        if told not in dialects():
            raise SpecError(Problem("read_file()", "dialect", f"found {told!r}", listed(dialects())))
        return told
    known = (name for name, one in dialects().items() if one.headers and set(one.headers) <= set(header))
    return next(known, PLAIN)


def _nobody(row: Sequence[str], header: Sequence[str], dialect: Dialect) -> str:
    """Why a row below the header is nobody's; '' where it is somebody's."""
    first = clean_header(next(text for text in row if _is_filled(text)))
    if first == next(text for text in header if text) and _cleaned(row) == list(header):
        return "header again"
    word, colon, _ = first.casefold().partition(":")
    return "footer" if word.strip() in (*dialect.footer, *(dialect.signed if colon else ())) else ""


def _cleaned(row: Sequence[str]) -> list[str]:
    """Headers, or a row to compare with them, without the empty cells behind the last text."""
    texts = [clean_header(text) for text in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _places(
    header: Sequence[str], data: Sequence[tuple[int, Sequence[str]]], name: str, sheet: str
) -> tuple[dict[str, int], list[str]]:
    """{column: its position from 0}, repeated headers as text@2, text@3; and a note on columns left out."""
    width = max([len(header), *(len(row) for _, row in data)])
    full = {at for _, row in data for at, text in enumerate(row) if _is_filled(text)}
    problems, places, empty = [], {}, 0
    for at in range(width):
        if at < len(header) and header[at]:
            times = 1
            while (column := header[at] if times == 1 else f"{header[at]}@{times}") in places:
                times += 1
            places[column] = at
        elif at in full:
            problems.append(_without_header(at, len(header), data, name, sheet))
        else:
            empty += 1
    if problems:
        raise TableError(*problems)
    return places, [f"{empty} empty columns without a header left out"] if empty else []


def _without_header(at: int, width: int, data: Sequence[tuple[int, Sequence[str]]], name: str, sheet: str) -> Problem:
    number, row = next((number, row) for number, row in data if at < len(row) and _is_filled(row[at]))
    count = sum(at < len(row) and _is_filled(row[at]) for _, row in data)
    place = f"sheet {sheet}, cell {get_column_letter(at + 1)}{number}" if sheet else f"row {number}"
    if at < width or sheet:
        found = f"{count} cells of column {get_column_letter(at + 1)} are filled, but the column has no header"
        return Problem(
            name, place, found, "a header above every filled column", "Give the column a header, or clear it"
        )
    found = f"{len(row)} cells, of which cell {at + 1} is filled"
    way_out = "Quote a cell that holds the separator, or join what was split"
    return Problem(name, place, found, f"at most {width} cells, as in the header", way_out)


def _frame(data: Sequence[tuple[int, Sequence[str]]], places: Mapping[str, int]) -> pd.DataFrame:
    index = pd.Index([number for number, _ in data], name="row", dtype="int64")
    columns = {column: [row[at] if at < len(row) else "" for _, row in data] for column, at in places.items()}
    return pd.DataFrame(columns, index=index, dtype="str")


def _skipped(rows: Sequence[tuple[int, str]]) -> pd.DataFrame:
    numbers, reasons = zip(*sorted(rows), strict=True) if rows else ((), ())
    return pd.DataFrame({"row": pd.Series(numbers, dtype="int64"), "reason": pd.Series(reasons, dtype="str")})

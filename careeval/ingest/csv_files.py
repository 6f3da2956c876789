"""A csv or tab-separated file into a raw table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from statistics import median_low

from careeval.errors import Problem, TableError
from careeval.ingest.cells import RawTable, raw_table

# in this order: nearly every short UTF-8 text also decodes as gb18030, as nonsense; the other way round it fails
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def read_csv(path: Path, *, dialect: str | None = None) -> RawTable:
    """A csv file with comma, semicolon or tab, in UTF-8 or GB18030; rows are counted as Excel shows them.

    The separator is the one that gives most of the first 20 rows the most cells, comma where they tie.
    Raises TableError for another encoding, for rows that do not fit, and for a quote that is never closed.
    """
    text, encoding = _decoded(path)
    separator = max(SEPARATORS, key=lambda one: _cells_a_row(text, one, path.name))
    notes = [f"read as {encoding}"] if encoding != ENCODINGS[0] else []
    notes += [f"separated by {SEPARATORS[separator]}"] if separator != "," else []
    return raw_table(_rows(text, separator, path.name), name=path.name, dialect=dialect, notes=notes)


def _cells_a_row(text: str, separator: str, name: str) -> tuple[int, int]:
    # the middle row first: a title has one cell, and a free text may hold a separator by chance
    counts = [len(row) for row in _rows(text, separator, name, most=20) if row] or [0]
    return median_low(counts), max(counts)


def _decoded(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            at = error.start
    found = f"byte {at} belongs to no encoding that is read here"
    raise TableError(Problem(path.name, "", found, "UTF-8 or GB18030", "In Excel or WPS: save as 'CSV UTF-8'"))


def _rows(text: str, separator: str, name: str, *, most: int | None = None) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=most is None)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == most:
                break
    except csv.Error as error:
        if most is None:
            way_out = "Open the file in Excel or WPS and save it again as 'CSV UTF-8'"
            place = f"row {len(rows) + 1}"
            raise TableError(Problem(name, place, f"the row cannot be read ({error})", "csv", way_out)) from error
    return rows

"""An SPSS file into a raw table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from careeval.errors import Problem, TableError
from careeval.ingest.cells import RawTable, clean_header
from careeval.ingest.text import cell_text

# GBK files say nothing of their encoding
ENCODINGS = (None, "GB18030")


def read_spss(path: Path) -> RawTable:
    """A .sav file: codes as text ('1', not '1.0'), with their labels beside them; rows are numbered by case.

    System-missing is ''. Codes that the file itself declares missing stay as they are: columns.csv says what they mean.
    Raises TableError where the file cannot be read.
    """
    frame, meta, notes = _read(path)
    declared = [clean_header(name) for name in meta.missing_ranges]
    if declared:
        notes.append(f"codes declared missing in the file stay codes: {', '.join(declared[:8])}")
    return coded_table(frame.apply(coded_text), meta, cell_text, dialect="spss", notes=notes, name=path.name)


def coded_text(values: pd.Series, text: Callable[[Any], str] = cell_text) -> pd.Series:
    """A column as text, '' where it is missing; a file has few different codes: each is turned into text once."""
    texts = {value: text(value) for value in values.dropna().unique()}
    return values.astype(object).map(texts).astype(object).fillna("")


def coded_table(
    cells: pd.DataFrame, meta: Any, code: Callable[[Any], str], *, dialect: str, notes: list[str], name: str
) -> RawTable:
    """A raw table of cells that are text already; code: how a code of the file's value labels stands in the cells."""
    labels = {clean_header(column): label for column, label in meta.column_names_to_labels.items() if label}
    index = pd.RangeIndex(1, len(cells) + 1, name="row")
    table = cells.rename(columns=clean_header).set_axis(index).astype("str")
    value_labels = {
        clean_header(column): {code(value): str(label) for value, label in codes.items()}
        for column, codes in meta.variable_value_labels.items()
    }
    skipped = pd.DataFrame({"row": pd.Series(dtype="int64"), "reason": pd.Series(dtype="str")})
    places = {column: number for number, column in enumerate(table.columns, start=1)}
    return RawTable(table, labels, value_labels, dialect, tuple(notes), skipped, name, places=places)


def _read(path: Path) -> tuple[pd.DataFrame, Any, list[str]]:
    for encoding in ENCODINGS:
        try:
            frame, meta = pyreadstat.read_sav(path, user_missing=True, apply_value_formats=False, encoding=encoding)
        except pyreadstat.ReadstatError as error:
            reason = error
            continue
        return frame, meta, [f"read as {encoding}"] if encoding else []
    found = f"it cannot be read as an SPSS file ({str(reason).strip()})"
    raise TableError(
        Problem(path.name, "", found, ".sav", "Open it in SPSS or PSPP and save it again, or save it as .csv")
    )

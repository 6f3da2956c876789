"""An SPSS file into a raw table."""

from __future__ import annotations

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
    labels = {clean_header(name): label for name, label in meta.column_names_to_labels.items() if label}
    declared = [clean_header(name) for name in meta.missing_ranges]
    if declared:
        notes.append(f"codes declared missing in the file stay codes: {', '.join(declared[:8])}")
    text = {clean_header(name): _column(frame[name]) for name in frame.columns}
    table = pd.DataFrame(text, dtype="str").set_axis(pd.RangeIndex(1, len(frame) + 1, name="row"))
    value_labels = {
        clean_header(name): {cell_text(code): str(label) for code, label in codes.items()}
        for name, codes in meta.variable_value_labels.items()
    }
    skipped = pd.DataFrame({"row": pd.Series(dtype="int64"), "reason": pd.Series(dtype="str")})
    places = {column: number for number, column in enumerate(table.columns, start=1)}
    return RawTable(table, labels, value_labels, "spss", tuple(notes), skipped, path.name, places=places)


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


def _column(values: pd.Series) -> pd.Series:
    # a file has few different codes: each is turned into text once
    texts = {value: cell_text(value) for value in values.dropna().unique()}
    return values.astype(object).map(texts).astype(object).fillna("")

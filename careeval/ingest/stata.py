"""A Stata file into a raw table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from careeval.errors import Problem, TableError
from careeval.ingest.cells import RawTable
from careeval.ingest.spss import coded_table, coded_text
from careeval.ingest.text import cell_text

NEW_FORMAT = re.compile(rb"<stata_dta><header><release>(\d+)")
FIRST_UNICODE = 118
# before Stata 14 a file says nothing of its encoding; the order is that of csv files
ENCODINGS = ("UTF-8", "GB18030")


def read_stata(path: Path) -> RawTable:
    """A .dta file: codes as text ('1', not '1.0'), with their labels beside them; rows are numbered by case.

    Missing (.) is ''. The extended missing values .a to .z are '(.a)' to '(.z)': recodes.csv says what they mean.
    Raises TableError where the file cannot be read.
    """
    frame, meta, encoding = _read(path)
    numeric = {name for name, kind in meta.readstat_variable_types.items() if kind != "string"}
    cells = frame.apply(lambda values: coded_text(values, _code if values.name in numeric else cell_text))
    extended = [name for name in meta.missing_user_values if name in frame]
    notes = [f"read as {encoding}"] if encoding == ENCODINGS[1] else []
    notes += [f"extended missing values are kept as (.a) to (.z): {', '.join(extended[:8])}"] if extended else []
    return coded_table(cells, meta, _code, dialect="stata", notes=notes, name=path.name)


def _code(value: Any) -> str:
    # in brackets, because a word that begins with a dot is a special word of recodes.csv
    return f"(.{value})" if isinstance(value, str) else cell_text(value)


def _read(path: Path) -> tuple[pd.DataFrame, Any, str | None]:
    with path.open("rb") as file:
        release = NEW_FORMAT.match(file.read(40))
    known = release is not None and int(release[1]) >= FIRST_UNICODE
    for encoding in (None,) if known else ENCODINGS:
        try:
            return *pyreadstat.read_dta(path, user_missing=True, encoding=encoding), encoding
        except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
            reason = error
    found = f"it cannot be read as a Stata file ({str(reason).strip()})"
    raise TableError(Problem(path.name, "", found, ".dta", "In Stata: save it again, or export delimited"))

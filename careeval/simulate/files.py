"""Tables of text and numbers as files that people have: a csv, a workbook with a title row and a footer."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

# a workbook carries the minute it was written; ours carry this one, so that the same seed gives the same bytes
WRITTEN = datetime(2025, 7, 1, 8, 0, 0)


@dataclass(frozen=True)
class DataFile:
    """One raw file: `frame` as it stands in it (missing = empty cell), a merged title row above, footer rows below.

    encoding and separator are those of a csv; a workbook has neither.
    """

    path: str
    frame: pd.DataFrame
    title: str = ""
    footer: tuple[tuple[object, ...], ...] = ()
    encoding: str = "gb18030"
    separator: str = ","


def write_file(file: DataFile, folder: Path) -> Path:
    """Write the file under `folder`: .csv with the line ends of Windows, .xlsx otherwise."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        text = file.frame.to_csv(index=False, lineterminator="\r\n", sep=file.separator)
        path.write_bytes(text.encode(file.encoding))
    else:
        path.write_bytes(_same_bytes(_workbook(file)))
    return path


def _workbook(file: DataFile) -> Workbook:
    book = Workbook()
    book.properties.creator = ""
    book.properties.created = WRITTEN
    sheet = book.active
    sheet.title = "Sheet1"
    if file.title:
        sheet.append([file.title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=file.frame.shape[1])
    sheet.append(list(file.frame.columns))
    cells = file.frame.astype(object).where(file.frame.notna(), None)
    for row in cells.itertuples(index=False, name=None):
        sheet.append(row)
    for row in file.footer:
        sheet.append(row)
    return book


def _same_bytes(book: Workbook) -> bytes:
    """The workbook as bytes without the time of writing, in its properties and in its zip entries."""
    saved, packed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    stamp = f">{WRITTEN.isoformat()}Z</dcterms:modified>"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(r">[^<>]*</dcterms:modified>", stamp, content.decode()).encode()
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return packed.getvalue()

"""Empty files for the next wave: the headers that columns.csv knows, a file for each one of the wave before."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from openpyxl import Workbook

from careeval.clean.selection import raw_files, rows_by_sheet
from careeval.specs.columns import ColumnRow
from careeval.specs.study import Study, Wave

TEXT, WORKBOOK = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm")
NOT_IN_THE_FILE = ("=", "@")  # a literal; the file's own name, folder, sheet


def blank_files(study: Study, last: Wave, wave: str) -> tuple[dict[str, bytes], list[str]]:
    """({name: content}, names without one) for wave `wave`, by the files of wave `last`.

    Columns stand in the order of columns.csv, those that are dropped too, so that the filled file is read without a new
    map. Without one: file kinds that are not written here, and files that only rows of their own wave speak of.
    """
    made, without = {}, []
    folder = study.raw / last.id
    for path in raw_files(folder)[0] if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        sheets = {sheet: headers(rows) for sheet, rows in rows_by_sheet(study.columns, wave, name).items()}
        ending = PurePosixPath(name).suffix.lower()
        if not any(sheets.values()) or ending not in (*TEXT, *WORKBOOK):
            without.append(name)
        else:
            made[name] = (
                _workbook(sheets) if ending in WORKBOOK else _text(sheets[""], "\t" if ending == ".tsv" else ",")
            )
    return made, without


def headers(rows: Iterable[ColumnRow]) -> list[str]:
    """The raw columns of rows of columns.csv, each once; 'text@2' is a second column with the header 'text'."""
    names = dict.fromkeys(row.raw_column for row in rows if not row.raw_column.startswith(NOT_IN_THE_FILE))
    return [_header(name) for name in names]


def _header(name: str) -> str:
    start, _, number = name.rpartition("@")
    return start if start and number.isdigit() else name


def _text(header: list[str], separator: str) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=separator).writerow(header)
    return lines.getvalue().encode("utf-8-sig")


def _workbook(sheets: Mapping[str, list[str]]) -> bytes:
    book = Workbook()
    # '' is the first sheet, whatever its name
    for place, sheet in enumerate(sorted(sheets)):
        page = book.active if place == 0 else book.create_sheet()
        page.title = sheet or page.title
        page.append(sheets[sheet])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()

"""Which rows of columns.csv speak of which raw file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from careeval.specs.columns import ColumnRow

# locks of open workbooks, hidden files, and what Windows leaves in a folder
NOBODYS = ("~$", ".", "Thumbs.db", "desktop.ini")


def raw_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """(files, passed over) of a wave, sorted; what no person put there is passed over."""
    everything = sorted(path for path in folder.rglob("*") if path.is_file())
    passed = [path for path in everything if path.name.startswith(NOBODYS)]
    return [path for path in everything if path not in passed], passed


def matches(pattern: str, relative: str) -> bool:
    """Whether a glob names a file, folder by folder: `*` stays inside one folder."""
    wanted, found = (_normal(text).split("/") for text in (pattern, relative))
    return len(wanted) == len(found) and all(map(fnmatchcase, found, wanted))


def rows_by_sheet(columns: Iterable[ColumnRow], wave: str, relative: str) -> dict[str, list[ColumnRow]]:
    """{sheet: rows} for one file of one wave; '' is the first sheet.

    A row of this very wave takes the place of a '*' row with the same record, table and variable, and of any '*' row
    for the same raw column where one of the two drops the column.
    """
    found: dict[str, list[ColumnRow]] = {}
    for row in columns:
        pattern, _, sheet = row.file.partition("#")
        if row.wave in ("*", wave) and matches(pattern, relative):
            found.setdefault(sheet, []).append(row)
    return {sheet: _without_beaten(rows, wave) for sheet, rows in found.items()}


def _without_beaten(rows: list[ColumnRow], wave: str) -> list[ColumnRow]:
    exact = [row for row in rows if row.wave == wave]
    targets = {row.target[1:] for row in exact}
    drops = {row.raw_column for row in exact if row.table == "-"}
    kept = {row.raw_column for row in exact if row.table != "-"}

    def beaten(row: ColumnRow) -> bool:
        column_goes = row.raw_column in (kept if row.table == "-" else drops)
        return row.wave == "*" and (row.target[1:] in targets or column_goes)

    return [row for row in rows if not beaten(row)]


def _normal(text: str) -> str:
    # a file name written on a Mac comes in decomposed letters
    return unicodedata.normalize("NFC", text.replace("\\", "/"))

"""Empty files for the next wave: the headers that columns.csv knows, a file for each one of the wave before."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from openpyxl import Workbook

from careeval.clean.selection import raw_files, rows_by_sheet
from careeval.specs.columns import ColumnRow
from careeval.specs.study import Study, Wave

TEXT, WORKBOOK = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm")
NOT_IN_THE_FILE = ("=", "@")  # a literal; the file's own name, folder, sheet


def blank_files(study: Study, last: Wave, wave: str) -> tuple[dict[str, bytes], list[str]]:
    """({name: content}, what to look at) for wave `wave`, by the files of all waves so far.

    A file of an earlier wave that `last` lacks is written too: what was missing once would be forgotten. Names that
    differ in their numbers only are one export, under its newest name. Columns stand in the order of columns.csv, those
    that are dropped too, so that the filled file is read without a new map. To look at: names that differ between
    waves, what has no blank file (a kind not written here, or only rows of its own wave speak of it), and rows of
    columns.csv that speak of `last` alone.
    """
    names, notes = _names(study, last)
    made = {}
    for name in names:
        sheets = {sheet: headers(rows) for sheet, rows in rows_by_sheet(study.columns, wave, name).items()}
        ending = PurePosixPath(name).suffix.lower()
        if not any(sheets.values()) or ending not in (*TEXT, *WORKBOOK):
            notes.append(f"no blank file for {name}")
        else:
            made[name] = (
                _workbook(sheets) if ending in WORKBOOK else _text(sheets[""], "\t" if ending == ".tsv" else ",")
            )
    own = [row for row in study.columns if row.wave == last.id]
    told = dict.fromkeys(f"columns.csv: {row.file}, {row.raw_column}: a row of wave {last.id} only" for row in own)
    return made, [*notes, *told]


def _names(study: Study, last: Wave) -> tuple[list[str], list[str]]:
    """File names of all waves, an export once, and the notes on those that are not the same in every wave."""
    names, notes = _files(study, last), []
    for wave in reversed([one for one in study.spec.waves if one.id != last.id]):
        for kind, earlier in _by_kind(_files(study, wave)).items():
            now = _by_kind(names).get(kind, [])
            gone = [name for name in earlier if name not in now]
            # as many as there were: the same exports with new numbers
            lacking = gone[: max(0, len(earlier) - len(now))]
            notes += [f"{name}: a file of wave {wave.id}, not of {last.id}; a blank one is there" for name in lacking]
            if renamed := len(gone) - len(lacking):
                new = next(name for name in now if name not in earlier)
                notes.append(f"{new}: was {gone[-renamed]} in wave {wave.id}; the next export has a name of its own")
            names += lacking
    return sorted(names), list(dict.fromkeys(notes))


def _files(study: Study, wave: Wave) -> list[str]:
    folder = study.raw / wave.id
    paths = raw_files(folder)[0] if folder.is_dir() else ()
    return [path.relative_to(folder).as_posix() for path in paths]


def _by_kind(names: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(re.sub(r"\d+", "0", name), []).append(name)
    return kinds


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

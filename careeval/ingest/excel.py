"""A sheet of an Excel workbook into a raw table."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from careeval.errors import Problem, TableError, listed
from careeval.ingest.cells import RawTable, raw_table
from careeval.ingest.text import cell_text

FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def read_excel(path: Path, *, sheet: str | None = None, dialect: str | None = None) -> RawTable:
    """One sheet of an .xlsx or .xlsm workbook: the named one, else the first that has cells.

    5.0 becomes '5', a date '2025-09-01', a date with a time '2025-09-01 08:30:00', a yes-no cell 'TRUE' or 'FALSE'.
    A formula gives the value it had when the file was saved; where none was saved it gives its own text ('=SUM(...)'),
    which no number recode takes, so that the cell is named instead of read as empty.

    Raises TableError for a sheet that is not there, and for a file that is no workbook.
    """
    book = _open(path, data_only=True)
    page, others = _sheet(book.worksheets, sheet, path.name)
    notes = []
    rows = [[cell_text(value) for value in row] for row in page.iter_rows(values_only=True)]
    if _has_formulas(path):
        unsaved = _fill_formulas(rows, page, _open(path, data_only=False)[page.title])
        if unsaved:
            notes.append(f"{unsaved} formulas were saved without a value; open the file in Excel or WPS and save it")
    raw = raw_table(rows, name=path.name, sheet=page.title, dialect=dialect, notes=notes)
    raw = replace(raw, other_sheets=others)
    if merged := _merged(page, raw):
        note = f"merged cells below the header ({listed(merged, most=5)}): only the first cell of each has the text"
        return replace(raw, notes=(*raw.notes, note))
    return raw


def _open(path: Path, *, data_only: bool) -> openpyxl.Workbook:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and rules it does not keep; text is all that is read here
            warnings.simplefilter("ignore")
            # never read_only: WPS may write a wrong size of the sheet, and then one cell would be all
            return openpyxl.load_workbook(path, data_only=data_only)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        way_out = "Open it in Excel or WPS, take off any password, and save it as .xlsx"
        raise TableError(Problem(path.name, "", f"this is no readable workbook ({error})", ".xlsx", way_out)) from error


def _sheet(pages: list[Worksheet], sheet: str | None, name: str) -> tuple[Worksheet, tuple[str, ...]]:
    """The sheet to read, and the titles of the others that have cells."""
    filled = [
        page for page in pages if any(value is not None for row in page.iter_rows(values_only=True) for value in row)
    ]
    titles = {page.title: page for page in pages}
    if sheet is not None and sheet not in titles:
        way_out = "Name one of these after # in the column file of columns.csv"
        raise TableError(Problem(name, f"sheet {sheet}", "there is no such sheet", listed(titles), way_out))
    page = (filled or pages)[0] if sheet is None else titles[sheet]
    return page, tuple(other.title for other in filled if other is not page)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        pages = [part for part in parts.namelist() if part.startswith("xl/worksheets/") and part.endswith(".xml")]
        return any(FORMULA.search(parts.read(page)) for page in pages)


def _fill_formulas(rows: list[list[str]], page: Worksheet, formulas: Worksheet) -> int:
    """Put the text of formulas without a saved value into `rows`; how many there are."""
    unsaved = 0
    for row in formulas.iter_rows(min_row=page.min_row, max_row=page.max_row):
        for cell in row:
            at = cell.row - 1, cell.column - 1
            if cell.data_type == "f" and page.cell(cell.row, cell.column).value is None:
                value = cell.value
                rows[at[0]][at[1]] = value if isinstance(value, str) else f"={getattr(value, 'text', value)}"
                unsaved += 1
    return unsaved


def _merged(page: Worksheet, raw: RawTable) -> list[str]:
    """Merged ranges that reach over several rows of data."""
    rows = set(raw.frame.index)
    return [
        area.coord
        for area in page.merged_cells.ranges
        if len(rows.intersection(range(area.min_row, area.max_row + 1))) > 1
    ]

"""A file of any kind that is read here into a raw table."""

from __future__ import annotations

from pathlib import Path

from careeval.errors import Problem, TableError, listed
from careeval.ingest.cells import RawTable

__all__ = ["RawTable", "read_file"]

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".sav", ".dta")
WAYS_OUT = {
    ".xls": "Open it in Excel or WPS and save it as .xlsx",
    ".et": "Open it in WPS and save it as .xlsx",
    ".ods": "Open it in LibreOffice or WPS and save it as .xlsx",
    ".zip": "Unpack it and put the files into the folder",
}


def read_file(path: str | Path, *, dialect: str | None = None, sheet: str | None = None) -> RawTable:
    """A csv, Excel, SPSS or Stata file as a table of text; which one, its ending says.

    dialect: the kind of file, where its headers do not tell it. sheet: of a workbook; the first with cells if not told.
    Raises TableError for another ending, for a file that is not there or is open in another program, and for all that
    its reader refuses.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        way_out = WAYS_OUT.get(ending, "Save it as one of these, or take it out of raw/")
        raise TableError(Problem(path.name, "", f"a file ending in {ending or 'nothing'}", listed(ENDINGS), way_out))
    if sheet is not None and ending not in (".xlsx", ".xlsm"):
        found = f"found sheet {sheet!r}, but the file has no sheets"
        raise TableError(Problem(path.name, "", found, ".xlsx, .xlsm", "Take #sheet out of columns.csv"))
    _can_be_opened(path)
    if ending == ".sav":
        from careeval.ingest.spss import read_spss

        return read_spss(path)
    if ending == ".dta":
        from careeval.ingest.stata import read_stata

        return read_stata(path)
    if ending in (".xlsx", ".xlsm"):
        from careeval.ingest.excel import read_excel

        return read_excel(path, sheet=sheet, dialect=dialect)
    from careeval.ingest.csv_files import read_csv

    return read_csv(path, dialect=dialect)


def _can_be_opened(path: Path) -> None:
    try:
        path.open("rb").close()
    except PermissionError as error:
        way_out = "Close it in Excel or WPS and try again"
        raise TableError(Problem(path.name, "", "the file is open in another program", "", way_out)) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise TableError(Problem(path.name, "", "there is no such file", "", f"Look in {path.parent.name}/")) from error

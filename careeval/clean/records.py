"""The rows of columns.csv with one table and record make one canonical row of each raw row; some make none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from careeval.ingest.cells import RawTable
from careeval.specs.columns import ColumnRow
from careeval.specs.vocabulary import canonical_tables

Cells = Mapping[int, tuple[pd.Series, pd.Series]]
PLACE = ("service", "site", "unit")


@dataclass(frozen=True)
class Records:
    """tables and specials: a frame a table (columns `file`, `row`, `record`, the variables; values or special words).

    exams have `mark_cell` beside them: where a person finds the mark.
    unkeyed: table, row, reason of records that tell something but lack their key; blank: {table: records that tell
    nothing}. handed_in: record, service, site, unit of the services that this file is a log of, from what its name,
    its folder and columns.csv say, so that a log without a row is a log as well.
    """

    tables: Mapping[str, pd.DataFrame]
    specials: Mapping[str, pd.DataFrame]
    unkeyed: pd.DataFrame
    blank: Mapping[str, int]
    handed_in: pd.DataFrame


def records(
    raw: RawTable,
    rows: Sequence[ColumnRow],
    cells: Cells,
    words: Mapping[int, Sequence[str]],
    path: str,
    *,
    staying: pd.Series,
) -> Records:
    """All canonical rows of one file; words: {line: all values that its recode can give}."""
    tables, specials, unkeyed, blank, handed_in = {}, {}, [], {}, []
    for table in dict.fromkeys(row.table for row in rows if row.table not in ("*", "-")):
        own = [row for row in rows if row.table == table]
        values, special = [], []
        names = list(dict.fromkeys(row.record for row in own if row.record)) or [""]
        for record in names:
            filling = [row for row in rows if row.table in ("*", table) and row.record in ("", record)]
            filling = [row for row in filling if row.line in cells]
            # with several records, a column of all of them tells nothing about one
            telling = [row for row in filling if row.table == table and (len(names) == 1 or row.record)]
            without, told = _key_is_blank(raw, telling, table)
            reason = f"{table} without {canonical_tables()[table].row_key}"
            unkeyed += [(table, number, reason) for number in raw.frame.index[staying & without & told]]
            blank[table] = blank.get(table, 0) + int((staying & without & ~told).sum())
            keep = staying & ~without
            values.append(_frame(filling, cells, 0, raw.frame.index, path, record)[keep])
            special.append(_frame(filling, cells, 1, raw.frame.index, path, record)[keep])
            if table == "exams":
                values[-1] = values[-1].assign(mark_cell=_mark_cells(raw, filling, values[-1].index))
            if table == "services":
                handed_in += _handed_in(filling, cells, words, path, record)
        tables[table], specials[table] = (pd.concat(frames, ignore_index=True) for frames in (values, special))
    return Records(
        tables,
        specials,
        pd.DataFrame(unkeyed, columns=["table", "row", "reason"]).assign(file=path),
        {table: number for table, number in blank.items() if number},
        pd.DataFrame(handed_in, columns=["file", "record", *PLACE], dtype="str"),
    )


def is_constant(row: ColumnRow) -> bool:
    """Whether a row says the same of every raw row of a file: a literal, or the file's name and place."""
    return row.raw_column[0] in "=@" and row.raw_column != "@row"


def _key_is_blank(raw: RawTable, telling: Sequence[ColumnRow], table: str) -> tuple[pd.Series, pd.Series]:
    """(the raw cell of the record's key is blank, the record tells something all the same), both by raw row."""
    spec = canonical_tables()[table]
    none = pd.Series(False, index=raw.frame.index)
    blank, told = none, none
    for row in telling:
        if row.raw_column not in raw.frame:
            continue
        empty = raw.frame[row.raw_column].str.strip().eq("")
        if row.variable == spec.row_key:
            blank = empty
        elif row.variable in spec.told_by:
            told = told | ~empty
    return blank, told


def _mark_cells(raw: RawTable, filling: Sequence[ColumnRow], index: pd.Index) -> list[str]:
    column = next((row.raw_column for row in filling if row.variable == "mark" and row.raw_column in raw.frame), "")
    return [raw.cell(number, column) if column else f"row {number}" for number in index]


def _handed_in(
    filling: Sequence[ColumnRow], cells: Cells, words: Mapping[int, Sequence[str]], path: str, record: str
) -> list[tuple[object, ...]]:
    """The services of one record, each with the site and unit that hold for the whole file, or None."""
    constant = {row.variable: next(iter(cells[row.line][0]), None) for row in filling if is_constant(row)}
    named = next((row for row in filling if row.variable == "service"), None)
    services = [constant["service"]] if "service" in constant else words.get(named.line, []) if named else []
    return [(path, record, service, constant.get("site"), constant.get("unit")) for service in services or [None]]


def _frame(
    rows: Sequence[ColumnRow], cells: Cells, which: int, index: pd.Index, path: str, record: str
) -> pd.DataFrame:
    columns = {row.variable: cells[row.line][which] for row in rows}
    return pd.DataFrame({"file": path, "row": index, "record": record, **columns}, index=index)

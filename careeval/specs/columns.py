"""columns.csv and recodes.csv: which raw column fills which canonical column, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.check_study import ids, item_ranges
from careeval.specs.records import Record, read_rows
from careeval.specs.vocabulary import BUILT_IN_RECODES, LINK_KEYS, SPECIAL, canonical_tables

COLUMNS = ("wave", "file", "record", "raw_column", "table", "variable", "recode", "note")
RECODES = ("recode", "raw", "value")
PLACES = ("@file", "@folder", "@sheet", "@row")
PERSON = ("person", *(f"key:{key}" for key in LINK_KEYS))
# tables whose rows may name a person; in services a meeting or an opened room has none
PERSON_TABLES = ("people", "responses", "answers", "exams", "status", "pairs", "services")

Recodes = Mapping[str, Mapping[str, str]]


class ColumnRow(Record):
    """One row of columns.csv; `line` is its line in the file."""

    line: int
    wave: str
    file: str
    record: str
    raw_column: str
    table: str
    variable: str
    recode: str
    note: str

    @property
    def target(self) -> tuple[str, str, str, str]:
        """What the row fills; a row of an exact wave takes the place of a '*' row with the same target."""
        name = self.raw_column if self.table == "-" else self.variable
        return self.file, self.record, self.table, name


def read_recodes(path: Path) -> tuple[Recodes, list[Problem]]:
    """recodes.csv as {recode: {raw: value}}; no file means no recodes."""
    if not path.is_file():
        return {}, []
    rows, problems = read_rows(path, RECODES)
    recodes: dict[str, dict[str, str]] = {}
    for line, row in rows:
        known = recodes.setdefault(row["recode"], {})
        if row["raw"] in known:
            found = f"{row['raw']!r} stands more than once in recode {row['recode']!r}"
            problems.append(Problem(path.name, f"row {line}, column raw", found, "each raw answer once"))
        if row["value"].startswith(".") and row["value"] not in SPECIAL:
            problems.append(Problem(path.name, f"row {line}, column value", f"found {row['value']!r}", listed(SPECIAL)))
        known[row["raw"]] = row["value"]
    return recodes, problems


def read_columns(path: Path, toml: Mapping[str, Any], recodes: Recodes) -> tuple[tuple[ColumnRow, ...], list[Problem]]:
    """The rows of columns.csv and all that is wrong with them, checked against study.toml and recodes.csv."""
    rows, problems = read_rows(path, COLUMNS)
    columns = tuple(ColumnRow(line=line, **row) for line, row in rows)
    waves, items = ids(toml, "waves"), item_ranges(toml)
    seen: dict[tuple[str, ...], int] = {}
    for row in columns:
        problems += [
            Problem(path.name, f"row {row.line}, column {column}", found, allowed, way_out)
            for column, found, allowed, way_out in _row_problems(row, waves, items, recodes)
        ]
        if (first := seen.setdefault((row.wave, *row.target), row.line)) != row.line:
            found = f"{row.table}.{row.variable} of this file and record is filled by row {first} already"
            problems.append(Problem(path.name, f"row {row.line}, column variable", found, "each variable once"))
    if columns:
        problems += [*_unused(path.with_name("recodes.csv"), {row.recode for row in columns})]
        problems += [*_without_consent(columns, toml, recodes)]
    return columns, [*problems, *_without_person(columns, path.name), *without_required(columns, path.name)]


def _unused(path: Path, used: set[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, row in read_rows(path, RECODES)[0]:
        first.setdefault(row["recode"], line)
    for name, line in first.items():
        if name not in used:
            yield Problem(path.name, f"row {line}, column recode", f"no row of columns.csv uses {name!r}")


def _without_consent(columns: tuple[ColumnRow, ...], toml: Mapping[str, Any], recodes: Recodes) -> Iterator[Problem]:
    """A consent item that no file tells: nobody's answers could be used."""
    privacy = toml.get("privacy")
    item = privacy.get("consent") if isinstance(privacy, Mapping) else ""
    rows = [row for row in columns if (row.table, row.variable) == ("status", "item")]
    told = {row.raw_column[1:] for row in rows if row.raw_column.startswith("=")}
    told |= {value for row in rows for value in recodes.get(row.recode, {}).values() if not value.startswith(".")}
    # a column without words in recodes.csv may hold any item
    free = any(not row.raw_column.startswith("=") and row.recode not in recodes for row in rows)
    asked = any(row.table in ("responses", "answers") for row in columns)
    if asked and isinstance(item, str) and item and item not in told and not free:
        found = f"no status row of columns.csv fills item {item!r}, so every answer would be left out"
        way_out = "Map the consent to table status, or take the key out where no consent is needed"
        yield Problem("study.toml", "privacy, key 'consent'", found, listed(sorted(told)) if told else "", way_out)


def _row_problems(
    row: ColumnRow, waves: list[str], items: Mapping[str, object], recodes: Recodes
) -> Iterator[tuple[str, str, str, str]]:
    """(column, found, allowed, way out) of everything wrong in one row."""
    tables = canonical_tables()
    if waves and row.wave not in ("*", *waves):
        yield "wave", f"found {row.wave!r}", listed(["*", *waves]), ""
    if not row.file:
        yield "file", "the cell is empty", "a file name, a glob such as 成绩/*.xlsx", ""
    if not row.raw_column or (row.raw_column.startswith("@") and row.raw_column not in PLACES):
        yield "raw_column", f"found {row.raw_column!r}", f"a header, =a literal, {listed(PLACES)}", ""
    if row.table not in (*tables, "*", "-"):
        yield "table", f"found {row.table!r}", listed([*tables, "*", "-"]), ""
        return
    if row.table == "-":
        if row.variable != "-":
            yield "variable", f"found {row.variable!r}", "'-' in a row that drops a column", ""
        return
    yield from _variable_problems(row, items)
    known = dict.fromkeys((*BUILT_IN_RECODES, *recodes))
    if row.recode and row.recode not in known:
        key = row.recode in PERSON
        way_out = f"Write {row.recode} as the variable" if key else f"Add {row.recode} to recodes.csv"
        yield "recode", f"found {row.recode!r}", listed(known), way_out
    for raw, value in recodes.get(row.recode, {}).items():
        column = tables[row.table].columns.get(row.variable) if row.table != "*" else None
        if column and column.allowed and not value.startswith(".") and value not in column.allowed:
            yield "recode", f"{row.recode!r} turns {raw!r} into {value!r}", listed(column.allowed), "Mend recodes.csv"


def _variable_problems(row: ColumnRow, items: Mapping[str, object]) -> Iterator[tuple[str, str, str, str]]:
    tables = canonical_tables()
    if row.table == "*":
        if row.variable not in PERSON:
            yield "variable", f"found {row.variable!r}", listed(PERSON), "Only the person belongs to every table"
        return
    table = tables[row.table]
    if row.variable in table.columns or (row.table in PERSON_TABLES and row.variable in PERSON):
        return
    if table.open == "items" and row.variable not in items:
        known = listed(items, most=8)
        yield "variable", f"{row.variable!r} is no item", known, "Add it to study.toml under [[questions]] or [[uses]]"
    elif not table.open:
        yield "variable", f"found {row.variable!r}", listed([*PERSON, *table.columns]), ""
    elif table.open == "facts" and not row.variable.isidentifier():
        yield "variable", f"found {row.variable!r}", "a fact's name: letters, digits and _", ""


def _without_person(columns: tuple[ColumnRow, ...], file: str) -> Iterator[Problem]:
    """Files whose rows fill tables of people but never say whose row it is."""
    for name in dict.fromkeys(row.file for row in columns):
        rows = [row for row in columns if row.file == name]
        told = {row.variable for row in rows}
        others = {"services"} | ({"status"} if told & {"subject", "subject_type"} else set())
        if any(row.table in PERSON_TABLES and row.table not in others for row in rows) and not told & set(PERSON):
            way_out = "Add a row with table * and variable person, or key:name and key:class"
            yield Problem(file, f"file {name}", "no row says which person a raw row belongs to", "", way_out)


def without_required(columns: Sequence[ColumnRow], file: str) -> Iterator[Problem]:
    """Records that lack a column without which their rows mean nothing."""
    for name, table in dict.fromkeys((row.file, row.table) for row in columns if row.table in canonical_tables()):
        rows = [row for row in columns if (row.file, row.table) == (name, table)]
        for record in list(dict.fromkeys(row.record for row in rows if row.record)) or [""]:
            told = {row.variable for row in rows if row.record in ("", record)}
            place = f"file {name}, record {record!r}" if record else f"file {name}"
            for variable in canonical_tables()[table].required:
                if variable not in told:
                    way_out = f"Add a row for {table}.{variable}: a header, or =a literal"
                    yield Problem(file, place, f"no row fills {table}.{variable}", "", way_out)
            if table == "status" and "subject" in told and "subject_type" not in told:
                way_out = "Add a row for status.subject_type, such as =unit"
                yield Problem(file, place, "no row fills status.subject_type", "unit, pair, programme, person", way_out)

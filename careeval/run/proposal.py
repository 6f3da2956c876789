"""What `careeval map` does: proposed rows of columns.csv for one file, shown, and added only when asked."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from careeval.clean.selection import rows_by_sheet
from careeval.clean.suggest import OPEN, suggest_columns
from careeval.errors import SpecError
from careeval.ingest.raw import read_file
from careeval.specs.check_study import item_ranges
from careeval.specs.columns import COLUMNS, ColumnRow, read_columns
from careeval.specs.records import read_toml
from careeval.specs.study import Study, open_study
from careeval.specs.vocabulary import canonical_tables

SHOWN = ["raw_column", "table", "variable", "recode", "confidence", "reason"]
SURE = 0.5


def propose(study_folder: str | Path, path: str | Path, *, wave: str, write: bool = False) -> list[str]:
    """Lines: a proposed row a column with confidence and reason, the complete ones as csv, and what is left to do.

    A row is complete when it has a variable, no '?', and a confidence of at least 0.5; exams or services without
    what such a table needs are held back whole. Columns that columns.csv names already are left alone.
    write: add the complete rows to columns.csv. Raises SpecError, and writes nothing, where that would break the study.
    """
    study = open_study(study_folder)
    place = study.raw / study.wave(wave).id
    path = Path(path) if Path(path).is_file() else place / path
    inside = path.resolve().is_relative_to(place.resolve())
    name = path.resolve().relative_to(place.resolve()) if inside else Path(path.name)
    toml, _ = read_toml(study.folder / "study.toml")
    proposed = suggest_columns(read_file(path), items=item_ranges(toml), recodes=study.recodes)
    mapped = rows_by_sheet(study.columns, wave, name.as_posix()).get("", [])
    # rows of one file belong together only under one name of the file
    glob = mapped[0].file if mapped else name.with_name(proposed["file"].iat[0]).as_posix()
    proposed = _unmapped(proposed.assign(file=glob), mapped)
    sure = proposed[_complete(proposed)]
    csv = sure[list(COLUMNS)].to_csv(index=False, header=False, lineterminator="\n").splitlines()
    lines = [proposed[SHOWN].to_string(index=False), "", ",".join(COLUMNS), *csv, ""]
    lines += [f"{len(mapped)} rows of columns.csv name this file already and stay as they are."] if mapped else []
    if write and csv:
        _append(study, csv, toml)
    done = f"{len(csv)} rows added to {study.folder / 'columns.csv'}" if write else f"{len(csv)} rows can be added"
    left = "an empty variable, a ?, too little confidence, or a table that lacks something else"
    return [*lines, f"{done}; {len(proposed) - len(csv)} are left to you: {left}."]


def _unmapped(proposed: pd.DataFrame, mapped: Sequence[ColumnRow]) -> pd.DataFrame:
    """Without columns that have a row; a column whose variable is filled from another stays, with an empty variable."""
    # an exam has a mark and a subject a record; all else a file tells once
    filled = {(row.table, row.variable) for row in mapped if row.variable not in ("-", "mark", "subject")}
    proposed = proposed[~proposed["raw_column"].isin([row.raw_column for row in mapped])]
    targets = zip(proposed["table"], proposed["variable"], strict=True)
    taken = pd.Series([target in filled for target in targets], index=proposed.index, dtype="bool")
    empty = {"table": "", "variable": "", "recode": "", "confidence": 0.0, "reason": "another column fills it already"}
    made = proposed.assign(**{name: proposed[name].mask(taken, value) for name, value in empty.items()})
    return made[~(taken & made["raw_column"].str.match("[=@]"))]


def _complete(rows: pd.DataFrame) -> pd.Series:
    told = rows["variable"].ne("") & rows["recode"].ne(OPEN) & rows["raw_column"].ne(f"={OPEN}")
    sure = told & rows["confidence"].ge(SURE)
    for table in rows.loc[sure & rows["table"].isin(canonical_tables()), "table"].unique():
        # an exam without its mark would be one that everybody missed
        needed = {*canonical_tables()[table].required, *(["mark"] if table == "exams" else [])}
        own = rows["table"].eq(table)
        if needed & set(rows.loc[own & ~sure, "variable"]) or not needed <= set(rows.loc[own & sure, "variable"]):
            sure &= ~own
    return sure


def _append(study: Study, csv: Sequence[str], toml: dict[str, object]) -> None:
    path = study.folder / "columns.csv"
    before = path.read_text(encoding="utf-8-sig")
    added = "\n".join([*([] if before.endswith("\n") else [""]), *csv, ""])
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_text(before + added, encoding="utf-8")
        _, problems = read_columns(trial, toml, study.recodes)
    if problems:
        raise SpecError(*problems)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(added)

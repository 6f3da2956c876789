"""The rows of one table out of all files of a wave, each with the person it is about or the reason why it leaves."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from careeval.clean.identity import link_rows
from careeval.clean.mapping import MappedFile
from careeval.specs.columns import PERSON
from careeval.specs.study import Wave

WHERE = ["file", "row", "record"]
LEDGER = ["wave", "table", "file", "row", "reason", "person"]


def stacked(files: Iterable[MappedFile], table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(values, special words) of a table, in the order of the files, with one common index."""
    made = [file.made for file in files if table in file.made.tables]
    if not made:
        return pd.DataFrame(columns=WHERE), pd.DataFrame(columns=WHERE)
    values = pd.concat([one.tables[table] for one in made], ignore_index=True)
    return values, pd.concat([one.specials[table] for one in made], ignore_index=True)


def linked(rows: pd.DataFrame, specials: pd.DataFrame, people: pd.DataFrame, salt: bytes) -> pd.DataFrame:
    """The rows with `person` and `reason`; each by what its own file says: a code, link keys, or nobody.

    Where a file names no person at all, the row has none and no reason: its table decides what that means. The same
    where recodes.csv turns the cell into .not_asked. people: the register as `identify_people` gives it.
    """
    told = specials.reindex(columns=list(PERSON)).notna()
    parts = []
    for pattern in told.drop_duplicates().itertuples(index=False):
        here = rows[told.eq(list(pattern)).all(axis="columns")]
        columns = [column for column, is_told in zip(PERSON, pattern, strict=True) if is_told]
        bare = here.drop(columns=[column for column in PERSON if column in here and column not in columns])
        nobody = bare.assign(person=pd.Series(pd.NA, index=bare.index, dtype="str"), reason="")
        parts.append(link_rows(bare, people, salt) if columns else nobody)
    if not parts:
        return rows.assign(person=pd.Series(dtype="str"), reason=pd.Series(dtype="str"))
    made = pd.concat(parts).sort_index()
    if "person" in specials:
        made["reason"] = made["reason"].mask(specials["person"].eq(".not_asked"), "")
    return made


def front(frame: pd.DataFrame, key: list[str], wave: Wave) -> pd.DataFrame:
    """The key first, without the columns that say where a row stood."""
    frame = frame.assign(wave=wave.id).drop(columns=WHERE, errors="ignore")
    return frame[[*key, *(column for column in frame if column not in key)]].reset_index(drop=True)


def typed(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Exactly these columns, in this order: str, Float64 or datetime; what the files do not tell is missing."""
    made = frame.reindex(columns=list(columns))
    for column, kind in columns.items():
        made[column] = made[column].astype("datetime64[us]" if kind == "datetime" else kind)
    return made


def ledger(frames: Iterable[pd.DataFrame], wave: str) -> pd.DataFrame:
    """One row for each raw row and table that left: wave, table, file, row, reason, person."""
    rows = [frame.reindex(columns=LEDGER) for frame in frames if len(frame)]
    made = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=LEDGER)
    text = {column: made[column].astype("str") for column in ("table", "file", "reason", "person")}
    return made.assign(wave=wave, row=made["row"].astype("Int64"), **text)

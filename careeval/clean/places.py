"""Units and sites: units.csv as a table, and the places that files name, held to it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.specs.study import Study
from careeval.specs.units import COLUMNS

ROWS_NAMED = 3


def unit_table(study: Study) -> pd.DataFrame:
    """units.csv as a table; dates and numbers typed, '' missing."""
    frame = pd.DataFrame([unit.model_dump() for unit in study.units], columns=list(COLUMNS))
    text = {column: frame[column].replace("", pd.NA).astype("str") for column in COLUMNS[:6]}
    dates = {column: pd.to_datetime(frame[column]) for column in ("entry", "exit")}
    return frame.assign(**text, **dates)


def with_facts(units: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The units with the facts that files tell of them (table units); of two rows of one unit the later one counts.

    What units.csv has a column for is not taken from a file. Raises TableError for a unit that it does not have.
    """
    if rows.empty:
        return units
    if problems := unknown_places(rows, "unit", pd.Index(units["unit"]), "units"):
        raise TableError(*problems)
    facts = rows.assign(unit=as_known(rows["unit"], units["unit"])).dropna(subset=["unit"])
    facts = facts.drop(columns=["file", "row", "record"]).drop_duplicates("unit", keep="last")
    own = [column for column in facts if column == "unit" or column not in units]
    return units.merge(facts[own], on="unit", how="left")


def known_sites(units: pd.DataFrame, people: pd.DataFrame, study: Study) -> pd.Index:
    """The sites of a study: its units of kind site_kind, or where people live if units.csv has none."""
    sites = units.loc[units["kind"].eq(study.spec.site_kind), "unit"]
    return pd.Index(sites if len(sites) else people["site"].dropna().unique())


def site_of_unit(units: pd.DataFrame, site_kind: str) -> pd.Series:
    """Index unit: the site it lies in; a site lies in itself."""
    own = units.set_index("unit")
    itself = pd.Series(own.index, index=own.index, dtype="str")
    return own["site"].fillna(itself.where(own["kind"].eq(site_kind)))


def as_known(text: pd.Series, known: Iterable[str]) -> pd.Series:
    """Each text as the known name it stands for - blanks and capitals do not matter - else missing.

    Where nothing is known (a study without units.csv) a text stands as it is.

    >>> as_known(pd.Series(["V01", " v02", "v9"]), ["v01", "v02"]).tolist()
    ['v01', 'v02', nan]
    """
    text, names = text.astype("str"), list(known)
    if not names:
        return text
    plain = pd.Series(names).groupby([_plain(name) for name in names]).agg(list)
    # two names that differ in capitals alone must be written exactly
    loose = {key: found[0] for key, found in plain.items() if len(found) == 1}
    exact = set(names)
    found = {one: one if one in exact else loose.get(_plain(one)) for one in text.dropna().unique()}
    return text.map(found).astype("str")


def unknown_places(rows: pd.DataFrame, column: str, known: pd.Index, table: str) -> list[Problem]:
    """One problem for each place that the rows name and the study does not know, with the first rows that do.

    Columns used: file, row (0 where the whole file says it) and `column`. No known place at all: nothing is wrong.
    """
    if column not in rows or not len(known):
        return []
    wrong = rows[rows[column].notna() & as_known(rows[column], known).isna()]
    problems = []
    for found, here in wrong.groupby(column):
        first = here[["file", "row"]].head(ROWS_NAMED)
        cells = [f"{file} row {row}" if row else file for file, row in first.itertuples(index=False)]
        text = f"{len(here)} rows with {column} {found!r}"
        way_out = "Add it to units.csv, or recode it"
        problems.append(Problem(table, "; ".join(cells), text, listed(known), way_out))
    return problems


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()

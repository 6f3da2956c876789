"""Who is in the model, linked by person, and who is left out and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError
from careeval.infer.notes import Refused, counted, joined, note, people
from careeval.infer.request import Request

LINKABLE_SHARE = 0.70


@dataclass(frozen=True)
class Sample:
    """people: one row each with arm, cluster, after, and before, stratum, weight where asked for; nothing missing.

    covariates: numbers, words as ones and zeros; notes: who was left out and what was decided.
    """

    people: pd.DataFrame
    covariates: pd.DataFrame
    notes: tuple[str, ...]


def draw_sample(data: pd.DataFrame, request: Request) -> Sample:
    """The people every row of this request is about, so that the rows can be compared.

    With a baseline: people with the outcome in both waves, linked by `person`; arm, cluster, stratum, weight and
    covariates are those of the baseline. TableError when a person stands twice in a wave; Refused when fewer than 70 in
    100 of those measured at the baseline have a row at the follow-up, or when nobody is left.
    """
    table, notes = _linked(data, request) if request.design.baseline else _later(data, request)
    table, left_out = _complete(table, request)
    notes += left_out
    if table.empty:
        raise Refused(joined([note("no_people"), *notes]))
    table = table.reset_index(drop=True)
    covariates, constant = _numbers(table, request.covariates)
    # without clusters each person is an assignment unit
    chosen = table if request.cluster else table.assign(cluster=np.arange(len(table)))
    columns = ["arm", "after", "before", "cluster", "stratum", "weight"]
    return Sample(chosen[[name for name in columns if name in chosen]], covariates, (*notes, *constant))


def _complete(table: pd.DataFrame, request: Request) -> tuple[pd.DataFrame, list[str]]:
    """People with everything the models need; each of the others is counted once, under what is missing first."""
    facts = {"arm": request.treated if request.design.arms else None, "after": request.outcome}
    facts |= {"cluster": request.cluster, "stratum": request.stratum, "weight": request.weight}
    facts |= {f"covariate {column}": column for column in request.covariates}
    notes = []
    for name, column in facts.items():
        if column:
            missing = table[name].isna()
            code = "no_outcome" if name == "after" else "no_value"
            notes += [note(code, people=people(int(missing.sum())), column=column)] * bool(missing.any())
            table = table[~missing]
    if request.weight:
        unusable = table["weight"] <= 0
        notes += [note("weight_not_positive", people=people(int(unusable.sum())))] * bool(unusable.any())
        table = table[~unusable]
    return table, notes


def _later(data: pd.DataFrame, request: Request) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the wave, or all rows where none is named."""
    rows = data if request.wave is None else data[data["wave"] == request.wave]
    _refuse_twice(rows, request.person, request.wave)
    return _facts(rows, request).assign(after=_values(rows, request.outcome)), []


def _linked(data: pd.DataFrame, request: Request) -> tuple[pd.DataFrame, list[str]]:
    """One row a person of either wave who has the outcome in both."""
    coded = _blank(data[request.person]).notna()
    notes = [note("no_person", rows=counted(int((~coded).sum()), "row", "rows"))] * bool((~coded).any())
    waves = [data[coded & (data["wave"] == wave)] for wave in (request.baseline, request.wave)]
    for rows, wave in zip(waves, (request.baseline, request.wave), strict=True):
        _refuse_twice(rows, request.person, wave)
    first, later = (rows.set_index(_blank(rows[request.person])) for rows in waves)
    before, after = _values(first, request.outcome).dropna(), _values(later, request.outcome).dropna()
    for code, lost in (
        ("no_baseline", after.index.difference(before.index)),
        ("no_follow_up", before.index.difference(after.index)),
    ):
        notes += [note(code, people=people(len(lost)))] * bool(len(lost))
    found = int(before.index.isin(later.index).sum())
    if not len(before):
        raise Refused(joined([note("no_people"), *notes]))
    if found < LINKABLE_SHARE * len(before):
        raise Refused(joined([note("not_linkable", found=found, of=len(before)), *notes]))
    both = before.index[before.index.isin(after.index)]
    table = _facts(first.loc[both], request).assign(before=before[both], after=after[both])
    return table, notes + _changes(table, _facts(later.loc[both], request))


def _changes(first: pd.DataFrame, later: pd.DataFrame) -> list[str]:
    """Notes on people whose arm or cluster is another one later; what is empty later is no change."""
    notes = []
    for name in ("arm", "cluster"):
        if name in first:
            moved = int((later[name].notna() & first[name].notna() & (later[name] != first[name])).sum())
            notes += [note(f"{name}_changed", people=people(moved))] * bool(moved)
    return notes


def _facts(rows: pd.DataFrame, request: Request) -> pd.DataFrame:
    """arm, cluster, stratum, weight and covariates under fixed names; text '' is missing."""
    columns = {"arm": request.treated if request.design.arms else None, "cluster": request.cluster}
    columns |= {"stratum": request.stratum, "weight": request.weight}
    columns |= {f"covariate {column}": column for column in request.covariates}
    facts = pd.DataFrame({name: _blank(rows[column]) for name, column in columns.items() if column}, index=rows.index)
    return facts.assign(weight=facts["weight"].astype(float)) if request.weight else facts


def _blank(values: pd.Series) -> pd.Series:
    """Plain objects with None for what is missing and for empty text."""
    plain = values.astype(object)
    return plain.where(plain.notna() & (plain != ""), None)


def _values(rows: pd.DataFrame, outcome: str) -> pd.Series:
    return pd.Series(rows[outcome].astype("Float64").to_numpy(float, na_value=np.nan), index=rows.index)


def _refuse_twice(rows: pd.DataFrame, person: str | None, wave: str | None) -> None:
    if person is None:
        return
    codes = _blank(rows[person]).dropna()
    if again := codes[codes.duplicated()].nunique():
        where = f"wave {wave!r}" if wave is not None else "all rows"
        stand = "stands" if again == 1 else "stand"
        found = f"{people(again)} {stand} more than once"
        raise TableError(Problem("data", where, found, "one row a person and wave", "Keep one row of each"))


def _numbers(table: pd.DataFrame, covariates: tuple[str, ...]) -> tuple[pd.DataFrame, list[str]]:
    """Covariates as numbers; words and truth values as ones and zeros with the first in order left out."""
    columns, notes = [], []
    for name in covariates:
        values = table[f"covariate {name}"].infer_objects()
        if values.nunique() == 1:
            notes.append(note("covariate_constant", column=name))
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns.append(values.astype(float).rename(name))
        else:
            columns.append(pd.get_dummies(values.astype(str), prefix=name, drop_first=True, dtype=float))
    return pd.concat(columns, axis=1) if columns else pd.DataFrame(index=table.index), notes

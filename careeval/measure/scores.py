"""Answers into scores and bands, by the key of the instrument. Vectorised over people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from careeval.errors import Problem, SpecError, TableError, listed
from careeval.specs.instruments import Band, Instrument, Score, read_instrument

COLUMNS = ["person", "wave", "instrument", "score", "value", "answered", "items", "scheme", "band"]


def score(answers: pd.DataFrame, instrument: Instrument, *, prefix: str = "") -> pd.DataFrame:
    """One column a score and one `<score>_answered`, for each row of `answers` (columns `<id>_1`, `<id>_2` ...).

    A reversed item counts min + max - answer. With at least min_answered answers a mean is that of the answered items
    and a sum is as many times that mean as the score has items; with fewer it is missing, never zero. A sum of scores
    is missing where one of them is. Fillers enter no score, and one that is missing spoils none. prefix takes the place
    of the id in the columns of a second use.

    Raises TableError for a scored item without a column, and for answers outside min..max (fillers too), by item,
    value and count.
    Source: half rule and proration as in Fairclough and Cella (1996); the instrument's own min_answered rules.

    >>> who5 = read_instrument("who5")
    >>> answers = pd.DataFrame([[3, 4, 2, 3, 3]], columns=who5.columns())
    >>> score(answers, who5)["percent"].tolist()
    [60.0]
    """
    columns = instrument.columns(prefix)
    _check(answers, instrument, columns)
    values = answers.reindex(columns=columns).to_numpy(dtype=float, na_value=np.nan, copy=True)
    turned = [number - 1 for number in instrument.reversed]
    values[:, turned] = instrument.min + instrument.max - values[:, turned]
    made = {}
    for one in instrument.scores:
        own = values[:, [number - 1 for number in one.items]]
        answered = (~np.isnan(own)).sum(axis=1)
        parts = [made[part].to_numpy(dtype=float, na_value=np.nan) for part in one.of]
        joined = np.sum(parts, axis=0) if parts else _joined(own, answered, one)
        made[one.id] = pd.array(joined, dtype="Float64")
        made[f"{one.id}_answered"] = pd.array(answered, dtype="Int64")
    return pd.DataFrame(made, index=answers.index)


def bands(scores: pd.DataFrame, instrument: Instrument, *, scheme: str) -> pd.DataFrame:
    """The band (its English label) of each score that the scheme speaks of; index of `scores`, one column a score.

    A missing score has a missing band. Raises SpecError for a scheme the instrument does not have.
    """
    if scheme not in instrument.schemes:
        raise SpecError(Problem(instrument.id, "bands", f"there is no scheme {scheme!r}", listed(instrument.schemes)))
    own = [band for band in instrument.bands if band.scheme == scheme]
    names = dict.fromkeys(band.score for band in own)
    columns = {name: _label(scores[name], [band for band in own if band.score == name]) for name in names}
    return pd.DataFrame(columns, index=scores.index)


def score_table(
    answers: pd.DataFrame, instruments: Iterable[str], *, prefixes: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The derived table `scores`: one row a person, wave, instrument, score and band scheme.

    answers: person, wave and item columns. instruments: ids, or second uses ('after_who5') that `prefixes` maps to the
    id of their instrument; they stand in the column instrument as named here. scheme is '' where a score has no bands.
    People who answered none of an instrument's items have no row: they were not given it, or are in table `missing`.
    """
    frames = [_empty()]
    for name in instruments:
        instrument = read_instrument((prefixes or {}).get(name, name))
        columns = [column for column in instrument.columns(name) if column in answers]
        given = answers[answers[columns].notna().any(axis="columns")] if columns else answers.iloc[:0]
        if len(given):
            frames += _long(given, score(given, instrument, prefix=name), instrument, name)
    return pd.concat(frames, ignore_index=True)


def _check(answers: pd.DataFrame, instrument: Instrument, columns: tuple[str, ...]) -> None:
    """Every scored item has a column, and every answer is a whole number from min to max."""
    fillers = {columns[number - 1] for number in instrument.fillers}
    absent = [column for column in columns if column not in answers and column not in fillers]
    problems = []
    if absent:
        way_out = "Map them in columns.csv; an item that was not asked is an empty column"
        problems.append(Problem("answers", "", f"no column {listed(absent)}", listed(columns, most=30), way_out))
    for column in (column for column in columns if column in answers):
        values = pd.Series(answers[column].to_numpy(dtype=float, na_value=np.nan))
        wrong = values[values.notna() & ~(values.between(instrument.min, instrument.max) & values.mod(1).eq(0))]
        for value, count in wrong.value_counts(sort=False).sort_index().items():
            place, found = f"item {column}", f"found {value:g} in {count} rows"
            allowed = f"whole numbers {instrument.min} to {instrument.max}"
            problems.append(Problem("answers", place, found, allowed, "Recode it in recodes.csv, or mark it .missing"))
    if problems:
        raise TableError(*problems)


def _joined(own: np.ndarray, answered: np.ndarray, one: Score) -> np.ndarray:
    """The score of each row of turned answers; NaN where too few were answered."""
    count = own.shape[1]
    total = np.nansum(own, axis=1)
    divisor = np.where(answered >= one.min_answered, answered, np.nan)
    joined = total / divisor if one.method == "mean" else total * count / divisor
    joined = joined * one.multiply
    # half up as the key says: 2.5 is 3, where round() would give 2
    return np.floor(joined + 0.5) if one.rounded == "half_up" else joined


def _label(values: pd.Series, own: list[Band]) -> pd.Series:
    labels = pd.Series(pd.NA, index=values.index, dtype="str")
    for band in own:
        above = values.gt(band.low) if band.low_open else values.ge(band.low)
        labels = labels.mask((above & values.le(band.high)).fillna(False).astype(bool), band.label.en)
    return labels


def _long(given: pd.DataFrame, scores: pd.DataFrame, instrument: Instrument, name: str) -> list[pd.DataFrame]:
    """The rows of one instrument: each score once for each scheme it has bands in, else once without."""
    schemes = {scheme: bands(scores, instrument, scheme=scheme) for scheme in instrument.schemes}
    frames = []
    for one in instrument.scores:
        rows = given[["person", "wave"]].assign(
            instrument=name,
            score=one.id,
            value=scores[one.id],
            answered=scores[f"{one.id}_answered"],
            items=len(one.items),
        )
        own = [scheme for scheme, made in schemes.items() if one.id in made]
        for scheme in own or [""]:
            band = schemes[scheme][one.id] if scheme else pd.Series(pd.NA, index=rows.index, dtype="str")
            frames.append(rows.assign(scheme=scheme, band=band)[COLUMNS])
    return frames


def _empty() -> pd.DataFrame:
    types = {"value": "Float64", "answered": "Int64", "items": "Int64"}
    return pd.DataFrame({column: pd.Series(dtype=types.get(column, "str")) for column in COLUMNS})

"""Answers into scores and bands, by the key of the instrument. Vectorised over people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from careeval.errors import Problem, SpecError, TableError, listed
from careeval.specs.instruments import read_instrument
from careeval.specs.scoring_keys import Band, Instrument, Score

COLUMNS = ["person", "wave", "instrument", "score", "value", "answered", "items", "scheme", "band"]


def score(answers: pd.DataFrame, instrument: Instrument, *, prefix: str = "") -> pd.DataFrame:
    """One column a score and one `<score>_answered`, for each row of `answers` (columns `<id>_1`, `<id>_2` ...).

    An answer counts what item_points says. With at least min_answered answers a mean is that of the answered items and
    a sum is as many times that mean as the score has items, or counts what missing_counts says for the missing ones;
    with fewer it is missing, never zero. A sum of scores is missing where one of them is, and all are where fewer
    items than the instrument's own min_answered have an answer. Fillers enter no score, and one that is missing spoils
    none. A sheet that the key holds to be invalid keeps its scores here; score_table leaves them out. prefix takes the
    place of the id in the columns of a second use.

    Raises TableError for a scored item without a column, and for answers that the key does not allow (fillers too), by
    item, value and count.
    Source: half rule and proration as in Fairclough and Cella (1996); the instrument's own min_answered rules.

    >>> who5 = read_instrument("who5")
    >>> answers = pd.DataFrame([[3, 4, 2, 3, 3]], columns=who5.columns())
    >>> score(answers, who5)["percent"].tolist()
    [60.0]
    """
    _check(answers, instrument, instrument.columns(prefix))
    ticked = _ticked(answers, instrument, prefix)
    points = item_points(answers, instrument, prefix=prefix).to_numpy()
    enough = (~np.isnan(ticked)).sum(axis=1) >= instrument.min_answered
    made = {}
    for one in instrument.scores:
        places = [number - 1 for number in one.items]
        answered = (~np.isnan(ticked[:, places])).sum(axis=1)
        parts = [made[part].to_numpy(dtype=float, na_value=np.nan) for part in one.of]
        joined = np.sum(parts, axis=0) if parts else _joined(points[:, places], answered, one)
        finished = _finished(joined, ticked, places, one)
        made[one.id] = pd.array(np.where(enough, finished, np.nan), dtype="Float64")
        made[f"{one.id}_answered"] = pd.array(answered, dtype="Int64")
    return pd.DataFrame(made, index=answers.index)


def item_points(answers: pd.DataFrame, instrument: Instrument, *, prefix: str = "") -> pd.DataFrame:
    """What each answer counts, a column an item: a reversed item min + max - answer, others by their table of points.

    Missing where the answer is, where the item was not asked, and where the answer is none of the key's.
    """
    ticked = _ticked(answers, instrument, prefix)
    made = np.full(ticked.shape, np.nan)
    for place in range(instrument.items):
        table = instrument.points(place + 1)
        made[:, place] = np.select([ticked[:, place] == answer for answer in table], list(table.values()), np.nan)
    return pd.DataFrame(made, index=answers.index, columns=list(instrument.columns(prefix)))


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
    Where a score shows that a sheet cannot be believed (validity in the key), the others are missing.
    """
    frames = [_empty()]
    for name in instruments:
        instrument = read_instrument((prefixes or {}).get(name, name), unverified=True)  # let in by the study
        columns = [column for column in instrument.columns(name) if column in answers]
        given = answers[answers[columns].notna().any(axis="columns")] if columns else answers.iloc[:0]
        if len(given):
            frames += _long(given, score(given, instrument, prefix=name), instrument, name)
    return pd.concat(frames, ignore_index=True)


def _ticked(answers: pd.DataFrame, instrument: Instrument, prefix: str) -> np.ndarray:
    return answers.reindex(columns=list(instrument.columns(prefix))).to_numpy(dtype=float, na_value=np.nan)


def _check(answers: pd.DataFrame, instrument: Instrument, columns: tuple[str, ...]) -> None:
    """Every scored item has a column, and every answer is one that the key allows."""
    fillers = {columns[number - 1] for number in instrument.fillers}
    absent = [column for column in columns if column not in answers and column not in fillers]
    problems = []
    if absent:
        way_out = "Map them in columns.csv; an item that was not asked is an empty column"
        problems.append(Problem("answers", "", f"no column {listed(absent)}", listed(columns, most=30), way_out))
    for number, column in ((number, column) for number, column in enumerate(columns, start=1) if column in answers):
        values = pd.Series(answers[column].to_numpy(dtype=float, na_value=np.nan))
        known = list(instrument.points(number))
        wrong = values[values.notna() & ~values.isin(known)]
        run = known == list(range(known[0], known[-1] + 1))
        allowed = f"whole numbers {known[0]} to {known[-1]}" if run else listed(known)
        for value, count in wrong.value_counts(sort=False).sort_index().items():
            place, found = f"item {column}", f"found {value:g} in {count} rows"
            problems.append(Problem("answers", place, found, allowed, "Recode it in recodes.csv, or mark it .missing"))
    if problems:
        raise TableError(*problems)


def _joined(own: np.ndarray, answered: np.ndarray, one: Score) -> np.ndarray:
    """The sum or mean of each row's points; NaN where too few were answered."""
    count = own.shape[1]
    total = np.nansum(own, axis=1)
    divisor = np.where(answered >= one.min_answered, answered, np.nan)
    if one.missing_counts is not None:
        return total + (count - divisor) * one.missing_counts
    return total / divisor if one.method == "mean" else total * count / divisor


def _finished(joined: np.ndarray, ticked: np.ndarray, places: list[int], one: Score) -> np.ndarray:
    """The joined points with all that the key adds to them, the gate, and rounding."""
    made = joined * one.multiply + one.add
    for extra in one.extras:
        reached = ticked[:, places] >= extra.at_least
        made = made + extra.add * (reached.any(axis=1) if extra.of_items == "any" else reached.all(axis=1))
    if one.gate:
        made = np.where(ticked[:, one.gate.item - 1] == one.gate.answer, one.gate.value, made)
    # half up as the key says: 2.5 is 3, where round() would give 2
    return np.floor(made * 10**one.digits + 0.5) / 10**one.digits if one.rounded == "half_up" else made


def _label(values: pd.Series, own: list[Band]) -> pd.Series:
    labels = pd.Series(pd.NA, index=values.index, dtype="str")
    for band in own:
        above = values.gt(band.low) if band.low_open else values.ge(band.low)
        below = values.lt(band.high) if band.high_open else values.le(band.high)
        labels = labels.mask((above & below).fillna(False).astype(bool), band.label.en)
    return labels


def _long(given: pd.DataFrame, scores: pd.DataFrame, instrument: Instrument, name: str) -> list[pd.DataFrame]:
    """The rows of one instrument: each score once for each scheme it has bands in, else once without."""
    if rule := instrument.validity:
        others = [one.id for one in instrument.scores if one.id != rule.score]
        invalid = scores[rule.score].ge(rule.invalid_from).fillna(False).astype(bool)
        scores = scores.assign(**{name: scores[name].mask(invalid) for name in others})
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

"""How well the items of a score hang together: Cronbach's alpha with Feldt's interval, each item against the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtri

from careeval.errors import Problem, TableError
from careeval.measure.scores import item_points
from careeval.specs.instruments import read_instrument
from careeval.specs.scoring_keys import Instrument, Score
from careeval.specs.study import Outcome, Study

COLUMNS = ["wave", "instrument", "score", "group", "arm", "items", "n", "alpha", "alpha_low", "alpha_high"]
ITEM_COLUMNS = ["item", "item_total", "alpha_without"]


@dataclass(frozen=True)
class Reliability:
    """alpha with its interval; n: people who answered every item; NaN where nothing can be said.

    omega_total is not computed yet. items: item, item_total (correlation with the sum of the others) and
    alpha_without (alpha of the others; NaN with two items).
    """

    alpha: float
    alpha_low: float
    alpha_high: float
    omega_total: float | None
    n: int
    items: pd.DataFrame


def reliability(items: pd.DataFrame, *, conf_level: float = 0.95) -> Reliability:
    """Cronbach's alpha of the columns of `items`, one row a person, reversed items already turned round.

    Only people who answered every item count. Two items are put on one scale first, which makes alpha Spearman and
    Brown's 2r / (1 + r). The interval takes people as independent: with clusters it is too narrow. All numbers are NaN
    with fewer than 2 people or where the sum does not vary. Raises TableError for fewer than 2 items.
    Source: Cronbach (1951); Feldt (1965).

    >>> marks = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [2, 2, 3, 4]})
    >>> round(reliability(marks).alpha, 4)
    0.916
    """
    if items.shape[1] < 2:
        found = f"{items.shape[1]} items"
        raise TableError(Problem("reliability", "items", found, "2 or more", "A single item has no reliability"))
    values = items.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values).any(axis=1)]
    n, k = values.shape
    if k == 2 and n > 1 and (values.std(axis=0) > 0).all():
        values = values / values.std(axis=0)
    alpha = _alpha(values)
    low, high = _feldt(alpha, n, k, conf_level)
    return Reliability(alpha, low, high, None, n, _each(values, items.columns))


def _alpha(values: np.ndarray) -> float:
    n, k = values.shape
    total = values.sum(axis=1).var(ddof=1) if n > 1 else 0.0
    if k < 2 or not total > 0:
        return np.nan
    return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / total))


def _feldt(alpha: float, n: int, k: int, conf_level: float) -> tuple[float, float]:
    if np.isnan(alpha):
        return np.nan, np.nan
    tail, df = (1 - conf_level) / 2, (n - 1, (n - 1) * (k - 1))
    return float(1 - (1 - alpha) * fdtri(*df, 1 - tail)), float(1 - (1 - alpha) * fdtri(*df, tail))


def _each(values: np.ndarray, names: pd.Index) -> pd.DataFrame:
    rows = []
    for place, name in enumerate(names):
        others = np.delete(values, place, axis=1)
        rest = others.sum(axis=1)
        varies = len(values) > 1 and values[:, place].std() > 0 and rest.std() > 0
        correlation = float(np.corrcoef(values[:, place], rest)[0, 1]) if varies else np.nan
        rows.append((str(name), correlation, _alpha(others)))
    return pd.DataFrame(rows, columns=ITEM_COLUMNS)


def outcome_score(study: Study, outcome: Outcome) -> tuple[Instrument, Score]:
    """The instrument behind an outcome from scores (that of a second use too), and the score."""
    prefixes = {f"{use.prefix}_{use.instrument}": use.instrument for use in study.spec.uses}
    instrument = read_instrument(prefixes.get(outcome.instrument, outcome.instrument), unverified=True)
    return instrument, instrument.score(outcome.score)


def outcome_items(study: Study, outcome: Outcome, answers: pd.DataFrame) -> pd.DataFrame:
    """What the answers to the items of an outcome's score count; missing where nobody was asked."""
    instrument, score = outcome_score(study, outcome)
    columns = instrument.columns(outcome.instrument)
    return item_points(answers, instrument, prefix=outcome.instrument)[[columns[number - 1] for number in score.items]]


def reliability_table(
    study: Study, people: Mapping[str, pd.DataFrame], answers: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """The reliability table: alpha of the score of each outcome, by wave, group and arm ('all' first).

    people, answers: {wave: table}. n: people who answered every item; a score nobody answered in a wave has no row
    for it, nor has a score of one item: there is nothing to hang together. Two outcomes on one score have one row.
    """
    made: dict[tuple, tuple] = {}
    for outcome in (one for one in study.spec.outcomes if one.source == "scores"):
        for wave, asked in answers.items():
            who = people[wave][people[wave]["group"].eq(outcome.group)].set_index("person")["arm"]
            own = asked[asked["person"].isin(who.index)]
            items = outcome_items(study, outcome, own)
            answered = items.notna().all(axis="columns") & (items.shape[1] > 1)
            arm = own["person"].map(who)
            for part in ("all", *(one for one in study.spec.design.arms if len(study.spec.design.arms) > 1)):
                if not (rows := answered & (arm.eq(part) | (part == "all"))).any():
                    continue
                found = reliability(items[rows])
                key = (wave, outcome.instrument, outcome.score, outcome.group, part)
                made[key] = (items.shape[1], found.n, found.alpha, found.alpha_low, found.alpha_high)
    return pd.DataFrame([(*key, *numbers) for key, numbers in made.items()], columns=COLUMNS)

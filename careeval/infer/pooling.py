"""Estimates from several completed data sets into one, with degrees of freedom that know how few clusters there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from careeval.errors import Problem, TableError


@dataclass(frozen=True)
class Pooled:
    """estimate, variance (total), df, missing_information: the share of what is to be known that missing data took."""

    estimate: float
    variance: float
    df: float
    missing_information: float


def pool(estimates: ArrayLike, variances: ArrayLike, *, df_complete: float | None = None) -> Pooled:
    """Rubin's rules over m completed data sets, with Barnard and Rubin's degrees of freedom.

    df_complete: the degrees of freedom that the analysis has without missing data (Satterthwaite, or clusters - arms;
    None = infinite). Where the completed data sets agree exactly they are the df. TableError with fewer than two sets
    or a variance of 0 or less.
    Source: Rubin (1987); Barnard & Rubin (1999).

    >>> one = pool([1, 1.2, 0.9, 1.1, 1.3], [0.04, 0.05, 0.045, 0.042, 0.048], df_complete=98)
    >>> round(one.estimate, 4), round(one.variance, 4), round(one.df, 4), round(one.missing_information, 6)
    (1.1, 0.075, 17.4367, 0.458718)
    """
    values, spread = np.asarray(estimates, float), np.asarray(variances, float)
    if len(values) < 2 or len(values) != len(spread) or not (spread > 0).all():
        found = f"{len(values)} estimates, {len(spread)} variances, smallest {spread.min(initial=np.inf):g}"
        raise TableError(Problem("pool", "", found, "two or more of each, variances above 0"))
    m, within, between = len(values), spread.mean(), values.var(ddof=1)
    total = within + (1 + 1 / m) * between
    complete = np.inf if df_complete is None else float(df_complete)
    if between == 0:
        return Pooled(float(values.mean()), float(total), complete, 0.0)
    share, ratio = (1 + 1 / m) * between / total, (1 + 1 / m) * between / within
    large = (m - 1) / share**2
    observed = np.inf if np.isinf(complete) else (complete + 1) / (complete + 3) * complete * (1 - share)
    df = large if np.isinf(observed) else large * observed / (large + observed)
    return Pooled(float(values.mean()), float(total), float(df), float((ratio + 2 / (df + 3)) / (1 + ratio)))

"""p-values of several outcomes read together: Holm, Benjamini-Hochberg, and Westfall-Young from one set of draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import multipletests

from careeval.errors import Problem, TableError

METHODS = {"holm": "holm", "bh": "fdr_bh"}
TIE = 1e-12


def adjust(p_values: ArrayLike, method: str) -> np.ndarray:
    """Adjusted p-values in the order given; missing ones stay missing and are not counted.

    method: holm (the chance of any false finding), bh (the share of false findings). TableError for another method
    and for a p-value outside 0..1.
    Source: Holm (1979); Benjamini & Hochberg (1995).

    >>> adjust([0.01, 0.04, 0.03], "holm").round(3).tolist()
    [0.03, 0.06, 0.06]
    >>> adjust([0.01, 0.04, 0.03], "bh").round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    given = np.asarray(p_values, float)
    known = given[~np.isnan(given)]
    if method not in METHODS:
        raise TableError(Problem("adjust", "method", f"found {method!r}", ", ".join(METHODS)))
    if ((known < 0) | (known > 1)).any():
        raise TableError(Problem("adjust", "p_values", f"found {known[(known < 0) | (known > 1)][0]:g}", "0 to 1"))
    made = np.full(given.shape, np.nan)
    if known.size:
        made[~np.isnan(given)] = multipletests(known, method=METHODS[method])[1]
    return made


def westfall_young(observed: ArrayLike, drawn: np.ndarray) -> np.ndarray:
    """Step-down max-|t| p-values: how often the largest of the outcomes still in question is as large by chance.

    observed: (k,) statistics; drawn: (k, R), the same statistics under draws made for all outcomes at once, the
    observed labelling among them. Ties count. Dependence between outcomes is used, not assumed away.
    Source: Westfall & Young (1993), algorithm 2.8.
    """
    size = np.abs(np.asarray(observed, float))
    order = np.argsort(-size, kind="stable")
    # the maximum over an outcome and all that come after it in the order of size
    largest = np.maximum.accumulate(np.abs(drawn)[order][::-1], axis=0)[::-1]
    shares = (largest >= size[order][:, None] * (1 - TIE) - TIE).mean(axis=1)
    made = np.empty(len(size))
    made[order] = np.maximum.accumulate(shares)
    return made

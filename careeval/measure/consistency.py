"""Omega, intraclass correlations and reliable change: how far two measurements, or two items, say the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import minimize

SMALL = 1e-6


def one_factor(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Loadings (k,), unique variances (k,) and whether one of these is at 0 (a Heywood case), by maximum likelihood.

    covariance: (k, k) of three items or more, none constant. Source: Jöreskog (1967), the likelihood over the unique
    variances with the loadings profiled out.
    """
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)

    def loadings(unique: np.ndarray) -> np.ndarray:
        root = np.sqrt(unique)
        values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
        return root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))

    def discrepancy(logs: np.ndarray) -> float:
        root = np.exp(logs / 2)
        rest = np.linalg.eigvalsh(correlation / np.outer(root, root))[:-1]
        return float(np.sum(rest - np.log(rest) - 1))

    start = np.log(0.5 / np.diag(np.linalg.inv(correlation)))
    bounds = [(np.log(SMALL), 0.0)] * len(start)
    found = minimize(discrepancy, np.clip(start, np.log(SMALL), 0), method="L-BFGS-B", bounds=bounds, tol=1e-14)
    unique = np.exp(found.x)
    own = loadings(unique)
    own = own * (np.sign(own.sum()) or 1.0)
    return own * scale, unique * scale**2, bool((unique <= 2 * SMALL).any())


def omega_total(items: pd.DataFrame) -> tuple[float, bool]:
    """McDonald's omega total of complete rows and whether the solution is a Heywood case; nan with under 3 items.

    Source: McDonald (1999): (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), one factor by ML.
    """
    complete = items.dropna()
    if items.shape[1] < 3 or len(complete) <= items.shape[1] or (complete.nunique() < 2).any():
        return np.nan, False
    own, unique, at_zero = one_factor(np.cov(complete.to_numpy(float), rowvar=False))
    return float(own.sum() ** 2 / (own.sum() ** 2 + unique.sum())), at_zero


def intraclass(ratings: ArrayLike) -> Mapping[str, float]:
    """ICC(1,1), (2,1), (3,1) and (1,k), (2,k), (3,k) of n targets (rows) by k raters (columns), none missing.

    Source: Shrout & Fleiss (1979).

    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> [round(one, 2) for one in intraclass(table).values()]
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    x = np.asarray(ratings, float)
    n, k = x.shape
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    between = k * rows.var(ddof=1)
    judges = n * columns.var(ddof=1)
    within = ((x - rows[:, None]) ** 2).sum() / (n * (k - 1))
    rest = ((x - rows[:, None] - columns + x.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    return {
        "icc_1_1": float((between - within) / (between + (k - 1) * within)),
        "icc_2_1": float((between - rest) / (between + (k - 1) * rest + k * (judges - rest) / n)),
        "icc_3_1": float((between - rest) / (between + (k - 1) * rest)),
        "icc_1_k": float((between - within) / between),
        "icc_2_k": float((between - rest) / (between + (judges - rest) / n)),
        "icc_3_k": float((between - rest) / between),
    }


def reliable_change(before: ArrayLike, after: ArrayLike, *, sd: float, reliability: float) -> np.ndarray:
    """(after - before) over the standard error of a difference; beyond -+1.96 a person changed by more than the
    measurement's own error would explain. Source: Jacobson & Truax (1991).

    >>> reliable_change([10], [16], sd=4, reliability=0.8).round(3).tolist()
    [2.372]
    """
    return (np.asarray(after, float) - np.asarray(before, float)) / (sd * np.sqrt(2 * (1 - reliability)))

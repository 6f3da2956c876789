"""Intervals of shares and means, of a sample from a population of any size or of a whole register."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from careeval.errors import Problem, TableError


def proportion_interval(
    numerator: ArrayLike, denominator: ArrayLike, *, population: ArrayLike = np.nan, conf_level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval (low, high) of the share numerator / denominator; element by element.

    population: how many people the denominator was drawn from, missing = very many. With it the effective sample is
    n* = n (N - 1) / (N - n): the interval shrinks, and where everybody was asked it has no width, for a register has no
    sampling error. For descriptions only, never for effects. Missing where the denominator is 0 or missing.

    Raises TableError where more people were counted than the population has.
    Source: Wilson (1927); Newcombe (1998) method 3; the correction puts n* in place of n.

    >>> [f"{limit:.4f}" for limit in proportion_interval(81, 263)]
    ['0.2553', '0.3662']
    >>> [f"{limit:.4f}" for limit in proportion_interval(42, 60, population=90)]
    ['0.6290', '0.7625']
    """
    hits, n, whole = _numbers(numerator, denominator, population)
    _check(n, whole)
    z = NormalDist().inv_cdf((1 + conf_level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, hits / n, np.nan)
        effective = np.where(np.isnan(whole), n, n * (whole - 1) / (whole - n))
        shrink = z**2 / effective
        centre = (share + shrink / 2) / (1 + shrink)
        half = z * np.sqrt(share * (1 - share) / effective + (z / effective) ** 2 / 4) / (1 + shrink)
    everybody = whole == n
    # the limits of 0 and of n out of n are exactly 0 and 1; rounding must not push them over
    low = np.where(everybody | (share == 0), share, np.clip(centre - half, 0, 1))
    high = np.where(everybody | (share == 1), share, np.clip(centre + half, 0, 1))
    return low, high


def mean_interval(
    mean: ArrayLike, sd: ArrayLike, n: ArrayLike, *, population: ArrayLike = np.nan, conf_level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """The t interval (low, high) of a mean, element by element: mean -+ t(n - 1) sd / sqrt(n) sqrt(1 - n / N).

    sd: with n - 1. population: N, missing = very many; where n = N the interval has no width, also for one person.
    For descriptions only, never for effects. Missing where n < 2 of more people, and where the mean is missing.

    Raises TableError where more people were counted than the population has.
    Source: Cochran (1977), sections 2.6 and 2.8.

    >>> [f"{limit:.3f}" for limit in mean_interval(10, 2, 4)]
    ['6.818', '13.182']
    """
    centre, spread, size = _numbers(mean, sd, n)
    whole = np.broadcast_to(np.asarray(_floats(population)), size.shape)
    _check(size, whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(np.isnan(whole), 1.0, 1 - size / whole)
        error = spread / np.sqrt(size) * np.sqrt(left)
        t = stdtrit(np.where(size >= 2, size - 1, np.nan), (1 + conf_level) / 2)
    half = np.where(whole == size, 0.0, t * error)
    return centre - half, centre + half


def _floats(values: ArrayLike) -> np.ndarray:
    # a nullable column gives NA; NaN is what the arithmetic understands
    if hasattr(values, "to_numpy"):
        return values.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(values, dtype=float)


def _numbers(*columns: ArrayLike) -> tuple[np.ndarray, ...]:
    return tuple(np.broadcast_arrays(*(_floats(column) for column in columns)))


def _check(n: np.ndarray, whole: np.ndarray) -> None:
    over = n > whole
    if over.any():
        found = f"{int(n[over].flat[0])} people were counted of a population of {int(whole[over].flat[0])}"
        way_out = "Correct population.size in study.toml"
        raise TableError(Problem("population", "size", found, "at least as many as were counted", way_out))

"""The random-intercept model by REML: one share of variance is searched for, everything else follows in closed form.

Source: the restricted likelihood profiled in the ratio of the two variances; Pinheiro & Bates (2000), section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

RANGE = (-14.0, 8.0)  # of the log of between / within; below it the variance between is zero


@dataclass(frozen=True)
class RandomIntercept:
    """coefficients (k,), covariance (k, k); between and within: the two variances; clusters: how many."""

    coefficients: np.ndarray
    covariance: np.ndarray
    between: float
    within: float
    clusters: int

    @property
    def icc(self) -> float:
        """The share of the variance that lies between clusters."""
        return self.between / (self.between + self.within)


def random_intercept(design: np.ndarray, outcome: np.ndarray, clusters: np.ndarray) -> RandomIntercept:
    """Fit by REML. design: (n, k), columns independent; clusters: (n,) whole numbers from 0, all used, at least 2.

    The search is one-dimensional and bounded, so it always ends; at a variance of zero between clusters it is ordinary
    least squares, exactly.
    """
    sizes = np.bincount(clusters)
    rows, columns = design.shape
    sums = np.array([np.bincount(clusters, column, len(sizes)) for column in design.T]).T
    outcome_sums = np.bincount(clusters, outcome, len(sizes))
    square, cross, total = design.T @ design, design.T @ outcome, outcome @ outcome

    def parts(ratio: float) -> tuple[np.ndarray, np.ndarray, float]:
        shrink = ratio / (1 + sizes * ratio)
        inner = square - (sums * shrink[:, None]).T @ sums
        right = cross - sums.T @ (shrink * outcome_sums)
        solved = np.linalg.solve(inner, right)
        return inner, solved, total - (shrink * outcome_sums**2).sum() - right @ solved

    def deviance(ratio: float) -> float:
        inner, _, left = parts(ratio)
        return (rows - columns) * np.log(left) + np.log1p(sizes * ratio).sum() + np.linalg.slogdet(inner)[1]

    # the profile can have two valleys: a grid finds the one to search in
    grid = np.linspace(*RANGE, 45)
    nearest = grid[np.argmin([deviance(np.exp(point)) for point in grid])]
    step = grid[1] - grid[0]
    found = minimize_scalar(
        lambda point: deviance(np.exp(point)),
        bounds=(nearest - step, nearest + step),
        method="bounded",
        options={"xatol": 1e-10},
    )
    ratio = 0.0 if deviance(0.0) <= found.fun else float(np.exp(found.x))
    inner, solved, left = parts(ratio)
    within = left / (rows - columns)
    return RandomIntercept(solved, within * np.linalg.inv(inner), ratio * within, within, len(sizes))

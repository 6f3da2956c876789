"""Weighted least squares, and what Student's t makes of an estimate and its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.special import stdtr, stdtrit


@dataclass(frozen=True)
class LinearFit:
    """A fitted model of n rows and k columns.

    design: (n, k); weight: (n,) fixed sampling weights, ones where there are none; weighted: whether any were given;
    coefficients: (k,); residuals: (n,) outcome minus fitted; root: (k, k) with root @ root.T = inverse(X'WX);
    basis: (n, k), the columns of X made orthonormal under W (basis = X @ root), so basis'W basis = identity.
    """

    design: np.ndarray
    weight: np.ndarray
    weighted: bool
    coefficients: np.ndarray
    residuals: np.ndarray
    root: np.ndarray
    basis: np.ndarray


def fit_linear(design: np.ndarray, outcome: np.ndarray, *, weight: np.ndarray | None = None) -> LinearFit:
    """Least squares of `outcome` (n,) on `design` (n, k) with `weight` (n,) or none; by QR, without X'X.

    The caller has seen to it that nothing is missing, that weights are above 0 and that the columns are independent
    (`dependent_columns`).

    >>> fit_linear(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([1.0, 3, 6, 8])).coefficients.round(9)
    array([2., 5.])
    """
    weighted = weight is not None
    weight = np.asarray(weight, float) if weighted else np.ones(len(outcome))
    scale = np.sqrt(weight)
    orthonormal, triangle = np.linalg.qr(design * scale[:, None])
    coefficients = solve_triangular(triangle, orthonormal.T @ (outcome * scale))
    root = solve_triangular(triangle, np.eye(design.shape[1]))
    residuals = outcome - design @ coefficients
    return LinearFit(design, weight, weighted, coefficients, residuals, root, orthonormal / scale[:, None])


def dependent_columns(design: np.ndarray, *, tolerance: float = 1e-9) -> list[int]:
    """Positions of the columns that are a linear combination of the others; empty when all are independent.

    Which of a dependent set is named is a matter of order of size, so a message should name the whole set it knows.
    """
    length = np.linalg.norm(design, axis=0)
    scaled = design / np.where(length > 0, length, 1.0)
    # the triangle of a plain QR has the rank of the design, and is small enough to be pivoted
    _, triangle, order = qr(np.linalg.qr(scaled, mode="r"), mode="economic", pivoting=True)
    size = np.abs(np.diag(triangle))
    rank = int((size > tolerance * max(size.max(initial=0.0), tolerance)).sum())
    return sorted(int(column) for column in order[rank:])


def hc1(fit: LinearFit, contrasts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance of each contrast for independent people, and its degrees of freedom n - k.

    contrasts: (m, k). Returns two arrays (m,). Source: MacKinnon & White (1985), HC1 = HC0 * n / (n - k).
    """
    rows, columns = fit.basis.shape
    influence = fit.basis * (fit.weight * fit.residuals)[:, None]
    directions = contrasts @ fit.root
    variance = ((influence @ directions.T) ** 2).sum(axis=0) * rows / (rows - columns)
    return variance, np.full(len(contrasts), float(rows - columns))


def student_t(estimate: float, std_error: float, df: float, *, conf_level: float) -> dict[str, float]:
    """statistic, p_value (two-sided), conf_low and conf_high of an estimate with `df` degrees of freedom.

    >>> {name: round(float(value), 3) for name, value in student_t(2.0, 1.0, 10, conf_level=0.95).items()}
    {'statistic': 2.0, 'p_value': 0.073, 'conf_low': -0.228, 'conf_high': 4.228}
    """
    statistic = estimate / std_error
    reach = stdtrit(df, 0.5 + conf_level / 2) * std_error
    return {
        "statistic": statistic,
        "p_value": 2 * stdtr(df, -np.abs(statistic)),
        "conf_low": estimate - reach,
        "conf_high": estimate + reach,
    }

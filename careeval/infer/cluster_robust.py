"""The cluster-robust variances CR0 to CR3, Satterthwaite degrees of freedom, and a test of several terms at once.

Source: Bell & McCaffrey (2002), Pustejovsky & Tipton (2018), with an identity working covariance of the errors; with
weights this is `vcovCR(lm(..., weights), type = "CR2")` of the R package clubSandwich (weights fixed, not inverse
variances). H = X (X'WX)^-1 X'W; a residual vector is e = (I - H) y, so under the working model its covariance is
B = (I - H)(I - H)'. CR2 multiplies the residuals of cluster g by the symmetric root A_g = B_gg^(-1/2), Moore-Penrose
where B_gg is singular (a cluster's own fixed effect makes it so); CR3 takes B_gg^-1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from careeval.infer.linear import LinearFit

KINDS = ("CR0", "CR1", "CR1S", "CR2", "CR3")
POWERS = {"CR2": -0.5, "CR3": -1.0}
SINGULAR = 1e-10


@dataclass(frozen=True)
class _Influence:
    """What one cluster adds, for each of m contrasts: q = A_g W_g X_g (X'WX)^-1 c."""

    on_residuals: np.ndarray  # (m,) q'e
    squared: np.ndarray  # (m, m) q'q
    on_basis: np.ndarray  # (m, k) q'X_g in the orthonormal basis
    on_weighted: np.ndarray  # (m, k) q'W_g X_g in the orthonormal basis


def cluster_robust(
    fit: LinearFit, contrasts: np.ndarray, clusters: np.ndarray, *, kind: str = "CR2"
) -> tuple[np.ndarray, np.ndarray]:
    """Variance and Satterthwaite degrees of freedom of each contrast.

    contrasts: (m, k); clusters: (n,) whole numbers from 0, all used. kind: CR2; CR3 (close to the jackknife, without
    its factor); CR1 = CR0 * G/(G-1); CR1S = CR1 * (n-1)/(n-k); CR0 = no correction.
    Returns two arrays (m,). With one cluster in an arm the result is worthless and df does not show it: the caller
    counts the clusters of each arm.
    """
    square, parts = _parts(fit, contrasts @ fit.root, clusters, kind)
    variance = sum(part.on_residuals**2 for part in parts)
    if kind in ("CR1", "CR1S"):
        variance = variance * len(parts) / (len(parts) - 1)
    if kind == "CR1S":
        rows, columns = fit.basis.shape
        variance = variance * (rows - 1) / (rows - columns)
    df = np.array([_satterthwaite(parts, square, contrast) for contrast in range(len(contrasts))])
    return variance, df


def joint_test(fit: LinearFit, contrasts: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float, float]:
    """F, its two degrees of freedom and p of the hypothesis that all contrasts (m, k) are 0, from CR2.

    The second df is m(m+1) over the variance of the standardised CR2 matrix under the working model (the "HTZ" test).
    nan where it is too small for m contrasts. Source: Pustejovsky & Tipton (2018), section 3.2.
    """
    directions = contrasts @ fit.root
    values, vectors = np.linalg.eigh(directions @ directions.T)
    standard = (vectors * values**-0.5) @ vectors.T @ directions
    square, parts = _parts(fit, standard, clusters, "CR2")
    each = np.array([part.on_residuals for part in parts])
    variance, size = each.T @ each, len(contrasts)
    effects = standard @ np.linalg.solve(fit.root, fit.coefficients)
    rows, middle = _rows(parts, square)
    p = np.einsum("gsa,ab,htb->stgh", rows, middle, rows)
    p[:, :, np.arange(len(parts)), np.arange(len(parts))] += np.array([part.squared for part in parts]).transpose(
        1, 2, 0
    )
    spread = np.einsum("ssgh,ttgh->", p, p) + np.einsum("stgh,tsgh->", p, p)
    eta = size * (size + 1) / spread
    second = eta - size + 1
    if second <= 0:
        return np.nan, float(size), float(second), np.nan
    f = second / (eta * size) * float(effects @ np.linalg.solve(variance, effects))
    return f, float(size), float(second), float(fdtrc(size, second, f))


def _parts(
    fit: LinearFit, directions: np.ndarray, clusters: np.ndarray, kind: str
) -> tuple[np.ndarray, list[_Influence]]:
    square = fit.basis.T @ (fit.basis * fit.weight[:, None] ** 2)  # X'W W X; the identity without weights
    order = np.argsort(clusters, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    return square, [_influence(fit, rows, directions, square, kind=kind) for rows in members]


def _influence(
    fit: LinearFit, rows: np.ndarray, directions: np.ndarray, square: np.ndarray, *, kind: str
) -> _Influence:
    """The cluster's part. B_gg - I lives in the span of X_g and W_g X_g: its root is taken there, never n_g x n_g."""
    basis, weight = fit.basis[rows], fit.weight[rows, None]
    weighted = basis * weight
    q = weighted @ directions.T
    if kind in POWERS:
        columns = fit.design[rows]
        span = _orthonormal(np.hstack([columns, columns * weight]) if fit.weighted else columns)
        inner, outer = span.T @ basis, span.T @ weighted
        b_gg = np.eye(span.shape[1]) - inner @ outer.T - outer @ inner.T + inner @ square @ inner.T
        values, vectors = np.linalg.eigh((b_gg + b_gg.T) / 2)
        root = np.where(values > SINGULAR, np.maximum(values, SINGULAR) ** POWERS[kind], 0.0)
        q = q + span @ (vectors * (root - 1)) @ (vectors.T @ (span.T @ q))
    return _Influence(fit.residuals[rows] @ q, q.T @ q, q.T @ basis, q.T @ weighted)


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the span of the columns; those of other clusters' fixed effects are zero here."""
    length = np.linalg.norm(columns, axis=0)
    vectors, sizes, _ = np.linalg.svd(columns[:, length > 0] / length[length > 0], full_matrices=False)
    return vectors[:, sizes > SINGULAR * sizes[0]]


def _satterthwaite(parts: list[_Influence], square: np.ndarray, contrast: int) -> float:
    """trace(P)^2 / sum(P^2), P_gh = q_g' B_gh q_h, without the G x G matrix.

    P = diag(q_g'q_g) + F K F', where row g of F is (q_g'X_g, q_g'W_g X_g).
    """
    rows, middle = _rows(parts, square)
    rows = rows[:, contrast]
    low_rank = ((rows @ middle) * rows).sum(axis=1)
    diagonal = np.array([part.squared[contrast, contrast] for part in parts]) + low_rank
    gram = middle @ (rows.T @ rows)
    beside = (gram * gram.T).sum() - (low_rank**2).sum()
    squares = (diagonal**2).sum() + beside
    return diagonal.sum() ** 2 / squares if squares > 0 else np.nan


def _rows(parts: list[_Influence], square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F (G, m, 2k) and K (2k, 2k) of the low-rank part."""
    rows = np.array([np.hstack([part.on_basis, part.on_weighted]) for part in parts])
    identity = np.eye(len(square))
    return rows, np.block([[square, -identity], [-identity, np.zeros_like(square)]])

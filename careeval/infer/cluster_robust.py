"""The bias-reduced cluster-robust variance CR2 and its Satterthwaite degrees of freedom.

Source: Bell & McCaffrey (2002), Pustejovsky & Tipton (2018), with an identity working covariance of the errors; with
weights this is `vcovCR(lm(..., weights), type = "CR2")` of the R package clubSandwich (weights fixed, not inverse
variances). H = X (X'WX)^-1 X'W; a residual vector is e = (I - H) y, so under the working model its covariance is
B = (I - H)(I - H)'. CR2 multiplies the residuals of cluster g by the symmetric root A_g = B_gg^(-1/2), Moore-Penrose
where B_gg is singular (a cluster's own fixed effect makes it so).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from careeval.infer.linear import LinearFit

KINDS = ("CR0", "CR1", "CR2")
SINGULAR = 1e-10


@dataclass(frozen=True)
class _Influence:
    """What one cluster adds, for each of m contrasts: q = A_g W_g X_g (X'WX)^-1 c."""

    on_residuals: np.ndarray  # (m,) q'e
    squared: np.ndarray  # (m,) q'q
    on_basis: np.ndarray  # (m, k) q'X_g in the orthonormal basis
    on_weighted: np.ndarray  # (m, k) q'W_g X_g in the orthonormal basis


def cluster_robust(
    fit: LinearFit, contrasts: np.ndarray, clusters: np.ndarray, *, kind: str = "CR2"
) -> tuple[np.ndarray, np.ndarray]:
    """Variance and Satterthwaite degrees of freedom of each contrast.

    contrasts: (m, k); clusters: (n,) whole numbers from 0, all used. kind: CR2; CR1 = CR0 * G/(G-1); CR0 = no
    correction.
    Returns two arrays (m,). With one cluster in an arm the result is worthless and df does not show it: the caller
    counts the clusters of each arm.
    """
    directions = contrasts @ fit.root
    square = fit.basis.T @ (fit.basis * fit.weight[:, None] ** 2)  # X'W W X; the identity without weights
    order = np.argsort(clusters, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    parts = [_influence(fit, rows, directions, square, kind=kind) for rows in members]
    variance = sum(part.on_residuals**2 for part in parts)
    if kind == "CR1":
        variance = variance * len(parts) / (len(parts) - 1)
    df = np.array([_satterthwaite(parts, square, contrast) for contrast in range(len(contrasts))])
    return variance, df


def _influence(
    fit: LinearFit, rows: np.ndarray, directions: np.ndarray, square: np.ndarray, *, kind: str
) -> _Influence:
    """The cluster's part. B_gg - I lives in the span of X_g and W_g X_g: its root is taken there, never n_g x n_g."""
    basis, weight = fit.basis[rows], fit.weight[rows, None]
    weighted = basis * weight
    q = weighted @ directions.T
    if kind == "CR2":
        columns = fit.design[rows]
        span = _orthonormal(np.hstack([columns, columns * weight]) if fit.weighted else columns)
        inner, outer = span.T @ basis, span.T @ weighted
        b_gg = np.eye(span.shape[1]) - inner @ outer.T - outer @ inner.T + inner @ square @ inner.T
        values, vectors = np.linalg.eigh((b_gg + b_gg.T) / 2)
        root = np.where(values > SINGULAR, np.maximum(values, SINGULAR) ** -0.5, 0.0)
        q = q + span @ (vectors * (root - 1)) @ (vectors.T @ (span.T @ q))
    return _Influence(fit.residuals[rows] @ q, (q**2).sum(axis=0), q.T @ basis, q.T @ weighted)


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the span of the columns; those of other clusters' fixed effects are zero here."""
    length = np.linalg.norm(columns, axis=0)
    vectors, sizes, _ = np.linalg.svd(columns[:, length > 0] / length[length > 0], full_matrices=False)
    return vectors[:, sizes > SINGULAR * sizes[0]]


def _satterthwaite(parts: list[_Influence], square: np.ndarray, contrast: int) -> float:
    """trace(P)^2 / sum(P^2), P_gh = q_g' B_gh q_h, without the G x G matrix.

    P = diag(q_g'q_g) + F K F', where row g of F is (q_g'X_g, q_g'W_g X_g).
    """
    inner = np.array([part.on_basis[contrast] for part in parts])
    outer = np.array([part.on_weighted[contrast] for part in parts])
    rows = np.hstack([inner, outer])
    identity = np.eye(len(square))
    middle = np.block([[square, -identity], [-identity, np.zeros_like(square)]])
    low_rank = ((rows @ middle) * rows).sum(axis=1)
    diagonal = np.array([part.squared[contrast] for part in parts]) + low_rank
    gram = middle @ (rows.T @ rows)
    beside = (gram * gram.T).sum() - (low_rank**2).sum()
    squares = (diagonal**2).sum() + beside
    return diagonal.sum() ** 2 / squares if squares > 0 else np.nan

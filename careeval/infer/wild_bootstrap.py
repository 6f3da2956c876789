"""The restricted wild cluster bootstrap: a test, and an interval by inverting it, for one coefficient and few clusters.

The null is imposed before residuals are drawn. Everything that is drawn is linear in the value under test, so one set
of draws serves the test and the search for the interval, and n x draws is never formed: with G clusters and R draws the
work is G x G x R.

Source: Cameron, Gelbach & Miller (2008); Webb (2023) for six points; MacKinnon, Nielsen & Webb (2023) for the algebra.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError
from careeval.infer.formula import read_formula
from careeval.infer.linear import fit_linear

WEBB = np.sqrt(np.array([1.5, 1.0, 0.5, 1.5, 1.0, 0.5])) * np.array([1, 1, 1, -1, -1, -1])
POINTS = ("auto", "rademacher", "webb")
ENUMERATED, FEW = 4096, 12
TIE = 1e-12
FAR = 12  # steps, each three times as far: half a million standard errors


@dataclass(frozen=True)
class WildBootstrap:
    """p_value (two-sided, null 0), conf_low and conf_high (nan: not asked; infinite: the test rejects nothing there).

    draws: sign vectors used; enumerated: all there are; points: rademacher or webb; smallest_p: what is attainable.
    """

    estimate: float
    p_value: float
    conf_low: float
    conf_high: float
    draws: int
    enumerated: bool
    points: str
    smallest_p: float


@dataclass(frozen=True)
class _Line:
    """What is drawn, at value 0 of the coefficient and its change per unit of it: t* = top / sqrt(squares)."""

    top: np.ndarray  # (2, R)
    scores: np.ndarray  # (2, G, R)


def wild_bootstrap(
    formula: str,
    data: pd.DataFrame,
    *,
    term: str,
    cluster: str,
    weight: str | None = None,
    weights: str = "auto",
    replicates: int = 9999,
    conf_level: float = 0.95,
    seed: int,
) -> WildBootstrap:
    """The bootstrap for one term of a formula as statsmodels reads it; cluster: the column of the assignment unit.

    weight: a column of fixed sampling weights above 0. weights: what residuals are multiplied by, rademacher, webb, or
    auto (see `wild_cluster`). Rows with anything missing are left out. TableError as `cluster_ols`, and for a term or
    weights that are not known.

    >>> villages = pd.DataFrame({"score": [1.0, 2, 3, 7, 8, 9], "plan": [0, 0, 0, 1, 1, 1], "village": list("abcdef")})
    >>> wild_bootstrap("score ~ plan", villages, term="plan", cluster="village", weights="rademacher", seed=1).p_value
    0.03125
    """
    if weights not in POINTS:
        raise TableError(Problem("wild_bootstrap", "weights", f"found {weights!r}", ", ".join(POINTS)))
    read = read_formula(formula, data, [cluster, *([weight] if weight else [])])
    scale = read.rows[weight].to_numpy(float) if weight else None
    if weight and (scale <= 0).any():
        found = f"{int((scale <= 0).sum())} weights of 0 or less"
        raise TableError(Problem("data", f"column {weight!r}", found, "numbers above 0"))
    codes = pd.factorize(read.rows[cluster])[0]
    asked = {"points": weights, "replicates": replicates, "conf_level": conf_level, "seed": seed}
    place = read.place(term, of="wild_bootstrap")
    return wild_cluster(read.design, read.outcome, codes, place, weight=scale, **asked)


def wild_cluster(
    design: np.ndarray,
    outcome: np.ndarray,
    clusters: np.ndarray,
    column: int,
    *,
    weight: np.ndarray | None = None,
    points: str = "auto",
    replicates: int = 9999,
    conf_level: float | None = 0.95,
    seed: int,
) -> WildBootstrap:
    """The bootstrap for one column of a weighted least squares model.

    design: (n, k), columns independent; clusters: (n,) whole numbers from 0, all used. points: rademacher (all 2^G sign
    vectors where they are at most 4,096), webb, or auto = webb up to 12 clusters, rademacher above. conf_level: None
    for the test alone. p = draws with |t*| >= |t| over all draws (ties count), with the observed one among drawn ones.
    """
    count = int(clusters.max()) + 1
    points = ("webb" if count <= FEW else "rademacher") if points == "auto" else points
    signs, enumerated = _signs(count, points, replicates, seed)
    scale = 1.0 if weight is None else np.sqrt(weight)
    rows = design * (scale if np.isscalar(scale) else scale[:, None])
    line, estimate, spread = _line(rows, outcome * scale, clusters, column, signs)
    everything = signs.shape[1]

    def p_at(value: float) -> float:
        top = line.top[0] - value * line.top[1]
        squares = ((line.scores[0] - value * line.scores[1]) ** 2).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.abs(top) / np.sqrt(squares)
        observed = abs(estimate - value) / spread
        hits = int((drawn >= observed * (1 - TIE) - TIE).sum())
        return hits / everything if enumerated else (hits + 1) / (everything + 1)

    smallest = 2 / everything if enumerated else 1 / (everything + 1)
    low = high = np.nan
    if conf_level is not None and smallest > 1 - conf_level:
        low, high = -np.inf, np.inf  # no value can be rejected
    elif conf_level is not None:
        low, high = (_edge(p_at, estimate, way * spread, 1 - conf_level) for way in (-1, 1))
    return WildBootstrap(estimate, p_at(0.0), low, high, everything, enumerated, points, smallest)


def _signs(count: int, points: str, replicates: int, seed: int) -> tuple[np.ndarray, bool]:
    """(G, R) draws, and whether they are all there are."""
    if points == "rademacher" and 2**count <= ENUMERATED:
        return np.array(list(product((1.0, -1.0), repeat=count))).T, True
    values = np.array([1.0, -1.0]) if points == "rademacher" else WEBB
    return np.random.default_rng(seed).choice(values, size=(count, replicates)), False


def _line(rows, outcome, clusters, column, signs):
    fit = fit_linear(rows, outcome)
    own = rows @ (fit.root @ fit.root[column])  # the row of (X'X)^-1 X' of this coefficient
    others = np.delete(rows, column, axis=1)
    restricted = np.column_stack([outcome, rows[:, column]])
    if others.shape[1]:
        restricted = restricted - others @ np.linalg.lstsq(others, restricted)[0]
    count = signs.shape[0]
    gather = lambda values: np.stack([np.bincount(clusters, part, count) for part in values.T], axis=1)  # noqa: E731
    leverage = gather(own[:, None] * rows) @ fit.root  # (G, k) in the orthonormal basis
    tops, scores = [], []
    for side in range(2):  # the outcome's residuals, and those of the column under test
        share = np.bincount(clusters, own * restricted[:, side], count)
        basis = gather(restricted[:, [side]] * fit.basis)  # (G, k) X_h'u_h
        tops.append(share @ signs)
        scores.append(share[:, None] * signs - leverage @ (basis.T @ signs))
    observed = np.bincount(clusters, own * fit.residuals, count)
    return (
        _Line(np.array(tops), np.array(scores)),
        float(fit.coefficients[column]),
        float(np.sqrt(observed @ observed)),
    )


def _edge(p_at, estimate: float, step: float, alpha: float) -> float:
    """The last value, going out from the estimate, that the test does not reject; infinite where it rejects none."""
    inside, outside = estimate, estimate + 2 * step
    for _ in range(FAR):
        if p_at(outside) <= alpha:
            break
        inside, outside = outside, outside + 2 * (outside - estimate)
    else:
        return float(np.sign(step) * np.inf)
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_at(middle) > alpha else (inside, middle)
    return inside

"""The permutation test: how often a difference as large appears when the arms are dealt anew over the clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.infer.formula import read_formula
from careeval.infer.model import Effects, Model
from careeval.infer.uncertainty import cluster_means, unit_means

ENUMERATED = 20_000  # up to so many allocations all of them are tried, beyond it a sample
REPLICATES = 9_999
TIE = 1e-10  # two correlations closer than this are the same


@dataclass(frozen=True)
class RandomisationTest:
    """p_value: share of the allocations with a statistic at least as large as the observed one, either sign.

    p_min: the smallest p-value that these clusters could give; as_large of allocations; enumerated: all were tried;
    observed: the studentised difference of the adjusted cluster means. nan where the means do not vary.
    """

    p_value: float
    p_min: float
    as_large: int
    allocations: int
    enumerated: bool
    observed: float


def randomisation_test(
    formula: str,
    data: pd.DataFrame,
    *,
    term: str,
    cluster: str,
    stratum: str | None = None,
    replicates: int = REPLICATES,
    enumerate_up_to: int = ENUMERATED,
    seed: int,
) -> RandomisationTest:
    """The treatment labels are dealt anew over the clusters, as many to each arm (of each stratum) as there were.

    formula: as statsmodels reads it, "score ~ treated + baseline"; term: its column of zeros and ones that is the same
    throughout a cluster; stratum: a column within whose levels labels are dealt. Other terms adjust the cluster means
    first (`unit_means`). Rows with anything missing are left out. Up to `enumerate_up_to` allocations all are tried,
    beyond it `replicates` drawn with `seed` and the observed one.

    Exact where clusters were drawn by lot, under the null that nobody's outcome depended on the plan; elsewhere a
    reference distribution under exchangeable clusters. TableError on unknown columns, a formula that cannot be read,
    a term that is not 0/1 or differs within a cluster, or only one arm. Source: Fisher (1935); Hayes & Moulton (2009).

    >>> villages = pd.DataFrame({"score": [1.0, 2, 3, 7, 8, 9], "plan": [0, 0, 0, 1, 1, 1], "village": list("abcdef")})
    >>> test = randomisation_test("score ~ plan", villages, term="plan", cluster="village", seed=1)
    >>> test.p_value, test.p_min, test.allocations
    (0.1, 0.1, 20)
    """
    read = read_formula(formula, data, [cluster, *([stratum] if stratum else [])])
    rows, names = read.rows, read.terms
    label, codes = read.design[:, read.place(term, of="randomisation_test")], pd.factorize(rows[cluster])[0]
    _check(label, codes, term)
    others = [name not in (term, "Intercept") for name in names]
    strata = pd.factorize(rows[stratum])[0] if stratum else np.zeros(len(rows), int)
    model = Model(
        outcome=read.outcome,
        arm=(1 - label).astype(int),
        arms=label[:, None],
        strata=(strata[:, None] == np.arange(1, strata.max() + 1)).astype(float),
        adjusters=read.design[:, others],
        cluster=codes,
        weight=None,
        seed=seed,
    )
    return permuted(model, 0, replicates=replicates, enumerate_up_to=enumerate_up_to)


def _check(label: np.ndarray, codes: np.ndarray, term: str) -> None:
    allowed, way_out = "0 and 1, the same throughout a cluster", "Name the unit that was assigned as the cluster"
    if set(np.unique(label)) != {0.0, 1.0}:
        found = f"holds {listed(np.unique(label)[:5].tolist())}"
    elif pd.Series(label).groupby(codes).nunique().max() > 1:
        found = "differs within a cluster"
    else:
        return
    raise TableError(Problem("data", f"term {term!r}", found, allowed, way_out))


def permutation(model: Model) -> Effects:
    """The estimates of `cluster_means` with the p-value of the permutation test in the place of Student's.

    Where the arms share clusters, labels are dealt within each cluster. No standard error and no interval.
    """
    effects = cluster_means(model)
    nothing = np.full(len(effects.estimate), np.nan)
    tests = tuple(permuted(model, effect) for effect in range(len(nothing)))
    return replace(effects, variance=nothing, df=nothing, tests=tests)


def permuted(
    model: Model, effect: int, *, replicates: int = REPLICATES, enumerate_up_to: int = ENUMERATED
) -> RandomisationTest:
    """The test of one arm against the reference on the adjusted means of their units."""
    means = unit_means(model)
    chosen = np.isin(means.arm, [effect, model.arms.shape[1]])
    treated = means.arm[chosen] == effect
    blocks = np.unique(np.c_[np.zeros(chosen.sum()), means.blocks[chosen]], axis=0, return_inverse=True)[1].ravel()
    labels, enumerated = _allocations(treated, blocks, replicates, enumerate_up_to, model.seed)
    known = np.c_[np.ones(len(treated)), np.eye(blocks.max() + 1)[blocks][:, 1:], means.adjusters[chosen]]
    correlation = _correlations(means.mean[chosen], np.vstack([treated, labels]), known)
    observed, all_of_them = correlation[0], np.abs(correlation[1:])
    df = len(treated) - 1 - np.linalg.matrix_rank(known)
    as_large, largest = (int((all_of_them >= limit - TIE).sum()) for limit in (abs(observed), all_of_them.max()))
    # without degrees of freedom every allocation fits perfectly
    total = len(labels) if df > 0 and not np.isnan(observed) else np.nan
    statistic = observed * np.sqrt(df / max(1 - observed**2, 1e-300)) if total > 0 else np.nan
    return RandomisationTest(as_large / total, largest / total, as_large, len(labels), enumerated, float(statistic))


def _correlations(outcome: np.ndarray, labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(a,) partial correlations of the outcome with each row of labels: the t statistic, squeezed into -1 to 1.

    |t| = |r| sqrt(df / (1 - r^2)) rises with |r|, so both order the allocations alike and r has no infinite values.
    """
    basis = np.linalg.svd(known, full_matrices=False)
    basis = basis[0][:, basis[1] > 1e-9 * basis[1].max()]
    left = outcome - basis @ (basis.T @ outcome)
    if np.linalg.norm(left) <= 1e-12 * np.abs(outcome).max():
        return np.full(len(labels), np.nan)
    labels = labels.astype(float)
    labels = labels - (labels @ basis) @ basis.T
    length = np.linalg.norm(labels, axis=1)
    # labels that the blocks and covariates tell already say nothing of the outcome
    return np.where(length > 1e-9, labels @ left / np.maximum(length, 1e-9) / np.linalg.norm(left), 0.0)


def _allocations(
    treated: np.ndarray, blocks: np.ndarray, replicates: int, enumerate_up_to: int, seed: int
) -> tuple[np.ndarray, bool]:
    """(a, u) allocations with as many treated units in each block as there are, and whether these are all."""
    members = [np.flatnonzero(blocks == block) for block in range(blocks.max() + 1)]
    sizes = [(len(units), int(treated[units].sum())) for units in members]
    if prod(comb(*size) for size in sizes) <= enumerate_up_to:
        dealt = product(*(combinations(units, own) for units, (_, own) in zip(members, sizes, strict=True)))
        chosen = np.array([np.concatenate(allocation).astype(int) for allocation in dealt])
        labels = np.zeros((len(chosen), len(treated)), bool)
        np.put_along_axis(labels, chosen, True, axis=1)
        return labels, True
    chance = np.random.default_rng(seed)
    labels = np.zeros((replicates + 1, len(treated)), bool)
    for units, (of, own) in zip(members, sizes, strict=True):
        order = chance.random((replicates, of)).argsort(axis=1)
        labels[1:, units] = order.argsort(axis=1) < own
    labels[0] = treated
    return labels, False

"""From a model to its effects with a variance: independent people, clusters, or cluster means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.infer.cluster_robust import cluster_robust
from careeval.infer.linear import LinearFit, dependent_columns, fit_linear, hc1
from careeval.infer.model import Effects, Model, dummies, effect_rows
from careeval.infer.notes import Refused, counted, note


def independent(model: Model) -> Effects:
    """Least squares with HC1 and t(n - k). With an intercept alone it is the one-sample t test, exactly."""
    fit, contrasts = _fit_people(model)
    if len(model.outcome) <= fit.basis.shape[1]:
        return _without_variance(fit, contrasts, units=len(model.outcome), unit=("person", "people"))
    variance, df = hc1(fit, contrasts)
    return Effects(contrasts @ fit.coefficients, variance, df)


def cr2(model: Model) -> Effects:
    """Least squares with CR2 and Satterthwaite degrees of freedom (see cluster_robust)."""
    fit, contrasts = _fit_people(model)
    variance, df = cluster_robust(fit, contrasts, model.cluster)
    return Effects(contrasts @ fit.coefficients, variance, df)


def cluster_means(model: Model) -> Effects:
    """Student's t on the means of the clusters, each cluster one observation: df = clusters - arms.

    A baseline or covariate that varies within clusters is taken out first with its pooled slope within clusters, which
    uses no information between them and costs no degree of freedom; one that does not vary within clusters becomes a
    regressor of the means and costs one (Hayes & Moulton 2009, ch. 10-11). Strata cost one each. Where the arms share
    clusters, the means are of cluster x arm, with fixed effects of the clusters: for two arms the paired t test.
    """
    means = unit_means(model)
    design = np.hstack([np.ones((len(means.mean), 1)), means.arms, means.blocks, means.adjusters])
    fit = _fit(design, means.mean, None)
    contrasts = effect_rows(design.shape[1], arms=model.arms.shape[1])
    df = len(design) - design.shape[1]
    if df < 1:
        return _without_variance(
            fit, contrasts, units=len(design), unit=("cluster mean", "cluster means"), notes=means.notes
        )
    spread = (fit.residuals**2).sum() / df
    variance = spread * ((contrasts @ fit.root) ** 2).sum(axis=1)
    return Effects(contrasts @ fit.coefficients, variance, np.full(len(contrasts), float(df)), means.notes)


@dataclass(frozen=True)
class UnitMeans:
    """u cluster (or cluster x arm) means: mean, arm (u,); arms, blocks, adjusters (u, .); shared: arms share them."""

    mean: np.ndarray
    arm: np.ndarray
    arms: np.ndarray
    blocks: np.ndarray
    adjusters: np.ndarray
    shared: bool
    notes: tuple[str, ...]


def unit_means(model: Model) -> UnitMeans:
    """The adjusted mean of each unit; people are weighted within it, the units are not."""
    cells = pd.MultiIndex.from_arrays([model.cluster, model.arm])
    cell, pairs = pd.factorize(cells)
    clusters = pairs.get_level_values(0).to_numpy()
    first = np.unique(cell, return_index=True)[1]
    shared = len(np.unique(clusters)) < len(clusters)
    inside, between = _within(model.adjusters, cell, model.weight)
    adjusted = model.outcome - model.adjusters[:, inside] @ _slope_within(model, cell, inside)
    whole_strata = bool(np.all(model.strata == model.strata[first][cell]))
    strata = model.strata[first] if whole_strata else np.empty((len(first), 0))
    return UnitMeans(
        mean=_mean_by(adjusted[:, None], cell, model.weight)[:, 0],
        arm=model.arm[first],
        arms=model.arms[first],
        blocks=dummies(clusters) if shared else strata,
        adjusters=model.adjusters[first][:, between],
        shared=shared,
        notes=() if whole_strata or shared else (note("strata_not_used"),),
    )


def _mean_by(values: np.ndarray, cell: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    weight = np.ones(len(values)) if weight is None else weight
    total = np.bincount(cell, weight)
    sums = [np.bincount(cell, weight * column) for column in values.T]
    return np.array(sums).T / total[:, None]


def _within(values: np.ndarray, cell: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the columns that vary within cells, and of those that do not."""
    if not values.shape[1]:
        return np.array([], int), np.array([], int)
    apart = np.abs(values - _mean_by(values, cell, weight)[cell]).max(axis=0)
    varies = apart > 1e-9 * np.abs(values).max(axis=0)
    return np.flatnonzero(varies), np.flatnonzero(~varies)


def _slope_within(model: Model, cell: np.ndarray, columns: np.ndarray) -> np.ndarray:
    if not len(columns):
        return np.empty(0)
    together = np.column_stack([model.outcome, model.adjusters[:, columns]])
    scale = 1.0 if model.weight is None else np.sqrt(model.weight)[:, None]
    apart = (together - _mean_by(together, cell, model.weight)[cell]) * scale
    return np.linalg.lstsq(apart[:, 1:], apart[:, 0])[0]


def _fit_people(model: Model) -> tuple[LinearFit, np.ndarray]:
    design = np.hstack([np.ones((len(model.outcome), 1)), model.arms, model.strata, model.adjusters])
    return _fit(design, model.outcome, model.weight), effect_rows(design.shape[1], arms=model.arms.shape[1])


def _fit(design: np.ndarray, outcome: np.ndarray, weight: np.ndarray | None) -> LinearFit:
    if len(design) < design.shape[1] or dependent_columns(design):
        raise Refused(note("collinear"))
    return fit_linear(design, outcome, weight=weight)


def _without_variance(
    fit: LinearFit, contrasts: np.ndarray, *, units: int, unit: tuple[str, str], notes: tuple[str, ...] = ()
) -> Effects:
    nothing = np.full(len(contrasts), np.nan)
    why = note("no_degrees_of_freedom", units=counted(units, *unit), terms=contrasts.shape[1])
    return Effects(contrasts @ fit.coefficients, nothing, nothing, (*notes, why))

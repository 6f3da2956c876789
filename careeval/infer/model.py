"""The people in a model -> outcome, design matrix and contrasts, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.infer.notes import Refused, note
from careeval.infer.sample import Sample


@dataclass(frozen=True)
class Model:
    """n people; m effects: one for each arm but the reference, or the mean itself where there are no arms.

    outcome: (n,); arm: (n,) position in the arms, the reference last, zeros without arms; arms: (n, m) ones and zeros,
    (n, 0) without arms; strata: (n, s) ones and zeros, the first stratum left out; adjusters: (n, z) baseline and
    covariates; cluster: (n,) whole numbers from 0, each person its own where there are none; weight: (n,) or None;
    seed: of whatever is drawn.
    """

    outcome: np.ndarray
    arm: np.ndarray
    arms: np.ndarray
    strata: np.ndarray
    adjusters: np.ndarray
    cluster: np.ndarray
    weight: np.ndarray | None
    seed: int = 0


@dataclass(frozen=True)
class Effects:
    """estimate, variance, df: (m,); variance and df are nan where no degrees of freedom are left; notes on all rows.

    tests: m permutation tests, or none where the p-value is that of Student's t.
    """

    estimate: np.ndarray
    variance: np.ndarray
    df: np.ndarray
    notes: tuple[str, ...] = ()
    tests: tuple = ()


def build_model(
    sample: Sample, *, outcome: str, arms: tuple[object, ...], baseline: bool, strata: bool, covariates: bool, seed: int
) -> Model:
    """The model of one estimator; arms: those of the model, the reference last, () for one group.

    Refused when the outcome does not vary within any arm: a standard error of 0 would be an artefact.
    """
    people = sample.people
    values = people["after"] - people["before"] if outcome == "change" else people["after"]
    arm = pd.Categorical(people["arm"], categories=list(arms)).codes.astype(int) if arms else np.zeros(len(people), int)
    _refuse_constant(values.to_numpy(float), arm, what="change" if outcome == "change" else "outcome")
    adjusters = ([people[["before"]]] if baseline else []) + ([sample.covariates] if covariates else [])
    return Model(
        outcome=values.to_numpy(float),
        arm=arm,
        arms=(arm[:, None] == np.arange(len(arms) - 1)).astype(float) if arms else np.empty((len(people), 0)),
        strata=dummies(people["stratum"]) if strata else np.empty((len(people), 0)),
        adjusters=np.hstack([np.empty((len(people), 0)), *(table.to_numpy(float) for table in adjusters)]),
        cluster=pd.factorize(people["cluster"])[0],
        weight=people["weight"].to_numpy(float) if "weight" in people else None,
        seed=seed,
    )


def dummies(values: pd.Series | np.ndarray) -> np.ndarray:
    """(n, levels - 1) ones and zeros; the level met first is the one left out."""
    codes, levels = pd.factorize(np.asarray(values, object))
    return (codes[:, None] == np.arange(1, len(levels))).astype(float)


def effect_rows(terms: int, *, arms: int) -> np.ndarray:
    """(m, terms) contrasts of a design of intercept, arms, others: the arms, or the intercept where there are none."""
    return np.eye(terms)[1 : arms + 1] if arms else np.eye(terms)[:1]


def _refuse_constant(values: np.ndarray, arm: np.ndarray, *, what: str) -> None:
    within = pd.Series(values).groupby(arm)
    if (within.max() - within.min()).max() <= 1e-12 * np.abs(values).max():
        raise Refused(note("no_variation", what=what))

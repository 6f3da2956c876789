"""Weights that make the comparison group look like the plan's: overlap, entropy balancing, and for those who left."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import PerfectSeparationError, PerfectSeparationWarning

from careeval.errors import Problem, TableError

CLOSE = 1e-8


def propensity(covariates: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """The chance of being treated given the covariates (n, k), by logistic regression with an intercept; (n,).

    TableError where the covariates tell the arms apart completely, or the fit does not settle.
    """
    import warnings

    design = np.column_stack([np.ones(len(treated)), covariates])
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit = Logit(treated, design).fit(disp=False, method="newton", maxiter=200, tol=1e-12)
        except (PerfectSeparationError, PerfectSeparationWarning, np.linalg.LinAlgError):
            raise TableError(_apart()) from None
    if not fit.mle_retvals["converged"]:
        raise TableError(_apart())
    return fit.predict(design)


def overlap_weights(chance: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """1 - e for the treated, e for the others: those who could have been in either arm count most; (n,).

    With a logistic propensity the weighted means of its covariates are equal, exactly. Source: Li, Morgan & Zaslavsky
    (2018).
    """
    return np.where(treated == 1, 1 - chance, chance)


def att_weights(chance: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """1 for the treated, e / (1 - e) for the others: the comparison is made to look like the treated; (n,)."""
    return np.where(treated == 1, 1.0, chance / (1 - chance))


def entropy_weights(covariates: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """1 for the treated; for the others the weights nearest to equal ones with the treated's means, summing to their
    number (n,).

    TableError where no weights reach the means: the treated's lie outside what the others cover.
    Source: Hainmueller (2012); the convex dual, log mean exp(Z b).
    """
    inside, outside = covariates[treated == 1], covariates[treated == 0]
    spread = outside.std(axis=0)
    centred = (outside - inside.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):  # where no weights exist the search runs away
        tilt = minimize(
            lambda b: logsumexp(centred @ b) - np.log(len(centred)),
            np.zeros(centred.shape[1]),
            jac=lambda b: np.exp(centred @ b - logsumexp(centred @ b)) @ centred,
            method="BFGS",
            options={"gtol": CLOSE, "maxiter": 1000},
        ).x
    shares = np.exp(centred @ tilt - logsumexp(centred @ tilt))
    if np.abs(shares @ centred).max() > 1e-5:
        raise TableError(_apart())
    made = np.ones(len(treated))
    made[treated == 0] = shares * len(inside)
    return made


def response_weights(chance: np.ndarray, responded: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Stabilised weights of those who answered: the share of their arm that answered over their own chance; (n,),
    0 for those who did not."""
    share = np.array([responded[arm == one].mean() for one in np.unique(arm)])[np.unique(arm, return_inverse=True)[1]]
    return np.where(responded == 1, share / chance, 0.0)


def effective_size(weights: np.ndarray) -> float:
    """Kish's effective number of people: (sum of w)^2 / sum of w^2.

    >>> effective_size(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def _apart() -> Problem:
    way_out = "Leave out covariates, or say that the arms cannot be compared"
    return Problem("weights", "", "no weights make the arms alike: their people differ too much", "", way_out)

"""The closed list of estimators: what each compares, what it adjusts for, and where its standard error comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from careeval.infer.model import Effects, Model
from careeval.infer.permutation import permutation
from careeval.infer.uncertainty import cluster_means, cr2, independent


@dataclass(frozen=True)
class Estimator:
    """One recipe.

    outcome: after (the later wave alone) or change (later minus baseline, of the same people);
    errors: from a model to its effects; clustered: needs clusters; arms: compares arms (else the mean of one group);
    baseline: the baseline is a regressor; strata: fixed effects of the strata, where the study has any;
    needs_strata: and cannot do without.
    """

    outcome: str
    errors: Callable[[Model], Effects]
    clustered: bool
    arms: bool = True
    baseline: bool = False
    strata: bool = True
    needs_strata: bool = False


ESTIMATORS = {
    "ols_hc1": Estimator("after", independent, clustered=False, strata=False),
    "ols_hc1_fe": Estimator("after", independent, clustered=False, needs_strata=True),
    "ols_cr2": Estimator("after", cr2, clustered=True, strata=False),
    "ols_cr2_fe": Estimator("after", cr2, clustered=True, needs_strata=True),
    "cluster_means": Estimator("after", cluster_means, clustered=True),
    "permutation": Estimator("after", permutation, clustered=True),
    "did_hc1": Estimator("change", independent, clustered=False),
    "did_cr2": Estimator("change", cr2, clustered=True),
    "did_cluster_means": Estimator("change", cluster_means, clustered=True),
    "did_permutation": Estimator("change", permutation, clustered=True),
    "ancova_hc1": Estimator("after", independent, clustered=False, baseline=True),
    "ancova_cr2": Estimator("after", cr2, clustered=True, baseline=True),
    "ancova_cluster_means": Estimator("after", cluster_means, clustered=True, baseline=True),
    "ancova_permutation": Estimator("after", permutation, clustered=True, baseline=True),
    "change_t": Estimator("change", independent, clustered=False, arms=False, strata=False),
    "change_cr2": Estimator("change", cr2, clustered=True, arms=False, strata=False),
    "change_cluster_means": Estimator("change", cluster_means, clustered=True, arms=False, strata=False),
}

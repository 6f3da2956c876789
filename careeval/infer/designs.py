"""Which estimators a design asks for, by the number of assignment units in the smaller arm."""

from __future__ import annotations

from dataclasses import dataclass

FEW_UNITS = 4  # below this many clusters in an arm the cluster-level analysis leads; with 1 nothing is inferred


@dataclass(frozen=True)
class Design:
    """arms: people are compared between arms; baseline: the same people were asked before."""

    arms: bool
    baseline: bool


DESIGNS = {
    "randomised_post": Design(arms=True, baseline=False),
    "randomised_prepost": Design(arms=True, baseline=True),
    "compared_prepost": Design(arms=True, baseline=True),
    "one_group_prepost": Design(arms=False, baseline=True),
}

DEALT_ANEW = {"permutation": "sensitivity"}
# Not randomised: the difference in differences leads and ANCOVA stands beside it, for they differ when the arms start
# apart. Randomised: ANCOVA leads, being the more precise. The first of each list is the headline.
PLANS = {
    ("randomised_post", "people"): {"ols_hc1": "headline"},
    ("randomised_post", "strata"): {"ols_hc1_fe": "headline"},
    ("randomised_post", "clusters"): {"ols_cr2": "headline", "cluster_means": "companion", **DEALT_ANEW},
    ("randomised_post", "clusters, strata"): {"ols_cr2_fe": "headline", "cluster_means": "companion", **DEALT_ANEW},
    ("randomised_post", "few clusters"): {"cluster_means": "headline", "ols_cr2": "companion", **DEALT_ANEW},
    ("randomised_post", "few clusters, strata"): {"cluster_means": "headline", "ols_cr2_fe": "companion", **DEALT_ANEW},
    ("randomised_prepost", "people"): {"ancova_hc1": "headline", "ols_hc1": "companion", "did_hc1": "sensitivity"},
    ("randomised_prepost", "clusters"): {
        "ancova_cr2": "headline",
        "ancova_cluster_means": "companion",
        "ols_cr2": "companion",
        "ancova_permutation": "sensitivity",
        "did_cr2": "sensitivity",
    },
    ("randomised_prepost", "few clusters"): {
        "ancova_cluster_means": "headline",
        "ancova_cr2": "companion",
        "cluster_means": "companion",
        "ancova_permutation": "sensitivity",
        "did_cluster_means": "sensitivity",
    },
    ("compared_prepost", "people"): {"did_hc1": "headline", "ancova_hc1": "companion"},
    ("compared_prepost", "clusters"): {
        "did_cr2": "headline",
        "ancova_cr2": "companion",
        "did_cluster_means": "companion",
        "did_permutation": "sensitivity",
    },
    ("compared_prepost", "few clusters"): {
        "did_cluster_means": "headline",
        "did_cr2": "companion",
        "ancova_cluster_means": "companion",
        "did_permutation": "sensitivity",
    },
    ("one_group_prepost", "people"): {"change_t": "headline"},
    ("one_group_prepost", "clusters"): {"change_cr2": "headline", "change_cluster_means": "companion"},
    ("one_group_prepost", "few clusters"): {"change_cluster_means": "headline", "change_cr2": "companion"},
}


def planned_estimators(design: str, *, clustered: bool, fewest_units: int, strata: bool) -> dict[str, str]:
    """Estimator -> role for one contrast, the headline first.

    fewest_units: clusters in the smaller arm of the contrast. With one the usual rows stand, without intervals.

    >>> list(planned_estimators("compared_prepost", clustered=True, fewest_units=5, strata=False))
    ['did_cr2', 'ancova_cr2', 'did_cluster_means', 'did_permutation']
    """
    few = 1 < fewest_units < FEW_UNITS
    case = ("few clusters" if few else "clusters") if clustered else "people"
    with_strata = "strata" if case == "people" else f"{case}, strata"
    return PLANS.get((design, with_strata), PLANS[design, case]) if strata else PLANS[design, case]

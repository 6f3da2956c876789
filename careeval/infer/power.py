"""The smallest effect that a design can be expected to find, and the villages it would take to find a given one."""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import stdtrit

MOST_CLUSTERS = 2000


def mdes(
    *,
    clusters: int,
    people: float,
    icc: float,
    treated: float = 0.5,
    r2_between: float = 0.0,
    r2_within: float = 0.0,
    cluster_covariates: int = 0,
    size_variation: float = 0.0,
    panel: tuple[float, float] | None = None,
    power: float = 0.80,
    alpha: float = 0.05,
) -> float:
    """The minimum detectable effect in standard deviations; nan where no degrees of freedom are left.

    clusters: in both arms; people: per cluster (harmonic mean); treated: share of clusters in the plan arm; r2_: what
    covariates explain between and within clusters; size_variation: SD / mean of the cluster sizes, counted above .23;
    panel: the correlations of two measurements (of cluster means, of people within them) in a difference in
    differences, None = one measurement after. df = clusters - 2 - cluster_covariates.
    Source: Bloom (2006); Dong & Maynard (2013); Eldridge, Ashby & Kerry (2006) for unequal sizes.

    >>> round(mdes(clusters=20, people=30, icc=0.15), 3), round(mdes(clusters=8, people=30, icc=0.15), 3)
    (0.56, 1.001)
    """
    df = clusters - 2 - cluster_covariates
    if df < 1:
        return float("nan")
    between = icc * (1 + size_variation**2 if size_variation > 0.23 else 1)
    if panel is None:
        spread = between * (1 - r2_between) + (1 - icc) * (1 - r2_within) / people
    else:
        spread = 2 * between * (1 - panel[0]) + 2 * (1 - icc) * (1 - panel[1]) / people
    multiple = float(stdtrit(df, 1 - alpha / 2) + stdtrit(df, power))
    return multiple * sqrt(spread / (treated * (1 - treated) * clusters))


def clusters_needed(effect: float, *, treated: float = 0.5, **design: float) -> int | None:
    """The smallest number of clusters whose `mdes` is at most `effect`; None where 2,000 are not enough.

    >>> clusters_needed(0.5, people=30, icc=0.15)
    25
    """
    first = max(4, ceil(1 / min(treated, 1 - treated)))
    return next(
        (
            count
            for count in range(first, MOST_CLUSTERS + 1)
            if mdes(clusters=count, treated=treated, **design) <= effect
        ),
        None,
    )

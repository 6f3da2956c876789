"""Hedges g: a difference in units of the standard deviation between people, corrected for small samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True)
class GroupSummary:
    """Mean, standard deviation (n - 1 in the denominator) and number of people of one group in one wave."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True)
class EffectSize:
    """g and its interval, in standard deviations."""

    g: float
    low: float
    high: float


def summarise(values: np.ndarray, *, weight: np.ndarray | None = None) -> GroupSummary:
    """The summary of a sample without missing values.

    With weights both moments are weighted: sd^2 = sum(w (y - mean)^2) / sum(w) * n / (n - 1), n the people.

    >>> summarise(np.array([5.0, 6, 7]))
    GroupSummary(mean=6.0, sd=1.0, n=3)
    """
    people = len(values)
    mean = float(np.average(values, weights=weight))
    variance = float(np.average((values - mean) ** 2, weights=weight))
    return GroupSummary(mean, (variance * people / (people - 1)) ** 0.5 if people > 1 else float("nan"), people)


def pooled_sd(*groups: GroupSummary) -> float:
    """Standard deviation within the groups, each weighing n - 1. A group of one person adds nothing.

    >>> pooled_sd(GroupSummary(0, 3, 11), GroupSummary(9, 3, 21))
    3.0
    """
    several = [group for group in groups if group.n > 1]
    df = sum(group.n - 1 for group in several)
    return (sum((group.n - 1) * group.sd**2 for group in several) / df) ** 0.5 if df else float("nan")


def small_sample_factor(df: float) -> float:
    """w(df) = 1 - 3 / (4 df - 1), the usual approximation to the exact gamma form (Hedges 1981; WWC 5.0).

    >>> round(small_sample_factor(18), 6)
    0.957746
    """
    return 1 - 3 / (4 * df - 1)


def hedges_g(treated: GroupSummary, control: GroupSummary) -> float:
    """Standardised mean difference of two groups of people; positive when the first mean is higher.

    Unit: standard deviations pooled within the groups; w with n1 + n2 - 2 degrees of freedom. Source: Hedges (1981).

    >>> round(hedges_g(GroupSummary(103, 5.5, 50), GroupSummary(100, 4.5, 50)), 4)
    0.5924
    """
    difference = treated.mean - control.mean
    return small_sample_factor(treated.n + control.n - 2) * difference / pooled_sd(treated, control)


def paired_g(before: GroupSummary, after: GroupSummary) -> float:
    """g_av: mean change of the same people in units of the average of both standard deviations.

    Positive when the later mean is higher; w with n - 1. Never divided by the standard deviation of the changes, which
    would make a stable trait look like a large effect. Source: Lakens (2013), Cohen's d_av with Hedges' factor.
    Both summaries are of the same people, so their n is one number; ValueError otherwise.

    >>> round(paired_g(GroupSummary(10, 2, 21), GroupSummary(11, 3, 21)), 4)
    0.3848
    """
    if before.n != after.n:
        raise ValueError(f"paired_g: {before.n} people before and {after.n} after; both must be the same people")
    return small_sample_factor(before.n - 1) * (after.mean - before.mean) / ((before.sd + after.sd) / 2)


def regression_g(
    estimate: float, std_error: float, *, sd: float, sd_df: float, df: float, conf_level: float = 0.95
) -> EffectSize:
    """g = w b / S with SE_g = w sqrt((SE_b / S)^2 + d^2 / (2 sd_df)), d = b / S. Source: Pustejovsky (2016).

    estimate, std_error: the coefficient b and the standard error that fits the design (clustered where units were).
    sd: S, the unadjusted total standard deviation within the arms of the contrast, or g_av's average of both waves.
    Two degrees of freedom, for two different uncertainties:

    - `sd_df` belongs to S, a standard deviation over people: n - 2 for two arms, n - 1 for one group. It sets w and
      the second term of SE_g. Clustering lowers it (Hedges 2007); up to an intraclass correlation of .2 and 8
      clusters of 30 w changes by less than half a percent, while the estimator's df would shrink g by a tenth.
    - `df` belongs to b (Satterthwaite, clusters - arms, n - k). It sets the t quantile of the interval.

    Without a standard error (nan) g stands alone and its limits are nan.
    """
    ratio = estimate / sd
    factor = small_sample_factor(sd_df)
    std_error_g = factor * np.sqrt((std_error / sd) ** 2 + ratio**2 / (2 * sd_df))
    reach = stdtrit(df, 0.5 + conf_level / 2) * std_error_g
    return EffectSize(factor * ratio, factor * ratio - reach, factor * ratio + reach)

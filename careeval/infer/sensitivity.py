"""How strong something unseen would have to be, and what would have been seen without any plan."""

from __future__ import annotations

from math import exp, inf, sqrt
from statistics import NormalDist

from scipy.special import stdtrit


def e_value(risk_ratio: float, limit: float | None = None) -> tuple[float, float]:
    """(E-value of the estimate, of its confidence limit nearest to 1): how strongly an unmeasured cause would have to
    go with both the plan and the outcome, as risk ratios, to explain the whole difference. 1: nothing is needed.

    Source: VanderWeele & Ding (2017).

    >>> [round(one, 2) for one in e_value(3.9, 1.8)]
    [7.26, 3.0]
    """

    def one(ratio: float) -> float:
        ratio = max(ratio, 1 / ratio)
        return ratio + sqrt(ratio * (ratio - 1))

    if limit is None:
        return one(risk_ratio), float("nan")
    crossed = (risk_ratio - 1) * (limit - 1) <= 0
    return one(risk_ratio), 1.0 if crossed else one(limit)


def e_value_of_g(hedges_g: float, std_error: float) -> tuple[float, float]:
    """E-values of a standardised difference, by way of risk ratio = exp(.91 g), limits exp(.91 g -+ 1.78 se)."""
    near = 0.91 * hedges_g - (1.78 * std_error if hedges_g > 0 else -1.78 * std_error)
    return e_value(exp(0.91 * hedges_g), exp(near))


def robustness_value(t: float, df: float, *, alpha: float | None = None) -> float:
    """The share of the left-over variance of plan and outcome that an unseen cause would have to explain, of both, to
    take the estimate to 0 (or, with alpha, out of significance). t: with the standard error that fits the clusters.

    Source: Cinelli & Hazlett (2020).

    >>> round(robustness_value(4.18445, 783), 4)
    0.1388
    """
    reach = abs(t) / sqrt(df)
    if alpha is not None:
        reach -= float(stdtrit(df - 1, 1 - alpha / 2)) / sqrt(df - 1)
    if reach <= 0:
        return 0.0
    return 0.5 * (sqrt(reach**4 + 4 * reach**2) - reach**2)


def regression_to_the_mean(
    *, mean: float, sd: float, correlation: float, cut: float, below: bool = True, measurements: int = 1
) -> float:
    """How much a group chosen below (or above) a cut will come back towards the mean with no plan at all.

    mean, sd: of the whole population; correlation: between two measurements of one person without any change;
    measurements: how many the choice was based on. In the unit of the outcome, always 0 or more.
    Source: Barnett, van der Pols & Dobson (2005).

    >>> round(regression_to_the_mean(mean=60, sd=15, correlation=0.5, cut=40), 3)
    13.486
    """
    within = (1 - correlation) * sd**2 / measurements
    spread = sqrt(correlation * sd**2 + within)
    away = (mean - cut if below else cut - mean) / spread
    normal = NormalDist()
    chosen = 1 - normal.cdf(away)
    return within / spread * normal.pdf(away) / chosen if chosen > 0 else inf

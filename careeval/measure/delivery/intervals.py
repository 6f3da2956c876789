"""How sure a share delivered is: bounds of what nobody knows, and in a sample the people who were not drawn."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

from careeval.measure.intervals import proportion_interval

CONF_LEVEL = 0.95


@dataclass(frozen=True)
class Cells:
    """Due unit-periods of one row of the table, one entry a unit: due, delivered, unknown, and the drawn cluster."""

    due: np.ndarray
    delivered: np.ndarray
    unknown: np.ndarray
    cluster: np.ndarray


def census_interval(delivered: float, unknown: float, due: float) -> tuple[float, float, str]:
    """From nothing of the unknown delivered to all of it. No sampling error: everybody is in the register.

    >>> census_interval(5, 4, 10)
    (0.5, 0.9, 'count')
    """
    return delivered / due, (delivered + unknown) / due, "count"


def sample_interval(cells: Cells, *, population: float) -> tuple[float, float, str]:
    """The sampling interval of the lower bound's lower end and the upper bound's upper end, with its method.

    One due period a unit and units drawn one by one: Wilson with the finite population (wilson_fpc; wilson where the
    population's size is not known). Else unit-periods cluster in what was drawn (cluster): Wilson on the effective
    sample size p(1 - p) / V, V the linearised variance of the ratio between clusters, shrunk by t quantiles for few
    clusters. Without variation between clusters each cluster counts as one unit.
    Source: Cochran (1977) 11; Korn and Graubard (1998) for the effective sample size.
    """
    clusters, code = np.unique(cells.cluster[cells.due > 0], return_inverse=True)
    in_row = cells.due > 0
    one_each = len(clusters) == in_row.sum() and cells.due.max() == 1
    whole = cells.due.sum()
    ends = []
    for hits in (cells.delivered, cells.delivered + cells.unknown):
        if one_each:
            ends.append(proportion_interval(hits.sum(), whole, population=max(population, whole)))
        else:
            sums = [np.bincount(code, weights=part[in_row]) for part in (hits, cells.due)]
            ends.append(_clustered(*sums, clusters_in_all=population))
    method = ("wilson" if np.isnan(population) else "wilson_fpc") if one_each else "cluster"
    return float(ends[0][0]), float(ends[1][1]), method


def _clustered(hits: np.ndarray, sizes: np.ndarray, *, clusters_in_all: float) -> tuple[float, float]:
    """Wilson's interval on the effective sample size of clusters with these sums of hits and sizes."""
    k, whole = len(sizes), sizes.sum()
    share = hits.sum() / whole
    left = 1.0 if np.isnan(clusters_in_all) else max(0.0, 1 - k / clusters_in_all)
    if left == 0:
        return share, share
    effective = k / left
    if k > 1:
        spread = ((hits - share * sizes) ** 2).sum() / whole**2
        variance = left * k / (k - 1) * spread
        if 0 < share < 1 and variance > 0:
            middle = (1 + CONF_LEVEL) / 2
            few = (NormalDist().inv_cdf(middle) / stdtrit(k - 1, middle)) ** 2
            effective = min(share * (1 - share) / variance * few, whole / left)
    low, high = proportion_interval(share * effective, effective)
    return float(low), float(high)

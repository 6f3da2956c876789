"""Who left, and what that could have done to an effect: the WWC boundary, Lee's bounds, the tipping point."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np

# highest differential attrition in points that still counts as low, by overall attrition in whole %: What Works
# Clearinghouse, Standards Handbook 4.1, table II.1 (cautious boundary: the plan itself may change who stays)
CAUTIOUS = (
    *(5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8, 5.7, 5.5),
    *(5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8),
    *(2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.0),
)
OPTIMISTIC = (
    *(10.0, 10.1, 10.2, 10.3, 10.4, 10.5, 10.7, 10.8, 10.9, 10.9, 10.9, 10.9, 10.9, 10.8, 10.8, 10.7, 10.6, 10.5),
    *(10.3, 10.2, 10.0, 9.9, 9.7, 9.5, 9.4, 9.2, 9.0, 8.8, 8.6, 8.4, 8.2, 8.0, 7.8, 7.6, 7.4, 7.2, 7.0, 6.7, 6.5),
    *(6.3, 6.0, 5.8, 5.6, 5.3, 5.1, 4.9, 4.6, 4.4, 4.2, 3.9, 3.7, 3.5, 3.2, 3.0, 2.8, 2.6, 2.3, 2.1, 1.9, 1.6),
    *(1.4, 1.1, 0.9, 0.7, 0.5, 0.3),
)


def attrition_boundary(overall: float, *, optimistic: bool = False) -> float:
    """The highest differential attrition, in points, that counts as low at this overall attrition (0..1).

    0 where even none would do (58 % and more; optimistic 66 %). The row is the overall attrition rounded half up.

    >>> attrition_boundary(0.30), attrition_boundary(0.30, optimistic=True)
    (4.1, 8.2)
    """
    table = OPTIMISTIC if optimistic else CAUTIOUS
    row = floor(100 * overall + 0.5)
    return table[row] if row < len(table) else 0.0


def low_attrition(overall: float, differential: float, *, optimistic: bool = False) -> bool:
    """Whether attrition is low by that boundary. differential: 0..1, the arms' difference without its sign."""
    table = OPTIMISTIC if optimistic else CAUTIOUS
    row = floor(100 * overall + 0.5)
    return row < len(table) and 100 * differential <= table[row] + 1e-8


def lee_bounds(
    treated: Sequence[float], control: Sequence[float], *, assigned_treated: int, assigned_control: int
) -> tuple[float, float]:
    """(lower, upper) difference in means of those who would answer in either arm.

    treated, control: outcomes of those measured; assigned_: people of the arm at the start. The arm that answered more
    is trimmed by the excess share of its answers, from the top and from the bottom; the answer on the boundary keeps
    a part of its weight, so that the mass is exact. Without an interval: with few clusters there is none.
    Source: Lee (2009); assumes that the plan moves answering in one direction only.

    >>> [round(float(one), 4) for one in lee_bounds(range(1, 11), [5.0] * 8, assigned_treated=10, assigned_control=10)]
    [-0.5, 1.5]
    """
    ours, others = np.sort(np.asarray(treated, float)), np.sort(np.asarray(control, float))
    rate, other_rate = len(ours) / assigned_treated, len(others) / assigned_control
    if rate >= other_rate:
        excess = (rate - other_rate) / rate
        return _kept_mean(ours, excess, top=True) - others.mean(), _kept_mean(ours, excess, top=False) - others.mean()
    excess = (other_rate - rate) / other_rate
    return ours.mean() - _kept_mean(others, excess, top=False), ours.mean() - _kept_mean(others, excess, top=True)


def _kept_mean(values: np.ndarray, excess: float, *, top: bool) -> float:
    """The mean after a share of the mass was cut off the top, or the bottom, of sorted values."""
    ordered = values if top else values[::-1]
    left = (1 - excess) * len(values)
    weight = np.clip(left - np.arange(len(values)), 0, 1)
    return float(weight @ ordered / left)

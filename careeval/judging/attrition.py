"""How many were lost between two waves, and whether that is few enough for a comparison to stand."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

# highest difference between the arms, in points, that still counts as low, by overall attrition of 0, 1, 2 ... 57 %;
# from 58 % on attrition is high whatever the difference. What Works Clearinghouse, Standards Handbook 4.1, table II.1,
# the cautious boundary: a plan for left-behind people can itself change who stays
CAUTIOUS_POINTS = (
    *(5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8, 5.7, 5.5),
    *(5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8),
    *(2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.0),
)
MOST_DIFFERENCE = 0.10
LEFT_BEHIND_NO_MORE = ("parent_returned", "aged_out")  # an outcome or a change of status, not attrition


class Attrition(NamedTuple):
    """Shares 0..1: lost of all arms together, the largest of an arm, the largest difference between two arms.

    few: the fewest people, above 0, that were lost or kept in an arm.
    """

    overall: float
    worst_arm: float
    difference: float
    few: int


def attrition(before: pd.DataFrame, measured_now: pd.Series, follow_up: pd.Series) -> Attrition | None:
    """Who was measured at the start and is not now; None where nobody was measured at the start.

    before: person and arm, a row each; measured_now: their codes; follow_up: reason by person. People who were not
    measured because they are left behind no more do not count.
    """
    lost = ~before["person"].isin(measured_now)
    left = lost & before["person"].map(follow_up).isin(LEFT_BEHIND_NO_MORE)
    arms = lost[~left].groupby(before.loc[~left, "arm"].fillna(""))
    shares = arms.mean()
    if shares.empty:
        return None
    few = fewest(*arms.sum(), *(arms.size() - arms.sum()))
    return Attrition(float(lost[~left].mean()), float(shares.max()), float(shares.max() - shares.min()), few)


def fewest(*people: int) -> int:
    """The smallest count of people above 0; 0 where there is none."""
    return min((int(n) for n in people if n > 0), default=0)


def is_high(overall: float, difference: float) -> bool:
    """Whether attrition lies above the cautious boundary of the What Works Clearinghouse, or differs by over 10 points.

    >>> is_high(0.20, 0.054), is_high(0.20, 0.055), is_high(0.58, 0.0)
    (False, True, True)
    """
    row = int(100 * overall + 0.5 + 1e-8)
    beyond = row >= len(CAUTIOUS_POINTS) or 100 * difference > CAUTIOUS_POINTS[row] + 1e-8
    return beyond or difference > MOST_DIFFERENCE

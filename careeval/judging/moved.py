"""Did the outcome move, and by enough? One of six classes from an interval and the smallest change worth having."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

BENEFIT = "benefit"
BENEFIT_UNCERTAIN = "benefit size uncertain"
NO_CHANGE = "no meaningful change"
HARM_UNCERTAIN = "harm size uncertain"
HARM = "harm"
INCONCLUSIVE = "inconclusive"
NOT_ESTIMABLE = "not estimable"
NONE_CLAIMED = "none claimed"
MANY = 1e6  # degrees of freedom from which Student's t is the normal distribution


@dataclass(frozen=True)
class Moved:
    """The class, with what it was read from: limits in the outcome's unit, turned so that more is better.

    reason: why nothing is estimable, or `small_benefit_detectable` / `small_harm_detectable` beside no meaningful
    change; else ''.
    """

    word: str
    low: float = np.nan
    high: float = np.nan
    low_90: float = np.nan
    high_90: float = np.nan
    reason: str = ""


def moved(row: Mapping[str, object] | None) -> Moved:
    """The class of one row of the estimates table; None = there is no such row.

    Not estimable: no row, no number, no standard error (one assignment unit in an arm), or one group only, whose
    change may have any cause.

    >>> values = {"estimate": -4.0, "std_error": 1.0, "df": 30, "higher_is": "worse", "smallest_worthwhile": 2}
    >>> moved({**values, "design": "compared_prepost"}).word
    'benefit'
    """
    if row is None:
        return Moved(NOT_ESTIMABLE, reason="no_estimate")
    numbers = [_number(row.get(name)) for name in ("estimate", "std_error", "df", "smallest_worthwhile")]
    if np.isnan(numbers).any() or numbers[1] <= 0:
        return Moved(NOT_ESTIMABLE, reason=_first_code(row.get("note")) or "no_interval")
    if str(row.get("design", "")).startswith("one_group"):
        return Moved(NOT_ESTIMABLE, reason="one_group")
    estimate, std_error, df, worthwhile = numbers
    turn = -1 if row.get("higher_is") == "worse" else 1
    return classify(turn * estimate, std_error, df, worthwhile)


def classify(estimate: float, std_error: float, df: float, worthwhile: float) -> Moved:
    """The class of an estimate that is positive where it is better; the first that fits wins.

    Two one-sided tests at 5 % reject both exactly when the 90 % interval lies inside -worthwhile..worthwhile.
    Source: Schuirmann (1987) for the equivalence test.

    >>> [classify(estimate, 0.10, 1e9, 0.20).word for estimate in (0.40, 0.25, -0.25)]
    ['benefit', 'benefit size uncertain', 'harm size uncertain']
    """
    low, high = _interval(estimate, std_error, df, 0.95)
    low_90, high_90 = _interval(estimate, std_error, df, 0.90)
    word, reason = INCONCLUSIVE, ""
    if low_90 > worthwhile:
        word = BENEFIT
    elif high_90 < -worthwhile:
        word = HARM
    elif -worthwhile < low_90 and high_90 < worthwhile:
        word = NO_CHANGE
        reason = "small_benefit_detectable" if low > 0 else "small_harm_detectable" if high < 0 else ""
    elif low > 0:
        word = BENEFIT_UNCERTAIN
    elif high < 0:
        word = HARM_UNCERTAIN
    return Moved(word, low, high, low_90, high_90, reason)


def _interval(estimate: float, std_error: float, df: float, conf_level: float) -> tuple[float, float]:
    reach = float(stdtrit(min(df, MANY), 0.5 + conf_level / 2)) * std_error
    return estimate - reach, estimate + reach


def _number(value: object) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):  # NA, None, ''
        return np.nan


def _first_code(note: object) -> str:
    return note.split(":")[0] if isinstance(note, str) else ""

"""Was it delivered, and did it reach those it was promised to? Words from one row of the delivery table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from careeval.specs.plans import Commitment

YES_FROM, PARTLY_FROM = 0.80, 0.60  # of the quantity due
MOSTLY = 0.5  # with more than this share of the unit-periods unknown, the known ones do not speak for the rest
REACH_MARGIN = 0.10  # how far below the target the lower 90 % limit of a sample may lie
TO_90 = 1.6448536269514722 / 1.959963984540054  # a 95 % reach as a 90 % one
EXACT = 1e-9  # 0.6 + 0.2 is not less than 0.8


class Told(NamedTuple):
    """A word of the closed list and, where it is not plain, the reason as a code."""

    word: str
    reason: str = ""


def delivered(commitment: Commitment, row: Mapping[str, object] | None) -> Told:
    """yes, partly, no, unknown, not due, not asked: from the dose of a row of the delivery table; None = no such row.

    dose is of the unit-periods that are known. Where most are unknown it does not speak for the rest: unknown.
    """
    row = row or {}
    if commitment.standard.type == "none" or row.get("status") == "no standard":
        return Told("not asked", "no_standard")
    if row.get("status") == "not due":
        return Told("not due")
    if why := _silent(row, "dose"):
        return Told("unknown", why)
    due, unknown, dose = (number(row.get(name)) for name in ("due", "unknown", "dose"))
    if due > 0 and unknown / due > MOSTLY:
        return Told("unknown", "mostly_unknown")
    return Told("yes" if dose >= YES_FROM - EXACT else "partly" if dose >= PARTLY_FROM - EXACT else "no")


def reached(commitment: Commitment, row: Mapping[str, object] | None) -> Told:
    """yes, no, unknown, not applicable (no people are served): whether the promised share of unit-periods was met.

    A register: the count itself; unknown where only the missing records decide. A sample: the share, if its lower 90 %
    limit is not more than 10 points below the target; a share that is high enough but too imprecise is unknown.
    """
    if not commitment.group:
        return Told("not applicable")
    row = row or {}
    if commitment.standard.type == "none" or row.get("status") in ("no standard", "not due"):
        return Told("unknown")
    if why := _silent(row, "value"):
        return Told("unknown", why)
    value, target, unknown, due = (number(row.get(name)) for name in ("value", "target", "unknown", "due"))
    target = commitment.target if np.isnan(target) else target
    if value < target - EXACT:
        missing_records = unknown > 0 and value + unknown / due >= target - EXACT
        return Told("unknown", "records_decide") if missing_records else Told("no")
    low = number(row.get("conf_low"))
    sampled = row.get("method") != "count" and not np.isnan(low)
    if sampled and value - (value - low) * TO_90 < target - REACH_MARGIN - EXACT:
        return Told("unknown", "sample_too_small")
    return Told("yes")


def number(value: object) -> float:
    """A cell as a float; missing is NaN."""
    return np.nan if value is None or pd.isna(value) else float(value)


def _silent(row: Mapping[str, object], column: str) -> str:
    """Why a row of the delivery table says nothing, as a code; '' where it speaks."""
    if not row:
        return "no_delivery_row"
    hidden = row.get("suppressed")
    if hidden is not None and not pd.isna(hidden) and bool(hidden):
        return "suppressed"
    silent = row.get("status") == "not measurable" or np.isnan(number(row.get(column)))
    return "no_records" if silent else ""

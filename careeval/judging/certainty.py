"""How sure is an effect? Where the design starts, and each step down or up with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from careeval.judging.moved import Moved

LEVELS = ("very low", "low", "moderate", "high")
NOT_APPLICABLE = "not applicable"
RELIABLE_DF = 4  # below it the degrees of freedom are themselves a poor approximation
DISAGREE = 0.5  # of the smallest worthwhile change, between the two ways of using a baseline


@dataclass(frozen=True)
class Certainty:
    """level: one of LEVELS, or not applicable; steps: `start:low`, `-1:few_df`, `+1:pre_trend` in the order taken."""

    level: str
    steps: tuple[str, ...] = ()


def certainty(
    row: Mapping[str, object] | None, moved: Moved, *, others: pd.DataFrame, checks: pd.DataFrame
) -> Certainty:
    """How sure the effect of one headline row of the estimates table is; None = nothing is estimated.

    others: the other rows of the same outcome, contrast and wave. checks: rows of the table of checks for the outcome
    (check, result), where `down` and `up` are steps. Randomised designs start high, compared ones low. One
    group, or one unit in an arm, is very low and cannot rise. At most one step up, so that nothing without
    randomisation is above moderate.
    Source: the shape of GRADE (Guyatt et al. 2008), self-assessed.
    """
    if row is None:
        return Certainty(NOT_APPLICABLE)
    design = str(row.get("design") or "")
    random = design.startswith("randomised")
    if not design.startswith(("randomised", "compared")) or "one_unit" in str(row.get("note") or ""):
        return Certainty(LEVELS[0], ("start:very low",))
    start = 3 if random else 1
    down = [*_numbers_down(row, moved, others, checks), *_checks_down(checks, row)]
    up = [f"+1:{check}" for check in checks.loc[checks["result"].eq("up"), "check"]][:1]
    level = start + sum(int(step[:2]) for step in (*down, *up))
    return Certainty(LEVELS[max(0, min(level, 3))], (f"start:{LEVELS[start]}", *down, *up))


def _numbers_down(row: Mapping[str, object], moved: Moved, others: pd.DataFrame, checks: pd.DataFrame) -> list[str]:
    """Steps that the estimates themselves ask for; few units and the few degrees of freedom they give are one step."""
    counted = (checks["check"].eq("few_units") & checks["result"].eq("down")).any()
    worthwhile = float(row["smallest_worthwhile"])
    contains_zero = moved.low < 0 < moved.high
    crosses = contains_zero and (moved.high > worthwhile or moved.low < -worthwhile)
    few = not counted and pd.notna(row.get("df")) and float(row["df"]) < RELIABLE_DF
    steps = {
        "baseline_use_disagrees": _disagree(row, others, worthwhile),
        "few_df": few,
        "imprecise": crosses,
    }
    return [f"-1:{name}" for name, taken in steps.items() if taken]


def _disagree(row: Mapping[str, object], others: pd.DataFrame, worthwhile: float) -> bool:
    """Whether the difference in differences and ANCOVA are further apart than half the smallest worthwhile change."""
    pair = {"did": "ancova", "ancova": "did"}
    kind, _, errors = str(row.get("estimator") or "").partition("_")
    if kind not in pair or others.empty:
        return False
    rows = others[others["estimator"].fillna("").str.startswith(f"{pair[kind]}_") & others["estimate"].notna()]
    # the same standard errors where there are any: the estimates of other ones may weigh people differently
    same = rows[rows["estimator"].eq(f"{pair[kind]}_{errors}")]
    rows = same if len(same) else rows
    return bool(len(rows)) and abs(float(rows["estimate"].iloc[0]) - float(row["estimate"])) > DISAGREE * worthwhile


def _checks_down(checks: pd.DataFrame, row: Mapping[str, object]) -> list[str]:
    unadjusted = str(row.get("estimator") or "").startswith(("ols_", "cluster_means"))
    steps = []
    for check in checks.loc[checks["result"].eq("down"), "check"]:
        # arms that started apart and a model that does not know it: two steps
        steps.append(f"-{2 if check == 'baseline_balance' and unadjusted else 1}:{check}")
    return steps

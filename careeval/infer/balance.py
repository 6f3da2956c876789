"""Were the arms alike before the start? Standardised differences, not significance tests."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.infer.effect_size import hedges_g, summarise
from careeval.infer.study_estimates import Facts, comparison
from careeval.specs.study import Outcome, Study, Wave

COLUMNS = [
    "outcome", "group", "wave", "contrast", "n_treated", "n_control", "mean_treated", "mean_control", "hedges_g",
    "equivalence",
]  # fmt: skip
# What Works Clearinghouse 5.0: alike, alike once adjusted for, not alike
ALIKE, ADJUSTABLE = 0.05, 0.25


def balance_table(
    study: Study, wave: Wave, *, people: Mapping[str, pd.DataFrame], values: pd.DataFrame, floors: Mapping[str, int]
) -> pd.DataFrame:
    """Hedges g of each outcome at baseline, of the people who have it at baseline and in `wave`, for each contrast.

    The baseline is that of the outcome's estimates, and an outcome whose comparison is refused (another paper in each
    arm, an arm below the privacy floor) has no row. Individual-level pooled SD, blind to clusters, as WWC asks.
    """
    facts = Facts(study, people, values, floors)
    rows = [row for outcome in study.spec.outcomes for row in _rows(facts, wave, outcome)]
    return pd.DataFrame(rows, columns=COLUMNS)


def equivalence(g: float) -> str:
    """satisfied, adjust or not_satisfied, by the size of a baseline g.

    >>> equivalence(-0.05), equivalence(0.2), equivalence(0.26)
    ('satisfied', 'adjust', 'not_satisfied')
    """
    return "satisfied" if abs(g) <= ALIKE else "adjust" if abs(g) <= ADJUSTABLE else "not_satisfied"


def _rows(facts: Facts, wave: Wave, outcome: Outcome) -> list[dict[str, object]]:
    found = comparison(facts, wave, outcome)
    if found.refusal or found.baseline is None or len(found.arms) < 2:
        return []
    data = found.data.dropna(subset=["value"])
    again = data.loc[data["wave"].eq(wave.id), "person"]
    start = data[data["wave"].eq(found.baseline) & data["person"].isin(again)]
    samples = {arm: start.loc[start["arm"].eq(arm), "value"].to_numpy(float) for arm in found.arms}
    *others, last = found.arms
    rows = []
    for arm in others:
        if not min(len(samples[arm]), len(samples[last])):
            continue
        treated, control = summarise(samples[arm]), summarise(samples[last])
        if not treated.sd + control.sd > 0:
            continue
        g = hedges_g(treated, control)
        sizes = {
            "n_treated": treated.n,
            "n_control": control.n,
            "mean_treated": treated.mean,
            "mean_control": control.mean,
        }
        named = {"outcome": outcome.id, "group": outcome.group, "wave": found.baseline, "contrast": f"{arm} - {last}"}
        rows.append(named | sizes | {"hedges_g": g, "equivalence": equivalence(g)})
    return rows

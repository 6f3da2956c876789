"""Of the people on the first register: who is eligible, who was lost and why, and on whom each outcome is analysed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.eligibility import eligible
from careeval.measure.suppression import hide_second, suppress_rows, too_small
from careeval.specs.study import Study


def participant_counts(
    study: Study,
    start: pd.DataFrame,
    lost: pd.Series,
    analysed: Mapping[str, pd.DataFrame],
    *,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """group, arm, step, n, suppressed; a count below the floor of its group is empty, and with it a second of its kind.

    start: the register of the first wave, with arms; lost: why each person measured in the first wave was not measured
    in this one, by person; analysed: {outcome: person, group, arm of those its estimate stands on}.
    Steps: eligible (meets the study's definition, or a fact for it is not known; no row without a definition),
    lost:<reason>, analysed:<outcome>.
    """
    start = start.fillna({"arm": ""})
    rows = []
    for group, name in study.spec.definition.items():
        meets = eligible(start, name, group).fillna(True)
        rows.append(_counts(start[start["group"].eq(group)], start.loc[meets, "person"], "eligible"))
    for reason in sorted(set(lost)):
        rows.append(_counts(start, lost.index[lost.eq(reason)], f"lost:{reason}"))
    for outcome, people in analysed.items():
        rows.append(_counts(people.fillna({"arm": ""}), people["person"], f"analysed:{outcome}"))
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["group", "arm", "step", "n"])
    table = table.assign(kind=table["step"].str.split(":").str[0], site="", n=table["n"].astype("Int64"))
    hidden = too_small(table["n"], table["group"].map(floors))
    hidden = hide_second(table, hidden, table["n"], ("group", "kind"), ("step", "arm"))
    return suppress_rows(table.drop(columns=["kind", "site"]), hidden, ["n"])


def _counts(people: pd.DataFrame, chosen: pd.Index | pd.Series, step: str) -> pd.DataFrame:
    counted = people.assign(n=people["person"].isin(chosen).astype(int))
    return counted.groupby(["group", "arm"], sort=True)["n"].sum().reset_index().assign(step=step)

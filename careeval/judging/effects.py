"""How each outcome moved and how sure that is: a row a headline estimate, whether or not a plan names the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from careeval.judging.certainty import Certainty, certainty
from careeval.judging.moved import Moved, moved

COLUMNS = [
    *("outcome", "group", "wave", "contrast", "design"),
    *("moved", "certainty", "certainty_steps", "failed_checks", "id"),
]


class Effect(NamedTuple):
    """The class of an estimate, how sure it is, and the checks of its measure that failed, with ', ' between."""

    moved: Moved
    certainty: Certainty
    failed_checks: str


def effects(estimates: pd.DataFrame, measured: pd.DataFrame, wave: str) -> pd.DataFrame:
    """outcome, group, wave, contrast, design, moved, certainty, certainty_steps, failed_checks, id: the wave's effects.

    estimates: the estimates table; measured: outcome, check, result. The classes are those of `moved`, the levels
    those of `certainty`; a contrast without a number is not estimable.
    """
    own = estimates[estimates["wave"].eq(wave)]
    rows = []
    for row in own[is_headline(own)].to_dict("records"):
        same, checks = (table[table["outcome"].eq(row["outcome"])] for table in (own, measured))
        effect = judge_effect(row, same, checks)
        told = {"moved": effect.moved.word, "certainty": effect.certainty.level}
        told |= {"certainty_steps": "; ".join(effect.certainty.steps), "failed_checks": effect.failed_checks}
        rows.append({name: row.get(name) for name in COLUMNS} | told)
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def is_headline(estimates: pd.DataFrame) -> pd.Series:
    """Which rows of the estimates table are headlines of whole groups."""
    return estimates["role"].eq("headline") & estimates["subgroup"].fillna("").eq("")


def judge_effect(row: Mapping[str, object] | None, own: pd.DataFrame, checks: pd.DataFrame) -> Effect:
    """What a headline row says of its outcome; None = there is no such row.

    own: rows of the estimates table of the outcome and wave; checks: check, result of the outcome. An outcome that was
    never checked cannot be judged.
    """
    others = own.iloc[:0] if row is None else own[own["contrast"].fillna("").eq(_text(row["contrast"]))]
    others = others[others["role"].isin(["companion", "sensitivity"])]
    failed = checks.loc[checks["result"].eq("fail"), "check"].tolist() if len(checks) else ["no_checks"]
    said = moved(row)
    return Effect(said, certainty(row, said, others=others, checks=checks), ", ".join(failed))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

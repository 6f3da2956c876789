"""A verdict set aside by hand: the word changes, the rule's word and the written reason stay beside it."""

from __future__ import annotations

import pandas as pd

from careeval.errors import Problem, SpecError, listed
from careeval.judging.decision import NEVER_FOR_DUTIES
from careeval.specs.plans import Overruling, Plan

WHAT = ["component", "group", "outcome"]


def overruled(verdicts: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The verdicts with the overrulings of the plan applied; a new table.

    Adds verdict_by_rule (always), overruled_by, overruled_on, overruling_reason ('' where the rule stands). The
    recommendation stays that of the rule, for the reason says what is done instead. Raises SpecError for an overruling
    that meets no row, for two that meet the same, and for one that would stop a duty by law.
    """
    table = verdicts.assign(verdict_by_rule=verdicts["verdict"], overruled_by="", overruled_on="", overruling_reason="")
    problems: list[Problem] = []
    for number, one in enumerate(plan.overrulings, start=1):
        meant = table[WHAT].eq([one.component, one.group, one.outcome]).all(axis="columns")
        problems += _problems(f"overrulings, {number}", one, table, meant, plan)
        told = {"verdict": one.verdict, "overruled_by": one.by, "overruled_on": one.date.isoformat()}
        for column, value in (told | {"overruling_reason": one.reason}).items():
            table = table.assign(**{column: table[column].mask(meant, value)})
    if problems:
        raise SpecError(*problems)
    return table


def _problems(place: str, one: Overruling, table: pd.DataFrame, meant: pd.Series, plan: Plan) -> list[Problem]:
    file, problems = f"plan {plan.id}", []
    if not meant.any():
        known = table[WHAT].drop_duplicates().agg(" / ".join, axis="columns")
        found = f"no verdict on {one.component} / {one.group} / {one.outcome}"
        problems.append(Problem(file, place, found, listed(known), "Name component, group and outcome as they stand"))
    if table.loc[meant, "overruled_by"].ne("").any():
        way_out = "Keep the one that holds"
        problems.append(Problem(file, place, f"{one.component} is overruled more than once", "once each", way_out))
    if one.verdict in NEVER_FOR_DUTIES and table.loc[meant, "statutory"].eq("yes").any():
        found = f"{one.verdict!r} for {one.component}, which holds a duty by law"
        problems.append(Problem(file, place, found, "any verdict that lets the duty go on"))
    return problems

"""Rows of the indicators table about support: one shape, small cells hidden, plain rows for what cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.indicators import COLUMNS
from careeval.measure.support.persons import floor_of
from careeval.measure.suppression import suppress_rows, too_small
from careeval.specs.study import Wave

KEY = ["site", "group", "domain", "level"]
NUMBERS = ["numerator", "denominator", "value", "conf_low", "conf_high"]
TEXT = ["site", "group", "domain", "indicator", "subgroup", "level", "method", "unit", "reason"]
# what the reasons of a row without a number mean is said in words by the pages
REASONS = (
    "no_pairs",  # no pair is on record
    "no_provider",  # the records do not name a unit of units.csv that gives it
    "no_hours",  # units.csv tells no hours a week for the units that give it
    "no_minutes",  # neither the plan nor the records tell how long a contact takes
    "some_without_minutes",  # the hours needed are more than what could be counted
    "no_costs_file",  # no costs.csv was handed in
    "no_costs",  # costs.csv has no amount for it in this wave
    "not_in_plan",  # costs.csv has an amount for a component that no plan of this wave has
    "no_person_months",  # nobody is on record as reached
    "serves_no_person",  # the component's promises are not to people
)
PEOPLE = "people"


def everywhere(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows for site 'all', and again for their own site."""
    return pd.concat([rows.assign(site="all"), rows[rows["site"].notna()]], ignore_index=True)


def cannot_answer(
    indicator: str, group: str, reason: str, *, domain: str = "organisation", level: str = ""
) -> pd.DataFrame:
    """One row without a number, and the reason why; reason is one of REASONS."""
    told = {"indicator": indicator, "group": group, "domain": domain, "level": level, "reason": reason}
    return pd.DataFrame([told | {"site": "all", "method": "cannot_answer"}])


def finished(rows: pd.DataFrame, wave: Wave, floors: Mapping[str, int]) -> pd.DataFrame:
    """The contract's columns of indicators, then people (how many are behind the number), unit and reason.

    Hidden where fewer people than the floor of the group are behind the number, or where a share's numerator or the
    rest of its denominator is that small. Rows without `people` are not about people, or come with `suppressed`.
    """
    table = rows.reindex(columns=list(dict.fromkeys([*COLUMNS, PEOPLE, "unit", "reason", *rows.columns])))
    table = table.assign(
        wave=wave.id,
        comparable=pd.NA,
        **{name: table[name].astype("Float64") for name in (*NUMBERS, PEOPLE)},
        **{name: table[name].astype("str").fillna("") for name in TEXT},
    ).reset_index(drop=True)
    minimum = floor_of(table["group"], floors)
    rest = table["denominator"] - table["numerator"]
    share = table[PEOPLE].notna() & ~table["method"].eq("ratio")
    hidden = too_small(table[PEOPLE], minimum)
    hidden |= share & (too_small(table["numerator"], minimum) | too_small(rest, minimum))
    hidden |= table["suppressed"].astype("boolean").fillna(False).astype(bool)
    return suppress_rows(table, hidden, (*NUMBERS, PEOPLE))[[*COLUMNS, PEOPLE, "unit", "reason"]]

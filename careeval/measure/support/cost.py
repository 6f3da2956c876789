"""Cost: what a person-month of support that reached somebody came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import EVER, day_number, day_numbers
from careeval.measure.support.persons import DAYS_A_MONTH, commitments, person_delivery
from careeval.measure.support.rows import cannot_answer, finished
from careeval.specs.costs import CostRow
from careeval.specs.study import Study, Wave

COST = "cost_per_person_month"


def cost_rows(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
    costs: Sequence[CostRow] | None,
) -> pd.DataFrame:
    """Rows of indicators, level = component ('' = everything that was spent), and one for each unit of money.

    numerator: the wave's amount; denominator: person-months, that is days in scope within the service span over 30.44,
    of all people with any dose of the component; value = amount / person-months. A row without a wave belongs to the
    wave whose service span holds its date. costs None: no file was handed in. What cannot be answered is a row with the
    reason: no_costs_file, no_costs, no_person_months, serves_no_person, not_in_plan. Never an interval: what was spent
    is not a sample.
    """
    known = commitments(study.plans(wave.id))
    if not known:
        return pd.DataFrame()
    groups = "+".join(dict.fromkeys(group for _, one in known.values() for group in one.group))
    if costs is None:
        return finished(cannot_answer(COST, groups, "no_costs_file"), wave, floors)
    spent = _spent(costs, wave)
    persons = person_delivery(study, wave, tables, unit_periods)
    months = _person_months(persons[persons["dosed"].astype(bool)], wave)
    components = dict.fromkeys(one.component for _, one in known.values())
    serving = set(persons["component"])
    rows = [_row("", spent, months, groups, serves=bool(serving))]
    rows += [
        _row(name, spent[spent["component"].eq(name)], months, groups, serves=name in serving) for name in components
    ]
    strange = [name for name in dict.fromkeys(spent["component"]) if name and name not in components]
    rows += [cannot_answer(COST, groups, "not_in_plan", level=name) for name in strange]
    return finished(pd.concat(rows, ignore_index=True), wave, floors)


def _spent(costs: Sequence[CostRow], wave: Wave) -> pd.DataFrame:
    """component, unit, amount of this wave."""
    first, last = wave.service
    own = [row for row in costs if (row.wave == wave.id if row.wave else first <= row.date <= last)]
    table = pd.DataFrame(
        [(row.component, row.unit, row.amount) for row in own], columns=["component", "unit", "amount"]
    )
    return table.astype({"component": "str", "unit": "str", "amount": "float64"})


def _person_months(reached: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """component, person, group, months: each person once a component."""
    first, last = (day_number(day) for day in wave.service)
    opens = np.maximum(day_numbers(reached["entry"], missing=-EVER), first)
    closes = np.minimum(day_numbers(reached["exit"], missing=EVER), last)
    months = np.maximum(closes - opens + 1, 0) / DAYS_A_MONTH
    return reached[["component", "person", "group"]].assign(months=months).drop_duplicates(["component", "person"])


def _row(name: str, spent: pd.DataFrame, months: pd.DataFrame, groups: str, *, serves: bool) -> pd.DataFrame:
    """One row a unit of money, or one with the reason why there is none."""
    own = months[months["component"].eq(name)] if name else months.drop_duplicates("person")
    total = own["months"].sum()
    reason = "" if total else "no_person_months"
    reason = reason if serves else "serves_no_person"
    reason = "no_costs" if spent.empty else reason
    if reason:
        return cannot_answer(COST, groups, reason, level=name)
    amounts = spent.groupby("unit", sort=True)["amount"].sum().rename("numerator").reset_index()
    told = {
        "indicator": COST,
        "group": groups,
        "domain": "organisation",
        "level": name,
        "site": "all",
        "method": "ratio",
    }
    return amounts.assign(**told, denominator=total, value=amounts["numerator"] / total, people=len(own))

"""Capacity: the hours that the promised contacts take against the hours that there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import EVER, day_number, day_numbers
from careeval.measure.delivery.services import prepared
from careeval.measure.support.persons import commitments, floor_of, rows_in_wave
from careeval.measure.support.rows import everywhere
from careeval.measure.suppression import suppress_rows, too_small
from careeval.specs.plans import Commitment
from careeval.specs.study import Study, Wave

COLUMNS = [
    "kind", "wave", "site", "group", "commitments", "contacts", "minutes_each", "needed_hours", "available_hours",
    "ratio", "reason", "suppressed",
]  # fmt: skip
DEMAND = ["kind", "site", "commitment", "group", "contacts", "minutes", "people"]


def capacity(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """Hours that this wave's promises of services need and hours that there are, a row a kind of provider and site.

    contacts: due unit-periods times the promised quantity (a timetable: its occasions). Minutes of a contact: those of
    the timetable, else the promised least, else the median of the records; ways and preparation are not in them.
    minutes_each: needed_hours over contacts, in minutes. available_hours: units.hours a week times the weeks that the
    unit was there in the wave's service span. ratio = available_hours / needed_hours: below 1 the promises cannot be
    kept by the people there are. kind: the kind of unit that the promise binds, else the kind in units.csv of those who
    gave it; '' where no record says. Hours serve all promises of a kind together.

    Where it cannot be answered ratio is missing and reason says why: no_provider, no_hours, no_minutes, or
    some_without_minutes (the hours needed are more than told, and those there are would cover what is told).
    """
    known, tables = commitments(study.plans(wave.id)), prepared(tables)
    due = unit_periods[unit_periods["due"].fillna(False).astype(bool)]
    demands = [
        _demand(one, due[due["commitment"].eq(name)], wave, tables)
        for name, (_, one) in known.items()
        if one.record.table == "services" and one.standard.type in ("frequency", "count", "schedule")
    ]
    demands = [frame for frame in demands if len(frame)]
    if not demands:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    table = _needed(everywhere(pd.concat(demands, ignore_index=True)))
    hours = everywhere(_available(tables["units"], wave)).groupby(["kind", "site"])["hours"].sum(min_count=1)
    table = table.merge(hours.rename("available_hours").reset_index(), on=["kind", "site"], how="left")
    table = table.assign(wave=wave.id, **_answer(table))
    numbers = ["contacts", "minutes_each", "needed_hours", "available_hours", "ratio"]
    table = table.assign(**{name: table[name].astype("Float64") for name in numbers})
    # a promise to people tells how many there are
    hidden = too_small(table["people"], floor_of(table["group"], floors))
    return suppress_rows(table, hidden, numbers)[COLUMNS]


def _demand(one: Commitment, due: pd.DataFrame, wave: Wave, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a site: contacts promised by the commitment and the minutes they take (missing where not told)."""
    standard, rows = one.standard, rows_in_wave(one, wave, tables)
    by_site = due.assign(site=due["site"].fillna("")).groupby("site", sort=True)
    table = by_site.agg(periods=("unit", "size"), people=("unit", "nunique")).reset_index()
    quantity = 1.0 if standard.type == "schedule" else standard.quantity or 1.0
    contacts = table["periods"] * quantity
    minutes = contacts * _minutes_each(one, rows)
    if one.record.count in ("minutes", "quantity") and standard.type != "schedule":
        contacts = pd.Series(np.nan, index=table.index)
        minutes = table["periods"] * (quantity if one.record.count == "minutes" else np.nan)
    return table.assign(
        kind=_kind(one, rows, tables["units"]),
        commitment=one.id,
        group="+".join(one.group),
        contacts=contacts,
        minutes=minutes,
        people=table["people"] if standard.basis == "recipient" else np.nan,
        site=table["site"].replace("", np.nan),
    )[DEMAND]


def _minutes_each(one: Commitment, rows: pd.DataFrame) -> float:
    timetable = one.standard.timetable
    told = (timetable and timetable.minutes) or one.record.min_minutes
    if told:
        return float(told)
    seen = pd.to_numeric(rows.loc[rows["done"], "minutes"]) if "minutes" in rows else pd.Series(dtype="float64")
    return float(seen.dropna().median()) if seen.notna().any() else np.nan


def _kind(one: Commitment, rows: pd.DataFrame, units: pd.DataFrame) -> str:
    """The kind of unit that gives the service: the bound kind, else the commonest kind among those who gave it."""
    if one.standard.basis in ("provider", "site") and one.standard.of:
        return one.standard.of
    kinds = units.drop_duplicates("unit").set_index("unit")["kind"]
    found = rows["provider"].map(kinds).dropna().mode()
    return str(found.iloc[0]) if len(found) else ""


def _needed(demand: pd.DataFrame) -> pd.DataFrame:
    """One row a kind and site, over all commitments."""
    demand = demand.assign(told=demand["minutes"].notna(), timed=demand["contacts"].where(demand["minutes"].notna()))
    grouped = demand.groupby(["kind", "site"], sort=True)
    table = grouped.agg(
        contacts=("contacts", lambda own: own.sum(min_count=1)),
        timed=("timed", lambda own: own.sum(min_count=1)),
        minutes=("minutes", lambda own: own.sum(min_count=1)),
        people=("people", "min"),
        told=("told", "all"),
        commitments=("commitment", lambda own: "+".join(dict.fromkeys(own))),
        group=("group", lambda own: "+".join(dict.fromkeys(part for name in own for part in name.split("+") if part))),
    ).reset_index()
    return table.assign(needed_hours=table["minutes"] / 60, minutes_each=table["minutes"] / table["timed"])


def _available(units: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """kind, site, hours of each unit in the wave: hours a week times its weeks in scope."""
    first, last = (day_number(day) for day in wave.service)
    opens = np.maximum(day_numbers(units["entry"], missing=-EVER), first)
    closes = np.minimum(day_numbers(units["exit"], missing=EVER), last)
    weeks = np.maximum(closes - opens + 1, 0) / 7
    return units[["kind", "site"]].assign(hours=pd.to_numeric(units["hours"]).astype("float64") * weeks)


def _answer(table: pd.DataFrame) -> dict[str, pd.Series]:
    ratio = table["available_hours"] / table["needed_hours"].where(table["needed_hours"].gt(0))
    reason = pd.Series("", index=table.index, dtype="str")
    reason = reason.mask(~table["told"] & ratio.ge(1), "some_without_minutes")
    reason = reason.mask(table["needed_hours"].isna(), "no_minutes")
    reason = reason.mask(table["available_hours"].isna(), "no_hours")
    reason = reason.mask(table["kind"].eq(""), "no_provider")
    return {"ratio": ratio.where(reason.eq("")), "reason": reason}

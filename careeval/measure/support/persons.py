"""One row a promise and person: how many periods were due, met and unknown, and whether any contact is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import of_wave
from careeval.measure.delivery.frame import day_number
from careeval.measure.delivery.services import prepared, record_rows
from careeval.measure.intervals import proportion_interval
from careeval.specs.plans import Commitment, Plan
from careeval.specs.study import Study, Wave

DAYS_A_MONTH = 365.25 / 12
PROMISE = ["plan", "commitment", "component", "domain", "indicator", "promised_group"]
COUNTS = ["due", "met", "unknown"]


def commitments(plans: Sequence[Plan]) -> dict[str, tuple[Plan, Commitment]]:
    """{commitment id: (plan, commitment)} of the plans of one wave, where each id stands once."""
    return {one.id: (plan, one) for plan in plans for one in plan.commitments}


def person_delivery(
    study: Study, wave: Wave, tables: Mapping[str, pd.DataFrame], unit_periods: pd.DataFrame
) -> pd.DataFrame:
    """Promises to recipients, a row each person with at least one due period.

    Columns: plan, commitment, component, domain, indicator, promised_group (groups joined with '+'); all columns of
    people; due, met, unknown (counts of due periods; a period neither met nor missed on record is unknown); dosed (any
    dose in a known period); contact (any contact on record, be it too short or of another kind than promised);
    registered (False only for people whom an independent roll has and the register has not).
    """
    known, tables = commitments(study.plans(wave.id)), prepared(tables)
    bound = [name for name, (_, one) in known.items() if one.standard.basis == "recipient"]
    people = tables["people"]
    rows = unit_periods[unit_periods["commitment"].isin(bound) & unit_periods["due"].fillna(False).astype(bool)]
    counted = _counted(rows).merge(people, left_on="unit", right_on="person", how="inner", suffixes=("_unit", ""))
    told = pd.DataFrame([_told(*known[name]) for name in bound], columns=PROMISE, dtype="str")
    table = counted.drop(columns="unit_unit", errors="ignore").merge(told, on="commitment", how="left")
    contact = table["dosed"].to_numpy(dtype=bool)
    for name in bound:
        own = table["commitment"].eq(name).to_numpy()
        contact = contact | (own & table["person"].isin(_contacts(known[name][1], wave, tables)).to_numpy())
    frame = people["frame"] if "frame" in people else pd.Series("", index=people.index)
    off_register = set(people.loc[frame.eq("on_roll").fillna(False), "person"])
    return table.assign(
        contact=contact,
        registered=~table["person"].isin(off_register),
    )


def in_every_place(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of person_delivery for site 'all' and their own site, for all the promise's groups and each of several.

    `group` becomes the group that a row is counted in: all groups of the promise joined, or one of them.
    """
    joined = rows.assign(group=rows["promised_group"])
    several = rows[rows["promised_group"].str.contains("+", regex=False)]
    groups = pd.concat([joined, several], ignore_index=True)
    return pd.concat([groups.assign(site="all"), groups[groups["site"].notna()]], ignore_index=True)


def rows_in_wave(one: Commitment, wave: Wave, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows of prepared services that the promise's record names, inside the wave's service span."""
    rows = record_rows(one, tables)
    return rows[rows["day"].between(*map(day_number, wave.service))]


def floor_of(groups: pd.Series, floors: Mapping[str, int]) -> pd.Series:
    """The privacy floor of each row: the highest of its groups ('child+elder'); of others, the highest of all."""
    most = max(floors.values(), default=0)
    own = {name: max(floors.get(part, most) for part in name.split("+")) for name in groups.unique()}
    return groups.map(own).astype("int64")


def sampled_share(study: Study, people: pd.DataFrame) -> dict[str, float]:
    """The share of each group's population that the rows are.

    1 for a census, missing where a sample's size is not told, 0 for a sample drawn by places: its intervals are not
    those of people drawn one by one, and none is given.
    """
    shares = {}
    for group in study.spec.groups:
        frame = study.spec.population.get(group)
        if frame is None or frame.frame == "census":
            shares[group] = 1.0
        elif frame.sampled not in ("", "persons"):
            shares[group] = 0.0
        else:
            shares[group] = people["group"].eq(group).sum() / frame.size if frame.size else np.nan
    return shares


def share_limits(
    low: pd.Series, high: pd.Series, n: pd.Series, fraction: pd.Series
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(conf_low, conf_high, method) of a share whose count lies from low (unknown = no) to high (unknown = yes).

    fraction: how much of the population n is; 1 is a census, whose limits are low / n and high / n (method count). Of a
    sample Wilson's limits, the lower of `low` and the upper of `high`, with the finite population where it is known.
    """
    whole = n / fraction.where(fraction.gt(0))
    bottom, _ = proportion_interval(low, n, population=whole)
    _, top = proportion_interval(high, n, population=whole)
    method = np.where(fraction.isna(), "wilson", np.where(fraction.eq(1), "count", "wilson_fpc"))
    by_place = fraction.eq(0).to_numpy()
    limits = (np.where(by_place, np.nan, limit) for limit in (bottom, top))
    return *limits, np.where(by_place, "sampled_by_place", method)


def fraction_of(groups: pd.Series, shares: Mapping[str, float]) -> pd.Series:
    """sampled_share of each row; of joined groups 1 where all are counted, missing where any is a sample."""
    own = {}
    for name in groups.unique():
        parts = [shares.get(part, np.nan) for part in name.split("+")]
        own[name] = parts[0] if len(set(parts)) == 1 else np.nan
    return groups.map(own).astype("float64")


def _told(plan: Plan, one: Commitment) -> tuple[str, ...]:
    return plan.id, one.id, one.component, one.domain, one.indicator, "+".join(one.group)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """commitment, unit, due, met, unknown, dosed; a person that no row names is not there."""
    met = rows["delivered"].astype("boolean").fillna(False).astype(bool)
    # something that is on record was given, though the rest of the log may be missing
    dosed = met | rows["dose"].gt(0).fillna(False).astype(bool) | rows["given"].gt(0).fillna(False).astype(bool)
    numbers = rows[["commitment", "unit"]].assign(due=1, met=met.astype(int), unknown=rows["unknown"].astype(int))
    grouped = numbers.assign(dosed=dosed).groupby(["commitment", "unit"], sort=False)
    return grouped.agg(
        due=("due", "sum"), met=("met", "sum"), unknown=("unknown", "sum"), dosed=("dosed", "any")
    ).reset_index()


def _contacts(one: Commitment, wave: Wave, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Everyone with a row of the promise's record in this wave, whatever its mode and length."""
    record = one.record
    first, last = (pd.Timestamp(day) for day in wave.service)
    if record.table == "services":
        wide = one.model_copy(update={"record": record.model_copy(update={"mode": (), "min_minutes": None})})
        rows = rows_in_wave(wide, wave, tables)
        found = rows.loc[rows["done"] | rows["partly"], "person"]
    elif record.table == "pairs":
        rows = tables["pairs"]
        roles = record.role or tuple(one.standard.partners)
        kept = rows["start"].le(last) & (rows["end"].isna() | rows["end"].ge(first))
        found = rows.loc[kept & (rows["role"].isin(roles) if roles else True), "person"]
    else:
        rows = of_wave(tables["status"], wave.id)
        items = (*record.item, *one.standard.items)
        kept = rows["item"].isin(items) & rows["status"].isin(["yes", "partial"])
        found = rows.loc[kept, "subject"]
    return found.dropna()

"""Log against recall: does the person say the same as the record?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.delivery.bound import bound_units
from careeval.measure.delivery.frame import Frame, day_numbers, frame_of
from careeval.measure.delivery.recall import least_answer, recalled
from careeval.measure.delivery.services import prepared, record_rows
from careeval.measure.support.persons import (
    commitments,
    floor_of,
    in_every_place,
    person_delivery,
)
from careeval.measure.suppression import hide_second, suppress_rows, too_small
from careeval.specs.plans import Commitment
from careeval.specs.study import Study, Wave

CELLS = ["both", "log_only", "recall_only", "neither"]
MEASURED = ["minutes", "quantity"]
OPEN = ["no_record", "no_answer"]
KEY = ["plan", "commitment", "component", "domain", "indicator", "group", "site"]
COLUMNS = [*KEY[:6], "wave", "site", "n", *CELLS, *OPEN, "suppressed"]


def agreement(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """Promises to people who were asked about them, a row a promise, group and site: people by what the two say.

    n = both + log_only + recall_only + neither; no_answer: bound people without an answer; no_record: people with an
    answer, but without a log that covers the days they were asked about. A row with a small cell is hidden.

    A count asked over `days` is held against the standard scaled to those days (least_answer), and so are the logged
    services of the same days up to the answer. Yes/no: the log says yes with a service in those days; without `days`,
    or with pairs and status, with any due period met.
    """
    persons, tables = person_delivery(study, wave, tables, unit_periods), prepared(tables)
    parts = []
    for plan, one in commitments(study.plans(wave.id)).values():
        rows, frame = persons[persons["commitment"].eq(one.id)], frame_of(plan, wave, study)
        if one.recall is None or rows.empty or one.recall.question not in tables["answers"]:
            continue
        said = recalled(one, bound_units(one, tables, frame), tables, frame).set_index("person")["met"]
        says = rows["person"].map(said).astype("boolean")
        parts.append(rows.assign(says=says, log=_logged(rows, unit_periods, one, frame, tables)))
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    rows = pd.concat(parts, ignore_index=True)
    log, says = rows["log"], rows["says"]
    cells = {"both": log & says, "log_only": log & ~says, "recall_only": ~log & says, "neither": ~log & ~says}
    cells |= {"no_record": log.isna() & says.notna(), "no_answer": says.isna()}
    known_both = log.notna() & says.notna()
    flags = {
        cell: (flag.fillna(False) & (known_both if cell in CELLS else True)).astype(int) for cell, flag in cells.items()
    }
    counted = in_every_place(rows.assign(**flags)).groupby(KEY, sort=False)[[*CELLS, *OPEN]].sum().reset_index()
    table = counted.assign(wave=wave.id, n=counted[CELLS].sum(axis="columns"))
    minimum = floor_of(table["group"], floors)
    hidden = too_small(table["n"], minimum)
    for cell in (*CELLS, *OPEN):
        hidden = hidden | too_small(table[cell], minimum)
    keys = (["plan", "commitment"], ["site", "group"])
    hidden = hide_second(table, hidden, table["n"], *keys)
    numbers = {name: table[name].astype("Float64") for name in ("n", *CELLS, *OPEN)}
    return suppress_rows(table.assign(**numbers), hidden, list(numbers))[COLUMNS]


def _logged(
    rows: pd.DataFrame, unit_periods: pd.DataFrame, one: Commitment, frame: Frame, tables: Mapping[str, pd.DataFrame]
) -> pd.Series:
    """Whether the log says that the promise was kept for each person; missing where no log covers the days asked."""
    days = one.recall.days
    if one.record.table != "services" or (one.recall.asks == "yes_no" and not days):
        met = rows["met"].gt(0).astype("boolean")
        return met.mask(~met & rows["unknown"].gt(0))
    last = _answered_on(rows, frame, tables)
    first = last - days + 1 if days else pd.Series(frame.start, index=rows.index)
    asked = pd.DataFrame({"person": rows["person"], "first": first, "last": last})
    services = record_rows(one, tables)
    near = services["done"] & services["day"].between(first.min(), last.max())
    inside = services[near].reindex(columns=["person", "day", "event_code", *MEASURED]).merge(asked, on="person")
    inside = inside[inside["day"].between(inside["first"], inside["last"])]
    counted = inside.groupby("person")
    given = counted[one.record.count].sum() if one.record.count in MEASURED else counted["event_code"].nunique()
    enough = least_answer(one, frame) if one.recall.asks == "count" else 1
    met = rows["person"].map(given).astype("float64").fillna(0).ge(enough).astype("boolean")
    gaps = unit_periods[unit_periods["commitment"].eq(one.id) & unit_periods["unknown"].astype(bool)]
    open_ = gaps.merge(asked, left_on="unit", right_on="person")
    start, end = (day_numbers(open_[name], missing=0) for name in ("start", "end"))
    unseen = rows["person"].isin(open_.loc[open_["last"].ge(start) & open_["first"].le(end), "person"])
    return met.mask(~met & (unseen | first.lt(frame.start)))


def _answered_on(rows: pd.DataFrame, frame: Frame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """The day number of each person's last answer; where it is not told, the wave's last day of service."""
    responses = tables["responses"]
    dates = responses.groupby("person")["date"].max() if len(responses) else pd.Series(dtype="datetime64[us]")
    on = pd.to_datetime(rows["person"].map(dates))
    return pd.Series(day_numbers(on, missing=frame.end), index=rows.index)

"""The delivery table: each commitment of a plan, for everyone and by group and site, against its target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import Grid, frame_of
from careeval.measure.delivery.grids import grid_of
from careeval.measure.delivery.rows import rows_of
from careeval.measure.delivery.services import prepared
from careeval.measure.suppression import hide_second, suppress_rows, too_small
from careeval.specs.plans import Plan
from careeval.specs.study import Study, Wave

COLUMNS = [
    "plan", "commitment", "domain", "group", "basis", "standard_type", "wave", "site", "bound", "due", "delivered",
    "unknown", "value", "target", "conf_low", "conf_high", "method", "dose", "zero_contact", "recall_value",
    "previous_value", "status", "suppressed",
]  # fmt: skip
EXTRA = [
    "recall_answered", "recall_missing", "level", "level_unit", "above_max", "partly", "unplaced", "undecided",
    "periods",
]  # fmt: skip
BASE = ["commitment", "unit", "site", "group", "period", "due", "delivered", "dose", "unknown", "given", "start", "end"]
COUNTS = ["bound", "due", "delivered", "unknown", "zero_contact", "recall_answered", "recall_missing", "above_max",
          "partly", "unplaced", "undecided", "periods"]  # fmt: skip
SHARES = ["value", "target", "conf_low", "conf_high", "dose", "recall_value", "previous_value", "level"]
HIDDEN = [name for name in (*COUNTS, *SHARES) if name not in ("target", "periods")]


def delivery(
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
    wave: Wave | str,
    *,
    study: Study | None = None,
    previous: pd.DataFrame | None = None,
    floors: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """The delivery table of one plan in one wave: a row a commitment x group x site, site 'all' for everyone.

    wave: of the study, or its id where the study is given.
    tables: people, units, services, pairs, status, logs, answers by name; those of events may reach back over earlier
    waves, which yearly promises need. `group` joins a commitment's groups with '+'; people of several groups get a row
    for each group too. due, delivered, unknown are unit-periods; value = delivered / due, missing where nothing is due
    or nothing is known; dose = the quantity given of the quantity due, capped at the standard in each unit-period;
    zero_contact = bound units to which nothing is known to have been given, though a period is known. A promise
    without a standard has a level (in level_unit) and nothing to judge. previous: last wave's table. floors: fewest
    people behind a shown number, by group (hide_small); verdicts are made from the table without floors.

    status: met where conf_low reaches the target, not met where conf_high does not, else uncertain; not due, where
    no period has ended in this wave; no standard; not measurable, where nobody and nothing is bound or hidden.
    Raises TableError where a plan asks for a calendar name or a column that is not there.
    """
    frame, tables = frame_of(plan, wave, study), prepared(tables)
    rows = [
        row
        for commitment in plan.commitments
        for row in rows_of(plan, commitment, grid_of(commitment, tables, frame), tables, frame)
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS, *EXTRA])
    table = table.assign(
        **{column: table[column].astype("Int64") for column in COUNTS},
        **{column: table[column].astype("Float64") for column in SHARES},
        **{name: table[name].astype("str") for name in table.columns.difference([*COUNTS, *SHARES])},
    )
    return hide_small(_with_previous(table, previous), floors or {})[[*COLUMNS, *EXTRA]]


def hide_small(table: pd.DataFrame, floors: Mapping[str, int]) -> pd.DataFrame:
    """The delivery table without numbers on too few people, by the floor of the strictest of a row's groups.

    Hidden are rows of people (basis recipient or case) with fewer bound; where each person is due once, also those with
    too few delivered, not delivered or unknown, from which the few could be told; a zero_contact of too few, and what
    is recalled where too few say one thing. Where just one site or group is hidden, a second goes with it. The status
    of a hidden row is not measurable. Promises to sites, providers and programmes are nobody's secret, but what people
    recall of them is. No floors hide nothing.
    """
    keys = (["plan", "commitment", "wave"], ["site", "group"])
    most = table["group"].map(lambda joined: max((floors.get(one, 0) for one in joined.split("+")), default=0))
    minimum = most.where(table["basis"].isin(["recipient", "case"]), 0)
    left = table["due"] - table["delivered"]
    split = [too_small(few, minimum) for few in (table["delivered"], left, table["unknown"], left - table["unknown"])]
    hidden = too_small(table["bound"], minimum) | (np.logical_or.reduce(split) & table["periods"].le(1).fillna(False))
    made = suppress_rows(table, hide_second(table, hidden.astype(bool), table["bound"], *keys), HIDDEN)
    hidden, zero, answered = made["suppressed"], table["zero_contact"], table["recall_answered"]
    made["zero_contact"] = made["zero_contact"].mask(hide_second(table, hidden | too_small(zero, minimum), zero, *keys))
    said = (table["recall_value"] * answered + 0.5) // 1
    few = hidden | too_small(answered, most) | too_small(said, most) | too_small(answered - said, most)
    few = hide_second(table, few, answered, *keys)
    for name in ("recall_value", "recall_answered", "recall_missing"):
        made[name] = made[name].mask(few)
    # who did not answer: with an exact share the others, and so these, could be counted
    silent = too_small(table["recall_missing"], most)
    made["recall_value"] = made["recall_value"].mask(silent, (made["recall_value"] * 100 + 0.5) // 1 / 100)
    for name in ("recall_answered", "recall_missing"):
        made[name] = made[name].mask(silent)
    made["status"] = made["status"].mask(hidden & made["status"].ne("no standard"), "not measurable")
    return made


def unit_periods(plan: Plan, tables: Mapping[str, pd.DataFrame], wave: Wave | str, study: Study | None) -> pd.DataFrame:
    """What every number of the delivery table is made of, a row a commitment x unit x period.

    commitment, unit (a person, a unit's id, a site, a case), site, group, period, due, delivered (boolean; missing
    where not due or unknown), dose (0..1, missing where no log speaks of it), unknown; then given, what the records
    show, start and end of the period. Rows about one person: for derived/ only.
    """
    frame, tables = frame_of(plan, wave, study), prepared(tables)
    parts = [_long(grid_of(commitment, tables, frame)) for commitment in plan.commitments]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=BASE)


def _long(grid: Grid) -> pd.DataFrame:
    n, m = grid.due.shape
    units = grid.bound.units
    judged = grid.commitment.standard.type != "none"
    due = grid.due & judged
    first, last = (
        pd.Series(days.astype("datetime64[D]").astype("datetime64[us]"))
        for days in (grid.periods.first, grid.periods.last)
    )
    across = np.tile(np.arange(m), n)
    table = {name: units[name].repeat(m).reset_index(drop=True) for name in ("unit", "site", "group")}
    table |= {
        "period": pd.Series(grid.periods.labels, dtype="str").take(across).reset_index(drop=True),
        "due": due.ravel(),
        "delivered": pd.Series(grid.met.ravel()).astype("boolean").mask((~due | grid.unknown).ravel()),
        "dose": pd.Series(np.where(due, grid.dose, np.nan).ravel()).astype("Float64"),
        "unknown": (grid.unknown & due).ravel(),
        "given": grid.given.ravel().astype(float),
        "start": first.take(across).reset_index(drop=True),
        "end": last.take(across).reset_index(drop=True),
    }
    made = pd.DataFrame(table)
    made.insert(0, "commitment", pd.Series(grid.commitment.id, index=made.index, dtype="str"))
    return made


def _with_previous(table: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    key = ["commitment", "group", "site"]
    if previous is None or previous.empty:
        return table
    last = previous.drop_duplicates(key).set_index(key)["value"]
    return table.assign(previous_value=pd.MultiIndex.from_frame(table[key]).map(last).astype("Float64"))

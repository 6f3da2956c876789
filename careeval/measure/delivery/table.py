"""The delivery table: each commitment of a plan, for everyone and by group and site, against its target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import Frame, Grid, frame_of
from careeval.measure.delivery.grids import grid_of
from careeval.measure.delivery.intervals import Cells, census_interval, sample_interval
from careeval.measure.delivery.recall import recalled
from careeval.measure.delivery.services import prepared
from careeval.measure.suppression import suppress_rows, too_small
from careeval.specs.plans import Commitment, Plan
from careeval.specs.study import Study, Wave

COLUMNS = [
    "plan", "commitment", "domain", "group", "basis", "standard_type", "wave", "site", "bound", "due", "delivered",
    "unknown", "value", "target", "conf_low", "conf_high", "method", "dose", "zero_contact", "recall_value",
    "previous_value", "status", "suppressed",
]  # fmt: skip
EXTRA = [
    "recall_answered", "recall_missing", "level", "level_unit", "above_max", "partly", "unplaced", "undecided",
]  # fmt: skip
COUNTS = ["bound", "due", "delivered", "unknown", "zero_contact", "recall_answered", "recall_missing", "above_max",
          "partly", "unplaced", "undecided"]  # fmt: skip
SHARES = ["value", "target", "conf_low", "conf_high", "dose", "recall_value", "previous_value", "level"]
HIDDEN = [name for name in (*COUNTS, *SHARES) if name != "target"]
CLOSE = 1e-12


def delivery(
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
    wave: Wave,
    *,
    study: Study | None = None,
    previous: pd.DataFrame | None = None,
    floors: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """The delivery table of one plan in one wave: a row a commitment x group x site, site 'all' for everyone.

    tables: people, units, services, pairs, status, logs, answers by name; those of events may reach back over earlier
    waves, which yearly promises need. `group` joins a commitment's groups with '+'; people of several groups get a row
    for each group too. due, delivered, unknown are unit-periods; value = delivered / due, missing where nothing is due
    or nothing is known; dose = the quantity given of the quantity due, capped at the standard in each unit-period;
    zero_contact = bound units to which nothing is known to have been given, though a period is known. A promise
    without a standard has a level (in level_unit) and nothing to judge. previous: last wave's table. floors: fewest
    people behind a shown number, by group.

    status: met where conf_low reaches the target, not met where conf_high does not, else uncertain; not due, where
    no period has ended in this wave; no standard; not measurable, where nobody and nothing is bound or hidden.
    Raises TableError where a plan asks for a calendar name or a column that is not there.
    """
    frame, tables = frame_of(plan, wave, study), prepared(tables)
    rows = [
        row
        for commitment in plan.commitments
        for row in _rows(plan, commitment, grid_of(commitment, tables, frame), tables, frame)
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS, *EXTRA, "one_period"])
    table = table.assign(
        **{column: table[column].astype("Int64") for column in COUNTS},
        **{column: table[column].astype("Float64") for column in SHARES},
        **{name: table[name].astype("str") for name in table.columns.difference([*COUNTS, *SHARES, "one_period"])},
    )
    table = _with_previous(table, previous)
    hidden = _too_few_people(table, floors)
    table = suppress_rows(table, hidden, HIDDEN)
    table["status"] = table["status"].mask(hidden & table["status"].ne("no standard"), "not measurable")
    return table[[*COLUMNS, *EXTRA]]


def unit_periods(plan: Plan, tables: Mapping[str, pd.DataFrame], wave: Wave, study: Study | None) -> pd.DataFrame:
    """What every number of the delivery table is made of, a row a commitment x unit x period.

    commitment, unit (a person, a unit's id, a site, a case), site, group, period, due, delivered (boolean; missing
    where not due or unknown), dose (0..1, missing where no log speaks of it), unknown; then given, what the records
    show, start and end of the period. Rows about one person: for derived/ only.
    """
    frame, tables = frame_of(plan, wave, study), prepared(tables)
    parts = [_long(grid_of(commitment, tables, frame)) for commitment in plan.commitments]
    return pd.concat(parts, ignore_index=True) if parts else _long_columns()


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
        "dose": pd.Series(np.where(due, grid.dose, np.nan).ravel()).astype("Float64").pipe(lambda x: x.mask(x.isna())),
        "unknown": (grid.unknown & due).ravel(),
        "given": grid.given.ravel().astype(float),
        "start": first.take(across).reset_index(drop=True),
        "end": last.take(across).reset_index(drop=True),
    }
    made = pd.DataFrame(table)
    made.insert(0, "commitment", pd.Series(grid.commitment.id, index=made.index, dtype="str"))
    return made


def _long_columns() -> pd.DataFrame:
    names = [
        "commitment",
        "unit",
        "site",
        "group",
        "period",
        "due",
        "delivered",
        "dose",
        "unknown",
        "given",
        "start",
        "end",
    ]
    return pd.DataFrame(columns=names)


def _rows(
    plan: Plan, commitment: Commitment, grid: Grid, tables: Mapping[str, pd.DataFrame], frame: Frame
) -> Iterable[dict[str, object]]:
    """The rows of one commitment: all groups together, then each where people of several are bound."""
    said = recalled(commitment, grid.bound, tables, frame)
    units = grid.bound.units
    per_unit = _per_unit(grid)
    joined = "+".join(commitment.group)
    several = len(commitment.group) > 1 and commitment.standard.basis in ("recipient", "case")
    for group in (joined, *(commitment.group if several else ())):
        of_group = np.ones(len(units), dtype=bool) if group == joined else units["group"].eq(group).to_numpy()
        own = said if group == joined else said[said["group"].eq(group)]
        order = np.argsort(units["site"].to_numpy(dtype=object)[of_group], kind="stable")
        position = np.flatnonzero(of_group)[order]
        sites, starts = np.unique(units["site"].to_numpy(dtype=object)[position], return_index=True)
        parts = dict(zip(sites, np.split(position, starts[1:]), strict=True)) if len(position) else {}
        answers = dict(list(own.groupby("site")))
        for site, where in {"all": np.flatnonzero(of_group), **parts}.items():
            if site == "":
                continue
            row = _row(grid, per_unit, where, frame, group, site)
            word = own if site == "all" else answers.get(site, own.iloc[:0])
            yield {
                "plan": plan.id,
                "commitment": commitment.id,
                "domain": commitment.domain,
                "group": group,
                "basis": commitment.standard.basis,
                "standard_type": commitment.standard.type,
                "wave": frame.wave,
                "site": site,
                **row,
                **_recall_columns(word, commitment),
            }


def _per_unit(grid: Grid) -> dict[str, np.ndarray]:
    """Sums over periods, one entry a unit."""
    due = grid.due
    known = due & ~np.isnan(grid.dose)
    return {
        "due": due.sum(axis=1).astype(float),
        "delivered": (due & grid.met).sum(axis=1).astype(float),
        "unknown": grid.unknown.sum(axis=1).astype(float),
        "known": known.sum(axis=1).astype(float),
        "dose": np.where(known, grid.dose, 0.0).sum(axis=1),
        "given": np.where(known, grid.given, 0.0).sum(axis=1),
        "nothing": known.any(axis=1) & ~(known & (grid.dose > 0)).any(axis=1) & ~(due & (grid.given > 0)).any(axis=1),
    }


def _row(
    grid: Grid, per_unit: Mapping[str, np.ndarray], where: np.ndarray, frame: Frame, group: str, site: str
) -> dict[str, object]:
    """The numbers of one row: the units at these positions."""
    commitment, whole = grid.commitment, site == "all"
    part = {name: values[where] for name, values in per_unit.items()}
    due, delivered, unknown, known = (part[name].sum() for name in ("due", "delivered", "unknown", "known"))
    row: dict[str, object] = {
        "bound": len(where),
        "method": "",
        "zero_contact": part["nothing"].sum() if known else np.nan,
        "above_max": grid.above if whole and commitment.standard.quantity_max is not None else np.nan,
        "partly": grid.partly if whole else np.nan,
        "unplaced": grid.unplaced if whole else np.nan,
        "undecided": grid.bound.undecided if whole else np.nan,
        "level_unit": "",
        "one_period": bool((part["due"] <= 1).all()),
        "target": np.nan,
    }
    if commitment.standard.type == "none":
        level = part["given"].sum() / known if known else np.nan
        return row | {"status": "no standard", "level": level, "level_unit": grid.level_unit}
    row |= {"due": due, "delivered": delivered, "unknown": unknown, "target": commitment.target}
    if not due:
        waiting = bool(len(where)) or grid.periods.later
        return row | {"status": "not due" if waiting else "not measurable"}
    low, high, method = _interval(grid, part, where, frame, group, whole)
    value = delivered / due if unknown < due else np.nan
    dose = part["dose"].sum() / known if known else np.nan
    row |= {"value": value, "conf_low": low, "conf_high": high, "method": method, "dose": dose}
    return row | {"status": _status(low, high, commitment.target)}


def _status(low: float, high: float, target: float) -> str:
    if low >= target - CLOSE:
        return "met"
    return "not met" if high < target - CLOSE else "uncertain"


def _interval(
    grid: Grid, part: Mapping[str, np.ndarray], where: np.ndarray, frame: Frame, group: str, whole: bool
) -> tuple[float, float, str]:
    """A census counts; a sample of people has the interval of how it was drawn."""
    groups = group.split("+")
    told = {} if frame.study is None else frame.study.spec.population
    frames = [told[one] for one in groups if one in told]
    sample = [one for one in frames if one.frame == "sample"]
    if grid.commitment.standard.basis != "recipient" or not sample:
        return census_interval(part["delivered"].sum(), part["unknown"].sum(), part["due"].sum())
    by_site = sample[0].sampled not in ("", "persons")
    sizes = [one.size for one in sample]
    population = np.nan
    if whole and not by_site and len(frames) == len(sample) == len(groups) and None not in sizes:
        # of those who are bound, as large a part was drawn as of the whole group
        drawn = sum(grid.bound.of_group.get(one, 0) for one in groups)
        population = sum(size or 0 for size in sizes) * (part["due"] > 0).sum() / max(drawn, 1)
    clusters = grid.bound.units["site"].to_numpy(dtype=object)[where] if by_site else where
    return sample_interval(Cells(part["due"], part["delivered"], part["unknown"], clusters), population=population)


def _recall_columns(said: pd.DataFrame, commitment: Commitment) -> dict[str, object]:
    if commitment.recall is None or said.empty:
        return {"recall_value": np.nan, "recall_answered": np.nan, "recall_missing": np.nan}
    answered = int(said["met"].notna().sum())
    share = said["met"].mean() if answered and commitment.standard.type != "none" else np.nan
    return {"recall_value": share, "recall_answered": answered, "recall_missing": len(said) - answered}


def _with_previous(table: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    key = ["commitment", "group", "site"]
    if previous is None or previous.empty:
        return table
    last = previous.drop_duplicates(key).set_index(key)["value"]
    return table.assign(previous_value=pd.MultiIndex.from_frame(table[key]).map(last).astype("Float64"))


def _too_few_people(table: pd.DataFrame, floors: Mapping[str, int] | None) -> pd.Series:
    """Rows about too few people: by those bound, and where each is due once, by those with and without delivery."""
    if not floors:
        return pd.Series(False, index=table.index)
    minimum = table["group"].map(lambda joined: max((floors.get(one, 0) for one in joined.split("+")), default=0))
    people = table["basis"].isin(["recipient", "case"])
    hidden = too_small(table["bound"], minimum)
    once = table["one_period"].astype(bool)
    hidden |= once & (too_small(table["delivered"], minimum) | too_small(table["due"] - table["delivered"], minimum))
    return hidden & people

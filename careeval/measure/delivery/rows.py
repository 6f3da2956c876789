"""The numbers of one commitment's rows: for everyone, by group and by site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import Frame, Grid
from careeval.measure.delivery.intervals import Cells, census_interval, sample_interval
from careeval.measure.delivery.recall import recalled
from careeval.specs.plans import Commitment, Plan

CLOSE = 1e-12


def rows_of(
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
        "periods": part["due"].max(initial=0),
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

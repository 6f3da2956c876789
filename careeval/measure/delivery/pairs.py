"""Partners: who is paired with whom on the reference day, or on every day of the wave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import EVER, Bound, Frame, Grid, Periods, day_numbers, with_text
from careeval.measure.delivery.logs import logged_cells
from careeval.measure.delivery.periods import due_cells, in_scope_on, periods_of, reference_day
from careeval.measure.delivery.services import unit_of_rows
from careeval.specs.plans import Commitment

LEDGER = "pairs"  # the name under which `logs` says whose list of pairs was handed in


def pair_grid(commitment: Commitment, bound: Bound, tables: Mapping[str, pd.DataFrame], frame: Frame) -> Grid:
    """Partners of each role at least n; on the provider's side quantity <= people <= quantity_max.

    at = every_day: the number must hold on every day of the wave and the plan on which the unit is in scope, and the
    dose is that of the mean day. A list of pairs is one ledger: where any pair is known, no pair is no pair; with no
    pair at all, or where `logs` has rows of the service `pairs` and none for the site, it is unknown.
    """
    every_day = commitment.standard.at == "every_day"
    periods = periods_of(commitment, frame, per="wave") if every_day else reference_day(frame)
    due = due_cells(bound, periods, frame, commitment.standard) if every_day else in_scope_on(bound, periods.first)
    begin, end = max(frame.start, frame.plan_start), min(frame.end, frame.plan_end)
    days = np.arange(begin, max(begin, end) + 1) if every_day else periods.first
    scope = in_scope_on(bound, days)
    met, dose, given = _kept(commitment, bound, tables, days)
    some_day = scope.any(axis=1)
    in_days = np.maximum(scope.sum(axis=1), 1)
    logged = _handed_in(bound, periods, tables, frame, commitment)
    mean_dose = (dose * scope).sum(axis=1) / in_days
    return Grid(
        commitment=commitment,
        bound=bound,
        periods=periods,
        due=due,
        met=(((met | ~scope).all(axis=1)) & some_day)[:, None] & logged,
        logged=logged,
        dose=np.where(logged, mean_dose[:, None], np.nan),
        given=((given * scope).sum(axis=1) / in_days)[:, None],
    )


def _kept(
    commitment: Commitment, bound: Bound, tables: Mapping[str, pd.DataFrame], days: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units down, days across: whether the standard holds, its dose 0..1, and how many partners there are."""
    standard = commitment.standard
    pairs = tables.get("pairs")
    if pairs is None or "provider" not in pairs:
        pairs = pd.DataFrame({"person": [], "provider": [], "role": [], "start": [], "end": []})
    pairs = with_text(pairs, "person", "provider", "role", "unit", "site")
    pairs = pairs.assign(**{name: pd.NaT for name in ("start", "end") if name not in pairs})
    at = unit_of_rows(pairs, commitment, bound, tables, provider_only=standard.basis == "provider")
    partner = pairs["provider"] if standard.basis == "recipient" or standard.partners else pairs["person"]
    if standard.partners:
        counts = {role: _alive(pairs[pairs["role"].eq(role)], at[pairs["role"].eq(role)], partner, bound, days)
                  for role in standard.partners}  # fmt: skip
        wanted = sum(standard.partners.values())
        met = np.logical_and.reduce([counts[role] >= n for role, n in standard.partners.items()])
        dose = sum(np.minimum(counts[role], n) for role, n in standard.partners.items()) / wanted
        return met, dose, sum(counts.values()).astype(float)
    ours = pairs["role"].isin(commitment.record.role).to_numpy() if commitment.record.role else np.full(len(at), True)
    found = _alive(pairs[ours], at[ours], partner, bound, days)
    quantity = standard.quantity or 1
    most = standard.quantity_max if standard.quantity_max is not None and standard.basis != "recipient" else np.inf
    return (found >= quantity) & (found <= most), np.minimum(found / quantity, 1.0), found.astype(float)


def _alive(rows: pd.DataFrame, at: np.ndarray, partner: pd.Series, bound: Bound, days: np.ndarray) -> np.ndarray:
    """How many different partners each unit has on each day; a pair lives from start to end, both included."""
    first, last = int(days[0]), int(days[-1])
    code = pd.factorize(partner.loc[rows.index])[0]
    table = pd.DataFrame(
        {
            "at": at,
            "partner": code,
            "opens": np.maximum(day_numbers(rows["start"], missing=-EVER), first) - first,
            "closes": np.minimum(day_numbers(rows["end"], missing=EVER), last) - first + 1,
        }
    )
    table = table[(table["at"] >= 0) & (table["partner"] >= 0) & (table["closes"] > table["opens"])]
    # one partner named twice is one partner: overlapping spans of the same two are joined
    table = table.sort_values(["at", "partner", "opens"], kind="stable")
    so_far = table.groupby(["at", "partner"])["closes"].cummax()
    before = so_far.groupby([table["at"], table["partner"]]).shift(fill_value=0)
    opens = np.maximum(table["opens"], before)
    fresh = table["closes"] > opens
    change = np.zeros((len(bound.units), len(days) + 1), dtype="int32")
    np.add.at(change, (table["at"][fresh], opens[fresh]), 1)
    np.add.at(change, (table["at"][fresh], table["closes"][fresh]), -1)
    return np.cumsum(change[:, :-1], axis=1)


def _handed_in(
    bound: Bound, periods: Periods, tables: Mapping[str, pd.DataFrame], frame: Frame, commitment: Commitment
) -> np.ndarray:
    logs, pairs = tables.get("logs"), tables.get("pairs")
    shape = (len(bound.units), len(periods.labels))
    if logs is not None and len(logs) and logs["service"].eq(LEDGER).any():
        whole_wave = Periods((frame.wave,), np.array([frame.start]), np.array([frame.end]))
        asked = periods if commitment.standard.at == "reference" else whole_wave
        return logged_cells(bound, asked, (LEDGER,), tables, frame, commitment.standard)
    return np.full(shape, pairs is not None and len(pairs) > 0)

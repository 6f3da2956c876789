"""Contacts and meetings counted into unit-periods: frequency, count, schedule, and coverage by services."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import STUDY, chains
from careeval.measure.delivery.frame import EVER, Bound, Frame, Grid, Periods, day_numbers, with_text
from careeval.measure.delivery.logs import logged_cells
from careeval.measure.delivery.periods import due_cells, periods_of
from careeval.specs.plans import Commitment

CLOSE = 1e-9  # a sum of minutes may miss its standard by a rounding error


def service_grid(
    commitment: Commitment, bound: Bound, tables: Mapping[str, pd.DataFrame], frame: Frame, *, per: str = ""
) -> Grid:
    """What was done for each bound unit in each period, against the standard's quantity (1 where it names none).

    Only rows with outcome `done` count. Rows of one event are one event for a unit. Where a row might or might not
    count (its minutes or its mode are missing) and that would decide, the unit-period is unknown.
    """
    standard, record = commitment.standard, commitment.record
    periods = periods_of(commitment, frame, per=per)
    minutes = standard.timetable.minutes if standard.type == "schedule" and standard.timetable else None
    quantity = float(minutes or (1 if standard.type == "schedule" else standard.quantity or 1))
    how = "minutes" if minutes else ("events" if standard.type == "schedule" else record.count or "events")
    rows = record_rows(commitment, tables)
    at = unit_of_rows(rows, commitment, bound, tables)
    slot = _slots(rows["day"].to_numpy(), periods)
    inside = slot >= 0
    shape = (len(bound.units), len(periods.labels))
    cell = np.where((at >= 0) & inside, at * max(shape[1], 1) + slot, -1)
    done = rows["done"].to_numpy()
    counted = done & (cell >= 0)
    given, most = _tallies(rows[counted], cell[counted], how, shape)
    met = given >= quantity - CLOSE
    undecided = ~met & (most >= quantity - CLOSE)
    logged = logged_cells(bound, periods, record.service, tables, frame, standard) & ~undecided
    due = due_cells(bound, periods, frame, standard)
    over = due & (given > standard.quantity_max + CLOSE) if standard.quantity_max is not None else np.zeros(1, bool)
    return Grid(
        commitment=commitment,
        bound=bound,
        periods=periods,
        due=due,
        met=met,
        logged=logged,
        dose=np.where(logged, np.minimum(given / quantity, 1.0), np.nan),
        given=given,
        above=int(over.sum()),
        partly=int((rows["partly"].to_numpy() & inside & (at >= 0)).sum()),
        unplaced=int((done & inside & (at < 0)).sum()),
    )


def prepared(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables, with the day and a number for the event of every row of services worked out once for all promises.

    A row without an event is an event of its own.
    """
    tables = tables if isinstance(tables, Mapping) else vars(tables)
    services = tables.get("services")
    if services is None or "service" not in services:
        services = pd.DataFrame({"service": [], "date": []}, dtype="str")
    services = with_text(services, "person", "unit", "site", "provider", "event", "case")
    code = _codes(services["event"])
    own = np.where(code < 0, code.max(initial=-1) + 1 + np.arange(len(code)), code)
    return dict(tables) | {
        "services": services.assign(day=day_numbers(services["date"], missing=-EVER), event_code=own)
    }


def record_rows(commitment: Commitment, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rows of prepared services that the record names, with done, partly, and sure: all that decides is told."""
    record, services = commitment.record, tables["services"]
    rows = services[services["service"].isin(record.service)]
    outcome = rows["outcome"] if "outcome" in rows else pd.Series("done", index=rows.index)
    counts, sure = np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
    if record.mode:
        missing = rows["mode"].isna().to_numpy() if "mode" in rows else ~counts
        sure &= ~missing
        counts &= missing | (rows["mode"].isin(record.mode).to_numpy() if "mode" in rows else ~counts)
    if record.min_minutes is not None:
        minutes = _number(rows, "minutes")
        sure &= ~np.isnan(minutes)
        counts &= np.isnan(minutes) | (minutes >= record.min_minutes - CLOSE)
    return rows.assign(
        done=outcome.eq("done").fillna(False).to_numpy(dtype=bool) & counts,
        partly=outcome.eq("partly").fillna(False).to_numpy(dtype=bool) & counts,
        sure=sure,
    )


def unit_of_rows(
    rows: pd.DataFrame,
    commitment: Commitment,
    bound: Bound,
    tables: Mapping[str, pd.DataFrame],
    *,
    provider_only: bool = False,
) -> np.ndarray:
    """The position of the bound unit that each row is about; -1 where there is none.

    recipient: the person. Otherwise the first of provider (basis provider), unit, the person's unit, site, that is or
    lies in a bound unit; a site alone means the only bound unit in it, where there is just one (not for providers).
    """
    index = pd.Index(bound.units["unit"])
    if commitment.standard.basis == "recipient":
        return index.get_indexer(rows["person"])
    if list(index) == [STUDY]:
        return np.zeros(len(rows), dtype="int64")
    position = {unit: n for n, unit in enumerate(index)}
    units = tables.get("units")
    above = chains(units) if units is not None and "unit" in units else {}
    home = {name: next((position[one] for one in chain if one in position), -1) for name, chain in above.items()}
    home |= position
    sites = bound.units["site"]
    once = sites[~sites.duplicated(keep=False) & sites.ne("")]
    alone = dict(zip(once, once.index, strict=True))
    people = tables.get("people", pd.DataFrame(columns=["person", "unit"])).drop_duplicates("person", keep="last")
    people = people[people["unit"].isin(list(home))] if "unit" in people else people.iloc[:0].assign(unit="")
    of_person = {who: home[unit] for who, unit in zip(people["person"], people["unit"], strict=True)}
    order = [("unit", home), ("person", of_person), ("site", home)]
    # what one helper did in a village is not the doing of the only other helper there
    order = [("provider", home), *order] if commitment.standard.basis == "provider" else [*order, ("site", alone)]
    found = np.full(len(rows), -1)
    for name, known in order[:1] if provider_only else order:
        rest = np.flatnonzero(found < 0)
        if len(rest) and known:
            codes, values = pd.factorize(rows[name].iloc[rest])
            places = np.array([*(known.get(value, -1) for value in values), -1], dtype="int64")
            found[rest] = places[codes]
    return found


def _slots(days: np.ndarray, periods: Periods) -> np.ndarray:
    """The period that holds each day; -1 where none does."""
    if not len(periods.first):
        return np.full(len(days), -1)
    slot = np.searchsorted(periods.first, days, side="right") - 1
    return np.where((slot >= 0) & (days <= periods.last[slot]), slot, -1)


def _tallies(rows: pd.DataFrame, cell: np.ndarray, how: str, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The quantity in each cell of the rows that surely count, and the most that it can be."""
    size, sure = shape[0] * shape[1], rows["sure"].to_numpy()
    if how in ("minutes", "quantity"):
        amount = _number(rows, how)
        code = rows["event_code"].to_numpy()
        if how == "quantity":
            code = _pairs(code, _codes(rows["person"]) + 1)
        told = ~np.isnan(amount)
        least = _sums(cell[sure & told], code[sure & told], amount[sure & told], size)
        most = least if (sure & told).all() else _sums(cell, code, np.where(told, amount, np.inf), size)
    else:
        code = rows["event_code"].to_numpy() if how == "events" else _codes(rows["person"])
        # a row without a person is nobody that can be counted
        known = code >= 0
        least = _distinct(cell[sure & known], code[sure & known], size)
        most = least if sure.all() else _distinct(cell[known], code[known], size)
    return least.reshape(shape), most.reshape(shape)


def _distinct(cell: np.ndarray, code: np.ndarray, size: int) -> np.ndarray:
    """How many different codes each cell has."""
    both = np.sort(_pairs(cell, code))
    new = np.ones(len(both), dtype=bool)
    new[1:] = both[1:] != both[:-1]
    width = int(code.max()) + 1 if len(code) else 1
    return np.bincount(both[new] // width, minlength=size).astype(float)


def _sums(cell: np.ndarray, code: np.ndarray, amount: np.ndarray, size: int) -> np.ndarray:
    """The amounts in each cell, of each code once: an event is as long as its longest row, however many came."""
    order = np.lexsort((-amount, code, cell))
    cell, code, amount = cell[order], code[order], amount[order]
    new = np.ones(len(cell), dtype=bool)
    new[1:] = (cell[1:] != cell[:-1]) | (code[1:] != code[:-1])
    return np.bincount(cell[new], weights=amount[new], minlength=size)


def _pairs(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One number for each pair of numbers."""
    return first.astype("int64") * (int(second.max()) + 1 if len(second) else 1) + second


def _codes(values: pd.Series) -> np.ndarray:
    """A number for each distinct value; -1 for a blank."""
    return pd.factorize(values.mask(values.eq("").fillna(False)))[0]


def _number(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.full(len(rows), np.nan)
    return pd.to_numeric(rows[column]).to_numpy(dtype=float, na_value=np.nan)

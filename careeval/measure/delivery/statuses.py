"""What the latest word on an item was, on a day: for coverage, checklists and deadlines."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.measure.delivery.frame import EVER, Bound, Frame, Grid, day_numbers
from careeval.measure.delivery.periods import deadlines, in_scope_on, reference_day
from careeval.specs.plans import Commitment

NO_ROW, UNKNOWN, NO, PARTIAL, YES = -1, 0, 1, 2, 3
CODES = {"unknown": UNKNOWN, "no": NO, "partial": PARTIAL, "yes": YES}


def status_grid(commitment: Commitment, bound: Bound, status: pd.DataFrame | None, frame: Frame) -> Grid:
    """Coverage (any item of the record is yes at the reference day), checklist (every item) or deadline (yes by it).

    No row, and the word unknown, are unknown: nobody's "no". A yes that had run out (`until`) is a no. The dose of a
    checklist is the share of its items that are yes; a partial yes counts for nothing but is shown.
    """
    rows = _rows(status, commitment, bound)
    if commitment.standard.type == "deadline":
        return _by_deadline(commitment, bound, rows, frame)
    items = commitment.standard.items or commitment.record.item
    found = _latest(rows, len(bound.units), items, frame.reference)
    yes, unsure = found == YES, (found == UNKNOWN) | (found == NO_ROW)
    if commitment.standard.type == "checklist":
        met, known = yes.all(axis=1), ~unsure.any(axis=1) | ((found == NO) | (found == PARTIAL)).any(axis=1)
        with np.errstate(invalid="ignore"):
            dose = yes.sum(axis=1) / np.where(known, (~unsure).sum(axis=1), np.nan)
    else:
        met, known = yes.any(axis=1), yes.any(axis=1) | ~unsure.any(axis=1)
        dose = np.where(known, met.astype(float), np.nan)
    periods = reference_day(frame)
    grid = Grid(
        commitment=commitment,
        bound=bound,
        periods=periods,
        due=in_scope_on(bound, periods.first),
        met=met[:, None],
        logged=known[:, None],
        dose=dose[:, None],
        given=(yes.sum if commitment.standard.type == "checklist" else yes.any)(axis=1).astype(float)[:, None],
        partly=int((found == PARTIAL).any(axis=1).sum()),
    )
    return grid


def latest_words(status: pd.DataFrame | None, subjects: pd.Series, item: str, subject_type: str, day: int) -> pd.Series:
    """The latest status word of each subject on an item up to a day; '' where there is no row."""
    index = pd.Index(subjects)
    rows = _of_items(status, (item,), (subject_type,))
    rows = rows.assign(at=index.get_indexer(rows["subject"]), which=0)
    codes = _latest(rows[rows["at"].ge(0)], len(index), (item,), day)[:, 0]
    words = {code: word for word, code in CODES.items()} | {NO_ROW: ""}
    return pd.Series([words[code] for code in codes], index=subjects.index, dtype="str")


def _rows(status: pd.DataFrame | None, commitment: Commitment, bound: Bound) -> pd.DataFrame:
    """The status rows of bound units: at (position of the unit), item, day, runs_out, code; in time order."""
    basis = commitment.standard.basis
    types = {"recipient": ("person",), "programme": ("programme", "unit")}.get(basis, ("unit",))
    rows = _of_items(status, commitment.standard.items or commitment.record.item, types)
    subjects = pd.Index(bound.units["unit"])
    at = subjects.get_indexer(rows["subject"])
    if basis == "programme":
        # a word on the programme as a whole is a word on each of its places
        whole = rows["subject_type"].eq("programme").to_numpy() & (at < 0)
        spread = rows[whole].loc[lambda table: table.index.repeat(len(subjects))]
        spread = spread.assign(at=np.tile(np.arange(len(subjects)), int(whole.sum())))
        rows = pd.concat([rows.assign(at=at)[~whole], spread]).sort_values("day", kind="stable")
        return rows[rows["at"].ge(0)]
    return rows.assign(at=at)[at >= 0]


def _of_items(status: pd.DataFrame | None, items: tuple[str, ...], types: tuple[str, ...]) -> pd.DataFrame:
    if status is None or "item" not in status:
        status = pd.DataFrame({"subject": [], "item": [], "date": [], "status": []}, dtype="str")
    rows = status[status["item"].isin(items)]
    told = "subject_type" in rows
    if told:
        rows = rows[rows["subject_type"].isin(types) | rows["subject_type"].isna()]
    until = rows["until"] if "until" in rows else pd.Series(pd.NaT, index=rows.index)
    made = pd.DataFrame(
        {
            "subject": rows["subject"].astype("str"),
            "subject_type": rows["subject_type"].fillna(types[0]) if told else types[0],
            "item": rows["item"],
            "day": day_numbers(rows["date"], missing=-EVER),
            "runs_out": day_numbers(until, missing=EVER),
            "code": rows["status"].map(CODES).fillna(UNKNOWN).astype("int64"),
        }
    )
    return made.sort_values("day", kind="stable")


def _latest(rows: pd.DataFrame, units: int, items: tuple[str, ...], day: int) -> np.ndarray:
    """The latest code of each unit (down) and item (across) up to the day; rows in time order."""
    found = np.full((units, len(items)), NO_ROW)
    known = rows[rows["day"].le(day)].drop_duplicates(["at", "item"], keep="last")
    code = known["code"].where(known["runs_out"].ge(day) | known["code"].ne(YES), NO)
    found[known["at"].to_numpy(dtype="int64"), known["item"].map({one: n for n, one in enumerate(items)})] = code
    return found


def _by_deadline(commitment: Commitment, bound: Bound, rows: pd.DataFrame, frame: Frame) -> Grid:
    """Yes with a date up to the deadline, and after the one before it where a deadline comes back."""
    periods, opens = deadlines(commitment, frame)
    units, at = len(bound.units), rows["at"].to_numpy(dtype="int64")
    met = np.zeros((units, len(periods.labels)), dtype=bool)
    yes = rows["code"].eq(YES).to_numpy()
    slot = np.searchsorted(periods.last, rows["day"].to_numpy(), side="left")
    done = np.flatnonzero(yes & (slot < len(periods.labels)))
    done = done[rows["day"].to_numpy()[done] >= opens[slot[done]]]
    met[at[done], slot[done]] = True
    seen = _latest(rows, units, commitment.record.item, frame.end)
    known = ~((seen == NO_ROW) | (seen == UNKNOWN)).all(axis=1)[:, None] | met
    return Grid(
        commitment=commitment,
        bound=bound,
        periods=periods,
        due=in_scope_on(bound, periods.first),
        met=met,
        logged=known,
        dose=np.where(known, met.astype(float), np.nan),
        given=met.astype(float),
        partly=int((seen == PARTIAL).any(axis=1).sum()),
    )

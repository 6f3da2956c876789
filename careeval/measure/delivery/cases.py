"""Cases: each request and its answer. A case is settled once, on the day of its answer or when its limit has passed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import of_wave
from careeval.measure.delivery.frame import EVER, Bound, Frame, Grid, Periods
from careeval.measure.delivery.logs import logged_cells
from careeval.specs.plans import Commitment, Standard

DAY = np.timedelta64(1, "D")
NEVER = np.datetime64("NaT")


def case_grid(commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame) -> Grid:
    """One unit a case: answered within the limit or not; the limit is whole days, or hours where times are known.

    A case opened in the plan's period counts in the wave in which it is settled: answered within its limit, or the
    limit passed. So each counts once; one that is still open at the end of the wave is bound and not yet due. Without a
    limit every case that was opened in the wave is due. A case with no answer is unknown where the log of answers was
    not handed in.
    """
    opened = _opened(commitment, tables, frame)
    answer = _answers(opened, commitment, tables)
    asked, replied = opened["date"].to_numpy(dtype="datetime64[us]"), answer.astype("datetime64[us]")
    limit, in_time = _limits(asked, replied, commitment.standard)
    open_day, replied_day = _days(asked), _days(replied)
    end = limit if commitment.standard.within_days or commitment.standard.within_hours else np.full(len(asked), EVER)
    met = in_time & (replied_day <= frame.end)
    if (end < EVER).all():
        settled = np.where(met, replied_day, end)
        here = (settled >= frame.since) & (open_day <= frame.end)
        due = here & (settled <= frame.end)
    else:
        here = due = (open_day >= frame.start) & (open_day <= frame.end)
    promised = (open_day >= frame.plan_start) & (open_day <= frame.plan_end)
    here, due = here & promised, due & promised
    units = _units(opened[here], commitment)
    bound = Bound(units)
    wave = Periods((frame.wave,), np.array([frame.start]), np.array([frame.end]))
    services = (commitment.record.answered,)
    logged = logged_cells(bound, wave, services, tables, frame, commitment.standard)
    met, due = met[here][:, None], due[here][:, None]
    return Grid(
        commitment=commitment,
        bound=bound,
        periods=wave,
        due=due,
        met=met,
        logged=logged | met,
        dose=np.where(logged | met, met.astype(float), np.nan),
        given=(replied_day[here] <= frame.end).astype(float)[:, None],
    )


def _opened(commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame) -> pd.DataFrame:
    """The opened cases, each once, with the site and group of whom they are about."""
    services = tables["services"]
    rows = services[services["service"].eq(commitment.record.opened) & services["date"].notna()]
    rows = rows.sort_values("date", kind="stable")
    # numbers begin anew each term: a case is a number and a person, or a number and a term where nobody is named
    term = np.searchsorted(sorted(first for first, _ in frame.spans), rows["day"], side="right").astype(str)
    owner = rows["person"].where(_told(rows["person"]), term)
    rows = rows[~(rows.assign(owner=owner).duplicated(["case", "owner"]) & _told(rows["case"]))]
    people = of_wave(tables["people"], frame.wave).drop_duplicates("person").set_index("person")
    home = rows["person"].map(people["site"])
    group = rows["person"].map(people["group"])
    if commitment.group:
        # a case about somebody of another group is another group's case; about nobody known, it stays
        keep = group.isin(commitment.group) | group.isna()
        rows, home, group = rows[keep], home[keep], group[keep]
    return rows.assign(site=rows["site"].where(_told(rows["site"]), home), group=group).reset_index(drop=True)


def _answers(opened: pd.DataFrame, commitment: Commitment, tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """The date of the first answer to each case: by `case`, else by the person and the next date; NaT where none is."""
    services = tables["services"]
    if opened.empty:
        return np.full(len(opened), NEVER)
    rows = services[services["service"].eq(commitment.record.answered) & services["date"].notna()]
    if "outcome" in rows:
        rows = rows[rows["outcome"].eq("done")]
    told = _told(rows["case"])
    by_case = _next(opened[_told(opened["case"])], rows[told], "case")
    rest = opened[~opened.index.isin(by_case.index) & _told(opened["person"])]
    by_person = _next(rest, rows[~told & _told(rows["person"])], "person")
    return pd.concat([by_case, by_person]).reindex(opened.index).to_numpy(dtype="datetime64[us]")


def _next(opened: pd.DataFrame, answers: pd.DataFrame, key: str) -> pd.Series:
    """The first answer at or after each opening, by key; compared by days where a time of day is not written."""
    if opened.empty or answers.empty:
        return pd.Series(dtype="datetime64[us]")
    keys = list(dict.fromkeys((key, "person", "date")))
    left = opened[keys].reset_index(names="row")
    left = left.merge(answers[keys].reset_index(names="answer"), on=key, suffixes=("", "_answer"))
    if key == "case":
        both = _told(left["person"]) & _told(left["person_answer"])
        left = left[~both | left["person"].eq(left["person_answer"]).fillna(False)]
    dateless = left["date_answer"].eq(left["date_answer"].dt.normalize())
    start = left["date"].where(~dateless, left["date"].dt.normalize())
    left = left[left["date_answer"].ge(start)]
    if key == "case":
        # of two requests under one number, the answer is to the last one before it
        left = left[left["date"].eq(left.groupby("answer")["date"].transform("max"))]
    return left.groupby("row")["date_answer"].min()


def _limits(asked: np.ndarray, replied: np.ndarray, standard: Standard) -> tuple[np.ndarray, np.ndarray]:
    """The last day of each limit as a day number, and whether the answer came within it."""
    if standard.within_hours:
        span = np.timedelta64(round(standard.within_hours * 3_600_000_000), "us")
        return _days(asked + span), replied - asked <= span
    if standard.within_days:
        whole_days = replied.astype("datetime64[D]") - asked.astype("datetime64[D]")
        return _days(asked) + int(standard.within_days), whole_days / DAY <= standard.within_days
    return np.full(len(asked), EVER), ~np.isnat(replied)


def _days(moments: np.ndarray) -> np.ndarray:
    days = moments.astype("datetime64[D]")
    return np.where(np.isnat(days), EVER, days.astype("int64"))


def _told(values: pd.Series) -> pd.Series:
    return values.notna() & values.ne("").fillna(False)


def _units(opened: pd.DataFrame, commitment: Commitment) -> pd.DataFrame:
    known = opened["case"].where(_told(opened["case"]), pd.Series(opened.index.astype("str"), index=opened.index))
    joined = "+".join(commitment.group)
    return pd.DataFrame(
        {
            "unit": known.astype("str").fillna(""),
            "site": opened["site"].astype("str").fillna(""),
            "place": opened["unit"].astype("str").fillna(""),
            "group": opened["group"].astype("str").fillna(joined),
            "entry": np.full(len(opened), -EVER),
            "exit": np.full(len(opened), EVER),
        }
    ).reset_index(drop=True)

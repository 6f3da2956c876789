"""How things stand: one row a subject, item and day - of a person, a unit, a pair or a programme."""

from __future__ import annotations

import pandas as pd

from careeval.clean.gather import typed
from careeval.clean.identity import pseudonyms
from careeval.clean.places import as_known, unknown_places
from careeval.clean.setting import Setting
from careeval.errors import Problem, TableError

COLUMNS = {
    "subject": "str",
    "item": "str",
    "date": "datetime",
    "subject_type": "str",
    "status": "str",
    "value": "str",
    "until": "datetime",
    "wave": "str",
}
KEY = ["subject_type", "subject", "item", "date"]
STUDY = "study"


def status_table(rows: pd.DataFrame, setting: Setting) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """(status, rows that left with their reason) of linked rows.

    subject: of a person the pseudonym; of a unit its id; of a pair the pseudonym of its code; of a programme the id of
    the unit it runs in (study.toml, one_programme_per), or 'study' where there is one for all. A blank status is
    'unknown'. The same told twice for one day is one row; 'unknown' gives way to what is known.
    Raises TableError for subjects that the study does not know, and where one day has two different statuses.
    """
    frame = rows.assign(status=rows.get("status", pd.Series(pd.NA, index=rows.index, dtype="str")).fillna("unknown"))
    kind = rows.reindex(columns=["subject_type"])["subject_type"].astype("str").fillna("person")
    subject = _subjects(rows, kind, setting)
    reason = rows["reason"].where(kind.eq("person"), "")
    reason = reason.mask(reason.eq("") & subject.isna(), "no subject named").astype("str")
    frame = frame.assign(subject=subject, subject_type=kind, reason=reason)
    left = [frame[reason.ne("")]]
    kept = typed(frame[reason.eq("")].assign(wave=setting.wave.id), {**COLUMNS, "file": "str", "row": "object"})
    # what is known comes first, so that it is what stays
    order = kept["status"].eq("unknown").sort_values(kind="stable").index
    again = kept.loc[order].duplicated(KEY, keep="first").reindex(kept.index)
    known = kept[kept["status"].ne("unknown")]
    if (clash := known[known.duplicated(KEY) & ~known.duplicated([*KEY, "status", "value"])]).size:
        raise TableError(_clash(clash))
    left.append(kept[again].assign(reason="the same status again"))
    return typed(kept[~again], COLUMNS).reset_index(drop=True), left


def status_at(status: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The latest row of each subject and item on that day: told on or before it and not past its `until`.

    A row without a day is older than any with one. A subject whose latest row has run out has none: unknown, not no.
    """
    told = status[status["date"].isna() | status["date"].le(day)]
    latest = told.sort_values("date", kind="stable", na_position="first").drop_duplicates(KEY[:3], keep="last")
    return latest[latest["until"].isna() | latest["until"].ge(day)].sort_index().reset_index(drop=True)


def _subjects(rows: pd.DataFrame, kind: pd.Series, setting: Setting) -> pd.Series:
    own = rows.reindex(columns=["subject", "person"]).astype("str")
    per = setting.study.spec.one_programme_per
    units = setting.units["unit"]
    of_kind = units[setting.units["kind"].eq(per)] if per != STUDY else pd.Series([STUDY], dtype="str")
    problems = []
    for which, known in (("unit", units), ("programme", of_kind)):
        problems += unknown_places(rows[kind.eq(which)], "subject", pd.Index(known), f"status of a {which}")
    if problems:
        raise TableError(*problems)
    programme = as_known(own["subject"], of_kind)
    by_kind = {
        "unit": as_known(own["subject"], units),
        "programme": programme.fillna(STUDY) if per == STUDY else programme,
        "pair": pseudonyms(own["subject"], setting.salt),
    }
    subject = own["person"]
    for which, found in by_kind.items():
        subject = subject.mask(kind.eq(which), found)
    return subject.astype("str")


def _clash(rows: pd.DataFrame) -> Problem:
    first = rows.iloc[0]
    return Problem(
        first["file"],
        f"row {first['row']}",
        f"{len(rows)} rows tell another status of the same subject and day, the first of {first['item']!r}",
        "one status a subject, item and day",
        "Correct the file, or give the rows their days",
    )

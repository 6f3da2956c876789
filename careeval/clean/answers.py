"""Questionnaires: who answered what, why an answer is missing, whose answers may be used; and exams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from careeval.errors import Problem, TableError

COHORT = ["wave", "exam", "subject", "grade", "mark", "full_mark", "status"]
MARKS_NAMED = 3


def forms_handed_in(linked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The forms that came in; a file of answers without a mapped form is a form named by its file."""
    rows = linked["responses"]
    without = linked["answers"].merge(
        rows[["file", "row"]].drop_duplicates(), on=["file", "row"], how="left", indicator=True
    )
    without.index = linked["answers"].index
    bare = linked["answers"].loc[without["_merge"].eq("left_only"), ["file", "row", "record", "person"]]
    rows = pd.concat([rows, bare.drop_duplicates(["file", "row"])])
    form = rows["form"] if "form" in rows else pd.Series(pd.NA, index=rows.index, dtype="str")
    date = pd.to_datetime(rows["date"]) if "date" in rows else pd.NaT
    return rows.assign(form=form.astype("str").fillna(rows["file"]), date=date).reset_index(drop=True)


def answers_of(answers: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """The answers of forms that were left, with the same reason."""
    reasons = again.drop_duplicates(["file", "row"]).set_index(["file", "row"])["reason"]
    places = pd.MultiIndex.from_frame(answers[["file", "row"]]) if len(answers) else pd.MultiIndex.from_arrays([[], []])
    found = pd.Series(reasons.reindex(places).to_numpy(), index=answers.index, dtype="str")
    return answers.assign(reason=found)[found.notna()]


def latest_forms(responses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(kept, left): a form answered twice by one person in a wave counts once, the later one (by date, then row)."""
    by = [column for column in ("date", "file", "row") if column in responses]
    ordered = responses.sort_values(by, kind="stable", na_position="first")
    earlier = ordered.duplicated(["person", "form"], keep="last").reindex(responses.index)
    return responses[~earlier], responses[earlier].assign(reason="answered again later")


def long_missing(answers: pd.DataFrame, specials: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """person, item, reason for every empty cell of every item that the form asked; a blank is `missing`."""
    if not items:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in ("person", "item", "reason")})
    empty = answers[items].isna()
    reasons = specials[items].where(specials[items].ne(""), ".missing").where(empty)
    long = reasons.assign(person=answers["person"]).melt("person", var_name="item", value_name="reason")
    long = long.dropna(subset=["reason"])
    return long.assign(reason=long["reason"].str.removeprefix(".")).reset_index(drop=True)


def one_row_each(answers: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """person and items as nullable integers, the forms of one person joined; one item answered twice is an error."""
    if not items:
        return pd.DataFrame({"person": pd.Series(dtype="str")})
    twice = answers.groupby("person")[items].count().gt(1)
    if twice.any(axis=None):
        names = ", ".join(twice.columns[twice.any()][:5])
        raise TableError(
            Problem(
                "answers",
                names,
                f"{int(twice.any(axis='columns').sum())} people answered the same item in two forms of one wave",
                "one answer a person, wave and item",
                "Declare the second use in study.toml under [[uses]] and give it its prefix in columns.csv",
            )
        )
    joined = answers.groupby("person", sort=False)[items].first()
    return joined.astype("Int64").reset_index()


def exam_rows(rows: pd.DataFrame, specials: pd.DataFrame, wave: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(exams, repeated rows) with status sat, absent, exempt or missing; the same paper marked twice is an error.

    Rows without a person stay: nobody can tell whether two of them are one pupil.
    """
    if rows.empty:
        return no_exams(), rows.assign(reason="")
    special = specials["mark"] if "mark" in specials else pd.Series(".missing", index=rows.index)
    status = special.map({"": "sat", ".absent": "absent", ".exempt": "exempt"}).fillna("missing")
    exams = rows.assign(status=status.astype("str"))
    for column in ("grade", "full_mark", "mark"):
        if column not in exams:
            exams[column] = pd.NA
    for column in ("mark", "full_mark"):
        exams[column] = pd.to_numeric(exams[column]).astype("Float64")
    exams["grade"] = exams["grade"].astype("str")
    key = ["person", "exam", "subject"]
    again = exams.duplicated(key, keep="first") & exams["person"].notna()
    same = exams.duplicated([*key, "mark", "status"], keep="first")
    problems = [
        Problem(*place, f"{len(own)} people have two different marks for one paper", "one mark a person", "Correct one")
        for place, own in _by_sheet(exams[again & ~same], wave)
    ]
    if problems:
        raise TableError(*problems)
    return exams[~again], exams[again].assign(reason="the same mark again")


def check_marks(exams: pd.DataFrame, wave: str) -> None:
    """Raises TableError with the cells of every mark below 0 or above the full mark.

    exams: rows as `exam_rows` gives them, after corrections, which may have mended such a mark.
    """
    wrong = exams[exams["mark"].lt(0).fillna(False) | exams["mark"].gt(exams["full_mark"]).fillna(False)]
    problems = []
    for full, same in wrong.groupby("full_mark", dropna=False):
        top = "" if pd.isna(full) else f"{full:g}"
        for place, own in _by_sheet(same, wave):
            found = ", ".join(f"{mark:g}" for mark in own["mark"].unique()[:MARKS_NAMED])
            way_out = "Correct the grade sheet, or full_mark in columns.csv"
            allowed = f"0 to {top}" if top else "0 or more"
            problems.append(Problem(*place, f"found {found}{top and f' of {top}'} for exams.mark", allowed, way_out))
    if problems:
        raise TableError(*problems)


def _by_sheet(exams: pd.DataFrame, wave: str) -> Iterable[tuple[tuple[str, str], pd.DataFrame]]:
    """((file, its first cells), the rows) for each file with such marks."""
    for file, own in exams.groupby("file", sort=False):
        more = f" and {len(own) - MARKS_NAMED} more cells" if len(own) > MARKS_NAMED else ""
        yield (f"raw/{wave}/{file}", "; ".join(own["mark_cell"].head(MARKS_NAMED)) + more), own


def without_consent(persons: pd.Series, status: pd.DataFrame, item: str) -> pd.Series:
    """Why answers may not be used, a text a person, by the latest status of the consent item; missing where they may.

    yes: they may. no: 'no consent'. Anything else, or no row: 'consent not known', which is for somebody to find out.
    """
    rows = status[status["item"].eq(item)].sort_values("date", kind="stable", na_position="first")
    latest = persons.map(rows.drop_duplicates("subject", keep="last").set_index("subject")["status"])
    reasons = latest.map({"no": "no consent"}).astype("str").fillna("consent not known")
    return reasons.mask(latest.eq("yes"))


def no_exams() -> pd.DataFrame:
    """A table of exams without a row."""
    columns = ["file", "mark_cell", "person", *COHORT]
    numbers = ("mark", "full_mark")
    return pd.DataFrame({name: pd.Series(dtype="Float64" if name in numbers else "str") for name in columns})

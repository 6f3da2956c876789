"""Questionnaires: who answered what, why an answer is missing, whose answers may be used; and exams."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.errors import Problem, TableError


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


def exam_rows(rows: pd.DataFrame, specials: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(exams, repeated rows) with status sat, absent, exempt or missing; the same paper marked twice is an error."""
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
    again = exams.duplicated(key, keep="first")
    same = exams.duplicated([*key, "mark", "status"], keep="first")
    if (again & ~same).any():
        first = exams[again & ~same].iloc[0]
        raise TableError(
            Problem(
                first["file"],
                f"row {first['row']}",
                f"{int((again & ~same).sum())} people have two different marks for one paper",
                "one mark a person, paper and subject",
                "Correct the grade sheet",
            )
        )
    return exams[~again], exams[again].assign(reason="the same mark again")


def consenting(status: pd.DataFrame, item: str) -> pd.Index:
    """People whose latest status of the consent item is yes."""
    rows = status[status["item"].eq(item)].sort_values("date", kind="stable", na_position="first")
    latest = rows.drop_duplicates("subject", keep="last")
    return pd.Index(latest.loc[latest["status"].eq("yes"), "subject"])


def no_exams() -> pd.DataFrame:
    """A table of exams without a row."""
    columns = ["person", "wave", "exam", "subject", "grade", "mark", "full_mark", "status"]
    return pd.DataFrame({name: pd.Series(dtype="Float64" if "mark" in name else "str") for name in columns})

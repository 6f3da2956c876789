"""The outcomes of study.toml, one value a person: a score, a mark, an answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.exams import exam_marks, thresholds
from careeval.specs.study import Outcome, Study

COLUMNS = ["outcome", "person", "wave", "value", "paper"]


def outcome_values(study: Study, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """outcome, person, wave, value, paper for everyone who has a value; paper names the exam, '' for anything else.

    Only people of the outcome's own group count, whatever forms others filled in; z is over all who sat the paper,
    those of the table cohort (not on the register) with them.
    """
    made = [_values(outcome, tables).assign(outcome=outcome.id) for outcome in study.spec.outcomes]
    groups = tables["people"].set_index("person")["group"]
    wanted = {outcome.id: outcome.group for outcome in study.spec.outcomes}
    rows = pd.concat([frame.reindex(columns=COLUMNS) for frame in made], ignore_index=True) if made else pd.DataFrame()
    rows = rows.reindex(columns=COLUMNS)
    own_group = rows["person"].map(groups).eq(rows["outcome"].map(wanted))
    rows = rows[own_group & rows["value"].notna()]
    return rows.assign(value=rows["value"].astype(float), paper=rows["paper"].astype("str").fillna("")).reset_index(
        drop=True
    )


def _values(outcome: Outcome, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if outcome.source == "scores":
        scores = tables["scores"]
        rows = scores[scores["instrument"].eq(outcome.instrument) & scores["score"].eq(outcome.score)]
        return rows.drop_duplicates(["person", "wave"])[["person", "wave", "value"]]
    if outcome.source == "answers":
        answers = tables["answers"]
        if outcome.item not in answers:
            return pd.DataFrame(columns=["person", "wave", "value"])
        return answers[["person", "wave", outcome.item]].rename(columns={outcome.item: "value"})
    return _exam_values(outcome, tables["exams"], tables.get("cohort"))


def _exam_values(outcome: Outcome, exams: pd.DataFrame, cohort: pd.DataFrame | None) -> pd.DataFrame:
    """One value a person who sat every subject: z within the paper, mark, percent of full mark, or passed (1 or 0)."""
    marks = exam_marks(exams, cohort=cohort)
    marks = marks[marks["subject"].isin(outcome.subjects) & marks["status"].eq("sat")]
    passed = marks["percent"].ge(thresholds()["pass"].percent).astype("Float64").where(marks["percent"].notna())
    value = passed if outcome.value == "pass" else marks[outcome.value]
    marks = marks.assign(value=value, paper=marks["exam"].str.cat(marks["grade"].fillna(""), sep=" ").str.strip())
    marks = marks[marks["value"].notna()]
    by_person = marks.groupby(["person", "wave"], sort=False)
    together = by_person.agg(
        value=("value", outcome.combine), subjects=("subject", "nunique"), paper=("paper", "first")
    )
    whole = together[together["subjects"].eq(len(outcome.subjects))]
    return whole.drop(columns="subjects").reset_index()

"""Exam marks made comparable: percent of full mark, z within a paper, and the shares schools report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

import pandas as pd
from pandas.api.typing import SeriesGroupBy

from careeval.errors import Problem, TableError
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, read_library

# who sat the same paper: z compares within, never across
COHORT = ["wave", "exam", "grade", "subject"]
VALUES = ["indicator", "denominator_kind", "numerator", "denominator", "value", "low", "high"]


class Threshold(Record):
    """A share of pupils on one side of a bound in percent of full mark; `grades` have bounds of their own."""

    at: Literal["from", "below"]
    percent: int
    grades: dict[str, int] = {}
    source: str


@cache
def thresholds() -> dict[str, Threshold]:
    """The shares by name (pass, good, excellent, low), from library/indicators/exams.toml."""
    return read_library(LIBRARY / "indicators" / "exams.toml", Threshold)


def exam_marks(exams: pd.DataFrame, *, cohort: pd.DataFrame | None = None) -> pd.DataFrame:
    """The table exams with percent (of full mark) and z, missing for everyone who did not sit.

    z is (mark - mean) / SD over all who sat the paper: the same wave, exam, grade and subject, whatever their arm and
    site, so that an effect is not taken out of it. cohort: rows like exams of pupils who are not on the register; they
    sat it too, but are not given back. SD with n - 1; no z where fewer than two sat or all marks are equal.
    Where a paper's full marks differ between schools z is that of the percentages. Without full marks there is z, but
    no percent.

    Raises TableError for marks below 0 or above the full mark, for a sat paper without a mark, and for full marks
    that only some of a paper's pupils have.
    Source: 标准分 of Chinese school statistics, with the sample SD in place of the population's.

    >>> marks = pd.DataFrame({"person": ["a", "b"], "wave": "w", "exam": "final", "grade": "4", "subject": "maths"})
    >>> exam_marks(marks.assign(mark=[60.0, 120.0], full_mark=120.0, status="sat"))["percent"].tolist()
    [50.0, 100.0]
    """
    everyone = exams if cohort is None or cohort.empty else pd.concat([exams, cohort], ignore_index=True)
    sat = everyone["status"].eq("sat").fillna(False).astype(bool)
    mark = everyone["mark"].astype("Float64").where(sat)
    full = everyone["full_mark"].astype("Float64").where(sat)
    _check(everyone, sat, mark, full)
    percent = 100 * mark / full
    keys = [everyone[column] for column in COHORT]
    differing = full.groupby(keys, dropna=False, sort=False).transform("nunique").gt(1)
    basis = mark.mask(differing, percent).astype("float64")
    papers = basis.groupby(keys, dropna=False, sort=False)
    sd = papers.transform("std")
    z = ((basis - papers.transform("mean")) / sd.where(sd.gt(_rounding(papers)))).astype("Float64")
    return exams.assign(percent=percent.array[: len(exams)], z=z.array[: len(exams)])


def exam_indicators(exams: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Level and shares of each paper (exam and subject) in each group of `by`; [] is everyone.

    Columns: *by, exam, subject, indicator, denominator_kind, numerator, denominator, value, low, high.

    mean, sd: of percent of full mark over those who sat (sat); no numerator.
    pass, good, excellent, low: share of those who sat (sat, 实考) and of those due (due, 应考 = sat + absent). An
    absentee is not a failure: of those due, value counts what was seen and low..high runs from no absentee to every
    absentee on that side of the bound (for pass: all failing to all passing). For sat low = high = value.
    absent: share of those due. missing, exempt: share of all listed (listed); they are in no other denominator.
    Papers without full marks have no mean, SD or shares, for these are percent of full mark. value is missing where
    the denominator is 0.

    Raises TableError as exam_marks does.
    """
    marks = exam_marks(exams)
    groups = [*by, "exam", "subject"]
    known = marks["percent"].notna()
    # True, False, or missing where no mark was seen
    hits = {name: _reaches(marks, threshold).where(known) for name, threshold in thresholds().items()}
    flags = {status: marks["status"].eq(status).fillna(False) for status in ("sat", "absent", "exempt", "missing")}
    counted = marks[groups].assign(
        **{f"hit_{name}": hit.fillna(False).astype(int) for name, hit in hits.items()},
        **{status: flag.astype(int) for status, flag in flags.items()},
        marked=known.astype(int),
        full=exams["full_mark"].notna().astype(int),
        percent=marks["percent"].astype("float64"),
    )
    grouped = counted.groupby(groups, dropna=False, sort=False)
    sums = grouped.sum().drop(columns="percent")
    rows = _levels(grouped["percent"], sums) + _shares(sums, hits) + _attendance(sums)
    table = pd.concat(rows).reset_index().reindex(columns=[*groups, *VALUES])
    numbers = {column: table[column].astype("Float64") for column in VALUES[2:]}
    text = {column: table[column].astype("str") for column in VALUES[:2]}
    table = table.assign(**numbers, **text)
    order = {name: number for number, name in enumerate(("mean", "sd", *hits, "absent", "exempt", "missing"))}
    return table.sort_values(
        [*groups, "indicator", "denominator_kind"],
        key=lambda column: column.map(order) if column.name == "indicator" else column,
        kind="stable",
        ignore_index=True,
    )


def _reaches(marks: pd.DataFrame, threshold: Threshold) -> pd.Series:
    bound = marks["grade"].map(threshold.grades).fillna(threshold.percent).astype("Float64")
    return marks["percent"].ge(bound) if threshold.at == "from" else marks["percent"].lt(bound)


def _row(indicator: str, kind: str, numerator: object, denominator: pd.Series, **more: object) -> pd.DataFrame:
    """One indicator for every group; a share where a numerator is given."""
    frame = pd.DataFrame({"denominator": denominator.astype("Float64")})
    frame["numerator"] = pd.NA if numerator is None else numerator
    frame["numerator"] = frame["numerator"].astype("Float64")
    share = (frame["numerator"] / frame["denominator"]).where(frame["denominator"].gt(0))
    empty = pd.Series(pd.NA, index=frame.index, dtype="Float64")
    given = {"value": share, "low": empty, "high": empty} | more
    return frame.assign(indicator=indicator, denominator_kind=kind, **given)


def _levels(percent: SeriesGroupBy, sums: pd.DataFrame) -> list[pd.DataFrame]:
    seen = sums["marked"].gt(0)
    return [
        _row(name, "sat", None, sums["marked"], value=made.astype("Float64"))[seen]
        for name, made in (("mean", percent.mean()), ("sd", percent.std()))
    ]


def _shares(sums: pd.DataFrame, names: Iterable[str]) -> list[pd.DataFrame]:
    # where marks have no full mark a share of those who sat would count them as misses
    due = (sums["sat"] + sums["absent"]).astype("Float64")
    seen = sums["marked"].eq(sums["sat"]) & sums["full"].gt(0) & due.gt(0)
    rows = []
    for name in names:
        hit = sums[f"hit_{name}"].astype("Float64")
        share = (hit / sums["sat"].astype("Float64")).where(sums["sat"].gt(0))
        rows.append(_row(name, "sat", hit, sums["sat"], low=share, high=share)[seen])
        rows.append(_row(name, "due", hit, due, low=hit / due, high=(hit + sums["absent"]) / due)[seen])
    return rows


def _attendance(sums: pd.DataFrame) -> list[pd.DataFrame]:
    due = sums["sat"] + sums["absent"]
    listed = due + sums["exempt"] + sums["missing"]
    return [
        _row("absent", "due", sums["absent"], due)[due.gt(0)],
        _row("exempt", "listed", sums["exempt"], listed),
        _row("missing", "listed", sums["missing"], listed),
    ]


def _rounding(cohort: SeriesGroupBy) -> pd.Series:
    # equal marks such as 0.1 x 3 can have an SD of 1e-17: that is no spread
    return cohort.transform("max").abs() * 1e-12


def _check(exams: pd.DataFrame, sat: pd.Series, mark: pd.Series, full: pd.Series) -> None:
    """Every mark that cannot be, by paper, with how many there are."""
    some = full.groupby([exams[column] for column in COHORT], dropna=False, sort=False).transform("count").gt(0)
    wrong = {
        "a mark below 0": (mark.lt(0), "0 to the full mark"),
        "a mark above the full mark": (mark.gt(full), "0 to the full mark"),
        "a full mark of 0 or less": (full.le(0), "more than 0"),
        "no mark, but status sat": (sat & mark.isna(), "a mark, or status absent, exempt or missing"),
        "no full mark, where others of this paper have one": (sat & full.isna() & some, "a full mark for everyone"),
    }
    problems = []
    for found, (rows, allowed) in wrong.items():
        bad = exams[rows.fillna(False).astype(bool)]
        for paper, own in bad.groupby(COHORT, dropna=False, sort=False):
            place = ", ".join(f"{column} {name}" for column, name in zip(COHORT, paper, strict=True))
            example = f" (first: mark {own['mark'].iloc[0]}, full mark {own['full_mark'].iloc[0]})"
            way_out = "Correct the grade sheet, or full_mark in columns.csv"
            problems.append(Problem("exams", place, f"{len(own)} pupils have {found}{example}", allowed, way_out))
    if problems:
        raise TableError(*problems)

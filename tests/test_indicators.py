"""Levels by hand: means, bands, questions and exam shares with their denominators and intervals."""

import pandas as pd
import pytest
from conftest import COLUMNS, GRADES, STUDY, SURVEY

from careeval.measure.indicators import COLUMNS as INDICATOR_COLUMNS
from careeval.measure.indicators import indicator_table
from careeval.pipeline import tables
from careeval.specs.study import open_study

# consent of all, so that four children have a form: 60, 20, 0 and (one answer skipped) nothing
ALL = {"study.toml": STUDY.replace('consent = "consent"', "")}


@pytest.fixture
def indicators(small):
    """A function that gives the indicators of wave w1 with nothing hidden, keyed by site, indicator and more."""

    def made(**changed: str) -> pd.DataFrame:
        study = open_study(small(**changed))
        needed = tables(study, ("people", "outcomes", "answers", "scores", "exams"), wave="w1")
        rows = indicator_table(study, study.wave("w1"), needed, {"child": 1})
        return rows.set_index(["site", "subgroup", "indicator", "level"]).sort_index()

    return made


def values(rows, *key):
    found = rows.loc[key, ["numerator", "denominator", "value", "conf_low", "conf_high"]]
    return [None if pd.isna(value) else round(float(value), 3) for value in found]


def test_a_mean_counts_those_with_a_value_and_a_site_its_own(indicators):
    rows = indicators(**ALL)
    assert values(rows, "all", "", "wellbeing", "")[:3] == [None, 3, 26.667]
    assert values(rows, "a", "", "wellbeing", "")[:3] == [None, 2, 40]
    assert values(rows, "all", "arm=treated", "wellbeing", "")[:3] == [None, 2, 40]


def test_a_census_has_no_interval_where_everybody_was_measured_and_a_small_one_elsewhere(indicators):
    rows = indicators(**ALL)
    assert rows.loc[("a", "", "wellbeing", ""), "method"] == "count"
    assert values(rows, "a", "", "wellbeing", "")[3:] == [40, 40]
    low, high = values(rows, "all", "", "wellbeing", "")[3:]
    assert rows.loc[("all", "", "wellbeing", ""), "method"] == "t_fpc"
    # SD 30.551, t(2) 4.303, 3 of 5: 26.667 -+ 4.303 * 30.551 / sqrt(3) * sqrt(0.4)
    assert (low, high) == (pytest.approx(-21.33, abs=0.01), pytest.approx(74.67, abs=0.01))


def test_a_sample_takes_the_size_it_is_told_and_none_by_site(indicators):
    sampled = '\n[population]\nchild = { frame = "sample", sampled = "persons", size = 100 }\n'
    rows = indicators(**{"study.toml": ALL["study.toml"] + sampled})
    assert rows.loc[("all", "", "wellbeing", ""), "method"] == "t_fpc"
    assert rows.loc[("a", "", "wellbeing", ""), "method"] == "t"


def test_marks_have_shares_of_those_who_sat_and_of_those_due(indicators):
    rows = indicators()
    # An Li 80, Cai Yu 40, Bo Wu absent
    assert values(rows, "all", "", "maths_pass", "sat") == [1, 2, 0.5, 0.5, 0.5]
    assert values(rows, "all", "", "maths_pass", "due") == [1, 3, 0.333, 0.333, 0.667]
    assert values(rows, "all", "", "maths_excellent", "due") == [0, 3, 0, 0, 0.333]
    assert values(rows, "all", "", "maths_low", "sat")[:3] == [0, 2, 0]
    assert values(rows, "all", "", "maths_absent", "due")[:3] == [1, 3, 0.333]


def test_a_second_paper_of_one_subject_is_named(indicators):
    columns = COLUMNS.replace("*,grades.csv,,=paper,exams,exam,,", "*,grades.csv,,paper,exams,exam,,")
    lines = GRADES.strip().splitlines()
    papers = [lines[0] + ",paper", *(f"{line},{paper}" for paper in ("mid", "end") for line in lines[1:])]
    rows = indicators(**{"columns.csv": columns, "raw/w1/grades.csv": "\n".join(papers) + "\n"})
    assert values(rows, "all", "", "maths_pass@mid", "sat")[:3] == [1, 2, 0.5]
    assert "maths_pass" not in rows.index.get_level_values("indicator")


def test_every_band_has_a_row_and_they_add_up(indicators):
    rows = indicators(**ALL).reset_index()
    bands = rows[rows["site"].eq("all") & rows["subgroup"].eq("") & rows["indicator"].str.startswith("who5_")]
    assert bands["denominator"].tolist() == [3] * len(bands) and len(bands) >= 2
    assert bands.groupby("indicator")["numerator"].sum().eq(3).all()
    assert bands["method"].eq("wilson_fpc").all()


def test_a_single_question_has_a_mean_of_its_own_group(indicators):
    question = (
        '\n[[questions]]\nid = "visits"\ngroup = "child"\nmin = 0\nmax = 9\ntitle = { zh = "次", en = "Visits" }\n'
    )
    columns = COLUMNS + "*,survey.csv,1,q6,answers,visits,count,\n"
    header, *lines = SURVEY.strip().splitlines()
    survey = "\n".join([f"{header},q6", *(f"{line},{number}" for number, line in enumerate(lines))])
    changed = {"study.toml": ALL["study.toml"] + question, "columns.csv": columns, "raw/w1/survey.csv": survey}
    rows = indicators(**changed)
    # 0, 2 (the later form), 3, 4
    assert values(rows, "all", "", "visits", "")[:3] == [None, 4, 2.25]


def test_a_wave_with_a_register_alone_has_no_rows_but_all_columns(small):
    folder = small()
    for name in ("survey", "grades"):
        (folder / "raw" / "w1" / f"{name}.csv").unlink()
    study = open_study(folder)
    needed = tables(study, ("people", "outcomes", "answers", "scores", "exams"), wave="w1")
    made = indicator_table(study, study.wave("w1"), needed, {"child": 5})
    assert (len(made), list(made)) == (0, INDICATOR_COLUMNS)

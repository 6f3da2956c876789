"""Outcomes: one value a person, of the outcome's own group."""

import pandas as pd
import pytest
from conftest import STUDY

from careeval.measure.outcomes import COLUMNS, outcome_values
from careeval.specs.study import open_study

PEOPLE = pd.DataFrame({"person": list("abc"), "group": ["child", "child", "elder"]})
EMPTY = {
    "scores": pd.DataFrame(columns=["person", "wave", "instrument", "score", "value"]),
    "answers": pd.DataFrame(columns=["person", "wave"]),
    "exams": pd.DataFrame(columns=["person", "wave", "exam", "grade", "subject", "mark", "full_mark", "status"]),
}


def exams(*rows):
    """(person, subject, mark or None for absent): grade 3, full mark 100."""
    frame = pd.DataFrame(rows, columns=["person", "subject", "mark"])
    status = frame["mark"].isna().map({True: "absent", False: "sat"})
    return frame.assign(wave="w1", exam="final", grade="3", full_mark=100.0, status=status)


@pytest.fixture
def values(small):
    """A function that gives {person: value} of the exam outcome of a study, its keys changed."""

    def made(rows: pd.DataFrame, old: str = "", new: str = "") -> dict[str, float]:
        assert old in STUDY
        study = open_study(small(**{"study.toml": STUDY.replace(old, new)}))
        found = outcome_values(study, EMPTY | {"people": PEOPLE, "exams": rows})
        return found[found["outcome"].eq("maths")].set_index("person")["value"].round(4).to_dict()

    return made


def test_z_is_within_the_paper_over_everyone_who_sat_it(values):
    # c is an elder: nobody of the outcome's group, but of the cohort: mean 60, SD 20
    assert values(exams(("a", "maths", 80.0), ("b", "maths", 60.0), ("c", "maths", 40.0))) == {"a": 1, "b": 0}


def test_classmates_who_are_not_on_the_register_make_the_mean_and_sd_of_z_and_have_no_value_themselves(small):
    # 80 and 60 with classmates of 50 and 50: mean 60, SD sqrt((400 + 0 + 100 + 100) / 3) = sqrt(200)
    classmates = exams(("-", "maths", 50.0), ("-", "maths", 50.0)).drop(columns="person")
    rows = exams(("a", "maths", 80.0), ("b", "maths", 60.0))
    found = outcome_values(open_study(small()), EMPTY | {"people": PEOPLE, "exams": rows, "cohort": classmates})
    assert found.set_index("person")["value"].round(4).to_dict() == {"a": 1.4142, "b": 0}


def test_a_sum_needs_every_subject(values):
    both = (
        'subjects = ["maths"]\nvalue = "z"\ncombine = "mean"',
        'subjects = ["maths", "chinese"]\nvalue = "mark"\ncombine = "sum"',
    )
    rows = exams(("a", "maths", 80.0), ("a", "chinese", 70.0), ("b", "maths", 60.0), ("b", "chinese", None))
    assert values(rows, *both) == {"a": 150}


@pytest.mark.parametrize(("value", "made"), [("mark", 59.0), ("percent", 59.0), ("pass", 0.0)])
def test_a_value_is_a_mark_a_percentage_or_a_pass(values, value, made):
    assert values(exams(("a", "maths", 59.0)), 'value = "z"', f'value = "{value}"') == {"a": made}


def test_sixty_percent_is_a_pass_and_an_absentee_has_no_value(values):
    rows = exams(("a", "maths", 60.0), ("b", "maths", None))
    assert values(rows, 'value = "z"', 'value = "pass"') == {"a": 1}


def test_a_paper_is_named_by_exam_and_grade_and_anything_else_has_none(small):
    scores = pd.DataFrame([["a", "w1", "who5", "percent", 60.0]], columns=EMPTY["scores"].columns)
    tables = EMPTY | {"people": PEOPLE, "scores": scores, "exams": exams(("a", "maths", 80.0), ("b", "maths", 60.0))}
    found = outcome_values(open_study(small()), tables)
    assert list(found) == COLUMNS
    assert found["paper"].tolist() == ["", "final 3", "final 3"] and found["value"].iloc[0] == 60


def test_an_answer_can_be_an_outcome_and_nobody_has_one_that_was_not_asked(small):
    study = STUDY.replace(
        'from = "scores"\ninstrument = "who5"\nscore = "percent"', 'from = "answers"\nitem = "who5_1"'
    )
    study = open_study(small(**{"study.toml": study}))
    answers = pd.DataFrame({"person": ["a", "b"], "wave": "w1", "who5_1": pd.array([3, pd.NA], dtype="Int64")})
    tables = EMPTY | {"people": PEOPLE}
    assert outcome_values(study, tables | {"answers": answers})["value"].tolist() == [3]
    assert outcome_values(study, tables).empty

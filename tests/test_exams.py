import pandas as pd
import pytest

from careeval.errors import TableError
from careeval.measure.exams import exam_indicators, exam_marks, thresholds

PAPER = {"wave": "w1", "exam": "final", "grade": "4", "subject": "maths", "full_mark": 120.0}


def exams(marks, **more):
    """One paper of 120; 'a' absent, 'e' exempt, 'm' missing, a number is a mark."""
    status = {"a": "absent", "e": "exempt", "m": "missing"}
    rows = [{"person": f"p{k}", "mark": m, "status": "sat"} if m not in status else
            {"person": f"p{k}", "mark": None, "status": status[m]} for k, m in enumerate(marks)]  # fmt: skip
    frame = pd.DataFrame(rows).assign(**(PAPER | more))
    return frame.astype({"mark": "Float64", "full_mark": "Float64"})


def row(table, indicator, kind="sat"):
    return table[table["indicator"].eq(indicator) & table["denominator_kind"].eq(kind)].iloc[0]


def test_percent_is_of_the_full_mark_and_absent_is_not_nought():
    percent = exam_marks(exams([0, 60, 120, "a", "e", "m"]))["percent"]
    assert percent[:3].tolist() == [0, 50, 100] and percent[3:].isna().all()


def test_z_is_within_the_cohort_that_sat_with_the_sample_sd():
    z = exam_marks(exams([80, 90, 100, "a"]))["z"]
    assert z[:3].tolist() == [-1, 0, 1] and z.isna()[3]


def test_z_is_over_all_arms_so_that_an_effect_stays_in_it():
    marks = exam_marks(exams([80, 80, 100, 100]).assign(arm=["control", "control", "treated", "treated"]))
    assert marks.groupby("arm")["z"].mean().round(4).tolist() == [-0.866, 0.866]


def test_each_grade_subject_and_wave_is_a_cohort_of_its_own():
    both = pd.concat([exams([10, 20]), exams([80, 100], grade="5"), exams([80, 100], wave="w2")])
    assert exam_marks(both)["z"].round(4).tolist() == [-0.7071, 0.7071] * 3


def test_one_pupil_or_equal_marks_give_no_z():
    assert exam_marks(exams([80]))["z"].isna().all()
    assert exam_marks(exams([0.1 * 3, 0.3, 0.3]))["z"].isna().all()


def test_schools_with_other_full_marks_are_compared_by_percent():
    marks = exam_marks(exams([60, 120, 50, 100]).assign(full_mark=[120.0, 120.0, 100.0, 100.0]))
    assert marks["z"][0] == marks["z"][2] < 0 < marks["z"][1] == marks["z"][3]


def test_without_full_marks_there_is_z_but_no_share():
    scaled = exams([500, 520, "a"], full_mark=None)
    assert exam_marks(scaled)["z"].notna().sum() == 2
    assert set(exam_indicators(scaled, by=[])["indicator"]) == {"absent", "exempt", "missing"}


def test_pass_rate_of_those_who_sat_and_of_those_due():
    table = exam_indicators(exams([72, 71, 102, "a", "a", "e", "m"]), by=[])  # 60, 59.2, 85 %
    sat, due = row(table, "pass"), row(table, "pass", "due")
    assert (sat["numerator"], sat["denominator"], sat["value"]) == (2, 3, 2 / 3)
    assert (due["denominator"], due["value"], due["low"], due["high"]) == (5, 0.4, 0.4, 0.8)


def test_absentees_may_all_be_low_or_none():
    due = row(exam_indicators(exams([47, 48, 120, "a"]), by=[]), "low", "due")  # 39.2, 40, 100 %
    assert (due["numerator"], due["low"], due["high"]) == (1, 0.25, 0.5)


def test_good_and_excellent_begin_at_their_bounds():
    table = exam_indicators(exams([89.9, 90, 101.9, 102]), by=[])
    assert row(table, "good")["value"] == 0.75 and row(table, "excellent")["value"] == 0.25


def test_the_youngest_grades_need_ninety_for_excellent():
    young = pd.concat([exams([107, 108], grade="一年级"), exams([107, 108], grade="4")])
    assert row(exam_indicators(young, by=[]), "excellent")["numerator"] == 3


def test_who_is_missing_or_exempt_is_counted_apart():
    table = exam_indicators(exams([72, "a", "e", "m", "m"]), by=[])
    assert (row(table, "missing", "listed")["numerator"], row(table, "exempt", "listed")["denominator"]) == (2, 5)
    assert row(table, "absent", "due")["value"] == 0.5


def test_mean_and_sd_are_percent_of_full_mark():
    table = exam_indicators(exams([60, 72, 84, "a"]), by=[])
    assert (row(table, "mean")["value"], row(table, "sd")["value"], row(table, "mean")["denominator"]) == (60, 10, 3)


def test_groups_are_counted_each_for_itself():
    table = exam_indicators(exams([72, 60, 12]).assign(site=["v1", "v1", "v2"]), by=["site"])
    assert list(table.columns[:3]) == ["site", "exam", "subject"]
    assert table[table["indicator"].eq("pass") & table["denominator_kind"].eq("sat")]["value"].tolist() == [0.5, 0]


def test_a_group_that_nobody_sat_has_no_mean_and_an_open_pass_rate():
    table = exam_indicators(exams(["a", "a"]), by=[])
    due = row(table, "pass", "due")
    assert "mean" not in set(table["indicator"]) and (due["low"], due["high"]) == (0, 1)


def test_an_empty_table_has_no_indicators():
    assert exam_indicators(exams([72]).iloc[:0], by=["grade"]).empty


def test_marks_that_cannot_be_are_all_named_with_paper_and_count():
    with pytest.raises(TableError) as error:
        exam_marks(exams([121, 130, -1, 60]))
    text = str(error.value)
    assert "exams, wave w1, exam final, grade 4, subject maths: 2 pupils have a mark above the full mark" in text
    assert "first: mark 121.0, full mark 120.0" in text and "1 pupils have a mark below 0" in text


def test_a_sat_paper_without_a_mark_and_a_full_mark_for_some_are_refused():
    with pytest.raises(TableError, match=r"1 pupils have no mark, but status sat.*Correct the grade sheet"):
        exam_marks(exams([60, None]))
    with pytest.raises(TableError, match=r"1 pupils have no full mark, where others of this paper have one"):
        exam_marks(exams([60, 70]).assign(full_mark=pd.array([120, None], dtype="Float64")))


def test_every_threshold_has_a_source():
    assert all(threshold.source for threshold in thresholds().values())

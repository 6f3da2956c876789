"""Did it move, and how sure is it: the six classes, and each step of certainty."""

import pandas as pd
import pytest

from careeval.judging.certainty import certainty
from careeval.judging.moved import classify, moved

ROW = {
    "outcome": "loneliness",
    "contrast": "treated - control",
    "design": "compared_prepost",
    "estimator": "did_cr2",
    "role": "headline",
    "estimate": 0.40,
    "std_error": 0.10,
    "df": 1e9,
    "higher_is": "better",
    "smallest_worthwhile": 0.20,
    "note": "",
}
NO_CHECKS = pd.DataFrame(columns=["outcome", "check", "result"])


def sure(*, others=(), checks=(), **changed):
    row = {**ROW, **changed}
    made = pd.DataFrame([{**row, **other} for other in others], columns=list(row))
    told = pd.DataFrame(checks, columns=["check", "result"]) if checks else NO_CHECKS
    return certainty(row, moved(row), others=made, checks=told)


@pytest.mark.parametrize(
    ("estimate", "std_error", "word"),
    [
        (0.40, 0.10, "benefit"),
        (0.05, 0.05, "no meaningful change"),
        (0.25, 0.10, "benefit size uncertain"),
        (-0.25, 0.10, "harm size uncertain"),
        (0.15, 0.15, "inconclusive"),
        (-0.40, 0.10, "harm"),
    ],
)
def test_the_six_classes(estimate, std_error, word):
    assert classify(estimate, std_error, 1e9, 0.20).word == word
    assert moved({**ROW, "estimate": estimate, "std_error": std_error}).word == word


def test_where_more_is_worse_the_classes_change_places():
    assert moved({**ROW, "higher_is": "worse"}).word == "harm"
    assert moved({**ROW, "higher_is": "worse", "estimate": -0.40}).low_90 == pytest.approx(
        0.40 - 1.6449 * 0.10, abs=1e-5
    )


def test_few_degrees_of_freedom_widen_the_interval():
    assert classify(0.40, 0.10, 3, 0.20).word == "benefit size uncertain"  # 0.40 - 2.353 * 0.10 < 0.20


def test_a_detectable_change_too_small_to_matter_is_no_meaningful_change_and_says_so():
    small = classify(0.05, 0.02, 1e9, 0.20)
    assert (small.word, small.reason) == ("no meaningful change", "small_benefit_detectable")
    assert classify(-0.05, 0.02, 1e9, 0.20).reason == "small_harm_detectable"
    assert classify(0.01, 0.02, 1e9, 0.20).reason == ""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"std_error": None, "df": None, "note": "one_unit: n = 1 assignment unit"}, "one_unit"),
        ({"estimate": pd.NA, "note": "few_people: fewer than 10"}, "few_people"),
        ({"std_error": float("nan"), "note": None}, "no_interval"),
        ({"design": "one_group_prepost"}, "one_group"),
    ],
)
def test_what_cannot_be_estimated_says_why(changed, reason):
    said = moved({**ROW, **changed})
    assert (said.word, said.reason) == ("not estimable", reason)


def test_no_row_at_all_is_not_estimable_and_has_no_certainty():
    assert moved(None).reason == "no_estimate"
    assert certainty(None, moved(None), others=NO_CHECKS, checks=NO_CHECKS).level == "not applicable"


@pytest.mark.parametrize(
    ("design", "level"),
    [("randomised_prepost", "high"), ("compared_prepost", "low"), ("one_group_prepost", "very low")],
)
def test_certainty_starts_with_the_design(design, level):
    assert (sure(design=design).level, sure(design=design).steps) == (level, (f"start:{level}",))


def test_one_unit_in_an_arm_is_very_low_and_cannot_rise():
    told = sure(design="randomised_post", note="one_unit: n = 1", std_error=None, checks=[("pre_trend", "up")])
    assert told.level == "very low"


def test_each_reason_takes_one_step_down_and_none_goes_below_the_floor():
    down = [("attrition", "down"), ("reliability", "down")]
    assert sure(design="randomised_post", checks=down).level == "low"
    assert sure(design="randomised_post", checks=down).steps == ("start:high", "-1:attrition", "-1:reliability")
    assert sure(checks=down).level == "very low"
    assert sure(checks=[("ceiling", "ok"), ("invariance", "not checked")]).level == "low"


def test_an_interval_with_zero_and_the_smallest_worthwhile_change_is_imprecise():
    assert "-1:imprecise" in sure(estimate=0.15, std_error=0.15).steps
    assert "-1:imprecise" in sure(estimate=-0.15, std_error=0.15).steps
    assert "-1:imprecise" not in sure(estimate=0.25, std_error=0.10).steps  # without zero
    assert "-1:imprecise" not in sure(estimate=0.01, std_error=0.05).steps  # without the change


def test_fewer_than_four_degrees_of_freedom_take_a_step():
    assert "-1:few_df" in sure(df=3.9).steps and "-1:few_df" not in sure(df=4).steps


def test_few_units_and_the_few_degrees_of_freedom_they_give_are_one_step():
    assert sure(std_error=0.01, df=2, checks=[("few_units", "down")]).steps == ("start:low", "-1:few_units")


def test_two_uses_of_the_baseline_that_disagree_take_a_step():
    assert "-1:baseline_use_disagrees" in sure(others=[{"estimator": "ancova_cr2", "estimate": 0.29}]).steps
    assert "-1:baseline_use_disagrees" not in sure(others=[{"estimator": "ancova_cr2", "estimate": 0.31}]).steps
    # another standard error of the same kind is no other use of the baseline
    assert "-1:baseline_use_disagrees" not in sure(others=[{"estimator": "did_cluster_means", "estimate": 0.1}]).steps


def test_arms_that_started_apart_take_two_steps_where_the_model_does_not_know_it():
    apart = [("baseline_balance", "down")]
    assert sure(design="randomised_post", checks=apart).steps[-1] == "-1:baseline_balance"
    assert sure(design="randomised_post", estimator="ols_cr2", checks=apart).level == "low"


def test_one_step_up_at_most_and_without_randomisation_never_above_moderate():
    up = [("pre_trend", "up"), ("robustness_value", "up")]
    assert sure(checks=up).level == "moderate"
    assert sure(design="randomised_post", checks=up).level == "high"
    assert sure(checks=[*up, ("attrition", "down")]).level == "low"

"""Was it measured well enough: each check on people who can be counted on the fingers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import STUDY

from careeval.judging.attrition import attrition, is_high
from careeval.judging.measured import measure_checks
from careeval.specs.instruments import read_instrument
from careeval.specs.study import open_study

WHO5 = [f"who5_{number}" for number in range(1, 6)]


@pytest.fixture
def study(small):
    return open_study(small())


def persons(n, **told):
    """n people, half of each arm, in 2 x 4 villages."""
    arms = ["treated", "control"] * (n // 2)
    places = [f"{arm}{number // 2 % 4}" for number, arm in enumerate(arms)]
    table = pd.DataFrame({"person": range(n), "group": "child", "arm": arms, "assigned": places, "follow_up": pd.NA})
    return table.assign(**told)


def checked(study, before, now, *, answers=None, outcome="wellbeing", people=None, balance=None):
    """{check: row} for two waves of values (person -> value)."""
    rows = [
        pd.DataFrame({"outcome": outcome, "person": value.index, "wave": wave, "value": value, "paper": ""})
        for wave, value in (("w1", before), ("w2", now))
    ]
    everyone = persons(len(before)) if people is None else people
    blank = pd.DataFrame(columns=["person", *WHO5])
    table = measure_checks(
        study,
        study.wave("w2"),
        people={"w1": everyone, "w2": everyone},
        values=pd.concat(rows, ignore_index=True),
        answers=answers or {"w1": blank, "w2": blank},
        balance=balance,
    )
    own = table[table["outcome"].eq(outcome)]
    return {row["check"]: row for row in own.to_dict("records")}


def scores(n, value=50.0):
    return pd.Series(value, index=range(n))


def test_more_than_two_in_five_missing_in_an_arm_blocks_a_verdict(study):
    now = scores(40).drop([0, 2, 4, 6, 8, 10, 12, 14])  # 8 of 20 treated
    assert checked(study, scores(40), now)["follow_up"]["result"] == "ok"
    found = checked(study, scores(40), now.drop(16))["follow_up"]
    assert (found["result"], found["value"]) == ("fail", 9 / 20)


def test_attrition_above_the_boundary_is_a_step_down(study):
    now = scores(40).drop([0, 2, 4])  # 3 of 20 against none: 15 points
    assert checked(study, scores(40), now)["attrition"]["result"] == "down"
    assert checked(study, scores(40), scores(40).drop([0, 1]))["attrition"]["result"] == "ok"


def test_people_left_behind_no_more_are_not_lost():
    before = pd.DataFrame({"person": [1, 2, 3, 4], "arm": ["a", "a", "b", "b"]})
    reasons = pd.Series({1: "parent_returned", 3: "transferred"})
    lost = attrition(before, pd.Series([2, 4]), reasons)
    assert (lost.overall, lost.worst_arm, lost.difference) == (1 / 3, 1 / 2, 1 / 2)
    assert attrition(before.iloc[:0], pd.Series([2]), reasons) is None


@pytest.mark.parametrize(
    ("overall", "difference", "high"),
    [(0.0, 0.057, False), (0.0, 0.058, True), (0.30, 0.041, False), (0.30, 0.042, True), (0.57, 0.0, False)],
)
def test_the_cautious_boundary(overall, difference, high):
    assert is_high(overall, difference) == high


def test_fewer_than_ten_people_in_an_arm_block_a_verdict(study):
    assert checked(study, scores(20), scores(20))["analysed"]["result"] == "ok"
    assert checked(study, scores(18), scores(18))["analysed"]["result"] == "fail"


def test_fewer_than_four_units_in_an_arm_are_a_step_down(study):
    assert checked(study, scores(40), scores(40))["few_units"]["result"] == "ok"
    three = persons(40).replace({"assigned": {"treated3": "treated0"}})
    found = checked(study, scores(40), scores(40), people=three)["few_units"]
    assert (found["result"], found["value"]) == ("down", 3)


def test_more_than_fifteen_in_a_hundred_at_the_best_score_at_the_start_block_a_verdict(study):
    before = scores(20)
    before.iloc[:3] = 100
    assert checked(study, before, scores(20))["ceiling"]["result"] == "ok"
    before.iloc[3] = 100
    assert checked(study, before, scores(20))["ceiling"]["result"] == "fail"


def answers_like(columns, n=60, noise=0.5):
    """Whole answers 0..5 of one trait and some noise."""
    random = np.random.default_rng(3)
    trait = random.normal(2.5, 1, n)
    made = {name: np.clip(np.round(trait + random.normal(0, noise, n)), 0, 5) for name in columns}
    return pd.DataFrame(made).assign(person=range(n))


@pytest.mark.parametrize(("noise", "result"), [(0.5, "ok"), (1.6, "down"), (5.0, "fail")])
def test_reliability_is_the_lowest_of_the_waves(study, noise, result):
    both = {"w1": answers_like(WHO5), "w2": answers_like(WHO5, noise=noise)}
    assert checked(study, scores(60), scores(60), answers=both)["reliability"]["result"] == result


def test_items_that_are_asked_the_other_way_round_are_turned_first(small):
    cls24 = read_instrument("cls24")
    text = STUDY.replace('instrument = "who5"', 'instrument = "cls24"').replace('score = "percent"', 'score = "total"')
    answers = answers_like(cls24.columns()).clip(1, 5)
    for number in cls24.reversed:
        answers[f"cls24_{number}"] = 6 - answers[f"cls24_{number}"]
    answers["person"] = range(60)
    both = {"w1": answers, "w2": answers}
    found = checked(open_study(small(**{"study.toml": text})), scores(60), scores(60), answers=both)["reliability"]
    assert found["result"] == "ok" and found["value"] > 0.95


def test_several_items_that_nobody_answered_whole_are_unknown_and_block_a_verdict(study):
    found = checked(study, scores(20), scores(20))["reliability"]
    assert (found["result"], found["detail"]) == ("fail", "unknown")


def test_an_exam_has_no_items_to_be_reliable(study):
    found = checked(study, scores(20), scores(20), outcome="maths")["reliability"]
    assert (found["result"], found["detail"]) == ("down", "exam_without_items")


def test_an_item_that_was_asked_in_one_wave_only_is_another_instrument(study):
    both = {"w1": answers_like(WHO5), "w2": answers_like(WHO5)}
    assert checked(study, scores(60), scores(60), answers=both)["instrument"]["result"] == "ok"
    both["w2"] = both["w2"].assign(who5_3=np.nan)
    found = checked(study, scores(60), scores(60), answers=both)["instrument"]
    assert (found["result"], found["detail"]) == ("fail", "who5_3")


def test_arms_that_started_a_quarter_of_a_deviation_apart_are_a_step_down(study):
    for g, result in ((-0.26, "down"), (0.25, "ok")):
        balance = pd.DataFrame([{"outcome": "wellbeing", "hedges_g": g}])
        assert checked(study, scores(20), scores(20), balance=balance)["baseline_balance"]["result"] == result


def test_a_wave_before_the_start_has_no_follow_up(study):
    values = pd.DataFrame({"outcome": "wellbeing", "person": range(20), "wave": "w1", "value": 50.0, "paper": ""})
    blank = {"w1": pd.DataFrame(columns=["person", *WHO5])}
    table = measure_checks(study, study.wave("w1"), people={"w1": persons(20)}, values=values, answers=blank)
    results = table[table["outcome"].eq("wellbeing")].set_index("check")["result"]
    assert results[["follow_up", "attrition", "ceiling", "instrument"]].tolist() == ["not checked"] * 4


def test_without_a_baseline_those_given_an_arm_and_not_measured_now_are_lost(study):
    started = study.spec.design.model_copy(update={"start": study.spec.waves[0].survey[0]})
    late = replace(study, spec=study.spec.model_copy(update={"design": started}))
    # 60 were given an arm; of the 50 measured now 30 joined later
    found = checked(late, scores(60), scores(90).iloc[40:], people=persons(60))
    assert (found["attrition"]["result"], found["attrition"]["value"]) == ("down", 40 / 60)
    assert found["follow_up"]["result"] == "not checked"

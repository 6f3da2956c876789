"""estimate(): what stands in a row, for each design, on numbers that can be counted by hand."""

import numpy as np
import pandas as pd
import pytest

from careeval.infer.estimate import ESTIMATE_COLUMNS, estimate

TWO_ARMS = {"outcome": "score", "treated": "arm", "contrast": ("t", "c"), "seed": 1}
TWO_WAVES = {"baseline": "w1", "wave": "w2", "person": "person"}
POST = TWO_ARMS | {"design": "randomised_post"}
COMPARED = TWO_ARMS | TWO_WAVES | {"design": "compared_prepost"}
RANDOMISED = COMPARED | {"design": "randomised_prepost"}
ONE_GROUP = {"outcome": "score", "design": "one_group_prepost", "seed": 1} | TWO_WAVES


def villages(per_arm: int, *, people: int = 6, seed: int = 3) -> pd.DataFrame:
    """Two waves of `people` in each of 2 x per_arm villages; the treated start 1 lower and gain 2 more."""
    rng = np.random.default_rng(seed)
    village = np.repeat(np.arange(2 * per_arm), people)
    treated = village < per_arm
    before = 10 - treated + rng.normal(size=2 * per_arm)[village] / 3 + rng.normal(size=len(village))
    after = 4 + 0.6 * before + 2 * treated + rng.normal(size=len(village)) / 2
    who = {"person": [f"p{at}" for at in range(len(village))], "village": village, "arm": np.where(treated, "t", "c")}
    return pd.concat(
        [pd.DataFrame(who | {"wave": wave, "score": score}) for wave, score in (("w1", before), ("w2", after))],
        ignore_index=True,
    )


def change(data: pd.DataFrame, wave: str, people: list[str], **values: object) -> pd.DataFrame:
    """The table with some values of some people in one wave replaced."""
    rows = data["wave"].eq(wave) & data["person"].isin(people)
    return data.assign(**{column: data[column].mask(rows, value) for column, value in values.items()})


def notes_of(rows: pd.DataFrame) -> list[str]:
    return rows.loc[0, "note"].split("; ")


def test_the_columns_are_the_estimates_table_and_what_a_study_knows_is_empty():
    rows = estimate(villages(4), cluster="village", **COMPARED)
    assert list(rows) == ESTIMATE_COLUMNS and len(rows.columns) == 30
    empty = ["outcome_role", "family", "domain", "group", "subgroup", "p_adjusted", "higher_is", "id"]
    assert rows[empty].isna().all().all()
    told = ["outcome", "wave", "baseline_wave", "contrast", "design"]
    assert rows.loc[0, told].tolist() == ["score", "w2", "w1", "t - c", "compared_prepost"]


@pytest.mark.parametrize(
    ("design", "per_arm", "cluster", "headline", "companions", "sensitivity"),
    [
        (COMPARED, 4, "village", "did_cr2", "ancova_cr2 did_cluster_means", "did_permutation"),
        (COMPARED, 3, "village", "did_cluster_means", "did_cr2 ancova_cluster_means", "did_permutation"),
        (COMPARED, 4, "", "did_hc1", "ancova_hc1", ""),
        (RANDOMISED, 4, "village", "ancova_cr2", "ancova_cluster_means ols_cr2", "ancova_permutation did_cr2"),
        (
            RANDOMISED,
            2,
            "village",
            "ancova_cluster_means",
            "ancova_cr2 cluster_means",
            "ancova_permutation did_cluster_means",
        ),
        (RANDOMISED, 4, None, "ancova_hc1", "ols_hc1", "did_hc1"),
        (POST | {"wave": "w2"}, 4, "village", "ols_cr2", "cluster_means", "permutation"),
        (POST | {"wave": "w2"}, 2, "village", "cluster_means", "ols_cr2", "permutation"),
        (POST | {"wave": "w2"}, 4, None, "ols_hc1", "", ""),
        (ONE_GROUP, 4, "village", "change_cr2", "change_cluster_means", ""),
        (ONE_GROUP, 1, "village", "change_cluster_means", "change_cr2", ""),
        (ONE_GROUP, 4, None, "change_t", "", ""),
    ],
)
def test_the_design_and_the_clusters_choose_the_estimators(design, per_arm, cluster, headline, companions, sensitivity):
    rows = estimate(villages(per_arm), cluster=cluster, **design)
    named = {role: " ".join(found["estimator"]) for role, found in rows.groupby("role")}
    assert named.pop("headline") == headline
    assert (named.get("companion", ""), named.get("sensitivity", "")) == (companions, sensitivity)
    assert rows[["estimate", "p_value", "hedges_g"]].notna().all().all()
    # a permutation test gives a p-value and no interval
    without = rows["estimator"].str.endswith("permutation")
    assert rows[["std_error", "conf_low", "g_high"]].isna().eq(without, axis=0).all().all()


def test_strata_become_fixed_effects():
    data = villages(4).assign(pair=lambda d: d["village"] % 4)
    rows = estimate(data, cluster="village", stratum="pair", wave="w2", **POST)
    assert rows["estimator"].tolist() == ["ols_cr2_fe", "cluster_means", "permutation"]
    assert rows.loc[1, "df"] == 8 - 2 - 3  # eight means, two arms, four pairs
    people = estimate(data, stratum="pair", wave="w2", **POST)
    assert people["estimator"].tolist() == ["ols_hc1_fe"] and people.loc[0, "df"] == 48 - 2 - 3


def test_did_by_hand():
    # changes: treated 1 and 3, control 0 and 2; b = 2 - 1
    scores = {"t1": (0, 1), "t2": (0, 3), "c1": (5, 5), "c2": (1, 3)}
    data = pd.DataFrame(
        [(p, p[0], w, s) for p, pair in scores.items() for w, s in zip(("w1", "w2"), pair, strict=True)]
    )
    row = estimate(data.set_axis(["person", "arm", "wave", "score"], axis=1), **COMPARED).loc[0]
    # each residual is 1 or -1: HC1 variance of a mean of two = 2/4, both arms, times 4 / (4 - 2)
    assert [row["estimate"], row["std_error"], row["df"]] == pytest.approx([1, 2**0.5, 2])


def test_did_and_ancova_differ_by_the_slope_times_the_gap_at_baseline():
    data = villages(5)
    rows = estimate(data, cluster="village", **COMPARED).set_index("estimator")
    wide = data.pivot(index=["person", "arm"], columns="wave", values="score").reset_index()
    gap = wide.groupby("arm")["w1"].mean()["t"] - wide.groupby("arm")["w1"].mean()["c"]
    within = wide[["w1", "w2"]] - wide.groupby("arm")[["w1", "w2"]].transform("mean")
    slope = (within["w1"] * within["w2"]).sum() / (within["w1"] ** 2).sum()
    difference = rows.loc["did_cr2", "estimate"] - rows.loc["ancova_cr2", "estimate"]
    assert difference == pytest.approx(-(1 - slope) * gap, abs=1e-10)


def test_cluster_means_by_hand():
    # village means 1, 3 | 0, 2 whatever the number of children: b = 1, s^2 = 2, SE = sqrt(2 (1/2 + 1/2)), df = 2
    data = pd.DataFrame({"village": list("aaabccd"), "score": [0.0, 1, 2, 3, -1, 1, 2], "arm": list("ttttccc")})
    row = estimate(data, cluster="village", **POST).loc[0]
    assert [row["estimate"], row["std_error"], row["df"]] == pytest.approx([1, 2**0.5, 2])
    assert (row["estimator"], row["n"], row["n_clusters"]) == ("cluster_means", 7, 4)


def test_arms_that_share_clusters_are_compared_within_them():
    # differences t - c in four schools: 1, 2, 3, 2 -> the paired t test, mean 2, SE sqrt(2/3)/2, df 3
    differences = [1.0, 2, 3, 2]
    rows = [(school, arm, 5 * school + d * (arm == "t")) for school, d in enumerate(differences) for arm in "tc"]
    data = pd.DataFrame(rows, columns=["school", "arm", "score"])
    row = estimate(data, cluster="school", **POST).loc[1]
    assert [row["estimate"], row["std_error"], row["df"]] == pytest.approx([2, (2 / 3) ** 0.5 / 2, 3])


def test_baseline_is_taken_out_of_cluster_means_with_the_slope_within_clusters():
    data = villages(3)
    row = estimate(data, cluster="village", estimators=["ancova_cluster_means"], **RANDOMISED).loc[0]
    wide = data.pivot(index=["person", "arm", "village"], columns="wave", values="score").reset_index()
    within = wide[["w1", "w2"]] - wide.groupby("village")[["w1", "w2"]].transform("mean")
    adjusted = wide["w2"] - wide["w1"] * (within["w1"] * within["w2"]).sum() / (within["w1"] ** 2).sum()
    means = adjusted.groupby([wide["arm"], wide["village"]]).mean().groupby("arm")
    assert row["estimate"] == pytest.approx(means.mean()["t"] - means.mean()["c"])
    assert row["std_error"] == pytest.approx(((means.var()["t"] + means.var()["c"]) / 2 * (2 / 3)) ** 0.5)
    assert row["df"] == 4


def test_a_covariate_of_the_cluster_costs_a_degree_of_freedom_and_one_of_the_child_does_not():
    data = villages(4).assign(size=lambda d: d["village"] ** 2 % 5, age=lambda d: np.arange(len(d)) % 7)
    costs = [
        estimate(data, cluster="village", covariates=names, estimators=["did_cluster_means"], **COMPARED).loc[0, "df"]
        for names in ([], ["age"], ["size"])
    ]
    assert costs == [6, 6, 5]


def test_g_of_a_did_uses_the_unadjusted_deviation_of_the_later_wave():
    data = villages(4)
    rows = estimate(data, cluster="village", **COMPARED)
    later = data[data["wave"] == "w2"].groupby("arm")["score"]
    deviation = (later.var().mean()) ** 0.5  # both arms have 24 people
    factor = 1 - 3 / (4 * 46 - 1)
    assert rows["hedges_g"].tolist() == pytest.approx((factor * rows["estimate"] / deviation).tolist())


def test_one_group_changes_in_units_of_the_average_deviation():
    data = pd.DataFrame({"person": list("abcabc"), "wave": ["w1"] * 3 + ["w2"] * 3, "score": [1.0, 2, 3, 2, 4, 6]})
    row = estimate(data, **ONE_GROUP).loc[0]
    # changes 1, 2, 3: mean 2, SE 1/sqrt(3); deviations 1 and 2; w(2) = 1 - 3/7
    assert [row["estimate"], row["std_error"], row["df"]] == pytest.approx([2, 3**-0.5, 2])
    assert row["hedges_g"] == pytest.approx(4 / 7 * 2 / 1.5)
    assert pd.isna(row["contrast"])


def test_every_arm_is_in_the_model_and_the_last_is_the_reference():
    data = pd.DataFrame({"arm": list("aabbcc"), "score": [0.0, 2, 5, 7, 3, 3]})
    rows = estimate(data, outcome="score", design="randomised_post", treated="arm", contrast=("b", "a", "c"), seed=1)
    assert rows["contrast"].tolist() == ["b - c", "a - c"] and rows["estimate"].tolist() == pytest.approx([3, -2])
    assert rows["n"].tolist() == [6, 6] and rows["df"].tolist() == [3, 3]
    two = estimate(data, outcome="score", design="randomised_post", treated="arm", contrast=("b", "c"), seed=1)
    assert two.loc[0, ["n", "df"]].tolist() == [6, 3]  # arm a still helps to estimate the variance


def test_each_contrast_has_its_own_ladder_and_one_headline():
    data = villages(8).assign(arm=lambda d: d["arm"].mask(d["village"].isin([0, 1]), "few"))
    rows = estimate(data, cluster="village", **COMPARED | {"contrast": ("t", "few", "c")})
    headlines = rows[rows["role"] == "headline"]
    assert headlines["contrast"].tolist() == ["t - c", "few - c"]
    assert headlines["estimator"].tolist() == ["did_cr2", "did_cluster_means"]


def test_named_estimators_stand_in_their_order():
    rows = estimate(villages(4), cluster="village", estimators=["ancova_cr2", "did_hc1"], **COMPARED)
    assert rows["role"].tolist() == ["headline", "companion"]
    assert "clusters_not_used: the standard error takes people as independent of each other" in rows.loc[1, "note"]
    assert pd.isna(rows.loc[1, "n_clusters"])


def test_the_unadjusted_companion_has_no_covariates():
    data = villages(4).assign(age=lambda d: np.arange(len(d)) % 7)
    rows = estimate(data, cluster="village", covariates=["age"], **RANDOMISED).set_index("estimator")
    plain = estimate(data, cluster="village", **RANDOMISED).set_index("estimator")
    assert rows.loc["ols_cr2", "estimate"] == plain.loc["ols_cr2", "estimate"]
    assert rows.loc["ancova_cr2", "estimate"] != plain.loc["ancova_cr2", "estimate"]
    assert rows.loc["ols_cr2", "note"] == "covariates_not_used: the covariates are not in this unadjusted model"


def test_words_as_covariates_become_ones_and_zeros():
    data = villages(4).assign(sex=lambda d: np.where(d["person"].str[-1].isin(list("02468")), "f", "m"))
    coded = data.assign(sex=(data["sex"] == "m").astype(float))
    rows = [estimate(table, cluster="village", covariates=["sex"], **RANDOMISED) for table in (data, coded)]
    assert rows[0]["estimate"].tolist() == pytest.approx(rows[1]["estimate"].tolist())


def test_weights_of_one_change_nothing_and_weights_of_two_count_nobody_twice():
    data = villages(4)
    plain = estimate(data, cluster="village", **COMPARED)
    for weight in (1.0, 2.0):
        rows = estimate(data.assign(w=weight), cluster="village", weight="w", **COMPARED)
        assert rows[["estimate", "std_error", "df", "hedges_g"]].to_numpy() == pytest.approx(
            plain[["estimate", "std_error", "df", "hedges_g"]].to_numpy(), nan_ok=True
        )


def test_people_are_linked_by_their_code_and_never_by_position():
    data = villages(4)
    shuffled = pd.concat([data[data["wave"] == "w1"], data[data["wave"] == "w2"][::-1]], ignore_index=True)
    assert estimate(shuffled, **COMPARED)["estimate"].tolist() == pytest.approx(
        estimate(data, **COMPARED)["estimate"].tolist()
    )


def test_the_people_left_out_are_counted():
    data = villages(4).astype({"village": object})
    data = change(data, "w1", ["p0", "p1"], score=np.nan)
    data = change(data, "w2", ["p2"], score=np.nan)
    data = change(data, "w1", ["p3", "p4", "p5"], village=None)
    data = change(data, "w1", ["p9"], arm="")
    rows = estimate(data, cluster="village", **COMPARED)
    assert notes_of(rows) == [
        "no_baseline: 2 people without a baseline left out",
        "no_follow_up: 1 person without a follow-up left out",
        "no_value: 1 person without arm left out",
        "no_value: 3 people without village left out",
    ]
    assert rows.loc[0, "n"] == 48 - 7


def test_rows_without_a_code_are_counted_and_never_linked():
    data = villages(4)
    data = change(data, "w2", ["p0"], person="")
    rows = estimate(data, cluster="village", **COMPARED)
    assert "no_person: 1 row without a person code left out" in notes_of(rows) and rows.loc[0, "n"] == 47


def test_post_only_counts_those_without_outcome_weight_and_covariate():
    data = villages(4).query("wave == 'w2'").assign(w=1.0, age=8.0).drop(columns="wave")
    data.iloc[0, data.columns.get_loc("score")] = np.nan
    data.iloc[1, data.columns.get_loc("w")] = 0
    data.iloc[2, data.columns.get_loc("age")] = np.nan
    rows = estimate(data, weight="w", covariates=["age"], **POST)
    assert notes_of(rows) == [
        "no_outcome: 1 person without the outcome left out",
        "no_value: 1 person without age left out",
        "weight_not_positive: 1 person with a weight of 0 or less left out",
        "covariate_constant: age is the same for everybody and is not in the model",
    ]


def test_arm_and_cluster_are_those_of_the_baseline():
    data = villages(4)
    moved = change(change(data, "w2", ["p0", "p1"], arm="c", village=7), "w2", ["p2"], village=6)
    rows, plain = (estimate(table, cluster="village", **COMPARED) for table in (moved, data))
    assert rows["estimate"].tolist() == plain["estimate"].tolist()
    assert notes_of(rows) == [
        "arm_changed: 2 people named in another arm later: the arm of the baseline counts",
        "cluster_changed: 3 people in another cluster later: the cluster of the baseline counts",
    ]


def test_few_degrees_of_freedom_are_called_unreliable():
    rows = estimate(villages(2), cluster="village", **COMPARED).set_index("estimator")
    warning = "df_below_4: fewer than 4 Satterthwaite degrees of freedom: the p-value is unreliable, do not use .05"
    assert rows.loc["did_cr2", "note"] == warning and rows.loc["did_cluster_means", "note"] == ""


def test_columns_of_any_kind_mean_the_same():
    data = villages(4).assign(score=lambda d: d["score"].round(), sex=lambda d: np.arange(len(d)) % 3 == 0)
    kinds = {"score": "Int64", "arm": "category", "village": "string", "person": object, "sex": "boolean"}
    rows, plain = (estimate(t, cluster="village", covariates=["sex"], **COMPARED) for t in (data.astype(kinds), data))
    pd.testing.assert_frame_equal(rows, plain)
    shares = estimate(data.assign(score=data["score"] > 9), wave="w2", cluster="village", **POST).loc[0]
    assert 0 < shares["estimate"] < 1

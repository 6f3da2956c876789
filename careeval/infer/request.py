"""What is asked of estimate(), and everything that is wrong with it at once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from careeval.errors import Problem, listed
from careeval.infer.designs import DESIGNS, Design


@dataclass(frozen=True)
class Request:
    """The arguments of estimate(); column names are None where not given. contrast: arms, the reference last."""

    outcome: str
    design_name: str
    treated: str | None
    contrast: tuple[object, ...]
    baseline: str | None
    wave: str | None
    person: str | None
    cluster: str | None
    stratum: str | None
    weight: str | None
    covariates: tuple[str, ...]
    estimators: tuple[str, ...] | None
    conf_level: float
    seed: int

    @property
    def design(self) -> Design:
        """The design named; KeyError before `request_problems` has seen the request."""
        return DESIGNS[self.design_name]


def request_problems(data: pd.DataFrame, request: Request) -> list[Problem]:
    """Everything that does not fit: design, columns, waves, contrast, types; empty when all is well."""
    if request.design_name not in DESIGNS:
        return [Problem("estimate", "design", f"found {request.design_name!r}", ", ".join(DESIGNS))]
    problems = _needs(request) + _columns(data, request)
    if not 0 < request.conf_level < 1:
        problems.append(Problem("estimate", "conf_level", f"found {request.conf_level!r}", "above 0 and below 1"))
    return problems or _waves(data, request) + _contrast(data, request) + _types(data, request)


def _needs(request: Request) -> list[Problem]:
    needed = {"treated": request.treated, "contrast": request.contrast} if request.design.arms else {}
    if request.design.baseline:
        needed |= {"baseline": request.baseline, "wave": request.wave, "person": request.person}
    ways_out = {
        "contrast": "Name the arms, the reference last",
        "person": "Waves are linked by person, never by position",
    }
    return [
        Problem("estimate", key, f"not given, and design {request.design_name!r} needs it", "", ways_out.get(key, ""))
        for key, value in needed.items()
        if not value
    ]


def _columns(data: pd.DataFrame, request: Request) -> list[Problem]:
    named = {key: getattr(request, key) for key in ("outcome", "treated", "person", "cluster", "stratum", "weight")}
    wanted = [(key, column) for key, column in named.items() if column]
    wanted += [("covariates", column) for column in request.covariates]
    wanted += [("wave", "wave")] * (request.wave is not None)
    return [
        Problem("estimate", key, f"no column {column!r} in data", listed(data.columns))
        for key, column in wanted
        if column not in data
    ]


def _waves(data: pd.DataFrame, request: Request) -> list[Problem]:
    asked = {"baseline": request.baseline if request.design.baseline else None, "wave": request.wave}
    return [
        Problem("estimate", key, f"no row of data is of wave {wave!r}", listed(data["wave"].dropna().unique()))
        for key, wave in asked.items()
        if wave is not None and not (data["wave"] == wave).any()
    ]


def _contrast(data: pd.DataFrame, request: Request) -> list[Problem]:
    if not request.design.arms:
        return []
    known = arms_of(data[request.treated])
    unknown = [arm for arm in request.contrast if arm not in known]
    problems = [
        Problem("estimate", "contrast", f"no arm {arm!r} in column {request.treated!r}", listed(known))
        for arm in unknown
    ]
    if len(set(request.contrast)) != len(request.contrast) or len(request.contrast) < 2:
        found = f"found {listed(request.contrast)}"
        problems.append(Problem("estimate", "contrast", found, "two or more different arms, the reference last"))
    return problems


def arms_of(column: pd.Series) -> list[object]:
    """The arms of a column: those present, and the declared ones of a categorical; empty text is no arm."""
    declared = list(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else []
    present = column.dropna().unique().tolist()
    return sorted({arm for arm in [*declared, *present] if arm != ""}, key=str)


def _types(data: pd.DataFrame, request: Request) -> list[Problem]:
    return [
        Problem("data", f"column {column!r}", f"holds {data[column].dtype}", "numbers", f"{key} is calculated with")
        for key, column in (("outcome", request.outcome), ("weight", request.weight))
        if column and not pd.api.types.is_numeric_dtype(data[column])
    ]

"""Every effect that a study's design implies, and those it names, as rows of one table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.infer.estimate import ESTIMATE_COLUMNS, estimate
from careeval.specs.study import Outcome, PlannedEstimate, Study, Wave

# an estimator of a reproduction says which design it belongs to
POST_ONLY = ("ols_", "cluster_means")


def study_estimates(
    study: Study, wave: Wave, *, people: Mapping[str, pd.DataFrame], values: pd.DataFrame, floors: Mapping[str, int]
) -> pd.DataFrame:
    """The estimates table of a wave: design-implied rows for each outcome, then the [[estimates]] of study.toml.

    people: {wave: people with arm, assigned and facts}, every wave; values: the outcomes of all waves (long).
    floors: the privacy floor a group; an arm with fewer analysed people is refused. Raises nothing for a design that
    cannot be estimated: the row stands with the reason in `note` and no numbers.
    """
    rows = []
    if not study.is_baseline(wave):
        for outcome in study.spec.outcomes:
            made = implied(study, wave, outcome, people=people, values=values, floors=floors)
            rows.append(_described(made, outcome))
    for planned in study.spec.estimates:
        rows.append(_planned(study, planned, people=people, values=values, floors=floors))
    rows = [frame for frame in rows if len(frame)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=ESTIMATE_COLUMNS)


def implied(
    study: Study,
    wave: Wave,
    outcome: Outcome,
    *,
    people: Mapping[str, pd.DataFrame],
    values: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """The rows for one outcome that follow from who was assigned how, and from the waves that have it."""
    data = outcome_data(study, outcome, until=wave, people=people, values=values)
    before = [one.id for one in study.waves_until(wave.id)[:-1] if study.is_baseline(one)]
    seen = data[data["value"].notna()]
    before = [one for one in before if seen["wave"].eq(one).any()]
    baseline = before[-1] if before else None
    now = data[data["wave"].isin([wave.id, baseline])]
    arms = [arm for arm in study.spec.design.arms if seen.loc[seen["wave"].eq(wave.id), "arm"].eq(arm).any()]
    design = _design(study, arms, baseline)
    if reason := _refusal(now[now["value"].notna()], outcome, arms, baseline, wave, design, floors):
        return refused(outcome, wave.id, baseline, design, reason)
    by_person = study.spec.design.assigned_unit == "person"
    clustered = bool(study.spec.design.clustered_in) or not by_person
    stratum = "assigned" if by_person and clustered else (study.spec.design.strata or None)
    return estimate(
        now,
        outcome="value",
        design=design,
        treated="arm" if len(arms) > 1 else None,
        contrast=tuple(arms) if len(arms) > 1 else None,
        baseline=baseline,
        wave=wave.id,
        person="person",
        cluster="assigned" if clustered else None,
        stratum=stratum if len(arms) > 1 else None,
        seed=study.spec.seed,
    )


def outcome_data(
    study: Study, outcome: Outcome, *, until: Wave, people: Mapping[str, pd.DataFrame], values: pd.DataFrame
) -> pd.DataFrame:
    """A row for everyone of the outcome's group on the register of each wave up to `until`: person, wave, value, paper.

    value is missing where somebody was registered but not measured, so that who is lost can be counted. Beside it
    stand the arm, the assigned unit and the facts of each person's latest register row.
    """
    waves = [one.id for one in study.waves_until(until.id) if one.id in people]
    registers = {wave: people[wave][people[wave]["group"].eq(outcome.group)] for wave in waves}
    who = pd.concat([registers[wave] for wave in reversed(waves)], ignore_index=True).drop_duplicates("person")
    rows = pd.concat([registers[wave][["person", "wave"]] for wave in waves], ignore_index=True)
    own = values.loc[values["outcome"].eq(outcome.id), ["person", "wave", "value", "paper"]]
    rows = rows.merge(own, on=["person", "wave"], how="left", validate="1:1")
    return rows.merge(who.drop(columns="wave"), on="person", how="left", validate="m:1")


def _design(study: Study, arms: list[str], baseline: str | None) -> str:
    random = study.spec.design.assigned_by == "random"
    if len(arms) < 2:
        return "one_group_prepost"
    if baseline is None:
        return "randomised_post" if random else "compared_post"
    return "randomised_prepost" if random else "compared_prepost"


def _refusal(
    data: pd.DataFrame,
    outcome: Outcome,
    arms: list[str],
    baseline: str | None,
    wave: Wave,
    design: str,
    floors: Mapping[str, int],
) -> str:
    """Why nothing is estimated, or ''."""
    now = data[data["wave"].eq(wave.id)]
    if now.empty:
        return "no_data: nobody has a value in this wave"
    if design == "compared_post":
        return "no_start: not randomised and nobody was measured before the start; the arms can only be described"
    if design == "one_group_prepost" and baseline is None:
        return "no_comparison: one group measured once; its level can only be described"
    if outcome.source == "exams":
        if design == "one_group_prepost":
            return "two_papers: marks of two different papers are never subtracted without a comparison group"
        papers = data.groupby(["wave", "paper"])["arm"].agg(lambda arm: set(arm.dropna()))
        if len(alone := papers[papers.map(lambda have: not have.issuperset(arms))]):
            names = ", ".join(f"{paper} ({one})" for one, paper in alone.index[:3])
            return f"one_arm_paper: {names} was not sat in every arm; marks of different papers are never compared"
    analysed = now if baseline is None else now[now["person"].isin(data.loc[data["wave"].eq(baseline), "person"])]
    counts = analysed.groupby("arm")["person"].nunique().reindex(arms) if len(arms) > 1 else [len(analysed)]
    if any(0 < n < floors[outcome.group] for n in counts):
        return f"few_people: fewer than {floors[outcome.group]} people stand behind an arm; not shown"
    return ""


def refused(outcome: Outcome, wave: str, baseline: str | None, design: str, reason: str) -> pd.DataFrame:
    """One row without numbers that says why."""
    row = {"outcome": "value", "wave": wave, "baseline_wave": baseline, "design": design, "role": "headline"}
    return pd.DataFrame([row | {"note": reason}], columns=ESTIMATE_COLUMNS)


def _described(rows: pd.DataFrame, outcome: Outcome, name: str = "") -> pd.DataFrame:
    """The rows with what only the study knows: roles, direction, smallest worthwhile change, a name of their own."""
    told = rows.assign(
        outcome=outcome.id,
        outcome_role=outcome.role,
        family=outcome.family,
        domain=outcome.domain,
        group=outcome.group,
        subgroup="",
        higher_is=outcome.higher_is,
        smallest_worthwhile=outcome.smallest_worthwhile,
    )
    parts = told[["outcome", "contrast", "wave", "estimator"]].fillna("").astype("str")
    ids = parts.apply(lambda row: ":".join(part for part in row if part), axis="columns")
    if name:
        # the first contrast has the name that study.toml gives; further arms add theirs
        first = told["contrast"].iloc[0]
        ids = told["contrast"].map(lambda contrast: name if contrast == first else f"{name}:{contrast}")
    return told.assign(id=ids)[ESTIMATE_COLUMNS]


def _planned(
    study: Study,
    planned: PlannedEstimate,
    *,
    people: Mapping[str, pd.DataFrame],
    values: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    outcome = next(one for one in study.spec.outcomes if one.id == planned.outcome)
    wave = study.wave(planned.wave)
    data = outcome_data(study, outcome, until=wave, people=people, values=values)
    before = [one.id for one in study.waves_until(wave.id)[:-1] if study.is_baseline(one)]
    post_only = planned.estimator.startswith(POST_ONLY)
    baseline = None if post_only or not before else before[-1]
    data = data[data["wave"].isin([wave.id, baseline])]
    cluster = {study.spec.site_kind: "site", "": None}.get(planned.cluster, planned.cluster)
    counts = data[data["wave"].eq(wave.id) & data["value"].notna()].groupby("arm")["person"].nunique()
    if (counts.between(1, floors[outcome.group] - 1)).any():
        reason = f"few_people: fewer than {floors[outcome.group]} people stand behind an arm; not shown"
        rows = refused(outcome, wave.id, baseline, "", reason)
    else:
        rows = estimate(
            data,
            outcome="value",
            design="randomised_post" if post_only else _design(study, list(study.spec.design.arms), baseline),
            treated="arm",
            contrast=study.spec.design.arms,
            baseline=baseline,
            wave=wave.id,
            person="person",
            cluster=cluster,
            estimators=(planned.estimator,),
            seed=study.spec.seed,
        )
    return _described(rows.assign(role=planned.role), outcome, planned.id)

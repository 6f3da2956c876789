"""Every effect that a study's design implies, and those it names, as rows of one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from careeval.infer.estimate import ESTIMATE_COLUMNS, estimate
from careeval.infer.rows import estimates_table
from careeval.specs.study import Outcome, Study, Wave

# estimators that compare the arms after the start and can do without a baseline where these were drawn by lot
POST_ONLY = ("ols_", "cluster_means", "permutation")
COUNTED = re.compile(r"\b(\d[\d,]*)( of \d[\d,]*)? (?:person|people)\b")


@dataclass(frozen=True)
class Facts:
    """What a study knows of people: {wave: people}, the outcomes of all waves (long), the privacy floor a group."""

    study: Study
    people: Mapping[str, pd.DataFrame]
    values: pd.DataFrame
    floors: Mapping[str, int]


@dataclass(frozen=True)
class Comparison:
    """What an estimate of one outcome stands on.

    data: person and wave (this one and the baseline), value, paper, arm, assigned and facts; arms: those measured in
    this wave, the reference last; baseline: the last wave before the start that has the outcome, None without one;
    refusal: why nothing is estimated, or ''.
    """

    data: pd.DataFrame
    arms: tuple[str, ...]
    baseline: str | None
    design: str
    refusal: str


def study_estimates(
    study: Study, wave: Wave, *, people: Mapping[str, pd.DataFrame], values: pd.DataFrame, floors: Mapping[str, int]
) -> pd.DataFrame:
    """The estimates table of a wave: design-implied rows for each outcome, then the [[estimates]] of study.toml.

    people: {wave: people with arm, assigned and facts}, every wave; values: the outcomes of all waves (long).
    floors: the privacy floor a group; an arm with fewer analysed people is refused, and a note that counts fewer
    people says "fewer than". A wave before the start has no effects, only what study.toml names. Where the data do not
    bear an estimate the row stands with the reason in `note` and no numbers.
    """
    facts, rows = Facts(study, people, values, floors), []
    for outcome in () if study.is_baseline(wave) else study.spec.outcomes:
        made = _estimated(facts, wave, comparison(facts, wave, outcome), **_assignment(study))
        rows.append(_described(made, outcome, floors))
    for planned in study.spec.estimates:
        outcome = next(one for one in study.spec.outcomes if one.id == planned.outcome)
        own = study.wave(planned.wave)
        found = comparison(facts, own, outcome, post_only=planned.estimator.startswith(POST_ONLY))
        cluster = {study.spec.site_kind: "site", "": None}.get(planned.cluster, planned.cluster)
        made = _estimated(facts, own, found, cluster=cluster, estimators=(planned.estimator,))
        rows.append(_described(made.assign(role=planned.role), outcome, floors, name=planned.id))
    return pd.concat(rows, ignore_index=True) if rows else estimates_table([])


def _assignment(study: Study) -> dict[str, str | None]:
    """The columns of clusters and strata that follow from who was assigned."""
    design = study.spec.design
    by_person = design.assigned_unit == "person"
    clustered = bool(design.clustered_in) or not by_person
    stratum = "assigned" if by_person and clustered else "assigned_stratum" if design.strata else None
    return {"cluster": "assigned" if clustered else None, "stratum": stratum}


def _estimated(
    facts: Facts,
    wave: Wave,
    found: Comparison,
    *,
    cluster: str | None,
    stratum: str | None = None,
    estimators: tuple[str, ...] | None = None,
) -> pd.DataFrame:
    """The estimates of one comparison, or the one row without numbers that says why there are none."""
    named = {"outcome": "value", "wave": wave.id}
    if found.refusal:
        row = named | {"baseline_wave": found.baseline, "design": found.design, "note": found.refusal}
        return estimates_table([row | {"role": "headline"}])
    several = len(found.arms) > 1
    arms = {"treated": "arm", "contrast": found.arms, "stratum": stratum} if several else {}
    return estimate(
        found.data,
        design=found.design,
        baseline=found.baseline,
        person="person",
        cluster=cluster,
        estimators=estimators,
        seed=facts.study.spec.seed,
        **named,
        **arms,
    )


def comparison(facts: Facts, wave: Wave, outcome: Outcome, *, post_only: bool = False) -> Comparison:
    """Who can be compared with whom on an outcome in a wave.

    post_only: without a baseline, where the arms were drawn by lot. Where only one arm of several was measured, that
    arm's change is all there is.
    """
    study, spec = facts.study, facts.study.spec.design
    data = outcome_data(facts, outcome, until=wave)
    measured = data[data["value"].notna()]
    now = set(measured.loc[measured["wave"].eq(wave.id), "arm"])
    arms = tuple(arm for arm in spec.arms if arm in now)
    if len(arms) == 1 < len(spec.arms):
        data, measured = (rows[rows["arm"].eq(arms[0])] for rows in (data, measured))
    before = [one.id for one in study.waves_until(wave.id)[:-1] if study.is_baseline(one)]
    before = [one for one in before if measured["wave"].eq(one).any()]
    baseline = before[-1] if before and not (post_only and spec.assigned_by == "random") else None
    design = _design(spec.assigned_by, arms, baseline)
    data, measured = (rows[rows["wave"].isin([wave.id, baseline])] for rows in (data, measured))
    wanted = arms if len(arms) > 1 else spec.arms
    reason = (
        _no_comparison(measured, wave, design, baseline)
        or (_papers_apart(measured, wanted) if outcome.source == "exams" else "")
        or _few_people(measured, arms, baseline, wave, facts.floors[outcome.group])
    )
    return Comparison(data, arms, baseline, design, reason)


def outcome_data(facts: Facts, outcome: Outcome, *, until: Wave) -> pd.DataFrame:
    """A row for everyone of the outcome's group on the register of each wave up to `until`: person, wave, value, paper.

    value is missing where somebody was registered but not measured, so that who is lost can be counted. Beside it
    stand the arm, the assigned unit and the facts of each person's latest register row.
    """
    waves = [one.id for one in facts.study.waves_until(until.id) if one.id in facts.people]
    registers = [facts.people[wave][facts.people[wave]["group"].eq(outcome.group)] for wave in waves]
    who = pd.concat(registers[::-1], ignore_index=True).drop_duplicates("person")
    rows = pd.concat([register[["person", "wave"]] for register in registers], ignore_index=True)
    own = facts.values.loc[facts.values["outcome"].eq(outcome.id), ["person", "wave", "value", "paper"]]
    rows = rows.merge(own, on=["person", "wave"], how="left", validate="1:1")
    return rows.merge(who.drop(columns="wave"), on="person", how="left", validate="m:1")


def _design(assigned_by: str, arms: tuple[str, ...], baseline: str | None) -> str:
    if len(arms) < 2:
        return "one_group_prepost"
    when = "post" if baseline is None else "prepost"
    return f"{'randomised' if assigned_by == 'random' else 'compared'}_{when}"


# notes of one row are joined by "; ": a reason holds none
def _no_comparison(measured: pd.DataFrame, wave: Wave, design: str, baseline: str | None) -> str:
    if not measured["wave"].eq(wave.id).any():
        return "no_data: nobody has a value in this wave"
    if design == "compared_post":
        return "no_start: not randomised and nobody was measured before the start, so the arms can only be described"
    if design == "one_group_prepost" and baseline is None:
        return "no_comparison: one group measured once, whose level can only be described"
    return ""


def _papers_apart(measured: pd.DataFrame, arms: tuple[str, ...]) -> str:
    if len(arms) < 2:
        return "two_papers: marks of two different papers are never subtracted without a comparison group"
    sat_in = measured.groupby(["wave", "paper"])["arm"].agg(lambda arm: set(arm.dropna()))
    alone = sat_in[sat_in.map(lambda own: not own.issuperset(arms))]
    if alone.empty:
        return ""
    names = ", ".join(f"{paper} ({wave})" for wave, paper in alone.index[:3])
    return f"one_arm_paper: {names} was not sat in every arm, and marks of different papers are never compared"


def _few_people(measured: pd.DataFrame, arms: tuple[str, ...], baseline: str | None, wave: Wave, floor: int) -> str:
    now = measured[measured["wave"].eq(wave.id)]
    if baseline is not None:
        now = now[now["person"].isin(measured.loc[measured["wave"].eq(baseline), "person"])]
    counts = now["arm"].value_counts().reindex(arms, fill_value=0) if len(arms) > 1 else [len(now)]
    few = any(0 < n < floor for n in counts)
    return f"few_people: fewer than {floor} people stand behind an arm, not shown" if few else ""


def _described(rows: pd.DataFrame, outcome: Outcome, floors: Mapping[str, int], *, name: str = "") -> pd.DataFrame:
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
        note=rows["note"].map(lambda note: _without_small_counts(note, floors[outcome.group]), na_action="ignore"),
    )
    parts = told[["outcome", "contrast", "wave", "estimator"]].fillna("").astype("str")
    ids = parts.apply(lambda row: ":".join(part for part in row if part), axis="columns")
    if name:
        # the first contrast has the name that study.toml gives; further arms add theirs
        contrasts = parts["contrast"]
        ids = contrasts.map(lambda contrast: name if contrast == contrasts.iloc[0] else f"{name}:{contrast}")
    return told.assign(id=ids)[ESTIMATE_COLUMNS]


def _without_small_counts(note: str, floor: int) -> str:
    """'3 people without a baseline' -> 'fewer than 5 people without a baseline'; none and many stand as they are."""

    def told(match: re.Match[str]) -> str:
        few = 0 < int(match[1].replace(",", "")) < floor
        return f"fewer than {floor}{match[2] or ''} people" if few else match[0]

    return COUNTED.sub(told, note)

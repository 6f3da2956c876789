"""Tables about who was followed from wave to wave, and how each site changed."""

from __future__ import annotations

import pandas as pd

from careeval.measure.changes import changes_by_site
from careeval.measure.participants import participant_counts
from careeval.pipeline.people_tables import measured
from careeval.pipeline.view import View
from careeval.specs.study import Outcome

CHANGES = ("outcome", "wave", "baseline_wave", "group", "site", "arm", "n", "value", "suppressed")
NO_REASON = "unknown"


def site_changes(view: View) -> pd.DataFrame:
    """Each site's mean change of each primary outcome that may be compared; nothing without a baseline."""
    tables, floors = [], view.floors()
    for outcome, baseline, people in _compared(view):
        if outcome.role != "primary" or baseline is None:
            continue
        register = view.table("people", baseline)[["person", "group", "site", "arm"]]
        waves = [people.loc[people["wave"].eq(one), ["person", "value"]] for one in (baseline, view.wave.id)]
        made = changes_by_site(*waves, register, floor=floors[outcome.group])
        tables.append(made.assign(outcome=outcome.id, wave=view.wave.id, baseline_wave=baseline))
    return pd.concat(tables, ignore_index=True)[list(CHANGES)] if tables else pd.DataFrame(columns=list(CHANGES))


def participants(view: View) -> pd.DataFrame:
    """Who of the first register is eligible, was lost by this wave and why, and is analysed; hidden where few."""
    first, now = view.waves_so_far()[0], view.wave.id
    start = view.table("people", first)
    seen = start.loc[start["person"].isin(measured(view, first)), "person"]
    reasons = view.table("people").set_index("person")["follow_up"]
    lost = seen[~seen.isin(measured(view, now))]
    # somebody marked as measured of whom there is neither an answer nor a mark: nobody knows why
    why = lost.map(reasons).where(lambda reason: reason.ne("measured")).fillna(NO_REASON)
    analysed = {}
    for outcome, baseline, people in _compared(view):
        waves = people.groupby("person")["wave"].nunique()
        both = waves.index[waves.eq(1 if baseline is None else 2)]
        analysed[outcome.id] = people[people["person"].isin(both)].drop_duplicates("person")
    counts = participant_counts(view.study, start, why.set_axis(lost), analysed, floors=view.floors())
    return counts.assign(wave=now)[["wave", "group", "arm", "step", "n", "suppressed"]]


def _compared(view: View) -> list[tuple[Outcome, str | None, pd.DataFrame]]:
    """(outcome, its baseline wave, person and wave of those measured) of each outcome with an estimate in this wave."""
    from careeval.infer.study_estimates import Facts, comparison  # slow to import, and only wanted here

    if view.study.is_baseline(view.wave):
        return []
    waves = view.waves_so_far()
    values = pd.concat(view.over("outcomes", waves).values(), ignore_index=True)
    facts = Facts(view.study, view.over("people", waves), values, view.floors())
    found = [(outcome, comparison(facts, view.wave, outcome)) for outcome in view.study.spec.outcomes]
    return [(one, made.baseline, made.data[made.data["value"].notna()]) for one, made in found if not made.refusal]

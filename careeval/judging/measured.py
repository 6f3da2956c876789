"""Was an outcome measured well enough to be judged? One row a check, with its number, its limit and its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from careeval.judging.attrition import attrition, is_high
from careeval.measure.reliability import outcome_items, outcome_score, reliability
from careeval.specs.study import Outcome, Study, Wave

COLUMNS = ["outcome", "group", "wave", "check", "result", "value", "limit", "detail"]
RELIABLE, JUST_RELIABLE = 0.70, 0.60
MOST_AT_THE_CEILING = 0.15
MOST_MISSING = 0.40
FEWEST_ANALYSED = 10
FEWEST_UNITS = 4
ALIKE = 0.25  # Hedges g at the start, above which adjusting does not rescue a comparison (WWC 5.0)


class Check(NamedTuple):
    """result: ok, fail (no verdict on the outcome), down or up (a step of certainty), not checked."""

    check: str
    result: str
    value: float = np.nan
    limit: float = np.nan
    detail: str = ""


class Seen(NamedTuple):
    """What is known of one outcome: rows of people of its group, and values by wave."""

    study: Study
    outcome: Outcome
    before: Wave | None
    now: Wave
    people: Mapping[str, pd.DataFrame]
    values: pd.DataFrame
    answers: Mapping[str, pd.DataFrame]

    def value_rows(self, wave: Wave) -> pd.DataFrame:
        """person, wave, value of a wave, with the person's arm and assigned unit."""
        own = self.values[self.values["outcome"].eq(self.outcome.id) & self.values["wave"].eq(wave.id)]
        who = self.people[wave.id].reindex(columns=["person", "arm", "assigned"])
        return own.merge(who, on="person", how="left", validate="m:1")


def measure_checks(
    study: Study,
    wave: Wave,
    *,
    people: Mapping[str, pd.DataFrame],
    values: pd.DataFrame,
    answers: Mapping[str, pd.DataFrame],
    balance: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """outcome, group, wave, check, result, value, limit, detail: what decides whether an outcome can be judged.

    people, answers: {wave: table}, with the wave and the last one before the plan started; values: the outcomes of all
    waves (long); balance: the balance table of the wave. Checks: reliability (lowest of the waves), instrument (the
    same items), invariance (not checked yet), ceiling at the start, missing at the follow-up, attrition, the
    definition of the group, people and units a arm, balance at the start. What does not apply is `not checked`.
    """
    before = [one for one in study.waves_until(wave.id)[:-1] if study.is_baseline(one) and one.id in people]
    rows = []
    for outcome in study.spec.outcomes:
        own = values[values["outcome"].eq(outcome.id)]
        start = [one for one in before if own["wave"].eq(one.id).any()]
        seen = Seen(study, outcome, start[-1] if start else None, wave, people, values, answers)
        named = {"outcome": outcome.id, "group": outcome.group, "wave": wave.id}
        rows += [named | check._asdict() for check in (*_instrument(seen), *_people(seen), _balance(seen, balance))]
    return pd.DataFrame(rows, columns=COLUMNS)


def _instrument(seen: Seen) -> Iterator[Check]:
    """Checks of what was asked."""
    items = _items(seen)
    yield _reliability(seen, items)
    yield _same_items(seen, items)
    yield Check("invariance", "not checked")
    yield _ceiling(seen)
    yield Check("definition", "ok", detail=seen.study.spec.definition.get(seen.outcome.group, ""))


def _items(seen: Seen) -> dict[str, pd.DataFrame]:
    """{wave: answers of the people with a value, the items of the score, turned round}; {} without an instrument."""
    if seen.outcome.source != "scores":
        return {}
    made = {}
    for wave in filter(None, (seen.before, seen.now)):
        answers = seen.answers[wave.id]
        rows = answers[answers["person"].isin(seen.value_rows(wave)["person"])]
        made[wave.id] = outcome_items(seen.study, seen.outcome, rows)
    return made


def _reliability(seen: Seen, items: Mapping[str, pd.DataFrame]) -> Check:
    if seen.outcome.source != "scores":
        detail = "exam_without_items" if seen.outcome.source == "exams" else "single_item"
        return Check("reliability", "down", limit=RELIABLE, detail=detail)
    if min(table.shape[1] for table in items.values()) < 2:
        return Check("reliability", "down", limit=RELIABLE, detail="single_item")
    alphas = {wave: reliability(table).alpha for wave, table in items.items() if len(table)}
    known = [alpha for alpha in alphas.values() if not np.isnan(alpha)]
    if not known:
        return Check("reliability", "fail", limit=JUST_RELIABLE, detail="unknown")
    lowest = min(known)
    result = "ok" if lowest >= RELIABLE else "down" if lowest >= JUST_RELIABLE else "fail"
    return Check("reliability", result, lowest, JUST_RELIABLE if result == "fail" else RELIABLE, "alpha")


def _same_items(seen: Seen, items: Mapping[str, pd.DataFrame]) -> Check:
    if len(items) < 2:
        return Check("instrument", "not checked")
    asked = [set(table.columns[table.notna().any()]) for table in items.values()]
    changed = sorted(asked[0] ^ asked[1])
    return Check("instrument", "fail" if changed else "ok", len(changed), 0, ", ".join(changed))


def _ceiling(seen: Seen) -> Check:
    """The share that could not improve any more at the start."""
    if seen.before is None or (best := _best(seen)) is None:
        return Check("ceiling", "not checked", limit=MOST_AT_THE_CEILING)
    share = float(seen.value_rows(seen.before)["value"].eq(best).mean())
    return Check("ceiling", "fail" if share > MOST_AT_THE_CEILING else "ok", share, MOST_AT_THE_CEILING)


def _best(seen: Seen) -> float | None:
    better = seen.outcome.higher_is == "better"
    if seen.outcome.source == "scores":
        score = outcome_score(seen.study, seen.outcome)[1]
        return float(score.high if better else score.low)
    asked = [one for one in seen.study.spec.questions if one.id == seen.outcome.item]
    return float(asked[0].max if better else asked[0].min) if asked else None


def _people(seen: Seen) -> Iterator[Check]:
    """Checks of who was measured."""
    now = seen.value_rows(seen.now)
    lost = None
    if seen.before is not None:
        before = seen.value_rows(seen.before)
        follow_up = seen.people[seen.now.id].set_index("person")["follow_up"]
        lost = attrition(before, now["person"], follow_up)
        now = now[now["person"].isin(before["person"])]
    if lost is None:
        yield Check("follow_up", "not checked", limit=MOST_MISSING)
        yield Check("attrition", "not checked")
    else:
        result = "fail" if lost.worst_arm > MOST_MISSING else "ok"
        yield Check("follow_up", result, lost.worst_arm, MOST_MISSING, "largest of an arm")
        high = is_high(lost.overall, lost.difference)
        detail = f"difference between arms {lost.difference:.12g}"
        yield Check("attrition", "down" if high else "ok", lost.overall, np.nan, detail)
    arms = [arm for arm in seen.study.spec.design.arms if now["arm"].eq(arm).any()] if len(now) else []
    analysed = [int(now["arm"].eq(arm).sum()) for arm in arms] or [len(now)]
    yield Check("analysed", "fail" if min(analysed) < FEWEST_ANALYSED else "ok", min(analysed), FEWEST_ANALYSED)
    yield _units(seen, now, arms)


def _units(seen: Seen, now: pd.DataFrame, arms: list[str]) -> Check:
    if seen.study.spec.design.assigned_unit == "person" or len(arms) < 2:
        return Check("few_units", "not checked", limit=FEWEST_UNITS)
    units = min(now.loc[now["arm"].eq(arm), "assigned"].nunique() for arm in arms)
    return Check("few_units", "down" if units < FEWEST_UNITS else "ok", units, FEWEST_UNITS)


def _balance(seen: Seen, balance: pd.DataFrame | None) -> Check:
    own = balance.loc[balance["outcome"].eq(seen.outcome.id), "hedges_g"].abs() if balance is not None else None
    if own is None or own.dropna().empty:
        return Check("baseline_balance", "not checked", limit=ALIKE)
    return Check("baseline_balance", "down" if own.max() > ALIKE else "ok", float(own.max()), ALIKE)

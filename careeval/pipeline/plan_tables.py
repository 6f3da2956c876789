"""Tables about the plan: what was due and delivered, who was reached, the verdicts, what is proposed."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from careeval.measure.comparable import comparability, stamp
from careeval.measure.delivery.table import COLUMNS as DELIVERY_COLUMNS
from careeval.measure.delivery.table import EXTRA as DELIVERY_EXTRA
from careeval.measure.delivery.table import delivery as delivery_of
from careeval.measure.delivery.table import hide_small
from careeval.measure.delivery.table import unit_periods as unit_periods_of
from careeval.measure.delivery.unmatched import silent_services
from careeval.measure.support import agreement, capacity, equity, reach
from careeval.measure.support.table import support_indicators
from careeval.measure.suppression import suppress_rows
from careeval.pipeline.cleaning import cleaned
from careeval.pipeline.people_tables import levels
from careeval.pipeline.view import View
from careeval.specs.plans import Plan

OF_THE_WAVE = ("people", "units", "answers", "responses", "pairs")
GATED = ("people", "answers", "responses", "exams")
# a promise for the year is kept or not over several waves
OVER_WAVES = ("services", "status", "logs")
STEPS = ["n", "n_high", "of_eligible", "of_eligible_high", "of_previous"]


def quality(view: View) -> pd.DataFrame:
    """What is odd in a wave's files, and the services that its plans name and no row of any wave so far has."""
    made = cleaned(view.study, view.wave).quality
    held = _records(view) if _plans(view) else {}
    silent = [one for plan in _plans(view) for one in silent_services(plan, held)]
    rows = pd.DataFrame(silent, columns=["detail", "variable"]).assign(
        check="service of a promise that no row has", wave=view.wave.id, file="", n=1, severity="look"
    )
    rows = rows.reindex(columns=made.columns).astype(made.dtypes.to_dict())
    return pd.concat([made, rows], ignore_index=True) if len(rows) else made


def unit_periods(view: View) -> pd.DataFrame:
    """A row a promise, unit and period of every plan in force; for derived/ only."""
    needed = _records(view)
    return _joined([unit_periods_of(plan, needed, view.wave, view.study) for plan in _plans(view)])


def delivery_whole(view: View) -> pd.DataFrame:
    """The delivery table of every plan in force with nothing hidden: what verdicts are made from; for derived/ only."""
    needed, before = _records(view), view.waves_so_far()[:-1]
    previous = view.table("delivery", before[-1]) if before else None
    made = [delivery_of(plan, needed, view.wave, study=view.study, previous=previous) for plan in _plans(view)]
    return _joined(made, [*DELIVERY_COLUMNS, *DELIVERY_EXTRA])


def delivery(view: View) -> pd.DataFrame:
    """The delivery table with small cells hidden, last wave's published value beside each."""
    whole = view.table("delivery_whole")
    return hide_small(whole, view.floors()) if len(whole) else whole


def indicators(view: View) -> pd.DataFrame:
    """Levels of outcomes and of support in one table, each stamped comparable with the last wave's or not."""
    made = levels(view)
    if _plans(view):
        given = (view.table("unit_periods"), view.table("floored_delivery"), view.floors())
        support = support_indicators(view.study, view.wave, _records(view), *given, costs=view.study.costs)
        support = _hidden_too(view, support, "level", ["numerator", "denominator", "value", "conf_low", "conf_high"])
        made = pd.concat([frame for frame in (made, support) if len(frame)], ignore_index=True)
    return stamp(made, _gate(view, made))


def comparable(view: View) -> pd.DataFrame:
    """Whether each level may be set beside the last wave's, and why not."""
    return _gate(view, view.table("indicators"))


def _gate(view: View, made: pd.DataFrame) -> pd.DataFrame:
    rounds = {one: {name: view.table(name, one) for name in GATED} for one in view.waves_so_far()}
    for one, tables in rounds.items():
        tables["indicators"] = made if one == view.wave.id else view.table("indicators", one)
    return comparability(view.study, view.wave, rounds)


def from_unit_periods(make: Callable[..., pd.DataFrame], columns: list[str]) -> Callable[[View], pd.DataFrame]:
    """The maker of a table that is counted from the unit-periods: cascade, gaps, agreement, capacity."""

    def made(view: View) -> pd.DataFrame:
        if not _plans(view):
            return pd.DataFrame(columns=columns)
        table = make(view.study, view.wave, _records(view), view.table("unit_periods"), view.floors())
        return _hidden_too(view, table, "commitment", STEPS) if "step" in table else table

    return made


def _hidden_too(
    view: View, table: pd.DataFrame, by: str, columns: list[str], *, told: str = "floored_delivery"
) -> pd.DataFrame:
    """The table with numbers emptied where the delivery table hides the promise (or one of its component) there."""
    told = view.table(told)
    gone = told.loc[told["suppressed"].astype(bool), ["commitment", "site"]]
    components = {one.id: one.component for plan in _plans(view) for one in plan.commitments}
    gone = pd.concat([gone, gone.assign(commitment=gone["commitment"].map(components))]).drop_duplicates()
    place = pd.MultiIndex.from_frame(table[[by, "site"]].astype("str"))
    hidden = pd.Series(place.isin(pd.MultiIndex.from_frame(gone.astype("str"))), index=table.index)
    return suppress_rows(table, hidden | table["suppressed"].astype(bool), columns)


SUPPORT = {
    "cascade": from_unit_periods(reach.cascade, reach.COLUMNS),
    "gaps": from_unit_periods(equity.gaps, equity.COLUMNS),
    "agreement": from_unit_periods(agreement.agreement, agreement.COLUMNS),
    "capacity": from_unit_periods(capacity.capacity, capacity.COLUMNS),
}


def measured(view: View) -> pd.DataFrame:
    """What decides whether an outcome can be judged at all."""
    from careeval.judging.measured import measure_checks  # reads estimates' vocabulary: scipy, only wanted here

    waves = view.waves_so_far()
    values = pd.concat(view.over("outcomes", waves).values(), ignore_index=True)
    people, answers = view.over("people", waves), view.over("answers", waves)
    balance = view.table("balance")
    return measure_checks(view.study, view.wave, people=people, values=values, answers=answers, balance=balance)


def verdicts(view: View) -> pd.DataFrame:
    """A verdict for each promise, group and outcome of every plan in force."""
    from careeval.judging.verdicts import COLUMNS, INPUTS, OVERRULED, judge

    before = view.waves_so_far()[:-1]
    previous = view.table("verdicts", before[-1]) if before else None
    given = (view.table("delivery_whole"), view.table("estimates"))
    checks = view.table("measured")
    made = [judge(plan, *given, measured=checks, previous=previous) for plan in _plans(view)]
    table = _joined(made, [*COLUMNS, *INPUTS, *OVERRULED])
    if table.empty:
        return table
    # the rule has seen all numbers; the reader sees those that the delivery table shows
    place = table.assign(site="all", suppressed=False)
    columns = ["due", "unknown", "dose", "value"]
    return _hidden_too(view, place, "commitment", columns, told="delivery")[list(table.columns)]


def changes(view: View) -> pd.DataFrame:
    """What the verdicts propose for the next plan."""
    from careeval.judging.proposals import CHANGE_COLUMNS, as_text
    from careeval.judging.proposals import changes as changes_of

    told = {"lang": view.study.spec.languages[0], "cascade": view.table("cascade"), "gaps": view.table("gaps")}
    made = [changes_of(plan, view.table("verdicts"), **told) for plan in _plans(view)]
    return as_text(_joined(made, CHANGE_COLUMNS))


def proposals(view: View) -> pd.DataFrame:
    """What became of the proposals that last term's verdicts made."""
    from careeval.judging.proposals import OUTCOME_COLUMNS, as_text, proposal_outcomes

    return as_text(_joined([proposal_outcomes(plan, view.table("verdicts")) for plan in _plans(view)], OUTCOME_COLUMNS))


def _plans(view: View) -> tuple[Plan, ...]:
    return view.study.plans(view.wave.id)


def _records(view: View) -> dict[str, pd.DataFrame]:
    over = {name: view.over(name, view.waves_so_far()) for name in OVER_WAVES}
    return view.tables(OF_THE_WAVE) | {name: _joined(list(tables.values())) for name, tables in over.items()}


def _joined(frames: list[pd.DataFrame], columns: list[str] | None = None) -> pd.DataFrame:
    some = [frame for frame in frames if len(frame)]
    if some:
        return pd.concat(some, ignore_index=True)
    return frames[0] if frames else pd.DataFrame(columns=columns or [])

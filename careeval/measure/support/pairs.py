"""Pairs of a person and a helper: alive, ended or never begun, how long they last, and who has one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.intervals import mean_interval
from careeval.measure.support.persons import DAYS_A_MONTH, commitments, fraction_of, sampled_share, share_limits
from careeval.measure.support.rows import KEY, cannot_answer, everywhere, finished
from careeval.specs.plans import Commitment
from careeval.specs.study import Study, Wave

STATES = {"pairs_alive": "alive", "pairs_ended": "ended", "pairs_never_started": "never"}


def pair_states(pairs: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """pairs with alive, ended, never (True in one of them) at the wave's reference day, and months.

    A pair that several lists name (person, provider, role and first day) is one, as its last row has it.
    never: no first day is known, or it lies after the reference day. months: from the first day to the last one or the
    reference day, both counted; missing where never.
    """
    day = pd.Timestamp(wave.reference)
    pairs = pairs.drop_duplicates(["person", "provider", "role", "start"], keep="last")
    started = pairs["start"].le(day)
    ended = started & pairs["end"].lt(day)
    months = ((pairs["end"].where(ended, day) - pairs["start"]).dt.days + 1) / DAYS_A_MONTH
    alive = started & ~ended
    return pairs.assign(alive=alive, ended=ended, never=~started, months=months.where(started))


def pair_rows(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """Rows of indicators, level = role: the shares of pairs by state, pair_months (mean), paired_people (share).

    Pairs of people who are on this wave's register.
    paired_people: of the people whom a promise of the role binds, those with a live pair; where no promise binds
    people, of all of the group who are in scope on the reference day, in the places where the role is promised. Where a
    plan promises pairs and none is on record, a row says that it cannot be answered.
    """
    pairs, people = tables["pairs"], tables["people"]
    promised = [one for _, one in commitments(study.plans(wave.id)).values() if one.record.table == "pairs"]
    if pairs.empty:
        rows = [cannot_answer("pairs_alive", "+".join(one.group), "no_pairs", domain=one.domain) for one in promised]
        return finished(pd.concat(rows).drop_duplicates(), wave, floors) if rows else pd.DataFrame()
    own = pair_states(pairs, wave).drop(columns=["site", "wave"], errors="ignore")
    own = own.merge(people[["person", "group", "site"]], on="person", how="inner")
    domains = {role: one.domain for one in promised for role in (*one.standard.partners, *one.record.role)}
    own = own.assign(level=own["role"].fillna(""), domain=own["role"].map(domains).astype("str").fillna("organisation"))
    shares = sampled_share(study, people)
    rows = [
        _states(everywhere(own), shares),
        _months(everywhere(own), shares),
        _paired(own, _asked(own, promised, unit_periods, people, wave), shares),
    ]
    return finished(pd.concat(rows, ignore_index=True), wave, floors)


def _states(own: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    grouped = own.groupby(KEY, sort=False)
    base = grouped.agg(denominator=("alive", "size"), people=("person", "nunique"), **{
        state: (state, "sum") for state in STATES.values()
    }).reset_index()  # fmt: skip
    rows = [base.assign(indicator=name, numerator=base[state]) for name, state in STATES.items()]
    return _with_share(pd.concat(rows, ignore_index=True).drop(columns=list(STATES.values())), shares)


def _months(own: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    started = own[own["months"].notna()]
    grouped = started.groupby(KEY, sort=False)
    table = grouped.agg(
        value=("months", "mean"), sd=("months", "std"), denominator=("months", "size"), people=("person", "nunique")
    ).reset_index()
    fraction = fraction_of(table["group"], shares)
    whole = table["denominator"] / fraction
    low, high = mean_interval(table["value"], table["sd"], table["denominator"], population=whole)
    method = fraction.eq(1).map({True: "count", False: "t_fpc"}).where(fraction.notna(), "t")
    return table.assign(indicator="pair_months", conf_low=low, conf_high=high, method=method).drop(columns="sd")


def _asked(
    own: pd.DataFrame, promised: list[Commitment], unit_periods: pd.DataFrame, people: pd.DataFrame, wave: Wave
) -> pd.DataFrame:
    """person, group, site, level, domain: who should have a pair in each role that is on record for the group."""
    day = pd.Timestamp(wave.reference)
    inside = people[~people["entry"].gt(day) & ~people["exit"].lt(day)]
    due = unit_periods[unit_periods["due"].fillna(False).astype(bool)]
    parts = []
    for (group, level, domain), _ in own.groupby(["group", "level", "domain"], sort=False):
        here = inside[inside["group"].eq(group)]
        ours = [one for one in promised if level in (*one.standard.partners, *one.record.role)]
        to_people = [one.id for one in ours if one.standard.basis == "recipient" and group in one.group]
        sites = due.loc[due["commitment"].isin([one.id for one in ours]), "site"]
        if to_people:
            here = here[here["person"].isin(due.loc[due["commitment"].isin(to_people), "unit"])]
        elif len(sites):
            here = here[here["site"].isin(sites)]
        parts.append(here[["person", "group", "site"]].assign(level=level, domain=domain))
    return pd.concat(parts, ignore_index=True)


def _paired(own: pd.DataFrame, asked: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    live = pd.MultiIndex.from_frame(own.loc[own["alive"], ["person", "level"]])
    here = everywhere(asked.assign(hit=pd.MultiIndex.from_frame(asked[["person", "level"]]).isin(live)))
    table = here.groupby(KEY, sort=False).agg(numerator=("hit", "sum"), denominator=("hit", "size")).reset_index()
    return _with_share(table.assign(indicator="paired_people", people=table["denominator"]), shares)


def _with_share(table: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    fraction = fraction_of(table["group"], shares)
    low, high, method = share_limits(table["numerator"], table["numerator"], table["denominator"], fraction)
    value = table["numerator"] / table["denominator"]
    return table.assign(value=value, conf_low=low, conf_high=high, method=method)

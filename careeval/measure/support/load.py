"""Case-load: how many people each helper has, by pairs and by services."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.delivery.frame import day_number, day_numbers
from careeval.measure.support.pairs import pair_states
from careeval.measure.support.persons import commitments
from careeval.measure.support.rows import everywhere, finished
from careeval.specs.study import Study, Wave

CASES = ["provider", "person", "level", "domain", "site", "group", "most"]


def load_rows(study: Study, wave: Wave, tables: Mapping[str, pd.DataFrame], floors: Mapping[str, int]) -> pd.DataFrame:
    """Rows of indicators, level = role or service: case_load (median), case_load_max, case_load_over.

    A helper's cases are the people with a live pair on the reference day (level = role), or the people served in the
    wave (level = service). denominator = helpers with at least one case; people = all their cases. case_load_over: the
    share of helpers with more people than the plan's quantity_max for the role; there is no such row without one.
    A helper who serves in two sites has a case-load in each.
    """
    promised = [one for _, one in commitments(study.plans(wave.id)).values()]
    most = {}
    for one in promised:
        if one.standard.type == "ratio" and one.standard.basis == "provider" and one.standard.quantity_max:
            most |= dict.fromkeys(one.record.role or (one.standard.of,), one.standard.quantity_max)
    cases = pd.concat([_by_pair(tables["pairs"], wave), _by_service(tables["services"], wave)], ignore_index=True)
    people = tables["people"][["person", "group", "site"]]
    cases = cases.dropna(subset=["provider", "person"]).merge(people, on="person", how="inner")
    if cases.empty:
        return pd.DataFrame()
    domains = {role: one.domain for one in promised for role in (*one.standard.partners, *one.record.role)}
    domains |= {service: one.domain for one in promised for service in one.record.service}
    cases = cases.assign(
        domain=cases["level"].map(domains).astype("str").fillna("organisation"),
        most=cases["level"].map(most).where(cases["paired"]).astype("float64"),
    ).drop_duplicates(CASES)
    whole = everywhere(cases)
    groups = whole.groupby(["site", "level"])["group"].transform(lambda own: _joined(own, study.spec.groups))
    each = whole.assign(group=groups).groupby(["site", "group", "domain", "level", "provider"], sort=False)
    load = each.agg(cases=("person", "nunique"), most=("most", "max")).reset_index()
    return finished(_summary(load), wave, floors)


def _summary(load: pd.DataFrame) -> pd.DataFrame:
    """The three indicators from one row a helper."""
    key = ["site", "group", "domain", "level"]
    load = load.assign(over=load["cases"].gt(load["most"]))
    grouped = load.groupby(key, sort=False)
    base = grouped.agg(
        denominator=("cases", "size"), people=("cases", "sum"), bound=("most", "max"), over=("over", "sum")
    )
    base = base.assign(method="count", median=grouped["cases"].median(), max=grouped["cases"].max()).reset_index()
    bounded = base[base["bound"].notna()]
    # helpers are counted here, not people: their number may be small
    rows = [
        base.assign(indicator="case_load", value=base["median"]),
        base.assign(indicator="case_load_max", value=base["max"]),
        bounded.assign(indicator="case_load_over", value=bounded["over"] / bounded["denominator"]),
    ]
    return pd.concat(rows, ignore_index=True)


def _by_pair(pairs: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    live = pair_states(pairs, wave)
    return live.loc[live["alive"], ["provider", "person", "role"]].rename(columns={"role": "level"}).assign(paired=True)


def _by_service(services: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    day = pd.Series(day_numbers(services["date"], missing=-1), index=services.index)
    done = services["outcome"].eq("done").fillna(False) & day.between(*map(day_number, wave.service))
    own = services.loc[done, ["provider", "person", "service"]].rename(columns={"service": "level"})
    return own.assign(paired=False)


def _joined(own: pd.Series, order: tuple[str, ...]) -> str:
    return "+".join(group for group in order if own.eq(group).any())

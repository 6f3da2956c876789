"""Whom a commitment binds: people of its groups, units of a kind, or each programme."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.delivery.frame import EVER, Bound, Frame, day_numbers, with_text
from careeval.measure.delivery.statuses import latest_words
from careeval.measure.eligibility import eligible, holds
from careeval.specs.plans import Commitment

COLUMNS = ["unit", "site", "place", "group", "entry", "exit"]
STUDY = "study"


def bound_units(commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame) -> Bound:
    """The bound units of any basis but case, in scope on at least one day of the wave.

    recipient: people of the commitment's groups who pass `who` and `who_status` and are not known to fall outside the
    study's definition. provider, site: units of the kind `of` (site: of the study's site kind unless told). programme:
    one for each `one_programme_per`. A unit for which a deciding fact of `who` is missing is not bound but counted in
    `undecided`. Raises TableError where `who` names a column that is not there.
    """
    basis, group = commitment.standard.basis, "+".join(commitment.group)
    if basis == "recipient":
        table = _people(commitment, tables, frame)
    else:
        kind = commitment.standard.of or (frame.one_programme_per if basis == "programme" else frame.site_kind)
        table = _units(kind, tables, frame).assign(group=group)
    table, undecided = _passing(table, commitment, tables, frame)
    columns = {
        "entry": day_numbers(table["entry"], missing=-EVER),
        "exit": day_numbers(table["exit"], missing=EVER),
        **{name: table[name].astype("str").fillna("") for name in ("unit", "site", "place", "group")},
    }
    made = pd.DataFrame(columns)[COLUMNS]
    begin, end = min(frame.start, frame.reference), max(frame.end, frame.reference)
    return Bound(made[made["entry"].le(end) & made["exit"].ge(begin)].reset_index(drop=True), undecided)


def chains(units: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Each unit with everything it lies in: itself, its parent, its site, and theirs.

    >>> chains(pd.DataFrame({"unit": ["k1"], "parent": ["s1"], "site": ["v1"]}))["k1"]
    ('k1', 's1', 'v1')
    """
    above = {
        row.unit: [one for one in (row.parent, row.site) if isinstance(one, str) and one]
        for row in with_text(units, "unit", "parent", "site").itertuples(index=False)
    }

    def climb(unit: str) -> tuple[str, ...]:
        found, queue = [], [unit]
        while queue:
            one = queue.pop(0)
            if one not in found:
                found.append(one)
                queue += above.get(one, [])
        return tuple(found)

    return {unit: climb(unit) for unit in above}


def _people(commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame) -> pd.DataFrame:
    people = _dated(with_text(of_wave(tables["people"], frame.wave), "person", "group", "site", "unit"))
    people = people[people["group"].isin(commitment.group)]
    rules = frame.study.spec.definition if frame.study is not None else {}
    for group in commitment.group:
        if group in rules:
            outside = eligible(people, rules[group], group).eq(False).fillna(False) & people["group"].eq(group)
            people = people[~outside.astype(bool)]
    return people.assign(place=people["unit"], unit=people["person"])


def of_wave(table: pd.DataFrame, wave: str) -> pd.DataFrame:
    """The rows of one wave; a table without the column is that of the wave."""
    return table[table["wave"].eq(wave)] if "wave" in table else table


def _units(kind: str, tables: Mapping[str, pd.DataFrame], frame: Frame) -> pd.DataFrame:
    """The units of a kind; villages that only the register of people knows, where units.csv has none of them."""
    if kind == STUDY:
        return pd.DataFrame({"unit": [STUDY], "site": "", "entry": pd.NaT, "exit": pd.NaT, "place": STUDY})
    units = _dated(with_text(tables.get("units", pd.DataFrame()), "unit", "kind", "parent", "site"))
    own = units[units["kind"].eq(kind)]
    if own.empty and kind == frame.site_kind:
        sites = of_wave(tables["people"], frame.wave)["site"].dropna().unique()
        own = _dated(with_text(pd.DataFrame({"unit": sorted(sites)}), "unit", "site"))
    kinds = dict(zip(units["unit"], units["kind"], strict=True))
    above = chains(units)

    lived_in = set(of_wave(tables["people"], frame.wave)["site"].dropna()) if "people" in tables else set()

    def site_of(unit: str, told: object) -> str:
        if kind == frame.site_kind or unit in lived_in:
            return unit
        if isinstance(told, str) and told:
            return told
        return next((one for one in above.get(unit, ()) if kinds.get(one) == frame.site_kind), "")

    sites = [site_of(unit, told) for unit, told in zip(own["unit"], own["site"], strict=True)]
    return own.assign(site=pd.Series(sites, index=own.index, dtype="str"), place=own["unit"])


def _passing(
    table: pd.DataFrame, commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame
) -> tuple[pd.DataFrame, int]:
    standard = commitment.standard
    passes = holds(table, standard.who, where=f"plan {frame.plan}, {commitment.id}")
    for item, allowed in standard.who_status.items():
        kind = "person" if standard.basis == "recipient" else "unit"
        words = latest_words(tables.get("status"), table["unit"], item, kind, frame.reference)
        known = words.ne("") & words.ne("unknown") | words.isin(list(allowed))
        passes &= words.isin(list(allowed)).astype("boolean").mask(~known)
    sure = passes.fillna(False).to_numpy(dtype=bool)
    return table[sure], int(passes.isna().sum())


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """With entry and exit; a table without them holds whoever was there all the time."""
    return table.assign(**{name: pd.NaT for name in ("entry", "exit") if name not in table})

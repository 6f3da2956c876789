"""Counts of people in the published tables: which of them are the same people, counted in several places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from careeval.measure.hiding.sums import Count, Key, Sums, as_key, declared, sums_of
from careeval.measure.support.persons import floor_of

OF_PEOPLE = ("recipient", "case")
ONCE = ("due", "delivered", "unknown")  # people only where each is due once
EXAM_KINDS = ("sat", "due", "listed")
FACT = ["commitment", "group", "site", "fact"]
NO_PEOPLE = ("cannot_answer", "ratio")
# who started is who was there in the first wave
STARTED = {"started": "registered", "started_measured": "measured"}
SINCE = {"still_registered": "registered", "both_measured": "measured"}


def published_sums(
    tables: Mapping[str, pd.DataFrame], floors: Mapping[str, int], *, bands: Set[str] = frozenset(), first: str = ""
) -> Sums:
    """Every count of people in the published tables by name; one key for the same people wherever they are counted.

    floors: fewest people, by group; bands: the names of the bands of the study's scales; first: its first wave. What is
    counted of stations, helpers or promises is nobody's secret and not among them.
    """
    told = _Told(_promises(tables.get("delivery")), bands)
    counts: list[Count] = []
    same: dict[Key, Key] = {}
    for name, rule in declared().items():
        table = tables.get(name)
        if table is None or table.empty:
            continue
        minimum = floor_of(table["group"].astype("str"), floors).to_numpy()
        for place, row in enumerate(table.to_dict("records")):
            for column in rule.people:
                key = _key(name, row, column, rule.key, told)
                if key is not None:
                    counts.append(Count(key, name, place, column, _number(row[column]), int(minimum[place])))
        if name == "flow" and first:
            same |= _of_first_wave(table, first)
        if name == "gaps":
            counts += [*_levels(table, minimum), *_unprinted(table, tables.get("cascade"), minimum.max())]
            same |= _eligible(table)
    return sums_of(counts, declared(), same=same)


def _of_first_wave(flow: pd.DataFrame, first: str) -> dict[Key, Key]:
    """Who started is who was registered in the first wave, and in that wave itself whoever is there was there."""
    made = {}
    for wave, site, group, arm, step in flow[["wave", "site", "group", "arm", "step"]].itertuples(
        index=False, name=None
    ):
        then = STARTED.get(step) or (SINCE.get(step) if wave == first else None)
        if then:
            place = (site, f"{group}|{arm}")
            made[as_key("flow", wave, *place, step, "n")] = as_key("flow", first, *place, then, "n")
    return made


def _levels(gaps: pd.DataFrame, minimum: np.ndarray) -> Iterator[Count]:
    """The people of whom a fact is told, in every row of it: those of its level and the others."""
    rows = zip(*(gaps[name] for name in (*FACT, "denominator", "reference_n")), strict=True)
    for place, (*fact, own, others) in enumerate(rows):
        whole = None if pd.isna(own) or pd.isna(others) else float(own + others)
        yield Count(as_key("gaps", *fact, "", "denominator"), "gaps", place, "denominator", whole, int(minimum[place]))


def _unprinted(gaps: pd.DataFrame, cascade: pd.DataFrame | None, minimum: int) -> Iterator[Count]:
    """What has no row in gaps since all people of a place are of one level; row -1 of no column that is printed."""
    if cascade is None or cascade.empty:
        return
    places = cascade.loc[cascade["of"].eq("commitment"), FACT[:3]].drop_duplicates()
    levels = gaps[["commitment", "fact", "level"]].drop_duplicates()
    wanted = places.merge(levels, on="commitment")[[*FACT, "level"]].itertuples(index=False, name=None)
    printed = set(gaps[[*FACT, "level"]].itertuples(index=False, name=None))
    for place in wanted:
        if place not in printed:
            for column in declared()["gaps"].people:
                yield Count(as_key("gaps", *place, column), "gaps", -1, column, None, int(minimum))
            yield Count(as_key("gaps", *place[:-1], "", "denominator"), "gaps", -1, "denominator", None, int(minimum))


def _eligible(gaps: pd.DataFrame) -> dict[Key, Key]:
    """Where everybody's fact is told its levels add up to the eligible."""
    whole = gaps[gaps["not_told"].eq(0).fillna(False).astype(bool)]
    rows = whole[["plan", *FACT]].drop_duplicates().itertuples(index=False, name=None)
    return {
        as_key("gaps", *fact, "", "denominator"): as_key("cascade", plan, "commitment", *fact[:3], "eligible", "n")
        for plan, *fact in rows
    }


@dataclass(frozen=True)
class _Told:
    """promises: {commitment: plan, and whether the promise to a group at a site counts people}."""

    promises: Mapping[tuple[str, ...], Any]
    bands: Set[str]


def _promises(delivery: pd.DataFrame | None) -> dict[tuple[str, ...], Any]:
    made: dict[tuple[str, ...], Any] = {}
    for row in [] if delivery is None else delivery.to_dict("records"):
        made[row["commitment"],] = row["plan"]
        made[row["commitment"], row["group"], row["site"]] = row["basis"] in OF_PEOPLE and row["periods"] <= 1
    return made


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _key(name: str, row: Mapping[str, Any], column: str, key: tuple[str, ...], told: _Told) -> Key | None:
    """The key of a count, or None where it does not count people."""
    if name == "delivery" and (row["basis"] not in OF_PEOPLE or (column in ONCE and not row["periods"] <= 1)):
        return None
    if name == "participants":
        return as_key("flow", row["wave"], "all", f"{row['group']}|{row['arm']}", row["step"], "n")
    if name == "indicators":
        return _indicator(row, column, told)
    parts = ["|".join(str(row[one]) for one in part.split("|")) for part in key]
    return as_key(name, *parts, column)


def _indicator(row: Mapping[str, Any], column: str, told: _Told) -> Key | None:
    """A row about support counts what its own table counts; the shares of one paper or scale have one denominator."""
    indicator, level, place = row["indicator"], row["level"], (row["group"], row["site"])
    whole = column != "numerator"
    if indicator.startswith("reach_"):
        step = "eligible" if whole else indicator.removeprefix("reach_")
        return as_key("cascade", told.promises.get((level,), ""), "commitment", level, *place, step, "n")
    if indicator == "zero_contact":
        counted = {"people": "denominator", "denominator": "with_record"}.get(column, "zero_contact")
        return as_key("gaps", level, *place, *row["subgroup"].split("=", 1), counted)
    if indicator == "log_recall_agreement":
        return as_key("agreement", level, *place, "n" if whole else "same")
    if (level,) in told.promises:
        once = told.promises.get((level, *place), False)
        return as_key("delivery", level, *place, "due" if whole else "delivered") if once else None
    no_people = (
        column == "people"
        or indicator == "promises_kept"
        or indicator.startswith("case_load")
        or row["method"] in NO_PEOPLE
    )
    if no_people or (pd.isna(row[column]) and not row["suppressed"]):
        return None
    return as_key(
        "indicators",
        row["group"],
        *_share(indicator, level, told.bands, whole=whole),
        row["subgroup"],
        row["site"],
        "n",
    )


def _share(indicator: str, level: str, bands: Set[str], *, whole: bool) -> tuple[str, str]:
    """(of what, which part of it): 'of' everybody, or 'yes'; a band of a scale; pupils of a paper."""
    if level in bands:
        return indicator, "of" if whole else f"band:{level}"
    if indicator.startswith("pairs_"):
        return f"pairs {level}", "of" if whole else f"band:{indicator}"
    if level in EXAM_KINDS:
        paper, _, named = indicator.partition("@")
        subject, _, share = paper.rpartition("_")
        return f"{subject} {named}", level if whole else share
    return f"{indicator} {level}", "of" if whole else "yes"

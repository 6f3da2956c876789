"""Counts of people in the published tables: which stand for the same quantity in several of them"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import pandas as pd

from careeval.measure.hiding.sums import Count, Key, Sums, as_key, declared, sums_of
from careeval.measure.support.persons import floor_of

OF_PEOPLE = ("recipient", "case")
ONCE = ("due", "delivered", "unknown")  # people only where each is due once
EXAM_KINDS = ("sat", "due", "listed")
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
    told = _Told(_promises(tables.get("delivery")), bands, first)
    counts, same = [], {}
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
            if name == "gaps":
                own, rest = _number(row["denominator"]), _number(row["reference_n"])
                whole = None if own is None or rest is None else own + rest
                key = as_key(name, *(row[one] for one in rule.key[:-1]), "", "denominator")
                counts.append(Count(key, name, place, "denominator", whole, int(minimum[place])))
                if row["not_told"] == 0:  # everybody's is told: the levels add up to the eligible
                    place = (row["commitment"], row["group"], row["site"])
                    same[key] = as_key("cascade", row["plan"], "commitment", *place, "eligible", "n")
    return sums_of(counts, declared(), same=same)


@dataclass(frozen=True)
class _Told:
    """promises: {commitment: plan, and whether the promise to a group at a site counts people}."""

    promises: Mapping[tuple[str, ...], Any]
    bands: Set[str]
    first: str


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
    if name == "flow" and told.first:
        same = STARTED | (SINCE if row["wave"] == told.first else {})
        wave = told.first if row["step"] in same else row["wave"]
        parts = [wave, *parts[1:-1], same.get(row["step"], row["step"])]
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
    if column == "people":
        return None
    if (level,) in told.promises:
        once = told.promises.get((level, *place), False)
        return as_key("delivery", level, *place, "due" if whole else "delivered") if once else None
    no_people = indicator == "promises_kept" or indicator.startswith("case_load") or row["method"] in NO_PEOPLE
    if no_people or (pd.isna(row[column]) and not row["suppressed"]):
        return None
    name, part = f"{indicator} {level}", "of" if whole else "yes"
    if level in told.bands:
        name, part = indicator, part if whole else f"band:{level}"
    elif indicator.startswith("pairs_"):
        name, part = f"pairs {level}", part if whole else f"band:{indicator}"
    elif level in EXAM_KINDS:
        paper, _, named = indicator.partition("@")
        subject, _, share = paper.rpartition("_")
        name, part = f"{subject} {named}", level if whole else share
    return as_key("indicators", row["group"], name, part, row["subgroup"], row["site"], "n")

"""The whole count once more in plain Python, day by day and child by child, on random registers and logs."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
import pytest
from delivery_trial import SPRING, frame, people, plan, promise, whole_term

from careeval.measure.delivery.table import unit_periods

FIRST, LAST = SPRING.service
TERM = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
NAMES = {"month": "%Y-%m", "week": "%G-W%V", "day": "%Y-%m-%d"}


def length(day, per):
    """How many days the month, week or day has that this day lies in."""
    if per == "month":
        return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return {"week": 7, "day": 1}[per]


def some_day(chance):
    return chance.choice(TERM)


def made_up(chance):
    """Twenty children in three villages, some coming or leaving, with visits of which some are of one event."""
    sites = {f"p{n}": chance.choice(["v1", "v2", "v3"]) for n in range(20)}
    come = {who: some_day(chance) if chance.random() < 0.3 else None for who in sites}
    gone = {who: some_day(chance) if chance.random() < 0.3 else None for who in sites}
    seen = [(chance.choice(list(sites)), some_day(chance), chance.choice(["done", "not_done"])) for _ in range(400)]
    seen += chance.sample(seen, 40)
    return sites, come, gone, seen


def counted(sites, come, gone, seen, per, quantity):
    """(child, period): due, delivered or None, as the rules read."""
    days, visited = defaultdict(int), defaultdict(set)
    for who in sites:
        for day in TERM:
            there = (come[who] is None or come[who] <= day) and (gone[who] is None or day <= gone[who])
            days[who, day.strftime(NAMES[per])] += there and day >= date(2025, 3, 1)
    for who, day, outcome in seen:
        if outcome == "done":
            visited[who, day.strftime(NAMES[per])].add(f"{who} on {day}")
    size = {day.strftime(NAMES[per]): length(day, per) for day in TERM}
    told = {}
    for (who, period), there in days.items():
        met = len(visited[who, period]) >= quantity
        if there > size[period] / 2:
            told[who, period] = met if met or sites[who] != "v3" else None
    return told


@pytest.mark.parametrize("per", NAMES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_arrays_count_what_a_patient_clerk_would_count(per, seed):
    chance = random.Random(seed)
    sites, come, gone, seen = made_up(chance)
    register = people(*((who, "child", sites[who], come[who], gone[who]) for who in sites))
    rows = [("home_visit", day, who, sites[who], f"{who} on {day}", outcome) for who, day, outcome in seen]
    services = frame("service date person site event outcome", *rows)
    standard = {"type": "frequency", "basis": "recipient", "quantity": 2, "per": per}
    tables = {"people": register, "services": services, "logs": whole_term("home_visit", "v1", "v2")}
    base = unit_periods(
        plan(promise(standard, {"table": "services", "service": ("home_visit",)})), tables, SPRING, None
    )
    due = base[base["due"]]
    found = {
        (row.unit, row.period): None if pd.isna(row.delivered) else bool(row.delivered) for row in due.itertuples()
    }
    assert found == counted(sites, come, gone, seen, per, 2)

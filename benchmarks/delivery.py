"""How long delivery takes for 200,000 people with 2,000,000 contacts: three promises to people, one to villages.

Run: python benchmarks/delivery.py [people] [events]
"""

import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from careeval.measure.delivery.table import delivery, unit_periods
from careeval.specs.plans import Plan
from careeval.specs.study import Wave

WAVE = Wave(
    id="spring",
    title={"zh": "春季", "en": "Spring"},
    survey=(date(2025, 6, 9), date(2025, 6, 27)),
    service=(date(2025, 2, 17), date(2025, 7, 4)),
    reference=date(2025, 6, 15),
    season="term_end",
    plans=("plan.toml",),
)
VISITS = {"table": "services", "service": ("home_visit",), "mode": ("home",), "count": "events"}
STANDARDS = {
    "month": ({"type": "frequency", "basis": "recipient", "quantity": 2, "per": "month"}, VISITS),
    "week": ({"type": "frequency", "basis": "recipient", "quantity": 1, "per": "week"}, VISITS),
    "minutes": (
        {"type": "count", "basis": "recipient", "quantity": 200, "per": "term"},
        {"table": "services", "service": ("home_visit",), "count": "minutes"},
    ),
    "village": ({"type": "frequency", "basis": "site", "of": "village", "quantity": 9, "per": "week"}, VISITS),
}


def commitment(name):
    standard, record = STANDARDS[name]
    words = {"zh": name, "en": name}
    rest = {"domain": "living_support", "mechanism": "m", "component": "c", "outcomes": (), "indicator": "I"}
    return {"id": name, "text": words, "group": ("child",), "standard": standard, "record": record, **rest}


def tables(people, events, *, villages=1000, seed=1):
    chance = np.random.default_rng(seed)
    person = np.char.add("p", np.arange(people).astype(str)).astype(object)
    site = np.char.add("v", (np.arange(people) % villages).astype(str)).astype(object)
    who = chance.integers(0, people, events)
    day = np.datetime64("2025-02-17") + chance.integers(0, 138, events).astype("timedelta64[D]")
    village = pd.unique(site)
    return {
        "people": pd.DataFrame({"person": person, "group": "child", "site": site, "entry": pd.NaT, "exit": pd.NaT}),
        "units": pd.DataFrame({"unit": village, "kind": "village", "parent": "", "site": ""}),
        "services": pd.DataFrame(
            {
                "service": pd.Series(["home_visit"]).repeat(events).reset_index(drop=True),
                "date": day.astype("datetime64[us]"),
                "person": person[who],
                "site": site[who],
                "event": np.char.add("e", np.arange(events).astype(str)).astype(object),
                "minutes": chance.integers(10, 60, events).astype(float),
                "mode": "home",
                "outcome": "done",
            }
        ),
        "logs": pd.DataFrame(
            {
                "service": "home_visit",
                "site": village[: villages - 10],
                "from": pd.Timestamp("2025-02-17"),
                "to": pd.Timestamp("2025-07-04"),
                "complete": "yes",
            }
        ),
    }


def main(people=200_000, events=2_000_000):
    made = tables(people, events)
    for name in STANDARDS:
        promise = commitment(name)
        plan = Plan(
            id="p",
            title={"zh": "方案", "en": "Plan"},
            source="benchmark",
            period=WAVE.service,
            commitments=(promise,),
        )
        for verb, run in (("delivery", lambda p: delivery(p, made, WAVE)),
                          ("unit_periods", lambda p: unit_periods(p, made, WAVE, None))):  # fmt: skip
            start = time.perf_counter()
            rows = run(plan)
            print(f"{name:8} {verb:13} {time.perf_counter() - start:6.2f} s  {len(rows):>9,} rows", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

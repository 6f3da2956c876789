"""What was done in the demo under the plan: visits, calls, open rooms, meetings, relief; and what was made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.simulate.facts import OLD, TREATED, age, in_scope
from careeval.simulate.people import WAVES
from careeval.simulate.terms import FESTIVALS, TERMS, Span, days_within, months, school_days, weeks

# chance that a child gets both visits in a month, and an elder at least one, by village; far homes get fewer
TWO_VISITS = {"v01": 0.92, "v04": 0.75, "v06": 0.60, "v08": 0.70, "v09": 0.85}
ELDER_MONTH = {"v01": 0.95, "v04": 0.85, "v06": 0.70, "v08": 0.80, "v09": 0.90}
ELDER_WEEK = 0.80  # an old elder who lives alone, in a week
FAR_KM, FAR_LOSS, NEVER = 5.0, 0.25, 0.04
MADE_UP = {"2024-autumn": {}, "2025-spring": {"v06": 0.4}}  # visits that were only written down
KEPT = {  # share of what was promised that is held: an open room, a weekend of calls, a weekly activity, a summary
    "room_open": 0.93,
    "weekend_calls": 0.70,
    "home_activity": 0.88,
    "visit_summary": 0.85,
}
CONTESTS = {"2024-autumn": ("v01", "v04"), "2025-spring": ("v01", "v04", "v08", "v09")}


@dataclass(frozen=True)
class Support:
    """One wave of support, as frames.

    visits: person, date, mode, minutes, outcome (已访, 未遇), provider, need, acted (dates), real: of children.
    calls: person, date, mode, minutes, met (yes, no): of elders. sessions: village, service, date, minutes, people,
    provider: without persons. relief: person, asked, paid (missing: never).
    """

    visits: pd.DataFrame
    calls: pd.DataFrame
    sessions: pd.DataFrame
    relief: pd.DataFrame


def simulate_support(people: pd.DataFrame, wave: str, seed: int) -> Support:
    """What happened in a wave. people: with facts and helpers; see `careeval.simulate.facts`."""
    number = WAVES.index(wave)
    first, second, third, fourth = (np.random.default_rng([seed, 9, number, part]) for part in range(4))
    served = people[people["village"].isin(TREATED) & (~people["joined"] | (number > 0))]
    visits = _visits(served[served["group"].eq("child")], wave, first)
    calls = _calls(served[served["group"].eq("elder")], wave, second)
    sessions = _sessions(wave, third)
    relief = _relief(people[people["group"].eq("elder") & ~people["joined"]], wave, fourth)
    return Support(visits, calls, sessions, relief)


def key_elders(elders: pd.DataFrame, wave: str) -> pd.Series:
    """Who is to be looked in on every week: 80 or more, and living alone."""
    return age(elders, wave).ge(OLD) & elders["living_alone"].eq("是")


def tries(elder: object, key: bool, wave: str) -> list[tuple[tuple[pd.Timestamp, ...], float, float]]:
    """(days, chance, share by phone) of each contact tried with an elder: one a month, one a week for key ones.

    It is made with that chance, on one of the days.
    """
    scope = elder.first, elder.last
    tried = [(days_within(month, scope), ELDER_MONTH[elder.village], 0.3) for month in months(wave)]
    tried += [(days_within(week, scope), ELDER_WEEK, 0.6) for week in weeks(wave)] if key else []
    return [one for one in tried if one[0]]


def chance_of_contact(tried: list[tuple[tuple[pd.Timestamp, ...], float, float]], period: Span) -> float:
    """The chance of at least one contact in a period, which may hold only some of the days of a try."""
    missed = 1.0
    for days, chance, _ in tried:
        within = sum(period[0] <= day <= period[1] for day in days) if _touch(days, period) else 0
        missed *= 1 - chance * within / len(days)
    return 1 - missed


def _touch(days: tuple[pd.Timestamp, ...], period: Span) -> bool:
    return days[0] <= period[1] and days[-1] >= period[0]


def with_scope(people: pd.DataFrame, wave: str) -> pd.DataFrame:
    """People with `first` and `last`: the days on which they are served in the wave."""
    first, last = in_scope(people, wave)
    return people.assign(first=first, last=last)


def _visits(children: pd.DataFrame, wave: str, generator: np.random.Generator) -> pd.DataFrame:
    made_up, rows = MADE_UP[wave], []
    for child in with_scope(children, wave).itertuples():
        if generator.random() < NEVER:
            continue
        chance = TWO_VISITS[child.village] - FAR_LOSS * (child.distance_km >= FAR_KM)
        others = f"F{child.village[1:]}{generator.integers(1, 17):02d}"
        for month in months(wave):
            days = list(days_within(month, (child.first, child.last)))
            # in a month of a few days nobody sets out twice
            often = generator.random() < chance
            wanted = int(generator.choice([2, 3], p=[0.9, 0.1]) if often else generator.random() < 0.7)
            phoned, missed = generator.random(2) < (0.12, 0.10)
            for kind in ["home"] * min(wanted, len(days) // 4) + ["phone"] * int(phoned) + ["away"] * int(missed):
                if days:
                    day = days.pop(int(generator.integers(len(days))))
                    rows.append((child.person, child.village, day, kind, child.helper or others))
    frame = pd.DataFrame(rows, columns=["person", "village", "date", "kind", "provider"])
    size, last = len(frame), TERMS[wave][1]
    done = frame["kind"].ne("away")
    need = done & (generator.random(size) < 0.06)
    acted = frame["date"] + pd.to_timedelta(generator.integers(0, 20, size), "D")
    acted = acted.where(need & (generator.random(size) < 0.8) & acted.le(last))
    real = generator.random(size) >= frame["village"].map(made_up).fillna(0.0)
    return frame.assign(
        mode=frame["kind"].map({"home": "入户", "phone": "电话", "away": "入户"}),
        minutes=pd.Series(generator.integers(4, 13, size) * 5, index=frame.index).where(done),
        outcome=done.map({True: "已访", False: "未遇"}),
        need=frame["date"].where(need),
        acted=acted,
        real=real | ~frame["kind"].eq("home"),
    ).drop(columns="kind")


def _calls(elders: pd.DataFrame, wave: str, generator: np.random.Generator) -> pd.DataFrame:
    """One contact in a month with the village's chance; for key elders one more in each week, with its own chance."""
    elders, rows = with_scope(elders, wave), []
    for elder, key in zip(elders.itertuples(), key_elders(elders, wave), strict=True):
        for days, chance, by_phone in tries(elder, key, wave):
            reached, phone, at, minutes = generator.random(4)
            if reached < chance or reached > 0.96:
                mode = "phone" if phone < by_phone else "home"
                day = days[int(at * len(days))]
                rows.append((elder.person, day, mode, 5 * int(1 + minutes * 8), "yes" if reached < chance else "no"))
    return pd.DataFrame(rows, columns=["person", "date", "mode", "minutes", "met"])


def _sessions(wave: str, generator: np.random.Generator) -> pd.DataFrame:
    rows = []
    last = TERMS[wave][1]
    for village in TREATED:
        for day in school_days(wave):
            drawn = generator.random()
            # the last village opened its room a month late
            late = village == TREATED[-1] and wave == WAVES[0] and day < pd.Timestamp("2024-11-04")
            if not late and drawn < 0.98:
                minutes = 120 if drawn < KEPT["room_open"] else 60
                rows.append((village, "room_open", day, minutes, int(generator.integers(3, 25)), ""))
        for service, weekday in (("weekend_calls", 5), ("home_activity", 2)):
            for monday, _ in weeks(wave):
                day = min(monday + pd.Timedelta(days=weekday), last)
                if generator.random() < KEPT[service] and day >= TERMS[wave][0]:
                    rows.append((village, service, day, 60, int(generator.integers(4, 20)), ""))
        for month in months(wave):
            days = days_within(month, TERMS[wave])
            if len(days) > 12 and generator.random() < KEPT["visit_summary"]:
                rows.append((village, "visit_summary", days[-1], None, None, f"D{village[1:]}"))
        for day in FESTIVALS[wave]:
            if generator.random() < 0.85:
                rows.append((village, "festival", day, 90, int(generator.integers(8, 26)), ""))
        if village in CONTESTS[wave]:
            rows.append((village, "contest", last - pd.Timedelta(days=30), 150, int(generator.integers(12, 28)), ""))
        rows += [(village, "green_team", day, 60, 9, "") for day in pd.date_range(*TERMS[wave], freq="35D")]
    return pd.DataFrame(rows, columns=["village", "service", "date", "minutes", "people", "provider"])


def _relief(elders: pd.DataFrame, wave: str, generator: np.random.Generator) -> pd.DataFrame:
    """A dozen requests in the first half of a term, of elders who are still there; some are paid late, one never."""
    first, _ = TERMS[wave]
    there = elders.loc[elders["exit"].isna(), "person"]
    asked = first + pd.to_timedelta(np.sort(generator.integers(0, 50, 12)), "D")
    wait = pd.to_timedelta(generator.choice([6, 11, 17, 24, 29, 38], 12), "D")
    paid = pd.Series(asked + wait).mask(np.arange(12) == 7)
    return pd.DataFrame({"person": generator.choice(there, 12, replace=False), "asked": asked, "paid": paid})

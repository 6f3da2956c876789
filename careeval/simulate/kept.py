"""What was promised in the demo and what was kept, counted from the simulated people and not from any file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from careeval.simulate import ledgers
from careeval.simulate.facts import OLD, SHARES, TREATED, age
from careeval.simulate.logs import NO_LOG
from careeval.simulate.people import VILLAGES, WAVES, register_of
from careeval.simulate.support import CONTESTS, Support, chance_of_contact, key_elders, tries, with_scope
from careeval.simulate.terms import COUNTED_ON, FESTIVALS, TERMS, due_periods, is_due, months, school_days, weeks

COLUMNS = ["wave", "commitment", "group", "due", "delivered", "unknown", "value", "truth", "how"]
DEADLINES = {
    "2024-autumn": {"c01": "2024-10-31", "e11": "2024-12-31"},
    "2025-spring": {"c01": "2025-03-31", "e11": "2025-05-31"},
}
DAYS_FOR_RELIEF = 30
POPULATION = 620  # elders of the ten villages; those on the register were drawn from them
Row = tuple[str, str, int, int, int, float | None, str]  # commitment, group, due, delivered, unknown, truth, how


def kept_table(people: pd.DataFrame, support: Support, elders: pd.DataFrame, wave: str, seed: int) -> pd.DataFrame:
    """A row a commitment with a standard: due, delivered and unknown as the files tell them, and the truth.

    value = delivered / due. truth is the share that was truly kept, whatever was written down: of everybody in a
    census; among elders of the whole population they were drawn from, which is what an interval from the sample should
    hold. Promises without a standard have no row.
    """
    here = with_scope(register_of(people, wave), wave)
    rows: list[Row] = [
        *_places(support, wave),
        *_lists(wave),
        *_children(here[here["group"].eq("child")], support, wave),
        *_in_population(_elders(here[here["group"].eq("elder")], support, elders, wave), elders, seed),
    ]
    frame = pd.DataFrame(rows, columns=[column for column in COLUMNS if column not in ("wave", "value")])
    value = frame["delivered"] / frame["due"]
    frame = frame.assign(wave=wave, value=value, truth=frame["truth"].astype(float).fillna(value))
    return frame[COLUMNS].sort_values("commitment", kind="stable").reset_index(drop=True)


def _in_population(rows: Iterable[Row], elders: pd.DataFrame, seed: int) -> Iterable[Row]:
    """The rows with the truth about all elders: those on the register, and those not drawn, who get it by chance.

    Of those who are promised something as large a part was drawn as of all. What nobody wrote down was kept with the
    same chance.
    """
    times = POPULATION / len(elders) - 1
    for commitment, group, due, delivered, unknown, chance, how in rows:
        if chance is None or not due:
            yield commitment, group, due, delivered, unknown, chance, how
            continue
        # the same for both waves: who was not drawn keeps an allowance too
        generator = np.random.default_rng([seed, 14, int(commitment[1:])])
        others = round(due * times)
        kept = delivered + generator.binomial(unknown, chance) + generator.binomial(others, chance)
        yield commitment, group, due, delivered, unknown, kept / (due + others), f"{how}; truth: of all {POPULATION}"


def _places(support: Support, wave: str) -> Iterable[Row]:
    """Promises of open rooms and meetings: each home on each of its days, weeks or months."""
    held, homes = support.sessions, len(TREATED)
    full = held["service"].eq("room_open") & held["minutes"].ge(120)
    yield "c03", "child", homes * len(school_days(wave)), int(full.sum()), 0, None, "homes x school days, 120 minutes"
    kinds = (("c06", "child", "home_activity", weeks), ("c08", "child", "weekend_calls", weeks))
    for commitment, group, service, periods in (*kinds, ("e12", "elder", "visit_summary", months)):
        due = [span for span in periods(wave) if is_due(span, TERMS[wave])]
        met = sum(
            own["date"].between(*span).any()
            for _, own in held[held["service"].eq(service)].groupby("village")
            for span in due
        )
        yield commitment, group, homes * len(due), int(met), 0, None, f"homes or visitors x {periods.__name__}"
    if wave != WAVES[0]:
        festivals = int(held["service"].eq("festival").sum())
        yield "c05", "child", homes, len(CONTESTS[wave]), 0, None, "homes with a contest"
        yield "c07", "child", homes * len(FESTIVALS[wave]), festivals, 0, None, "homes x festivals"


def _lists(wave: str) -> Iterable[Row]:
    """Promises that a check list or a date keeps, and relief has its own."""
    homes = len(TREATED)
    done = {"c01": ledgers.FILES_DONE[wave], "e11": ledgers.LIST_PUBLISHED[wave]}
    for commitment, days in done.items():
        in_time = sum(day <= DEADLINES[wave][commitment] for day in days.values())
        yield commitment, "child" if commitment == "c01" else "elder", homes, in_time, 0, None, "done by the day"
    lacking = {village for village, _ in ledgers.LACKING[wave]}
    yield "c04", "child", homes, homes - len(lacking), 0, None, "homes with all four things"
    yield "e04", "elder", homes, len(ledgers.NAMED_VISITOR[wave]), 0, None, "treated villages"
    centres, unknown = len(ledgers.CENTRES[wave]), len(ledgers.CENTRE_UNKNOWN[wave])
    yield "e05", "elder", len(VILLAGES), centres, unknown, None, "all villages"


def _children(children: pd.DataFrame, support: Support, wave: str) -> Iterable[Row]:
    day = COUNTED_ON[wave]
    served = children[children["village"].isin(TREATED)]
    alive = served["helper"].ne("") & served["paired"].le(day) & ~served["parted"].lt(day)
    loads = served.loc[alive, "helper"].value_counts()
    counsellors = 16 * len(TREATED)
    yield "c09", "child", counsellors, int(loads.between(1, 2).sum()), 0, None, "counsellors with one or two children"
    visits = support.visits[support.visits["mode"].eq("入户") & support.visits["outcome"].eq("已访")]
    due, written = _months_met(served, visits, wave)
    _, truly = _months_met(served, visits[visits["real"]], wave)
    no_log = served["village"].eq(NO_LOG[wave]).to_numpy()
    how = "children x months with two home visits on record; truth: with two that took place, in all villages"
    yield (
        "c10",
        "child",
        int(due.sum()),
        int(written[~no_log].sum()),
        int(due[no_log].sum()),
        truly.sum() / due.sum(),
        how,
    )


def _months_met(served: pd.DataFrame, visits: pd.DataFrame, wave: str) -> tuple[np.ndarray, np.ndarray]:
    """(months due, months with two visits among them) of each child."""
    spans = months(wave)
    by_month = visits.groupby(["person", visits["date"].dt.to_period("M")]).size()
    due = [[number for number, _ in due_periods(spans, (one.first, one.last))] for one in served.itertuples()]
    met = [
        sum(by_month.get((person, spans[number][0].to_period("M")), 0) >= 2 for number in numbers)
        for person, numbers in zip(served["person"], due, strict=True)
    ]
    return np.array([len(numbers) for numbers in due]), np.array(met)


def _elders(elders: pd.DataFrame, support: Support, ledger: pd.DataFrame, wave: str) -> Iterable[Row]:
    day = COUNTED_ON[wave]
    there = elders[elders["entry"].le(day) & ~elders["exit"].lt(day)]
    told = ledger.set_index("person").reindex(there["person"]).fillna("")
    treated, old = there["arm"].eq("treated").to_numpy(), age(there, wave).ge(OLD).to_numpy()
    entitled = {
        "e01": ("elder_file", treated),
        "e06": ("dibao", there["poor"].eq("是").to_numpy()),
        "e09": ("old_age_allowance", old),
    }
    for commitment, (item, who) in entitled.items():
        words = told.loc[who, item]
        counts = int(who.sum()), int(words.eq("是").sum()), int(words.eq("").sum())
        yield commitment, "elder", *counts, SHARES[item], f"elders entitled to {item}, counted on {day.date()}"
    paired = there["helper"].ne("") & there["paired"].le(day) & ~there["parted"].lt(day)
    chance = SHARES["volunteer"] * (~there.loc[treated, "joined"]).mean()
    yield "e08", "elder", int(treated.sum()), int(paired[treated].sum()), 0, chance, "treated elders with a volunteer"
    in_time = (support.relief["paid"] - support.relief["asked"]).dt.days.le(DAYS_FOR_RELIEF)
    yield "e07", "elder", len(in_time), int(in_time.sum()), 0, None, "requests for relief"
    yield from _calls(elders[elders["arm"].eq("treated")], support, wave)


def _calls(elders: pd.DataFrame, support: Support, wave: str) -> Iterable[Row]:
    met = support.calls[support.calls["met"].eq("yes")]
    days = met.groupby("person")["date"].agg(list)
    key = key_elders(elders, wave)
    kinds = [("e03", elders[key], weeks(wave), "elders of 80 and over who live alone x weeks")]
    kinds += [("e02", elders, months(wave), "elders x months")] if wave != WAVES[0] else []
    for commitment, who, spans, how in kinds:
        due = [(elder, span) for elder in who.itertuples() for _, span in due_periods(spans, (elder.first, elder.last))]
        kept = sum(any(span[0] <= one <= span[1] for one in days.get(elder.person, [])) for elder, span in due)
        tried = {elder.person: tries(elder, bool(key[elder.Index]), wave) for elder in who.itertuples()}
        chances = [chance_of_contact(tried[elder.person], span) for elder, span in due]
        yield commitment, "elder", len(due), int(kept), 0, float(np.mean(chances or [0])), how

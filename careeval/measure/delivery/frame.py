"""The time and the places that a plan is measured in, as whole days, and what was found for one commitment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.specs.plans import Commitment, Plan
from careeval.specs.study import Span, Study, Wave

EVER = 10_000_000  # days; further off than any date


def day_number(when: date) -> int:
    """Days since 1970-01-01, the unit in which periods are compared."""
    return (when - date(1970, 1, 1)).days


def day_numbers(dates: pd.Series, *, missing: int) -> np.ndarray:
    """Days since 1970-01-01 of a column of dates (the time of day is dropped); `missing` where there is none."""
    days = pd.to_datetime(dates).to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), missing, days.astype("int64"))


def with_text(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with these columns as text, missing throughout where it has none of that name."""
    blank = pd.Series(np.nan, index=table.index, dtype="str")
    return table.assign(**{name: table[name].astype("str") if name in table else blank for name in columns})


@dataclass(frozen=True)
class Frame:
    """One wave of one plan.

    start, end: the wave's service span; since: the day after the last wave ended (or start), so that whatever ends
    between two waves belongs to the later one; plan_start, plan_end: the days the promises hold; spans: the service
    spans of all waves so far, that is the days for which a log can have been handed in. All in day numbers.
    """

    wave: str
    plan: str
    start: int
    end: int
    since: int
    reference: int
    plan_start: int
    plan_end: int
    spans: tuple[tuple[int, int], ...]
    calendar: Mapping[str, tuple[date | Span, ...]]
    site_kind: str
    one_programme_per: str
    study: Study | None


def frame_of(plan: Plan, wave: Wave | str, study: Study | None) -> Frame:
    """The frame of a plan in a wave; without a study there is no calendar, no earlier wave, and one programme.

    Raises TableError where the wave is only named and there is no study to look it up in.
    """
    if isinstance(wave, str):
        if study is None:
            way_out = "Give the wave of the study, study.wave(...), or the study itself"
            raise TableError(
                Problem("delivery()", "wave", f"found the name {wave!r}", "a wave with its dates", way_out)
            )
        wave = study.wave(wave)
    start, end = map(day_number, wave.service)
    spans = [wave.service] if study is None else [one.service for one in study.waves_until(wave.id)]
    numbers = tuple((day_number(first), day_number(last)) for first, last in spans)
    earlier = [last for _, last in numbers[:-1]]
    return Frame(
        wave=wave.id,
        plan=plan.id,
        start=start,
        end=end,
        since=min(max(earlier) + 1, start) if earlier else start,
        reference=day_number(wave.reference),
        plan_start=day_number(plan.period[0]),
        plan_end=day_number(plan.period[1]),
        spans=numbers,
        calendar={} if study is None else study.spec.calendar,
        site_kind="" if study is None else study.spec.site_kind,
        one_programme_per="study" if study is None else study.spec.one_programme_per,
        study=study,
    )


def occasions(frame: Frame, name: str, where: str) -> list[tuple[int, int]]:
    """First and last day of each entry of a calendar name. Raises TableError where study.toml has no such name."""
    if name not in frame.calendar:
        found = f"there is no calendar name {name!r}"
        way_out = "Add it to [calendar] in study.toml"
        raise TableError(Problem(where, "standard", found, listed(frame.calendar), way_out))
    spans = [entry if isinstance(entry, tuple) else (entry, entry) for entry in frame.calendar[name]]
    return sorted((day_number(first), day_number(last)) for first, last in spans)


def day_label(day: int) -> str:
    """The day as it is written, such as 2025-04-30."""
    return (date(1970, 1, 1) + timedelta(days=int(day))).isoformat()


@dataclass(frozen=True)
class Periods:
    """The periods of a standard in time order: names, first and last day (day numbers), both ends included.

    held: due by the wave that holds the last day, because they are longer than a wave. later: some end after this wave.
    """

    labels: tuple[str, ...]
    first: np.ndarray
    last: np.ndarray
    held: bool = False
    later: bool = False


@dataclass(frozen=True)
class Bound:
    """Whom a commitment binds: one row a unit with unit, site, place (unit or ''), group, entry, exit (day numbers).

    undecided: how many units might be bound, but a fact that decides is missing. of_group: people in the register by
    group, bound or not.
    """

    units: pd.DataFrame
    undecided: int = 0
    of_group: Mapping[str, int] = field(default_factory=dict)

    @property
    def entry(self) -> np.ndarray:
        """First day in scope of each unit."""
        return self.units["entry"].to_numpy()

    @property
    def exit(self) -> np.ndarray:
        """Last day in scope of each unit."""
        return self.units["exit"].to_numpy()


@dataclass(frozen=True)
class Grid:
    """What was found for one commitment, units down and periods across.

    due, met, logged: yes or no; a due cell that is neither met nor logged is unknown. dose: 0..1, NaN where not
    logged. given: what the records show, whatever is missing. above: met, but over quantity_max. partly, unplaced:
    rows of the record that were done in part, or belong to no bound unit.
    """

    commitment: Commitment
    bound: Bound
    periods: Periods
    due: np.ndarray
    met: np.ndarray
    logged: np.ndarray
    dose: np.ndarray
    given: np.ndarray
    above: int = 0
    partly: int = 0
    unplaced: int = 0
    level_unit: str = ""

    @property
    def unknown(self) -> np.ndarray:
        """Due cells about which nothing is known."""
        return self.due & ~self.met & ~self.logged

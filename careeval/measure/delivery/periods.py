"""Which periods a standard counts in, and in which of them a unit is due."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np

from careeval.measure.delivery.frame import EVER, Bound, Frame, Periods, day_label, day_number, occasions
from careeval.specs.plans import By, Commitment, Standard

EPOCH = date(1970, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def periods_of(commitment: Commitment, frame: Frame, *, per: str = "") -> Periods:
    """The periods of `per` (the standard's, unless told) that touch the wave.

    month, week (ISO, Monday to Sunday), day, term and wave (the wave itself), year (calendar year), programme (the
    plan's period), or a name of the study's calendar: each of its days or spans.
    """
    standard = commitment.standard
    if standard.type == "schedule":
        return _timetable(commitment, frame)
    per = per or standard.per or ("programme" if standard.type == "count" else "wave")
    spans = _spans(per, commitment, frame)
    first, last = _ends([(begin, end) for _, begin, end in spans])
    held = per in ("year", "programme") or bool((last - first > frame.end - frame.start).any())
    # a period that is answered for by one wave only may have ended between two waves
    touches = (last >= (frame.since if held else frame.start)) & (first <= frame.end)
    labels = tuple(label for (label, *_), keep in zip(spans, touches, strict=True) if keep)
    later = bool(held and (last > frame.end).any())
    return Periods(labels, first[touches], last[touches], held, later)


def reference_day(frame: Frame) -> Periods:
    """The one day on which files, benefits and pairs are counted."""
    day = np.array([frame.reference])
    return Periods((day_label(frame.reference),), day, day)


def deadlines(commitment: Commitment, frame: Frame) -> tuple[Periods, np.ndarray]:
    """The deadlines that have passed, each a period of one day, and since when a yes counts for each.

    That is the day after the deadline before, for one that comes back. `later` where one is still to come. A deadline
    is answered for by the wave that holds its day, never again by a later one.
    """
    by = commitment.standard.by or By()
    days = np.array(_deadline_days(by, commitment, frame), dtype="int64")
    opens = np.concatenate([[-EVER], days[:-1] + 1])[: len(days)]
    since = frame.since if len(frame.spans) > 1 else -EVER  # nobody has answered for what is before the first wave
    ours = days >= (max(frame.since, frame.plan_start) if by.calendar else since)
    passed = ours & (days <= frame.end)
    later = bool((ours & (days > frame.end)).any())
    return Periods(tuple(map(day_label, days[passed])), days[passed], days[passed], later=later), opens[passed]


def due_cells(bound: Bound, periods: Periods, frame: Frame, standard: Standard) -> np.ndarray:
    """Whether each unit is due in each period: in scope on more than half of its days.

    In scope: entry to exit, inside the wave's service span and the plan's period. A period longer than a wave asks for
    entry to exit only, and is due in the wave that holds its last day.
    """
    first, last = periods.first[None, :], periods.last[None, :]
    opens, closes = bound.entry[:, None], bound.exit[:, None]
    if not periods.held:
        opens = np.maximum(opens, max(frame.start, frame.plan_start, _begins(standard)))
        closes = np.minimum(closes, min(frame.end, frame.plan_end))
    days = np.minimum(last, closes) - np.maximum(first, opens) + 1
    due = 2 * np.maximum(days, 0) > last - first + 1
    if periods.held:
        ends_here = (periods.last >= frame.since) & (periods.last <= frame.end)
        in_force = (periods.last >= frame.plan_start) & (periods.first <= frame.plan_end)
        due = due & (ends_here & in_force)[None, :]
    return due


def in_scope_on(bound: Bound, days: np.ndarray) -> np.ndarray:
    """Whether each unit is in scope on each of the days."""
    return (bound.entry[:, None] <= days[None, :]) & (bound.exit[:, None] >= days[None, :])


def asked_days(periods: Periods, frame: Frame, standard: Standard) -> tuple[int, np.ndarray]:
    """The first day of the periods, and for each day from it whether a log must speak of it."""
    first, last = int(periods.first.min()), int(periods.last.max())
    days = np.arange(first, last + 1)
    if periods.held:
        asked = np.zeros(len(days), dtype=bool)
        for begin, end in frame.spans:
            asked |= (days >= begin) & (days <= end)
        return first, asked
    begin = max(frame.start, frame.plan_start, _begins(standard))
    return first, (days >= begin) & (days <= min(frame.end, frame.plan_end))


def _begins(standard: Standard) -> int:
    return day_number(standard.start) if standard.start else -EVER


def _spans(per: str, commitment: Commitment, frame: Frame) -> list[tuple[str, int, int]]:
    whole = {
        "term": (frame.wave, frame.start, frame.end),
        "wave": (frame.wave, frame.start, frame.end),
        "programme": (frame.plan, frame.plan_start, frame.plan_end),
    }
    if per in whole:
        return [whole[per]]
    begin, end = EPOCH + timedelta(days=min(frame.start, frame.since)), EPOCH + timedelta(days=frame.end)
    if per == "day":
        return [(day_label(day), day, day) for day in range(frame.start, frame.end + 1)]
    if per == "week":
        monday = begin - timedelta(days=begin.weekday())
        mondays = (monday + timedelta(weeks=week) for week in range((end - monday).days // 7 + 1))
        return [(f"{day:%G-W%V}", day_number(day), day_number(day) + 6) for day in mondays]
    if per == "month":
        months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
        return [_month(month // 12, month % 12 + 1) for month in months]
    if per == "year":
        years = range(begin.year, end.year + 1)
        return [(str(year), day_number(date(year, 1, 1)), day_number(date(year, 12, 31))) for year in years]
    around = commitment.standard.by.days if commitment.standard.by else 0
    spans = occasions(frame, per, f"plan {frame.plan}, {commitment.id}")
    return [(day_label(first), first - abs(around), last + abs(around)) for first, last in spans]


def _month(year: int, month: int) -> tuple[str, int, int]:
    first = date(year, month, 1)
    return f"{year}-{month:02d}", day_number(first), day_number(first) + calendar.monthrange(year, month)[1] - 1


def _timetable(commitment: Commitment, frame: Frame) -> Periods:
    """One period an occasion: the named days of the week or of the calendar, without the excepted days."""
    table, where = commitment.standard.timetable, f"plan {frame.plan}, {commitment.id}"
    off = [span for name in (table.except_ if table else ()) for span in occasions(frame, name, where)]
    if table and table.occasions:
        spans = sorted({span for name in table.occasions for span in occasions(frame, name, where)})
    else:
        wanted = table.days if table and table.days else WEEKDAYS
        days = range(frame.start, frame.end + 1)
        spans = [(day, day) for day in days if WEEKDAYS[(day + 3) % 7] in wanted]  # day 0 was a Thursday
    held = [(a, b) for a, b in spans if b >= frame.start and a <= frame.end and not _excepted(a, b, off)]
    first, last = _ends(held)
    return Periods(tuple(day_label(day) for day in first), first, last)


def _excepted(first: int, last: int, off: list[tuple[int, int]]) -> bool:
    return any(begin <= first and last <= end for begin, end in off)


def _deadline_days(by: By, commitment: Commitment, frame: Frame) -> list[int]:
    if by.day is not None:
        return [day_number(by.day) + by.days]
    if by.month is not None:
        year = (EPOCH + timedelta(days=frame.plan_start)).year
        ends = [_month(one, by.month)[2] for one in (year, year + 1)]
        return [next(day for day in ends if day >= frame.plan_start) + by.days]
    spans = occasions(frame, by.calendar, f"plan {frame.plan}, {commitment.id}")
    return sorted({(first if by.days < 0 else last) + by.days for first, last in spans})


def _ends(spans: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.array(spans, dtype="int64").reshape(-1, 2)
    return ends[:, 0], ends[:, 1]

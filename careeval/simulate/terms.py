"""The demo's terms: the days its services run, the periods promises count in, and when somebody is due in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache

import pandas as pd

Span = tuple[pd.Timestamp, pd.Timestamp]


def _span(first: str, last: str) -> Span:
    return pd.Timestamp(first), pd.Timestamp(last)


# visits and open rooms begin on 8 October; in spring they run from the first to the last day of term
TERMS = {"2024-autumn": _span("2024-10-08", "2025-01-17"), "2025-spring": _span("2025-02-17", "2025-07-04")}
COUNTED_ON = {"2024-autumn": pd.Timestamp("2024-09-30"), "2025-spring": pd.Timestamp("2025-06-15")}
BREAKS = (_span("2025-04-04", "2025-04-06"), _span("2025-05-01", "2025-05-05"))
FESTIVALS = {"2024-autumn": (), "2025-spring": tuple(map(pd.Timestamp, ("2025-04-04", "2025-05-31", "2025-06-01")))}


@cache
def months(wave: str) -> tuple[Span, ...]:
    """The calendar months that a term touches, first and last day."""
    first, last = TERMS[wave]
    found = pd.period_range(first, last, freq="M")
    return tuple((month.start_time, month.end_time.normalize()) for month in found)


@cache
def weeks(wave: str) -> tuple[Span, ...]:
    """The weeks from Monday to Sunday that a term touches."""
    first, last = TERMS[wave]
    mondays = pd.date_range(first - timedelta(days=first.weekday()), last, freq="7D")
    return tuple((monday, monday + timedelta(days=6)) for monday in mondays)


def school_days(wave: str) -> list[pd.Timestamp]:
    """Mondays to Fridays of a term, breaks left out."""
    return [day for day in pd.bdate_range(*TERMS[wave]) if not any(first <= day <= last for first, last in BREAKS)]


@cache
def days_within(period: Span, scope: Span) -> tuple[pd.Timestamp, ...]:
    """The days of a period on which somebody is in scope."""
    return tuple(pd.date_range(max(period[0], scope[0]), min(period[1], scope[1])))


def is_due(period: Span, scope: Span) -> bool:
    """Whether somebody is in scope on more than half of the days of a period.

    >>> is_due(_span("2025-02-01", "2025-02-28"), _span("2025-02-17", "2025-07-04"))
    False
    """
    return 2 * len(days_within(period, scope)) > (period[1] - period[0]).days + 1


def due_periods(periods: Iterable[Span], scope: Span) -> Iterator[tuple[int, Span]]:
    """(number, period) of the periods in which somebody is due."""
    return ((number, period) for number, period in enumerate(periods) if is_due(period, scope))

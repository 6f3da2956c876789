"""Dates as people write them, only where they can be read in one way."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = re.compile(r"(\d{4})(?P<between>[-./])(\d{1,2})(?P=between)(\d{1,2})")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号]?)?")
# 2013.1 may be January or, out of a number cell, October: a dot needs both digits of the month
MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|\.(\d\d))")
NAMED = re.compile(r"(\d{1,2})-([a-z]{3})-(\d{4})", re.IGNORECASE)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# a zone is that of the form's own clock, and that is the clock people answered by
TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:[+-]\d\d:?\d\d)?")
IN_A_NAME = re.compile(
    r"(?<!\d)(?:\d{4}年\d{1,2}月(?:\d{1,2}[日号]?)?|\d{4}[-._]\d{1,2}[-._]\d{1,2}|(?:19|20)\d{6})(?!\d)"
)
SERIALS = range(20_000, 60_001)
YEARS = range(1900, 2101)


def read_datetime(text: str) -> datetime | None:
    """The moment a text stands for, midnight where it has no time; None where it is not one, or could be several.

    Read: 2023-09-01, 2023.9.1, 2023/9/1, 20230901, 2023年9月1日, 01-Sep-2023; 2023年9月, 2023-09 and 2023.09 as the
    first of the month; Excel's day numbers 20000 to 60000 (45170 is 2023-09-01); each day with a time behind it.
    Refused: two-digit years, 9/1/2023, 2023.9, days that do not exist.

    >>> read_datetime("2026/9/19 0:39:00").isoformat(), read_datetime("9/1/2023")
    ('2026-09-19T00:39:00', None)
    """
    if SERIAL.fullmatch(text):
        number = float(text)
        # Excel counts from the last day of 1899, and believes that 1900 was a leap year
        moment = datetime(1899, 12, 30) + timedelta(seconds=round(number * 86_400))
        return moment if int(number) in SERIALS else None
    day, _, clock = text.replace("T", " ", 1).partition(" ")
    parts = _day(day)
    hours = _time(clock.strip())
    try:
        return datetime(*parts, *hours) if parts and hours is not None and parts[0] in YEARS else None
    except ValueError:
        return None


def date_in_name(name: str) -> datetime | None:
    """The one day that a file name tells; None where it tells none, or two.

    >>> date_in_name("花名册2025-03-05.xlsx").date().isoformat()
    '2025-03-05'
    """
    days = {read_datetime(found.replace("_", "-")) for found in IN_A_NAME.findall(name)} - {None}
    return days.pop() if len(days) == 1 else None


def _day(text: str) -> tuple[int, int, int] | None:
    if found := DAY.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := CHINESE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3] or 1)
    if found := MONTH.fullmatch(text):
        return int(found[1]), int(found[2] or found[3]), 1
    if (found := NAMED.fullmatch(text)) and found[2].lower() in MONTHS:
        return int(found[3]), MONTHS.index(found[2].lower()) + 1, int(found[1])
    return None


def _time(text: str) -> tuple[int, ...] | None:
    """Hour, minute, second; () without a time, None where it is not one."""
    if not text:
        return ()
    found = TIME.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None

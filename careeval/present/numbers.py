"""How a value is printed: the only place where anything is rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from careeval.errors import CareevalError, Problem, listed

MISSING = "—"
MINUS = "−"
EXACT = Context(prec=400)  # any float with four decimals


def shown(value: Any, format: str) -> str:
    """A value as the reader sees it; `format` is one of FORMATS.

    text; count (1,234); number1 to number4 (decimals); percent0, percent1 (of a share between 0 and 1); p (a p-value);
    p_is (a p-value behind its letter: "= 0.034"); signed2 (the sign is always there, but zero has none);
    df (degrees of freedom, one decimal); date (year-month-day).
    Missing (None, NaN, NA, NaT) is a dash. Text in a number column is printed as it is (the star of a hidden cell).
    Halves are rounded away from zero, on the decimal digits that the number is written with. A minus is U+2212.
    An unknown format is a CareevalError.

    >>> shown(0.125, "number2"), shown(0.125, "percent0"), shown(-1234.5, "count"), shown(0.0004, "p")
    ('0.13', '13%', '−1,235', '<0.001')
    >>> shown(None, "df")
    '—'
    """
    if format not in FORMATS:
        raise CareevalError(Problem("number format", "", f"found {format!r}", listed(FORMATS)))
    if _is_missing(value):
        return MISSING
    return value if isinstance(value, str) else FORMATS[format](value)


def _is_missing(value: Any) -> bool:
    # by its name: pandas is not imported to print a number, and NA refuses to be compared
    return value is None or (not isinstance(value, str) and str(value) in ("nan", "NaT", "<NA>"))


def _rounded(value: Any, decimals: int, times: int = 1) -> str:
    plain = value.item() if hasattr(value, "item") else value  # numpy prints np.float64(1.0)
    number = Decimal(str(int(plain) if isinstance(plain, bool) else plain)) * times
    if number.is_infinite():
        return f"{MINUS}∞" if number < 0 else "∞"
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)
    return f"{MINUS if rounded < 0 else ''}{rounded.copy_abs():,f}"


def _number(decimals: int) -> Callable[[Any], str]:
    return lambda value: _rounded(value, decimals)


def _percent(decimals: int) -> Callable[[Any], str]:
    return lambda value: f"{_rounded(value, decimals, 100)}%"


def _p_value(value: Any) -> str:
    return "<0.001" if value < 0.001 else _rounded(value, 3)


def _p_is(value: Any) -> str:
    return f"< {_p_value(value)[1:]}" if value < 0.001 else f"= {_p_value(value)}"


def _signed(value: Any) -> str:
    text = _rounded(value, 2)
    return text if text.startswith(MINUS) or text == "0.00" else f"+{text}"


def _date(value: Any) -> str:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)[:10]


FORMATS: Mapping[str, Callable[[Any], str]] = {
    "text": str,
    "count": _number(0),
    "number1": _number(1),
    "number2": _number(2),
    "number3": _number(3),
    "number4": _number(4),
    "percent0": _percent(0),
    "percent1": _percent(1),
    "p": _p_value,
    "signed2": _signed,
    "df": _number(1),
    "date": _date,
    "p_is": _p_is,
}

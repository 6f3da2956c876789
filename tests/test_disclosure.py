"""What is hidden cannot be found by sums; what is found is hidden; and the audit is not fooled either way."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from careeval import TableError, suppress, table
from careeval.measure.flow import flow_table
from careeval.measure.hiding.audit import audit
from careeval.measure.hiding.find import shown_values
from careeval.measure.hiding.published import published_sums
from careeval.measure.hiding.sums import Count, Declared, Sum, sums_of
from careeval.measure.hiding.suppress import cells_to_hide, without
from careeval.measure.suppression import suppress_rows, too_small
from careeval.pipeline import published_sums as wave_sums
from careeval.specs.study import open_study

RULE = {"t": Declared(people={"n": ("n",)}, key=("place",), sums=(Sum(over="place", whole="all", parts=("*",)),))}


def line(**values):
    """One sum: all = a + b + ...; None is hidden; fewer than 5 are few."""
    return sums_of([Count(("t", place, "n"), "t", 0, "n", value, 5) for place, value in values.items()], RULE)


def site_table(rows):
    return pd.DataFrame(rows, columns=["site", "sex", "n"])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"all": 30.0, "a": None, "b": 9.0, "c": 18.0}, [("a", 3, 3)]),
        ({"all": 30.0, "a": None, "b": None, "c": 27.0}, [("a", 0, 3), ("b", 0, 3)]),
        ({"all": 30.0, "a": None, "b": None, "c": 18.0}, []),
        ({"all": 30.0, "a": None, "b": 12.0, "c": 18.0}, []),
        ({"all": None, "a": 1.0, "b": 2.0}, [("all", 3, 3)]),
    ],
)
def test_the_audit_finds_a_hidden_count_that_lies_within_less_than_the_floor(values, found):
    assert [(key[1], low, high) for key, low, high, _ in audit(line(**values)).itertuples(index=False)] == found


def test_what_two_sums_tell_together_only_the_programs_find():
    counts = {"x": None, "y": None, "z": None, "xy": 20.0, "yz": 20.0, "xz": 4.0}
    rule = Declared(
        people={"n": ("n",)},
        key=("place",),
        sums=tuple(Sum(over="place", whole=two, parts=tuple(two)) for two in ("xy", "yz", "xz")),
    )
    sums = sums_of([Count(("t", one, "n"), "t", 0, "n", value, 5) for one, value in counts.items()], {"t": rule})
    assert [(key[1], round(low), round(high)) for key, low, high, _ in audit(sums).itertuples(index=False)] == [
        ("x", 2, 2),
        ("z", 2, 2),
    ]


def test_the_smallest_part_beside_a_hidden_one_goes_and_the_total_stays():
    made = suppress(pd.DataFrame({"site": ["all", "a", "b", "c"], "n": [30, 3, 9, 18]}), minimum=5, parts=["site"])
    assert made["n"].tolist() == [30, pd.NA, pd.NA, 18]
    assert made["suppressed"].tolist() == [False, True, True, False]


def test_zero_is_neither_small_nor_hidden_and_a_missing_count_is_not_zero():
    made = suppress(pd.DataFrame({"site": ["all", "a", "b"], "n": [20, 20, 0]}), minimum=5, parts={"site": "all"})
    assert made["n"].tolist() == [20, 20, 0] and not made["suppressed"].any()


def test_rows_and_columns_that_add_up_are_protected_together():
    sites, sexes = ("all", "a", "b", "c"), ("all", "f", "m")
    inside = {("a", "f"): 2, ("a", "m"): 20, ("b", "f"): 12, ("b", "m"): 14, ("c", "f"): 16, ("c", "m"): 18}
    rows = [
        (site, sex, sum(n for (one, who), n in inside.items() if site in ("all", one) and sex in ("all", who)))
        for site, sex in product(sites, sexes)
    ]
    made = suppress(site_table(rows), minimum=5, parts=["site", "sex"]).set_index(["site", "sex"])
    shown = made["n"].dropna()
    # by hand: one of each row and column beside (a, f), and where they cross
    assert made.index[made["suppressed"]].tolist() == [("a", "f"), ("a", "m"), ("b", "f"), ("b", "m")]
    # a, f may be anything from 0 to what column f leaves beside c
    assert shown["all", "f"] - shown["c", "f"] == 14


def test_a_column_that_is_not_there_is_told():
    with pytest.raises(TableError, match="there is no column 'village'"):
        suppress(pd.DataFrame({"site": ["all"], "n": [3]}), minimum=5, parts=["village"])


def small_flow(seed):
    """The flow of 60 people in four villages and two waves, without counts of fewer than five, and its sums."""
    chance = np.random.default_rng(seed)
    first = pd.DataFrame(
        {
            "person": [str(one) for one in range(60)],
            "group": chance.choice(["child", "elder"], 60),
            "site": chance.choice(["a", "b", "c", "d"], 60),
            "arm": "",
            "follow_up": chance.choice(["measured", "absent"], 60, p=[0.85, 0.15]),
        }
    )
    start, now = first[first["person"].astype(int).ge(4)], first[chance.random(60) < 0.9]
    measured = {
        wave: pd.Index(one["person"][chance.random(len(one)) < 0.85]) for wave, one in (("1", start), ("2", now))
    }
    study = SimpleNamespace(spec=SimpleNamespace(waves=[SimpleNamespace(id="1"), SimpleNamespace(id="2")]))
    flow = flow_table(study, {"1": start, "2": now}, measured, reference=first)
    flow = suppress_rows(flow, too_small(flow["n"], 5), ["n"])
    return flow, published_sums({"flow": flow}, {"child": 5, "elder": 5}, first="1")


@pytest.mark.parametrize("seed", range(3))
def test_the_flow_of_a_small_study_can_be_solved_before_and_not_after(seed):
    flow, sums = small_flow(seed)
    assert len(audit(sums)) > 20
    made = without(flow, "flow", cells_to_hide(sums))
    assert audit(published_sums({"flow": made}, {"child": 5, "elder": 5}, first="1")).empty
    assert made["n"].gt(0).any()


def test_what_an_earlier_report_hid_stays_hidden_and_what_it_told_protects_nothing():
    _, sums = small_flow(0)
    key = ("flow", "1", "all", "all|", "registered", "n")
    places = {(one.table, one.row, one.column) for one in sums.counts if one.key == key}
    assert places <= cells_to_hide(sums, told={key: None})
    assert places.isdisjoint(cells_to_hide(sums, told={key: 56.0}))


def test_the_published_tables_of_demo_cannot_be_solved_and_add_up(demo):
    sums = wave_sums(open_study(demo))
    shown = shown_values(sums)
    assert audit(sums).empty
    whole = [(line, parts) for line, parts in sums.lines if line in shown and all(part in shown for part in parts)]
    assert len(whole) > 50 and all(shown[one] == sum(shown[part] for part in parts) for one, parts in whole)
    assert all(count.value is None or count.value == shown[count.key] for count in sums.counts)


def test_hidden_counts_are_empty_marked_and_unlike_zero(demo):
    flow = table(open_study(demo), "flow")
    assert flow.loc[flow["suppressed"], "n"].isna().all() and flow.loc[~flow["suppressed"], "n"].notna().all()
    assert flow["n"].eq(0).any()

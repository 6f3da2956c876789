"""What is hidden cannot be found by sums; what is found is hidden; and the audit is not fooled either way."""

import shutil
from itertools import product

import pandas as pd
import pytest

from careeval import TableError, suppress, table
from careeval.measure.hiding.audit import audit
from careeval.measure.hiding.find import found_out, shown_values
from careeval.measure.hiding.sums import Count, Declared, Sum, sums_of
from careeval.pipeline import published_sums
from careeval.simulate.demo import demo_study, write_demo
from careeval.specs.home import study_folder
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


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A fifth of the demo's people: nearly every village has few."""
    folder = tmp_path_factory.mktemp("few") / "demo"
    shutil.copytree(study_folder("demo"), folder, ignore=shutil.ignore_patterns("raw", "derived"))
    write_demo(demo_study(seed=3, share=0.2), folder)
    return open_study(folder)


def test_the_published_tables_of_a_small_study_cannot_be_solved(few):
    assert len(found_out(*with_shown(published_sums_of(few, "floored_")))) > 100
    for wave in few.spec.waves:
        assert audit(published_sums(few, wave.id)).empty


def test_what_is_shown_adds_up_and_is_the_same_wherever_it_stands(few):
    sums = published_sums(few)
    shown = shown_values(sums)
    whole = [(line, parts) for line, parts in sums.lines if line in shown and all(part in shown for part in parts)]
    assert len(whole) > 50 and all(shown[one] == sum(shown[part] for part in parts) for one, parts in whole)
    assert all(count.value is None or count.value == shown[count.key] for count in sums.counts)


def test_hidden_counts_are_empty_marked_and_unlike_zero(few):
    flow = table(few, "flow")
    assert flow.loc[flow["suppressed"], "n"].isna().all() and flow.loc[~flow["suppressed"], "n"].notna().all()
    assert flow["n"].eq(0).any()


def published_sums_of(study, prefix):
    from careeval.measure.hiding.published import published_sums as sums_of_tables
    from careeval.measure.hiding.sums import declared
    from careeval.measure.suppression import privacy_floors

    tables = {name: table(study, prefix + name, wave="") for name in declared()}
    return sums_of_tables(tables, privacy_floors(study, table(study, "people", wave="")), first="2024-autumn")


def with_shown(sums):
    return sums, shown_values(sums)

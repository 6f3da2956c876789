"""All rows of the indicators table about support."""

import pandas as pd
from delivery_trial import SPRING, visits, whole_term
from support_trial import EMPTY, asked, children, study_with, visit_promise

from careeval.measure.delivery.table import delivery, unit_periods
from careeval.measure.indicators import COLUMNS
from careeval.measure.support.persons import fraction_of, share_limits
from careeval.measure.support.table import support_indicators

LOGS = whole_term("home_visit", "v1")
ALWAYS = [f"2025-{month:02d}-{day}" for month in (3, 4, 5, 6) for day in ("05", "20")]


def rows(floors=None, **changes):
    """Twelve children, six of whom got all that was promised; indexed by indicator, site 'all'."""
    one = study_with(visit_promise(recall=None), **changes)
    tables = EMPTY | {"people": children(12, sex=["female", "male"] * 6), "logs": LOGS}
    tables["services"] = pd.concat([visits(f"v1_{n}", *ALWAYS) for n in range(6)]).reindex(
        columns=EMPTY["services"].columns
    )
    tables["services"] = tables["services"].assign(provider="w1")
    plan, floors = one.plans("")[0], floors or {"child": 1}
    periods = unit_periods(plan, tables, SPRING, one)
    kept = delivery(plan, tables, SPRING, study=one, floors=floors)
    made = support_indicators(one, SPRING, tables, periods, kept, floors)
    return made[made["site"].eq("all")].set_index("indicator")


def test_the_columns_are_those_of_indicators_and_three_more():
    made = rows().reset_index()
    assert [*made.columns[:1], *COLUMNS] != [] and set(COLUMNS) <= set(made) and made["wave"].eq("2025-spring").all()
    assert not made.duplicated(["site", "group", "domain", "indicator", "subgroup", "level"]).any()


def test_the_plans_own_code_carries_what_was_delivered():
    found = rows().loc["I"]
    assert (found["numerator"], found["denominator"], found["value"], found["level"]) == (24, 48, 0.5, "c1")


def test_promises_kept_counts_promises():
    found = rows().loc["promises_kept"]
    assert (found["numerator"], found["denominator"], found["level"]) == (0, 1, "p")


def test_reach_is_counted_in_a_census_and_has_an_interval_in_a_sample():
    found = rows().loc["reach_standard_always"]
    assert (found["value"], found["conf_low"], found["conf_high"], found["method"]) == (0.5, 0.5, 0.5, "count")
    sampled = rows(population={"child": {"frame": "sample", "size": 40}}).loc["reach_standard_always"]
    assert sampled["conf_low"] < 0.5 < sampled["conf_high"] and sampled["method"] == "wilson_fpc"


def test_who_was_never_reached_is_told_by_fact():
    found = rows()[lambda made: made["subgroup"].eq("sex=female")].loc["zero_contact"]
    assert (found["numerator"], found["denominator"], found["value"]) == (3, 6, 0.5)


def test_cost_and_case_load_stand_beside_them():
    made = rows()
    assert made.loc["cost_per_person_month", "reason"] == "no_costs_file" and made.loc["case_load", "value"] == 6


def test_nothing_small_is_shown():
    made = rows(floors={"child": 7})
    small = made[made.index.str.startswith(("reach_any", "reach_standard", "zero", "case"))]
    assert small["suppressed"].all() and small[["numerator", "value"]].isna().all(axis=None)
    assert made.loc["reach_registered", "value"] == 1


def test_groups_of_one_kind_keep_their_share_and_mixed_ones_have_none():
    shares = {"child": 1.0, "elder": 0.5}
    assert fraction_of(pd.Series(["child", "elder", "child+elder"]), shares).tolist()[:2] == [1, 0.5]
    assert fraction_of(pd.Series(["child+elder"]), shares).isna().all()


def test_missing_records_widen_the_limits_of_a_sample():
    one = pd.Series([1.0])
    low, high, method = share_limits(40 * one, 60 * one, 100 * one, pd.Series([float("nan")]))
    narrow, _, _ = share_limits(50 * one, 50 * one, 100 * one, pd.Series([float("nan")]))
    assert low[0] < narrow[0] < high[0] and method[0] == "wilson"


def test_without_a_plan_there_are_no_rows():
    one = study_with()
    one.plans = lambda wave: ()
    made = support_indicators(
        one, SPRING, EMPTY | {"people": children(3)}, pd.DataFrame(), pd.DataFrame(), {"child": 1}
    )
    assert made.empty


def test_a_plan_that_serves_no_person_gives_empty_tables():
    assert asked(lambda study, wave, tables, periods, floors: periods, [], people=children(3)).empty

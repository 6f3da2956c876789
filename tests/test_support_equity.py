"""Who is missed: kinds of people against each other, counted by hand."""

import pandas as pd
import pytest
from delivery_trial import promise, visits, whole_term
from support_trial import HOME, asked, children, visit_promise

from careeval.measure.support.equity import difference_interval, gaps
from careeval.measure.support.facts import equity_facts, fact_in_words, fact_levels

ALWAYS = [f"2025-{month:02d}-{day}" for month in (3, 4, 5, 6) for day in ("05", "20")]
LOGS = whole_term("home_visit", "v1")
# of four girls two get everything, one a month of four; of six boys one gets everything; the others nothing
ONCE = promise({"type": "count", "basis": "recipient", "quantity": 1, "per": "wave"}, HOME)
ONE_VISIT = pd.concat([visits(f"v1_{k}", "2025-03-05") for k in (0, 4, 5, 6, 7)])
SEXES = ["female"] * 4 + ["male"] * 6
VISITS = pd.concat(
    [visits("v1_0", *ALWAYS), visits("v1_1", *ALWAYS), visits("v1_2", *ALWAYS[:2]), visits("v1_4", *ALWAYS)]
)


def row(fact="sex", level="female", site="all", **tables):
    within, floors = tables.pop("within", None), tables.pop("floors", {"child": 1})
    tables = {"people": children(10, sex=SEXES), "services": VISITS, "logs": LOGS} | tables
    made = asked(gaps, [visit_promise()], within=within, floors=floors, **tables)
    return made[made["fact"].eq(fact) & made["level"].eq(level) & made["site"].eq(site)].iloc[0]


def test_a_gap_is_a_difference_of_shares_of_periods():
    found = row()
    assert (found["denominator"], found["value"], found["reference_value"]) == (4, 9 / 16, 4 / 24)
    assert found["gap"] == pytest.approx(9 / 16 - 4 / 24) and found["reference"] == "male"


def test_people_who_were_never_reached_are_compared_too():
    found = row()
    assert (found["zero_contact"], found["zero_share"]) == (1, 0.25)
    assert found["zero_gap"] == pytest.approx(0.25 - 5 / 6)


def test_a_census_has_no_interval_where_all_is_known():
    found = row()
    assert found["conf_low"] == found["conf_high"] == found["gap"] and found["method"] == "count"
    assert found["zero_low"] == found["zero_high"] == found["zero_gap"]


def test_in_a_census_missing_records_are_the_interval():
    people = pd.concat([children(10, sex=SEXES), children(2, "v2", sex="male")])
    found = row(people=people)
    # eight periods of two boys are unknown: the boys are somewhere from 4 to 12 of 32
    assert found["value"] == 9 / 16 and found["reference_value"] == 4 / 24
    assert (found["conf_low"], found["conf_high"]) == (9 / 16 - 12 / 32, 9 / 16 - 4 / 32)
    assert found["zero_low"] == pytest.approx(0.25 - 7 / 8) and found["zero_high"] == pytest.approx(0.25 - 5 / 8)


def test_a_sample_has_newcombes_interval():
    found = row(within={"population": {"child": {"frame": "sample"}}})
    low, high = difference_interval(1, 4, 5, 6)
    assert (found["zero_low"], found["zero_high"]) == (pytest.approx(low), pytest.approx(high))
    assert found["method"] == "cluster" and found["conf_low"] < found["gap"] < found["conf_high"]


def test_the_interval_of_shares_of_periods_takes_people_as_clusters():
    found = row(within={"population": {"child": {"frame": "sample"}}})
    # girls met 4 4 1 0 of 4: the variance of their mean share is that of 1 1 .25 0; boys 4 0 0 0 0 0
    variance = pd.Series([1, 1, 0.25, 0]).var() / 4 + pd.Series([1, 0, 0, 0, 0, 0]).var() / 6
    assert found["gap"] - found["conf_low"] == pytest.approx(2.306004 * variance**0.5)  # t with 8 df


def test_a_sample_drawn_by_village_has_no_interval_of_people_drawn_one_by_one():
    found = row(within={"population": {"child": {"frame": "sample", "sampled": "village"}}})
    assert found[["conf_low", "conf_high", "zero_low", "zero_high"]].isna().all() and found["gap"] > 0


def test_newcombe_gives_the_published_interval():
    low, high = difference_interval(56, 70, 48, 80)
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)


def test_with_three_levels_each_is_held_against_all_others():
    carers = ["grandparents"] * 4 + ["relatives"] * 3 + ["one_parent"] * 3
    found = row("carer", "relatives", people=children(10, carer_type=carers))
    assert (found["reference"], found["denominator"], found["reference_n"]) == ("others", 3, 7)


def test_a_distance_is_cut_in_two_and_a_blank_is_in_neither():
    people = children(10, distance_km=["1", "5", "4.9", None, "x", "7", "7", "7", "7", "7"])
    found = row("distance", "from", people=people)
    assert (found["denominator"], found["reference_n"], found["not_told"]) == (6, 2, 2)


def test_words_for_yes_and_no_are_one_and_unknown_is_not_told():
    levels = fact_levels(pd.DataFrame({"poor": ["yes", "TRUE", "1", "no", "false", "unknown", "", None]}))["poverty"]
    assert levels[:5].tolist() == ["yes", "yes", "yes", "no", "no"] and levels[5:].isna().all()


def test_a_small_group_is_hidden_with_the_only_other_one():
    found = row(floors={"child": 5})
    assert found["suppressed"] and found[["denominator", "value", "gap", "zero_contact"]].isna().all()
    assert row(level="male", floors={"child": 5})["suppressed"]


def test_one_hidden_level_takes_the_smallest_other_with_it():
    carers = ["grandparents"] * 4 + ["relatives"] * 2 + ["one_parent"] * 4
    carers[3] = "one_parent"
    hidden = [row("carer", level, people=children(10, carer_type=carers), floors={"child": 3})["suppressed"]
              for level in ("grandparents", "relatives", "one_parent")]  # fmt: skip
    assert hidden == [True, True, False]


def test_few_who_were_missed_are_hidden_in_all_levels_while_the_gap_stays():
    # one girl of four, and five boys of seven: the girl would follow from the boys
    visited = pd.concat([VISITS, visits("v1_5", *ALWAYS)])
    more = {"people": children(11, sex=[*SEXES, "male"]), "services": visited}
    found = row(level="male", floors={"child": 2}, **more)
    assert found["zero_suppressed"] and pd.isna(found["zero_contact"]) and found["gap"] < 0


def test_every_fact_and_value_has_words_in_both_languages():
    for fact in equity_facts().values():
        assert all(words.zh and words.en for words in (fact.title, *fact.values.values()))
    assert fact_in_words("sex", "zh", "female") == "女" and fact_in_words("x", "en", "blue") == "blue"


def test_without_facts_there_are_no_gaps():
    made = asked(gaps, [visit_promise()], people=children(10), services=VISITS, logs=LOGS)
    assert made.empty and "gap" in made


def test_a_share_of_people_due_once_is_hidden_with_the_few_it_counts():
    # one girl of four, and four boys of six, got their one visit
    made = asked(gaps, [ONCE], floors={"child": 3}, people=children(10, sex=SEXES), services=ONE_VISIT, logs=LOGS)
    made = made[made["fact"].eq("sex") & made["site"].eq("all")]
    assert made["zero_suppressed"].all() and made[["value", "reference_value", "gap", "conf_low"]].isna().all(axis=None)
    assert not made["suppressed"].any() and made["denominator"].tolist() == [4, 6]

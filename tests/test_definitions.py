"""Definitions are data applied to facts: true, false, or unknown where a fact that decides is not known."""

import pandas as pd
import pytest
from conftest import STUDY

from careeval.errors import CareevalError, SpecError, TableError
from careeval.measure.eligibility import eligible, holds
from careeval.specs.definitions import definitions
from careeval.specs.study import open_study


def children(**facts):
    return pd.DataFrame({"group": "child", "age": pd.array([10], dtype="Float64")} | {k: [v] for k, v in facts.items()})


@pytest.mark.parametrize(
    ("age", "away", "able", "told"),
    [
        (15, "both", None, True),
        (16, "both", None, False),
        (10, "one", "no", True),
        (10, "one", "yes", False),
        (10, "one", None, pd.NA),
        (10, "one", "unknown", pd.NA),
        (10, "none", None, False),
        (10, None, "no", pd.NA),
        (16, None, None, False),
        (None, "both", None, pd.NA),
        (None, "none", "yes", False),
    ],
)
def test_the_rule_of_2016_by_age_and_who_is_away(age, away, able, told):
    child = children(parents_away=away, other_parent_able=able).assign(age=pd.array([age], dtype="Float64"))
    (found,) = eligible(child, "state_2016", "child")
    assert found is told or found == told


def test_facts_that_no_file_holds_are_unknown_not_false():
    assert eligible(children(), "state_2016", "child").isna().all()


def test_other_groups_are_not_meant():
    people = pd.concat([children(parents_away="both"), children(parents_away="both").assign(group="elder")])
    assert eligible(people, "state_2016", "child").tolist() == [True, False]


def test_six_months_can_decide_where_three_do_not():
    child = children(parents_away="one", months_away="4")
    assert eligible(child, "one_parent_3m", "child").all() and not eligible(child, "one_parent_6m", "child").any()


@pytest.mark.parametrize("name", sorted(definitions()))
def test_every_definition_has_its_words_and_facts(name):
    rule = definitions()[name]
    assert rule.title.zh and rule.title.en and rule.source and rule.facts


def test_an_unknown_definition_lists_those_of_the_group():
    with pytest.raises(CareevalError, match=r"found 'county_9m'. Allowed: 'county_6m', 'all_children_6m'"):
        eligible(children(), "county_9m", "elder")
    with pytest.raises(CareevalError, match=r"'county_6m' is a definition of 'elder'. Allowed: 'state_2016'"):
        eligible(children(), "county_6m", "child")


def test_a_study_names_a_definition_that_there_is(small):
    folder = small(**{"study.toml": STUDY.replace("[design]", '[definition]\nchild = "husband_6m"\n\n[design]')})
    with pytest.raises(SpecError, match="definition, key 'child': 'husband_6m' is a definition of 'woman'"):
        open_study(folder)


def test_true_matches_the_words_for_yes_and_numbers_match_numbers():
    table = pd.DataFrame({"poor": ["yes", "no", "TRUE", None], "tier": [1, 2, 3, 1], "class": ["3", "3.5", "x", None]})
    assert holds(table, {"poor": (True,)}, where="c06").tolist() == [True, False, True, pd.NA]
    assert holds(table, {"tier": (1, 3)}, where="c06").tolist() == [True, False, True, True]
    assert holds(table, {"class": (3, 3.5)}, where="c06").tolist() == [True, True, False, pd.NA]


def test_both_ends_of_a_bound_belong_to_it_and_all_conditions_must_hold():
    table = pd.DataFrame({"age": [59, 60, 80, 81], "tier": ["high", "high", "low", "high"]})
    assert holds(table, {"age_min": 60, "age_max": 80}, where="c06").tolist() == [False, True, True, False]
    assert holds(table, {"age_min": 60, "tier": ("high",)}, where="c06").tolist() == [False, True, False, True]


def test_unknown_is_a_value_where_it_is_asked_for():
    assert holds(pd.DataFrame({"tier": ["unknown", None]}), {"tier": ("unknown",)}, where="c").tolist() == [True, pd.NA]


def test_a_column_that_is_not_there_names_the_commitment():
    with pytest.raises(TableError, match=r"plan.toml, c06, who: there is no column 'rich'. Allowed: 'group', 'age'"):
        holds(children(), {"rich": ("yes",)}, where="plan.toml, c06")

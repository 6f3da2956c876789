"""Verdicts: one row a commitment, group and outcome; each question's answer and what it was read from."""

import tomllib
from datetime import date

import pandas as pd
import pytest

from careeval.errors import SpecError, TableError
from careeval.judging.delivered import delivered, reached
from careeval.judging.verdicts import COLUMNS, judge
from careeval.specs.plans import Plan
from careeval.specs.records import build

COMMITMENT = """
[[commitments]]
id = "{id}"
text = {{ zh = "走访", en = "Visits" }}
group = {group}
domain = "living_support"
mechanism = "home_visit"
component = "visits"
outcomes = {outcomes}
indicator = "VISIT_FREQ"
statutory = {statutory}
standard = {standard}
record = {{ table = "services", service = ["home_visit"], count = "events" }}
"""
MONTHLY = '{ type = "frequency", basis = "recipient", quantity = 1, per = "month", target = 0.9 }'
NO_STANDARD = '{ type = "none", why = "vague", basis = "recipient" }'
ROW = {
    "plan": "p",
    "commitment": "c1",
    "group": "child",
    "wave": "w2",
    "site": "all",
    "due": 100,
    "unknown": 0,
    "value": 0.95,
    "target": 0.9,
    "conf_low": 0.95,
    "conf_high": 0.95,
    "method": "count",
    "dose": 0.97,
    "status": "met",
    "suppressed": False,
}
EFFECT = {
    "outcome": "loneliness",
    "group": "child",
    "subgroup": "",
    "wave": "w2",
    "contrast": "treated - control",
    "design": "randomised_prepost",
    "estimator": "ancova_cr2",
    "role": "headline",
    "estimate": -4.0,
    "std_error": 0.5,
    "df": 20.0,
    "conf_low": -5.0,
    "conf_high": -3.0,
    "higher_is": "worse",
    "smallest_worthwhile": 2.0,
    "note": "",
    "id": "loneliness:treated - control:w2:ancova_cr2",
}
OVERRULING = """
[[overrulings]]
component = "{component}"
group = "child"
outcome = "loneliness"
verdict = "{verdict}"
reason = "The county moves the visits to the school from autumn."
by = "the county office"
date = 2025-07-20
"""


def plan(*commitments, overrulings=""):
    head = 'id = "p"\ntitle = { en = "Plan" }\nsource = "ours"\nperiod = [2025-03-01, 2025-12-31]\n'
    made, problems = build(Plan, tomllib.loads(head + "".join(commitments) + overrulings), file="plan.toml")
    assert problems == []
    return made


def promise(name="c1", *, group='["child"]', outcomes='["loneliness"]', statutory="false", standard=MONTHLY):
    return COMMITMENT.format(id=name, group=group, outcomes=outcomes, statutory=statutory, standard=standard)


def checks(result="ok", outcome="loneliness"):
    return pd.DataFrame([{"outcome": outcome, "group": "child", "check": "reliability", "result": result}])


def verdict(one=None, *, row=None, effect=None, measured=None, **more):
    """The first row of a plan of one promise, as a dict."""
    effects = [] if effect is False else [EFFECT | (effect or {})]
    table = judge(
        one or plan(promise()),
        pd.DataFrame([ROW | (row or {})]),
        pd.DataFrame(effects, columns=list(EFFECT)),
        measured=checks() if measured is None else measured,
        **more,
    )
    return table.iloc[0].to_dict()


def test_a_row_has_the_fixed_columns_first_and_names_the_rows_it_was_read_from():
    table = judge(plan(promise()), pd.DataFrame([ROW]), pd.DataFrame([EFFECT]), measured=checks())
    assert list(table.columns[: len(COLUMNS)]) == COLUMNS
    row = table.iloc[0]
    assert row["evidence"] == "delivery:c1; estimates:loneliness:treated - control:w2:ancova_cr2"
    assert (row["delivered"], row["reached"], row["moved"], row["certainty"]) == ("yes", "yes", "benefit", "high")
    assert (row["verdict"], row["dose"], row["value"], row["estimate"]) == ("keep", 0.97, 0.95, -4.0)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"dose": 0.80}, "yes"),
        ({"dose": 0.6 + 0.2}, "yes"),
        ({"dose": 0.79}, "partly"),
        ({"dose": 0.60}, "partly"),
        ({"dose": 0.59}, "no"),
        ({"dose": 0.0}, "no"),
        ({"dose": None}, "unknown"),
        ({"unknown": 50}, "yes"),
        ({"unknown": 51}, "unknown"),
        ({"status": "not measurable"}, "unknown"),
        ({"status": "not due", "dose": None}, "not due"),
        ({"status": "no standard", "dose": None}, "not asked"),
        ({"suppressed": True, "dose": None}, "unknown"),
    ],
)
def test_delivered_is_read_from_the_dose(row, word):
    assert delivered(plan(promise()).commitments[0], ROW | row).word == word


@pytest.mark.parametrize(
    ("row", "word", "reason"),
    [
        ({"value": 0.90}, "yes", ""),
        ({"value": 0.89}, "no", ""),
        ({"value": 0.80, "unknown": 9}, "no", ""),
        ({"value": 0.80, "unknown": 10}, "unknown", "records_decide"),
        ({"method": "wilson_fpc", "conf_low": 0.85}, "yes", ""),
        ({"method": "wilson_fpc", "conf_low": 0.70}, "unknown", "sample_too_small"),
        ({"value": None}, "unknown", "no_records"),
        ({"suppressed": True}, "unknown", "suppressed"),
    ],
)
def test_reached_is_the_share_against_the_target(row, word, reason):
    assert reached(plan(promise()).commitments[0], ROW | row) == (word, reason)


def test_where_nobody_is_served_reach_does_not_apply():
    assert reached(plan(promise(group="[]")).commitments[0], ROW).word == "not applicable"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"row": {"dose": 0.45, "value": 0.4}}, "strengthen delivery"),
        ({"row": {"value": 0.7}}, "strengthen reach"),
        ({"row": {"unknown": 60}}, "measure delivery"),
        ({"row": {"status": "not due"}}, "continue unchanged"),
        ({"measured": checks("fail")}, "measure better"),
        ({"measured": checks(outcome="another")}, "measure better"),
        ({"effect": {"estimate": 4.0}}, "pause"),
        ({"effect": {"estimate": 4.0}, "measured": checks("fail")}, "pause"),
        ({"effect": {"estimate": 0.0}}, "redesign"),
        ({"effect": {"estimate": 0.0, "design": "compared_prepost"}}, "re-test"),
        ({"effect": {"estimate": -2.5}}, "keep and test"),
        ({"effect": {"estimate": -2.5}, "row": {"dose": 0.7}}, "keep and strengthen dose"),
        ({"effect": {"design": "compared_prepost"}}, "keep and test"),
        ({"effect": {"std_error": 4.0}}, "continue unchanged"),
        ({"effect": {"std_error": None, "note": "one_unit: n = 1"}}, "continue unchanged"),
        ({"effect": False}, "continue unchanged"),
    ],
)
def test_each_question_can_decide(given, word):
    assert verdict(**given)["verdict"] == word


def test_a_promise_without_a_standard_asks_its_owner_for_one():
    row = verdict(
        plan(promise(outcomes="[]", standard=NO_STANDARD)), row={"status": "no standard", "dose": None, "target": None}
    )
    assert (row["delivered"], row["moved"], row["verdict"]) == ("not asked", "none claimed", "set a standard")
    assert pd.isna(row["target"])


def test_a_promise_without_a_row_of_delivery_is_unknown():
    row = verdict(row={"commitment": "another"})
    assert (row["delivered"], row["verdict"], row["reasons"]) == ("unknown", "measure delivery", "no_delivery_row")
    assert row["evidence"].startswith("estimates:")


def test_each_group_and_outcome_has_a_row_of_its_own():
    both = plan(promise(group='["carer", "child"]', outcomes='["loneliness", "maths"]'))
    effects = pd.DataFrame([EFFECT, EFFECT | {"outcome": "maths", "id": "maths"}])
    table = judge(both, pd.DataFrame([ROW]), effects, measured=checks())
    assert table[["group", "outcome"]].to_numpy().tolist() == [
        ["child", "loneliness"],
        ["child", "maths"],
        ["carer", ""],
    ]


def test_a_site_or_another_plan_does_not_speak_for_all():
    rows = pd.DataFrame([ROW | {"site": "v1", "dose": 0.1}, ROW | {"plan": "q", "dose": 0.1}, ROW])
    assert judge(plan(promise()), rows, pd.DataFrame([EFFECT]), measured=checks())["dose"].tolist() == [0.97]


def test_companions_and_other_waves_do_not_decide():
    rows = [EFFECT | {"role": "companion", "estimate": 4.0}, EFFECT | {"wave": "w1", "estimate": 4.0}, EFFECT]
    table = judge(plan(promise()), pd.DataFrame([ROW]), pd.DataFrame(rows), measured=checks())
    assert table["estimate"].tolist() == [-4.0]


def test_twice_without_a_meaningful_change_is_stop_or_replace_unless_it_is_a_duty():
    none = {"effect": {"estimate": 0.0}}
    first = pd.DataFrame([verdict(**none)])
    assert verdict(**none, previous=first)["verdict"] == "stop or replace"
    assert verdict(**none, previous=first.assign(delivered="partly"))["verdict"] == "redesign"
    assert verdict(**none, previous=first.assign(certainty="low"))["verdict"] == "redesign"
    duty = verdict(plan(promise(statutory="true")), **none, previous=first)
    assert (duty["verdict"], duty["rule"]) == ("continue unchanged", "duty_without_change")


@pytest.mark.parametrize(
    ("incident", "word"),
    [
        ({"commitment": "c1"}, "pause"),
        ({"component": "visits"}, "pause"),
        ({"component": "visits", "group": "elder"}, "keep"),
        ({"component": "meals"}, "keep"),
    ],
)
def test_an_incident_pauses_what_it_is_held_to_come_from(incident, word):
    assert verdict(incidents=pd.DataFrame([incident]))["verdict"] == word


def test_perhaps_harm_is_to_be_reviewed_before_the_next_term():
    row = verdict(effect={"estimate": 1.5})
    assert (row["moved"], row["verdict"], row["review_first"]) == ("harm size uncertain", "continue unchanged", True)


def test_an_overruling_keeps_the_word_of_the_rule_and_the_reason():
    text = OVERRULING.format(component="visits", verdict="redesign")
    row = verdict(plan(promise(), overrulings=text))
    assert (row["verdict"], row["verdict_by_rule"]) == ("redesign", "keep")
    assert (row["overruled_by"], row["overruled_on"]) == ("the county office", date(2025, 7, 20).isoformat())
    assert row["overruling_reason"] == "The county moves the visits to the school from autumn."
    assert verdict()["overruling_reason"] == ""


def test_an_overruling_of_nothing_is_refused_and_names_what_there_is():
    text = OVERRULING.format(component="meals", verdict="keep")
    with pytest.raises(SpecError, match=r"no verdict on meals / child / loneliness. Allowed: 'visits / child / lonel"):
        verdict(plan(promise(), overrulings=text))


def test_two_overrulings_of_the_same_and_the_end_of_a_duty_are_refused_together():
    text = OVERRULING.format(component="visits", verdict="stop or replace")
    with pytest.raises(SpecError) as error:
        verdict(plan(promise(statutory="true"), overrulings=text + text))
    assert "overrulings, 2: visits is overruled more than once" in str(error.value)
    assert "'stop or replace' for visits, which holds a duty by law" in str(error.value)


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(TableError) as error:
        judge(plan(promise()), pd.DataFrame([{"dose": 1}]), pd.DataFrame([EFFECT]), measured=pd.DataFrame())
    assert "judge, delivery: no column 'commitment', 'value'" in str(error.value)
    assert "judge, measured: no column 'outcome', 'check', 'result'" in str(error.value)

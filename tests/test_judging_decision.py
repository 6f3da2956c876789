"""The decision table: total over every combination, and the same as the rule told in plain ifs."""

from itertools import product

import pytest

from careeval.errors import SpecError
from careeval.judging.decision import INPUTS, decide, decision_table, read_decisions
from careeval.specs.plans import VerdictWord

COMBINATIONS = [dict(zip(INPUTS, words, strict=True)) for words in product(*INPUTS.values())]
KEPT = {
    "incident": "no",
    "moved": "none claimed",
    "measured": "ok",
    "delivered": "yes",
    "reached": "yes",
    "certainty": "not applicable",
    "cycle": "first",
    "statutory": "no",
}


def rule(f):
    """The verdict in the order in which the questions are asked: harm, measured, delivered, reached, moved, sure."""
    if f["moved"] == "harm" or f["incident"] == "yes":
        return "pause"
    if f["measured"] == "fail":
        return "measure better"
    if f["delivered"] == "not asked":
        return "set a standard"
    if f["delivered"] == "not due":
        return "continue unchanged"
    if "unknown" in (f["delivered"], f["reached"]):
        return "measure delivery"
    if f["delivered"] == "no":
        return "strengthen delivery"
    if f["reached"] == "no":
        return "strengthen reach"
    return effect_rule(f, sure=f["certainty"] in ("high", "moderate"), partly=f["delivered"] == "partly")


def effect_rule(f, *, sure, partly):
    if f["moved"] == "none claimed":
        return "strengthen delivery" if partly and f["reached"] == "not applicable" else "keep"
    if f["moved"] == "benefit":
        return "keep" if sure else "keep and test"
    if f["moved"] == "benefit size uncertain":
        return "keep and strengthen dose" if partly else "keep and test"
    if f["moved"] != "no meaningful change":
        return "continue unchanged"
    if not sure:
        return "re-test"
    if partly:
        return "strengthen delivery"
    if f["statutory"] == "yes":
        return "continue unchanged"
    return "stop or replace" if f["cycle"] == "second" else "redesign"


def test_every_combination_meets_one_row_and_it_is_that_of_the_rule():
    assert len(COMBINATIONS) == 2 * 8 * 2 * 6 * 4 * 5 * 2 * 2
    assert [f for f in COMBINATIONS if decide(f).verdict != rule(f)] == []


def test_every_row_and_every_verdict_is_met_by_some_combination():
    met = {decide(f).id for f in COMBINATIONS}
    assert met == {row.id for row in decision_table()}
    assert {row.verdict for row in decision_table()} == set(VerdictWord.__args__)


def test_a_duty_by_law_is_never_stopped_or_redesigned():
    duties = [f for f in COMBINATIONS if f["statutory"] == "yes"]
    assert {decide(f).verdict for f in duties}.isdisjoint({"stop or replace", "redesign"})
    taken_out = [f for f in duties if (change := decide(f).propose) and change.field == "id"]
    assert taken_out == []


def test_stop_needs_two_waves_and_some_certainty():
    stopped = [f for f in COMBINATIONS if decide(f).verdict == "stop or replace"]
    assert {f["cycle"] for f in stopped} == {"second"}
    assert {f["certainty"] for f in stopped} == {"high", "moderate"}
    assert {f["delivered"] for f in stopped} == {"yes"}


def test_a_row_says_what_to_do_in_both_languages_without_a_claim_of_no_effect():
    for row in decision_table():
        assert row.recommendation.zh and row.recommendation.en
        assert "no effect " not in row.recommendation.en.replace("no effect is claimed", "")
        assert "无效果" not in row.recommendation.zh


def test_a_case_without_a_row_is_named():
    with pytest.raises(SpecError, match="no row fits incident no, moved none claimed, measured ok, delivered yes"):
        decide(KEPT, table=[row for row in decision_table() if row.id != "kept"])


def test_every_mistake_of_a_table_is_told_at_once():
    words = {"zh": "做", "en": "do"}
    rows = [
        {"id": "a", "when": {"weather": ["fine"]}, "verdict": "keep", "recommendation": words},
        {"id": "a", "when": {"moved": ["better"]}, "verdict": "keep", "recommendation": words},
        {"id": "b", "when": {}, "verdict": "wait", "recommendation": words},
    ]
    with pytest.raises(SpecError) as error:
        read_decisions(rows)
    told = str(error.value)
    assert "rows, a, when: there is no input 'weather'. Allowed: 'incident', 'moved'" in told
    assert "rows, a, when, key 'moved': found 'better'. Allowed: 'benefit'" in told
    assert "'a' stands more than once" in told and "found 'wait'" in told

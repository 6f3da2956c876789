"""Problems and limits: what is wrong is told with what to do about it, what is not wrong is not told."""

import tomllib
from dataclasses import replace

import pandas as pd
import pytest

from careeval.present import limits
from careeval.present.context import Context
from careeval.present.words import WORDS
from careeval.specs.study import open_study

COLUMNS = {
    "delivery": "plan commitment group wave site basis due unknown status suppressed",
    "quality": "check severity n detail",
    "measured": "outcome check result value limit detail",
    "estimates": "outcome group wave role design conf_low note",
    "effects": "outcome certainty_steps",
    "comparable": "indicator comparable reasons",
    "exclusions": "table reason n",
}
ROW = {"plan": "demo-2025-spring", "commitment": "c10", "group": "child", "wave": "2025-spring", "site": "all"}
ROW |= {"basis": "recipient", "due": 12, "unknown": 0, "status": "met", "suppressed": False}
HEADLINE = {"group": "child", "wave": "2025-spring", "role": "headline", "design": "compared_prepost", "conf_low": 1.0}


@pytest.fixture
def told(demo):
    """A function that gives the sentences and the advice on hand-made tables; `plans` False: a study without any."""
    study = open_study(demo)

    def rows(*, plans=True, lang="en", **tables):
        spec = study.spec.model_copy(update={"outcomes": tuple(_from_a_source(one) for one in study.spec.outcomes)})
        one = replace(study, spec=spec, plan_files=study.plan_files if plans else {})
        if not plans:
            wave = study.wave().model_copy(update={"plans": ()})
            one = replace(one, spec=spec.model_copy(update={"waves": (study.spec.waves[0], wave)}))
        here = Tables(one, one.wave(), "", lang)
        object.__setattr__(here, "given", tables)
        block = limits.problems(here)[-1]
        return [cells[1:] for cells in block.cells()] if hasattr(block, "cells") else block.text

    return rows


def _from_a_source(outcome):
    return outcome.model_copy(update={"smallest_worthwhile_source": "a published value"})


class Tables(Context):
    """A context whose tables are typed here."""

    def table(self, name, wave=""):
        return pd.DataFrame(self.given.get(name, []), columns=COLUMNS[name].split())


def test_every_finding_has_its_advice():
    words = tomllib.loads((WORDS / "limits.toml").read_text("utf-8"))
    assert list(words["found"]) == list(words["next"])


def test_where_nothing_is_wrong_nothing_is_listed(told):
    assert told(plans=False) == "The checks that were made found no problem that bears on the conclusions."


def test_missing_logs_are_told_with_what_was_due_and_the_worst_first(told):
    worst = ROW | {"commitment": "c08", "unknown": 7}
    missing = [text for text, _ in told(delivery=[ROW | {"unknown": 2}, worst]) if "Logs are missing" in text]
    assert len(missing) == 1
    assert missing[0].index("(due 12, no record 7)") < missing[0].index("(due 12, no record 2)")


def test_hidden_promises_are_counted_and_not_named(told):
    rows = told(delivery=[ROW, ROW | {"commitment": "c08", "status": "not measurable", "suppressed": True}])
    assert ("too few people stand behind them: 1." in " ".join(text for text, _ in rows)) and len(rows) == 4


def test_a_group_without_a_plan_is_told(told):
    assert told(delivery=[ROW])[0] == [
        "There is no plan for women: what was promised to them, and kept, cannot be said.",
        "Write a plan for them, or say why none is needed.",
    ]


def test_a_failed_check_names_its_outcomes_and_a_small_number_of_people_stays_hidden(told):
    few = {"outcome": "maths", "check": "analysed", "result": "fail", "value": 3, "limit": 10}
    weak = {"outcome": "loneliness", "check": "reliability", "result": "down", "value": 0.65, "limit": 0.7}
    rows = told(plans=False, measured=[few, weak | {"detail": "alpha"}, weak | {"result": "ok", "outcome": "chinese"}])
    assert rows[0][0].startswith("Fewer than 10 people of an arm could be analysed") and "3" not in rows[0][0]
    assert "below 0.70: Loneliness (0.65)." in rows[1][0] and len(rows) == 2


def test_people_who_are_not_in_the_analysis_are_counted_and_small_counts_are_not(told):
    note = "no_baseline: 18 people without a baseline left out; no_follow_up: 1,028 people without a follow-up left out"
    small = "no_baseline: fewer than 5 people without a baseline left out"
    estimates = [HEADLINE | {"outcome": "maths", "note": note}, HEADLINE | {"outcome": "chinese", "note": small}]
    rows = [text for text, _ in told(plans=False, estimates=estimates)]
    assert rows[0].startswith("The arms were not drawn by lot")
    assert "Maths (1,046); Chinese (*)" in rows[1]
    assert rows[2].startswith("Estimates of 2 outcomes")


def test_levels_that_do_not_compare_with_the_last_wave_are_told_with_the_reason(told):
    gate = [
        {"indicator": "maths", "comparable": "not comparable", "reasons": "exam: two papers; season: spring"},
        {"indicator": "chinese", "comparable": "comparable", "reasons": ""},
    ]
    ((text, _),) = told(plans=False, comparable=gate, lang="zh")
    assert text == "不能与上一轮直接比较：数学（试卷不同、季节不同）。"


def test_rows_that_fit_nobody_and_forms_without_consent_are_counted(told):
    left = [
        {"table": "services", "reason": "code is on no register of this wave", "n": 2},
        {"table": "exams", "reason": "nobody on the register with this name and class", "n": 3},
        {"table": "responses", "reason": "no consent", "n": 4},
        {"table": "answers", "reason": "no consent", "n": 4},
        {"table": "*", "reason": "footer", "n": 9},
    ]
    texts = [text for text, _ in told(plans=False, exclusions=left)]
    assert "left out: 5." in texts[0] and "not known: 4." in texts[1] and len(texts) == 2

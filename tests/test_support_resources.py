"""Recall, hours and money: what can be answered, and what cannot and why."""

import datetime

import pandas as pd
import pytest
from delivery_trial import frame, promise, visits, whole_term
from support_trial import EMPTY, asked, children, visit_promise

from careeval.measure.support.agreement import agreement
from careeval.measure.support.capacity import capacity
from careeval.measure.support.cost import cost_rows
from careeval.specs.costs import CostRow, read_costs

RECALL = {"question": "recall", "asks": "count", "days": 30, "respondent": "self"}
ASKED = visit_promise(recall=RECALL)
LOGS = whole_term("home_visit", "v1")
JUNE = ["2025-06-01", "2025-06-10"]
# the log has two visits in the 30 days for 0 and 1, one for 2, none for 3 (too early) and 4
VISITS = pd.concat(
    [visits("v1_0", *JUNE), visits("v1_1", *JUNE), visits("v1_2", JUNE[0]), visits("v1_3", "2025-03-05", "2025-03-20")]
)
ANSWERS = pd.DataFrame({"person": [f"v1_{n}" for n in range(5)], "recall": pd.array([2, 0, 3, 0, None], dtype="Int64")})
DATES = frame("person date", *((f"v1_{n}", "2025-06-15") for n in range(6)))


def compared(promises=(ASKED,), floors=None, **tables):
    tables = {"people": children(5), "services": VISITS, "logs": LOGS, "answers": ANSWERS, "responses": DATES} | tables
    made = asked(agreement, promises, floors=floors or {"child": 1}, **tables)
    return made[made["site"].eq("all")].iloc[0] if len(made) else made


def cells(row):
    return row[["both", "log_only", "recall_only", "neither", "no_record", "no_answer"]].tolist()


def test_log_and_recall_agree_or_not_about_the_same_thirty_days():
    assert cells(compared()) == [1, 1, 1, 1, 0, 1] and compared()["n"] == 4


def test_where_no_log_was_handed_in_a_person_cannot_contradict_it():
    assert cells(compared(logs=LOGS.assign(site="v2"))) == [1, 1, 0, 0, 2, 1]


def test_a_visit_after_the_answer_does_not_count():
    early = DATES.assign(date=pd.Timestamp("2025-06-05"))
    assert cells(compared(responses=early)) == [0, 0, 2, 2, 0, 1]


def test_days_before_the_logs_begin_are_not_in_the_record():
    soon = DATES.assign(date=pd.Timestamp("2025-03-10"))
    done = pd.concat([visits("v1_0", "2025-03-05", "2025-03-06"), visits("v1_1", "2025-03-05")])
    # 30 days up to 10 March begin before the term: what is on record counts, what is not is no "no"
    assert cells(compared(responses=soon, services=done)) == [1, 0, 0, 0, 3, 1]


def test_yes_or_no_about_a_file_is_held_against_its_status():
    status = frame("subject item date status", *((f"v1_{n}", "file", "2025-03-01", "yes") for n in (0, 1))).assign(
        subject_type="person"
    )
    file = promise(
        {"type": "coverage", "basis": "recipient"},
        {"table": "status", "item": ("file",)},
        recall={"question": "recall", "asks": "yes_no", "respondent": "self"},
    )
    said = ANSWERS.assign(recall=pd.array([1, 0, 1, 0, 1], dtype="Int64"))
    # 0 and 1 have a file, of the others nothing is known
    assert cells(compared([file], status=status, answers=said)) == [1, 1, 0, 0, 3, 0]


def test_a_small_cell_hides_the_row_and_a_question_not_asked_gives_none():
    row = compared(floors={"child": 2})
    assert row["suppressed"] and row[["both", "neither", "no_answer"]].isna().all()
    assert compared(answers=ANSWERS[["person"]]).empty


def units(*rows):
    return frame("unit kind site hours", *rows).assign(parent="", entry=pd.NaT, exit=pd.NaT)


def hours(promises, site="all", **tables):
    made = asked(capacity, promises, **({"people": children(5), "logs": LOGS} | tables))
    return made[made["site"].eq(site)].iloc[0] if len(made) else made


def test_hours_needed_are_contacts_times_minutes_and_hours_there_are_weeks_times_hours():
    done = visits("v1_0", *JUNE).assign(minutes=[20, 40], provider="w1")
    row = hours([visit_promise()], services=done, units=units(("w1", "worker", "v1", 2), ("w2", "worker", "v1", None)))
    # five children, four months, two visits of half an hour; two hours a week in 138 days
    assert (row["contacts"], row["minutes_each"], row["needed_hours"]) == (40, 30, 20)
    assert row["available_hours"] == pytest.approx(2 * 138 / 7) and row["ratio"] == pytest.approx(2 * 138 / 7 / 20)
    assert (row["kind"], row["reason"], row["commitments"]) == ("worker", "", "c1")


def test_promises_of_one_kind_of_helper_share_its_hours():
    talk = {"type": "frequency", "basis": "provider", "of": "worker", "quantity": 3, "per": "month"}
    second = promise(talk, {"table": "services", "service": ("talk",), "min_minutes": 60.0}, id="c2")
    done = visits("v1_0", *JUNE).assign(minutes=30, provider="w1")
    row = hours([visit_promise(), second], services=done, units=units(("w1", "worker", "v1", 2)))
    assert (row["commitments"], row["needed_hours"]) == ("c1+c2", 20 + 4 * 3)


@pytest.mark.parametrize(
    ("provider", "minutes", "available", "reason"),
    [("w1", 30, None, "no_hours"), ("w1", None, 2, "no_minutes"), ("stranger", 30, 2, "no_provider")],
)
def test_what_is_not_told_is_the_reason_why_it_cannot_be_answered(provider, minutes, available, reason):
    done = visits("v1_0", *JUNE).assign(minutes=minutes, provider=provider)
    row = hours([visit_promise()], services=done, units=units(("w1", "worker", "v1", available)))
    assert row["reason"] == reason and pd.isna(row["ratio"])


def test_enough_hours_for_a_part_of_the_promises_is_no_answer():
    talk = {"type": "frequency", "basis": "provider", "of": "worker", "quantity": 3, "per": "month"}
    second = promise(talk, {"table": "services", "service": ("talk",)}, id="c2")
    done = visits("v1_0", *JUNE).assign(minutes=30, provider="w1")
    rows = [
        hours([visit_promise(), second], services=done, units=units(("w1", "worker", "v1", told))) for told in (2, 0.5)
    ]
    assert rows[0]["reason"] == "some_without_minutes" and pd.isna(rows[0]["ratio"])
    assert rows[1]["reason"] == "" and rows[1]["ratio"] < 1


def test_a_timetable_needs_its_own_minutes():
    timetable = {"days": ("mon",), "minutes": 120.0}
    standard = {"type": "schedule", "basis": "site", "of": "station", "timetable": timetable}
    room = promise(standard, {"table": "services", "service": ("room_open",), "count": "minutes"})
    row = hours([room], units=units(("st1", "station", "v1", 4)))
    assert (row["contacts"], row["needed_hours"]) == (18, 36)  # Mondays from 3 March to 30 June


def test_nothing_is_said_of_promises_that_are_no_contacts():
    assert hours([promise({"type": "coverage", "basis": "recipient"}, {"table": "status", "item": ("file",)})]).empty


def spent(costs, promises=(ASKED,), **tables):
    verb = lambda study, wave, tables, periods, floors: cost_rows(study, wave, tables, periods, floors, costs)  # noqa: E731
    return asked(verb, promises, **({"people": children(5), "services": VISITS, "logs": LOGS} | tables)).set_index(
        "level"
    )


def cost(amount, component="", **more):
    return CostRow(**({"wave": "2025-spring", "amount": amount, "component": component, "unit": "CNY"} | more))


def test_a_person_month_costs_what_was_spent_over_the_months_of_the_reached():
    made = spent([cost(100.0), cost(300.0, "c"), cost(9.0, "c", wave="2024-autumn")])
    months = 4 * 138 / (365.25 / 12)  # four of five children were reached
    assert made.loc["", ["numerator", "people"]].tolist() == [400, 4]
    assert made.loc["", "denominator"] == pytest.approx(months) and made.loc["c", "value"] == pytest.approx(
        300 / months
    )


def test_a_person_reached_by_two_promises_is_one_person():
    second = visit_promise(id="c2")
    third = visit_promise(id="c3") | {"component": "d"}
    made = spent([cost(300.0, "c")], [ASKED, second, third])
    assert made["people"].dropna().tolist() == [4, 4]
    assert made.loc["", "denominator"] == made.loc["c", "denominator"] and made.loc["d", "reason"] == "no_costs"


def test_an_amount_without_a_wave_belongs_where_its_day_lies():
    days = [cost(1.0, wave="", date=datetime.date(2025, month, 1)) for month in (1, 3)]
    assert spent(days).loc["", "numerator"] == 1


@pytest.mark.parametrize(
    ("costs", "level", "reason"),
    [
        (None, "", "no_costs_file"),
        ([], "", "no_costs"),
        ([cost(5.0)], "c", "no_costs"),
        ([cost(5.0, "x")], "x", "not_in_plan"),
    ],
)
def test_what_costs_do_not_tell_is_said_plainly(costs, level, reason):
    row = spent(costs).loc[level]
    assert row["reason"] == reason and pd.isna(row["value"]) and row["method"] == "cannot_answer"


def test_money_spent_on_nobody_has_no_price_a_month():
    assert spent([cost(5.0)], services=EMPTY["services"]).loc["", "reason"] == "no_person_months"
    station = promise({"type": "coverage", "basis": "site", "of": "v"}, {"table": "status", "item": ("x",)}, id="c9")
    assert spent([cost(5.0, "c")], [station]).loc["c", "reason"] == "serves_no_person"


def test_costs_are_read_and_every_mistake_is_told_at_once(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(
        "wave,date,component,amount,unit,note\nw1,,,5.5,CNY,ok\nw9,,,5,CNY,\n,,,-1,CNY,\nw1,1 May,,¥3,,\n",
        encoding="utf-8",
    )
    rows, problems = read_costs(path, {"waves": [{"id": "w1"}]})
    text = "\n".join(map(str, problems))
    assert [row.amount for row in rows] == [5.5]
    assert "costs.csv, row 3, column wave: found 'w9'. Allowed: 'w1'" in text
    assert "row 4, column wave: found ''" in text and "Tell when it was spent: a wave, or a day in column date." in text
    assert "row 4, column amount: found '-1'. Allowed: a number from 0, without a currency sign" in text
    assert "row 5, column date: found '1 May'. Allowed: a day such as 2025-03-01" in text
    assert "row 5, column unit: found ''. Allowed: a currency such as CNY, or hours" in text


def test_without_the_file_there_are_no_costs_and_no_problem(tmp_path):
    assert read_costs(tmp_path / "costs.csv", {}) == (None, [])

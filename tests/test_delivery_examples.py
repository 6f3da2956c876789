"""One promise of each type and basis, each counted by hand on a few rows."""

from datetime import date

import pandas as pd
import pytest
from delivery_trial import SPRING, frame, people, plan, promise, study, units, visits, whole_term, words

from careeval.measure.delivery.table import delivery, unit_periods

CHILDREN = people(
    ("A", "child", "v1", None, None), ("B", "child", "v1", "2025-04-20", None), ("C", "child", "v2", None, None)
)
ELDERS = people(*((name, "elder", "v1", None, None) for name in "PQRS"))
MONTHLY = {"type": "frequency", "basis": "recipient", "quantity": 2, "per": "month"}
HOME = {"table": "services", "service": ("home_visit",), "mode": ("home",), "count": "events"}


def row(standard, record, site="all", *, wave=SPRING, within=None, group=("child",), recall=None, **tables):
    """The one row of one promise."""
    tables = {"people": CHILDREN} | tables
    made = delivery(plan(promise(standard, record, group=group, recall=recall)), tables, wave, study=within)
    return made[made["site"].eq(site)].iloc[0]


def numbers(found, *columns):
    return [round(float(found[column]), 3) for column in columns]


def two_visits_a_month():
    """A visited twice in March to June, B twice in May and once in June, nothing known of C."""
    days = [f"2025-{month:02d}-{day}" for month in (3, 4, 5, 6) for day in ("05", "20")]
    return {
        "people": CHILDREN,
        "services": pd.concat([visits("A", *days), visits("B", "2025-05-05", "2025-05-20", "2025-06-05")]),
        "logs": whole_term("home_visit", "v1"),
    }


def test_a_monthly_visit_is_counted_by_child_and_month_and_no_log_is_not_a_no():
    found = row(MONTHLY, HOME, **two_visits_a_month())
    counted = ("bound", "due", "delivered", "unknown", "value", "conf_low", "conf_high", "dose", "zero_contact")
    # A four months and B two (from May), C four without a log; five met, and half of B's June
    assert numbers(found, *counted) == [3, 10, 5, 4, 0.5, 0.5, 0.9, 0.917, 0]
    assert (found["method"], found["status"]) == ("count", "not met")


def test_each_site_has_its_row_and_a_site_without_a_log_has_no_value():
    tables = two_visits_a_month()
    assert numbers(row(MONTHLY, HOME, "v1", **tables), "due", "delivered", "unknown") == [6, 5, 0]
    silent = row(MONTHLY, HOME, "v2", **tables)
    assert numbers(silent, "due", "unknown", "conf_low", "conf_high") == [4, 4, 0, 1]
    assert silent[["value", "dose", "zero_contact"]].isna().all() and silent["status"] == "uncertain"


def test_recall_is_the_share_of_those_who_answered():
    answers = pd.DataFrame({"person": ["A", "B", "C"], "recall": pd.array([2, 1, None], dtype="Int64")})
    recall = {"question": "recall", "asks": "count", "days": 30, "respondent": "self"}
    found = row(MONTHLY, HOME, recall=recall, answers=answers, **two_visits_a_month())
    assert numbers(found, "recall_value", "recall_answered", "recall_missing") == [0.5, 2, 1]


def test_a_quota_of_the_provider_counts_different_pupils_and_flags_more_than_its_maximum():
    standard = {"type": "frequency", "basis": "provider", "of": "class", "quantity": 3, "quantity_max": 5}
    record = {"table": "services", "service": ("talk",), "count": "people"}
    talks = [("2025-03-03", n) for n in "abc"] + [("2025-03-10", n) for n in "aab"]
    talks += [("2025-03-17", n) for n in "abcdef"]
    services = frame("service date person unit", *(("talk", day, person, "k1") for day, person in talks))
    found = row(standard | {"per": "week"}, record, services=services, units=units(("k1", "class", "v1")))
    # 18 ISO weeks from 3 March to 4 July (its last week has five days); three pupils, two, six
    assert numbers(found, "due", "delivered", "above_max", "dose") == [18, 2, 1, round((1 + 2 / 3 + 1) / 18, 3)]


def test_a_timetable_is_due_on_each_of_its_days_but_not_in_a_break():
    timetable = {"days": ("mon", "tue"), "minutes": 120, "except": ("break",)}
    standard = {"type": "schedule", "basis": "site", "of": "station", "timetable": timetable}
    record = {"table": "services", "service": ("room_open",), "count": "minutes"}
    opened = frame(
        "service date unit minutes event",
        ("room_open", "2025-06-02", "st1", 60, "a"),
        ("room_open", "2025-06-02", "st1", 60, "b"),
        ("room_open", "2025-06-09", "st1", 90, "c"),
    )
    found = row(
        standard,
        record,
        within=study(calendar={"break": [date(2025, 5, 5)]}),
        services=opened,
        units=units(("st1", "station", "v1")),
    )
    # 36 Mondays and Tuesdays from 3 March to 4 July, one Monday in the break
    assert numbers(found, "due", "delivered", "dose") == [35, 1, round(1.75 / 35, 3)]


PAIRS = frame(
    "person provider role start end",
    ("P", "n1", "neighbour", "2025-03-01", None),
    ("P", "w1", "volunteer", "2025-03-01", None),
    ("Q", "n2", "neighbour", "2025-03-01", None),
    ("R", "n3", "neighbour", "2025-03-01", "2025-06-01"),
    ("R", "w1", "volunteer", "2025-06-01", None),
)


def test_partners_of_each_role_are_counted_on_the_reference_day():
    standard = {"type": "ratio", "basis": "recipient", "partners": {"neighbour": 1, "volunteer": 1}}
    found = row(standard, {"table": "pairs"}, group=("elder",), people=ELDERS, pairs=PAIRS)
    # P has both, Q one, R one (the neighbour left), S none
    assert numbers(found, "due", "delivered", "dose", "zero_contact") == [4, 1, 0.5, 1]


def test_partners_on_every_day_are_asked_of_every_day():
    standard = {"type": "ratio", "basis": "recipient", "partners": {"neighbour": 1}, "at": "every_day"}
    found = row(standard, {"table": "pairs"}, group=("elder",), people=ELDERS, pairs=PAIRS)
    # 126 days from the plan's start on 1 March: P and Q have them all, R 93 (to 1 June), S none
    assert numbers(found, "due", "delivered", "dose") == [4, 2, round((2 + 93 / 126) / 4, 3)]


def test_a_helper_has_at_least_one_child_and_at_most_two():
    standard = {"type": "ratio", "basis": "provider", "of": "counsellor", "quantity": 1, "quantity_max": 2}
    pairs = frame(
        "person provider role", *((who, by, "counsellor") for who, by in ("Aa", "Ab", "Bb", "Ac", "Bc", "Cc"))
    )
    helpers = units(*((name, "counsellor", "v1") for name in "abcd"))
    found = row(standard, {"table": "pairs", "role": ("counsellor",)}, units=helpers, pairs=pairs)
    # a one, b two, c three (too many), d none
    assert numbers(found, "due", "delivered", "dose") == [4, 2, 0.75]


def test_a_benefit_is_due_only_to_those_whom_the_condition_means():
    standard = {"type": "coverage", "basis": "recipient", "who": {"poor": (True,), "age_min": 60}}
    register = ELDERS.assign(poor=["yes", "yes", "no", None], age=[60, 75, 80, 70])
    status = words(("P", "dibao", "2025-03-01", "no"), ("P", "dibao", "2025-05-01", "yes"), subject_type="person")
    status = pd.concat([status, words(("Q", "dibao", "2025-07-01", "yes"), subject_type="person")])
    found = row(standard, {"table": "status", "item": ("dibao",)}, group=("elder",), people=register, status=status)
    # P has it; the word on Q is of after the reference day; of S nobody knows whether he is poor
    assert numbers(found, "bound", "due", "delivered", "unknown", "undecided") == [2, 2, 1, 1, 1]


def test_a_share_of_villages_reaches_its_target_though_one_is_unknown():
    standard = {"type": "coverage", "basis": "site", "of": "village", "target": 0.6}
    places = units(*((name, "village", "") for name in ("v1", "v2", "v3")))
    status = words(
        *(
            (name, "centre", "2025-03-01", word)
            for name, word in zip(places["unit"], ("yes", "yes", "unknown"), strict=True)
        )
    )
    found = row(standard, {"table": "status", "item": ("centre",)}, group=("elder",), units=places, status=status)
    assert numbers(found, "due", "delivered", "unknown", "conf_low", "conf_high") == [3, 2, 1, 0.667, 1]
    assert found["status"] == "met"


def test_a_request_is_answered_within_the_limit_or_not():
    standard = {"type": "coverage", "basis": "case", "within_days": 30}
    record = {"table": "services", "opened": "legal_request", "answered": "legal_aid"}
    services = frame(
        "service date person site case outcome",
        ("legal_request", "2025-03-01", "P", "v1", "k1", "done"),
        ("legal_aid", "2025-03-31", "P", "v1", "k1", "done"),
        ("legal_request", "2025-04-01", "Q", "v1", "", "done"),
        ("legal_aid", "2025-05-02", "Q", "v1", "", "done"),
    )
    found = row(standard, record, group=("elder",), people=ELDERS, services=services)
    assert numbers(found, "bound", "due", "delivered", "unknown", "value") == [2, 2, 1, 0, 0.5]


YEARLY = {"type": "count", "basis": "programme", "quantity": 3, "per": "year"}
SCHOOL = {"table": "services", "service": ("parent_school",), "count": "events"}
EVENINGS = frame("service date event", *(("parent_school", f"2025-{month}-01", month) for month in ("03", "05", "10")))


def test_a_promise_for_the_year_is_not_due_before_its_last_day():
    found = row(YEARLY, SCHOOL, group=("carer",), services=EVENINGS)
    assert (found["status"], found["due"], found["bound"]) == ("not due", 0, 1) and pd.isna(found["value"])


def test_a_promise_for_the_year_is_due_in_the_wave_that_holds_its_last_day():
    autumn = SPRING.model_copy(update={"service": (date(2025, 9, 1), date(2026, 1, 17))})
    found = row(YEARLY, SCHOOL, group=("carer",), services=EVENINGS, wave=autumn)
    assert (found["status"], found["due"], found["delivered"]) == ("met", 1, 1)


@pytest.mark.parametrize(
    ("day", "word", "status"),
    [("2025-04-30", "yes", "met"), ("2025-05-03", "yes", "not met"), ("2025-04-01", "unknown", "uncertain")],
)
def test_a_deadline_is_kept_by_a_yes_up_to_its_day(day, word, status):
    standard = {"type": "deadline", "basis": "programme", "by": {"day": date(2025, 4, 30)}}
    said = words(("study", "survey", day, word), subject_type="programme")
    assert row(standard, {"table": "status", "item": ("survey",)}, status=said)["status"] == status


def test_a_checklist_is_met_whole_and_its_dose_is_the_share_of_its_items():
    items = ("venue", "equipment", "phone", "library")
    standard = {"type": "checklist", "basis": "site", "of": "station", "items": items}
    said = words(
        *(("st1", item, "2025-05-01", word) for item, word in zip(items, ("yes", "yes", "yes", "no"), strict=True))
    )
    found = row(standard, {"table": "status"}, status=said, units=units(("st1", "station", "v1")))
    assert (found["status"], found["dose"], found["due"]) == ("not met", 0.75, 1)


def test_without_a_standard_there_is_a_level_and_no_judgement():
    standard = {"type": "none", "why": "trigger", "basis": "case"}
    record = {"table": "services", "opened": "illness", "answered": "doctor"}
    ill = [("illness", "2025-03-01", "A"), ("illness", "2025-04-01", "B"), ("doctor", "2025-04-02", "B")]
    found = row(standard, record, services=frame("service date person", *ill))
    assert (found["status"], found["level"], found["level_unit"]) == ("no standard", 0.5, "share answered")
    assert found[["due", "delivered", "value", "target", "conf_low", "dose"]].isna().all()


def test_the_base_of_every_number_has_a_row_a_child_and_month():
    base = unit_periods(plan(promise(MONTHLY, HOME)), two_visits_a_month(), SPRING, None)
    june = base[base["unit"].eq("B") & base["period"].eq("2025-06")].iloc[0]
    assert (june["due"], june["delivered"], june["dose"], june["given"]) == (True, False, 0.5, 1)
    assert base["due"].sum() == 10 and base["unknown"].sum() == 4
    assert base.loc[base["unknown"], ["delivered", "dose"]].isna().all(axis=None)


def test_no_warning_and_stable_columns_without_any_record():
    found = row(MONTHLY, HOME)
    assert (found["due"], found["unknown"], found["status"]) == (10, 10, "uncertain")

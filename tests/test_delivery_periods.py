"""Which periods are due: parts of periods, people who come and go, breaks, weeks over New Year, years and cases."""

from datetime import date

import pandas as pd
import pytest
from delivery_trial import SPRING, frame, logs, people, plan, promise, study, units, visits, words

from careeval.errors import TableError
from careeval.measure.delivery.table import delivery, unit_periods

VISITED = {"table": "services", "service": ("home_visit",)}
AUTUMN = SPRING.model_copy(update={"id": "2024-autumn", "service": (date(2024, 9, 1), date(2025, 1, 17))})
ALL_YEAR = (date(2024, 9, 1), date(2025, 12, 31))


def base(standard, *, wave=SPRING, within=None, record=VISITED, period=ALL_YEAR, **tables):
    """The unit-periods of one promise to one child, or to what is in `tables`."""
    tables = {"people": people(("A", "child", "v1", None, None)).assign(wave=wave.id)} | tables
    return unit_periods(plan(promise(standard, record), period=period), tables, wave, within)


def visits_per(period, **more):
    return {"type": "frequency", "basis": "recipient", "quantity": 1, "per": period, **more}


def due(found):
    return found.loc[found["due"], "period"].tolist()


def test_a_part_of_a_month_is_due_when_it_is_more_than_half():
    # 17 to 28 February are 12 of 28 days, 1 to 4 July 4 of 31
    assert due(base(visits_per("month"))) == ["2025-03", "2025-04", "2025-05", "2025-06"]


@pytest.mark.parametrize(("first", "is_due"), [(14, True), (15, False)])
def test_exactly_half_of_february_is_not_more_than_half(first, is_due):
    wave = SPRING.model_copy(update={"service": (date(2025, 2, first), date(2025, 7, 4))})
    assert ("2025-02" in due(base(visits_per("month"), wave=wave))) is is_due


@pytest.mark.parametrize(("entry", "months"), [("2025-04-15", 3), ("2025-04-16", 2), ("2025-04-20", 2)])
def test_who_comes_in_the_middle_of_a_month_is_due_with_more_than_half_of_it(entry, months):
    late = people(("A", "child", "v1", entry, None))
    assert len(due(base(visits_per("month"), people=late))) == months


def test_who_leaves_is_due_until_then_and_who_left_before_is_not_bound():
    gone = people(("A", "child", "v1", None, "2025-04-16"), ("B", "child", "v1", None, "2025-02-01"))
    found = base(visits_per("month"), people=gone)
    assert due(found) == ["2025-03", "2025-04"] and set(found["unit"]) == {"A"}


def test_a_plan_that_starts_late_binds_from_then_on():
    assert due(base(visits_per("month"), period=(date(2025, 4, 20), date(2025, 12, 31)))) == ["2025-05", "2025-06"]
    assert due(base(visits_per("month", start=date(2025, 5, 10)))) == ["2025-05", "2025-06"]


def test_iso_weeks_run_over_new_year():
    found = base(visits_per("week"), wave=AUTUMN)
    weeks = due(found)
    # Sunday 1 September is one day of its week; the week of 13 January has five of seven days
    assert (weeks[0], weeks[-1], len(weeks)) == ("2024-W36", "2025-W03", 20)
    assert found.loc[found["period"].eq("2025-W01"), ["start", "end"]].astype("str").iloc[0].tolist() == [
        "2024-12-30",
        "2025-01-05",
    ]


def test_a_visit_on_new_years_eve_is_one_in_the_first_week():
    tables = {"services": visits("A", "2024-12-31"), "logs": logs(("home_visit", "v1", None, None, "yes"))}
    found = base(visits_per("week"), wave=AUTUMN, **tables)
    assert found.loc[found["delivered"].fillna(False), "period"].tolist() == ["2025-W01"]


def test_a_term_is_one_period_and_a_day_is_a_day():
    assert due(base(visits_per("term"))) == ["2025-spring"]
    assert len(due(base(visits_per("day")))) == 138


def test_a_year_is_due_once_in_the_wave_that_holds_new_years_eve():
    within = study(AUTUMN, SPRING)
    assert due(base(visits_per("year"), wave=AUTUMN, within=within)) == ["2024"]
    assert due(base(visits_per("year"), within=within)) == []


def test_a_year_that_ends_between_two_waves_belongs_to_the_later():
    early = AUTUMN.model_copy(update={"service": (date(2024, 9, 1), date(2024, 12, 20))})
    assert due(base(visits_per("year"), within=study(early, SPRING))) == ["2024"]


def test_names_of_the_calendar_are_periods():
    within = study(calendar={"season": [[date(2025, 3, 1), date(2025, 3, 9)], date(2025, 5, 5), date(2026, 1, 1)]})
    assert due(base(visits_per("season"), within=within)) == ["2025-03-01", "2025-05-05"]


def test_an_unknown_name_of_the_calendar_says_which_are_known():
    with pytest.raises(TableError, match=r"plan p, c, standard: there is no calendar name 'feast'\. Allowed: 'break'"):
        base(visits_per("feast"), within=study(calendar={"break": [date(2025, 5, 5)]}))


def test_excepted_days_are_not_due_and_what_is_held_on_them_does_not_count():
    within = study(calendar={"break": [[date(2025, 5, 1), date(2025, 5, 5)], date(2025, 6, 2)]})
    timetable = {"days": ("mon", "fri"), "except": ("break",)}
    standard = {"type": "schedule", "basis": "recipient", "timetable": timetable}
    found = base(standard, within=within, services=visits("A", "2025-05-02", "2025-05-09"))
    # 20 Mondays and 20 Fridays from 17 February to 4 July, less Friday 2 May, Monday 5 May and Monday 2 June
    assert found["due"].sum() == 37 and found["delivered"].sum() == 1


def test_occasions_of_a_timetable_are_spans_in_which_it_is_held_once():
    within = study(calendar={"spring_festival": [[date(2025, 2, 20), date(2025, 2, 25)]]})
    standard = {"type": "schedule", "basis": "recipient", "timetable": {"occasions": ("spring_festival",)}}
    found = base(standard, within=within, services=visits("A", "2025-02-24"))
    assert found["delivered"].tolist() == [True]


def by(**when):
    return {"type": "deadline", "basis": "recipient", "by": when}


FILE = {"table": "status", "item": ("file",)}


@pytest.mark.parametrize(
    ("when", "day"),
    [({"month": 4}, "2025-04-30"), ({"day": date(2025, 5, 2), "days": -1}, "2025-05-01")],
)
def test_a_deadline_is_a_day_or_the_end_of_a_month(when, day):
    assert due(base(by(**when), record=FILE, period=(date(2025, 3, 1), date(2025, 12, 31)))) == [day]


def test_a_deadline_that_comes_back_asks_for_a_yes_since_the_last_one():
    within = study(calendar={"census": [date(2024, 12, 31), date(2025, 3, 31), date(2025, 5, 31), date(2025, 9, 30)]})
    status = words(("A", "file", "2024-12-20", "yes"), ("A", "file", "2025-05-20", "yes"), subject_type="person")
    found = base(by(calendar="census"), record=FILE, within=within, status=status)
    # the yes of December was for December
    assert (found["period"].tolist(), found["delivered"].tolist()) == (["2025-03-31", "2025-05-31"], [False, True])


def test_a_deadline_that_is_past_is_answered_for_by_its_own_wave_only():
    when, within = by(day=date(2024, 11, 30)), study(AUTUMN, SPRING)
    assert due(base(when, record=FILE, wave=AUTUMN, within=within)) == ["2024-11-30"]
    assert due(base(when, record=FILE, within=within)) == []


def test_who_came_after_the_deadline_is_not_due():
    late = people(("A", "child", "v1", "2025-05-01", None))
    assert due(base(by(day=date(2025, 4, 30)), record=FILE, people=late)) == []


CASE = {"type": "coverage", "basis": "case", "within_days": 30}
LEGAL = {"table": "services", "opened": "request", "answered": "aid"}


def case_days(*days, person="A"):
    services = [("request", day, person, "v1", f"k{n}") for n, (day, _) in enumerate(days)]
    services += [("aid", day, person, "v1", f"k{n}") for n, (_, day) in enumerate(days) if day]
    return frame("service date person site case", *services)


def test_a_case_counts_in_the_wave_in_which_it_is_settled():
    # answered at once; not answered and the limit is after the wave; not answered in time
    asked = case_days(("2025-06-20", "2025-06-21"), ("2025-06-20", None), ("2025-03-01", "2025-06-01"))
    found = base(CASE, record=LEGAL, services=asked)
    assert found["due"].tolist() == [True, True, False] and found["delivered"].fillna(False).sum() == 1
    autumn = SPRING.model_copy(update={"id": "next", "service": (date(2025, 9, 1), date(2026, 1, 17))})
    assert base(CASE, record=LEGAL, services=asked, wave=autumn, within=study(SPRING, autumn))["due"].tolist() == [True]


def test_a_limit_in_hours_reads_the_time_of_day():
    standard = {"type": "coverage", "basis": "case", "within_hours": 24}
    asked = case_days(("2025-03-01 08:00", "2025-03-02 07:59"), ("2025-03-03 08:00", "2025-03-04 08:01"))
    assert base(standard, record=LEGAL, services=asked)["delivered"].tolist() == [True, False]


def test_a_case_without_a_number_is_answered_by_the_next_date_of_the_person():
    asked = case_days(("2025-03-01", "2025-02-20"), ("2025-04-01", "2025-04-03")).drop(columns="case")
    # the answer of 20 February is older than both requests
    assert base(CASE, record=LEGAL, services=asked)["delivered"].tolist() == [False, True]


def test_a_case_opened_before_the_plan_was_never_promised():
    asked = case_days(("2025-03-01", "2025-03-02"), ("2025-04-01", "2025-04-03"))
    assert len(base(CASE, record=LEGAL, services=asked, period=(date(2025, 3, 15), date(2025, 12, 31)))) == 1


def test_each_village_that_is_bound_has_a_row_of_its_own():
    places = units(("v1", "village", ""), ("v2", "village", ""))
    standard = {"type": "frequency", "basis": "site", "of": "village", "quantity": 1, "per": "term"}
    tables = {
        "people": people(("A", "child", "v1", None, None)),
        "units": places,
        "services": visits("A", "2025-03-03"),
    }
    made = delivery(plan(promise(standard, VISITED)), tables, SPRING, study=study())
    assert made[["site", "delivered", "unknown"]].values.tolist() == [["all", 1, 1], ["v1", 1, 0], ["v2", 0, 1]]


def test_where_nobody_is_bound_nothing_is_measurable():
    made = delivery(plan(promise(visits_per("month"), VISITED)), {"people": people()}, SPRING)
    assert made["status"].tolist() == ["not measurable"] and pd.isna(made["value"].iloc[0])


def test_a_book_of_cases_begun_anew_each_term_gives_no_case_away():
    autumn, spring = (
        case_days(("2024-10-01", "2024-10-05"), person="A"),
        case_days(("2025-03-01", "2025-03-20"), person="B"),
    )
    study_of_two = study(AUTUMN, SPRING)
    for blank in (False, True):
        both = pd.concat([autumn, spring]).assign(**({"person": None, "site": "v1"} if blank else {}))
        found = base(CASE, record=LEGAL, services=both, within=study_of_two)
        assert found.loc[found["due"], "delivered"].tolist() == [True]


def test_the_answer_to_one_persons_case_is_not_that_to_anothers_of_the_same_number():
    asked = pd.concat(
        [case_days(("2025-03-01", None), person="A"), case_days(("2025-03-02", "2025-03-05"), person="B")]
    )
    assert base(CASE, record=LEGAL, services=asked)["delivered"].tolist() == [False, True]

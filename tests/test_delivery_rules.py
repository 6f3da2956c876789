"""What counts, what is unknown, who was never reached, and how sure a share is: each rule on a few rows."""

from datetime import date

import pandas as pd
import pytest
from delivery_trial import SPRING, frame, logs, people, plan, promise, study, units, visits, whole_term, words

from careeval.errors import TableError
from careeval.measure.delivery.intervals import Cells, sample_interval
from careeval.measure.delivery.table import COLUMNS, delivery, unit_periods
from careeval.measure.delivery.unmatched import silent_services, unmatched

MONTHLY = {"type": "frequency", "basis": "recipient", "quantity": 1, "per": "month"}
TERMLY = MONTHLY | {"per": "term"}
VISITED = {"table": "services", "service": ("home_visit",)}
ONE = people(("A", "child", "v1", None, None))
TWO = people(("A", "child", "v1", None, None), ("B", "child", "v2", None, None))


def table(
    standard, record=VISITED, *, group=("child",), within=None, previous=None, floors=None, recall=None, **tables
):
    made = plan(promise(standard, record, group=group, recall=recall))
    return delivery(made, {"people": ONE} | tables, SPRING, study=within, previous=previous, floors=floors)


def whole(*args, **more):
    return table(*args, **more).iloc[0]


def counts(found, *columns):
    return [None if pd.isna(found[column]) else round(float(found[column]), 4) for column in columns]


def test_the_columns_stand_in_the_order_of_the_contract():
    assert list(table(MONTHLY).columns[: len(COLUMNS)]) == COLUMNS


def test_rows_of_one_event_are_one_visit_and_only_done_counts():
    services = pd.concat([visits("A", "2025-03-05"), visits("A", "2025-03-05")])
    half = visits("A", "2025-03-20").assign(outcome="partly")
    other = visits("A", "2025-03-21").assign(outcome="unknown")
    found = whole(MONTHLY | {"quantity": 2}, services=pd.concat([services, half, other]))
    assert counts(found, "delivered", "dose", "partly") == [0, 0.125, 1]


def test_two_visits_without_an_event_number_are_two():
    services = visits("A", "2025-03-05", "2025-03-05").assign(event=None)
    assert counts(whole(MONTHLY | {"quantity": 2}, services=services), "delivered") == [1]


def test_a_visit_too_short_or_of_another_kind_does_not_count_and_one_of_unknown_length_leaves_the_month_unknown():
    record = VISITED | {"mode": ("home",), "min_minutes": 20}
    services = pd.concat(
        [
            visits("A", "2025-03-05").assign(minutes=10),
            visits("A", "2025-04-05", mode="phone").assign(minutes=30),
            visits("A", "2025-05-05").assign(minutes=None),
            visits("A", "2025-06-05").assign(minutes=20),
        ]
    )
    assert counts(whole(MONTHLY, record, services=services), "due", "delivered", "unknown") == [4, 1, 1]


def test_minutes_of_an_event_count_once_however_many_came():
    record = {"table": "services", "service": ("lesson",), "count": "minutes"}
    lesson = frame(
        "service date person site event minutes", *(("lesson", "2025-03-05", who, "v1", "e1", 45) for who in "AB")
    )
    standard = {"type": "count", "basis": "site", "of": "village", "quantity": 90, "per": "wave"}
    found = whole(standard, record, services=lesson, units=units(("v1", "village", "")))
    assert counts(found, "delivered", "dose") == [0, 0.5]


def test_no_row_is_a_no_only_where_the_log_was_handed_in():
    given = {"people": TWO, "services": visits("A", "2025-03-05"), "logs": whole_term("home_visit", "v1")}
    assert counts(whole(MONTHLY, **given), "due", "delivered", "unknown") == [8, 1, 4]
    assert counts(whole(MONTHLY, **(given | {"logs": None})), "due", "delivered", "unknown") == [8, 1, 4]
    assert counts(whole(MONTHLY, **(given | {"logs": whole_term("home_visit", "")})), "delivered", "unknown") == [1, 0]


def test_a_log_that_is_not_complete_says_yes_but_never_no():
    half = logs(("home_visit", "v1", "2025-02-17", "2025-07-04", "no"))
    found = whole(MONTHLY, services=visits("A", "2025-03-05"), logs=half)
    assert counts(found, "delivered", "unknown", "conf_low", "conf_high", "dose") == [1, 3, 0.25, 1, None]


def test_a_log_of_some_days_speaks_for_whole_months_only():
    some = logs(
        ("home_visit", "v1", "2025-03-01", "2025-04-20", "yes"), ("home_visit", "v1", "2025-04-21", "2025-05-30", "yes")
    )
    # March and April are whole, of May one day is missing, of June all
    assert counts(whole(MONTHLY, logs=some), "delivered", "unknown") == [0, 2]


def test_two_services_need_both_logs_before_no_row_is_a_no():
    both = VISITED | {"service": ("home_visit", "call")}
    found = whole(MONTHLY, both, services=visits("A", "2025-03-05"), logs=whole_term("home_visit", "v1"))
    assert counts(found, "delivered", "unknown") == [1, 3]


def test_a_towns_log_speaks_for_its_villages_and_not_the_other_way():
    places = frame(
        "unit kind parent site", ("v1", "village", "t", ""), ("v2", "village", "t", ""), ("t", "town", "", "")
    )
    given = {"people": TWO, "units": places, "services": visits("A", "2025-03-05")}
    assert counts(whole(TERMLY, logs=whole_term("home_visit", "t"), **given), "unknown") == [0]
    assert counts(whole(TERMLY, logs=whole_term("home_visit", "v1"), **given), "unknown") == [1]


def test_zero_contact_needs_a_period_that_is_known():
    # A was seen once, B never, C's village handed in no log
    three = people(("A", "child", "v1", None, None), ("B", "child", "v1", None, None), ("C", "child", "v2", None, None))
    given = {"people": three, "services": visits("A", "2025-03-05"), "logs": whole_term("home_visit", "v1")}
    assert counts(whole(MONTHLY, **given), "bound", "zero_contact", "unknown") == [3, 1, 4]


def test_a_contact_in_a_month_that_is_not_complete_is_a_contact():
    some = logs(
        ("home_visit", "v1", "2025-03-01", "2025-03-31", "yes"), ("home_visit", "v1", "2025-04-01", "2025-07-04", "no")
    )
    found = whole(MONTHLY | {"quantity": 2}, services=visits("A", "2025-05-05"), logs=some)
    assert counts(found, "delivered", "unknown", "zero_contact", "dose") == [0, 3, 0, 0]


def test_a_row_about_nobody_bound_is_counted_as_such():
    assert counts(whole(MONTHLY, services=visits("X", "2025-03-05")), "unplaced") == [1]


def test_people_of_two_groups_have_a_row_together_and_a_row_each():
    both = people(("A", "child", "v1", None, None), ("P", "elder", "v1", None, None))
    made = table(TERMLY, group=("child", "elder"), people=both, services=visits("A", "2025-03-05"))
    rows = made.loc[made["site"].eq("all"), ["group", "due", "delivered"]]
    assert rows.values.tolist() == [["child+elder", 2, 1], ["child", 1, 1], ["elder", 1, 0]]


def test_who_is_bound_may_hang_on_a_status():
    standard = TERMLY | {"who_status": {"in_need": ("yes",)}}
    said = words(
        ("A", "in_need", "2025-03-01", "yes"), ("B", "in_need", "2025-03-01", "unknown"), subject_type="person"
    )
    found = whole(standard, people=TWO, status=said, services=visits("A", "2025-03-05"))
    assert counts(found, "bound", "undecided", "delivered") == [1, 1, 1]


def test_a_condition_on_a_column_that_is_not_there_says_whose_it_is():
    with pytest.raises(TableError, match=r"plan p, c, who: there is no column 'risk'"):
        table(TERMLY | {"who": {"risk": ("high",)}})


def test_who_is_known_to_fall_outside_the_definition_is_not_bound():
    facts = TWO.assign(age=[10, 17], father_away=["yes", "yes"], mother_away=["yes", "yes"])
    found = whole(TERMLY, people=facts, within=study(definition={"child": "state_2016"}))
    assert counts(found, "bound") == [1]


@pytest.mark.parametrize(("until", "word"), [(None, "yes"), ("2025-06-14", "no"), ("2025-06-15", "yes")])
def test_a_yes_that_ran_out_before_the_reference_day_is_a_no(until, word):
    said = words(("A", "file", "2025-03-01", "yes"), subject_type="person").assign(until=pd.to_datetime(until))
    found = whole({"type": "coverage", "basis": "recipient"}, {"table": "status", "item": ("file",)}, status=said)
    assert counts(found, "delivered", "unknown") == [int(word == "yes"), 0]


def test_who_was_not_there_on_the_reference_day_is_not_due():
    late = people(("A", "child", "v1", None, None), ("B", "child", "v1", "2025-06-16", None))
    found = whole({"type": "coverage", "basis": "recipient"}, {"table": "status", "item": ("file",)}, people=late)
    assert counts(found, "bound", "due", "unknown") == [2, 1, 1]


def test_last_waves_value_stands_beside_this_ones():
    last = table(TERMLY, services=visits("A", "2025-03-05"))
    assert counts(whole(TERMLY, previous=last), "previous_value") == [1]
    assert counts(whole(TERMLY, previous=last.assign(commitment="other")), "previous_value") == [None]


def test_rows_about_too_few_people_hide_their_numbers_and_say_so():
    made = table(TERMLY, people=TWO, services=visits("A", "2025-03-05"), floors={"child": 3})
    assert made["suppressed"].all() and made[["bound", "delivered", "value", "dose"]].isna().all(axis=None)
    assert set(made["status"]) == {"not measurable"}


def test_few_who_were_never_reached_are_not_counted_out():
    twelve = people(*((f"p{k}", "child", "v1", None, None) for k in range(12)))
    given = {"people": twelve, "services": pd.concat([visits(f"p{k}", "2025-03-05") for k in range(10)])}
    assert counts(whole(MONTHLY, **given), "bound", "zero_contact") == [12, 2]
    assert counts(whole(MONTHLY, **given, floors={"child": 5}), "bound", "due", "zero_contact") == [12, 48, None]


def test_the_work_of_one_helper_is_not_that_of_the_only_other_one():
    standard = {"type": "frequency", "basis": "provider", "of": "teacher", "quantity": 1, "per": "term"}
    services = visits("A", "2025-03-05").assign(provider="a volunteer")
    found = whole(standard, services=services, units=units(("t1", "teacher", "v1")))
    assert counts(found, "due", "delivered", "unplaced") == [1, 0, 1]


def test_a_partner_named_twice_is_one_partner():
    standard = {"type": "ratio", "basis": "recipient", "partners": {"peer": 2}}
    twice = [("A", "n1", "peer", "2025-03-01", None), ("A", "n1", "peer", "2025-05-01", None)]
    pairs = frame("person provider role start end", *twice)
    assert counts(whole(standard, {"table": "pairs"}, pairs=pairs), "delivered", "dose") == [0, 0.5]


def test_a_wave_may_be_named_where_its_study_is_given():
    with pytest.raises(TableError, match=r"delivery\(\), wave: found the name 'x'.*study.wave"):
        delivery(plan(promise(MONTHLY, VISITED)), {"people": ONE}, "x")


def test_a_count_of_villages_is_nobodys_secret():
    standard = {"type": "coverage", "basis": "site", "of": "village"}
    found = whole(
        standard, {"table": "status", "item": ("x",)}, units=units(("v1", "village", "")), floors={"child": 9}
    )
    assert not found["suppressed"] and found["bound"] == 1


def test_a_share_of_yes_in_recall_leaves_out_who_did_not_answer():
    recall = {"question": "q", "asks": "yes_no", "respondent": "self"}
    answers = pd.DataFrame({"person": ["A", "B"], "q": pd.array([1, None], dtype="Int64")})
    assert counts(whole(TERMLY, people=TWO, recall=recall, answers=answers), "recall_value", "recall_missing") == [1, 1]


@pytest.mark.parametrize(("answer", "kept"), [(3, 0), (4, 1)])
def test_a_weekly_promise_leaves_at_least_four_visits_in_thirty_days(answer, kept):
    recall = {"question": "q", "asks": "count", "days": 30, "respondent": "self"}
    answers = pd.DataFrame({"person": ["A"], "q": [answer]})
    assert counts(whole(MONTHLY | {"per": "week"}, recall=recall, answers=answers), "recall_value") == [kept]


def covered(n, yes, *, population):
    register = people(*((f"p{k}", "child", "v1", None, None) for k in range(n)))
    said = words(
        *((f"p{k}", "file", "2025-03-01", "yes" if k < yes else "no") for k in range(n)), subject_type="person"
    )
    record = {"table": "status", "item": ("file",)}
    within = study(population={"child": population})
    return whole({"type": "coverage", "basis": "recipient"}, record, people=register, status=said, within=within)


def test_a_sample_has_wilsons_interval_in_its_finite_population():
    found = covered(60, 42, population={"frame": "sample", "sampled": "persons", "size": 90})
    # n* = 60 x 89 / 30 = 178
    assert counts(found, "value", "conf_low", "conf_high") == [0.7, 0.629, 0.7625] and found["method"] == "wilson_fpc"


def test_a_census_has_no_sampling_error():
    found = covered(60, 42, population={"frame": "census"})
    assert counts(found, "conf_low", "conf_high") == [0.7, 0.7] and found["method"] == "count"


def test_periods_of_one_person_are_no_independent_people():
    hits = pd.Series([2, 2, 0, 1]).to_numpy(dtype=float)
    cells = Cells(due=hits * 0 + 2, delivered=hits, unknown=hits * 0, cluster=pd.RangeIndex(4).to_numpy())
    low, high, method = sample_interval(cells, population=float("nan"))
    # p = 5/8; V = 4/3 x 2.75 / 64; (1.960 / 3.182)^2 = .3793; effective n = .2344 / .0573 x .3793 = 1.5517
    assert (round(low, 3), round(high, 3), method) == (0.118, 0.954, "cluster")


def test_everybody_drawn_leaves_only_what_nobody_knows():
    ones = pd.Series([1.0, 1, 1, 1]).to_numpy()
    cells = Cells(due=2 * ones, delivered=ones, unknown=ones / 2, cluster=ones.cumsum())
    assert sample_interval(cells, population=4)[:2] == (0.5, 0.75)


def test_a_missed_target_is_told_only_where_even_the_unknown_would_not_reach_it():
    given = {"people": TWO, "services": visits("A", "2025-03-05"), "logs": whole_term("home_visit", "v1")}
    assert whole(TERMLY | {"target": 0.5}, **given)["status"] == "met"
    assert whole(TERMLY | {"target": 0.6}, **given)["status"] == "uncertain"
    assert whole(MONTHLY | {"target": 0.7}, **given)["status"] == "not met"


def test_the_base_is_missing_where_nothing_is_due_or_known():
    base = unit_periods(
        plan(promise(MONTHLY, VISITED)), {"people": TWO, "services": visits("A", "2025-03-05")}, SPRING, None
    )
    assert base.loc[~base["due"] | base["unknown"], "delivered"].isna().all()
    assert base.groupby("unit")["unknown"].sum().tolist() == [0, 4]
    assert date(2025, 2, 1) == base["start"].min().date()


COVERED = {"type": "coverage", "basis": "recipient"}


def sites_of(floor, recall=None, answers=None, **yes):
    """Ten children in each village, of whom so many have a file, and the rest have none."""
    held = [(f"{site}{k}", "child", site, None, None) for site in yes for k in range(10)]
    said = [(name, "file", "2025-03-01", "yes" if int(name[2:]) < yes[name[:2]] else "no") for name, *_ in held]
    given = {"people": people(*held), "status": words(*said, subject_type="person"), "floors": {"child": floor}}
    given |= {"recall": recall, "answers": answers} if recall else {}
    return table(COVERED, {"table": "status", "item": ("file",)}, **given).set_index("site")


def test_a_second_village_is_hidden_where_all_minus_the_others_would_tell_the_first():
    assert sites_of(5, v1=5, v2=2, v3=5, v4=5)["suppressed"].drop("all").tolist() == [True] * 4
    bigger = sites_of(3, v1=5, v2=2, v3=4, v4=6)
    assert bigger.loc["v2", "suppressed"] and bigger["suppressed"].sum() >= 2 and not bigger.loc["all", "suppressed"]


def test_few_of_whom_nobody_knows_are_hidden_where_each_is_due_once():
    nine = people(*((f"p{k}", "child", "v1", None, None) for k in range(20)))
    said = words(
        *((f"p{k}", "file", "2025-03-01", "yes" if k < 10 else "no") for k in range(18)), subject_type="person"
    )
    given = {"people": nine, "status": said}
    file = {"table": "status", "item": ("file",)}
    assert counts(whole(COVERED, file, **given, floors={"child": 2}), "unknown") == [2]
    assert counts(whole(COVERED, file, **given, floors={"child": 3}), "due", "unknown", "value") == [None] * 3


def test_what_few_people_recall_is_hidden_and_how_many_answered_too():
    recall = {"question": "q", "asks": "yes_no", "respondent": "self"}
    answers = frame("person q", *((f"v1{k}", int(k < 2)) for k in range(9)))
    told = ["recall_value", "recall_answered", "recall_missing"]
    # one person who did not answer: an exact share would tell that nine did
    assert sites_of(2, recall, answers, v1=5).loc["all", told].fillna(-1).tolist() == [0.22, -1, -1]
    assert sites_of(3, recall, answers, v1=5).loc["all", told].isna().all()


def test_a_name_in_a_plan_that_no_row_has_is_told_with_those_that_rows_have():
    file = promise(COVERED | {"who": {"arm": ("treatd",)}}, {"table": "status", "item": ("flie",)}, id="c1")
    pair = promise({"type": "ratio", "basis": "recipient", "partners": {"pear": 1}}, {"table": "pairs"}, id="c2")
    held = {
        "people": people(("A", "child", "v1", None, None)).assign(arm="treated"),
        "status": words(("A", "file", "2025-03-01", "yes")),
        "pairs": frame("person role", ("A", "peer")),
    }
    arm, item, role = map(str, unmatched(plan(file, pair), held, file="plan.toml"))
    assert "commitment c1, standard, who, key 'arm': found 'treatd', which no row of any wave so far has" in arm
    assert "Allowed: 'treated'" in arm and "'flie'" in item and "'file'" in item and "'pear'" in role
    right = held | {"people": held["people"].assign(arm="treatd")}
    assert ["item" in one.place for one in unmatched(plan(file), right, file="plan.toml")] == [True]
    relief = promise(TERMLY, {"table": "services", "service": ("home_visit", "calls")}, id="c3")
    assert silent_services(plan(relief), {"services": visits("A", "2025-03-05")}) == [("c3", "calls")]

"""Pairs and case-load, counted by hand."""

import pandas as pd
from delivery_trial import SPRING, frame, promise, units, visits
from support_trial import asked, children

from careeval.measure.support.load import load_rows
from careeval.measure.support.pairs import pair_rows, pair_states

PAIRED = promise({"type": "ratio", "basis": "recipient", "partners": {"volunteer": 1}}, {"table": "pairs"})
QUOTA = promise(
    {"type": "ratio", "basis": "provider", "of": "volunteer", "quantity": 1, "quantity_max": 2},
    {"table": "pairs", "role": ("volunteer",)},
    id="c2",
)
# on 15 June: w1 has three children, w2 one; one pair has ended, one never began, one begins later
PAIRS = frame(
    "person provider role start end",
    ("v1_0", "w1", "volunteer", "2025-05-16", None),
    ("v1_1", "w1", "volunteer", "2025-05-16", "2025-06-15"),
    ("v1_2", "w1", "volunteer", "2025-05-16", None),
    ("v1_3", "w2", "volunteer", "2025-05-16", None),
    ("v1_4", "w2", "volunteer", "2025-05-16", "2025-06-14"),
    ("v1_5", "w2", "volunteer", None, None),
    ("v1_6", "w2", "volunteer", "2025-06-16", None),
)


def found(verb, indicator, site="all", promises=(PAIRED, QUOTA), floors=None, **tables):
    tables = {"people": children(10), "pairs": PAIRS} | tables
    made = asked(_for_verb(verb), promises, floors=floors or {"child": 1}, **tables)
    return made[made["indicator"].eq(indicator) & made["site"].eq(site)].iloc[0] if len(made) else made


def _for_verb(verb):
    return verb if verb is pair_rows else lambda study, wave, tables, _, floors: verb(study, wave, tables, floors)


def share(indicator):
    row = found(pair_rows, indicator)
    return row["numerator"], row["denominator"]


def test_pairs_are_alive_ended_or_never_began():
    assert [share(name) for name in ("pairs_alive", "pairs_ended", "pairs_never_started")] == [(4, 7), (1, 7), (2, 7)]


def test_a_pair_lives_on_its_last_day_and_months_count_both_ends():
    states = pair_states(PAIRS, SPRING)
    assert states["alive"].tolist() == [True, True, True, True, False, False, False]
    assert (states["months"] * 365.25 / 12).round(6).tolist()[:5] == [31, 31, 31, 31, 30]
    assert states["months"][5:].isna().all()


def test_a_pair_on_two_lists_is_one_pair_as_the_last_list_has_it():
    again = PAIRS.head(1).assign(end=pd.Timestamp("2025-06-01"))
    states = pair_states(pd.concat([PAIRS, again], ignore_index=True), SPRING)
    assert len(states) == 7 and states["ended"].sum() == 2


def test_the_share_of_people_with_a_live_pair_is_of_everyone_promised_one():
    people = children(10, poor=["yes"] * 5 + ["no"] * 5)
    people.loc[0, "exit"] = pd.Timestamp("2025-05-01")
    row = found(pair_rows, "paired_people", people=people)
    assert (row["numerator"], row["denominator"], row["level"]) == (3, 9, "volunteer")
    poor = promise(PAIRED["standard"] | {"who": {"poor": (True,)}}, {"table": "pairs"})
    row = found(pair_rows, "paired_people", promises=[poor], people=people)
    assert (row["numerator"], row["denominator"]) == (3, 4)


def test_a_quota_of_helpers_asks_about_people_where_there_are_helpers():
    people = pd.concat([children(10), children(5, "v2")])
    helpers = units(("w1", "volunteer", "v1"), ("w2", "volunteer", "v1")).assign(hours=None)
    row = found(pair_rows, "paired_people", promises=[QUOTA], people=people, units=helpers)
    assert (row["numerator"], row["denominator"]) == (4, 10)


def test_promised_pairs_without_any_record_cannot_be_answered():
    row = found(pair_rows, "pairs_alive", pairs=PAIRS.iloc[:0])
    assert pd.isna(row["value"]) and (row["method"], row["reason"]) == ("cannot_answer", "no_pairs")
    assert found(pair_rows, "pairs_alive", promises=(), pairs=PAIRS.iloc[:0]).empty


def test_few_people_hide_the_shares():
    row = found(pair_rows, "pairs_ended", floors={"child": 3})
    assert row["suppressed"] and pd.isna(row["numerator"]) and pd.isna(row["denominator"])
    # four of seven are alive: three are not
    assert found(pair_rows, "pairs_alive", floors={"child": 4})["suppressed"]


def test_case_load_is_people_a_helper():
    loads = [found(load_rows, name)["value"] for name in ("case_load", "case_load_max", "case_load_over")]
    assert loads == [2, 3, 0.5]  # three and one; the plan allows two
    assert found(load_rows, "case_load")["denominator"] == 2
    assert found(load_rows, "case_load_over", pairs=PAIRS.iloc[1:])["value"] == 0  # two are not over two


def test_without_a_bound_in_the_plan_nobody_is_over_it():
    made = asked(_for_verb(load_rows), [PAIRED], people=children(10), pairs=PAIRS)
    assert set(made["indicator"]) == {"case_load", "case_load_max"}


def test_services_make_a_case_load_of_their_own():
    done = pd.concat(
        [visits("v1_0", "2025-03-05", "2025-03-20"), visits("v1_1", "2025-03-05"), visits("v1_2", "2025-01-05")]
    )
    row = found(load_rows, "case_load", promises=(), pairs=PAIRS.iloc[:0], services=done.assign(provider="w1"))
    assert (row["level"], row["value"], row["denominator"]) == ("home_visit", 2, 1)


def test_a_case_load_of_few_people_is_hidden():
    row = found(load_rows, "case_load", floors={"child": 5})
    assert row["suppressed"] and pd.isna(row["value"])

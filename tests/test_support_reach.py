"""How many people get how far: each step counted by hand among ten children of one village."""

import pandas as pd
from delivery_trial import frame, promise, visits, whole_term, words
from support_trial import HOME, MONTHLY, asked, children, visit_promise

from careeval.measure.support.reach import STEPS, cascade

ALWAYS = [f"2025-{month:02d}-{day}" for month in (3, 4, 5, 6) for day in ("05", "20")]
# child 0 all that was promised, 1 one month of four, 2 a single visit, 3 only telephone calls, the rest nothing
VISITS = pd.concat(
    [visits("v1_0", *ALWAYS), visits("v1_1", "2025-03-05", "2025-03-20"), visits("v1_2", "2025-03-05"),
     visits("v1_3", "2025-03-05", mode="phone")]
)  # fmt: skip
LOGS = whole_term("home_visit", "v1")


def steps(column="n", site="all", of="commitment", promises=None, **tables):
    tables = {"people": children(10), "services": VISITS, "logs": LOGS} | tables
    made = asked(cascade, promises or [visit_promise()], **tables)
    return made[made["site"].eq(site) & made["of"].eq(of)].set_index("step")[column].loc[list(STEPS)].tolist()


def test_each_step_is_counted_among_those_of_the_step_before():
    assert steps() == [10, 10, 4, 3, 2, 1]
    assert steps("of_eligible") == [1, 1, 0.4, 0.3, 0.2, 0.1]
    assert steps("of_previous")[2:] == [0.4, 0.75, 2 / 3, 0.5]


def test_the_largest_relative_loss_is_marked_once():
    assert steps("largest_loss") == [False, False, True, False, False, False]
    assert steps("loss_sure") == steps("largest_loss")


def test_who_is_only_on_the_school_roll_is_lost_at_registration():
    people = children(10).assign(frame=["on_roll"] * 2 + ["on_register"] * 8)
    assert steps(people=people) == [10, 8, 2, 1, 0, 0]


def test_without_a_log_every_step_may_or_may_not_have_been_taken():
    both = pd.concat([children(10), children(6, "v2")])
    assert steps(people=both) == [16, 16, 4, 3, 2, 1]
    assert steps("n_high", people=both) == [16, 16, 10, 9, 8, 7]
    assert steps("n_high", "v1", people=both) == steps("n", "v1", people=both)


def test_a_loss_that_missing_records_may_explain_is_not_sure():
    both = pd.concat([children(10), children(30, "v2")])
    half = pd.concat([visits(f"v1_{n}", *(ALWAYS if n < 5 else ALWAYS[:1])) for n in range(10)])
    # by the records 30 of 40 were never contacted; perhaps they were, and then 5 who fell short are the largest loss
    assert steps("n", people=both, services=half)[2:5] == [10, 10, 5]
    assert steps("largest_loss", people=both, services=half)[2]
    assert not any(steps("loss_sure", people=both, services=half))


def test_every_cascade_goes_down():
    both = pd.concat([children(10), children(6, "v2")])
    for column in ("n", "n_high"):
        assert steps(column, people=both) == sorted(steps(column, people=both), reverse=True)


def test_promises_judged_together_have_a_cascade_of_their_own():
    file = promise({"type": "coverage", "basis": "recipient"}, {"table": "status", "item": ("file",)}, id="c2")
    status = words(
        *((f"v1_{n}", "file", "2025-03-01", "yes" if n > 2 else "no") for n in range(10)), subject_type="person"
    )
    made = {"promises": [visit_promise(), file], "status": status}
    # all have a contact or a file; all but child 2 ... got some; nobody who had all visits has a file as well
    assert steps(of="component", **made) == [10, 10, 10, 10, 9, 0]


def test_several_groups_are_counted_together_and_apart():
    people = children(10).assign(group=["child"] * 6 + ["elder"] * 4)
    made = asked(cascade, [promise(MONTHLY, HOME, group=("child", "elder"))], people=people, services=VISITS, logs=LOGS)
    eligible = made[made["step"].eq("eligible") & made["site"].eq("all")]
    assert dict(zip(eligible["group"], eligible["n"], strict=True)) == {"child+elder": 10, "child": 6, "elder": 4}


def test_a_live_pair_is_a_contact():
    standard = {"type": "ratio", "basis": "recipient", "partners": {"volunteer": 1}}
    pairs = frame("person provider role start end", ("v1_0", "w", "volunteer", "2025-03-01", None))
    assert steps(promises=[promise(standard, {"table": "pairs"})], pairs=pairs) == [10, 10, 1, 1, 1, 1]


def test_steps_with_few_people_are_hidden_and_so_is_what_they_are_a_share_of():
    made = asked(cascade, [visit_promise()], floors={"child": 3}, people=children(10), services=VISITS, logs=LOGS)
    made = made[made["site"].eq("all")].set_index("step")
    # 10 10 4 are shown; 3 is one fewer than 4, and 2 and 1 are few
    assert made["suppressed"].tolist() == [False, False, False, True, True, True]
    assert made.loc["standard_once":, ["n", "n_high", "of_eligible", "of_previous"]].isna().all(axis=None)


def test_without_a_promise_to_people_there_is_no_cascade():
    standard = {"type": "coverage", "basis": "site", "of": "village"}
    made = asked(cascade, [promise(standard, {"table": "status", "item": ("centre",)})], people=children(3))
    assert made.empty and "largest_loss" in made


def test_who_was_contacted_is_hidden_where_few_got_nothing():
    # two villages; of the ten with a log eight were seen, the ten without one leave all open: 20 - 8 - 10 is the 2
    people = pd.concat([children(10), children(10, "v2")])
    seen = pd.concat([visits(f"v1_{k}", *ALWAYS) for k in range(8)])
    told = {"people": people, "services": seen, "logs": LOGS}
    assert steps(**told)[:4] == [20, 20, 8, 8]
    assert steps("suppressed", **told, floors={"child": 3})[:4] == [False, False, True, True]

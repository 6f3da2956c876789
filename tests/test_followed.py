"""Who was followed and how places changed, counted by hand; few people are hidden, and a second beside a single one."""

import pandas as pd
import pytest

from careeval.measure.changes import changes_by_site
from careeval.measure.participants import participant_counts
from careeval.pipeline import table
from careeval.specs.study import open_study

# sites of 6, 5 and 2 people in the plan arm, all measured both times but one of site a
PEOPLE = pd.DataFrame(
    {"person": list("abcdefghijklm"), "group": "elder", "site": [*"AAAAAA", *"BBBBB", *"CC"], "arm": "treated"}
)
BEFORE = pd.DataFrame({"person": list("abcdefghijklm"), "value": 10.0})
AFTER = pd.DataFrame({"person": list("bcdefghijklm"), "value": [12.0] * 5 + [9.0] * 5 + [30.0] * 2})


def test_a_site_changes_by_the_mean_of_the_people_measured_both_times():
    made = changes_by_site(BEFORE, AFTER, PEOPLE, floor=1).set_index("site")
    assert made["n"].to_dict() == {"A": 5, "B": 5, "C": 2, "all": 12}
    assert made["value"].to_dict() == {"A": 2, "B": -1, "C": 20, "all": pytest.approx(45 / 12)}
    assert not made["suppressed"].any()


def test_a_site_with_few_people_is_hidden_and_the_smallest_other_beside_it():
    made = changes_by_site(BEFORE, AFTER, PEOPLE, floor=5).set_index("site")
    assert made["suppressed"].to_dict() == {"A": True, "B": True, "C": True, "all": False}
    assert made.loc[["A", "B", "C"], ["n", "value"]].isna().all(axis=None)


def test_the_lost_are_counted_by_reason_and_the_eligible_by_the_definition(small):
    study = open_study(small())
    start = pd.DataFrame({"person": list("abcd"), "group": "child", "arm": ["treated"] * 3 + [None]})
    lost = pd.Series({"a": "refused", "d": "moved_with_parent"})
    rows = participant_counts(study, start, lost, {"maths": start.iloc[1:3]}, floors={"child": 1})
    counts = rows.set_index(["arm", "step"])["n"]
    assert counts["treated", "lost:refused"] == counts["", "lost:moved_with_parent"] == 1
    assert counts["", "lost:refused"] == counts["treated", "lost:moved_with_parent"] == 0
    assert counts["treated", "analysed:maths"] == 2
    assert "eligible" not in set(rows["step"])  # the small study names no definition


def test_a_single_hidden_reason_takes_the_next_smallest_along(small):
    start = pd.DataFrame({"person": [str(n) for n in range(20)], "group": "child", "arm": "treated"})
    lost = pd.Series({str(n): "refused" if n < 2 else "absent" if n < 9 else "transferred" for n in range(20)})
    rows = participant_counts(open_study(small()), start, lost, {}, floors={"child": 5}).set_index("step")
    assert rows["suppressed"].to_dict() == {"lost:refused": True, "lost:absent": True, "lost:transferred": False}


def test_the_flow_of_demo_agrees_with_its_estimates_and_its_register(demo):
    study = open_study(demo)
    made, flow = (table(study, name) for name in ("participants", "flow"))
    estimates = table(study, "estimates").query("role == 'headline'").set_index("outcome")["n"]
    analysed = made[made["step"].str.startswith("analysed:")]
    for outcome, n in analysed.groupby(analysed["step"].str.removeprefix("analysed:"))["n"].sum().items():
        assert estimates[outcome] == n
    eligible = made[made["step"].eq("eligible")].groupby("group")["n"].sum()
    started = flow[flow["site"].eq("all") & flow["step"].eq("started")].drop_duplicates(["group", "arm"])
    # everybody in the demo falls under the definition of the study
    assert (eligible == started.groupby("group")["n"].sum()[eligible.index]).all()


def test_the_places_of_demo_add_up_to_their_arm(demo):
    made = table(open_study(demo), "site_changes")
    whole, parts = (made[made["site"].eq("all") == wanted].groupby(["outcome", "arm"])["n"].sum() for wanted in (1, 0))
    assert len(whole) == 6 and (whole == parts).all()


def test_a_baseline_wave_has_no_change_and_nobody_lost(demo):
    study = open_study(demo)
    assert table(study, "site_changes", wave="2024-autumn").empty
    assert set(table(study, "participants", wave="2024-autumn")["step"]) == {"eligible"}

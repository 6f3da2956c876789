"""Flow of people, counted by hand over two waves."""

import pandas as pd
import pytest

from careeval.measure.flow import STEPS, flow_table
from careeval.specs.study import open_study

# 1 and 2 start in site a, 3 in b; 1 is gone at w2, 3 is no longer left behind, 4 joins in b
REFERENCE = pd.DataFrame(
    {"person": list("1234"), "group": "child", "site": list("aabb"), "arm": ["treated"] * 2 + ["control"] * 2}
)
PEOPLE = {
    "w1": pd.DataFrame({"person": list("123"), "follow_up": pd.Series([pd.NA] * 3, dtype="str")}),
    "w2": pd.DataFrame({"person": list("234"), "follow_up": ["measured", "parent_returned", "measured"]}),
}
MEASURED = {"w1": pd.Index(["1", "2", "3"]), "w2": pd.Index(["2", "4"])}


@pytest.fixture
def flow(small):
    """A function that gives {step: n} of one row of the flow."""
    rows = flow_table(open_study(small()), PEOPLE, MEASURED, reference=REFERENCE)

    def counts(**wanted: str) -> dict[str, int]:
        chosen = rows[(rows[list(wanted)] == pd.Series(wanted)).all(axis="columns")]
        return dict(zip(chosen["step"], chosen["n"], strict=True))

    counts.rows = rows
    return counts


def test_everyone_of_the_second_wave(flow):
    assert flow(wave="w2", site="all", group="all", arm="") == {
        "registered": 3, "joined": 1, "started": 3, "still_registered": 2, "started_measured": 3, "both_measured": 1,
        "measured": 2, "follow_up:measured": 2, "follow_up:parent_returned": 1,
    }  # fmt: skip


def test_in_the_first_wave_nobody_joined_and_everyone_started(flow):
    assert flow(wave="w1", site="all", group="all", arm="") == {
        "registered": 3, "joined": 0, "started": 3, "still_registered": 3, "started_measured": 3, "both_measured": 3,
        "measured": 3,
    }  # fmt: skip


def test_a_site_counts_its_own_and_an_arm_that_lost_nobody_says_zero(flow):
    assert flow(wave="w2", site="b", group="all", arm="")["registered"] == 2
    assert flow(wave="w2", site="b", group="child", arm="control")["joined"] == 1
    assert flow(wave="w2", site="a", group="child", arm="treated")["joined"] == 0
    assert flow(wave="w2", site="a", group="child", arm="treated")["follow_up:parent_returned"] == 0


def test_sites_and_arms_add_up_to_all(flow):
    rows = flow.rows[flow.rows["wave"].eq("w2")]
    whole = rows[rows["site"].eq("all") & rows["group"].eq("all")].set_index("step")["n"]
    by_arm, by_site = rows["site"].eq("all") & rows["group"].ne("all"), rows["site"].ne("all") & rows["group"].eq("all")
    for part in (rows[by_arm], rows[by_site]):
        assert part.groupby("step")["n"].sum().to_dict() == whole.to_dict()


def test_rows_are_in_order_of_waves_sites_and_steps(flow):
    assert list(flow.rows) == ["wave", "site", "group", "arm", "step", "n"]
    assert flow.rows["wave"].drop_duplicates().tolist() == ["w1", "w2"]
    assert flow.rows["step"].head(len(STEPS)).tolist() == list(STEPS)

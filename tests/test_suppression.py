"""No number stands on fewer people than the floor; hidden is neither zero nor missing."""

import re

import pandas as pd
import pytest
from conftest import STUDY

from careeval.measure.suppression import privacy_floors, suppress_rows, suppress_shares, too_small
from careeval.pipeline import REPORT_TABLES, table
from careeval.specs.study import open_study

# columns of the exported tables that count people, and what a table keeps back beside them
PEOPLE = {
    "indicators": ("numerator", "denominator"),
    "estimates": ("n",),
    "balance": ("n_treated", "n_control"),
    "flow": ("n",),
    "participants": ("n",),
    "site_changes": ("n",),
    "delivery": ("bound",),
    "cascade": ("n",),
    "agreement": ("n", "both", "log_only", "recall_only", "neither"),
    "gaps": ("denominator", "zero_contact"),
    "reliability": ("n",),
    "paired": ("n",),
}
# tables about promises, units and providers, whose rows count no people
NOT_OF_PEOPLE = {"quality", "exclusions", "verdicts", "capacity", "measured", "comparable"}


def of_people(rows):
    """Rows that count people: not promises, stations or providers."""
    if "basis" in rows:
        rows = rows[rows["basis"].isin(["recipient", "case"])]
    if "unit" in rows:
        rows = rows[rows["unit"].isna()]
    return rows.assign(group=rows["group"].str.split("+").str[0]) if len(rows) else rows


@pytest.mark.parametrize(
    ("audience", "group", "age", "floor"),
    [
        ("inside", "elder", 70, 5),
        ("outside", "elder", 70, 10),
        ("inside", "child", 13, 10),
        ("inside", "child", 14, 5),
        ("inside", "child", None, 10),
        ("inside", "elder", None, 5),
        ("inside", "elder", 13, 10),
    ],
)
def test_the_floor_is_five_inside_and_ten_outside_or_with_young_children(small, audience, group, age, floor):
    text = STUDY.replace('groups = ["child"]', 'groups = ["child", "elder"]') + f'audience = "{audience}"\n'
    people = pd.DataFrame({"group": [group], "age": pd.array([age], dtype="Float64")})
    assert privacy_floors(open_study(small(**{"study.toml": text})), people)[group] == floor


def test_one_child_under_fourteen_protects_the_whole_group(small):
    people = pd.DataFrame({"group": "child", "age": pd.array([16, 13], dtype="Float64")})
    assert privacy_floors(open_study(small()), people) == {"child": 10}


def test_zero_and_missing_are_not_small():
    counts = pd.Series([0, 1, 4, 5, pd.NA], dtype="Float64")
    assert too_small(counts, 5).tolist() == [False, True, True, False, False]


def test_hidden_is_marked_and_empty_zero_and_missing_are_not():
    table = suppress_rows(
        pd.DataFrame({"n": pd.array([0, 3, pd.NA], dtype="Int64")}), pd.Series([False, True, False]), ["n"]
    )
    assert table["suppressed"].tolist() == [False, True, False]
    assert table["n"].tolist() == [0, pd.NA, pd.NA]


@pytest.mark.parametrize(
    ("numerator", "denominator", "hidden"),
    [
        *((0, 20, False), (4, 20, True), (5, 20, False), (16, 20, True), (20, 20, False)),
        *((2, 4, True), (None, 4, True), (None, 5, False)),
    ],
)
def test_a_share_is_hidden_by_its_numerator_its_rest_or_its_denominator(numerator, denominator, hidden):
    row = {
        "group": "child",
        "numerator": numerator,
        "denominator": denominator,
        "value": 0.5,
        "conf_low": 0,
        "conf_high": 1,
    }
    made = suppress_shares(pd.DataFrame([row]).astype({"numerator": "Float64", "denominator": "Float64"}), {"child": 5})
    assert made["suppressed"].tolist() == [hidden]
    assert made[["numerator", "denominator", "value", "conf_low", "conf_high"]].isna().all(axis=None) == hidden


def few(rows, column, floors):
    """Counts of 1 to the floor - 1 people; 'all' stands for every group."""
    floor = rows["group"].map(floors | {"all": max(floors.values())})
    counts = rows[column].astype("Float64")
    return rows[(counts.gt(0) & counts.lt(floor)).fillna(False)]


@pytest.mark.parametrize("name", ["demo", "star"])
def test_no_exported_table_counts_fewer_people_than_the_floor(name, request):
    study = open_study(request.getfixturevalue(name))
    for wave in study.spec.waves:
        floors = privacy_floors(study, table(study, "people", wave=wave.id))
        for exported, columns in PEOPLE.items():
            rows = of_people(table(study, exported, wave=wave.id))
            if rows.empty:
                continue
            assert [few(rows, column, floors).to_string() for column in columns if len(few(rows, column, floors))] == []
    assert set(PEOPLE) | NOT_OF_PEOPLE == set(REPORT_TABLES)


@pytest.mark.parametrize("name", ["demo", "star"])
def test_no_note_of_an_estimate_counts_fewer_people_than_the_floor(name, request):
    study = open_study(request.getfixturevalue(name))
    floors = privacy_floors(study, table(study, "people", wave=""))
    counted = re.compile(r"(?<!fewer than )\b(\d+)(?= (?:person|people))")
    for row in table(study, "estimates", wave="").fillna({"note": ""}).to_dict("records"):
        assert [count for count in counted.findall(row["note"]) if int(count) < floors[row["group"]]] == []


def test_shares_kept_back_take_their_rest_along_in_demo(demo):
    study = open_study(demo)
    rows = of_people(table(study, "indicators", wave=""))
    floors = privacy_floors(study, table(study, "people", wave=""))
    assert few(rows.assign(rest=rows["denominator"] - rows["numerator"]), "rest", floors).empty
    kept_back = rows[rows["suppressed"]]
    assert len(kept_back) and kept_back[["numerator", "denominator", "value", "conf_low"]].isna().all(axis=None)


def test_no_share_and_no_difference_tells_of_fewer_people_than_the_floor_in_demo(demo):
    study = open_study(demo)
    floors = privacy_floors(study, table(study, "people", wave=""))
    rows = of_people(table(study, "delivery", wave=""))
    once = rows[rows["periods"].le(1)]
    kept = (once["value"] * once["due"]).round(6)
    left = once["due"].astype("Float64") - kept
    for counts in (kept, left, once["unknown"].astype("Float64"), left - once["unknown"].astype("Float64")):
        assert few(once.assign(counts=counts.round(6)), "counts", floors).empty
    said = (rows["recall_value"] * rows["recall_answered"]).round(6)
    assert few(rows.assign(said=said), "said", floors).empty
    # a single hidden village is all of them minus the others
    hidden = rows.assign(hidden=rows["suppressed"] & rows["site"].ne("all"))
    shown = hidden.groupby(["commitment", "group"])["suppressed"].transform("all").eq(False)
    alone = hidden[shown].groupby(["commitment", "group"])["hidden"].sum().eq(1)
    assert not alone.any() and hidden["hidden"].any()


def test_what_the_delivery_table_hides_stands_in_no_other_table_of_demo(demo):
    study = open_study(demo)
    told = table(study, "delivery")
    gone = set(zip(*(told.loc[told["suppressed"], name] for name in ("commitment", "site")), strict=True))
    assert gone
    steps = table(study, "cascade")
    inside = [pair in gone for pair in zip(steps["commitment"], steps["site"], strict=True)]
    assert any(inside) and steps.loc[inside, ["n", "n_high", "of_eligible"]].isna().all(axis=None)
    levels = table(study, "indicators")
    inside = [pair in gone for pair in zip(levels["level"], levels["site"], strict=True)]
    assert any(inside) and levels.loc[inside, ["numerator", "denominator", "value"]].isna().all(axis=None)
    verdicts = table(study, "verdicts")
    inside = [(one, "all") in gone for one in verdicts["commitment"]]
    assert any(inside) and verdicts.loc[inside, ["due", "unknown", "dose", "value"]].isna().all(axis=None)

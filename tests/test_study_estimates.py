"""Which estimates a study's design implies, which are refused, and what each row says of itself."""

import re
from typing import get_args

import pandas as pd
import pytest
from conftest import STUDY, UNITS

from careeval.clean.people import unit_of_kind, with_arms
from careeval.errors import TableError
from careeval.infer.estimators import ESTIMATORS
from careeval.infer.notes import NOTES
from careeval.infer.study_estimates import study_estimates
from careeval.pipeline import table
from careeval.present.remarks import notes_in
from careeval.present.words import label
from careeval.specs.study import open_study
from careeval.specs.vocabulary import Estimator

UNITS_CSV = UNITS.replace("treated", "").replace("control", "")
RANDOM = STUDY.replace('"administrative"', '"random"')
PERSONS = RANDOM.replace('assigned_unit = "village"', 'assigned_unit = "person"').replace('"units"', '"people"')
PLANNED = """
[[estimates]]
id = "published"
outcome = "wellbeing"
wave = "w2"
estimator = "ols_hc1"
role = "reproduction"
source = "a paper"
"""
ARMS = {"treated": "abc", "control": "def"}
FIRST = {"a": 1, "b": 2, "c": 3, "d": 1, "e": 2, "f": 4}
SECOND = {"a": 4, "b": 6, "c": 5, "d": 2, "e": 2, "f": 3}
# the mean of the treated is 5, of the others 7 / 3


def people(arms, **units):
    """treated="abc": a row a person and wave; a person is their own village unless `units` says: v="ab"."""
    rows = [{"person": person, "arm": arm} for arm, persons in arms.items() for person in persons]
    own = {person: unit for unit, persons in units.items() for person in persons}
    table = pd.DataFrame(rows).assign(group="child", site="s")
    table["assigned"] = [own.get(person, person) for person in table["person"]]
    return {wave: table.assign(wave=wave) for wave in ("w1", "w2")}


def values(outcome="wellbeing", paper="", **waves):
    rows = [(wave, person, float(value)) for wave, persons in waves.items() for person, value in persons.items()]
    return pd.DataFrame(rows, columns=["wave", "person", "value"]).assign(outcome=outcome, paper=paper)


@pytest.fixture
def estimates(small):
    """A function that gives the rows of study_estimates for wave w2."""

    def made(rows, *, arms=ARMS, text=STUDY, floor=1, wave="w2", only=True, **units):
        study = open_study(small(**{"study.toml": text, "units.csv": UNITS_CSV}))
        table = study_estimates(
            study, study.wave(wave), people=people(arms, **units), values=rows, floors={"child": floor}
        )
        return table[table["outcome"].isin(rows["outcome"])].reset_index(drop=True) if only else table

    return made


def reason(rows):
    """The code of a refusal, when the one row has no numbers at all and can be said in both languages."""
    [row] = rows.to_dict("records")
    numbers = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high", "hedges_g", "n", "n_clusters")
    assert all(pd.isna(row[name]) for name in numbers)
    assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", notes_in(row["note"], "zh")), row["note"]
    return row["note"].partition(":")[0]


def exams(*, control="final", first="mid", **waves):
    """Marks of one paper, but for the control arm of the second wave."""
    rows = values("maths", first, w1=FIRST), values("maths", "final", w2=SECOND)
    second = rows[1].assign(paper=["final"] * 3 + [control] * 3)
    return pd.concat([rows[0], second], ignore_index=True)


def test_the_specification_knows_every_estimator_and_both_languages_name_it():
    assert set(get_args(Estimator)) == set(ESTIMATORS)
    assert all(label("estimator", name, lang) != name for name in ESTIMATORS for lang in ("zh", "en"))


def test_every_note_has_words_in_both_languages_and_none_is_cut_in_two():
    assert all(label("note_code", code, lang) != code for code in NOTES for lang in ("zh", "en"))
    assert not [text for text in NOTES.values() if "; " in text]


def test_two_groups_asked_twice_have_the_difference_of_their_changes(estimates):
    rows = estimates(values(w1=FIRST, w2=SECOND))
    # treated +3, +4, +2; control +1, 0, -1; three villages in an arm: their means lead
    assert rows.loc[0, ["estimator", "role", "n", "n_clusters"]].tolist() == ["did_cluster_means", "headline", 6, 6]
    assert rows.loc[0, "estimate"] == pytest.approx(3)
    assert rows["design"].eq("compared_prepost").all() and rows["baseline_wave"].eq("w1").all()


def test_a_row_knows_its_outcome_and_has_an_id_of_its_own(estimates):
    rows = estimates(values(w1=FIRST, w2=SECOND))
    assert rows.loc[0, ["outcome_role", "family", "domain", "group", "higher_is"]].tolist() == [
        "primary", "wellbeing", "psychological", "child", "better",
    ]  # fmt: skip
    assert rows.loc[0, "id"] == "wellbeing:treated - control:w2:did_cluster_means" and rows["id"].is_unique
    assert rows["smallest_worthwhile"].eq(5).all() and rows["p_adjusted"].isna().all()


def test_villages_drawn_by_lot_are_compared_without_a_baseline(estimates):
    row = estimates(values(w2=SECOND), text=RANDOM).loc[0]
    assert (row["design"], row["estimator"]) == ("randomised_post", "cluster_means")
    assert row["estimate"] == pytest.approx(8 / 3)


def test_persons_drawn_by_lot_are_their_own_units(estimates):
    row = estimates(values(w2=SECOND), text=PERSONS).loc[0]
    assert (row["design"], row["estimator"], row["n_clusters"]) == ("randomised_post", "ols_hc1", pd.NA)


def test_persons_drawn_within_schools_have_schools_as_strata_and_clusters(estimates):
    text = PERSONS.replace("start = 2024", 'clustered_in = "village"\nstart = 2024')
    row = estimates(values(w2=SECOND), text=text, v="ad", w="be", x="cf").loc[0]
    assert (row["estimator"], row["n_clusters"]) == ("cluster_means", 3)
    assert estimates(values(w2=SECOND), text=text, v="ad", w="be", x="cf")["estimator"].tolist()[1] == "ols_cr2_fe"


def test_not_drawn_by_lot_and_nobody_asked_before_is_refused(estimates):
    assert reason(estimates(values(w2=SECOND))) == "no_start"


def test_one_group_asked_twice_has_its_change_and_asked_once_nothing(estimates):
    one = {"treated": "abc"}
    text = STUDY.replace('arms = ["treated", "control"]', 'arms = ["treated"]')
    first, second = ({person: wave[person] for person in "abc"} for wave in (FIRST, SECOND))
    row = estimates(values(w1=first, w2=second), arms=one, text=text).loc[0]
    assert (row["design"], row["estimate"]) == ("one_group_prepost", pytest.approx(3)) and pd.isna(row["contrast"])
    assert reason(estimates(values(w2=second), arms=one, text=text)) == "no_comparison"


def test_marks_of_two_papers_are_not_subtracted_in_one_group(estimates):
    text = STUDY.replace('arms = ["treated", "control"]', 'arms = ["treated"]')
    assert reason(estimates(exams().query("person < 'd'"), arms={"treated": "abc"}, text=text)) == "two_papers"


def test_a_paper_sat_in_one_arm_only_is_refused_and_named(estimates):
    assert estimates(exams()).loc[0, "estimate"] == pytest.approx(3)
    rows = estimates(exams(control="other"))
    assert reason(rows) == "one_arm_paper" and "final (w2), other (w2)" in rows.loc[0, "note"]


def test_a_paper_sat_in_one_arm_only_is_refused_before_the_start_too(estimates):
    rows = exams()
    rows["paper"] = rows["paper"].mask(rows["wave"].eq("w1") & rows["person"].eq("a"), "another")
    assert reason(estimates(rows)) == "one_arm_paper"


def test_an_arm_that_sat_no_paper_at_all_is_refused(estimates):
    assert reason(estimates(exams().query("wave == 'w1' or person < 'd'"))) == "one_arm_paper"


def test_an_arm_below_the_floor_is_refused_and_nothing_of_it_is_in_the_row(estimates):
    assert estimates(values(w1=FIRST, w2=SECOND), floor=3).loc[0, "n"] == 6
    # f was not asked again: two are left
    rows = estimates(values(w1=FIRST, w2={key: SECOND[key] for key in "abcde"}), floor=3)
    assert reason(rows) == "few_people"
    assert notes_in(rows.loc[0, "note"], "zh") == "有一组少于 3 人，不予显示。"


def test_nobody_with_a_value_is_said(estimates):
    assert reason(estimates(values(w1=FIRST))) == "no_data"


def test_one_village_in_an_arm_keeps_the_contrast_without_an_interval(estimates):
    rows = estimates(values(w1=FIRST, w2=SECOND), v="abc")
    assert rows["estimate"].notna().all() and rows["note"].str.startswith("one_unit").all()
    assert rows[["std_error", "df", "p_value", "conf_low", "conf_high", "g_low"]].isna().all(axis=None)


def test_one_arm_of_two_that_was_asked_is_described_by_its_own_people(estimates):
    row = estimates(values(w1=FIRST, w2={key: SECOND[key] for key in "abc"})).loc[0]
    assert (row["design"], row["n"], row["estimate"]) == ("one_group_prepost", 3, pytest.approx(3))
    assert "no_follow_up" not in row["note"], "the other arm is not lost to follow-up"


def test_three_arms_have_a_row_for_each_but_the_last(estimates):
    arms = {"small": "ab", "aide": "cd", "regular": "ef"}
    text = PERSONS.replace('arms = ["treated", "control"]', 'arms = ["small", "aide", "regular"]')
    rows = estimates(values(w2={"a": 5, "b": 7, "c": 3, "d": 5, "e": 1, "f": 3}), arms=arms, text=text)
    assert rows["contrast"].tolist() == ["small - regular", "aide - regular"] and rows["id"].is_unique
    assert rows["estimate"].tolist() == pytest.approx([4, 2]) and rows["n"].eq(6).all()


def test_strata_are_a_column_of_the_assigned_unit(small):
    text = RANDOM.replace('arm_of = "units"', 'arm_of = "units"\nstrata = "stratum"')
    registers = {wave: rows.assign(assigned_stratum=list("pqrpqr")) for wave, rows in people(ARMS).items()}
    study = open_study(small(**{"study.toml": text}))
    rows = study_estimates(study, study.wave("w2"), people=registers, values=values(w2=SECOND), floors={"child": 1})
    assert rows["estimator"].head(2).tolist() == ["cluster_means", "ols_cr2_fe"] and rows.loc[1, "n"] == 6


def test_a_wave_before_the_start_has_only_what_the_study_names(estimates):
    assert estimates(values(w1=FIRST, w2=SECOND), wave="w1", only=False).empty
    rows = estimates(values(w1=FIRST, w2=SECOND), text=RANDOM + PLANNED, wave="w1", only=False)
    assert rows["id"].tolist() == ["published"] and rows["wave"].tolist() == ["w2"]


def test_a_named_estimate_has_the_name_of_study_toml_and_further_arms_add_theirs(estimates):
    arms = {"small": "ab", "aide": "cd", "regular": "ef"}
    text = (PERSONS + PLANNED).replace('arms = ["treated", "control"]', 'arms = ["small", "aide", "regular"]')
    rows = estimates(values(w2={"a": 5, "b": 7, "c": 3, "d": 5, "e": 1, "f": 3}), arms=arms, text=text)
    named = rows[rows["role"].eq("reproduction")]
    assert named["id"].tolist() == ["published", "published:aide - regular"]


def test_a_named_estimate_after_the_start_takes_everyone_where_arms_were_drawn_by_lot(estimates):
    rows = estimates(values(w1={"a": 1, "d": 1}, w2=SECOND), text=RANDOM + PLANNED).set_index("id")
    assert rows.loc["published", ["design", "n"]].tolist() == ["randomised_post", 6]


def test_a_named_estimate_is_refused_as_the_others_are_and_keeps_its_name(estimates):
    rows = estimates(values(w2=SECOND), text=STUDY + PLANNED).set_index("id")
    assert rows.loc["published", "note"].startswith("no_start") and pd.isna(rows.loc["published", "estimate"])
    marks = (RANDOM + PLANNED).replace('outcome = "wellbeing"', 'outcome = "maths"')
    assert estimates(exams(control="other"), text=marks).set_index("id").loc["published", "note"].startswith("one_arm")
    few = estimates(values(w2=SECOND), text=RANDOM + PLANNED, floor=4).set_index("id")
    assert few.loc["published", "note"].startswith("few_people")


def test_an_estimator_that_does_not_fit_the_design_is_told_with_those_that_do(estimates):
    with pytest.raises(TableError, match=r"estimators: found 'did_hc1'. Allowed: ols_hc1"):
        estimates(values(w2=SECOND), text=RANDOM + PLANNED.replace("ols_hc1", "did_hc1"))


def test_a_note_counts_no_fewer_people_than_the_floor(estimates):
    second = {key: SECOND[key] for key in "abcde"}
    assert "no_follow_up: 1 person without" in estimates(values(w1=FIRST, w2=second)).loc[0, "note"]
    note = estimates(values(w1=FIRST, w2=second), floor=2).loc[0, "note"]
    assert "no_follow_up: fewer than 2 people without" in note
    assert "少于 2 人没有后测" in notes_in(note, "zh")


PLACES = pd.DataFrame(
    {
        "unit": ["v", "w", "school", "class"],
        "kind": ["village", "village", "school", "class"],
        "parent": [None, None, "v", "school"],
        "arm": ["treated", "control", None, None],
        "stratum": ["hills", "plain", None, None],
    }
)
REGISTER = pd.DataFrame({"person": ["a", "b", "c"], "unit": ["class", None, "elsewhere"], "site": ["w", "v", None]})


def test_the_cluster_is_the_assigned_unit_above_a_persons_own_or_their_site():
    found = unit_of_kind(REGISTER, PLACES, "village", "village")
    assert found[:2].tolist() == ["v", "v"] and pd.isna(found[2])
    assert unit_of_kind(REGISTER, PLACES, "school", "village").dropna().tolist() == ["school"]
    assert unit_of_kind(REGISTER, PLACES, "", "village").isna().all()


def test_units_that_are_their_own_parents_end_the_climb():
    circle = PLACES.assign(parent=["school", None, "class", "school"], kind=["other", "village", "school", "class"])
    assert unit_of_kind(REGISTER, circle, "village", "village").tolist()[:2] == ["w", "v"]


def test_the_arm_of_the_first_wave_counts_whatever_the_register_says_later(small):
    waves = [REGISTER.assign(arm=arms, wave=wave) for wave, arms in (("w1", ["x", "y", None]), ("w2", ["y", "y", "x"]))]
    for arm_of, expected in (("units", ["treated", "treated"]), ("people", ["x", "y"])):
        text = STUDY.replace('arm_of = "units"', f'arm_of = "{arm_of}"')
        made = with_arms(waves, PLACES, open_study(small(**{"study.toml": text})))
        assert made["arm"].tolist()[:2] == expected and pd.isna(made["arm"][2])


def test_strata_come_from_units_csv(small):
    told = STUDY.replace('arm_of = "units"', 'arm_of = "units"\nstrata = "stratum"')
    waves = [REGISTER.assign(arm=None, wave="w1")]
    made = with_arms(waves, PLACES, open_study(small(**{"study.toml": told})))
    assert made["assigned_stratum"].tolist()[:2] == ["hills", "hills"]


def test_what_was_published_is_printed_whatever_wave_is_run(star):
    study = open_study(star)
    for wave in ("k", "grade3"):
        rows = table(study, "estimates", wave=wave)
        named = rows[rows["role"].eq("reproduction")].set_index("id")
        assert named.loc["published_kindergarten", "estimate"] == pytest.approx(13.8990, abs=5e-5)
        assert rows["id"].is_unique and named.loc["published_maths_by_school", "wave"] == "grade1"

"""The gate between two waves: what may be set beside each other, what only with a word of caution, what not at all."""

from dataclasses import replace

import pandas as pd
import pytest
from conftest import COLUMNS, RECODES, STUDY

from careeval.measure.comparable import comparability, stamp
from careeval.specs.plans import Shown
from careeval.specs.study import open_study

ITEMS = [f"who5_{number}" for number in range(1, 6)]
SAME_SEASON = STUDY.replace("term_end", "term_start")

ASKED = """
[[questions]]
id = "visits"
group = "child"
min = 0
max = 9
title = { zh = "家访", en = "Visits" }

[[outcomes]]
id = "seen"
title = { zh = "看望", en = "Seen" }
family = "support"
domain = "psychological"
group = "child"
from = "answers"
item = "visits"
higher_is = "better"
smallest_worthwhile = 1
smallest_worthwhile_source = "assumption"
role = "primary"

"""


def wave(*, sites=("a", "b"), items=ITEMS, paper="p1", indicators=("wellbeing",), group="child", **responses):
    """The tables of one wave with a child in each site."""
    people = pd.DataFrame({"person": sites, "group": "child", "site": sites})
    places = ["all", *sites]
    levels = pd.DataFrame([(name, group, "", site) for name in indicators for site in places])
    told = {"form": "survey.csv", "mode": "school", "respondent": "self"} | responses
    return {
        "people": people,
        "indicators": levels.set_axis(["indicator", "group", "level", "site"], axis="columns"),
        "answers": people[["person"]].assign(**dict.fromkeys(items, 3)),
        "responses": people[["person"]].assign(**told),
        "exams": people[["person"]].assign(subject="maths", exam=paper),
    }


@pytest.fixture
def gate(small):
    """A function that holds the second wave against the first: {indicator: (comparable, reasons)}."""

    def run(first, second, **files):
        study = open_study(small(**({"study.toml": SAME_SEASON} | files)))
        made = comparability(study, study.wave("w2"), {"w1": first, "w2": second})
        return {row.indicator: (row.comparable, row.reasons) for row in made.itertuples()}

    return run


def test_what_was_asked_in_the_same_way_is_comparable(gate):
    assert gate(wave(), wave())["wellbeing"] == ("comparable", "")


def test_the_first_wave_that_has_it_is_first(gate, small):
    study = open_study(small())
    assert comparability(study, study.wave("w1"), {"w1": wave()})["comparable"].tolist() == ["first"]
    assert gate(wave(indicators=("maths",)), wave())["wellbeing"] == ("first", "")


def test_an_item_asked_in_one_wave_only_makes_it_another_scale(gate):
    told = gate(wave(), wave(items=ITEMS[:4]))["wellbeing"]
    assert told == ("not comparable", "items: who5_5 answered in one of the two only")


@pytest.mark.parametrize("name", ["who5_screen", "visits", "seen"])
def test_bands_questions_and_outcomes_of_one_answer_know_their_items(gate, name):
    study = SAME_SEASON.replace("[privacy]", f"{ASKED}[privacy]")
    waves = wave(indicators=(name,), items=["who5_1", "visits"]), wave(indicators=(name,), items=[])
    told = gate(*waves, **{"study.toml": study})[name]
    assert told[0] == "not comparable" and told[1].startswith("items: ")


def test_a_level_of_two_groups_together_looks_at_both(gate):
    waves = wave(group="child+elder"), wave(group="child+elder", mode="phone")
    assert gate(*waves)["wellbeing"] == ("with caveat", "mode: school, then phone")


def test_another_respondent_is_another_measure_and_another_way_of_asking_a_caveat(gate):
    assert gate(wave(), wave(respondent="carer"))["wellbeing"] == ("not comparable", "respondent: self, then carer")
    assert gate(wave(), wave(mode="phone"))["wellbeing"] == ("with caveat", "mode: school, then phone")


def test_forms_count_by_their_name_not_by_their_file(gate):
    assert gate(wave(), wave(form="survey_2.csv"))["wellbeing"][0] == "comparable"
    assert gate(wave(form="long"), wave(form="short"))["wellbeing"] == ("with caveat", "form: long, then short")


def test_another_season_is_a_caveat(gate):
    told = gate(wave(), wave(), **{"study.toml": STUDY})["wellbeing"]
    assert told == ("with caveat", "season: term_start, then term_end")


def test_places_that_are_not_in_both_are_counted_and_none_in_common_is_no_comparison(gate):
    told = gate(wave(), wave(sites=("b", "c")))["wellbeing"]
    assert told == ("with caveat", "sites: 1 of 3 units of kind village are in both")
    assert gate(wave(sites=("a",)), wave(sites=("b",)))["wellbeing"][0] == "not comparable"


def test_other_papers_leave_only_z(gate):
    both = {"indicators": ("maths", "maths_pass")}
    told = gate(wave(**both), wave(paper="p2", **both))
    assert told["maths"] == ("with caveat", "exam: different papers: only the place within a paper compares")
    assert told["maths_pass"] == ("not comparable", "exam: different papers: the two may differ in difficulty")


@pytest.mark.parametrize(
    ("recode", "comparable", "code"),
    [
        ("\n".join(f"turned,{raw},{5 - raw}" for raw in range(6)), "with caveat", "direction"),
        ("\n".join(f"turned,{raw},{raw // 2}" for raw in range(6)), "not comparable", "codes"),
    ],
)
def test_codes_that_turn_are_a_caveat_and_codes_that_give_other_values_are_not(gate, recode, comparable, code):
    second = COLUMNS + "w2,survey.csv,1,q1,answers,who5_1,turned,\n"
    told = gate(wave(), wave(), columns=second, recodes=f"{RECODES}{recode}\n")["wellbeing"]
    assert told[0] == comparable and told[1].startswith(f"{code}: ")


def test_a_level_is_held_against_the_last_wave_that_has_it(small):
    study = open_study(small())
    third = study.wave("w2").model_copy(update={"id": "w3"})
    study = replace(study, spec=study.spec.model_copy(update={"waves": (*study.spec.waves, third)}))
    others = {
        "w1": wave(indicators=("wellbeing", "maths")),
        "w2": wave(),
        "w3": wave(indicators=("wellbeing", "maths")),
    }
    assert comparability(study, third, others)["since"].tolist() == ["w2", "w1"]


def test_the_stamp_fills_the_indicators_and_leaves_nothing_else_changed(small):
    study, tables = open_study(small()), wave()
    stamped = stamp(tables["indicators"], comparability(study, study.wave("w1"), {"w1": tables}))
    assert stamped["comparable"].tolist() == ["first"] * 3
    assert stamped.drop(columns="comparable").equals(tables["indicators"])


@pytest.fixture
def promised(demo):
    """A function that holds a promise of the demo's second plan, changed, against that of the first: reasons."""

    def run(promise, facts=(), record=None, **standard):
        study = open_study(demo)
        plans = dict(study.plan_files)
        name = study.wave("2025-spring").plans[0]
        changed = [
            one.model_copy(
                update={"standard": one.standard.model_copy(update=standard), "record": record or one.record}
            )
            for one in plans[name].commitments
        ]
        plans[name] = plans[name].model_copy(update={"commitments": tuple(changed)})
        tables = wave(indicators=("X",))
        tables["indicators"]["level"] = promise
        second = tables | {"people": tables["people"].assign(**dict.fromkeys(facts, "yes"))}
        waves = {"2024-autumn": tables, "2025-spring": second}
        return comparability(replace(study, plan_files=plans), study.wave("2025-spring"), waves)["reasons"].item()

    return run


def test_new_days_of_a_promise_and_another_target_change_nothing(promised):
    assert promised("c03", target=0.5) == ""


def test_a_promise_to_other_people_is_not_comparable_and_another_quantity_a_caveat(promised):
    assert promised("c10", who={"age_min": 10}) == "whom: the promise is made to other people"
    assert promised("c10", quantity=9) == "standard: the promise asks for something else"


def test_a_fact_of_the_definition_told_in_one_wave_only_and_another_record_are_caveats(promised):
    assert promised("c10", facts=["parents_away"]) == "definition: parents_away told in one of the two only"
    assert promised("c10", record=Shown(table="status")) == "record: it shows in other records"


def test_who_stayed_away_from_the_paper_does_not_depend_on_the_paper(gate):
    told = gate(*(wave(paper=one, indicators=("maths", "maths_absent", "maths_exempt")) for one in ("p1", "p2")))
    assert told["maths"][0] == "with caveat" and told["maths_absent"] == told["maths_exempt"] == ("comparable", "")

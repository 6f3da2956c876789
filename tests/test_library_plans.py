import csv
import re
from pathlib import Path

import pytest

from careeval.errors import SpecError
from careeval.specs.library_plans import FOLDER, library_plan_names, read_library_plan, words_used
from careeval.specs.plan_lint import findings_page, lint_plan, near_duplicates

with (Path(__file__).parent / "library_plans.csv").open(encoding="utf-8", newline="") as lines:
    PLANS = {row["plan"]: row for row in csv.DictReader(lines)}
PLAN = """
id = "mini"
title = { zh = "小方案", en = "Small plan" }
source = "made up"
groups = ["child"]
setting = "school"

[[days]]
text = { zh = "出发", en = "departure" }
event = "trip"
day = "2012-07-07"
weekday = "mon"

[[days]]
text = { zh = "集合", en = "gathering" }
event = "trip"
day = "07-08"

[[spans]]
text = { zh = "一", en = "stage one" }
first = "03-01"
last = "04-30"

[[spans]]
text = { zh = "二", en = "stage two" }
first = "04-01"
last = "11-30"

[[sums]]
text = { zh = "人数", en = "people" }
parts = [10, 14, 5]
total = 30

[[commitments]]
id = "c01"
text = { zh = "每班每周与三名学生谈心", en = "Each class talks with three pupils a week" }
group = ["child"]
domain = "psychological"
mechanism = "talk"
component = "talks"
outcomes = []
indicator = "TALK_LOAD"
standard = { type = "frequency", basis = "provider", of = "class", quantity = 3, per = "week", implied = ["target"] }
record = { table = "services", service = ["talk"], count = "people" }
"""


def originals(plan):
    """The numbers of the source's promises: c07a and c07b are one."""
    return list(dict.fromkeys(re.fullmatch(r"(c\d\d)[a-z]?", one.id)[1] for one in plan.commitments))


def written(tmp_path, *changes):
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "mini.toml").write_text(text, encoding="utf-8")
    return tmp_path / "mini.toml"


def test_the_library_holds_nineteen_plans_with_347_promises():
    assert list(library_plan_names()) == sorted(PLANS)
    assert sum(len(originals(read_library_plan(name))) for name in PLANS) == 347


@pytest.mark.parametrize("name", PLANS)
def test_every_promise_of_the_source_is_there_and_a_number_makes_it_a_standard(name):
    plan, row = read_library_plan(name), PLANS[name]
    assert sorted(originals(plan)) == [f"c{number:02}" for number in range(1, int(row["originals"]) + 1)]
    judged = {one.id[:3] for one in plan.commitments if one.standard.type != "none"}
    assert judged == set(row["quantified"].split())


@pytest.mark.parametrize("name", PLANS)
def test_every_promise_can_be_logged_and_asked_about(name):
    plan = read_library_plan(name)
    for one in plan.commitments:
        assert one.owner and one.text.zh and one.text.en and one.indicator
        assert one.ask or one.standard.type != "none"
        assert all(plan.name(word).zh and plan.name(word).en for word in words_used(one))
        if one.recall:
            asked = plan.question(one.recall.question)
            assert asked.asks == one.recall.asks
            assert asked.asks == "yes_no" or asked.days == one.recall.days


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_of_the_library_is_told_in_both_languages(name):
    plan = read_library_plan(name)
    parts = (
        plan.title,
        *plan.stages,
        *plan.objectives,
        *plan.questions,
        *plan.notes,
        *(one.text for one in plan.problems),
    )
    assert all(part.zh and part.en for part in parts)
    assert all(other in PLANS for other in plan.duplicates)


def test_the_linter_finds_what_does_not_fit(tmp_path):
    found = {(one.kind, one.found) for one in lint_plan(read_library_plan(written(tmp_path)))}
    assert found == {
        ("date", "2012-07-07 is a sat, not a mon"),
        ("date", "more than one day is given: 07-07, 07-08"),
        ("overlap", "it shares 04-01 to 04-30 with 'stage two'"),
        ("sum", "10 + 14 + 5 is not 30"),
        ("quota", "3 is what a class owes, not what each person is due"),
    }


def test_what_is_known_of_the_nineteen_is_found():
    found = {(one.plan, one.kind, one.found) for name in PLANS for one in lint_plan(read_library_plan(name))}
    assert ("07-county-study-trip", "sum", "10 + 14 + 2 + 1 + 1 + 1 is not 30") in found
    assert ("16-parent-committee-visit", "date", "more than one day is given: 07-21, 07-22") in found
    assert ("04-summer-tutoring-station", "date", "2012-07-07 is a sat, not a mon") in found
    assert {plan for plan, kind, _ in found if kind == "overlap"} >= {
        "04-summer-tutoring-station",
        "11-town-children-elders",
    }
    assert {plan for plan, kind, _ in found if kind == "quota"} >= {"01a-school-three-priorities", "03c-community-home"}


def test_promises_taken_over_from_another_plan_are_seen():
    plans = [read_library_plan(name) for name in PLANS]
    pairs = {frozenset((one.plan[:3], one.found.split()[4][:3])) for one in near_duplicates(plans)}
    assert frozenset(("01a", "01c")) in pairs


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "mini"', 'id = "other"', r"key 'id': found 'other'. Allowed: the file's name, 'mini'"),
        ('setting = "school"', 'setting = "school"\nmonths = [3, 13]', r"key 'months': found \[3, 13\]"),
        ('service = ["talk"]', 'service = ["chat"]', r"commitments, c01: 'chat' has no name.*Add it to \[names\]"),
        ('day = "07-08"', 'day = "8 July"', "days, 2"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(tmp_path, old, new, words):
    with pytest.raises(SpecError, match=words):
        read_library_plan(written(tmp_path, (old, new)))


def test_an_unknown_plan_is_told_with_those_there_are():
    with pytest.raises(SpecError, match=r"there is no such plan. Allowed: '01a-school-three-priorities'"):
        read_library_plan("13")
    assert FOLDER.is_dir()


def test_the_page_of_findings_is_what_the_linter_finds():
    page = Path(__file__).parents[1] / "docs" / "plan_findings.md"
    assert page.read_text(encoding="utf-8") == findings_page([read_library_plan(name) for name in PLANS])

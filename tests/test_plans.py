"""plan-<wave>.toml: twelve examples are read; a mistake names its commitment, key, what is allowed and the way out."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from conftest import COLUMNS, STUDY, UNITS

from careeval.errors import SpecError
from careeval.specs.check_plan import check_plan
from careeval.specs.check_standard import months_between
from careeval.specs.plan_files import what_is_known
from careeval.specs.plans import Plan
from careeval.specs.records import build
from careeval.specs.study import open_study, spec_paths

EXAMPLE = (Path(__file__).parent / "plan_files" / "example.toml").read_text(encoding="utf-8")
WITH_PLAN = (
    STUDY.replace('groups = ["child"]', 'groups = ["child", "elder"]')
    .replace("plans = []\n\n[design]", 'plans = ["plan.toml"]\n\n[design]')
    .replace(
        "[privacy]",
        """[[questions]]
id = "recall_visits"
group = "child"
min = 0
max = 60
title = { zh = "家访次数", en = "Visits" }

[[questions]]
id = "recall_allowance"
group = "elder"
min = 0
max = 1
title = { zh = "是否领取", en = "Gets it" }

[calendar]
break = [[2025-04-04, 2025-04-06]]

[privacy]""",
    )
)
MORE_UNITS = UNITS + "k1,class,a,a,,,,,,\nst1,station,a,a,,,,,,\nt1,counsellor,,a,,,,,2,\n"
MORE_COLUMNS = COLUMNS + "*,register.csv,1,poverty,people,poor,yes_no,\n"


@pytest.fixture
def planned(small):
    """A function that writes the small study with the example plan, some of its text changed."""

    def write(old: str = "", new: str = "", **files: str) -> Path:
        assert old in EXAMPLE
        named = {"study.toml": WITH_PLAN, "units": MORE_UNITS, "columns": MORE_COLUMNS}
        return small(**named | {"plan.toml": EXAMPLE.replace(old, new, 1) if old else EXAMPLE} | files)

    return write


def mistakes(folder):
    with pytest.raises(SpecError) as error:
        open_study(folder)
    return [str(problem) for problem in error.value.problems]


def test_the_twelve_examples_are_read(planned):
    (plan,) = open_study(planned()).plans("w2")
    assert [one.id for one in plan.commitments] == [f"c{number:02}" for number in range(1, 13)]
    assert {one.standard.type for one in plan.commitments} == {
        "frequency", "count", "schedule", "ratio", "coverage", "deadline", "checklist", "none",
    }  # fmt: skip
    assert plan.commitments[9].standard.by.day == date(2025, 4, 30)
    assert plan.commitments[1].target == 1 and plan.commitments[6].target == 0.6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("by = { day = 2025-04-30 }", "by = { month = 12 }"),
        ("by = { day = 2025-04-30 }", 'by = { calendar = "break", days = 3 }'),
        ('commitment = "c01"', 'decided = "accepted"\ncommitment = "dropped"'),
        ('of = "village"', 'of = "village", who = { size_min = 100 }'),
        ('field = "standard.quantity"', 'field = "dose"'),
        (', at = "reference"', ', at = "every_day"'),
    ],
)
def test_what_is_right_is_let_through(planned, old, new):
    assert open_study(planned(old, new)).plans()


def test_the_months_of_a_period_are_those_it_has_a_day_in():
    assert months_between(date(2024, 12, 31), date(2025, 2, 1)) == [(2024, 12), (2025, 1), (2025, 2)]


def test_a_wave_without_plans_promises_nothing(planned):
    study = open_study(planned())
    assert study.plans("w1") == () and study.plans() == study.plans("w2")


def test_what_people_wrote_is_all_that_a_table_is_keyed_by(planned):
    folder = planned(**{"corrections.csv": "table,key,variable,expect,value,reason,by,date\n"})
    names = {path.name for path in spec_paths(open_study(folder))}
    assert names == {"study.toml", "units.csv", "columns.csv", "recodes.csv", "corrections.csv", "plan.toml"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[2025-03-01, 2025-12-31]", "[2025-12-31, 2025-03-01]", "plan.toml, key 'period': 2025-12-31 is after"),
        (
            "[2025-03-01, 2025-12-31]",
            "[2023-03-01, 2023-12-31]",
            "key 'period': .* no day of wave 'w2'. Allowed: a per",
        ),
        (
            "[2025-03-01, 2025-12-31]",
            "[2026-03-01, 2026-12-31]",
            "key 'period': .* no day of wave 'w2'. Allowed: a per",
        ),
        ('id = "c02"', 'id = "c01"', "commitments, key 'id': 'c01' stands more than once"),
        ('id = "c02"', 'id = "c 2"', "key 'id': found 'c 2'. Allowed: letters, digits"),
        ('indicator = "TALK_LOAD"', 'indicater = "X"', "commitments, 2, key 'indicater': unknown key 'indicater'"),
        ('type = "ratio"', 'type = "share"', "commitments, 4, standard, key 'type': found 'share'. Allowed: 'freq"),
        ("target = 0.6", "target = 60", "commitments, 7, standard, key 'target': .*less than or equal to 1"),
        ('group = ["elder"]', 'group = ["woman"]', r"4 \(c04\), key 'group': found 'woman'. Allowed: 'child', 'elder'"),
        ('group = ["child"]', "group = []", r"1 \(c01\), key 'group': found \[\].* basis = 'recipient' needs to know"),
        (
            'group = ["child"]',
            'group = ["carer"]',
            r"1 \(c01\), key 'group': found 'carer'. Allowed: 'child', 'elder'\.",
        ),
        ('["wellbeing"]', '["joy"]', r"1 \(c01\), key 'outcomes': found 'joy'. Allowed: 'wellbeing', 'maths'"),
        ("note =", "owner =", r"9 \(c09\), key 'outcomes': 'wellbeing' is an outcome of 'child'.*Say in `note` how"),
        ("ask =", "#", r"12 \(c12\), key 'ask': the key is missing.*question that the owner must answer"),
        ('"recall_visits"', '"recall_calls"', r"recall, key 'question': found 'recall_calls'.*\[\[questions\]\]"),
        ("days = 30, ", "", r"1 \(c01\), recall, key 'days': the key is missing. A count needs the days"),
        ('respondent = "self"', 'respondent = "uncle"', "recall, key 'respondent': found 'uncle'. Allowed: 'self'"),
        ('component = "visits"\ng', 'component = "phones"\ng', "overrulings, 1, key 'component': found 'phones'"),
        ('verdict = "keep"', 'verdict = "fine"', "overrulings, 1, key 'verdict': found 'fine'. Allowed: 'pause'"),
        ('reason = "The flood closed the road for a month"\n', "", "overrulings, 1, key 'reason': the key is missing"),
        ('commitment = "c01"', 'commitment = "c99"', "proposals, 1, key 'commitment': found 'c99'. Allowed: 'c01'"),
        ('"standard.quantity"', '"standard.quality"', "proposals, 1, key 'field': found 'standard.quality'"),
        (
            '{ zh = "每月到每个孩子家两趟", en = "Call at every child\'s home twice a month" }',
            "{}",
            "key 'text': no text",
        ),
        (
            '"standard.quantity"',
            '"standard.by.dya"',
            "proposals, 1, key 'field': found 'standard.by.dya'. .*standard.by.day",
        ),
        ("to = 1\n", 'decided = "changed"\n', "proposals, 1, key 'to': the key is missing. Write what was decided"),
    ],
)
def test_a_mistake_in_a_commitment_names_it_and_the_way_out(planned, old, new, told):
    assert any(re.search(told, text) for text in mistakes(planned(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (', per = "month"', "", "key 'per': the key is missing. type = 'frequency' needs per"),
        ('per = "month"', 'per = "fortnight"', "key 'per': found 'fortnight'. Allowed: 'day', 'week',.*'break'"),
        ('quantity = 3, per = "year"', 'quantity = 3, per = "month"', "per': found 'month'.*use type = 'frequency'"),
        ('per = "month", ', 'per = "month", at = "reference", ', "'at': does not belong to type = 'frequency'"),
        ("quantity_max = 5", "quantity_max = 2", "key 'quantity_max': found 2. Allowed: 3 or more"),
        ('of = "class", ', "", "key 'of': the key is missing. Allowed: 'village', 'class'.*needs a kind of unit"),
        ('of = "class"', 'of = "lesson"', "key 'of': found 'lesson'.*Add units of that kind to units.csv"),
        ('basis = "programme", q', 'basis = "programme", of = "class", q', "'of': found 'class' with basis = 'progr"),
        ('basis = "recipient", q', 'basis = "case", q', "key 'basis': found 'case'. Allowed: 'recipient', 'provider'"),
        ("days = [", 'occasions = ["break"], days = [', "'timetable': found 'occasions', 'days'.*Allowed: either"),
        ('except = ["break"]', 'except = ["holiday"]', "timetable, key 'except': found 'holiday'. Allowed: 'break'"),
        ("minutes = 120, ", "", "timetable, key 'minutes': the key is missing. record.count = 'minutes' needs it"),
        (
            "partners = { neighbour = 1, volunteer = 1 }",
            "quantity = 2",
            "standard': found 'quantity'. Allowed: partners",
        ),
        ("neighbour = 1", "neighbour = 0", "partners, key 'neighbour': found 0.*greater than 0"),
        (
            "within_days = 30",
            "within_days = 30, within_hours = 2",
            "found 'within_days', 'within_hours'.*Allowed: either",
        ),
        (
            ", within_days = 30",
            "",
            "found nothing. Allowed: either within_days or within_hours. Where the source names",
        ),
        (
            'of = "village",',
            'of = "village", within_days = 9,',
            "'within_days': found with basis = 'site'. Allowed: with",
        ),
        ('programme", q', 'programme", who = { size_min = 1 }, q', "'who': found conditions with basis = 'programme'"),
        (
            'of = "village"',
            'of = "village", who = { poor = ["yes"] }',
            "no column 'poor'. Allowed: 'unit', 'kind', 'pa",
        ),
        ("{ poor = [true]", "{ rich = [true]", "standard, who, key 'rich': there is no column 'rich'.*'age'.*'poor'"),
        ("age_min = 60", "age = 60", "who, key 'age': found 60. Allowed: .values., or a number for age_min or age_max"),
        ("poor = [true]", 'arm = ["trated"]', "who, key 'arm': found 'trated'. Allowed: 'treated', 'control'"),
        ("poor = [true]", 'sex = ["girl"]', "who, key 'sex': found 'girl'. Allowed: 'male', 'female'"),
        ("poor = [true]", "poor = []", "who, key 'poor': found .*An empty list lets nobody pass"),
        ('["no", "unknown"]', '["nope"]', "who_status, moved_away, value 1: found 'nope'. Allowed: 'yes', 'partial'"),
        (
            "by = { day = 2025-04-30 }",
            "by = { day = 2025-04-30, month = 4 }",
            "'by': found 'day', 'month'. Allowed: one",
        ),
        ("by = { day = 2025-04-30 }", "by = { month = 1 }", "key 'month': month 1 stands 0 times in the plan's period"),
        ("by = { day = 2025-04-30 }", 'by = { calendar = "may" }', "by, key 'calendar': found 'may'. Allowed: 'break'"),
        (
            "by = { day = 2025-04-30 }",
            "by = { month = 4, days = 3 }",
            "by, key 'days': found 3. Allowed: only beside cal",
        ),
        (
            'implied = ["target"]',
            'implied = ["partners"]',
            "'implied': partners = .* stands there. Allowed: what the so",
        ),
        ('implied = ["target"]', 'implied = ["goal"]', "key 'implied': found 'goal'. Allowed: 'at', 'basis'"),
        ('type = "none", why = "trigger"', 'type = "none"', "key 'why': the key is missing. type = 'none' needs why"),
        ('type = "none",', 'type = "none", target = 1.0,', "key 'target': does not belong to type = 'none'"),
        (
            'table = "services", service = ["home',
            'table = "status", item = ["home',
            "'table': found 'status'. Allowed: 's",
        ),
        ('table = "pairs" }', 'table = "pairs", mode = ["home"] }', "'mode': does not belong to table = 'pairs'"),
        ('service = ["talk"], ', "", "key 'service': the key is missing. type = 'frequency' in table services needs"),
        (', count = "people"', "", "key 'count': the key is missing. type = 'frequency' in table services needs count"),
        ('["register_done"]', '[""]', "record, key 'item': found ''. Allowed: names"),
        (', answered = "legal_aid"', "", "key 'answered': the key is missing"),
        (
            'table = "status" }',
            'table = "status", item = ["books"] }',
            "'item': found items.*standard.items names them",
        ),
        ('level_per = "month"', 'level_per = "moon"', "record, key 'level_per': found 'moon'. Allowed: 'day'"),
    ],
)
def test_a_standard_has_what_its_type_needs_and_nothing_else(planned, old, new, told):
    found = mistakes(planned(old, new))
    assert any(re.search(told, text) for text in found), found


def test_the_mistakes_of_all_plans_and_of_the_study_are_told_together(planned):
    study = WITH_PLAN.replace(
        'plans = ["plan.toml"]', 'plans = ["plan.toml", "second.toml", "../p.toml", "third.toml"]'
    )
    second = EXAMPLE.replace('kind = "local_baseline"', 'kind = "guess"').replace('per = "week"', 'per = "weak"')
    folder = planned(**{"study.toml": study.replace("seed = 1", "sede = 1"), "second.toml": second})
    told = mistakes(folder)
    for text in ("study.toml, key 'sede'", "second.toml, problems, 1, key 'kind'", "second.toml, commitments, 2 (c02)"):
        assert any(text in one for one in told), text
    assert any("key 'plans': found '../p.toml'" in one for one in told)
    assert any(one.startswith("third.toml: the file is not there") for one in told)


def test_two_plans_of_a_wave_do_not_share_an_id(planned):
    study = WITH_PLAN.replace('plans = ["plan.toml"]', 'plans = ["plan.toml", "second.toml"]')
    told = mistakes(planned(**{"study.toml": study, "second.toml": EXAMPLE}))
    assert (
        "plan.toml, second.toml, key 'id': 'example' stands more than once. Allowed: each id once in wave 'w2'." in told
    )
    assert sum("'c05' stands more than once" in one for one in told) == 1


def test_a_line_that_is_no_toml_is_named(planned):
    assert "plan.toml: Invalid value (at line 2, column 6)" in mistakes(planned('id = "example"', "id = "))[0]


def test_a_word_for_a_period_is_no_name_of_days(planned):
    told = mistakes(planned(**{"study.toml": WITH_PLAN.replace("break = [[2025-04-04", "term = [[2025-05-04")}))
    assert any(
        "calendar, key 'term': found 'term'. Allowed: a name of days. 'term' means a period" in one for one in told
    )
    assert any("calendar, key 'term': 2025-05-04 is after 2025-04-06" in one for one in told)


def places(value, path=()):
    """Every place in nested lists and tables."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


@pytest.mark.parametrize("odd", [None, 0, "", "x", [], [[]], {}, date(2025, 1, 1)], ids=repr)
def test_no_plan_is_so_odd_that_the_checks_stumble(odd):
    known = what_is_known(tomllib.loads(WITH_PLAN), (), ())
    for path in list(places(tomllib.loads(EXAMPLE)))[1:]:
        plan = tomllib.loads(EXAMPLE)
        parent = plan
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = odd
        build(Plan, plan, file="plan.toml")
        assert all(problem.file == "plan.toml" for problem in check_plan(plan, known, file="plan.toml"))

"""study.toml, units.csv, columns.csv, recodes.csv: every mistake at once, each with its place and what is allowed."""

import pandas as pd
import pytest
from conftest import COLUMNS, RECODES, STUDY, UNITS

from careeval.errors import CareevalError, SpecError
from careeval.measure.reliability import outcome_items
from careeval.specs.check_study import item_ranges
from careeval.specs.study import open_study


def mistakes(folder):
    with pytest.raises(SpecError) as error:
        open_study(folder)
    return [str(problem) for problem in error.value.problems]


def test_a_right_study_is_read_into_frozen_records(small):
    study = open_study(small())
    assert [wave.id for wave in study.spec.waves] == ["w1", "w2"]
    assert study.is_baseline(study.wave("w1")) and not study.is_baseline(study.wave())
    with pytest.raises(ValueError, match="frozen"):
        study.spec.seed = 2


@pytest.mark.parametrize("name", ["demo", "star"])
def test_the_studies_that_ship_are_right(name, request):
    assert open_study(request.getfixturevalue(name)).spec.outcomes


def test_the_mistakes_of_all_files_are_told_together(small):
    folder = small(
        **{
            "study.toml": STUDY.replace('season = "term_end"', 'season = "summer"'),
            "units": UNITS + "c,village,,z,treated,,,,,\n",
            "columns": COLUMNS + "w9,register.csv,1,phone,people,group,,\n",
            "recodes": RECODES + "answer,6,.unknown\n",
        }
    )
    told = mistakes(folder)
    assert {text.partition(",")[0] for text in told} == {"study.toml", "units.csv", "columns.csv", "recodes.csv"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seed = 1", "seed = 1\nsede = 2", "study.toml, key 'sede': unknown key 'sede'. Allowed: title, languages"),
        ("seed = 1\n", "", "study.toml, key 'seed': the key is missing"),
        ('season = "term_end"', 'season = "summer"', "waves, 2, key 'season': found 'summer'. Allowed: 'term_start'"),
        ("plans = []", 'plans = ["p.toml"]', "p.toml: the file is not there. Write p.toml in small/"),
        ('id = "w2"', 'id = "w1"', "waves, key 'id': 'w1' stands more than once"),
        ("[2025-06-01, 2025-06-10]", "[2025-06-11, 2025-06-10]", "2025-06-11 is after 2025-06-10"),
        ("[2025-06-01, 2025-06-10]", "[2023-06-01, 2023-06-10]", "waves in time order"),
        (
            'instrument = "who5"',
            'instrument = "who6"',
            "key 'instrument': found 'who6'. Allowed: 'barthel', 'cdrisc10'",
        ),
        ('instrument = "who5"', 'instrument = "fad_gf12"', "'fad_gf12'; its key was inferred: check it, then write"),
        ('score = "percent"', 'score = "sum"', "key 'score': found 'sum'. Allowed: 'raw', 'percent'"),
        ('subjects = ["maths"]\n', "", "outcomes, 2, key 'subjects': the key is missing"),
        ('group = "child"', 'group = "elder"', "outcomes, 1, key 'group': found 'elder'. Allowed: 'child'"),
        ('zh = "数学", ', "", "outcomes, 2, key 'title': no zh text"),
        ('assigned_by = "administrative"', 'assigned_by = "chance"', "key 'assigned_by': found 'chance'"),
        ("smallest_worthwhile = 5", "smallest_worthwhile = 0", "greater than 0"),
        ('from = "exams"', 'from = "indicators"', "key 'from': found 'indicators'"),
        ("seed = 1", "seed = ", r"study.toml: Invalid value \(at line 4, column 8\)"),
    ],
)
def test_a_mistake_in_study_toml_names_its_key_and_the_way_out(small, old, new, told):
    folder = small(**{"study.toml": STUDY.replace(old, new, 1)})
    with pytest.raises(SpecError, match=told.replace("[]", r"\[\]")):
        open_study(folder)


def test_an_inferred_instrument_is_let_in_by_the_study_that_says_so(small):
    toml = STUDY.replace("seed = 1", "seed = 1\nunverified = true", 1)
    toml = toml.replace('instrument = "who5"', 'instrument = "fad_gf12"', 1).replace('"percent"', '"mean"', 1)
    study = open_study(small(**{"study.toml": toml}))
    assert study.spec.outcomes[0].instrument == "fad_gf12"
    items = [f"fad_gf12_{number}" for number in range(1, 13)]
    assert set(items) <= set(item_ranges({"unverified": True})) and not set(items) & set(item_ranges({}))
    assert outcome_items(study, study.spec.outcomes[0], pd.DataFrame({"fad_gf12_1": [1]}))["fad_gf12_1"].tolist() == [4]


def test_a_file_may_hold_the_answers_of_each_item_and_no_others():
    ranges = item_ranges({})
    assert [ranges[name] for name in ("ssrs_1", "ssrs_10", "barthel_2", "lawton8_5")] == [
        (1, 4),
        (0, 9),
        (0, 5),
        (1, 3),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("w3,survey.csv,2,x,people,sex,,", "columns.csv, row 25, column wave: found 'w3'. Allowed: '*', 'w1', 'w2'"),
        ("*,survey.csv,2,x,persons,sex,,", "column table: found 'persons'. Allowed: 'people'"),
        ("*,survey.csv,2,x,people,sex,sexx,", "column recode: found 'sexx'"),
        ("*,survey.csv,2,x,answers,who5_6,answer,", "column variable: 'who5_6' is no item"),
        ("*,survey.csv,2,x,responses,colour,,", "column variable: found 'colour'. Allowed: 'person'"),
        ("*,survey.csv,1,q9,answers,who5_1,answer,", "who5_1 of this file and record is filled by row 13 already"),
        ("*,survey.csv,2,@place,people,site,,", "column raw_column: found '@place'"),
        ("*,other.csv,1,x,people,site,,", "file other.csv: no row says which person"),
        ("*,survey.csv,1,x,*,site,,", "column variable: found 'site'. Allowed: 'person', 'key:name'"),
        ("*,survey.csv,1,x,exams,mark,answer,,,", "row 25: 10 cells. Allowed: 8 cells"),
    ],
)
def test_a_mistake_in_columns_csv_names_its_row_and_column(small, row, told):
    assert any(told in text for text in mistakes(small(columns=COLUMNS + row + "\n")))


def test_a_recode_into_a_word_outside_the_closed_list_is_refused(small):
    columns = COLUMNS + "*,register.csv,1,sex,people,sex,gender,\n"
    told = mistakes(small(columns=columns, recodes=RECODES + "gender,m,man\n"))
    assert any("'gender' turns 'm' into 'man'. Allowed: 'male', 'female'" in text for text in told)


def test_a_recode_that_nobody_uses_and_a_doubled_one_are_told(small):
    told = mistakes(small(recodes=RECODES + "spare,x,y\nanswer,0,1\n"))
    assert any("no row of columns.csv uses 'spare'" in text for text in told)
    assert any("'0' stands more than once in recode 'answer'" in text for text in told)


def test_a_wrong_header_shows_the_right_one(small):
    assert "Allowed: recode,raw,value" in mistakes(small(recodes="code,raw,value\n"))[0]


def test_units_are_checked_against_arms_sites_and_types(small):
    told = mistakes(small(units=UNITS + "c,village,,z,third,,soon,,many,\n"))
    assert {text.partition(":")[0] for text in told if text.startswith("units.csv")} == {
        f"units.csv, row 4, column {column}" for column in ("arm", "site", "entry", "hours")
    }


def test_a_study_that_is_not_there_lists_those_that_are():
    with pytest.raises(CareevalError, match=r"no study of that name.*'demo', 'star'"):
        open_study("nowhere")


def test_a_file_that_is_not_utf8_says_so(small):
    folder = small()
    (folder / "columns.csv").write_bytes("wave,file,中文".encode("gb18030"))
    assert any("is not UTF-8" in text for text in mistakes(folder))


KINDS = {
    'assigned_unit = "village"': 'assigned_unit = "vilage"',
    'site_kind = "village"': 'site_kind = "vilage"',
    "seed = 1": 'seed = 1\none_programme_per = "vilage"',
    'arm_of = "units"': 'arm_of = "units"\nclustered_in = "vilage"',
    "[privacy]": '[population]\nchild = { frame = "sample", sampled = "vilage" }\n\n[privacy]',
}


@pytest.mark.parametrize("old", KINDS)
def test_a_kind_of_unit_that_units_csv_does_not_have_is_told(small, old):
    told = mistakes(small(**{"study.toml": STUDY.replace(old, KINDS[old], 1)}))
    assert len(told) == 1 and "found 'vilage'. Allowed: " in told[0] and "'village'" in told[0]


def test_without_units_the_sites_of_the_register_are_the_only_kind(small):
    folder = small(
        **{"study.toml": STUDY.replace('"units"', '"people"').replace('unit = "village"', 'unit = "hamlet"')}
    )
    (folder / "units.csv").unlink()
    assert ["'hamlet'" in text and "'person', 'village'" in text for text in mistakes(folder)] == [True]


def test_strata_are_a_column_of_units_csv(small):
    study = STUDY.replace('arm_of = "units"', 'arm_of = "units"\nstrata = "slope"')
    assert "design, key 'strata': found 'slope'. Allowed: 'unit', 'kind'" in mistakes(small(**{"study.toml": study}))[0]


def test_a_unit_lies_in_another_and_stands_once(small):
    told = mistakes(small(units=UNITS + "c,class,c,,,,,,,\nd,class,e,,,,,,,\ne,class,d,,,,,,,\na,village,,,,,,,,\n"))
    assert [text.partition(":")[0].removeprefix("units.csv, row ") for text in told] == [
        *(f"{line}, column parent" for line in (4, 5, 6)),
        "7, column unit",
    ]
    assert "'a' stands in row 2 already" in told[-1]


def test_nothing_is_held_against_a_file_that_could_not_be_read(small):
    told = mistakes(small(**{"study.toml": STUDY.replace("[design]", "[design"), "recodes": "code,raw,value\n"}))
    assert len(told) == 2 and "recode,raw,value" in told[1]
    assert len(mistakes(small(columns="wave,file\n"))) == 1
    assert len(mistakes(small(units="unit,kind\n"))) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["en", "zh"]', '["english"]', "languages, value 1: found 'english'. Allowed: 'zh', 'en'"),
        ('groups = ["child"]', "groups = []", "key 'groups': found []. Allowed: at least 1 in the array"),
        ('group = "child"', 'group = ["child"]', "outcomes, 1, key 'group': found ['child']. Allowed: 'child'"),
        ('group = "child"\n', "", "outcomes, 1, key 'group': the key is missing"),
        ('instrument = "who5"', "instrument = { a = 1 }", "key 'instrument': found a section. Allowed: a valid string"),
        ("seed = 1", "seed = 2024-09-01", "key 'seed': found 2024-09-01. Allowed: a valid integer"),
        ('site_kind = "village"', "site_kind = { a = 1 }", "key 'site_kind': found a section. Allowed: a valid string"),
        ("survey = [2024-09-01, 2024-09-10]", "survey = [2024-09-01]", "waves, 1, survey, value 2: it is missing"),
        ("survey = [2024-09-01, 2024-09-10]", "survey = 2024-09-01", "found 2024-09-01. Allowed: an array [...]"),
    ],
)
def test_a_wrong_value_is_told_once_and_as_it_stands_in_the_file(small, old, new, told):
    (one,) = mistakes(small(**{"study.toml": STUDY.replace(old, new, 1)}))
    assert told in one


def test_consent_that_no_file_tells_is_an_error(small):
    told = mistakes(small(**{"study.toml": STUDY.replace('consent = "consent"', 'consent = "agreed"')}))
    assert (
        len(told) == 1 and "no status row of columns.csv fills item 'agreed', so every answer would be left" in told[0]
    )
    assert "Allowed: 'consent'" in told[0]


def test_messages_name_the_row_the_closed_list_once_and_the_way_out(small):
    row = "*,survey.csv,1,q9,*,key:class,key:name,\n"
    told = mistakes(small(columns=COLUMNS + row, recodes=RECODES + "yes_no,y,yes\nspare,x,y\n"))
    assert "Write key:name as the variable" in told[0] and told[0].count("'yes_no'") == 1
    assert "recodes.csv, row 15, column recode: no row of columns.csv uses 'spare'" in told[1]

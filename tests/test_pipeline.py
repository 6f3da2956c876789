"""Which table is made from which, and when it is made again."""

import pandas as pd
import pytest
from conftest import GRADES, RECODES, REGISTER, STUDY, SURVEY

from careeval.errors import CareevalError
from careeval.pipeline import TABLES, check, identifiers, prepare, salt, table
from careeval.specs.study import open_study

REGISTER_2 = REGISTER.replace("1,An Li,3a,a", "1,An Li,3a,b") + "7,Hu An,3a,a,2015-01-01,stay,yes\n"
TWO_WAVES = {"raw/w2/register.csv": REGISTER_2, "raw/w2/survey.csv": SURVEY.replace("2024-09", "2025-06")}


def made(folder, name):
    """The files of a table in the store with the moment each was written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "derived" / "store").glob(f"{name}.*")}


def by_code(folder, wave, column):
    """{code of the raw files: value} of the people of a wave."""
    study = open_study(folder)
    people = table(study, "people", wave=wave)
    codes = pd.read_csv(folder / "derived" / "key.csv", dtype="str").set_index("person")["code"]
    return dict(zip(people["person"].map(codes), people[column], strict=True))


def test_an_unchanged_table_is_read_back(small):
    folder = small()
    first = table(open_study(folder), "scores", wave="w1")
    before = made(folder, "*")
    pd.testing.assert_frame_equal(table(open_study(folder), "scores", wave="w1"), first)
    assert made(folder, "*") == before and len(made(folder, "scores-w1")) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("raw/w1/grades.csv", GRADES.replace("80", "81")),
        ("study.toml", STUDY.replace("smallest_worthwhile = 5", "smallest_worthwhile = 6")),
        ("recodes.csv", RECODES.replace("sort,stay,stay", "sort,stay,stays")),
    ],
)
def test_a_changed_raw_file_or_specification_makes_it_again(small, file, text):
    folder = small()
    table(open_study(folder), "missing", wave="w1")
    before = made(folder, "missing-w1")
    table(open_study(small(**{file: text})), "missing", wave="w1")
    assert len(made(folder, "missing-w1")) == 1 and not made(folder, "missing-w1").keys() & before.keys()


def test_a_new_wave_leaves_the_tables_of_the_old_but_not_its_estimates(small):
    folder = small()
    names = ("scores", "estimates")
    for name in names:
        table(open_study(folder), name, wave="w1")
    before = {name: made(folder, f"{name}-w1") for name in names}
    small(**TWO_WAVES)
    for name in names:
        table(open_study(folder), name, wave="w1")
    assert [made(folder, f"{name}-w1") == before[name] for name in names] == [True, False]


def test_every_table_can_be_made_for_every_wave_of_a_small_study(small):
    study = open_study(small(**TWO_WAVES))
    assert all(isinstance(table(study, name, wave=wave), pd.DataFrame) for name in TABLES for wave in ("w1", "w2"))


def test_an_unknown_table_wave_or_site_is_told_with_those_there_are(small):
    study = open_study(small())
    with pytest.raises(CareevalError, match=r"there is no table 'impact'. Allowed: 'units', 'responses'"):
        table(study, "impact", wave="w1")
    with pytest.raises(CareevalError, match=r"study.toml, waves: there is no wave 'w3'. Allowed: 'w1', 'w2'"):
        table(study, "people", wave="w3")
    with pytest.raises(CareevalError, match=r"people, site: there is no village 'z'. Allowed: 'a', 'b'"):
        table(study, "people", wave="w1", site="z")


def test_a_site_has_its_own_people_and_rows_and_those_of_all(small):
    study = open_study(small())
    sizes = {name: len(table(study, name, wave="w1", site="a")) for name in ("people", "answers", "exams", "status")}
    assert sizes == {"people": 2, "answers": 2, "exams": 2, "status": 2}
    assert set(table(study, "flow", wave="w1", site="a")["site"]) == {"a", "all"}
    pd.testing.assert_frame_equal(table(study, "quality", wave="w1", site="a"), table(study, "quality", wave="w1"))


def test_z_is_taken_over_the_whole_cohort_before_a_site_is_chosen(small):
    outcomes = table(open_study(small()), "outcomes", wave="w1", site="a")
    # 80 and 40 sat, and 70 and 60 of whom the register does not know who they are: mean 62.5, SD 17.08; site a has the 80
    assert outcomes.loc[outcomes["outcome"].eq("maths"), "value"].round(4).tolist() == [1.0247]
    assert table(open_study(small()), "cohort", wave="w1", site="a")["mark"].tolist() == [70, 60]


def test_a_person_keeps_the_arm_and_unit_of_the_first_wave(small):
    folder = small(**TWO_WAVES)
    assert by_code(folder, "w2", "site")["1"] == "b"
    assert by_code(folder, "w2", "arm") == dict.fromkeys("127", "treated") | dict.fromkeys("345", "control")
    assert by_code(folder, "w2", "assigned")["1"] == "a"
    assert by_code(folder, "w2", "first_wave") == dict.fromkeys("12345", "w1") | {"7": "w2"}


def test_prepare_gives_people_with_the_arm_of_their_first_wave(small):
    made = prepare(open_study(small(**TWO_WAVES)), "w2")
    assert made.people["arm"].value_counts().to_dict() == {"treated": 3, "control": 3}


def test_exclusions_are_counted_by_reason_without_people(small):
    left = table(open_study(small()), "exclusions", wave="w1")
    assert list(left) == ["wave", "table", "file", "reason", "n"]
    assert left.loc[left["table"].eq("answers"), "n"].tolist() == [1, 1, 1]


def test_codes_and_the_salt_stay_in_derived(small):
    folder = small(**{"raw/w1/register.csv": REGISTER.replace("\n3,", "\n3003,")}, **TWO_WAVES)
    study = open_study(folder)
    assert salt(study) == salt(study)
    assert {text for text in identifiers(study, "w2") if text.isdecimal()} == {"3003"}, (
        "a code of an earlier wave is looked for too"
    )
    assert set(pd.read_csv(folder / "derived" / "key.csv", dtype="str")["code"]) == {
        "1",
        "2",
        "3",
        "3003",
        "4",
        "5",
        "7",
    }


def test_check_tells_the_problems_of_the_waves_that_have_files(small):
    assert [str(problem) for problem in check(open_study(small()), "w1")] == []
    changed = small(**{"raw/w1/survey.csv": SURVEY.replace("skip", "dunno")})
    told = [str(problem) for problem in check(open_study(changed))]
    assert len(told) == 2 and "found 'dunno'" in told[0] and "raw/w2: there is no file" in told[1]

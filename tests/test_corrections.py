"""corrections.csv: what it expects must still stand; one row each; nothing is told of a person."""

import tomllib

import pandas as pd
import pytest
from conftest import GRADES, STUDY

from careeval.clean.corrections import apply_corrections, quality_rows
from careeval.clean.identity import pseudonyms
from careeval.clean.wave import clean_wave
from careeval.errors import SpecError, TableError
from careeval.specs.corrections import read_corrections
from careeval.specs.study import open_study

HEADER = "table,key,variable,expect,value,reason,by,date\n"
SALT = b"salt"
A, B, LINKED = pseudonyms(pd.Series(["A", "B", "anli|3a"]), SALT)


def tables():
    days = pd.to_datetime(["2025-03-05 09:30", "2025-03-05 00:00", "2052-03-09 00:00"])
    return {
        "people": pd.DataFrame(
            {"person": [A, B], "birth": pd.to_datetime(["2015-06-15", "2015-06-16"]), "age": [10.0, 9.0]}
        ).astype({"age": "Float64"}),
        "services": pd.DataFrame(
            {
                "service": ["home_visit", "talk", "home_visit"],
                "date": days,
                "person": [A, A, B],
                "minutes": [30.0, 5, 20],
            }
        ),
        "answers": pd.DataFrame({"person": [A, B], "wave": "w2", "who5_1": pd.array([5, None], dtype="Int64")}),
        "missing": pd.DataFrame({"person": [B], "wave": "w2", "item": "who5_1", "reason": "refused"}),
        "status": pd.DataFrame({"subject": [A, LINKED], "item": "allowance", "status": ["no", "yes"]}),
    }


def corrected(small, *rows, on=None):
    folder = small(**{"corrections.csv": HEADER + "".join(f"{row},typing,office,2025-07-01\n" for row in rows)})
    study = open_study(folder)
    return apply_corrections(on or tables(), study.corrections, salt=SALT, wave=study.wave("w2"))


def test_a_value_is_corrected_where_what_is_expected_stands(small):
    before = tables()
    after, log = corrected(small, "services,person=A;wave=w2;service=home_visit,minutes,30,45", on=before)
    assert after["services"]["minutes"].tolist() == [45, 5, 20] and log["line"].tolist() == [2]
    assert before["services"]["minutes"].tolist() == [30, 5, 20]


@pytest.mark.parametrize("expect", ["31", ""])
def test_a_file_that_has_changed_stops_the_correction(small, expect):
    told = "row 2, column expect: found '30' in the files, expected (nothing|'31').*look again"
    with pytest.raises(TableError, match=told):
        corrected(small, f"services,person=A;wave=w2;service=home_visit,minutes,{expect},45")


def test_a_correction_needs_exactly_one_row_and_all_that_fail_are_told(small):
    with pytest.raises(TableError) as error:
        corrected(small, "services,person=A;wave=w2,minutes,30,45", "services,person=C;wave=w2,minutes,30,45")
    two, none = map(str, error.value.problems)
    assert "row 2, column key: 2 rows of table services have this key. Allowed: one row. Add to the key" in two
    assert "row 3, column key: 0 rows of table services have this key" in none


def test_a_column_that_no_file_fills_cannot_be_corrected(small):
    with pytest.raises(TableError, match=r"row 2, column variable: no file fills services.mode"):
        corrected(small, "services,person=B;wave=w2,mode,,home")
    with pytest.raises(TableError, match="row 2, column key: table services has no column 'mode'"):
        corrected(small, "services,person=B;mode=home;wave=w2,minutes,20,21")


def test_a_wrong_day_and_a_day_without_its_hour(small):
    after, _ = corrected(
        small,
        "services,person=B;wave=w2,date,2052-03-09,2025-03-09",
        "services,person=A;date=2025-03-05;service=talk,minutes,5,",
    )
    assert after["services"]["date"].iloc[2] == pd.Timestamp("2025-03-09")
    assert after["services"]["minutes"].isna().tolist() == [False, True, False]


def test_a_corrected_answer_takes_its_missing_reason_along(small):
    row = "answers,person=B;wave=w2,who5_1,,3"
    after, _ = corrected(small, row, "answers,person=A;wave=w2,who5_1,5,.dont_know")
    assert after["answers"]["who5_1"].tolist() == [pd.NA, 3] and str(after["answers"]["who5_1"].dtype) == "Int64"
    assert after["missing"][["person", "item", "reason"]].to_numpy().tolist() == [[A, "who5_1", "dont_know"]]


def test_age_follows_a_corrected_birth(small):
    after, _ = corrected(small, "people,person=A;wave=w2,birth,2015-06-15,2013-06-15")
    assert after["people"]["age"].tolist() == [12, 9]


def test_an_age_that_the_register_tells_itself_stays_and_an_unknown_one_is_made(small):
    told = tables()["people"].assign(age=pd.array([11, None], dtype="Float64"), birth=pd.NaT)
    rows = ["people,person=A;wave=w2,birth,,2013-06-15", "people,person=B;wave=w2,birth,,2013-06-15"]
    after, _ = corrected(small, *rows, on={"people": told})
    assert after["people"]["age"].tolist() == [11, 12]


def test_an_expected_day_need_not_name_the_hour_but_may(small):
    row = "services,person=A;service=home_visit;wave=w2,date,{},2025-03-06 10:00"
    for day in ("2025-03-05", "2025-03-05 09:30"):
        after, _ = corrected(small, row.format(day))
        assert after["services"]["date"].iloc[0] == pd.Timestamp("2025-03-06 10:00")
    with pytest.raises(TableError, match="found '2025-03-05 09:30:00' in the files, expected '2025-03-05 09:31:00'"):
        corrected(small, row.format("2025-03-05 09:31"))


def test_a_register_without_codes_is_named_by_its_link_keys(small):
    after, _ = corrected(small, "status,person=An Li|3A;wave=w2,status,yes,no")
    assert after["status"]["status"].tolist() == ["no", "no"]


def test_one_correction_stands_on_another(small):
    rows = ["services,person=B;wave=w2,minutes,20,25", "services,person=B;wave=w2,minutes,25,30"]
    assert corrected(small, *rows)[0]["services"]["minutes"].tolist() == [30, 5, 30]


def test_other_waves_and_other_tables_are_left_alone(small):
    after, log = corrected(small, "services,person=A;wave=w1,minutes,1,2", "exams,person=A;wave=w2,mark,1,2")
    assert log.empty and after["services"].equals(tables()["services"])


def test_quality_counts_corrections_and_tells_no_person(small):
    rows = ["services,person=B;wave=w2,minutes,20,25", "services,person=A;wave=w2;service=talk,minutes,5,6"]
    (told,) = quality_rows(corrected(small, *rows)[1])
    assert told["check"] == "correction" and told["variable"] == "services.minutes"
    assert (told["n"], told["of"], told["detail"]) == (2, 3, "rows 2, 3")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("units,unit=a,arm,x,y,r,b,2025-01-01", "column table: found 'units'. Allowed: 'people', 'responses'"),
        (
            "people,person=A,sex,male,female,r,b,2025-01-01",
            "column key: no word on the wave. Allowed: wave= and one of",
        ),
        ("people,person=A;wave=w9,sex,male,female,r,b,2025-01-01", "column key: found wave=w9. Allowed: 'w1', 'w2'"),
        ("people,person:A,sex,male,female,r,b,2025-01-01", "column key: found 'person:A'. Allowed: column=value"),
        (
            "people,name=A;wave=w2,sex,male,female,r,b,2025-01-01",
            "column key: there is no column 'name'. Allowed: 'per",
        ),
        ("people,person=A;person=B;wave=w2,sex,,male,r,b,2025-01-01", "column key: 'person' stands more than once"),
        ("people,person=A;wave=w2,sex,male,man,r,b,2025-01-01", "column value: found 'man'. Allowed: 'male', 'female'"),
        ("exams,person=A;wave=w2,mark,8,eighty,r,b,2025-01-01", "column value: found 'eighty'. Allowed: a number"),
        ("people,person=A;wave=w2,birth,5.3.,2015-03-05,r,b,2025-01-01", "column expect: found '5.3.'. Allowed: a day"),
        ("answers,person=A;wave=w2,who5_9,1,2,r,b,2025-01-01", "column variable: found 'who5_9'"),
        ("answers,person=A;wave=w2,who5_1,1,9,r,b,2025-01-01", "column value: found 9. Allowed: 0 to 5"),
        ("answers,person=A;wave=w2,who5_1,1,.lost,r,b,2025-01-01", "column value: found '.lost'. Allowed: '.missing'"),
        ("people,person=A;wave=w2,sex,male,female,,b,2025-01-01", "column reason: the cell is empty. Say why"),
        ("people,person=A;wave=w2,sex,male,female,r,,2025-01-01", "column by: the cell is empty. Say who says so"),
        ("people,person=A;wave=w2,sex,male,female,r,b,soon", "column date: found 'soon'. Allowed: a day such as 2025"),
        ("people,person=A;wave=w2,sex,male,female,r,b,", "column date: the cell is empty. Say when it was decided"),
    ],
)
def test_a_mistake_in_corrections_csv_names_its_row_and_column(small, row, told):
    with pytest.raises(SpecError) as error:
        open_study(small(**{"corrections.csv": HEADER + row + "\n"}))
    assert any(f"corrections.csv, row 2, {told}" in str(problem) for problem in error.value.problems)


def test_a_date_in_the_key_says_the_wave_where_one_wave_holds_it(tmp_path):
    path = tmp_path / "corrections.csv"
    row = "services,person=A;date={};service=talk,minutes,5,6,r,b,2025-07-01\n"
    path.write_text(HEADER + row.format("2024-10-08") + row.format("2025-02-01"), encoding="utf-8")
    found, problems = read_corrections(path, tomllib.loads(STUDY))
    assert [one.wave for one in found] == ["w1"] and len(problems) == 1


def test_a_mark_above_the_full_mark_can_be_corrected(small):
    row = "exams,person=1;wave=w1;subject=maths,mark,180,80,misread,school,2024-10-01\n"
    study = open_study(small(**{"corrections.csv": HEADER + row, "raw/w1/grades.csv": GRADES.replace("80", "180")}))
    assert clean_wave(study, study.wave("w1"), salt=SALT).exams["mark"].max() == 80


def test_a_correction_goes_through_to_the_tables_and_quality_of_its_wave(small):
    row = "exams,person=1;wave=w1;subject=maths,mark,80,85,misread,school,2024-10-01\n"
    study = open_study(small(**{"corrections.csv": HEADER + row}))
    made = clean_wave(study, study.wave("w1"), salt=SALT)
    assert sorted(made.exams["mark"].dropna()) == [40, 85]
    assert made.quality.loc[made.quality["check"].eq("correction"), "variable"].tolist() == ["exams.mark"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(small):
    with pytest.raises(SpecError) as error:
        open_study(small(**{"corrections.csv": HEADER + "peple,person=A;wave=w9,sex,male,female,,,soon\n"}))
    told = " ".join(map(str, error.value.problems))
    assert len(error.value.problems) == 5
    assert all(f"row 2, column {column}" in told for column in ("table", "key", "reason", "by", "date"))

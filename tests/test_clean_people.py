"""Identity, the register, forms and marks in the cases that the small study does not have."""

import pandas as pd
import pytest
from conftest import COLUMNS, REGISTER, SURVEY

from careeval.clean.answers import exam_rows, latest_forms, one_row_each, without_consent
from careeval.clean.identity import identify_people, link_rows, normal_name, pseudonyms
from careeval.clean.people import age_in_years
from careeval.clean.people import one_row_each as one_person_each
from careeval.clean.wave import clean_wave
from careeval.errors import TableError
from careeval.specs.study import open_study

SALT = b"salt for tests"


def rows(**columns):
    """A frame with the bookkeeping of one raw file, its first data row being row 2."""
    frame = pd.DataFrame(columns, dtype="str")
    return frame.assign(file="f.csv", row=range(2, len(frame) + 2), record="")


def clean(folder):
    study = open_study(folder)
    return clean_wave(study, study.wave("w1"), salt=SALT)


def test_full_width_letters_blanks_and_capitals_make_no_difference_to_a_name():
    assert normal_name("Ａn　 LI ") == normal_name("anli") == "anli"


def test_the_same_text_has_the_same_pseudonym_and_nobody_has_none():
    made = pseudonyms(pd.Series(["1", "2", "1", None], dtype="str"), SALT)
    assert made[0] == made[2] != made[1] and pd.isna(made[3])


def test_a_register_without_codes_is_known_by_name_and_class():
    register = rows(**{"key:name": ["An", "Bo", "Bo", None], "key:class": ["3a", "3a", "3a", "3a"]})
    reasons = identify_people(register, SALT)["reason"].tolist()
    assert reasons == ["", *["two people share the same name and class"] * 2, "no code or name"]


def test_a_name_that_one_has_and_two_others_share_is_not_the_one():
    people = identify_people(rows(**{"key:name": ["Bo"] * 3 + ["An"], "key:class": ["3a", "3b", "3b", "3a"]}), SALT)
    reasons = link_rows(rows(**{"key:name": ["Bo", "An"]}), people, SALT)["reason"].tolist()
    assert reasons == ["more than one person on the register with this name", ""]


def test_a_sheet_with_more_keys_than_the_register_finds_nobody():
    people = identify_people(rows(person=["1"], **{"key:name": ["An"]}), SALT)
    linked = link_rows(rows(**{"key:name": ["An", None], "key:class": ["3a", "3a"]}), people, SALT)
    assert linked["reason"].tolist() == ["nobody on the register with this name and class", "no name and class"]
    assert linked["person"].isna().all() and "key:name" not in linked


def test_a_form_without_a_code_and_a_strange_code_have_reasons_of_their_own():
    people = identify_people(rows(person=["1"]), SALT)
    assert link_rows(rows(person=["1", None, "9"]), people, SALT)["reason"].tolist() == [
        "", "no code", "code is on no register of this wave",
    ]  # fmt: skip


def test_two_files_about_one_person_fill_each_other_and_the_same_file_twice_is_counted():
    told = rows(person=["p", "p", "p"], sex=["girl", None, "girl"], unit=[None, "3a", None]).assign(
        file=["a.csv", "b.csv", "a.csv"], reason=""
    )
    people, again = one_person_each(told)
    assert people[["sex", "unit"]].to_numpy().tolist() == [["girl", "3a"]]
    assert again["reason"].tolist() == ["the same person again in this file"]


@pytest.mark.parametrize(("day", "age"), [("2024-03-04", 8), ("2024-03-05", 9), ("2024-03-06", 9)])
def test_a_year_is_completed_on_the_birthday(day, age):
    assert age_in_years(pd.Series(pd.to_datetime(["2015-03-05"])), pd.Timestamp(day)).tolist() == [age]
    assert age_in_years(pd.Series([pd.NaT], dtype="datetime64[ns]"), pd.Timestamp(day)).isna().all()


def test_the_latest_word_on_consent_counts():
    status = pd.DataFrame(
        {
            "subject": list("aabbc"),
            "item": "consent",
            "date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01", None, None]),
            "status": ["yes", "no", "yes", "no", "unknown"],
        }
    )
    why = without_consent(pd.Series(list("abcd")), status, "consent").fillna("")
    assert why.tolist() == ["no consent", "", "consent not known", "consent not known"]
    assert without_consent(pd.Series(["a"]), status, "photos").tolist() == ["consent not known"]


def test_of_two_forms_without_a_date_the_one_further_down_counts():
    forms = rows(person=["a", "a", "b"], form=["child"] * 3)
    kept, left = latest_forms(forms)
    assert (kept["row"].tolist(), left["row"].tolist()) == ([3, 4], [2])


def test_one_item_in_two_forms_of_one_wave_is_an_error_and_two_items_are_joined():
    answers = pd.DataFrame({"person": ["a", "a"], "who5_1": pd.array([1, None]), "who5_2": pd.array([None, 2])})
    assert one_row_each(answers, ["who5_1", "who5_2"]).to_numpy().tolist() == [["a", 1, 2]]
    with pytest.raises(
        TableError, match=r"answers, who5_1: 1 people answered the same item in two forms.*\[\[uses\]\]"
    ):
        one_row_each(answers.assign(who5_1=[1, 2]), ["who5_1", "who5_2"])


def test_the_same_mark_twice_counts_once_and_two_marks_are_an_error():
    marks = rows(person=["a", "a"], exam=["final"] * 2, subject=["maths"] * 2, mark=["80", "80"])
    marks = marks.assign(mark_cell=["row 2, column maths", "row 3, column maths"])
    special = pd.DataFrame({"mark": ["", ""]})
    exams, again = exam_rows(marks, special, "w1")
    assert (len(exams), again["reason"].tolist()) == (1, ["the same mark again"])
    with pytest.raises(TableError, match=r"raw/w1/f.csv, row 3, column maths: 1 people have two different marks"):
        exam_rows(marks.assign(mark=["80", "81"]), special, "w1")


def test_a_special_word_is_a_status_and_no_mark():
    marks = rows(person=list("abcd"), exam=["final"] * 4, subject=["maths"] * 4, mark=["80", None, None, None])
    exams, _ = exam_rows(marks, pd.DataFrame({"mark": ["", ".absent", ".exempt", ".missing"]}), "w1")
    assert exams["status"].tolist() == ["sat", "absent", "exempt", "missing"] and exams["mark"].count() == 1


def test_a_register_without_codes_is_linked_from_the_grade_sheet(small):
    columns = COLUMNS.replace("*,register.csv,,id,*,person,code,", "*,register.csv,,id,-,-,,")
    folder = small(**{"columns.csv": columns})
    (folder / "raw" / "w1" / "survey.csv").unlink()
    made = clean(folder)
    assert made.exams["status"].tolist() == ["sat", "absent", "sat"] and len(made.people) == 3
    assert "two people share the same name and class" in made.exclusions["reason"].tolist()


def test_a_broken_rule_is_counted_and_asks_to_be_looked_at(small):
    folder = small(**{"raw/w1/register.csv": REGISTER.replace("2015-01-02", "2001-01-02"), "raw/w1/survey.csv": SURVEY})
    rule = '\n[[rules]]\nid = "age"\ntable = "people"\nwhere = { group = ["child"] }\nvariable = "age"\nmax = 16\n'
    (folder / "study.toml").write_text((folder / "study.toml").read_text("utf-8") + rule, encoding="utf-8")
    quality = clean(folder).quality
    [row] = quality[quality["check"].eq("rule age")].to_dict("records")
    assert (row["n"], row["of"], row["severity"], row["detail"]) == (1, 5, "look", "–16")


def test_many_empty_answers_ask_to_be_looked_at_and_a_filter_does_not(small):
    quality = clean(small(**{"raw/w1/survey.csv": SURVEY.replace("3,4,2,3,3", "3,4,,,3")})).quality
    missing = quality[quality["check"].eq("answers missing")].set_index("detail")
    assert missing.loc["missing", ["n", "of", "severity"]].tolist() == [2, 15, "look"]
    assert missing.loc["not_asked", ["n", "severity"]].tolist() == [1, "info"]

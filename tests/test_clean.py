"""Raw files into canonical tables: whose row it is, what an answer means, and the ledger of every row that left."""

import io

import pandas as pd
import pytest
from conftest import COLUMNS, GRADES, RECODES, REGISTER, SURVEY, UNITS

from careeval.clean.selection import matches, rows_by_sheet
from careeval.clean.wave import clean_wave
from careeval.errors import TableError
from careeval.specs.columns import ColumnRow
from careeval.specs.study import open_study

SALT = b"salt for tests"


def clean(folder, wave="w1"):
    study = open_study(folder)
    return clean_wave(study, study.wave(wave), salt=SALT)


def codes(made):
    """The pseudonyms as the codes of the raw files, so that a reader can follow them."""
    return made.codes.set_index("person")["code"]


def left(made, table):
    rows = made.exclusions[made.exclusions["table"].eq(table)]
    return sorted(zip(rows["file"], rows["row"], rows["reason"], strict=True))


def test_people_come_from_the_register_with_age_and_site(small):
    people = clean(small()).people
    assert people["site"].tolist() == ["a", "a", "b", "b", "b"]
    assert people["age"].tolist() == [9, 9, 9, 9, 9]
    assert people["sort"].eq("stay").all()


def test_codes_and_names_never_come_through(small):
    made = clean(small())
    for name in ("people", "responses", "answers", "missing", "exams", "status"):
        text = getattr(made, name).to_csv()
        assert not [word for word in ("An Li", "anli", "Du Fu") if word in text]
        assert not any(column.startswith("key:") for column in getattr(made, name))
    assert made.people["person"].str.fullmatch(r"p[0-9a-f]{16}").all()


def test_another_salt_gives_other_pseudonyms(small):
    study = open_study(small())
    persons = [set(clean_wave(study, study.wave("w1"), salt=salt).people["person"]) for salt in (b"a", b"b")]
    assert not persons[0] & persons[1]


def test_a_dropped_row_leaves_all_its_records(small):
    made = clean(small())
    assert left(made, "*") == [("register.csv", 7, "left out by recode: sort left")]
    assert len(made.status) == 5


def test_the_later_of_two_forms_counts_and_consent_is_needed(small):
    made = clean(small())
    assert made.answers["person"].map(codes(made)).tolist() == ["1", "2", "4"]
    assert made.answers.loc[1, "who5_1"] == 1
    assert left(made, "answers") == [
        ("survey.csv", 3, "answered again later"),
        ("survey.csv", 5, "no consent"),
        ("survey.csv", 7, "code is on no register of this wave"),
    ]
    assert left(made, "answers") == left(made, "responses")


def test_a_skipped_answer_is_missing_with_its_reason(small):
    made = clean(small())
    assert made.missing[["item", "reason"]].to_numpy().tolist() == [["who5_1", "not_asked"]]
    assert made.answers.loc[2, "who5_1"] is pd.NA


def test_a_blank_answer_is_missing_never_zero(small):
    made = clean(small(**{"raw/w1/survey.csv": SURVEY.replace("1,2024-09-02,3,4", "1,2024-09-02,,4")}))
    assert made.answers.loc[0, "who5_1"] is pd.NA
    assert "missing" in made.missing["reason"].tolist()


def test_grades_are_linked_by_exact_name_and_class(small):
    made = clean(small())
    assert made.exams["person"].map(codes(made)).tolist() == ["1", "2", "3"]
    assert made.exams["status"].tolist() == ["sat", "absent", "sat"]
    assert made.exams["mark"].tolist() == [80, pd.NA, 40]
    assert left(made, "exams") == [
        ("grades.csv", 5, "more than one person on the register with this name and class"),
        ("grades.csv", 6, "nobody on the register with this name and class"),
    ]


def test_marks_of_nobody_on_the_register_stay_in_the_cohort_without_a_name(small):
    made = clean(small())
    assert list(made.cohort) == ["wave", "exam", "subject", "grade", "mark", "full_mark", "status"]
    assert made.cohort[["mark", "status"]].to_numpy().tolist() == [[70, "sat"], [60, "sat"]]


def test_two_people_whom_a_register_without_codes_cannot_tell_apart_are_more_than_one(small):
    columns = COLUMNS.replace("*,register.csv,,id,*,person,code,", "*,register.csv,,id,-,-,,")
    folder = small(**{"columns.csv": columns})
    (folder / "raw" / "w1" / "survey.csv").unlink()
    assert left(clean(folder), "exams")[0][2] == "more than one person on the register with this name and class"


def test_a_mark_that_cannot_be_is_told_with_its_cell_also_a_classmates(small):
    marks = GRADES.replace("40", "-1").replace("60", "120").replace("70", "110")
    told = (
        r"raw/w1/grades.csv, row 4, column maths; row 5, column maths; row 6, column maths: "
        r"found -1, 110, 120 of 100 for exams.mark. Allowed: 0 to 100. Correct the grade sheet, or full_mark"
    )
    with pytest.raises(TableError, match=told):
        clean(small(**{"raw/w1/grades.csv": marks}))


def test_a_file_that_cannot_be_read_is_named_with_its_subfolder(small):
    folder = small(**{"columns.csv": COLUMNS.replace(",survey.csv,", ",north/survey.csv,")})
    (folder / "raw" / "w1" / "north").mkdir()
    (folder / "raw" / "w1" / "survey.csv").unlink()
    (folder / "raw" / "w1" / "north" / "survey.csv").write_bytes(b"\xff,")
    with pytest.raises(TableError, match="raw/w1/north/survey.csv: byte 0 belongs to no encoding"):
        clean(folder)


def test_every_raw_row_is_in_a_table_or_in_the_ledger(small):
    made = clean(small())
    dropped = made.exclusions[made.exclusions["table"].eq("*")]
    for file, text, table in (("survey.csv", SURVEY, "answers"), ("grades.csv", GRADES, "exams")):
        gone = made.exclusions[made.exclusions["file"].eq(file) & made.exclusions["table"].eq(table)]
        assert len(getattr(made, table)) + len(gone) == len(text.splitlines()) - 1
    assert len(made.people) + len(dropped) == len(REGISTER.splitlines()) - 1


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "survey",
            "3,4,2,3,3",
            "3,4,2,3,7",
            "survey.csv, row 2, column q5: found '7' for answers.who5_5. Allowed: '0', '1'.*whole numbers 0 to 5",
        ),
        ("survey", "skip", "dunno", "row 6, column q1: found 'dunno' for answers.who5_1.*recodes.csv"),
        ("register", "2015-01-02", "last May", "register.csv, row 2, column born: found 'last May' for people.birth"),
        ("register", "name", "called", "register.csv, column called: no row of columns.csv names this column"),
        ("register", "name", "called", "columns.csv, row 3: register.csv has no column 'name'. Allowed: id, called"),
        ("register", "1,An Li,3a,a", "1,An Li,3a,z", "people, wave w1: 1 people with site 'z'. Allowed: 'a', 'b'"),
        ("register", "2,Bo Wu,3a,a", "1,Bo Wu,3a,b", "two different values.*Correct the register"),
        (
            "grades",
            "CAI YU,3a,40",
            "An Li,3a,41",
            "raw/w1/grades.csv, row 4, column maths: 1 people have two different marks",
        ),
    ],
)
def test_what_is_not_understood_names_its_cell_and_the_way_out(small, file, old, new, told):
    texts = {"register": REGISTER, "survey": SURVEY, "grades": GRADES}
    with pytest.raises(TableError, match=told):
        clean(small(**{f"raw/w1/{file}.csv": texts[file].replace(old, new, 1)}))


def test_a_file_that_nobody_mapped_is_an_error(small):
    with pytest.raises(TableError, match="raw/w1/notes.csv: no row of columns.csv names this file"):
        clean(small(**{"raw/w1/notes.csv": "x\n1\n"}))


def test_all_wrong_cells_of_all_files_are_told_together(small):
    changed = {
        "raw/w1/survey.csv": SURVEY.replace("skip", "dunno"),
        "raw/w1/grades.csv": GRADES.replace("40", "forty"),
    }
    with pytest.raises(TableError) as error:
        clean(small(**changed))
    assert {problem.file for problem in error.value.problems} == {"raw/w1/survey.csv", "raw/w1/grades.csv"}


def test_a_wave_without_files_or_without_a_register_says_what_to_do(small):
    with pytest.raises(TableError, match="raw/w2: there is no file. Put the wave's files into raw/w2/"):
        clean(small(), "w2")
    with pytest.raises(TableError, match="raw/w2, table people: no file fills it"):
        clean(small(**{"raw/w2/survey.csv": SURVEY}), "w2")


def test_the_lock_of_an_open_workbook_is_passed_over_and_noted(small):
    quality = clean(small(**{"raw/w1/~$survey.csv": "x"})).quality
    assert quality.loc[quality["check"].eq("file passed over"), "file"].tolist() == ["~$survey.csv"]


def test_what_windows_leaves_in_a_folder_is_passed_over(small):
    quality = clean(small(**{"raw/w1/Thumbs.db": "", "raw/w1/desktop.ini": ""})).quality
    assert quality.loc[quality["check"].eq("file passed over"), "file"].tolist() == ["Thumbs.db", "desktop.ini"]


def test_consent_that_nobody_told_is_not_a_refusal(small):
    made = clean(small(**{"raw/w1/register.csv": REGISTER.replace("stay,no", "stay,")}))
    assert ("survey.csv", 5, "consent not known") in left(made, "answers")


def test_a_register_with_a_header_alone_has_no_rows(small):
    with pytest.raises(TableError, match=r"raw/w1/register.csv: the file has no rows"):
        clean(small(**{"raw/w1/register.csv": REGISTER.partition("\n")[0]}))


def test_a_formula_without_its_value_says_what_to_do(small):
    with pytest.raises(TableError, match=r"found '=SUM\(A1\)'.* let it calculate, and save it"):
        clean(small(**{"raw/w1/grades.csv": GRADES.replace("80", "=SUM(A1)")}))


def test_of_several_sheets_columns_csv_says_which_are_meant(small):
    folder = small(columns=COLUMNS.replace("grades.csv", "grades.xlsx"))
    (folder / "raw/w1/grades.csv").unlink()
    with pd.ExcelWriter(folder / "raw/w1/grades.xlsx") as book:
        for sheet in ("S1", "S2"):
            pd.read_csv(io.StringIO(GRADES)).to_excel(book, sheet_name=sheet, index=False)
    with pytest.raises(
        TableError, match=r"raw/w1/grades.xlsx: more than one sheet has cells: 'S1', 'S2'.*grades.xlsx#S1"
    ):
        clean(folder)
    (folder / "columns.csv").write_text(COLUMNS.replace("grades.csv", "grades.xlsx#S2"), encoding="utf-8")
    assert "sheet S2 read; not read: S1" in clean(folder).quality["detail"].tolist()


def test_dropped_columns_are_counted_in_quality(small):
    made = clean(
        small(
            columns=COLUMNS.replace("*,register.csv,1,kind,people,sort,sort,", "*,register.csv,,kind,-,-,,"),
            recodes=RECODES.replace("sort,left,.drop\nsort,stay,stay\nsort,,.missing\n", ""),
        )
    )
    dropped = made.quality[made.quality["check"].eq("column dropped on purpose")]
    assert dropped["variable"].tolist() == ["kind"]


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("*按序号*.xlsx", "1_按序号_x.xlsx", True),
        ("走访/*/*.csv", "走访/v01/a.csv", True),
        ("走访/*/*.csv", "走访/a.csv", False),
        ("*.csv", "走访/a.csv", False),
    ],
)
def test_a_glob_is_matched_folder_by_folder(pattern, name, found):
    assert matches(pattern, name) is found


def row(line, wave, raw, table, variable):
    return ColumnRow(
        line=line,
        wave=wave,
        file="f.csv",
        record="",
        raw_column=raw,
        table=table,
        variable=variable,
        recode="",
        note="",
    )


def test_a_row_of_this_very_wave_beats_the_star_row_with_its_target():
    rows = [
        row(1, "*", "old", "people", "sex"),
        row(2, "w2", "new", "people", "sex"),
        row(3, "*", "x", "people", "site"),
    ]
    assert [one.line for one in rows_by_sheet(rows, "w2", "f.csv")[""]] == [2, 3]
    assert [one.line for one in rows_by_sheet(rows, "w1", "f.csv")[""]] == [1, 3]


def test_units_take_their_arms_and_parents_along(small):
    assert clean(small(units=UNITS)).units.set_index("unit")["arm"].to_dict() == {"a": "treated", "b": "control"}


def test_a_row_of_one_wave_only_leaves_the_next_wave_without_it_and_says_so(small):
    columns = COLUMNS.replace("*,grades.csv,,=paper,exams,exam,,", "w2,grades.csv,,=paper,exams,exam,,")
    with pytest.raises(TableError, match=r"columns.csv, file grades.csv: no row fills exams.exam. Add a row"):
        clean(small(columns=columns))

"""What a file's headers and cells suggest for columns.csv, with a confidence and a reason each."""

import pytest
from openpyxl import Workbook

from careeval.clean.suggest import suggest_columns
from careeval.ingest.raw import read_file

WJX = [
    [
        "序号",
        "提交答卷时间",
        "所用时间",
        "来自IP",
        "1、你的编号",
        "2、最近两周—who5_1",
        "who5_02",
        "3、喜欢(画画)",
        "4、想说的话",
    ],
    ["1", "2025/6/9 8:39:00", "243秒", "1.2.x.x", "A1", "1", "6", "1", "很好"],
    ["2", "2025/6/9 8:41:00", "99秒", "1.2.x.x", "A2", "6", "2", "0", ""],
]
TENCENT = """编号,开始答题时间,结束答题时间,答题时长,IP,1.学号,2.和谁住?:爸爸,2.和谁住?:妈妈,3.who5_1,
1,02-Feb-2025 20:26:58,02-Feb-2025 20:27:09,11,1.1.1.1,A1,爸爸,,4,
"""
KOBO = """start;end;child_code;who5_1;food;food/rice;_uuid;_submission_time;_submitted_by
2025-06-09T07:30:00.000+08:00;2025-06-09T07:40:00.000+08:00;A1;5;rice;1;u;2025-06-08T23:41:00;zhang
"""
VISITS = """start;elder_code;minutes;met;_uuid;_submission_time
2025-06-09T07:30:00.000+08:00;E1;20;yes;u;2025-06-08T23:41:00
"""
WJX_FILE = "31884_按序号_儿童问卷_29_28.xlsx"
DOWN = {"down": {str(option): str(6 - option) for option in range(1, 7)}}
UP = {"up": {str(option): str(option - 1) for option in range(1, 7)}}


@pytest.fixture
def suggested(tmp_path):
    """A function that saves a file and gives its proposals by raw column."""

    def run(content, name, **told):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            book = Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        return suggest_columns(read_file(path), **told).set_index("raw_column")

    return run


def fills(rows, column):
    return ".".join(rows.loc[column, ["table", "variable", "recode"]]).strip(".")


def test_what_a_platform_writes_is_known_for_sure_and_the_address_is_dropped(suggested):
    rows = suggested(WJX, WJX_FILE)
    assert fills(rows, "提交答卷时间") == "responses.date.date" and rows.loc["所用时间", "recode"] == "seconds"
    assert rows.loc["来自IP", ["table", "note", "confidence"]].tolist() == ["-", "personal data", 1.0]
    assert rows.loc["序号", "reason"] == "a column of every 问卷星 file"


def test_a_code_column_is_the_person_of_every_record(suggested):
    rows = suggested(WJX, WJX_FILE)
    assert fills(rows, "1、你的编号") == "*.person.code" and rows.loc["1、你的编号", "record"] == ""


def test_option_numbers_need_a_recode_that_people_write(suggested):
    rows = suggested(WJX, WJX_FILE)
    assert fills(rows, "2、最近两周—who5_1") == "answers.who5_1.?" and fills(rows, "who5_02") == "answers.who5_2.?"
    assert rows.loc["who5_02", "reason"].endswith("cells are numbers of options: write a recode")


def test_the_only_recode_that_reads_all_cells_is_proposed_and_of_two_none(suggested):
    one, two = (suggested(WJX, WJX_FILE, recodes=recodes) for recodes in (DOWN, DOWN | UP))
    assert one.loc["who5_02", "recode"] == "down" and "check the direction" in one.loc["who5_02", "reason"]
    assert two.loc["who5_02", "recode"] == "?" and "read them all: down, up" in two.loc["who5_02", "reason"]
    assert one.loc["who5_02", "confidence"] > two.loc["who5_02", "confidence"]


def test_of_two_recodes_the_one_that_gives_every_value_is_meant(suggested):
    short = {"short": {str(option): str(6 - option) for option in (1, 2, 6)}}
    assert suggested(WJX, WJX_FILE, recodes=short | DOWN).loc["who5_02", "recode"] == "down"


def test_full_width_digits_are_values(suggested):
    assert fills(suggested("编号,who5_1\nA1,５\n", "a.csv"), "who5_1") == "answers.who5_1"


def test_an_unknown_column_has_an_empty_variable_and_says_so(suggested):
    rows = suggested(WJX, WJX_FILE)
    assert rows.loc["4、想说的话", ["variable", "confidence", "reason"]].tolist() == ["", 0.0, "not recognised"]


def test_the_file_becomes_a_glob_that_next_term_s_file_meets(suggested):
    assert suggested(WJX, WJX_FILE)["file"].unique().tolist() == ["*_按序号_儿童问卷_*.xlsx"]


def test_who_answers_comes_from_the_instrument(suggested):
    assert fills(suggested(WJX, WJX_FILE), "=self") == "responses.respondent"


def test_only_the_instruments_that_are_named_are_looked_for(suggested):
    assert suggested(WJX, WJX_FILE, instruments=["cls24"]).loc["who5_02", "variable"] == ""


def test_tencent_is_known_by_its_headers_in_spite_of_the_comma_at_the_end(suggested):
    rows = suggested(TENCENT, "9799234_202502032020311613.csv")
    assert fills(rows, "结束答题时间") == "responses.date.date" and fills(rows, "编号") == "-.-"
    assert fills(rows, "1.学号") == "*.person.code" and fills(rows, "3.who5_1") == "answers.who5_1"


def test_options_of_one_question_are_told_as_such(suggested):
    rows = suggested(TENCENT, "a.csv")
    told = "an option of 2.和谁住?, which takes several answers: not recognised"
    assert rows.loc[["2.和谁住?:爸爸", "2.和谁住?:妈妈"], "reason"].tolist() == [told, told]
    assert "several answers" in suggested(WJX, WJX_FILE).loc["3、喜欢(画画)", "reason"]


def test_kobo_answers_take_the_day_of_start_not_the_utc_submission(suggested):
    rows = suggested(KOBO, "form_-_2025-06-30-08-30-12.csv")
    assert fills(rows, "start") == "responses.date.date" and rows.loc["_submission_time", "note"].startswith("UTC")
    assert fills(rows, "child_code") == "*.person.code" and fills(rows, "who5_1") == "answers.who5_1"
    assert rows.loc["_submitted_by", "note"] == "personal data" and "option of food" in rows.loc["food/rice", "reason"]


def test_a_kobo_visit_log_fills_services_and_asks_which_service_it_is(suggested):
    rows = suggested(VISITS, "visits.csv")
    assert fills(rows, "start") == "services.date.datetime" and fills(rows, "minutes") == "services.minutes.number"
    assert fills(rows, "met") == "services.outcome.?" and fills(rows, "=?") == "services.service"


def test_subjects_make_a_record_each(suggested):
    rows = suggested(
        "学号,姓名,语文,数学成绩,总分\nA1,张三,80,缺考,80\n", "三年级.csv", recodes={"mark": {"缺考": ".absent"}}
    )
    assert fills(rows, "语文") == fills(rows, "数学成绩") == "exams.mark.mark"
    assert rows.loc[["语文", "数学成绩", "=maths", "@file"], "record"].tolist() == ["chinese", "maths", "maths", ""]
    assert fills(rows, "姓名") == fills(rows, "总分") == "-.-"


def test_cells_that_are_not_read_lower_the_confidence(suggested):
    rows = suggested("学号,语文\nA1,80\nA2,缺考\nA3,\n", "a.csv")
    assert (
        rows.loc["语文", "confidence"] == 0.45 and "50% of the cells are not read as mark" in rows.loc["语文", "reason"]
    )


def test_a_school_subject_is_a_mark_only_where_the_file_is_no_questionnaire(suggested):
    rows = suggested([["序号", "提交答卷时间", "数学"], ["1", "2025/6/9", "很难"]], "a.xlsx")
    assert rows.loc["数学", "variable"] == ""


def test_the_number_of_a_question_is_no_part_of_its_header(suggested):
    assert fills(suggested("学号,2、年级,语文\nA1,3,80\n", "a.csv"), "2、年级") == "exams.grade"


def test_without_codes_a_name_and_a_class_link_the_person(suggested):
    rows = suggested("姓名,班级,语文\n张三,三1,80\n", "a.csv")
    assert fills(rows, "姓名") == "*.key:name" and fills(rows, "班级") == "*.key:class"


def test_a_register_fills_people(suggested):
    rows = suggested("编号,性别,出生年月,联系电话\nA1,male,2015-03,13900000000\n", "a.csv")
    assert fills(rows, "性别") == "people.sex" and fills(rows, "出生年月") == "people.birth.date"
    assert rows.loc["联系电话", "note"] == "personal data"


def test_cells_that_look_like_phone_numbers_are_dropped_whatever_the_header_says(suggested):
    assert suggested("编号,说的\nA1,13912345678\n", "a.csv").loc["说的", ["table", "note"]].tolist() == [
        "-",
        "personal data",
    ]


def test_a_variable_is_filled_once(suggested):
    rows = suggested("编号,学号\nA1,7\n", "a.csv")
    assert rows.loc["学号", ["variable", "reason"]].tolist() == ["", "*.person is filled by 编号 already"]


def test_a_recode_for_a_longer_scale_is_not_proposed_for_a_shorter_one(suggested):
    five, four = ({name: {str(n): str(n) for n in range(1, last + 1)}} for name, last in (("five", 5), ("four", 4)))
    sheet = [["编号", "rses_zh_1"], ["A1", "选1"], ["A2", "选4"]]
    five, four = ({name: {f"选{n}": n for n in told.values()}} for one in (five, four) for name, told in one.items())
    made = [suggested(sheet, WJX_FILE, recodes=recodes).loc["rses_zh_1", "recode"] for recodes in (five, five | four)]
    assert made == ["?", "four"]

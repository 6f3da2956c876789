from datetime import date, datetime

import pandas as pd
import pytest

from careeval.ingest.values import BUILT_INS, allowed, convert
from careeval.specs.vocabulary import BUILT_IN_RECODES

NOTHING = object()


def one(text, recode, table=None, **more):
    """The value of one cell, its special word, or NOTHING where it is not understood."""
    made = convert(pd.Series([text], dtype="str"), recode, table or {}, **more)
    return NOTHING if made.unknown[0] else made.special[0] or made.values[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("92", 92), ("９２", 92), ("90.5", 90.5), ("-3", -3), ("−3", -3), ("1,200", 1200), (" 7 ", 7), ("1e-05", 1e-05)],
)
def test_a_number_is_read_in_full_and_half_width(text, value):
    assert one(text, "number") == one(text, "mark") == value


@pytest.mark.parametrize(
    "text", ["半年", "1,2", "12,00", "85%", "800w", "3次", "1.2.3", "=SUM(A1:A9)", "#N/A", "nan", "inf"]
)
def test_what_is_no_number_is_unknown_never_missing(text):
    assert one(text, "number") is NOTHING


def test_a_count_is_whole_and_not_negative():
    assert (one("3", "count"), one("3.0", "count"), one("0", "count")) == (3, 3, 0)
    assert one("2.5", "count") is one("-1", "count") is NOTHING


@pytest.mark.parametrize(
    "text",
    ["2023-09-01", "2023.9.1", "2023/9/1", "20230901", "2023年9月1日", "2023年9月", "２０２３．９．１", "45170",
     "2023-09", "2023.09", "01-Sep-2023", "2023/9/1 0:39:00", "2023-09-01T08:30:00.000+08:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text):
    assert one(text, "date") == pd.Timestamp(2023, 9, 1)


@pytest.mark.parametrize(
    "text", ["23-9-1", "1/9/2023", "9/1/2023", "92", "201309", "2013.1", "2023-02-30", "2023-13-01", "19999", "70000",
             "2023-9/1", "1823-09-01", "2023-09-01 25:00", "2023年"]
)  # fmt: skip
def test_a_day_that_could_be_another_is_refused(text):
    assert one(text, "date") is NOTHING


def test_a_datetime_keeps_its_time():
    assert one("2026/9/19 0:39:05", "datetime") == datetime(2026, 9, 19, 0, 39, 5)
    assert one("45170.5", "datetime") == datetime(2023, 9, 1, 12)


def test_a_duration_is_in_seconds():
    assert [one(text, "seconds") for text in ("243", "243秒", "4分3秒", "1小时2分3秒", "5分钟")] == [
        243,
        243,
        243,
        3723,
        300,
    ]
    assert one("很快", "seconds") is NOTHING


def test_a_code_is_the_same_however_it_was_typed():
    assert {one(text, "code") for text in ("a103", "Ａ１０３", " A 103 ", "a1 03")} == {"A103"}
    assert (one("103.0", "code"), one("007", "code"), one("3E1", "code")) == ("103", "007", "3E1")


def test_a_code_that_excel_has_shortened_is_refused():
    assert one("4.40102201305061E+17", "code") is NOTHING
    assert one("440102201305061000", "code") is NOTHING  # its check digit would be 9
    assert one("110101200001013000", "code") == "110101200001013000"


def test_yes_and_no_in_both_languages():
    assert [one(text, "yes_no") for text in ("是", "有", "Yes", "否", "无", "NO")] == ["yes"] * 3 + ["no"] * 3
    assert one("不清楚", "yes_no") is NOTHING


def test_the_day_of_a_file_is_in_its_name():
    assert one("", "file_date", file_name="走访2024/花名册2025-03-05.xlsx") == pd.Timestamp(2025, 3, 5)
    assert one("x", "file_date", file_name="a_20250305_2.csv") == one("x", "file_date", file_name="a2025年3月5日.csv")
    assert one("x", "file_date", file_name="331954276_按文本.xlsx") is NOTHING
    assert one("x", "file_date", file_name="2025-03-05至2025-04-05.xlsx") is NOTHING


def test_recodes_come_before_the_built_in():
    table = {"缺考": ".absent", "免修": ".exempt", "半年": "6", "-3": ".not_asked"}
    assert [one(text, "mark", table) for text in ("缺考", "免修", "半年", "-3", "６")] == [
        ".absent",
        ".exempt",
        6,
        ".not_asked",
        6,
    ]


def test_recodes_match_after_nfkc_and_trimming():
    assert one("（空） ", "w", {"(空)": ".missing"}) == ".missing"
    assert one("(跳过)", "w", {"（跳过）": ".not_asked"}) == ".not_asked"


def test_a_blank_is_missing_unless_it_has_a_row_of_its_own():
    assert one("", "number") == one("\u3000", "") == one("", "w", {"1": "5"}) == ".missing"
    assert one("", "yes_no", {"": "unknown"}) == "unknown"


def test_an_answer_outside_the_recodes_is_unknown():
    assert one("7", "w", {"1": "5"}) is NOTHING


def test_a_recode_that_gives_words_for_a_number_is_unknown():
    assert one("许多", "number", {"许多": "many"}) is NOTHING


def test_no_recode_leaves_the_text_as_it_is():
    assert one("四（1）班", "") == "四（1）班"


def test_everything_is_aligned_with_the_cells():
    text = pd.Series(["2", "x", "", "2", None], index=[3, 5, 4, 9, 11], dtype="str")
    made = convert(text, "number", {})
    assert made.values.index.equals(text.index) and made.values.dtype == "Float64"
    assert made.values.dropna().to_dict() == {3: 2, 9: 2} and made.unknown.to_dict()[5]
    assert made.special.tolist() == ["", "", ".missing", "", ".missing"] and made.unknown.dtype == bool


def test_an_empty_column_has_the_type_of_its_recode():
    assert convert(pd.Series(dtype="str"), "date", {}).values.dtype.kind == "M"


def test_dates_come_as_days():
    assert convert(pd.Series(["2023.9.1 8:30"]), "date", {}).values.dt.date.tolist() == [date(2023, 9, 1)]


def test_messages_say_what_would_have_been_taken():
    assert allowed("mark", {"缺考": ".absent"}) == "'缺考' (recodes.csv), or a number such as 12, 12.5 or 1,200"
    assert allowed("w", {"1": "5", "": ".missing"}) == "'1', '(empty)' (recodes.csv)"
    assert "2023年9月1日" in allowed("date", {}) and "four-digit year first" in allowed("date", {})
    assert "2023-09 or 2023.09" in allowed("date", {}) and "2016.5 is refused" in allowed("date", {})
    assert "18-digit number" in allowed("code", {}) and allowed("", {}) == "any text"


def test_the_list_of_built_ins_is_closed():
    assert tuple(BUILT_INS) == BUILT_IN_RECODES

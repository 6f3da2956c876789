import datetime
import zipfile

import openpyxl
import pytest

from careeval.errors import TableError
from careeval.ingest.raw import read_file
from careeval.ingest.values import convert


def workbook(tmp_path, *sheets, merged=(), name="a.xlsx"):
    """A workbook with sheets S1, S2 ... of rows; `merged` are ranges of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        page = book.create_sheet(f"S{number}")
        for row in rows:
            page.append(row)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    book.save(tmp_path / name)
    return tmp_path / name


def test_cells_become_the_text_a_person_sees(tmp_path):
    day, moment = datetime.date(2025, 9, 1), datetime.datetime(2025, 9, 1, 8, 30)
    raw = read_file(workbook(tmp_path, [list("abcdefg"), [5.0, 90.5, 0.1 + 0.2, day, moment, True, "００７"]]))
    assert raw.frame.iloc[0].tolist() == ["5", "90.5", "0.3", "2025-09-01", "2025-09-01 08:30:00", "TRUE", "００７"]


def test_a_grade_sheet_loses_its_title_and_footer_and_counts_them(tmp_path):
    rows = [
        ["四班成绩表"],
        ["学号", "语文", "数学"],
        [1, 90, "缺考"],
        [2, "９２", 80],
        [None, "平均分", 85],
        ["制表人：", None, None],
    ]
    raw = read_file(workbook(tmp_path, rows, merged=["A1:C1", "A6:B6"]))
    assert raw.frame.to_dict("list") == {"学号": ["1", "2"], "语文": ["90", "９２"], "数学": ["缺考", "80"]}
    assert raw.frame.index.tolist() == [3, 4] and raw.skipped["row"].tolist() == [1, 5, 6] and raw.notes == ()


def test_a_cell_is_named_as_excel_names_it(tmp_path):
    raw = read_file(workbook(tmp_path, [["a", None, "b"], [1, None, 2]]))
    assert raw.cell(2, "b") == "sheet S1, cell C2 (b)"


def test_cells_merged_over_several_people_are_noted(tmp_path):
    raw = read_file(workbook(tmp_path, [["班级", "学号"], ["一班", 1], [None, 2]], merged=["A2:A3"]))
    assert raw.frame["班级"].tolist() == ["一班", ""] and "merged cells below the header ('A2:A3')" in raw.notes[0]


def test_a_formula_without_a_saved_value_is_named_not_empty(tmp_path):
    raw = read_file(workbook(tmp_path, [["学号", "总分"], [1, "=SUM(C2:D2)"], [2, 7]]))
    assert (
        raw.frame["总分"].tolist() == ["=SUM(C2:D2)", "7"] and "1 formulas were saved without a value" in raw.notes[0]
    )
    assert convert(raw.frame["总分"], "number", {}).unknown.tolist() == [True, False]


def test_a_formula_with_a_saved_value_gives_the_value(tmp_path):
    path = workbook(tmp_path, [["学号", "总分"], [1, "=SUM(C2:D2)"]])
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    page = "xl/worksheets/sheet1.xml"
    content[page] = (
        content[page]
        .replace(b"<v></v>", b"<v>170</v>")
        .replace(b"<v />", b"<v>170</v>")
        .replace(b"<v/>", b"<v>170</v>")
    )
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in content.items():
            parts.writestr(name, data)
    raw = read_file(path)
    assert raw.frame["总分"].tolist() == ["170"] and raw.notes == ()


def test_a_wrong_dimension_as_wps_writes_it_hides_nothing(tmp_path):
    path = workbook(tmp_path, [["a", "b"], [1, 2], [3, 4]])
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    page = "xl/worksheets/sheet1.xml"
    assert b'ref="A1:B3"' in content[page]
    content[page] = content[page].replace(b'ref="A1:B3"', b'ref="A1"')
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in content.items():
            parts.writestr(name, data)
    assert read_file(path).frame.shape == (2, 2)


def test_the_first_sheet_with_cells_is_read_and_the_others_are_noted(tmp_path):
    raw = read_file(workbook(tmp_path, [], [["a", "b"], [1, 2]], [["c", "d"], [3, 4]]))
    assert raw.sheet == "S2" and raw.other_sheets == ("S3",)


def test_a_sheet_can_be_named_and_a_wrong_one_lists_the_sheets(tmp_path):
    path = workbook(tmp_path, [["a", "b"], [1, 2]], [["c", "d"], [3, 4]])
    raw = read_file(path, sheet="S2")
    assert list(raw.frame) == ["c", "d"] and raw.notes == ()
    with pytest.raises(TableError, match=r"a.xlsx, sheet 成绩: there is no such sheet. Allowed: 'S1', 'S2'"):
        read_file(path, sheet="成绩")


def test_a_file_that_is_no_workbook_says_so(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("<html>", encoding="utf-8")
    with pytest.raises(TableError, match=r"this is no readable workbook.*take off any password, and save it as .xlsx"):
        read_file(path)


def test_a_filled_column_without_a_header_is_named_by_its_cell(tmp_path):
    with pytest.raises(TableError, match=r"a.xlsx, sheet S1, cell C3: 1 cells of column C are filled"):
        read_file(workbook(tmp_path, [["a", "b"], [1, 2], [3, 4, "?"]]))


def test_a_long_number_keeps_the_digits_that_excel_left(tmp_path):
    raw = read_file(workbook(tmp_path, [["身份证号", "姓名"], [440102201305061000, "甲"]]))
    assert raw.frame["身份证号"].tolist() == ["440102201305061000"]
    assert convert(raw.frame["身份证号"], "code", {}).unknown.tolist() == [True]

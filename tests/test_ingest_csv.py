import pytest

from careeval.errors import SpecError, TableError
from careeval.ingest.raw import read_file


def csv(tmp_path, text, *, name="a.csv", encoding="utf-8", **more):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_file(path, **more)


def test_everything_is_text_and_rows_are_counted_as_excel_shows_them(tmp_path):
    raw = csv(tmp_path, "编号,分数\n007,1.0\n008,\n")
    assert raw.frame.to_dict("list") == {"编号": ["007", "008"], "分数": ["1.0", ""]}
    assert raw.frame.index.tolist() == [2, 3] and raw.frame.index.name == "row"
    assert raw.frame.dtypes.eq("str").all() and raw.notes == () and raw.sheet == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_and_gb18030_are_told_apart(tmp_path, encoding):
    raw = csv(tmp_path, "姓名,班级\n张𠮷,四班\n", encoding=encoding)
    assert raw.frame.loc[2].tolist() == ["张𠮷", "四班"] and list(raw.frame) == ["姓名", "班级"]
    assert raw.notes == (("read as gb18030",) if encoding == "gb18030" else ())


def test_another_encoding_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(TableError, match=r"a.csv: byte 0 belongs to no encoding.*UTF-8 or GB18030.*CSV UTF-8"):
        csv(tmp_path, "a,b\n1,2\n", encoding="utf-16")


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolon"), ("\t", "tab")])
def test_the_separator_is_found(tmp_path, separator, word):
    raw = csv(tmp_path, f"a{separator}b{separator}c\n1{separator}好,很好,非常好{separator}3\n")
    assert raw.frame.loc[2, "b"] == "好,很好,非常好" and raw.notes == (f"separated by {word}",)


def test_commas_win_where_a_semicolon_stands_in_a_text(tmp_path):
    assert list(csv(tmp_path, "a,b\n1,x;y;z;w\n2,q\n").frame) == ["a", "b"]


def test_a_trailing_empty_column_is_left_out_with_a_note(tmp_path):
    raw = csv(tmp_path, "a,b,\n1,2,\n")
    assert list(raw.frame) == ["a", "b"] and raw.notes == ("1 empty columns without a header left out",)


def test_a_row_longer_than_the_header_is_named(tmp_path):
    with pytest.raises(
        TableError, match=r"a.csv, row 3: 3 cells, of which cell 3 is filled. Allowed: at most 2 cells.*Quote"
    ):
        csv(tmp_path, "a,b\n1,2\n1,2,3\n")


def test_a_filled_column_without_a_header_is_named(tmp_path):
    with pytest.raises(TableError, match=r"row 2: 2 cells of column B are filled, but the column has no header"):
        csv(tmp_path, "a,,c\n1,x,3\n4,y,6\n")


def test_a_short_row_is_filled_with_nothing_and_noted(tmp_path):
    raw = csv(tmp_path, "a,b,c\n1,2\n4,5,6\n")
    assert raw.frame.loc[2].tolist() == ["1", "2", ""]
    assert raw.notes == ("1 rows end before the last column; their cells are empty",)


def test_headers_are_plain_and_a_repeated_one_is_numbered(tmp_path):
    raw = csv(tmp_path, '序号,"我感到\n快乐",ＡＢ　C,我感到 快乐,我感到\t快乐\n1,2,3,4,5\n')
    assert list(raw.frame) == ["序号", "我感到 快乐", "AB C", "我感到 快乐@2", "我感到 快乐@3"]
    assert raw.frame.iloc[0].tolist() == ["1", "2", "3", "4", "5"]


def test_a_quoted_line_break_stays_one_row(tmp_path):
    raw = csv(tmp_path, 'a,b\n1,"x\ny"\n2,z\n')
    assert raw.frame.index.tolist() == [2, 3] and raw.frame.loc[2, "b"] == "x\ny"


def test_a_quote_that_is_never_closed_names_its_row(tmp_path):
    with pytest.raises(TableError, match=r"a.csv, row 3: the row cannot be read.*save it again"):
        csv(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n')


def test_titles_blanks_repeated_headers_and_footers_are_nobody_s_and_counted(tmp_path):
    raw = csv(
        tmp_path,
        "四班成绩表,,\n,,\n学号,姓名,语文\n1,甲,90\n,,\n学号,姓名,语文\n2,乙,80\n,平均分,85\n制表人：王,,\n,,\n",
    )
    assert raw.frame.index.tolist() == [4, 7]
    assert raw.skipped.to_numpy().tolist() == [
        [1, "title above the header"],
        [2, "blank row"],
        [5, "blank row"],
        [6, "header again"],
        [8, "footer"],
        [9, "footer"],
    ]


def test_a_word_that_signs_a_sheet_may_be_data_without_its_colon(tmp_path):
    raw = csv(tmp_path, "角色,编号\n班主任,1\n校长,2\n校长：,\n")
    assert raw.frame["角色"].tolist() == ["班主任", "校长"] and len(raw.skipped) == 1


def test_below_an_export_nothing_is_a_footer(tmp_path):
    raw = csv(tmp_path, "序号,提交答卷时间,所用时间,建议\n合计,2025/9/1 8:00:00,243秒,无\n")
    assert raw.dialect == "wjx" and len(raw.frame) == 1 and raw.skipped.empty


def test_a_dialect_can_be_told_and_a_wrong_one_lists_the_right_ones(tmp_path):
    assert len(csv(tmp_path, "a,b\n合计,2\n", dialect="kobo").frame) == 1
    with pytest.raises(SpecError, match=r"dialect: found 'word'. Allowed: 'wjx', 'tencent', 'kobo', 'sheet'"):
        csv(tmp_path, "a,b\n1,2\n", dialect="word")


def test_one_column_is_a_table_too(tmp_path):
    assert csv(tmp_path, "编号\n1\n2\n", name="a.txt").frame["编号"].tolist() == ["1", "2"]


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    assert csv(tmp_path, "a,b\n").frame.shape == (0, 2)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"a.csv: there is nothing in it. Save the file again"):
        csv(tmp_path, "\n,,\n")


def test_a_file_that_is_all_titles_has_no_header(tmp_path):
    with pytest.raises(TableError, match=r"no header in its first 10 rows: the widest row below has 6 cells"):
        csv(tmp_path, "标题,x\n" * 10 + "a,b,c,d,e,f\n")


def test_a_cell_is_named_as_a_person_finds_it(tmp_path):
    assert csv(tmp_path, "a,b\n1,2\n").cell(2, "b") == "row 2, column b"


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("a.xls", "save it as .xlsx"),
        ("a.zip", "Unpack it"),
        ("a", "take it out of raw/"),
    ],
)
def test_other_endings_are_refused_with_a_way_out(tmp_path, name, way_out):
    with pytest.raises(
        TableError, match=rf"Allowed: '.csv', '.txt', '.tsv', '.xlsx', '.xlsm', '.sav', '.dta'.*{way_out}"
    ):
        csv(tmp_path, "a,b\n", name=name)


def test_a_csv_has_no_sheets_and_must_be_there(tmp_path):
    with pytest.raises(
        TableError, match=r"found sheet 's', but the file has no sheets.*Take #sheet out of columns.csv"
    ):
        csv(tmp_path, "a,b\n", sheet="s")
    with pytest.raises(TableError, match=r"b.csv: there is no such file"):
        read_file(tmp_path / "b.csv")


def test_a_file_open_in_excel_says_so(tmp_path, monkeypatch):
    def locked(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", locked)
    with pytest.raises(
        TableError, match=r"a.xlsx: the file is open in another program. Close it in Excel or WPS and try again"
    ):
        read_file(tmp_path / "a.xlsx")

"""The words of the 按文本 export tell what the numbers of the 按序号 export mean."""

import pytest

from careeval.errors import TableError
from careeval.ingest.cells import raw_table
from careeval.ingest.twins import option_texts


def export(*rows, header=("序号", "题")):
    return raw_table([list(header), *map(list, rows)], name="卷.csv")


def test_each_option_number_gets_the_words_behind_it():
    table = option_texts(
        export(("7", "1"), ("9", "2"), ("8", "2")), export(("9", "从不"), ("7", "总是"), ("8", "从不"))
    )
    assert table.values.tolist() == [["题", "1", "总是", 1], ["题", "2", "从不", 2]]


def test_cells_without_an_option_and_columns_that_are_alike_say_nothing():
    numbers = raw_table([["序号", "题", "次数"], ["1", "(跳过)", "3"], ["2", "1", "4"]], name="n.csv")
    texts = raw_table([["序号", "题", "次数"], ["1", "(跳过)", "3"], ["2", "是", "4"]], name="t.csv")
    assert option_texts(numbers, texts)["text"].tolist() == ["是"]


def test_a_sheet_that_stands_in_one_file_only_is_left_out():
    assert option_texts(export(("1", "1"), ("2", "2")), export(("1", "是")))["rows"].tolist() == [1]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([("1", "是"), ("2", "否"), ("3", "否")], "column 题: text '否' stands for '1' and '2'. Allowed: one option"),
        ([("1", "是"), ("2", "否"), ("3", "或")], "column 题: option '1' stands for '是' and '或'. Allowed: one text"),
        ([("1", "是"), ("1", "否")], "column 序号: a number stands more than once. Allowed: each answer sheet once"),
    ],
)
def test_files_that_are_no_twins_are_refused(texts, words):
    with pytest.raises(TableError, match=words):
        option_texts(export(("1", "1"), ("2", "2"), ("3", "1")), export(*texts))


def test_a_file_without_the_platforms_number_is_refused():
    with pytest.raises(
        TableError, match=r"there is no column '序号'.*Export both files with the platform's own columns"
    ):
        option_texts(export(("1", "1")), export(("1", "是"), header=("编号", "题")))

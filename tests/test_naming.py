"""The texts by which somebody is known: which are looked for, and that no file name may hold one."""

import time
import zipfile

import pytest
from conftest import COLUMNS, GRADES, REGISTER, STUDY

from careeval.clean.naming import held
from careeval.clean.wave import clean_wave
from careeval.errors import CareevalError, TableError
from careeval.pipeline import check, identifiers
from careeval.run.leaks import check_leaks
from careeval.specs.study import open_study


def with_column(header, cells, note=""):
    """The small study with one more column of the register, dropped by columns.csv."""
    lines = REGISTER.splitlines()
    register = "\n".join(
        [f"{lines[0]},{header}", *(f"{line},{cell}" for line, cell in zip(lines[1:], cells, strict=True))]
    )
    return {"raw/w1/register.csv": register + "\n", "columns.csv": f"{COLUMNS}*,register.csv,,{header},-,-,,{note}\n"}


def naming(folder):
    study = open_study(folder)
    return clean_wave(study, study.wave("w1"), salt=b"salt for tests").naming


def test_names_that_link_a_study_are_looked_for(small):
    assert identifiers(open_study(small()), "w1") == {"Xu Bo", "An Li", "Bo Wu", "Cai Yu", "CAI YU", "Du Fu", "Ge Xi"}


@pytest.mark.parametrize(
    ("header", "note", "cells", "found"),
    [
        ("学生姓名", "", ["张伟", "王 芳", "李", "不详", "", "本人"], {"张伟", "王 芳", "王芳"}),
        ("联系电话", "", ["13800001111", "138-0000-2222", "6012", "", "", ""], {"13800001111", "138-0000-2222"}),
        ("家庭住址", "", ["柳树湾12号", "村东头", "stay", "", "", ""], {"柳树湾12号", "村东头"}),
        ("其他", "personal data", ["阿依古丽", "米娜", "", "", "", ""], {"阿依古丽", "米娜"}),
        ("类别", "personal data", ["困难户"] * 6, set()),
        ("学校名字", "", ["青石小学"] * 6, set()),
        ("备注", "", ["张伟请假", "", "", "", "", ""], set()),
    ],
)
def test_what_stands_in_a_dropped_column_of_names_is_looked_for(small, header, note, cells, found):
    assert naming(small(**with_column(header, cells, note))) - naming(small(**{"columns.csv": COLUMNS})) == found


def test_no_table_holds_what_is_looked_for(small):
    study = open_study(small(**with_column("姓名", ["张伟", "王芳", "赵强", "钱丽", "孙敏", "周杰"])))
    made = clean_wave(study, study.wave("w1"), salt=b"salt for tests")
    assert "张伟" in made.naming and "张伟" not in "".join(
        str(table) for table in vars(made).values() if table is not made.naming
    )


@pytest.mark.parametrize("name", ["三年级张伟二.csv", "An Li.csv", "3a_An_Li.csv", "张伟/grades.csv", "~$张伟.csv"])
def test_a_file_name_that_holds_a_name_is_refused_with_the_way_out(small, name):
    pattern = f"*/{name.split('/')[1]}" if "/" in name else name
    study = with_column("姓名", ["张伟", "王芳", "赵强", "钱丽", "孙敏", "周杰"])
    study["columns.csv"] += "".join(
        f"{row}\n".replace("grades.csv", pattern) for row in COLUMNS.splitlines() if "grades.csv" in row
    )
    opened = open_study(small(**study, **{f"raw/w1/{name}": GRADES}))
    [problem] = check(opened, "w1")
    assert str(problem) == (
        f"raw/w1/{name}: the name of the file, its folder or its sheet holds a name, number or code of a person. "
        "Rename the file (or folder, or sheet), and in columns.csv where it stands there."
    )
    with pytest.raises(TableError, match="Rename the file"):
        clean_wave(opened, opened.wave("w1"), salt=b"salt for tests")


def test_a_kind_of_identifier_that_nobody_knows_is_refused(small):
    folder = small(**{"study.toml": STUDY.replace("[privacy]", '[privacy]\nidentifiers = ["nickname"]')})
    with pytest.raises(CareevalError, match=r"found 'nickname'. Allowed: 'name', 'phone', 'id_number'"):
        open_study(folder)


def test_names_are_found_anywhere_and_latin_ones_as_words():
    assert held("班长张三丰", {"张三", "三"}) == {"张三"}
    assert held("Dan Light, An Lin", {"An Li"}) == set() and held("for An Li.", {"An Li"}) == {"An Li"}


def test_a_name_in_a_word_document_is_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "report.docx", "w") as parts:
        parts.writestr("word/document.xml", "<w:t>三年级张伟二.xlsx</w:t>")
    with pytest.raises(CareevalError, match=r"report.docx: it names people: 1 of"):
        check_leaks(tmp_path, {"张伟"})


def test_thousands_of_names_are_looked_for_in_moments(tmp_path):
    names = {f"{chr(0x4E00 + number)}{chr(0x5E00 + number)}" for number in range(1000)}
    names |= {f"{chr(65 + number % 26)}n Lee{number}" for number in range(1000)}
    (tmp_path / "report.html").write_text("<td>三年级的平均分 n = 12</td>\n" * 100_000, encoding="utf-8")
    started = time.process_time()
    check_leaks(tmp_path, names)
    assert time.process_time() - started < 2

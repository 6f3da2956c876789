"""The templates: filled by hand and read back without anybody writing a map."""

import re
import shutil
import subprocess
import warnings
from datetime import date

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from careeval.clean.mapping import resolved
from careeval.clean.wave import clean_wave
from careeval.run.new_study import new_study
from careeval.specs.columns import ColumnRow
from careeval.specs.home import LIBRARY
from careeval.specs.records import read_toml
from careeval.specs.study import open_study
from careeval.templates.all_files import template_files
from careeval.templates.forms import all_forms
from careeval.templates.needs import needs_of
from careeval.templates.study_files import Asked

WAVE = "2026-spring"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder, *_ = new_study(
        tmp_path_factory.mktemp("new") / "hope", "11-town-children-elders", Asked(date(2026, 3, 1), None, 2)
    )
    return folder


@pytest.fixture
def study(made, tmp_path):
    return shutil.copytree(made, tmp_path / "hope")


def fill(study, name, *rows):
    """Write rows below the example row of a template, and put it into raw/."""
    book = load_workbook(study / "templates" / WAVE / name)
    page = book.worksheets[0]
    header = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, start=3):
        for title, value in row.items():
            page.cell(number, header.index(title) + 1, value)
    path = study / "raw" / WAVE / name
    book.save(path)
    return path


def register(study):
    child = {
        "对象类别": "儿童",
        "所在地": "village01",
        "出生日期": date(2015, 3, 1),
        "已签知情同意书": "是",
        "父母外出": "双方",
    }
    return fill(study, "花名册.xlsx", {"编号": "K1", **child}, {"编号": "K2", **child, "在家一方有监护能力": "否"})


def cleaned(folder):
    study = open_study(folder)
    return clean_wave(study, study.wave(), salt=b"salt")


def questions(study):
    """Each question as 问卷星 shows it in the header of its export: '2、cls24_1 ________'."""
    text = (study / "templates" / WAVE / "问卷" / "儿童本人问卷.wjx.txt").read_text(encoding="utf-8-sig")
    return re.findall(r"^(\d+)\. (.*)\[(?:单选|填空)题\]$", text, flags=re.MULTILINE)


def export(study, name, answers, *, wording=""):
    book = Workbook()
    book.active.append(
        [
            "序号",
            "提交答卷时间",
            "所用时间",
            "来源",
            "来源详情",
            "来自IP",
            *(f"{n}、{title}{wording}" for n, title in questions(study)),
        ]
    )
    book.active.append(["3", "2026/3/9 0:39:00", "243秒", "微信", "N/A", "112.96.x.x(广东-广州)", "K1", *answers])
    book.save(study / "raw" / WAVE / name)


def test_filled_workbooks_are_read_back_and_the_example_rows_leave(study):
    register(study)
    visit = {
        "服务项目": "家访",
        "日期": date(2026, 4, 2),
        "所在地": "village01",
        "对象编号": "K1",
        "方式": "入户",
        "结果": "做了",
    }
    fill(
        study,
        "服务记录.xlsx",
        visit,
        {"服务项目": "活动", "日期": date(2026, 4, 3), "所在地": "village02", "结果": "没有做成"},
    )
    fill(
        study,
        "结对台账.xlsx",
        {"对象编号": "K1", "帮扶人编号": "T1", "帮扶人身份": "教师", "开始日期": date(2026, 4, 1)},
    )
    fill(study, "人员情况登记.xlsx", {"对象编号": "K2", "项目": "已建档", "情况": "是", "日期": date(2026, 4, 5)})
    station = {
        "类别": "单位",
        "单位": "village01_station",
        "项目": "安全场地",
        "情况": "部分",
        "日期": date(2026, 4, 5),
    }
    programme = {"类别": "整个方案", "项目": "结对名单已排定", "情况": "是", "日期": date(2026, 4, 5)}
    names = {words.zh: item for item, words in needs_of(open_study(study), WAVE).lists["items_of_units"].items()}
    station["项目"], programme["项目"] = list(names)[-1], next(iter(names))
    fill(study, "单位情况登记.xlsx", station, programme)
    fill(study, "交表登记.xlsx", {"服务项目": "家访", "所在地": "all", "是否齐全": "是"})
    fill(
        study,
        "成绩册.xlsx",
        {"学生编号": "K1", "年级": "4", "考试": "期末", "科目": "数学", "得分": 80, "满分": 100},
        {"学生编号": "K2", "年级": "4", "考试": "期末", "科目": "数学", "得分": "缺考", "满分": 100},
    )
    read = cleaned(study)
    assert read.people["parents_away"].tolist() == ["both", "both"] and len(read.people) == 2
    assert read.services["service"].tolist() == ["home_visit", "activity"]
    assert read.services["person"].notna().tolist() == [True, False]
    assert read.services["outcome"].tolist() == ["done", "not_done"]
    assert read.pairs["role"].tolist() == ["teacher"]
    status = read.status[read.status["item"].ne("consent_survey")]
    assert sorted(status["subject_type"]) == ["person", "programme", "unit"]
    assert set(status["subject"]) > {"study", "village01_station"}
    assert read.exams["status"].tolist() == ["sat", "absent"]
    assert read.exclusions["reason"].str.contains("row_kind 示例").sum() == 7


@pytest.mark.parametrize("wording", ["", "（您填的题干）"])
def test_wjx_exports_by_number_and_by_text_mean_the_same(study, wording):
    register(study)
    numbers = [
        "2" if title.startswith(("cls24", "who5", "two_", "helped", "knows", "doctor")) else "4"
        for _, title in questions(study)[1:]
    ]
    export(study, "31_按序号_儿童本人问卷_1_1.xlsx", numbers, wording=wording)
    by_number = cleaned(study).answers
    (study / "raw" / WAVE / "31_按序号_儿童本人问卷_1_1.xlsx").unlink()
    texts = []
    for _, title in questions(study)[1:]:
        texts.append(
            "2 有时"
            if title.startswith("cls24")
            else "1 是"
            if title.startswith("who5")
            else "0 否"
            if title.startswith(("two_", "helped", "knows", "doctor"))
            else "4"
        )
    texts = ["1" if text == "0 否" else text for text in texts]
    export(study, "31_按文本_儿童本人问卷_1_1.xlsx", texts, wording=wording)
    by_text = cleaned(study).answers
    # the second option of an item from 1 to 5 is 2, of one from 0 to 5 or 0 to 1 it is 1
    assert by_number[["cls24_1", "cls24_10", "who5_5", "two_helpers", "home_visits_month"]].iloc[0].tolist() == [
        2,
        2,
        1,
        1,
        4,
    ]
    pd.testing.assert_frame_equal(by_number, by_text)


def test_a_kobo_export_with_names_as_headers_is_read(study):
    register(study)
    items = [title.split()[0] for _, title in questions(study)][1:]
    header = [
        "start",
        "end",
        "today",
        "person_code",
        *items,
        "_id",
        "_uuid",
        "_submission_time",
        "__version__",
        "_index",
    ]
    row = ["2026-03-09T08:00:00+08:00", "", "2026-03-09", "K2", *("1" for _ in items), "7", "u", "2026-03-09", "v", "1"]
    text = "\n".join(";".join(f'"{cell}"' for cell in line) for line in (header, row))
    name = "儿童本人问卷_-_all_versions_-_False_-_2026-03-09-08-30-12.csv"
    (study / "raw" / WAVE / name).write_text(text, encoding="utf-8-sig")
    read = cleaned(study)
    assert read.answers["cls24_24"].tolist() == [1]
    assert read.responses[["form", "respondent"]].iloc[0].tolist() == ["child_self", "self"]


def test_a_star_finds_a_header_by_its_code_and_no_longer_code():
    def row(raw, table="answers", variable="who5_1"):
        return ColumnRow(
            line=1, wave="*", file="f", record="", raw_column=raw, table=table, variable=variable, recode="", note=""
        )

    headers = ["3、who5_1 wording", "4、who5_10 wording", "来源", "来源详情"]
    found = resolved(row("who5_1*"), [row("who5_1*")], headers)
    assert [one.raw_column for one in found] == ["3、who5_1 wording"]
    assert [one.raw_column for one in resolved(row("来源*", "-", "-"), [], headers)] == ["来源", "来源详情"]
    assert resolved(row("来源*", "-", "-"), [], []) == []
    assert resolved(row("who5_2*"), [], headers)[0].raw_column == "who5_2*"
    behind = resolved(row("who5_1*"), [], ["5、最近两周—who5_1 心情"])
    assert behind[0].raw_column == "5、最近两周—who5_1 心情"


def test_every_xlsform_converts_without_a_warning(study):
    convert = pytest.importorskip("pyxform.xls2xform").convert
    forms = sorted((study / "templates").rglob("*.xlsform.xlsx"))
    assert len(forms) == 3
    for path in forms:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert convert(path).warnings == []


def test_workbooks_offer_lists_check_cells_and_hide_no_macro(study):
    book = load_workbook(study / "templates" / WAVE / "服务记录.xlsx")
    page = book["服务记录"]
    kinds = {check.sqref.ranges.pop().coord[0]: check for check in page.data_validations.dataValidation}
    assert kinds["B"].type == "list" and "选项" in kinds["B"].formula1 and kinds["C"].type == "date"
    assert kinds["D"].errorStyle == "warning" and kinds["B"].error == "请从下拉列表中选"
    assert page["A2"].value == "示例" and page.freeze_panes == "C2"
    assert book.sheetnames == ["服务记录", "填写说明", "选项"] and book["选项"].sheet_state == "hidden"
    services = [row[0].value for row in book["选项"].iter_rows()]
    assert "家访" in services and "家长学校" not in services  # this plan's services, and no other's


def test_no_template_carries_the_wording_of_an_instrument(study):
    assert ("2", "cls24_1 ________") in questions(study)


def test_the_same_study_gives_the_same_bytes(study):
    needs = needs_of(open_study(study), WAVE)
    assert template_files(needs) == template_files(needs)


def test_every_form_fills_variables_of_its_table_and_is_titled_in_both_languages():
    assert list(all_forms()) == [
        "register",
        "services",
        "pairs",
        "status-people",
        "status-units",
        "logs",
        "exams",
        "unit-facts",
    ]
    for form in all_forms().values():
        titles = [column.title for column in form.columns if not column.repeat]
        assert all(words.zh and words.en for words in [form.title, form.help, *titles])


def test_a_workbook_saved_again_by_libreoffice_is_read_the_same(study, tmp_path):
    path = register(study)
    before = cleaned(study).people
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not on this machine: re-saved workbooks were not tried")
    command = [
        program,
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path / "again"), str(path)], check=False, capture_output=True)
    again = tmp_path / "again" / path.name
    if not again.is_file():
        pytest.skip("LibreOffice is here without Calc: re-saved workbooks were not tried")
    shutil.copy(again, path)
    pd.testing.assert_frame_equal(before, cleaned(study).people)


def test_letters_have_the_separate_consent_of_guardians_under_14():
    toml, problems = read_toml(LIBRARY / "letters.toml")
    assert not problems and set(toml) == {"guardian", "assent", "elder", "woman"}
    assert any("单独同意" in part["zh"] for part in toml["guardian"]["paragraphs"])

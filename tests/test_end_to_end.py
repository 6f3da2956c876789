"""The two studies that ship, from raw files to reports: what is left, what the numbers are, what is not said."""

import json
import re
import time
import zipfile

import nbformat
import openpyxl
import pandas as pd
import pytest

from careeval import pipeline
from careeval.run.report import run_report
from careeval.specs.study import open_study

# contract: these columns, in this order; more may follow
COLUMNS = {
    "indicators": "wave site group domain indicator subgroup level numerator denominator value conf_low conf_high "
    "method comparable suppressed",
    "estimates": "outcome outcome_role family domain group subgroup wave baseline_wave contrast design estimator role "
    "estimate std_error df statistic p_value p_adjusted conf_low conf_high hedges_g g_low g_high higher_is "
    "smallest_worthwhile n n_clusters note id",
    "flow": "wave site group arm step n",
    "exclusions": "wave table file reason n",
    "quality": "check wave file variable n of share severity detail",
}
PARTS = (".xml", ".rels")


@pytest.fixture(scope="module")
def report(demo_report):
    """The leaf of the demo's report in its first language, made once."""
    return demo_report


@pytest.fixture(scope="module")
def star_tables(star, tmp_path_factory):
    """The tables of a run of star with no document: name -> table."""
    leaf = run_report(star, out=tmp_path_factory.mktemp("reports") / "star", formats=("tables",))
    return {path.stem: read(path) for path in (leaf / "tables").glob("*.csv")}


def read(path):
    return pd.read_csv(path, encoding="utf-8-sig")


def texts(leaf):
    """{name: text} of every file under the leaf, a Word document's parts each on their own."""
    for path in (file for file in leaf.rglob("*") if file.is_file()):
        name = path.relative_to(leaf).as_posix()
        if path.suffix != ".docx":
            # a picture's base64 holds any short code by chance
            yield name, re.sub(r"(?:[A-Za-z0-9+/=]|\\n){160,}", "", path.read_text(encoding="utf-8-sig"))
            continue
        with zipfile.ZipFile(path) as parts:
            yield from (
                (f"{name} {part}", parts.read(part).decode()) for part in parts.namelist() if part.endswith(PARTS)
            )


def pupils(path):
    """The names in a grade sheet: what stands below 姓名."""
    for sheet in openpyxl.load_workbook(path):
        rows = list(sheet.iter_rows(values_only=True))
        [header] = [number for number, row in enumerate(rows) if "姓名" in row]
        column = rows[header].index("姓名")
        yield from (row[column] for row in rows[header + 1 :] if row[column])


def test_the_files_of_the_contract_are_there(report):
    names = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    chapters = (
        "00_start_here",
        "01_data",
        "02_wellbeing",
        "03_academic",
        "04_support",
        "05_effects",
        "06_review",
        "07_appendix",
    )
    tables = pipeline.REPORT_TABLES
    expected = {
        "report.html",
        "report.docx",
        "run.json",
        "next_plan.toml",
        "changes.csv",
        *(f"notebooks/{name}.ipynb" for name in chapters),
    }
    assert names == expected | {f"tables/{name}.csv" for name in tables}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_the_columns_of_the_contract_in_order(report, name):
    wanted = COLUMNS[name].split()
    assert list(read(report / "tables" / f"{name}.csv"))[: len(wanted)] == wanted


def test_tables_are_utf8_with_a_mark_for_excel_and_line_feeds(report):
    for path in (report / "tables").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") and b"\r" not in path.read_bytes()


def test_no_person_can_be_told_from_anything_that_is_left(report, demo):
    register = demo / "raw" / "2025-spring" / "花名册.csv"
    rows = pd.read_csv(register, dtype="str", encoding="gb18030")
    told = {*rows["编号"].dropna(), *rows["姓名"].dropna(), *rows["联系电话"].dropna()}
    told |= set(pipeline.table(open_study(demo), "people", wave="2025-spring")["person"])
    assert len(told) > 1500
    found = {name: [word for word in told if word in text] for name, text in texts(report)}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_name_of_the_grade_sheets_is_left_either(report, demo):
    whole = " ".join(text for _, text in texts(report))
    names = {name for path in (demo / "raw" / "2025-spring").rglob("*校.xlsx") for name in pupils(path)}
    assert len(names) > 100 and [name for name in names if name in whole] == []


def test_no_path_of_this_machine_is_left(report, demo):
    places = [str(demo), str(report), "/tmp/", "/home/", "/root", "C:\\"]
    assert [(name, place) for name, text in texts(report) for place in places if place in text] == []


def test_notebooks_are_executed_and_say_nothing_of_when_and_where(report):
    for path in (report / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert sum(bool(cell.get("outputs")) for cell in notebook.cells) >= 2
        assert not {"papermill", "execution"} & {
            *notebook.metadata,
            *(key for cell in notebook.cells for key in cell.metadata),
        }


def test_every_document_says_that_the_data_are_simulated(report):
    told = dict(texts(report))
    assert "模拟数据" in told["report.html"]
    assert "模拟" in told["report.docx word/document.xml"]
    assert [name for name in told if "footer" in name or "header" in name if "模拟数据" in told[name]]


def test_no_causal_word_in_the_documents_of_a_study_without_a_lot(report):
    page = re.sub(r"<[^>]+>|data:[^\"')]+", " ", (report / "report.html").read_text(encoding="utf-8"))
    assert [word for word in ("导致", "证明", "显著提高", "无效果", "没有效果") if word in page] == []


def test_a_second_run_does_nothing(report, demo):
    before = {path: path.stat().st_mtime_ns for path in report.rglob("*")}
    steps, started = [], time.perf_counter()
    run_report(demo, out=report, formats=("html", "docx", "tables"), progress=lambda *step: steps.append(step[-1]))
    assert steps == ["nothing to do: the report is up to date"] and time.perf_counter() - started < 5
    assert {path: path.stat().st_mtime_ns for path in report.rglob("*")} == before


def test_the_record_names_every_input_and_how_long_each_step_took(report, demo):
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    raw = {path.relative_to(demo).as_posix() for path in (demo / "raw").rglob("*") if path.is_file()}
    assert raw < record["inputs"].keys() and "study.toml" in record["inputs"]
    assert record["seeds"] == {"study": 20250612} and record["warnings"] == {}
    assert {"table estimates", "05_effects.ipynb", "report.docx"} <= record["seconds"].keys()


@pytest.mark.parametrize(
    ("name", "estimate", "std_error", "df", "n"),
    [
        ("published_kindergarten", 13.8990, 2.4541, None, 5786),
        ("kindergarten_by_school", 13.8990, 4.2423, 69.10, 5786),
        ("published_maths_by_school", 9.4685, 2.3016, 65.58, 4424),
    ],
)
def test_star_has_the_published_numbers_in_one_row_each(star_tables, name, estimate, std_error, df, n):
    rows = star_tables["estimates"]
    [row] = rows[rows["id"].eq(name)].to_dict("records")
    assert (round(row["estimate"], 4), round(row["std_error"], 4), row["n"]) == (estimate, std_error, n)
    assert row["contrast"] == "small - regular" and (df is None or round(row["df"], 2) == df)


def test_star_flows_over_four_waves(star_tables):
    flow = star_tables["flow"]
    everyone = flow[flow["site"].eq("all") & flow["group"].eq("all")].pivot(index="wave", columns="step", values="n")
    # 6,325 pupils were in kindergarten, and 11,598 in the experiment in one year or another
    assert everyone["registered"].to_dict() == {"k": 6325, "grade1": 6829, "grade2": 6840, "grade3": 6802}
    assert everyone["started"].eq(6325).all() and everyone["joined"]["k"] == 0
    assert (everyone["registered"] == everyone["joined"] + everyone["still_registered"]).all()


def test_star_names_each_row_once(star_tables):
    assert star_tables["estimates"]["id"].is_unique
    assert star_tables["balance"].empty, "nobody was tested before the start"

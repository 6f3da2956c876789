"""The run: kernels, scrubbing, the leaf of a report, and what may never be published."""

import json
import sys
from pathlib import Path
from threading import Thread

import nbformat
import pandas as pd
import pytest

from careeval.errors import CareevalError, SpecError
from careeval.pipeline.exports import in_key_order, input_hashes, write_csv
from careeval.run.chapters import execute_chapters, notebook_text
from careeval.run.documents import report_meta
from careeval.run.job import folder_name, prepare_job
from careeval.run.lab import study_copies, with_values
from careeval.run.leaf import carry_over, check_leaf, keep_failed, start_building, swap_in
from careeval.run.leaks import check_leaks, names_people
from careeval.run.notebooks import blocks_of, check_parameters, execute, failing_cell, parameter_names, warnings_of
from careeval.run.scrub import hide_paths, scrubbed, without_people
from careeval.specs.study import open_study

STUDY = """
title = { zh = "小研究", en = "Small study" }
languages = ["zh"]
seed = 7
groups = ["child"]
site_kind = "school"
[[waves]]
id = "w1"
title = { zh = "第一轮", en = "First" }
survey = [2024-09-01, 2024-09-30]
service = [2024-09-01, 2024-12-31]
reference = 2024-09-30
season = "term_start"
plans = []
[design]
assigned_by = "unknown"
assigned_unit = "school"
start = 2024-10-01
arms = ["treated"]
arm_of = "units"
"""
PARAMETERS = 'study: str = "demo"  # whose\nwave: str = ""\nsite: str = ""\nlang: str = ""'
SHOW = """
import sys, warnings
from careeval.present.blocks import Paragraph
from careeval.present.show import show
warnings.warn_explicit("odd", UserWarning, "/home/li/careeval/measure/scores.py", 12)
print(study, sys.executable, object())
show([Paragraph("start.hello", "start", f"你好 {wave}"), Paragraph("start.end", "start", lang)])
"""
OURS = """
from careeval.errors import Problem, TableError
raise TableError(Problem("a.csv", "row 2", "found 9", "0 to 5"), Problem("a.csv", "row 3", "found 8", "0 to 5"))
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with one small study and no notebook yet, and a wrong kernel named python3 on Jupyter's path."""
    folder = tmp_path / "data" / "studies" / "small"
    (folder / "raw" / "w1").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "columns.csv").write_text("wave,file,record,raw_column,table,variable,recode,note\n", encoding="utf-8")
    (folder / "units.csv").write_text("unit,kind,parent,site,arm,stratum,entry,exit,hours,size\n", encoding="utf-8")
    wrong = tmp_path / "jupyter" / "kernels" / "python3"
    wrong.mkdir(parents=True)
    (wrong / "kernel.json").write_text(
        '{"argv": ["nowhere"], "display_name": "wrong", "language": "python"}', encoding="utf-8"
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("CAREEVAL_HOME", str(tmp_path))
    return tmp_path


def notebook(home: Path, name: str, *cells: str) -> Path:
    new = nbformat.v4
    first = new.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    path = home / "notebooks" / name
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new.new_notebook(cells=[first, *map(new.new_code_cell, cells)]), path)
    return path


def job(home: Path, **options):
    asked = {"wave": "", "site": "", "lang": "", "formats": ("html",), "profile": "full", "out": None}
    return prepare_job(open_study("small"), **{**asked, **options})


def test_a_notebooks_parameters_are_the_names_of_its_tagged_cell(home):
    path = notebook(home, "00_start.ipynb", "other = 1")
    assert parameter_names(nbformat.read(path, 4)) == ["study", "wave", "site", "lang"]


def test_a_misspelt_parameter_is_refused_before_anything_runs(home):
    path = notebook(home, "00_start.ipynb", "1/0")
    with pytest.raises(SpecError) as error:
        execute(path, home / "out.ipynb", {"studdy": "x"})
    assert str(error.value) == (
        "00_start.ipynb, parameters: there is no parameter 'studdy'. Allowed: 'study', 'wave', 'site', 'lang'. "
        "Mend the name, or add it to the cell tagged 'parameters'."
    )
    assert not (home / "out.ipynb").exists()


def test_a_notebook_without_a_parameters_cell_has_no_parameters(home):
    path = home / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("study = 1")]), path)
    with pytest.raises(SpecError, match=r"no parameter 'study'. Allowed: nothing"):
        check_parameters(path, {"study": "x"})


def test_a_chapter_runs_in_this_interpreter_and_is_scrubbed_of_paths_and_chance(home):
    notebook(home, "00_start.ipynb", SHOW)
    (home / "build").mkdir()
    told = []
    [chapter] = execute_chapters(
        job(home), home / "build", jobs=1, identifiers=(), done=lambda *step: told.append(step)
    )
    assert [block.text for block in blocks_of(chapter.notebook)] == ["你好 w1", "zh"]
    assert warnings_of(chapter.notebook) == ["careeval/measure/scores.py:12: UserWarning: odd"]
    assert told[0][0] == "00_start.ipynb"
    text = (home / "build" / "notebooks" / "00_start.ipynb").read_text(encoding="utf-8")
    assert all(secret not in text for secret in (str(home), str(Path(sys.executable).parent), "/home/li", "papermill"))
    assert "study = 'small'" in text and "<object object at 0x…>" in text and "你好 w1" in text
    assert [cell["id"] for cell in json.loads(text)["cells"]] == ["cell-01", "cell-02", "cell-03"]
    assert notebook_text(scrubbed(chapter.notebook, job(home).parameters)) == text
    assert not (home / "build" / "executed").exists()


def test_failing_cells_are_named_and_the_partial_notebooks_kept(home):
    notebook(home, "00_start.ipynb", OURS)
    notebook(home, "01_data.ipynb", "print('C0101', '/home/li/x')", "'later'", "1/0")
    (home / "build").mkdir()
    asked = job(home, out=home / "leaf")
    with pytest.raises(CareevalError) as error:
        execute_chapters(asked, home / "build", jobs=2, identifiers={"C0101"}, done=lambda *step: None)
    first, second, third = map(str, error.value.problems)
    where = "00_start.ipynb, cell [3] 'from careeval.errors import Problem, TableError'"
    assert first == f"{where}: a.csv, row 2: found 9. Allowed: 0 to 5."
    assert "a.csv, row 3" in second
    assert third == "01_data.ipynb, cell [5] '1/0': ZeroDivisionError: division by zero."
    failed = (home / "leaf" / "failed" / "01_data.ipynb").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in failed and "it would have named people" in failed
    assert "/home/li" not in failed and str(home) not in failed


@pytest.mark.parametrize("failing", [(0,), (1,), (3,), (0, 1)])
def test_a_run_ends_and_names_the_cells_whichever_chapters_fail(home, failing):
    for number in range(4):
        notebook(home, f"0{number}_x.ipynb", "1/0" if number in failing else "1")
    (home / "build").mkdir()
    asked, raised = job(home, out=home / "leaf"), []

    def run():
        with pytest.raises(CareevalError) as error:
            execute_chapters(asked, home / "build", jobs=2, identifiers=(), done=lambda *step: None)
        raised.extend(map(str, error.value.problems))

    thread = Thread(target=run, daemon=True)  # a run that hangs may not hang the tests
    thread.start()
    thread.join(60)
    problem = "_x.ipynb, cell [3] '1/0': ZeroDivisionError: division by zero."
    assert raised and set(raised) <= {f"0{number}{problem}" for number in failing}
    assert len(list((home / "leaf" / "failed").iterdir())) == len(raised)


def test_a_block_that_cannot_be_drawn_fails_its_own_cell(home):
    broken = "from careeval.present.blocks import Figure\ndisplay(Figure('a', 'a', 'a', 'a', draw=lambda frame: 1/0))"
    path = notebook(home, "01_data.ipynb", broken, "'later'")
    with pytest.raises(CareevalError, match=r"cell \[2\] 'from careeval.present.blocks import Figure': ZeroDivision"):
        execute(path, home / "out.ipynb", {})


def test_a_cell_in_which_the_kernel_died_is_the_failing_one(tmp_path):
    cells = [nbformat.v4.new_code_cell(source, execution_count=1) for source in ("fine", "os._exit(3)", "never run")]
    for cell, status in zip(cells, ("completed", "completed", "pending"), strict=True):
        cell.metadata.papermill = {"status": status}
    cells[1].execution_count = None
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "01_data.ipynb")
    assert failing_cell(tmp_path / "01_data.ipynb") == "cell [2] 'os._exit(3)'"


def test_scrubbing_hides_folders_in_every_spelling():
    assert hide_paths("in /home/li/care/scores.py:12 and C:\\Users\\li\\x.csv") == "in …/scores.py:12 and …/x.csv"
    assert hide_paths(json.dumps("C:\\Users\\li\\care\\x.csv")) == '"…/x.csv"'
    assert hide_paths("see https://example.org/home/li/x and 3/root") == "see https://example.org/home/li/x and 3/root"


def test_an_output_that_names_people_is_left_out_of_a_failed_notebook():
    shown = nbformat.v4.new_output("stream", text="张三")
    cell = nbformat.v4.new_code_cell("x", outputs=[shown])
    [clean] = without_people(nbformat.v4.new_notebook(cells=[cell]), lambda text: "张三" in text).cells
    assert clean.outputs[0].text == "Output left out: it would have named people."


def test_codes_are_found_as_whole_words_and_names_anywhere():
    assert names_people("pupil C0101, absent", {"C0101"}) and names_people("raw/C0101.docx", {"C0101"})
    assert names_people("班长张三丰", {"张三"})
    assert not names_people("C01012 and XC0101", {"C0101"})
    assert not names_people("n = 5786", {"5786"}) and not names_people("0.1381234567", {"1381234567"})
    assert not names_people("A" * 200 + "+C0101+" + "A" * 200, {"C0101"})


def test_a_report_that_names_people_or_folders_is_refused(tmp_path):
    (tmp_path / "a.html").write_text("pupil C0101", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"file,{Path.home() / 'x.csv'}", encoding="utf-8")
    (tmp_path / "c.csv").write_text("n,12", encoding="utf-8")
    with pytest.raises(CareevalError) as error:
        check_leaks(tmp_path, {"C0101", "C0102"})
    assert str(error.value).splitlines() == [
        "a.html: it names people: 1 of their names, codes or numbers stand in it. "
        "A report may not name anybody: use groups, not persons.",
        f"b.csv: it names a folder of this machine: {Path.home() / 'x.csv'}.",
    ]


def test_a_built_report_takes_the_place_of_the_old_one(tmp_path):
    leaf = tmp_path / "w1" / "all"
    for text in ("old", "new"):
        building = start_building(leaf)
        (building / "report.html").write_text(text, encoding="utf-8")
        swap_in(building, leaf)
    assert (leaf / "report.html").read_text(encoding="utf-8") == "new"
    assert [path.name for path in leaf.parent.iterdir()] == ["all"]


def test_a_report_that_cannot_be_replaced_stays(tmp_path):
    leaf = tmp_path / "all"
    swap_in(start_building(leaf), leaf)
    with pytest.raises(CareevalError, match=r"the old report cannot be replaced .* Close the report in Word, Excel"):
        swap_in(tmp_path / "never built", leaf)
    assert leaf.is_dir()


def test_a_run_cut_off_between_two_renames_is_mended(tmp_path):
    leaf = tmp_path / "all"
    (tmp_path / ".all.old").mkdir()
    (tmp_path / ".all.old" / "report.html").write_text("last good", encoding="utf-8")
    start_building(leaf)
    assert (leaf / "report.html").read_text(encoding="utf-8") == "last good"


def test_another_language_and_notes_survive_and_what_is_out_of_date_goes(tmp_path):
    leaf, building = tmp_path / "all", tmp_path / "new"
    for name in ("report.html", "report.en.html", "notes.txt", "failed/01_data.ipynb"):
        (leaf / name).parent.mkdir(parents=True, exist_ok=True)
        (leaf / name).write_text("old", encoding="utf-8")
    building.mkdir()
    carry_over(leaf, building, remade=["report.html"])
    assert sorted(path.name for path in building.iterdir()) == ["notes.txt", "report.en.html"]


def test_only_the_newest_failure_is_kept_beside_the_last_good_report(tmp_path):
    (tmp_path / "report.html").write_text("last good", encoding="utf-8")
    keep_failed(tmp_path, {"01_data.ipynb": "1"})
    keep_failed(tmp_path, {"02_wellbeing.ipynb": "2"})
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["02_wellbeing.ipynb", "report.html"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(CareevalError, match=r"holds files that are no report of careeval. Name a new or empty folder"):
        check_leaf(tmp_path)
    (tmp_path / "run.en.json").write_text("{}", encoding="utf-8")
    check_leaf(tmp_path)


def test_every_option_that_cannot_be_met_is_told_at_once(home):
    with pytest.raises(SpecError) as error:
        job(home, wave="w9", lang="en", formats=("pdf", "odt"), profile="short")
    assert str(error.value).splitlines() == [
        "--lang: small has no report in 'en'. Allowed: 'zh'. "
        "Choose one of them, or add 'en' to languages in study.toml.",
        "--format: there is no format 'odt'. Allowed: 'html', 'docx', 'pdf', 'tables'.",
        "study.toml, waves: there is no wave 'w9'. Allowed: 'w1'.",
        "--profile: there is no profile 'short'. Allowed: 'brief', 'full', 'term-paper'.",
        "notebooks/: there are no chapters such as 00_start_here.ipynb. "
        "Work in a clone of careeval, or set CAREEVAL_HOME to its folder.",
    ]


def test_a_job_knows_its_leaf_and_its_files_names(home):
    notebook(home, "00_start.ipynb")
    whole, one = job(home), job(home, site="一/二 班")
    assert whole.leaf.relative_to(home.resolve()).as_posix() == "reports/small/w1/all"
    assert one.leaf.name == "一_二_班" == folder_name("一/二 班")
    assert whole.named("report.html") == "report.html"
    assert report_meta(one, files=3).lines[0] == "研究：small；轮次：w1；范围：一/二 班"


def test_a_report_is_another_one_when_a_file_a_notebook_or_an_option_changes(home):
    path = notebook(home, "00_start.ipynb")
    inputs = input_hashes(open_study("small"))
    assert list(inputs) == ["columns.csv", "study.toml", "units.csv"]
    keys = [job(home).key(inputs), job(home, site="s").key(inputs), job(home).key({**inputs, "raw/w1/a.csv": "0"})]
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert len({*keys, job(home).key(inputs)}) == 4


def test_tables_are_the_same_bytes_whatever_the_order_of_their_rows(tmp_path):
    table = pd.DataFrame(
        {"site": ["b", "a", "a"], "n": pd.array([1, None, 3], dtype="Int64"), "share": [1 / 3, None, 2.0]}
    )
    write_csv(table, tmp_path / "one.csv")
    write_csv(table.iloc[::-1], tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == b"\xef\xbb\xbfsite,n,share\na,3,2\na,,\nb,1,0.333333333333\n"
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_a_nullable_or_starred_number_is_written_with_twelve_digits_too(tmp_path):
    table = pd.DataFrame({"a": pd.array([2 / 3], dtype="Float64"), "b": pd.Series([1 / 7], dtype=object)})
    write_csv(table, tmp_path / "one.csv")
    assert (tmp_path / "one.csv").read_text(encoding="utf-8-sig") == "a,b\n0.666666666667,0.142857142857\n"


def test_an_empty_table_keeps_its_header():
    assert list(in_key_order(pd.DataFrame(columns=["site", "n"])).columns) == ["site", "n"]


def test_the_lab_opens_copies_set_to_the_study_and_leaves_edited_ones(home):
    notebook(home, "00_start.ipynb", "study")
    study = open_study("small")
    copy = study_copies(study) / "00_start.ipynb"
    source = nbformat.read(copy, 4).cells[0].source.splitlines()
    assert source == [
        f'study: str = "{study.folder.as_posix()}"  # whose',
        'wave: str = "w1"',
        'site: str = ""',
        'lang: str = "zh"',
    ]
    copy.write_text("mine", encoding="utf-8")
    study_copies(study)
    assert copy.read_text(encoding="utf-8") == "mine"


def test_only_the_named_literals_of_a_parameters_cell_change():
    assert with_values("study = 'a'\nstudy_name = 'a'", {"study": 'x"y'}) == 'study = "x\\"y"\nstudy_name = \'a\''

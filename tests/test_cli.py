"""The commands: exit codes, plain words, nothing half-written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from careeval import cli
from careeval.errors import CareevalError, Problem, SpecError
from careeval.pipeline import REPORT_TABLES
from careeval.run.notebooks import NotebookError
from careeval.run.report import run_report

ROOT = Path(__file__).parents[1]
PARAMETERS = "\n".join(f'{name}: str = ""' for name in ("study", "wave", "site", "lang"))
HELLO = """
from careeval.present.blocks import Heading
from careeval.present.show import show
show(Heading("start.title", "start", f"Wave {wave}", 1))
"""


@pytest.fixture
def command(monkeypatch, capsys):
    """A function that runs `careeval ...` and gives (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["careeval", *map(str, arguments)])
        monkeypatch.setattr(sys.stdout, "reconfigure", lambda **named: None, raising=False)
        monkeypatch.setattr(sys.stderr, "reconfigure", lambda **named: None, raising=False)
        with pytest.raises(SystemExit) as left:
            cli.main()
        return left.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with one chapter and a profile that needs no other; gives a function that rewrites the chapter."""
    monkeypatch.setenv("CAREEVAL_HOME", str(tmp_path))
    profile = 'title = { en = "Mine" }\n[[chapters]]\nid = "one"\ntitle = { en = "" }\nblocks = ["start.*"]\n'
    (tmp_path / "mine.toml").write_text(profile, encoding="utf-8")

    def chapter(code: str) -> Path:
        new = nbformat.v4
        cells = [new.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new.new_code_cell(code)]
        path = tmp_path / "notebooks" / "00_start_here.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(new.new_notebook(cells=cells), path)
        return tmp_path

    return chapter


def test_help_names_every_command_with_a_worked_example(command):
    names = [one.name or one.callback.__name__ for one in cli.app.registered_commands]
    assert names == ["run", "check", "wave", "new", "templates", "plans", "map", "lab", "instruments"]
    assert all(name in command("--help")[1] for name in names)
    assert all(f"careeval {name} " in " ".join(command(name, "--help")[1].split()) for name in names)


def test_help_imports_nothing_heavy():
    asked = (
        "import sys; from careeval import cli; print({'pandas', 'papermill', 'pydantic', 'rich'} & set(sys.modules))"
    )
    given = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert given.stdout.strip() == "set()"


def test_python_m_careeval_is_the_same_program():
    told = {**os.environ, "PYTHONIOENCODING": "ascii"}
    asked = [sys.executable, "-m", "careeval", "instruments", "who5"]
    given = subprocess.run(asked, cwd=ROOT, env=told, capture_output=True, check=True)
    assert "世界卫生组织" in given.stdout.decode("utf-8")


def test_every_problem_is_printed_numbered_on_stderr(command, small):
    folder = small(study__toml="", **{"study.toml": 'title = { zh = "x" }\nlanguages = ["zh"]\nsede = 1\n'})
    code, out, told = command("check", folder)
    assert (code, out) == (2, "")
    first, *problems = told.splitlines()
    assert first == f"{len(problems)} problems:" and len(problems) > 3
    assert all(line.startswith(f"{number:>3}. ") for number, line in enumerate(problems, start=1))
    assert any("unknown key 'sede'" in line for line in problems)


def test_a_clean_check_says_what_was_read(command, small):
    code, out, _ = command("check", small(), "--wave", "w1")
    assert code == 0
    assert out.splitlines()[0] == "small, wave w1: 3 files, 17 rows, 5 people; 6 rows left out of a table"
    assert "  survey.csv: 6 rows" in out.splitlines()


def test_a_study_that_is_not_there_is_exit_code_2(command):
    code, _, told = command("run", "nowhere")
    assert code == 2 and "nowhere: no study of that name" in told and "Traceback" not in told


def test_a_failed_notebook_is_exit_code_1_and_a_data_error_2(command, monkeypatch):
    for error, expected in ((NotebookError("x"), 1), (SpecError("x"), 2), (CareevalError("x"), 2)):
        monkeypatch.setattr(cli, "app", lambda error=error, **named: (_ for _ in ()).throw(error))
        assert command("run")[0] == expected


def test_one_problem_is_not_called_problems():
    assert cli.told(CareevalError(Problem("a.csv", "row 2", "found 9"))) == "1 problem:\n  1. a.csv, row 2: found 9."


def test_instruments_are_listed_and_shown(command):
    assert "cls24" in command("instruments")[1]
    assert "fillers: 2, 5, 7, 11, 13, 15, 19, 23" in command("instruments", "cls24")[1]
    assert "there is no such instrument" in command("instruments", "nothing")[2]


def test_a_run_leaves_tables_notebooks_and_a_record_and_the_second_does_nothing(command, home, small):
    folder = home(HELLO)
    asked = ("run", small(), "--wave", "w1", "--format", "tables", "--profile", folder / "mine.toml")
    code, out, told = command(*asked)
    leaf, steps = folder / "reports" / "small" / "w1" / "all", len(REPORT_TABLES) + 1
    assert (code, out.strip()) == (0, str(leaf)) and f"{steps}/{steps} 00_start_here.ipynb" in told
    names = sorted(path.relative_to(leaf).as_posix() for path in leaf.rglob("*.*"))
    tables = sorted(REPORT_TABLES)
    assert names == ["notebooks/00_start_here.ipynb", "run.json", *(f"tables/{name}.csv" for name in tables)]
    record = json.loads((leaf / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"] | {"profile": ""} == {
        "study": "small", "wave": "w1", "site": "", "lang": "en", "formats": ["tables"], "profile": "",
    }  # fmt: skip
    assert len(record["inputs"]["raw/w1/grades.csv"]) == 64 and record["seeds"] == {"study": 1}
    assert str(folder) not in "".join(path.read_text(encoding="utf-8") for path in leaf.rglob("*.*"))
    assert "nothing to do: the report is up to date" in command(*asked)[2]


def test_a_failed_run_keeps_the_last_good_report_and_the_partial_notebook(home, small):
    folder = home("1/0")
    leaf = folder / "reports" / "small" / "w1" / "all"
    leaf.mkdir(parents=True)
    (leaf / "run.json").write_text("{}", encoding="utf-8")
    (leaf / "report.html").write_text("last good", encoding="utf-8")
    with pytest.raises(
        NotebookError, match=r"00_start_here.ipynb, cell .3. '1/0': ZeroDivisionError: division by zero"
    ):
        run_report(small(), wave="w1", profile=str(folder / "mine.toml"), formats=["tables"])
    assert sorted(path.name for path in leaf.parent.rglob("*.*")) == ["00_start_here.ipynb", "report.html", "run.json"]
    assert (leaf / "report.html").read_text(encoding="utf-8") == "last good"

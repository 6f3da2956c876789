"""The chapters stay thin: literals in the parameters cell, short cells, no logic, no stored outputs."""

import ast
from pathlib import Path

import nbformat
import pytest
from papermill import inspect_notebook

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PARAMETERS = {"study", "wave", "site", "lang"}


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_the_chapters_of_this_version_are_there():
    names = [path.stem for path in NOTEBOOKS]
    assert names == [
        "00_start_here", "01_data", "02_wellbeing", "03_academic", "04_support", "05_effects", "06_review",
        "07_appendix",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_opens_with_a_title_and_its_question(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ") and "?" in first.source.replace("？", "?")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_are_the_same_four_literals(path):
    (cell,) = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assigned = {node.target.id: ast.literal_eval(node.value) for node in ast.parse(cell.source).body}
    assert set(assigned) == PARAMETERS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_tells_every_parameter_with_its_help(path):
    told = inspect_notebook(str(path))
    assert set(told) == PARAMETERS and all(one["help"] for one in told.values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_hold_no_logic(path):
    cells = code_cells(path)
    assert len(cells) <= 12
    for cell in cells:
        assert len(cell.source.splitlines()) <= 8
        kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp, ast.If)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_that_was_run_is_stored(path):
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(path))

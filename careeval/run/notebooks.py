"""One notebook under papermill: parameters checked first, a failing cell named, the blocks it shows handed on."""

from __future__ import annotations

import ast
import base64
import logging
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from careeval.errors import CareevalError, Problem, SpecError, TableError, listed
from careeval.present.blocks import MIME, Block, from_json
from careeval.run.kernel import NAME, manager_of, private_kernels

OUR_ERRORS: Mapping[str, type[CareevalError]] = {kind.__name__: kind for kind in (CareevalError, SpecError, TableError)}

# what papermill logs about a failure is said once more, in plain words, by the errors of this room
logging.getLogger("papermill").addHandler(logging.NullHandler())


class NotebookError(CareevalError):
    """A cell failed for a reason that is no mistake in the study's files."""

    exit_code = 1


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in a file, in the newest format."""
    return nbformat.read(path, as_version=4)


def parameter_names(notebook: NotebookNode) -> list[str]:
    """The names that the cell tagged `parameters` gives a value, in order; [] without such a cell."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    lines = ast.parse(cells[0].source).body if cells else []
    targets = [line.target if isinstance(line, ast.AnnAssign) else line.targets[0] for line in lines if _gives(line)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def check_parameters(path: Path, parameters: Mapping[str, str]) -> None:
    """Refuse a parameter that the notebook does not have: papermill itself would only warn and run with the default."""
    known = parameter_names(read_notebook(path))
    unknown = [name for name in parameters if name not in known]
    if unknown:
        way_out = "Mend the name, or add it to the cell tagged 'parameters'"
        raise SpecError(
            *(
                Problem(path.name, "parameters", f"there is no parameter {name!r}", listed(known), way_out)
                for name in unknown
            )
        )


def execute(path: Path, executed: Path, parameters: Mapping[str, str]) -> NotebookNode:
    """Run a notebook from top to bottom in a kernel of its own and return it with its outputs.

    executed: where papermill keeps the notebook, cell by cell; after a failure it holds all that was done.
    Raises SpecError for an unknown parameter (nothing is run); an error of careeval's own inside a cell as that error;
    NotebookError for anything else. The message names the notebook and the cell.
    """
    from papermill import execute_notebook

    check_parameters(path, parameters)
    with private_kernels() as kernels:
        try:
            return execute_notebook(
                str(path),
                str(executed),
                parameters=dict(parameters),
                kernel_name=NAME,
                language="python",
                progress_bar=False,
                kernel_manager_class=manager_of(kernels),
                shutdown_kernel="immediate",
                resources={"metadata": {"path": str(path.parent)}},
            )
        except Exception as error:
            raise _failure(path, executed, error) from None


def blocks_of(notebook: NotebookNode) -> list[Block]:
    """The blocks that the notebook's cells show, in order; a figure with its picture."""
    shown = [
        output.data for cell in notebook.cells for output in cell.get("outputs", []) if MIME in output.get("data", {})
    ]
    return [from_json(data[MIME], base64.b64decode(data.get("image/png", ""))) for data in shown]


def warnings_of(notebook: NotebookNode) -> list[str]:
    """Lines that careeval's own code wrote to stderr while the notebook ran: its warnings, once each."""
    streams = [
        output for cell in notebook.cells for output in cell.get("outputs", []) if output.get("name") == "stderr"
    ]
    lines = [line.strip() for stream in streams for line in stream.text.splitlines()]
    ours = [line.partition("careeval")[2] for line in lines if "careeval" in line and "Warning" in line]
    return list(dict.fromkeys(f"careeval{line}" for line in ours))


def failing_cell(executed: Path) -> str:
    """The cell that did not end, by the number that Jupyter shows beside it, with its first line."""
    if not executed.is_file():
        return "before the first cell"
    code = [cell for cell in read_notebook(executed).cells if cell.cell_type == "code"]
    done = [_is_done(cell) for cell in code]
    if all(done):
        return "after the last cell"
    number = done.index(False)
    first_line = (code[number].source.strip().splitlines() or [""])[0]
    return f"cell [{number + 1}] {first_line!r}"


def _gives(line: ast.stmt) -> bool:
    return isinstance(line, ast.Assign) or (isinstance(line, ast.AnnAssign) and line.value is not None)


def _failure(path: Path, executed: Path, error: Exception) -> CareevalError:
    """Papermill's error in our words."""
    place = failing_cell(executed)
    name, message = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    if name in OUR_ERRORS:
        return OUR_ERRORS[name](*(Problem(path.name, place, line.rstrip(".")) for line in message.splitlines()))
    return NotebookError(Problem(path.name, place, f"{name}: {message}".rstrip(".: ")))


def _is_done(cell: NotebookNode) -> bool:
    # papermill calls a cell in which the kernel died completed, but it has no number; an empty cell never has one
    completed = cell.metadata.get("papermill", {}).get("status") == "completed"
    # a block that cannot be drawn leaves its error among the outputs, and the cell goes on to its end
    completed &= all(output.output_type != "error" for output in cell.outputs)
    return completed and (cell.execution_count is not None or not cell.source.strip())

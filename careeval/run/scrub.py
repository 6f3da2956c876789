"""Executed notebooks without paths, times or chance, so that they can be handed on and compared."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from careeval.specs.home import PACKAGE, root

HIDDEN = "…"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# not the middle of a word, a web address or a closing tag; then the folders below, of which only the last is kept
START, BELOW, END = r"(?<![\w.<-])", r"(?:[/\\]+[^/\\\"'\s<>()\[\],:;]*)*", r"(?![\w-])"
HOMES = r"/(?:home|Users)/[^/\\\"'\s<>]+|/root|[A-Za-z]:[/\\]+Users[/\\]+[^/\\\"'\s<>]+"
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
LEFT_OUT = "Output left out: it would have named people."


def scrubbed(notebook: NotebookNode, parameters: Mapping[str, str]) -> NotebookNode:
    """A copy without papermill's records, times, random cell ids, object addresses and absolute paths.

    parameters: what the cell that papermill injected shall say instead of what it was given (a study's name for its
    folder). Same notebook and outputs in -> same bytes out.
    """
    cells = [_scrubbed_cell(cell, number, parameters) for number, cell in enumerate(notebook.cells, start=1)]
    kept = {key: value for key, value in notebook.metadata.items() if key in ("language_info", "title", "authors")}
    return NotebookNode(
        cells=cells, metadata=NotebookNode(kernelspec=NotebookNode(KERNEL), **kept), nbformat=4, nbformat_minor=5
    )


def without_people(notebook: NotebookNode, names_people: Any) -> NotebookNode:
    """A copy in which no cell shows an output for which `names_people(text)` is true: what a failed run may leave."""
    cells = []
    for cell in notebook.cells:
        told = NotebookNode(cell)
        if any(names_people(str(output)) for output in cell.get("outputs", [])):
            told["outputs"] = [NotebookNode(output_type="stream", name="stderr", text=LEFT_OUT)]
        cells.append(told)
    return NotebookNode({**notebook, "cells": cells})


def hide_paths(text: str) -> str:
    """The text with `…/name` for every absolute path of this machine, or of anybody's home, in any spelling.

    >>> hide_paths("/home/li/care/scores.py:12")
    '…/scores.py:12'
    """
    return _machine_paths().sub(_last_part, text)


def paths_in(text: str) -> list[str]:
    """The absolute paths that `hide_paths` would hide."""
    return sorted({found.group() for found in _machine_paths().finditer(text)})


def _scrubbed_cell(cell: NotebookNode, number: int, parameters: Mapping[str, str]) -> NotebookNode:
    # editors write who ran a cell and when into its metadata
    metadata = {key: value for key, value in cell.metadata.items() if key in ("tags", "jupyter")}
    injected = "injected-parameters" in cell.metadata.get("tags", [])
    told = [f"{name} = {value!r}" for name, value in parameters.items()]
    source = "\n".join(["# Parameters", *told]) if injected else cell.source
    made = NotebookNode(cell_type=cell.cell_type, id=f"cell-{number:02d}", metadata=NotebookNode(metadata))
    made["source"] = hide_paths(source)
    if cell.cell_type == "code":
        made["execution_count"] = cell.execution_count
        made["outputs"] = [_hidden(output) for output in cell.outputs]
    return made


def _hidden(value: Any) -> Any:
    """Any part of an output with its texts scrubbed; pictures are left as they are."""
    if isinstance(value, Mapping):
        return NotebookNode(
            {key: inner if key.startswith("image/") else _hidden(inner) for key, inner in value.items()}
        )
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    return ADDRESS.sub("0x…", hide_paths(value)) if isinstance(value, str) else value


@cache
def _machine_paths() -> re.Pattern[str]:
    here = [Path.home(), root(), PACKAGE.parent, Path(sys.prefix), Path(sys.base_prefix), Path(tempfile.gettempdir())]
    folders = {os.fspath(form) for path in here for form in (path, path.resolve()) if len(path.parts) > 1}
    longest_first = sorted(folders, key=lambda folder: (-len(folder), folder))
    known = "|".join([*map(_either_slash, longest_first), HOMES])
    return re.compile(f"{START}(?:{known}){END}(?P<below>{BELOW})")


def _last_part(found: re.Match[str]) -> str:
    parts = [part for part in re.split(r"[/\\]+", found["below"]) if part]
    return f"{HIDDEN}/{parts[-1]}" if parts else HIDDEN


def _either_slash(folder: str) -> str:
    # Windows paths also stand with / and, inside JSON and quoted text, with \\ for each \
    return r"[/\\]+".join(map(re.escape, re.split(r"[/\\]+", folder)))

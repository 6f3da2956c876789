"""The notebooks by hand: JupyterLab on them, or on a study's own copies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from careeval.run.chapters import notebook_text
from careeval.run.kernel import environment, private_kernels
from careeval.run.leaf import write_file
from careeval.run.notebooks import read_notebook
from careeval.specs.home import root
from careeval.specs.study import Study


def study_copies(study: Study) -> Path:
    """The folder <study>/derived/notebooks with a copy of each chapter, its parameters set to this study.

    A copy that is there already is somebody's work and stays as it is.
    """
    folder = study.derived / "notebooks"
    # by its folder: inside derived/ the study would not be found by its name
    told = {"study": study.folder.as_posix(), "wave": study.wave().id, "lang": study.spec.languages[0]}
    for path in sorted((root() / "notebooks").glob("*.ipynb")):
        if not (folder / path.name).exists():
            notebook = read_notebook(path)
            for cell in notebook.cells:
                if "parameters" in cell.metadata.get("tags", []):
                    cell.source = with_values(cell.source, told)
            write_file(folder / path.name, notebook_text(notebook))
    return folder


def with_values(source: str, values: Mapping[str, str]) -> str:
    """A parameters cell in which the named literals are replaced; type hints and comments stay.

    >>> with_values('study: str = "demo"  # folder under data/studies', {"study": "star"})
    'study: str = "star"  # folder under data/studies'
    """
    for name, value in values.items():
        pattern = rf"""^({name}\s*(?::[^=\n]*)?=\s*)(?:"[^"\n]*"|'[^'\n]*')"""
        literal = json.dumps(value, ensure_ascii=False)
        source = re.sub(pattern, lambda found, literal=literal: found[1] + literal, source, flags=re.MULTILINE)
    return source


def open_lab(folder: Path, options: Sequence[str] = ()) -> int:
    """JupyterLab on a folder until it is closed; returns its exit code. options go to `jupyter lab` as they are."""
    with private_kernels() as kernels:
        paths = os.pathsep.join(filter(None, [str(kernels.parent), os.environ.get("JUPYTER_PATH", "")]))
        told = {**os.environ, **environment(), "JUPYTER_PATH": paths}
        return subprocess.call([sys.executable, "-m", "jupyterlab", *options], cwd=folder, env=told)

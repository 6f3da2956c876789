"""Where the project's folders are: studies, notebooks, reports and the package's own library."""

from __future__ import annotations

import os
from pathlib import Path

from careeval.errors import CareevalError, Problem, listed

PACKAGE = Path(__file__).resolve().parents[1]
LIBRARY = PACKAGE / "library"


def root() -> Path:
    """The home: $CAREEVAL_HOME, else the nearest folder above with the notebooks, else where the package lies."""
    if told := os.environ.get("CAREEVAL_HOME"):
        return Path(told).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        # a report's folder has executed notebooks too, but no data/
        if (folder / "notebooks" / "00_start_here.ipynb").is_file() and (folder / "data").is_dir():
            return folder
    return PACKAGE.parent


def study_folder(study: str | Path) -> Path:
    """The folder of a study given as a path or as a name under data/studies."""
    studies = root() / "data" / "studies"
    for folder in (Path(study), studies / study):
        if (folder / "study.toml").is_file():
            return folder.resolve()
    known = sorted(path.parent.name for path in studies.glob("*/study.toml"))
    raise CareevalError(
        Problem(
            str(study),
            "",
            "no study of that name, and no folder with a study.toml",
            listed(known),
            "Name a folder that holds study.toml, or one of these",
        )
    )

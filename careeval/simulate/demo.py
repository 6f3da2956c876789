"""The demo: children, elders and a dozen women in ten villages, two waves, and what the plan truly did.

python -m careeval.simulate.demo        writes raw/, truth.csv and planted.csv of data/studies/demo again
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from careeval.errors import CareevalError, Problem
from careeval.simulate.files import DataFile, write_file
from careeval.simulate.outcomes import Outcomes, simulate_outcomes
from careeval.simulate.people import WAVES, simulate_people
from careeval.simulate.questionnaires import FORMS, form_file
from careeval.simulate.registers import grade_sheets, marks_as_written, register_file
from careeval.simulate.truth import truth_table
from careeval.specs.home import study_folder
from careeval.specs.study import open_study


@dataclass(frozen=True)
class Demo:
    """Simulated people, what they would answer with and without the plan, and the files that tell of it.

    people: see `simulate_people`. outcomes: {wave: both potential outcomes}. marks: {wave: marks as the sheets have
    them}. files: {wave: raw files}. truth: what the plan did. planted: trap, wave, file, n.
    """

    seed: int
    people: pd.DataFrame
    outcomes: Mapping[str, Outcomes]
    marks: Mapping[str, pd.DataFrame]
    files: Mapping[str, tuple[DataFile, ...]]
    truth: pd.DataFrame
    planted: pd.DataFrame


def demo_study(*, seed: int) -> Demo:
    """The demo for a seed: same seed, same people, same files, same truth."""
    people = simulate_people(seed)
    outcomes = simulate_outcomes(people, seed)
    treated = people.set_index("person")["arm"].eq("treated")
    files, marks, planted = {}, {}, []
    for wave in WAVES:
        happened = outcomes[wave].realised(treated)
        marks[wave] = marks_as_written(people, happened, wave, seed)
        register, traps = register_file(people, wave)
        sheets, more = grade_sheets(marks[wave], wave)
        forms, found = zip(*(form_file(form, people, happened, wave, seed) for form in FORMS), strict=True)
        files[wave] = (register, *sheets, *forms)
        planted += [(trap, wave, file, n) for trap, file, n in [*traps, *more, *chain(*found)] if n]
    truth = truth_table(people, outcomes[WAVES[-1]], marks[WAVES[-1]])
    table = pd.DataFrame(planted, columns=["trap", "wave", "file", "n"])
    return Demo(seed, people, outcomes, marks, files, truth, table)


def write_demo(demo: Demo, folder: Path) -> tuple[Path, ...]:
    """Write raw/<wave>/..., truth.csv and planted.csv under `folder`, and give the paths of the raw files."""
    paths = [write_file(file, folder / "raw" / wave) for wave, files in demo.files.items() for file in files]
    for name, table in (("truth.csv", demo.truth), ("planted.csv", demo.planted)):
        text = table.to_csv(index=False, lineterminator="\n", float_format="%.12g")
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return tuple(paths)


def rewrite(folder: Path) -> tuple[Path, ...]:
    """Put the demo's files in the place of a simulated study's raw/, with the seed of its study.toml.

    Raises CareevalError for a study that is not simulated: its raw files are somebody's only copy.
    """
    study = open_study(folder)
    if not study.spec.simulated:
        found = "this study is not simulated, so its raw files are not ours to replace"
        raise CareevalError(Problem("study.toml", "key 'simulated'", found, "simulated = true", "Name another folder"))
    shutil.rmtree(study.raw, ignore_errors=True)
    return write_demo(demo_study(seed=study.spec.seed), study.folder)


if __name__ == "__main__":
    for written in rewrite(study_folder(*sys.argv[1:2] or ["demo"])):
        print(written.name)

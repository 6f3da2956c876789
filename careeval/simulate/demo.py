"""The demo: children, elders and a dozen women in ten villages, two waves, and what the plan truly did.

python -m careeval.simulate.demo        writes raw/, truth.csv and planted.csv of data/studies/demo again
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from careeval.errors import CareevalError, Problem
from careeval.simulate.facts import elder_ledger, with_facts, with_helpers
from careeval.simulate.files import DataFile, write_file
from careeval.simulate.kept import kept_table
from careeval.simulate.ledgers import elder_file, station_sheet, village_sheet
from careeval.simulate.logs import handover_list, kobo_export, relief_log, session_log, visit_logs
from careeval.simulate.outcomes import Outcomes, simulate_outcomes
from careeval.simulate.people import WAVES, simulate_people
from careeval.simulate.questionnaires import FORMS, form_file, text_twin
from careeval.simulate.recall import recalled
from careeval.simulate.registers import Traps, grade_sheets, marks_as_written, register_file
from careeval.simulate.support import Support, simulate_support
from careeval.simulate.truth import truth_table
from careeval.specs.home import study_folder
from careeval.specs.study import open_study


@dataclass(frozen=True)
class Demo:
    """Simulated people, what they would answer with and without the plan, and the files that tell of it.

    people: see `simulate_people` and `careeval.simulate.facts`. outcomes: {wave: both potential outcomes}. marks:
    {wave: marks as the sheets have them}. support: {wave: what was done}. files: {wave: raw files}. truth: what the
    plan did. kept: what was promised and kept. planted: trap, wave, file, n.
    """

    seed: int
    people: pd.DataFrame
    outcomes: Mapping[str, Outcomes]
    marks: Mapping[str, pd.DataFrame]
    support: Mapping[str, Support]
    files: Mapping[str, tuple[DataFile, ...]]
    truth: pd.DataFrame
    kept: pd.DataFrame
    planted: pd.DataFrame


def demo_study(*, seed: int, share: float = 1.0) -> Demo:
    """The demo for a seed: same seed, same people, same files, same truth; or with a share of each place's people."""
    people = with_facts(simulate_people(seed), seed)
    if share < 1:
        kept = people.groupby(["village", "group"]).sample(frac=share, random_state=seed)
        people = kept.sort_index().reset_index(drop=True)
    people = with_helpers(people, seed)
    outcomes = simulate_outcomes(people, seed)
    treated = people.set_index("person")["arm"].eq("treated")
    files, marks, planted, support, kept = {}, {}, [], {}, []
    for wave in WAVES:
        happened = outcomes[wave].realised(treated)
        marks[wave] = marks_as_written(people, happened, wave, seed)
        support[wave], elders = simulate_support(people, wave, seed), elder_ledger(people, wave, seed)
        told = recalled(people, support[wave], elders, wave, seed)
        questioned = _questioned(people, happened, marks[wave], told, wave, seed)
        files[wave], found = zip(*questioned, *_delivered(support[wave], elders, wave, seed), strict=True)
        planted += [(trap, wave, file, n) for trap, file, n in chain(*found) if n]
        kept.append(kept_table(people, support[wave], elders, wave, seed))
    truth = truth_table(people, outcomes[WAVES[-1]], marks[WAVES[-1]])
    table = pd.DataFrame(planted, columns=["trap", "wave", "file", "n"])
    return Demo(seed, people, outcomes, marks, support, files, truth, pd.concat(kept, ignore_index=True), table)


def _questioned(
    people: pd.DataFrame, happened: pd.DataFrame, marks: pd.DataFrame, told: pd.DataFrame, wave: str, seed: int
) -> Iterator[tuple[DataFile, Traps]]:
    """Register, grade sheets and questionnaires of a wave, each with its traps."""
    yield register_file(people, wave)
    yield from grade_sheets(marks, wave)
    forms = [form_file(form, people, happened, told, wave, seed) for form in FORMS]
    yield from forms
    yield text_twin(FORMS[0], forms[0][0]), []


def _delivered(support: Support, elders: pd.DataFrame, wave: str, seed: int) -> Iterator[tuple[DataFile, Traps]]:
    """Logs and ledgers of a wave, each with its traps."""
    yield from visit_logs(support, wave, seed)
    yield kobo_export(support, wave, seed)
    plain = (session_log(support), relief_log(support, wave), handover_list(wave), elder_file(elders, wave))
    for file in (*plain, village_sheet(wave), station_sheet(wave)):
        yield file, []


def write_demo(demo: Demo, folder: Path) -> tuple[Path, ...]:
    """Write raw/<wave>/..., truth.csv, truth_delivery.csv and planted.csv under `folder`; give the raw files' paths."""
    paths = [write_file(file, folder / "raw" / wave) for wave, files in demo.files.items() for file in files]
    tables = {"truth.csv": demo.truth, "truth_delivery.csv": demo.kept, "planted.csv": demo.planted}
    for name, table in tables.items():
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

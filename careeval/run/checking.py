"""What `careeval check` says: every problem, or what was read."""

from __future__ import annotations

from pathlib import Path

from careeval import pipeline
from careeval.errors import TableError
from careeval.pipeline.cleaning import has_files
from careeval.run.report import ready_raw
from careeval.specs.study import Study, open_study


def check_study(study_folder: str | Path, *, wave: str = "") -> list[str]:
    """Lines on what a study's files hold, a wave and a file each; wave '' is every wave that has files.

    Raises SpecError with every mistake of the specifications, else TableError with every one of the raw files.
    """
    study = open_study(study_folder)
    ready_raw(study)
    if not any(has_files(study, one) for one in study.spec.waves) and (study.raw / study.wave(wave).id).is_dir():
        return _awaited(study, study.wave(wave).id)
    if problems := pipeline.check(study, wave):
        raise TableError(*problems)
    waves = [study.wave(wave)] if wave else [one for one in study.spec.waves if (study.raw / one.id).is_dir()]
    return [line for one in waves for line in _wave_lines(study, one.id)]


def _awaited(study: Study, wave: str) -> list[str]:
    """What is right so far in a study that has no file yet, and which files columns.csv waits for."""
    read = f"{study.id}: study.toml, {', '.join(study.plan_files)}, units.csv and columns.csv fit together"
    names = [row.file.partition("#")[0] for row in study.columns if row.wave in ("*", wave)]
    return [read, f"wave {wave}: no file yet in raw/{wave}/; awaited:", *(f"  {name}" for name in dict.fromkeys(names))]


def _wave_lines(study: Study, wave: str) -> list[str]:
    quality = pipeline.table(study, "quality_whole", wave=wave)
    files = quality[quality["check"].eq("rows read")]
    people = pipeline.table(study, "people", wave=wave)
    gone = len(pipeline.table(study, "ledger", wave=wave).drop_duplicates(["file", "row"]))
    totals = f"{len(files)} files, {files['n'].sum()} rows, {len(people)} people; {gone} rows left out of a table"
    read = [f"  {file}: {rows} rows" for file, rows in zip(files["file"], files["n"], strict=True)]
    return [f"{study.id}, wave {wave}: {totals}", *read]

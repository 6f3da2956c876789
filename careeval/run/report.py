"""The main job: one wave of one study to a folder with its report."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from careeval import pipeline
from careeval.ingest.sources import write_source
from careeval.judging.next_plan import next_plan
from careeval.pipeline.exports import file_hashes, input_hashes, versions, write_csv
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.run.chapters import Chapter, execute_chapters
from careeval.run.claims import check_claims
from careeval.run.documents import figure_hashes, report_meta, write_document
from careeval.run.job import FORMATS, Job, prepare_job
from careeval.run.leaf import carry_over, check_leaf, start_building, swap_in, write_file
from careeval.run.leaks import check_leaks
from careeval.run.ledger import check_ledger, ledger_rows, write_ledger
from careeval.run.next_wave import next_plan_name
from careeval.run.notebooks import blocks_of, warnings_of
from careeval.run.profiles import select
from careeval.run.progress import Progress, silent
from careeval.specs.study import Study, open_study


@dataclass(frozen=True)
class Steps:
    """Seconds a step as they come in; each is told to `progress`."""

    total: int
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def done(self, name: str, seconds: float) -> None:
        """One more step has ended."""
        self.seconds[name] = round(seconds, 3)
        self.progress(len(self.seconds), self.total, name)

    def timed(self, name: str, function: Any, *arguments: Any, **named: Any) -> Any:
        """What the function gives; the step is done when it ends."""
        started = time.perf_counter()
        given = function(*arguments, **named)
        self.done(name, time.perf_counter() - started)
        return given


def run_report(
    study_folder: str | Path,
    *,
    wave: str = "",
    site: str = "",
    lang: str = "",
    formats: Iterable[str] = FORMATS,
    profile: str = "full",
    out: str | Path | None = None,
    jobs: int = 0,
    force: bool = False,
    withdraw: str = "",
    progress: Progress | None = None,
) -> Path:
    """Make the report of a wave ('' = newest) and return its folder, reports/<study>/<wave>/<site or all>/ or `out`.

    lang '' is the study's first language, whose documents are report.html and report.docx; another language's are
    report.en.html and so on, and leave those of the first where they are. jobs: notebooks at once, 0 = what the machine
    bears. Nothing is done when the folder already holds this very report, unless `force`. withdraw: why earlier reports
    that this one may not stand beside do not count (see careeval.run.ledger).

    Built beside the folder and put in its place when whole. Raises CareevalError (SpecError, TableError: a mistake in
    the study; NotebookError: a cell failed otherwise) and then leaves the last good report where it was.
    """
    study, progress = open_study(study_folder), progress or silent
    job = prepare_job(study, wave=wave, site=site, lang=lang, formats=formats, profile=profile, out=out)
    check_leaf(job.leaf)
    ready_raw(study)
    inputs = input_hashes(study)
    key, earlier = job.key(inputs), _earlier_run(job)
    written = earlier.get("files", {})
    still_good = written if earlier.get("key") == key and not force else {}
    if still_good and _is_whole(job, still_good):
        progress(1, 1, "nothing to do: the report is up to date")
        return job.leaf
    ledger = study.derived / "ledger.csv"
    counts, sums = ledger_rows(job, inputs)
    withdrawn = check_ledger(ledger, counts, sums, withdraw=withdraw)
    building = start_building(job.leaf)
    try:
        record = _build(job, building, Steps(_count_steps(job), progress), jobs=jobs, inputs=inputs)
        record |= {"key": key, "files": still_good | record["files"]}
        write_file(building / job.named("run.json"), json.dumps(record, ensure_ascii=False, indent=1) + "\n")
        check_leaks(building, pipeline.identifiers(study, job.wave.id))
        carry_over(job.leaf, building, remade=set(written) - set(still_good))
        swap_in(building, job.leaf)
        write_ledger(ledger, counts, withdrawn=withdrawn, reason=withdraw)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return job.leaf


def ready_raw(study: Study) -> None:
    """Fill raw/ of a study that comes from a published data set, when nothing is in it yet."""
    if study.spec.source and not (study.raw.is_dir() and any(study.raw.iterdir())):
        write_source(study.spec.source, study.raw)


def _build(job: Job, folder: Path, steps: Steps, *, jobs: int, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Everything of a report into an empty folder; returns what run.json says about it."""
    for name in pipeline.REPORT_TABLES:  # made here, once: the kernels only read them
        made = steps.timed(f"table {name}", pipeline.table, job.study, name, wave=job.wave.id, site=job.site or None)
        if "tables" in job.formats:
            write_csv(made, folder / "tables" / f"{name}.csv")
    _write_plan_files(job, folder)
    people = pipeline.identifiers(job.study, job.wave.id)
    chapters = execute_chapters(job, folder, jobs=jobs, identifiers=people, done=steps.done)
    blocks = _blocks(job, chapters)
    quoted = check_claims(blocks, Context(job.study, job.wave, job.site, job.lang))
    meta = report_meta(job, files=len(inputs))
    for kind in _documents(job):
        path = folder / job.named(f"report.{kind}")
        steps.timed(path.name, write_document, kind, blocks, path, meta)
    record = _record(job, folder, chapters, blocks) | {"strong_words_quoted": quoted}
    return record | {"inputs": dict(inputs), "seconds": steps.seconds}


def _write_plan_files(job: Job, folder: Path) -> None:
    """changes.csv and a next_plan.toml for each plan in force; critical answers into the study's derived/alerts.csv."""
    read = partial(pipeline.table, job.study, wave=job.wave.id)
    job.study.derived.mkdir(parents=True, exist_ok=True)
    write_csv(read("alerts"), job.study.derived / "alerts.csv")
    plans = job.study.plans(job.wave.id)
    if not plans:
        return
    write_csv(read("changes"), folder / "changes.csv")
    for plan in plans:
        reached = {name: read(name) for name in ("cascade", "gaps")}
        text = next_plan(plan, read("verdicts"), job.study, job.wave, **reached)
        write_file(folder / next_plan_name(job.study, job.wave, plan.id), text)


def _documents(job: Job) -> list[str]:
    return [kind for kind in job.formats if kind != "tables"]


def _count_steps(job: Job) -> int:
    return len(pipeline.REPORT_TABLES) + len(job.notebooks) + len(_documents(job))


def _blocks(job: Job, chapters: list[Chapter]) -> list[Block]:
    """The report's blocks: those of all notebooks, chosen and ordered by the profile."""
    shown = [block for chapter in chapters for block in blocks_of(chapter.notebook)]
    return select(shown, job.profile, job.lang, file=job.profile_name)


def _record(job: Job, folder: Path, chapters: list[Chapter], blocks: list[Block]) -> dict[str, Any]:
    """What was asked, with what it was made, and the hashes by which a later run is compared."""
    written = file_hashes(folder, (path for path in folder.rglob("*") if path.is_file()))
    tables = {name: digest for name, digest in written.items() if name.startswith("tables/")}
    warnings = {chapter.path.name: warnings_of(chapter.notebook) for chapter in chapters}
    return {
        "parameters": job.parameters | {"formats": list(job.formats), "profile": job.profile_name},
        "seeds": {"study": job.study.spec.seed},
        "versions": versions(),
        "fingerprints": {"tables": tables, "figures": figure_hashes(blocks)},
        "warnings": {name: lines for name, lines in warnings.items() if lines},
        "files": written,
    }


def _earlier_run(job: Job) -> dict[str, Any]:
    """The record of the last run in this language, {} when there is none that can be read."""
    try:
        return json.loads((job.leaf / job.named("run.json")).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _is_whole(job: Job, written: Mapping[str, str]) -> bool:
    """Whether every file that is asked for is in the leaf, as the earlier run wrote it."""
    wanted = {job.named(f"report.{kind}") for kind in _documents(job)}
    tables = {f"tables/{name}.csv" for name in pipeline.REPORT_TABLES} if "tables" in job.formats else set()
    present = [job.leaf / name for name in written if (job.leaf / name).is_file()]
    return wanted | tables <= set(written) and file_hashes(job.leaf, present) == written

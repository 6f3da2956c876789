"""All chapters of a report: executed, several at once where the machine has the cores, and scrubbed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from careeval.errors import CareevalError
from careeval.run.job import Job
from careeval.run.leaf import keep_failed, write_file
from careeval.run.leaks import names_people
from careeval.run.notebooks import check_parameters, execute, read_notebook
from careeval.run.scrub import scrubbed, without_people


@dataclass(frozen=True)
class Chapter:
    """An executed notebook, as it came out of its kernel, and what it cost."""

    path: Path
    notebook: NotebookNode
    seconds: float


def execute_chapters(
    job: Job, folder: Path, *, jobs: int, identifiers: Iterable[str], done: Callable[[str, float], None]
) -> list[Chapter]:
    """The executed notebooks in reading order, whichever ended first; scrubbed copies are left in folder/notebooks.

    jobs: kernels at once; 0 = two where there are two cores (more would share them). done: told of each that ended.
    Raises the error of the first failing notebook, in reading order, with the problems of all that failed; what they
    had done by then is kept in <leaf>/failed/.
    """
    _check_all_parameters(job)
    working = folder / "executed"
    working.mkdir()
    with ThreadPoolExecutor(jobs or min(2, os.cpu_count() or 1)) as pool:  # kernels are processes: threads are enough
        running = {pool.submit(_chapter, job, path, working / path.name): path for path in job.notebooks}
        for future in as_completed(running):
            if future.cancelled():
                continue
            if future.exception():
                for waiting in running:  # not by pool.shutdown: as_completed is never told of what that cancels
                    waiting.cancel()
            else:
                done(running[future].name, future.result().seconds)
    _raise_failures(job, running, working, set(identifiers))
    chapters = [future.result() for future in running]
    for chapter in chapters:
        text = notebook_text(scrubbed(chapter.notebook, job.parameters))
        write_file(folder / "notebooks" / job.named(chapter.path.name), text)
        (working / chapter.path.name).unlink()
    working.rmdir()
    return chapters


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as it stands in its file."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def _check_all_parameters(job: Job) -> None:
    problems = []
    for path in job.notebooks:
        try:
            check_parameters(path, job.parameters)
        except CareevalError as error:
            kind, problems = type(error), [*problems, *error.problems]
    if problems:
        raise kind(*problems)


def _chapter(job: Job, path: Path, executed: Path) -> Chapter:
    started = time.perf_counter()
    notebook = execute(path, executed, job.kernel_parameters)
    return Chapter(path, notebook, time.perf_counter() - started)


def _raise_failures(job: Job, running: dict[Future, Path], working: Path, identifiers: set[str]) -> None:
    failed = {
        path: future.exception() for future, path in running.items() if not future.cancelled() and future.exception()
    }
    if not failed:
        return
    partial = {path.name: read_notebook(working / path.name) for path in failed if (working / path.name).is_file()}
    clean = {name: scrubbed(notebook, job.parameters) for name, notebook in partial.items()}
    silent = {name: without_people(one, lambda text: names_people(text, identifiers)) for name, one in clean.items()}
    keep_failed(job.leaf, {name: notebook_text(one) for name, one in silent.items()})
    errors = list(failed.values())
    first = next((error for error in errors if not isinstance(error, CareevalError)), errors[0])
    if not isinstance(first, CareevalError):
        raise first
    raise type(first)(*(problem for error in errors for problem in error.problems))

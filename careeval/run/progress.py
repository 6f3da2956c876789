"""How far a run has come: a bar on a terminal, one plain line a step anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what has just been done


def silent(done: int, steps: int, what: str) -> None:
    """Say nothing."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A function to call after each step; it writes to stderr, so that stdout stays the answer of the command."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, steps, what: bar.update(task, completed=done, total=steps, description=what)


def _line(done: int, steps: int, what: str) -> None:
    print(f"{done}/{steps} {what}", file=sys.stderr, flush=True)

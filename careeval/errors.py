"""What can be wrong, in one voice: where, what was found, what was allowed, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def listed(values: Iterable[object], *, most: int = 12) -> str:
    """Every value in quotes, in the order given; a long list is cut and says how many are left."""
    shown = [repr(str(value)) for value in values]
    if not shown:
        return "nothing"
    rest = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + rest


@dataclass(frozen=True)
class Problem:
    """One mistake in one place.

    file: the file's name as its owner knows it; place: table and key, or row and column, or sheet and cell;
    found: what stands there; allowed: what may stand there; way_out: what to do about it.
    """

    file: str
    place: str
    found: str
    allowed: str = ""
    way_out: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        parts = [f"{where}: {self.found}."]
        if self.allowed:
            parts.append(f"Allowed: {self.allowed}.")
        if self.way_out:
            parts.append(self.way_out if self.way_out.endswith((".", "。", "?")) else f"{self.way_out}.")
        return " ".join(parts)


class CareevalError(Exception):
    """Anything careeval refuses; `problems` holds every reason found, not only the first."""

    def __init__(self, *problems: Problem | str):
        self.problems = tuple(
            problem if isinstance(problem, Problem) else Problem("", "", problem) for problem in problems
        )
        super().__init__("\n".join(str(problem).removeprefix(": ") for problem in self.problems))


class SpecError(CareevalError):
    """A file that people write (study.toml, columns.csv, an instrument ...) is wrong."""


class TableError(CareevalError):
    """A table, or a raw file it comes from, is wrong."""

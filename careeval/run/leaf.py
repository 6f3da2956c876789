"""The folder of one report: built beside the last good one, and put in its place only when whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from careeval.errors import CareevalError, Problem

FAILED = "failed"


def start_building(leaf: Path) -> Path:
    """An empty folder beside the leaf. First mends what a run that was cut off between two renames has left."""
    if _aside(leaf).is_dir() and not leaf.exists():
        _aside(leaf).rename(leaf)
    building = leaf.with_name(f".{leaf.name}.building")
    for old in (building, _aside(leaf)):
        shutil.rmtree(old, ignore_errors=True)
    building.mkdir(parents=True)
    return building


def check_leaf(leaf: Path) -> None:
    """Refuse to put a report in the place of a folder that no run has made."""
    if leaf.is_file() or (leaf.is_dir() and any(leaf.iterdir()) and not any(leaf.glob("run*.json"))):
        ours = (leaf / FAILED).is_dir() and len(list(leaf.iterdir())) == 1
        if not ours:
            way_out = "Name a new or empty folder, or one with an earlier report"
            raise CareevalError(
                Problem("--out", "", f"{leaf.name} holds files that are no report of careeval", "", way_out)
            )


def carry_over(leaf: Path, building: Path, *, remade: Iterable[str]) -> None:
    """Copy into the new folder what the old one holds and this run does not make: another language, somebody's notes.

    remade: the files, relative to the leaf, that an earlier run of the same kind made; they would be out of date.
    """
    gone = set(remade)
    for path in (file for file in leaf.rglob("*") if file.is_file()):
        relative = path.relative_to(leaf)
        target = building / relative
        if relative.parts[0] != FAILED and relative.as_posix() not in gone and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def swap_in(building: Path, leaf: Path) -> None:
    """Put the built folder in the leaf's place; the old one is moved aside first and deleted last.

    Raises CareevalError, with the old report where it was, when Windows holds one of its files open.
    """
    aside = _aside(leaf)
    try:
        if leaf.exists():
            leaf.rename(aside)
        building.rename(leaf)
    except OSError as error:
        if aside.exists() and not leaf.exists():
            aside.rename(leaf)
        way_out = "Close the report in Word, Excel or the browser and run again"
        raise CareevalError(
            Problem(leaf.name, "", f"the old report cannot be replaced ({error.strerror})", "", way_out)
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def keep_failed(leaf: Path, notebooks: Mapping[str, str]) -> None:
    """Leave partial notebooks (name -> text) in <leaf>/failed/, beside the last good report; older failures go."""
    folder = leaf / FAILED
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in notebooks.items():
        write_file(folder / name, text)


def write_file(path: Path, text: str) -> None:
    """Write a text file, the same bytes on every system, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _aside(leaf: Path) -> Path:
    return leaf.with_name(f".{leaf.name}.old")

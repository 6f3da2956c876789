"""The last look at what is about to be published: no path of this machine, no code or name of a person."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from careeval.clean.naming import held
from careeval.errors import CareevalError, Problem
from careeval.run.scrub import paths_in

PICTURES = re.compile(r"(?:[A-Za-z0-9+/=]|\\n){160,}")  # base64, in which any short word turns up by chance


def check_leaks(folder: Path, identifiers: Iterable[str]) -> None:
    """Refuse a folder in which a file names a person or a path of this machine.

    identifiers: names, codes and phone numbers as the raw files write them. Numbers of fewer than 7 digits are not
    looked for: a count or an estimate has the same digits. Raises CareevalError with a problem a file, which does not
    repeat what was found: the message may be shown where the data may not.
    """
    problems, identifiers = [], set(identifiers)
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        text, place = _text_of(path), path.relative_to(folder).as_posix()
        if found := paths_in(text):
            problems.append(Problem(place, "", f"it names a folder of this machine: {found[0]}"))
        if people := len(held(PICTURES.sub("", text), identifiers)):
            found = f"it names people: {people} of their names, codes or numbers stand in it"
            problems.append(Problem(place, "", found, "", "A report may not name anybody: use groups, not persons"))
    if problems:
        raise CareevalError(*problems)


def names_people(text: str, identifiers: Iterable[str]) -> bool:
    """Whether a text holds any of the identifiers (see `held`), pictures aside."""
    return bool(held(PICTURES.sub("", text), identifiers))


def _text_of(path: Path) -> str:
    """The text of a file; of a Word document all its parts; '' for a picture or a PDF."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels")))
    return path.read_text(encoding="utf-8", errors="replace") if path.suffix not in (".png", ".pdf") else ""

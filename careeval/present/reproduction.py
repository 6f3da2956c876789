"""How to make this report again: the command, the versions, and the fingerprints of what it was made from."""

from __future__ import annotations

from pathlib import PurePosixPath

import pandas as pd

from careeval import pipeline
from careeval.pipeline.exports import csv_bytes, input_hashes, sha256, versions
from careeval.present.appendix import own_table, pairs
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.sentences import paragraph
from careeval.present.tables import heading
from careeval.store import fingerprint

DIGITS = 16  # of the 64 of a sha256: enough to see a changed file by eye, and fits a column
MOST_FILES = 60


def reproduction(here: Context) -> list[Block]:
    """The command that makes this report, what it ran on, and short hashes of every file read and table written."""
    lang, made = here.lang, versions()
    own, python = made.pop("careeval"), made.pop("python")
    packages = ("、" if lang == "zh" else ", ").join(f"{name} {number}" for name, number in made.items())
    rows = [
        ("command", command(here)),
        ("seed", str(here.study.spec.seed)),
        ("version", own),
        ("python", python),
        ("packages", packages),
    ]
    return [
        heading("appendix.reproduction_title", lang),
        paragraph("appendix.reproduction_intro", "appendix.reproduction_intro", lang),
        pairs("appendix.command_table", rows, lang),
        _hashes("appendix.inputs", by_folder(input_hashes(here.study)), lang),
        _hashes("appendix.outputs", _outputs(here), lang),
    ]


def command(here: Context) -> str:
    """The command line that makes this report again."""
    site = f' --site "{here.site}"' if here.site else ""
    return f"careeval run {here.study.id} --wave {here.wave.id}{site} --lang {here.lang}"


def by_folder(hashes: dict[str, str]) -> dict[str, str]:
    """The hash of each file; with very many files one hash a folder, over the names and hashes of its files."""
    if len(hashes) <= MOST_FILES:
        return hashes
    folders: dict[str, list[str]] = {}
    for name, digest in hashes.items():
        parent = PurePosixPath(name).parent.as_posix()
        folders.setdefault(name if parent == "." else f"{parent}/", []).append(f"{name} {digest}")
    return {
        folder: fingerprint(lines) if folder.endswith("/") else lines[0].rpartition(" ")[2]
        for folder, lines in folders.items()
    }


def _outputs(here: Context) -> dict[str, str]:
    return {f"tables/{name}.csv": sha256(csv_bytes(here.table(name))) for name in pipeline.REPORT_TABLES}


def _hashes(block: str, hashes: dict[str, str], lang: str) -> Block:
    frame = pd.DataFrame({"file": list(hashes), "sha256": [digest[:DIGITS] for digest in hashes.values()]})
    return own_table(block, frame, dict.fromkeys(frame, "text"), lang)

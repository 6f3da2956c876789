"""The blocks of a report to its documents, a writer a format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from careeval.pipeline.exports import sha256
from careeval.present.blocks import Block, Figure, Heading, Paragraph, Table
from careeval.present.words import word
from careeval.publish.fonts import check_characters
from careeval.publish.meta import ReportMeta
from careeval.run.job import Job


def report_meta(job: Job, *, files: int) -> ReportMeta:
    """The title page's words; files: how many raw and specification files the report stands on."""
    site = job.site or word("run.everywhere", job.lang)
    lines = (
        word("run.scope", job.lang, study=job.study.id, wave=job.wave.id, site=site),
        word("run.inputs", job.lang, files=files),
    )
    study, kind, subtitle = (
        words.in_language(job.lang) for words in (job.study.spec.title, job.profile.title, job.wave.title)
    )
    title = word("run.title", job.lang, study=study, kind=kind)
    return ReportMeta(title, subtitle, job.lang, job.study.spec.simulated, lines)


def write_document(kind: str, blocks: Sequence[Block], path: Path, meta: ReportMeta) -> None:
    """Write one document; kind is html, docx or pdf. A character that no font has is a CareevalError."""
    # a writer is imported when it is asked for: each brings its own heavy packages
    writer = getattr(import_module(f"careeval.publish.{kind}"), f"write_{kind}")
    check_characters("".join(_words(blocks)))
    writer(blocks, path, meta=meta)


def _words(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Table():
                yield from (block.caption, *block.notes, *(column.title for column in block.columns))
                yield from (cell for row in block.cells() for cell in row)
            case Figure():
                yield block.caption
            case Paragraph():
                yield block.lead + block.text
            case Heading():
                yield block.text


def figure_hashes(blocks: Iterable[Block]) -> dict[str, str]:
    """sha256 of each figure's picture by the figure's id."""
    return {block.id: sha256(block.image()) for block in blocks if isinstance(block, Figure)}

"""The blocks of a report to its documents, a writer a format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from careeval.present.blocks import Block, Figure
from careeval.present.words import word
from careeval.publish.meta import ReportMeta
from careeval.run.exports import sha256
from careeval.run.job import Job


def report_meta(job: Job, *, files: int) -> ReportMeta:
    """The title page's words; files: how many raw and specification files the report stands on."""
    site = job.site or word("run.everywhere", job.lang)
    lines = (
        word("run.scope", job.lang, study=job.study.id, wave=job.wave.id, site=site),
        word("run.inputs", job.lang, files=files),
    )
    title, subtitle = (words.in_language(job.lang) for words in (job.study.spec.title, job.wave.title))
    return ReportMeta(title, subtitle, job.lang, job.study.spec.simulated, lines)


def write_document(kind: str, blocks: Sequence[Block], path: Path, meta: ReportMeta) -> None:
    """Write one document; kind is html or docx."""
    if kind == "html":
        from careeval.publish.html import write_html

        write_html(blocks, path, meta=meta)
    else:
        from careeval.publish.docx import write_docx

        write_docx(blocks, path, meta=meta)


def figure_hashes(blocks: Iterable[Block]) -> dict[str, str]:
    """sha256 of each figure's picture by the figure's id."""
    return {block.id: sha256(block.image()) for block in blocks if isinstance(block, Figure)}

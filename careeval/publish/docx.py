"""Blocks to a Word document, by way of HTML and pandoc."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from careeval.errors import CareevalError, Problem
from careeval.present.blocks import Block, Paragraph
from careeval.publish.meta import ReportMeta
from careeval.publish.numbering import numbered

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en-GB"}
# a page's title is h1, so its chapters are h2: in Word they are Heading 1
OPTIONS = ("--from=html", "--to=docx", "--shift-heading-level-by=-1")
OLDEST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def write_docx(blocks: Iterable[Block], path: Path, *, meta: ReportMeta) -> None:
    """Write the report as a Word document: real headings, tables, captions with number fields, pictures with alt text.

    The look is library/style/word.toml. The same blocks give the same bytes. A failing pandoc is a CareevalError with
    its words.
    """
    import docx

    from careeval.publish.docx_finish import finish

    placed = numbered(blocks, meta.lang)
    document = docx.Document(io.BytesIO(_by_pandoc(_page(placed, meta), meta)))
    finish(document, placed, meta)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(_without_times(buffer.getvalue()))


def _page(blocks: Sequence[Block], meta: ReportMeta) -> str:
    """One page of plain HTML; title and subtitle are read from its head."""
    lines = "".join(f'<div data-custom-style="Report Line"><p>{escape(line)}</p></div>' for line in meta.lines)
    # a bookmark of Word has letters, digits and underscores in its name
    body = "\n".join(_html(replace(block, id=re.sub(r"\W", "_", block.id))) for block in blocks)
    return (
        f'<!DOCTYPE html><html lang="{LANGUAGE_TAGS[meta.lang]}"><head><meta charset="utf-8">'
        f'<title>{escape(meta.title)}</title><meta name="subtitle" content="{escape(meta.subtitle)}"></head>'
        f"<body>{lines}{body}</body></html>"
    )


def _html(block: Block) -> str:
    leads = isinstance(block, Paragraph) and block.lead
    return f'<div data-custom-style="Lead">{block.html()}</div>' if leads else block.html()


def _by_pandoc(page: str, meta: ReportMeta) -> bytes:
    import pypandoc

    from careeval.publish.reference_docx import write_reference

    with tempfile.TemporaryDirectory() as folder:
        reference, target = Path(folder) / "reference.docx", Path(folder) / "report.docx"
        write_reference(reference, lang=meta.lang, simulated=meta.simulated)
        command = [pypandoc.get_pandoc_path(), *OPTIONS, f"--reference-doc={reference}", f"--output={target}"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
        done = subprocess.run(command, input=page.encode(), capture_output=True, env=environment, check=False)
        if done.returncode != 0 or not target.is_file():
            said = done.stderr.decode("utf-8", "replace").strip()
            raise CareevalError(Problem("report.docx", "pandoc", f"it stopped with: {said}"))
        return target.read_bytes()


def _without_times(document: bytes) -> bytes:
    """The same zip, its files with one fixed time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, OLDEST_ZIP_DAY)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0  # 0: the same on every system
            new.writestr(entry, old.read(name))
    return buffer.getvalue()

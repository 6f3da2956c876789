"""Blocks to one HTML file that loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import careeval.publish.quick_imports  # noqa: F401 (for nbconvert, imported below)
from careeval.present.blocks import Block, Figure, Heading, Paragraph, Table
from careeval.present.words import word
from careeval.publish.fonts import font_rules
from careeval.publish.meta import ReportMeta
from careeval.publish.numbering import numbered

STYLE = Path(__file__).parents[1] / "library" / "style"
WORDS = ("contents", "skip", "sort", "keep_table", "keep_figure")
# nothing may be loaded or sent; of scripts only our own runs; a column's alignment is a style attribute
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; font-src data:; "
    "style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
)
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
CONTENTS_DEPTH = 2


def write_html(blocks: Iterable[Block], path: Path, *, meta: ReportMeta) -> None:
    """Write the report as one UTF-8 file: fonts, style, pictures and a small script inside, no address to load.

    The page's policy forbids loading anything, and any script but library/style/html/report.js: it sorts and downloads
    tables and marks the place in the contents, and without it the page says the same. The blocks become the outputs of
    a notebook without code, which nbconvert puts through the template in library/style/html. The same blocks give the
    same bytes.
    """
    placed = numbered(blocks, meta.lang)
    page = _exported([block.html() for block in placed], _page(placed, meta))
    path.write_text(page.strip() + "\n", encoding="utf-8", newline="\n")


def _exported(bodies: Sequence[str], page: dict[str, object]) -> str:
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    cells = [new_code_cell(outputs=[new_output("display_data", {"text/html": body})]) for body in bodies]
    # no preprocessors: there is no code to colour and no markdown to turn
    exporter = HTMLExporter(template_name="html", extra_template_basedirs=[str(STYLE)], default_preprocessors=[])
    written, _ = exporter.from_notebook_node(new_notebook(cells=cells), resources={"report": page})
    return written


def _page(blocks: Sequence[Block], meta: ReportMeta) -> dict[str, object]:
    """What the template says around the blocks."""
    banner = word("document.simulated", meta.lang) if meta.simulated else ""
    said = {name: word(f"document.{name}", meta.lang) for name in WORDS}
    head = "".join([meta.title, meta.subtitle, *meta.lines, banner, *said.values()])
    css, script = ((STYLE / "html" / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return said | {
        "meta": meta,
        "lang": LANGUAGE_TAGS[meta.lang],
        "banner": banner,
        "headings": [one for one in blocks if isinstance(one, Heading) and one.level <= CONTENTS_DEPTH],
        "css": font_rules(_all_words(blocks) + head, _bold_words(blocks) + head) + "\n" + css,
        "policy": POLICY.format(digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()),
        "script": script,
    }


def _all_words(blocks: Iterable[Block]) -> str:
    return "".join(block.caption if isinstance(block, Figure) else block.html() for block in blocks)


def _bold_words(blocks: Iterable[Block]) -> str:
    words = [block.text for block in blocks if isinstance(block, Heading)]
    words += [block.lead for block in blocks if isinstance(block, Paragraph)]
    words += [block.caption for block in blocks if isinstance(block, Table | Figure)]
    return "".join(words + [column.title for block in blocks if isinstance(block, Table) for column in block.columns])

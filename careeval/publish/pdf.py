"""Blocks to a PDF: their words as JSON, which a typst template sets. No browser, no LaTeX, no font of the machine."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from careeval.errors import CareevalError, Problem
from careeval.present.blocks import Block, Figure, Table, to_json
from careeval.present.words import word
from careeval.publish.column_widths import column_letters, stays_whole
from careeval.publish.fonts import FONTS, rare_fonts
from careeval.publish.meta import ReportMeta
from careeval.publish.numbering import numbered
from careeval.publish.word_style import STYLE_FILE, word_style

TEMPLATE = STYLE_FILE.parent / "pdf" / "report.typ"
# tagged for screen readers, every font inside; a character without a glyph and a picture without words are errors
STANDARDS = ["a-2a", "ua-1"]
REGIONS = {"zh": "cn", "en": "gb"}
POINTS_PER_CENTIMETRE = 72 / 2.54
BESIDE_POINTS = 2 * 2.8 + 2  # the padding of a cell as the template has it, and a little slack


def write_pdf(blocks: Iterable[Block], path: Path, *, meta: ReportMeta) -> None:
    """Write the report as an A4 PDF: contents with page numbers, bookmarks, tags and words for pictures.

    The look is library/style/pdf/report.typ, its sizes those of word.toml. The same blocks give the same bytes. What
    typst refuses, a character without a glyph before all, is a CareevalError with its words.
    """
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (TEMPLATE, STYLE_FILE):
            shutil.copyfile(file, folder / file.name)
        report = _report(numbered(blocks, meta.lang), meta, folder)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS, *(one.parent for one in rare_fonts())])
        try:
            made = typst.compile(
                folder / TEMPLATE.name, root=folder, font_paths=fonts, pdf_standards=STANDARDS, timestamp=0
            )
        except typst.TypstError as error:
            said = "; ".join([error.message, *error.hints])
            raise CareevalError(Problem(path.name, "typst", f"it stopped with: {said}")) from None
    path.write_bytes(made)


def _report(blocks: Sequence[Block], meta: ReportMeta, folder: Path) -> dict[str, Any]:
    """All that the template reads; pictures are put beside it."""
    return {
        "title": meta.title,
        "subtitle": meta.subtitle,
        "lines": meta.lines,
        "lang": meta.lang,
        "region": REGIONS[meta.lang],
        "banner": word("document.simulated", meta.lang) if meta.simulated else "",
        "contents": word("document.contents", meta.lang),
        "page": word("document.page", meta.lang, page="{page}", pages="{pages}"),
        "blocks": [_block(block, place, folder) for place, block in enumerate(blocks)],
    }


def _block(block: Block, place: int, folder: Path) -> dict[str, Any]:
    given = to_json(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Figure):
        picture = folder / f"{place}.png"
        picture.write_bytes(block.image())
        return given | {"file": picture.name}
    return given | {"parts": [part.strip() for part in given["text"].split("\n\n")]}


def _table(table: Table) -> dict[str, Any]:
    look, cells = word_style(), table.cells()
    small = len(table.columns) >= look["table"]["small_from_columns"]
    points = look["styles"]["Compact Small" if small else "Compact"]["size"]
    width = (look["page"]["width"] - look["page"]["left"] - look["page"]["right"]) * POINTS_PER_CENTIMETRE
    titles = [column.title for column in table.columns]
    texts = [[title, *(row[place] for row in cells)] for place, title in enumerate(titles)]
    letters = column_letters(
        texts,
        [column.align == "right" for column in table.columns],
        (width - BESIDE_POINTS * len(titles)) / (points / 2),
    )
    return {
        "block": "table",
        "caption": table.caption,
        "titles": titles,
        "aligns": [column.align for column in table.columns],
        "widths": [round(one * points / 2 + BESIDE_POINTS, 2) for one in letters],
        "points": points,
        "rows": cells,
        "whole": stays_whole([titles, *cells]),
        "notes": table.notes,
    }

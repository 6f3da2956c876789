"""Numbers and words that a block gets from its place in the document, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from careeval.present.blocks import Block, Figure, Paragraph, Table
from careeval.present.words import word


def numbered(blocks: Iterable[Block], lang: str) -> list[Block]:
    """The blocks with "Table 1", "Figure 1" ... before the captions, "Note" and "Caution" before notes and warnings.

    Tables and figures are counted apart, in the order of the document. A block's id that has been used before gets a
    number, because a page's anchors must differ. A Figure is drawn here, once for all documents.
    """
    counted: Counter[str] = Counter()
    return [_placed(block, counted, lang) for block in blocks]


def _placed(block: Block, counted: Counter[str], lang: str) -> Block:
    counted[f"id {block.id}"] += 1
    if (times := counted[f"id {block.id}"]) > 1:
        block = replace(block, id=f"{block.id}-{times}")
    if isinstance(block, Paragraph) and block.kind == "warning":
        return replace(block, text=word("document.warning", lang) + block.text)
    if isinstance(block, Table):
        notes = (word("document.note", lang) + block.notes[0], *block.notes[1:]) if block.notes else ()
        return replace(block, caption=_caption("table", block.caption, counted, lang), notes=notes)
    if isinstance(block, Figure):
        return replace(block, caption=_caption("figure", block.caption, counted, lang), png=block.image())
    return block


def _caption(kind: str, caption: str, counted: Counter[str], lang: str) -> str:
    counted[kind] += 1
    kind_word = word(f"document.{kind}", lang)
    return word("document.numbered", lang, kind=kind_word, number=counted[kind], caption=caption)

"""Numbers and words that a block gets from its place in the document, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from careeval.present.blocks import Block, Figure, Heading, Paragraph, Table
from careeval.present.words import word

APPENDIX = "appendix"  # its chapter has no number, its sections count by themselves
CHINESE = "零一二三四五六七八九"


def numbered(blocks: Iterable[Block], lang: str) -> list[Block]:
    """The blocks with "Table 1", "Figure 1" ... before the captions, "Note" and "Caution" before notes and warnings.

    Headings are numbered from the first chapter (level 1) on: 一、, （一） and 1. in Chinese, 1, 1.1 and 1.1.1 in
    English; the appendix has A.1. Tables and figures are counted apart, in the order of the document. A block's id that
    has been used before gets a number, because a page's anchors must differ. A Figure is drawn here, once for all
    documents.
    """
    counted: Counter[str] = Counter()
    return [_placed(block, counted, lang) for block in blocks]


def _placed(block: Block, counted: Counter[str], lang: str) -> Block:
    counted[f"id {block.id}"] += 1
    if (times := counted[f"id {block.id}"]) > 1:
        block = replace(block, id=f"{block.id}-{times}")
    if isinstance(block, Heading):
        return replace(block, text=_title(block, counted, lang))
    if isinstance(block, Paragraph) and block.kind == "warning":
        return replace(block, text=word("document.warning", lang) + block.text)
    if isinstance(block, Table):
        notes = (word("document.note", lang) + block.notes[0], *block.notes[1:]) if block.notes else ()
        return replace(block, caption=_caption("table", block.caption, counted, lang), notes=notes)
    if isinstance(block, Figure):
        return replace(block, caption=_caption("figure", block.caption, counted, lang), png=block.image())
    return block


def _title(heading: Heading, counted: Counter[str], lang: str) -> str:
    """The heading's text with its number; before the first chapter, and of the appendix itself, without."""
    level = heading.level
    if level == 1:
        counted["appendix"] = int(heading.section == APPENDIX)
    elif not (counted["level 1"] or counted["appendix"]):
        return heading.text
    for deeper in range(level + 1, 7):
        counted[f"level {deeper}"] = 0
    if level == 1 and counted["appendix"]:
        return heading.text
    counted[f"level {level}"] += 1
    places = [counted[f"level {one}"] for one in range(1, level + 1)]
    path = ".".join(["A", *map(str, places[1:])] if counted["appendix"] else map(str, places))
    named = {"path": path, "n": places[-1], "in_words": _in_words(places[-1])}
    return word(f"document.heading_{min(level, 4)}", lang, text=heading.text, **named)


def _in_words(number: int) -> str:
    """1 to 99 in Chinese; a document has fewer chapters.

    >>> [_in_words(one) for one in (3, 10, 12, 40, 47)]
    ['三', '十', '十二', '四十', '四十七']
    """
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else CHINESE[tens]) + "十" if tens else ""
    return ten + (CHINESE[ones] if ones or not tens else "")


def _caption(kind: str, caption: str, counted: Counter[str], lang: str) -> str:
    counted[kind] += 1
    kind_word = word(f"document.{kind}", lang)
    return word("document.numbered", lang, kind=kind_word, number=counted[kind], caption=caption)

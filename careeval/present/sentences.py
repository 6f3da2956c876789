"""Sentences from rows: a template of the words files, its numbers taken from one row and kept as references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from careeval.present.blocks import Paragraph, Reference
from careeval.present.numbers import shown
from careeval.present.words import template, word


def sentence(
    key: str, lang: str, row: Mapping[str, Any] | None = None, *, table: str = "", row_id: str = "", **texts: str
) -> tuple[str, tuple[Reference, ...]]:
    """(text, references): `{column:format}` in the template is a number of the row, `{name}` a text given here."""
    row = {} if row is None else row
    parts, references = [], []
    for before, name, number_format, _ in Formatter().parse(template(key, lang)):
        parts.append(before)
        if name is None:
            continue
        if not number_format:
            parts.append(texts[name])
            continue
        text = shown(row[name], number_format)
        parts.append(text)
        references.append(Reference(table, row_id, name, row[name], text))
    return "".join(parts), tuple(references)


def paragraph(
    block: str, key: str, lang: str, row: Mapping[str, Any] | None = None, *, kind: str = "text", **named: str
) -> Paragraph:
    """One sentence as a block; the section is the first part of the block's id."""
    text, references = sentence(key, lang, row, **named)
    return Paragraph(block, block.partition(".")[0], text, references, kind)


def joined(block: str, pieces: list[tuple[str, tuple[Reference, ...]]], lang: str, *, kind: str = "text") -> Paragraph:
    """Several sentences as one paragraph."""
    space = "" if lang == "zh" else " "
    text = space.join(text for text, _ in pieces)
    references = tuple(reference for _, own in pieces for reference in own)
    return Paragraph(block, block.partition(".")[0], text, references, kind)


def described(key: str, lang: str, rows: Iterable[Mapping[str, Any]], **named: str) -> str:
    """A picture in words: the words of `key` with {told}, a sentence of `<key>_one` for each row."""
    told = []
    for row in rows:
        texts = {name: value.replace("\n", " ") for name, value in row.items() if isinstance(value, str)}
        told.append(sentence(f"{key}_one", lang, row, **texts)[0])
    return word(key, lang, told=("；" if lang == "zh" else "; ").join(told), **named)

"""Short cuts that every chapter uses: a heading, a table with titled columns, hidden cells."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.present.blocks import Column, Heading, Table
from careeval.present.words import word

HIDDEN = "*"


def heading(block: str, lang: str, level: int = 2) -> Heading:
    """The heading of a block, worded in the words file of its section."""
    return Heading(block, block.partition(".")[0], word(block, lang), level)


def table(
    block: str,
    frame: pd.DataFrame,
    formats: Mapping[str, str],
    lang: str,
    *,
    titles: Mapping[str, str] | None = None,
    notes: tuple[str, ...] = (),
    **named: str,
) -> Table:
    """A table block: `formats` names the printed columns in order and how each is printed.

    Titles come from `titles`, else from the words file `columns`; the caption is the block's own word.
    """
    section, given = block.partition(".")[0], titles or {}
    columns = tuple(
        Column(name, given.get(name) or word(f"columns.{name}", lang), kind) for name, kind in formats.items()
    )
    hidden = frame[list(formats)].astype(object).eq(HIDDEN).any(axis=None)
    if hidden:
        notes = (*notes, word("labels.note.hidden", lang))
    return Table(block, section, word(f"{block}", lang, **named), frame.reset_index(drop=True), columns, notes)


def count_or_hidden(people: int, floor: int) -> int | str:
    """A number of people, or the star where it is one of 1 to floor - 1."""
    return HIDDEN if 0 < people < floor else people


def with_hidden(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The frame with a star in the given columns of suppressed rows."""
    hidden = frame["suppressed"].astype(bool)
    return frame.assign(**{column: frame[column].astype(object).mask(hidden, HIDDEN) for column in columns})

"""The texts by which somebody is known, as raw files write them, and which of them a text holds; for no table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from careeval.ingest.cells import RawTable, clean_header
from careeval.specs.columns import ColumnRow
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, read_library

WORD = re.compile(r"\d+\.\d+|[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")  # a number keeps its fraction
NOT_LATIN = re.compile(r"[^\x00-\x7f]{2,}")


class Identifier(Record):
    """A kind of identifier: the pattern of headers (of the kind note: of notes) that tell it."""

    found: str


def naming_texts(
    raw: RawTable, rows: Iterable[ColumnRow], kinds: Iterable[str], places: Iterable[str]
) -> frozenset[str]:
    """What stands in the columns of a file that name people: key:name, and dropped ones whose header or note says so.

    kinds: those of library/identifiers.toml that a header may tell. places: texts that the study itself uses for its
    villages and classes; an address that says no more is left out. Left out too are texts of one character, of fewer
    than 4 in Latin letters, numbers of fewer than 7 digits, and words that the library itself uses.
    """
    known, kinds, texts = _identifiers(), [*kinds], set()
    for row in rows:
        column = clean_header(row.raw_column)
        if column not in raw.frame or not (row.table == "-" or row.variable == "key:name"):
            continue
        cells = raw.frame[column][raw.frame[column].str.strip().ne("")]
        told = [kind for kind in kinds if re.search(known[kind].found, column.casefold())]
        if row.variable == "key:name":
            texts |= _spellings(cells)
        elif told == ["address"]:
            texts |= {text for text in _spellings(cells) if not any(text in place for place in places)}
        # a note alone may stand beside a column of classes or kinds, whose few words name nobody
        elif told or (re.search(known["note"].found, row.note.casefold()) and 2 * cells.nunique() > len(cells)):
            texts |= _spellings(cells)
    texts = {text for text in _worth(texts) if len(text) >= 4 or not text.isascii()}
    return frozenset(texts - held(_own_words(), texts))


def held(text: str, identifiers: Iterable[str]) -> set[str]:
    """The identifiers that stand in a text: codes and phone numbers as whole words, names anywhere.

    One character, or a number of fewer than 7 digits, is never found: a count or an estimate has the same digits.

    >>> held("班长张三丰, C01012", {"张三", "C0101"})
    {'张三'}
    """
    worth = _worth(identifiers)
    words, pairs = set(WORD.findall(text)), _pairs(text)
    names = (text for text in worth if not WORD.fullmatch(text))
    # a text of some MB is not searched for each of thousands of names: most have no two letters in common with it
    likely = (name for name in names if pairs >= _pairs(name) and words.issuperset(WORD.findall(name)))
    return (worth & words) | {name for name in likely if name in text}


def held_by_file_name(name: str, identifiers: Iterable[str]) -> bool:
    """Whether the name of a file, with its folders, holds an identifier; _, - and . part words there."""
    return bool(held(f"{name} {re.sub('[-_.]+', ' ', name)}", identifiers))


def _pairs(text: str) -> set[str]:
    """Neighbouring letters that are not Latin ones."""
    return {run[at : at + 2] for run in set(NOT_LATIN.findall(text)) for at in range(len(run) - 1)}


def _worth(texts: Iterable[str]) -> set[str]:
    return {text for text in texts if len(text) >= 2 and not (text.isdecimal() and len(text) < 7)}


def _spellings(cells: pd.Series) -> set[str]:
    """The different texts, blanks between words as one; Chinese ones also without blanks (张 三)."""
    texts = {clean_header(text) for text in cells.unique()}
    return texts | {text.replace(" ", "") for text in texts if not text.isascii()}


@cache
def _identifiers() -> dict[str, Identifier]:
    return read_library(LIBRARY / "identifiers.toml", Identifier)


@cache
def _own_words() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(LIBRARY.rglob("*.toml")))

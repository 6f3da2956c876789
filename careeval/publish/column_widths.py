"""How broad each column of a table becomes on paper, by what it holds: no number is broken, no Latin word cut."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from careeval.publish.word_style import word_style

LATIN_WORD = re.compile("[!-,.-~\\u00a0−–]+")  # a hyphen may end a line, a no-break space may not
CHINESE_RUN = re.compile("[\u3400-\u9fff]+")
WORDS = re.compile("[A-Za-z\u3400-\u9fff]")
LONGEST_WORD = 16  # a file name is longer, and is cut


def column_letters(texts: Sequence[Sequence[str]], numeric: Sequence[bool], whole: float) -> list[float]:
    """How many Latin letters broad each column becomes, so that all are `whole` together.

    texts: the cells of each column, its title first. Where there is enough, every column gets its share by need. Where
    there is not, no number (a column without any letter) and no Latin word is broken, and the columns of words share
    the rest by the square root of what they lack, so that one of sentences does not starve the others.

    >>> column_letters([["name", "abcd"], ["n", "12,345"]], [False, True], 20)
    [8.0, 12.0]
    """
    # how long a short title of numbers stays on one line, how many characters of words stand beside each other, and how
    # much of the whole that may take: the first that fits
    for title, chinese, share in ((8, 4, 0.75), (4, 4, 1), (4, 2, 1)):
        figures = [float(max(_title_breadth(column[0], title), *map(_breadth, column[1:]), 1)) for column in texts]
        lows = [_least(column, chinese) for column in texts]
        least = [figure if number else low for figure, low, number in zip(figures, lows, numeric, strict=True)]
        if sum(least) < whole * share:
            break
    needs = [
        low if number else float(max(low, *map(_breadth, column)))
        for column, number, low in zip(texts, numeric, least, strict=True)
    ]
    spare = whole - sum(least)
    if sum(needs) <= whole:
        return [whole * need / sum(needs) for need in needs]
    if spare <= 0:  # too many columns: a word is broken before a number is
        firm = [0 if any(map(WORDS.search, column[1:])) else low for column, low in zip(texts, least, strict=True)]
        kept = firm if whole > sum(firm) and 0 in firm else [0] * len(firm)
        soft = sum(low for low, keep in zip(least, kept, strict=True) if not keep)
        return [keep or (whole - sum(kept)) * low / soft for low, keep in zip(least, kept, strict=True)]
    lacks = [(need - low) ** 0.5 for need, low in zip(needs, least, strict=True)]
    return [low + spare * lack / sum(lacks) for low, lack in zip(least, lacks, strict=True)]


def stays_whole(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table is short enough to be kept on one page; rows: its cells, the head first."""
    look = word_style()["table"]
    letters = sum(_breadth(cell) for row in rows for cell in row)
    return len(rows) <= look["whole_up_to_rows"] and letters <= look["whole_up_to_letters"]


def _least(column: Sequence[str], chinese: int) -> float:
    """What a column of words cannot do without: `chinese` characters, its longest Latin word, its longest number."""
    words = [word for cell in column for word in LATIN_WORD.findall(cell)]
    longest = max((min(len(word), LONGEST_WORD) if WORDS.search(word) else len(word) for word in words), default=0)
    run = max((len(run) for cell in column for run in CHINESE_RUN.findall(cell)), default=0)
    return float(max(4, 2 * min(run, chinese), longest + 1))  # m and w are broader than a letter


def _title_breadth(title: str, short: int) -> int:
    """A number column's title longer than `short` may stand on two lines, but a Latin word in it is not cut."""
    broad = _breadth(title)
    half = broad if broad <= short else max(4, 2 * math.ceil(broad / 4))
    return max([half, *(len(word) for word in LATIN_WORD.findall(title))])


def _breadth(text: str) -> int:
    """How broad a text is, in Latin letters; a Chinese character is two, and so is a per cent sign."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" or character == "%" for character in text)
    return len(text) + wide

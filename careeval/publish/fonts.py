"""The vendored Chinese fonts: what they hold, and the few characters of them that a page carries with it."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "library" / "fonts"
FACES = {400: FONTS / "NotoSansSC-Regular-gb.otf", 700: FONTS / "NotoSansSC-Bold-gb.ttf"}
FAMILY = "Careeval Sans"  # a name of our own, so that a browser never takes another version of the font for it

logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def missing_characters(text: str) -> set[str]:
    """The characters of a text that the vendored fonts cannot show in both weights; spaces and line ends do not count.

    >>> missing_characters("留守儿童 3−5 ≥ 80%")
    set()
    """
    return {character for character in set(text) if not character.isspace() and ord(character) not in _held()}


def font_rules(regular: str, bold: str) -> str:
    """CSS that carries the characters of two texts, in the regular and the bold weight, as fonts inside the page.

    WOFF with zlib, which every browser reads and which needs no further package. The same texts give the same bytes.
    """
    return "\n".join(
        f"@font-face {{font-family: '{FAMILY}'; font-weight: {weight}; "
        f"src: url(data:font/woff;base64,{base64.b64encode(_woff(weight, text)).decode()}) format('woff')}}"
        for weight, text in ((400, regular), (700, bold))
    )


def _woff(weight: int, characters: Iterable[str]) -> bytes:
    options = subset.Options(flavor="woff", hinting=False, notdef_outline=True, recalc_timestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(character) for character in characters}))
    buffer = io.BytesIO()
    with TTFont(FACES[weight], lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        subset.save_font(font, buffer, options)
    return buffer.getvalue()


@cache
def _held() -> frozenset[int]:
    return frozenset(_characters(400) & _characters(700))


def _characters(weight: int) -> set[int]:
    with TTFont(FACES[weight], lazy=True) as font:
        return set(font.getBestCmap())

"""The vendored Chinese fonts: what they hold, and the few characters of them that a page carries with it."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from careeval.errors import CareevalError, Problem

FONTS = Path(__file__).parents[1] / "library" / "fonts"
FACES = {400: FONTS / "NotoSansSC-Regular-gb.otf", 700: FONTS / "NotoSansSC-Bold-gb.ttf"}
SERIF = FONTS / "NotoSerifSC-Regular-gb.otf"
FAMILY = "Careeval Sans"  # a name of our own, so that a browser never takes another version of the font for it

RARE_FAMILY = "Noto Sans SC"  # the second of report.css

logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


def missing_characters(text: str) -> set[str]:
    """The characters of a text that the vendored fonts cannot show in every face; spaces and line ends do not count.

    >>> missing_characters("留守儿童 3−5 ≥ 80%")
    set()
    """
    return {character for character in set(text) if not character.isspace() and ord(character) not in _held()}


def font_rules(regular: str, bold: str) -> str:
    """CSS that carries the characters of two texts, in the regular and the bold weight, as fonts inside the page.

    WOFF with zlib, which every browser reads and which needs no further package. The same texts give the same bytes.
    Characters that only the rare fonts have come from there, in one weight.
    """
    faces = [(FAMILY, weight, FACES[weight], text) for weight, text in ((400, regular), (700, bold))]
    rare = "".join(sorted(missing_characters(regular + bold)))
    faces += [(RARE_FAMILY, 400, path, rare) for path in rare_fonts() if rare and "Sans" in path.name]
    return "\n".join(
        f"@font-face {{font-family: '{family}'; font-weight: {weight}; "
        f"src: url(data:font/woff;base64,{base64.b64encode(_woff(path, text)).decode()}) format('woff')}}"
        for family, weight, path, text in faces
    )


def check_characters(text: str) -> None:
    """CareevalError with the characters that no font at hand has, and where there are more fonts."""
    rare = missing_characters(text)
    lacking = "".join(sorted(rare.difference(map(chr, set().union(*map(_characters, rare_fonts()))))))
    if lacking:
        way_out = (
            "Write them otherwise" if rare_fonts() else "pip install careeval[fonts] has more; or write them otherwise"
        )
        raise CareevalError(Problem("report", "", f"no font has a glyph for {lacking}", way_out=way_out))


def rare_fonts() -> list[Path]:
    """The fonts with rarer characters: those of the package pylopdf-fonts-zh-cn, where it is installed."""
    more = find_spec("pylopdf_fonts_zh_cn")
    return sorted(Path(more.submodule_search_locations[0]).glob("*.otf")) if more else []


def _woff(path: Path, characters: Iterable[str]) -> bytes:
    options = subset.Options(flavor="woff", hinting=False, notdef_outline=True, recalc_timestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(character) for character in characters}))
    buffer = io.BytesIO()
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        subset.save_font(font, buffer, options)
    return buffer.getvalue()


@cache
def _held() -> frozenset[int]:
    return frozenset.intersection(*map(_characters, (*FACES.values(), SERIF)))


@cache
def _characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())

"""How figures look: Chinese without a system font, colours that survive a grey printer, the same bytes every time."""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib import font_manager
from matplotlib.figure import Figure

from careeval.errors import CareevalError, Problem

FONTS = Path(__file__).parents[1] / "library" / "fonts"
# names of our own: a system's "Noto Sans SC" may be a variable font, which matplotlib draws in its thinnest weight
FAMILY, RARE_FAMILY = "Careeval Sans", "Careeval Sans Rare"
DOTS_PER_INCH = 200
WIDTH_INCHES = 16 / 2.54  # the text width of an A4 page: nothing is drawn wider, so that letters keep their size
WIDE = 34  # letters of a name in a line; a Chinese character takes two
# from dark to light, so that they differ in grey; told apart in the common forms of colour blindness
PALETTE = ("#0b3c6f", "#d1602a", "#5ab4d6", "#f2c744")
GREY = "#6b7280"
MARKERS = "osD^v"
# what stays on one line: a Chinese character or a word, with the signs that open before and close after it
CLAUSE = re.compile("[^，；：]+[，；：]?")
PIECE = re.compile(r"[“（]*(?:[\u2e80-\uffef]|[^ \u2e80-\uffef“”]+)[，。、：；）？！”]* *")


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw inside this: fonts, sizes, colours. One style serves Chinese and English, since the fonts hold both."""
    family = [*_registered(), "DejaVu Sans"]
    settings = {
        "font.family": family,
        "font.size": 9.5,
        "axes.unicode_minus": True,
        "axes.prop_cycle": cycler(color=PALETTE),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.edgecolor": GREY,
        "axes.axisbelow": True,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": "black",
        "ytick.labelcolor": "black",
        "grid.color": "#d9dce1",
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.title_fontsize": 9.5,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "mathtext.fontset": "dejavusans",
        "savefig.dpi": DOTS_PER_INCH,
        "figure.dpi": DOTS_PER_INCH,
        "figure.figsize": (WIDTH_INCHES, 0.56 * WIDTH_INCHES),
    }
    with matplotlib.rc_context(settings):
        yield


def wrapped(name: str, width: int = WIDE) -> str:
    """A long name on lines of about the same length, at most `width` letters; a Chinese character takes two.

    >>> wrapped("each child gets two home visits a month")
    'each child gets two\\nhome visits a month'
    """
    pieces = PIECE.findall(name)
    lines, clauses = _filled(pieces, width), _filled(CLAUSE.findall(name), width)
    if len(clauses) == len(lines):
        return "\n".join(clauses)
    # the narrowest width that needs no more lines leaves no single word on the last one
    for narrower in range(width - 1, 0, -1):
        if len(closer := _filled(pieces, narrower)) > len(lines) or max(map(letters, closer)) > narrower:
            break
        lines = closer
    return "\n".join(lines)


def letters(text: str) -> int:
    """How wide a text is, in Latin letters."""
    return sum(1 + (character > "\u2e7f") for character in text)


def _filled(pieces: list[str], width: int) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and letters((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip(" ") for line in lines]


def drawn_png(draw: Callable[[Any], Figure], frame: Any) -> bytes:
    """PNG bytes of draw(frame), made and saved in the house's style."""
    with figure_style():
        return to_png(draw(frame))


def to_png(figure: Figure) -> bytes:
    """PNG bytes of a figure, which is then closed: fixed resolution, no date, no version, so the same every time.

    A character that no font has is a CareevalError, never an empty box.
    """
    buffer = io.BytesIO()
    try:
        with figure_style(), warnings.catch_warnings():
            warnings.filterwarnings("error", message="Glyph")
            figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    except UserWarning as warning:
        way_out = "Write it otherwise, or install the package pylopdf-fonts-zh-cn, which has more characters"
        raise CareevalError(Problem("figure", "", f"a character has no glyph ({warning})", way_out=way_out)) from None
    finally:
        # only pyplot keeps figures alive, and only if somebody has used it
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(figure)
    return buffer.getvalue()


@cache
def _registered() -> tuple[str, ...]:
    """The font families to draw with, made known to matplotlib once."""
    _register(FONTS / "NotoSansSC-Regular-gb.otf", FAMILY)
    _register(FONTS / "NotoSansSC-Bold-gb.ttf", FAMILY)
    more = find_spec("pylopdf_fonts_zh_cn")
    if more is None:
        return (FAMILY,)
    _register(Path(more.submodule_search_locations[0]) / "NotoSansSC-Regular.otf", RARE_FAMILY)
    return (FAMILY, RARE_FAMILY)


def _register(path: Path, family: str) -> None:
    entry = font_manager.ttfFontProperty(font_manager.get_font(str(path)))
    font_manager.fontManager.ttflist.append(replace(entry, name=family))

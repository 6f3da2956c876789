"""How figures look: Chinese without a system font, colours that survive a grey printer, the same bytes every time."""

from __future__ import annotations

import io
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
CENTIMETRES_PER_INCH = 2.54
# from dark to light, so that they differ in grey; told apart in the common forms of colour blindness
PALETTE = ("#0b3c6f", "#d1602a", "#5ab4d6", "#f2c744")
GREY = "#6b7280"


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
        "figure.figsize": (16 / CENTIMETRES_PER_INCH, 9 / CENTIMETRES_PER_INCH),
    }
    with matplotlib.rc_context(settings):
        yield


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

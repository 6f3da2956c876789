"""Fonts, sizes and indents of a Word report, from library/style/word.toml, put on a document's styles."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

STYLE_FILE = Path(__file__).parents[1] / "library" / "style" / "word.toml"
BODY_STYLES = ("Body Text", "First Paragraph")
BODY_POINTS = 12
WORDS_OWN = ("toc 1", "toc 2", "Header", "Footer")  # Word has these styles; the others are new to it
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@cache
def word_style() -> dict[str, Any]:
    """The whole of word.toml."""
    with STYLE_FILE.open("rb") as file:
        return tomllib.load(file)


def apply_styles(document: Document, lang: str) -> None:
    """Set every style of word.toml in a document, make the ones it lacks, and drop the theme's fonts everywhere.

    A theme font wins over a named one, so that 宋体 would never be seen beside it.
    """
    look = word_style()[lang]
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in [name for name in fonts.attrib if name.endswith("Theme") or name == qn("w:cstheme")]:
            del fonts.attrib[name]
    _set_fonts(document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}"), look, "body")
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US" if lang == "zh" else LANGUAGES[lang])
        language.set(qn("w:eastAsia"), "zh-CN")
    for name in BODY_STYLES:
        _set_body(_style(document, name), look)
    for name, wanted in word_style()["styles"].items():
        _set_style(_style(document, name), wanted, look)


def _style(document: Document, name: str) -> ParagraphStyle:
    if name in document.styles:
        return document.styles[name]
    return document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in WORDS_OWN)


def _set_body(style: ParagraphStyle, look: dict[str, Any]) -> None:
    wanted = {
        "font": "body",
        "size": BODY_POINTS,
        "before": 0,
        "after": look["paragraph_after"],
        "align": look["align"],
    }
    _set_style(style, wanted, look)
    style.paragraph_format.line_spacing = look["line_spacing"]
    _indent(style, first_characters=look["indent_characters"])


def _set_style(style: ParagraphStyle, wanted: dict[str, Any], look: dict[str, Any]) -> None:
    properties = style.element.get_or_add_rPr()
    _set_fonts(properties, look, wanted["font"])
    style.font.size = Pt(wanted["size"])
    style.font.bold = wanted["font"] == "head" and look["heading_bold"]
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.alignment = WD_ALIGN_PARAGRAPH[wanted["align"].upper()]
    form.space_before, form.space_after = Pt(wanted["before"]), Pt(wanted["after"])
    form.line_spacing = look["line_spacing"] if wanted.get("spaced") else 1.0
    form.keep_with_next = wanted.get("next", False)
    _indent(style, left_characters=wanted.get("left_characters", 0), points=wanted["size"])


def _set_fonts(properties: Any, look: dict[str, Any], kind: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), look["latin"])
    fonts.set(qn("w:eastAsia"), look[kind])


def _indent(
    style: ParagraphStyle, *, first_characters: int = 0, left_characters: int = 0, points: float = BODY_POINTS
) -> None:
    # both units: Word goes by characters, LibreOffice and WPS by points; 0 as well, since a style inherits
    form = style.paragraph_format
    form.first_line_indent, form.left_indent = Pt(first_characters * points), Pt(left_characters * points)
    indent = style.element.pPr.find(qn("w:ind"))
    indent.set(qn("w:firstLineChars"), str(100 * first_characters))
    indent.set(qn("w:leftChars"), str(100 * left_characters))

"""The empty document that gives pandoc its page, header, footer and styles."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import docx
import pypandoc
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from careeval.present.words import word
from careeval.publish.word_style import apply_styles, word_style


def write_reference(path: Path, *, lang: str, simulated: bool) -> None:
    """Write pandoc's own reference document, changed to library/style/word.toml: A4, a page number at the bottom.

    simulated: every page says so at its top.
    """
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    document = docx.Document(str(path))
    apply_styles(document, lang)
    section, page = document.sections[0], word_style()["page"]
    section.page_width, section.page_height = Cm(page["width"]), Cm(page["height"])
    section.top_margin, section.bottom_margin = Cm(page["top"]), Cm(page["bottom"])
    section.left_margin, section.right_margin = Cm(page["left"]), Cm(page["right"])
    section.header_distance, section.footer_distance, section.gutter = Cm(page["header"]), Cm(page["footer"]), 0
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    if simulated:
        header = section.header.paragraphs[0]
        header.text, header.style = word("document.simulated", lang), document.styles["Header"]
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Footer"]
    add_field(footer, "PAGE", "1")
    document.save(str(path))


def add_field(paragraph: Paragraph, instruction: str, result: str) -> None:
    """Append a field to a paragraph: Word computes it, and until then the result given here is shown."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("result", result), ("end", "")):
        run = paragraph.add_run(result if kind == "result" else "")
        if kind in ("begin", "separate", "end"):
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))
        elif not kind:
            instruction_text = _element("w:instrText", {"xml:space": "preserve"})
            instruction_text.text = f" {text} "
            run._r.append(instruction_text)


def _element(name: str, attributes: dict[str, str]) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element

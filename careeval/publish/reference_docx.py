"""The empty document that gives pandoc its page, header, footer and styles."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import docx
import pypandoc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from careeval.present.words import word
from careeval.publish.meta import ReportMeta
from careeval.publish.word_style import apply_styles, word_style

FIELDS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def write_reference(path: Path, meta: ReportMeta) -> None:
    """Write pandoc's own reference document, changed to library/style/word.toml: A4, the page's number at the bottom.

    At its top every page but the first has the title, and each says so where people are made up.
    """
    lang, banner = meta.lang, word("document.simulated", meta.lang) if meta.simulated else ""
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
    section.different_first_page_header_footer = True
    _running(section.header.paragraphs[0], section.page_width - section.left_margin - section.right_margin)
    for header, footer, said in (
        (section.header, section.footer, f"{meta.title}\t{banner}" if banner else meta.title),
        (section.first_page_header, section.first_page_footer, banner),
    ):
        top, bottom = header.paragraphs[0], footer.paragraphs[0]
        top.style, bottom.style, top.text = document.styles["Header"], document.styles["Footer"], said
        for part in re.split("({pages?})", word("document.page", lang, page="{page}", pages="{pages}")):
            if part in FIELDS:
                add_field(bottom, FIELDS[part], "1")
            else:
                bottom.add_run(part)
    document.save(str(path))


def _running(paragraph: Paragraph, width: int) -> None:
    """A line of two ends, ruled off from the text."""
    paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    line = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="3"/></w:pBdr>'
    paragraph._p.pPr.insert_element_before(parse_xml(line), "w:tabs", "w:spacing", "w:ind", "w:jc")


def add_field(paragraph: Paragraph, instruction: str, result: str) -> None:
    """Append a field to a paragraph: Word computes it, and until then the result given here is shown."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("result", result), ("end", "")):
        run = paragraph.add_run(result if kind == "result" else "")
        if kind in ("begin", "separate", "end"):
            run._r.append(element("w:fldChar", {"w:fldCharType": kind}))
        elif not kind:
            instruction_text = element("w:instrText", {"xml:space": "preserve"})
            instruction_text.text = f" {text} "
            run._r.append(instruction_text)


def element(name: str, attributes: dict[str, str]) -> Any:
    """An element of Word's XML with its attributes."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made

"""What pandoc leaves to do in a Word document: tables, number fields in captions, the contents list, marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from careeval.present.blocks import Block, Heading
from careeval.present.numbers import MISSING
from careeval.present.words import word
from careeval.publish.docx_tables import finish_table
from careeval.publish.meta import ReportMeta
from careeval.publish.pdf import heading_pages
from careeval.publish.reference_docx import add_field, element

CAPTIONS = ("Table Caption", "Image Caption")
CAPTION = re.compile(r"(?P<kind>\S+) (?P<number>\d+)(?P<rest>.*)", re.DOTALL)
# Chinese and Latin share these marks, and a run's hint says whose they are
CHINESE_MARKS = re.compile("([“”‘’—…·※①-⑳]+)")
CONTENTS_DEPTH = 2
# what may stand after w:updateFields, in the order that Word's settings have
AFTER_UPDATE = ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat", "w:rsids", "w:themeFontLang")
FIRST_MARK = 100000  # pandoc numbers its bookmarks from below
TALLEST = Cm(13)  # a taller picture leaves half a page white where it does not fit


def finish(document: Document, blocks: Sequence[Block], meta: ReportMeta) -> None:
    """Finish a document that pandoc has made of the blocks, in place."""
    for table in document.tables:
        finish_table(table)
    for paragraph in document.paragraphs:
        if paragraph.style.name in CAPTIONS:
            _numbered_caption(paragraph)
    _pictures(document)
    _new_pages(document, blocks)
    _contents(document, blocks, meta)
    if meta.lang == "zh":
        _chinese_marks(document)
    _properties(document, meta)


def _numbered_caption(paragraph: Paragraph) -> None:
    """The number as a field, so that Word can refer to it and count on when somebody adds a table."""
    found = CAPTION.fullmatch(paragraph.text)
    if found is None:
        return
    for run in paragraph.runs:
        run._r.getparent().remove(run._r)
    paragraph.add_run(f"{found['kind']} ")
    add_field(paragraph, f"SEQ {found['kind']} \\* ARABIC", found["number"])
    paragraph.add_run(found["rest"])


def _pictures(document: Document) -> None:
    for shape in document.inline_shapes:
        scale = min(1, TALLEST / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    # pandoc writes a picture's source, here the whole picture once more, where its description belongs
    for inline in document.element.iter(qn("wp:inline")):
        alt = inline.find(qn("wp:docPr")).get("descr", "")
        for picture in inline.iter(qn("pic:cNvPr")):
            picture.set("descr", alt)


def _new_pages(document: Document, blocks: Sequence[Block]) -> None:
    headings = [one for one in document.paragraphs if one.style.name.startswith("Heading ")]
    for paragraph, block in zip(headings, (one for one in blocks if isinstance(one, Heading)), strict=True):
        if block.new_page:
            paragraph.paragraph_format.page_break_before = True


def _has_first_page(blocks: Sequence[Block]) -> bool:
    return bool(blocks) and not (isinstance(blocks[0], Heading) and blocks[0].level == 1)


def _contents(document: Document, blocks: Sequence[Block], meta: ReportMeta) -> None:
    """A contents field before the first chapter, filled with the headings and the pages that the PDF has them on.

    Both are set in the same sizes, yet Word breaks its pages by itself: it is told to count anew when it opens the
    document (it asks the reader first; others do not). What stands before the first chapter has a page to itself. A
    report without chapters has no contents.
    """
    depths = {f"Heading {level}": level for level in range(1, CONTENTS_DEPTH + 1)}
    headings = [one for one in document.paragraphs if one.style.name.startswith("Heading ")]
    first = next((one for one in headings if one.style.name == "Heading 1"), None)
    if first is None:
        return
    title = first.insert_paragraph_before(word("document.contents", meta.lang), "TOC Heading")
    title.paragraph_format.page_break_before = _has_first_page(blocks)
    section, entries = document.sections[0], []
    for number, (heading, page) in enumerate(zip(headings, heading_pages(blocks, meta), strict=True)):
        if heading.style.name in depths:
            mark = {"w:id": str(FIRST_MARK + number), "w:name": f"_Toc{FIRST_MARK + number}"}
            heading._p.insert(1, element("w:bookmarkStart", mark))
            heading._p.append(element("w:bookmarkEnd", {"w:id": mark["w:id"]}))
            entries.append(first.insert_paragraph_before(f"{heading.text}\t", f"toc {depths[heading.style.name]}"))
            width = section.page_width - section.left_margin - section.right_margin
            entries[-1].paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            add_field(entries[-1], f"PAGEREF {mark['w:name']} \\h", str(page))
    settings = document.settings.element
    after = next(one for one in settings if one.tag in map(qn, AFTER_UPDATE))
    after.addprevious(element("w:updateFields", {"w:val": "true"}))
    _wrap_in_field(entries, rf'TOC \o "1-{CONTENTS_DEPTH}" \h \z \u')


def _wrap_in_field(paragraphs: list[Paragraph], instruction: str) -> None:
    add_field(paragraphs[0], instruction, "")
    *opening, result, end = paragraphs[0].runs[-5:]
    result._r.getparent().remove(result._r)
    for place, run in enumerate(opening):
        paragraphs[0]._p.insert(place + (paragraphs[0]._p.pPr is not None), run._r)
    paragraphs[-1]._p.append(end._r)


def _chinese_marks(document: Document) -> None:
    """Quotation marks and dashes full-width, minus and comparison signs not, whatever stands beside them.

    pandoc gives the hint to every run with a Chinese character in it, and so a wide minus to the number beside one.
    """
    for text in list(document.element.iter(qn("w:t"))):
        run, pieces = text.getparent(), [piece for piece in CHINESE_MARKS.split(text.text or "") if piece]
        if run.rPr is not None and run.rPr.rFonts is not None:
            run.rPr.rFonts.attrib.pop(qn("w:hint"), None)
        if pieces == [MISSING] or not any(CHINESE_MARKS.fullmatch(piece) for piece in pieces):
            continue
        for piece in pieces:
            part = deepcopy(run)
            part.text = piece
            if CHINESE_MARKS.fullmatch(piece):
                part.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
            run.addprevious(part)
        run.getparent().remove(run)


def _properties(document: Document, meta: ReportMeta) -> None:
    properties = document.core_properties
    properties.title, properties.subject = meta.title, meta.subtitle
    properties.language = "zh-CN" if meta.lang == "zh" else "en-GB"
    # a day would make two equal documents differ
    for name in ("dcterms:created", "dcterms:modified"):
        for found in properties._element.findall(qn(name)):
            properties._element.remove(found)

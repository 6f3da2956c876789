"""What pandoc leaves to do in a Word document: tables, number fields in captions, the contents list, marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy

from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from careeval.present.blocks import Block, Heading
from careeval.present.numbers import MISSING
from careeval.present.words import word
from careeval.publish.docx_tables import finish_table
from careeval.publish.meta import ReportMeta
from careeval.publish.reference_docx import add_field

CAPTIONS = ("Table Caption", "Image Caption")
CAPTION = re.compile(r"(?P<kind>\S+) (?P<number>\d+)(?P<rest>.*)", re.DOTALL)
# Chinese and Latin share these marks, and a run's hint says whose they are
CHINESE_MARKS = re.compile("([“”‘’—…·※①-⑳]+)")
CONTENTS_DEPTH = 2


def finish(document: Document, blocks: Sequence[Block], meta: ReportMeta) -> None:
    """Finish a document that pandoc has made of the blocks, in place."""
    for table in document.tables:
        finish_table(table)
    for paragraph in document.paragraphs:
        if paragraph.style.name in CAPTIONS:
            _numbered_caption(paragraph)
    _pictures(document)
    _new_pages(document, blocks)
    _contents(document, meta.lang, first_page=_has_first_page(blocks))
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


def _contents(document: Document, lang: str, *, first_page: bool) -> None:
    """A contents field before the first chapter, filled with the headings; updated in Word, it has page numbers too.

    first_page: what stands before the first chapter has a page to itself. A report without chapters has no contents.
    """
    depths = {f"Heading {level}": level for level in range(1, CONTENTS_DEPTH + 1)}
    headings = [one for one in document.paragraphs if one.style.name in depths and one.text.strip()]
    first = next((one for one in headings if one.style.name == "Heading 1"), None)
    if first is None:
        return
    title = first.insert_paragraph_before(word("document.contents", lang), "TOC Heading")
    title.paragraph_format.page_break_before = first_page
    entries = [first.insert_paragraph_before("", f"toc {depths[one.style.name]}") for one in headings]
    for entry, heading in zip(entries, headings, strict=True):
        entry.add_run(heading.text)
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
        for element in properties._element.findall(qn(name)):
            properties._element.remove(element)

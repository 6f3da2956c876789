"""Word files for the field: the printed questionnaire with boxes to tick, and letters of consent and assent."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from careeval.errors import SpecError
from careeval.present.words import word
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, build, read_toml
from careeval.templates.questionnaires import Questionnaire

BOX, LINE, CODE_BOXES = "□", "________________", 8
WRITTEN = datetime(2025, 1, 1)


class Letter(Record):
    """A letter of consent or assent: for which groups, its title and paragraphs; lines to fill in are drawn as ____."""

    groups: tuple[str, ...]
    title: Words
    paragraphs: tuple[Words, ...]


def letters(groups: tuple[str, ...], lang: str) -> dict[str, bytes]:
    """{file name: Word file} of the letters that these groups need, from library/letters.toml."""
    toml, problems = read_toml(LIBRARY / "letters.toml")
    made = {}
    for section in toml.values():
        letter, found = build(Letter, section, file="letters.toml")
        problems += found
        if letter and set(letter.groups) & set(groups):
            title = letter.title.in_language(lang)
            document = _document(title)
            for paragraph in letter.paragraphs:
                document.add_paragraph(paragraph.in_language(lang))
            made[f"{title}.docx"] = _bytes(document)
    if problems:
        raise SpecError(*problems)
    return made


def printed_sheet(one: Questionnaire, lang: str) -> bytes:
    """The questionnaire on A4: boxes for the code, and a row a question with its code, room for the wording, boxes."""
    document = _document(one.title.in_language(lang))
    document.add_paragraph(word("templates.printed.code", lang, boxes=" ".join(BOX * CODE_BOXES)))
    document.add_paragraph(word("templates.printed.how", lang))
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    table.autofit = False
    for cell, name in zip(table.rows[0].cells, ("item", "question", "answer"), strict=True):
        cell.text = word(f"templates.printed.{name}", lang)
    for ask in one.asks:
        answers = [f"{BOX}\u00a0{ask.option(value, lang)}".replace(" ", "\u00a0") for value in ask.options]
        text = ask.text.in_language(lang)
        row = (ask.id, text, "  ".join(answers) if answers else f"{LINE[:8]} ({ask.low}–{ask.high})")
        for cell, part in zip(table.add_row().cells, row, strict=True):
            cell.text = part
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(3.9), Cm(6.9), Cm(6.6)), strict=True):
            cell.width = width
    for name, terms in one.licences:
        note = document.add_paragraph(word("templates.printed.licence", lang, name=name, terms=terms.rstrip("。.")))
        note.runs[0].font.size = Pt(8)
    return _bytes(document)


def _document(title: str) -> Document:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.8)
    page.top_margin = page.bottom_margin = Cm(1.8)
    for style in ("Normal", "Title"):
        font = document.styles[style].font
        font.name = "Calibri"
        document.styles[style].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    document.styles["Normal"].font.size = Pt(11)
    document.styles["Title"].font.size = Pt(18)
    document.add_paragraph(title, style="Title")
    return document


def _bytes(document: Document) -> bytes:
    """The document as bytes that do not tell when it was written."""
    document.core_properties.created = document.core_properties.modified = WRITTEN
    document.core_properties.author = "careeval"
    written, content = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, WRITTEN.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED)
    return content.getvalue()

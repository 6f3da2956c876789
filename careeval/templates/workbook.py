"""A form as an Excel workbook: drop-downs, input checks, a greyed example row, a guide sheet; no macro."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from careeval.present.words import word
from careeval.templates.forms import Form, FormColumn
from careeval.templates.mapping import PLACES
from careeval.templates.needs import Needs

LAST_ROW = 3000
# a workbook carries the minute it was written; ours carry this one, so that the same study gives the same bytes
WRITTEN = datetime(2025, 1, 1)
GREY, BLUE = PatternFill("solid", fgColor="D9D9D9"), PatternFill("solid", fgColor="DDEBF7")


def form_workbook(form: Form, needs: Needs) -> bytes:
    """The workbook of a form for a wave, in the study's first language; the same needs give the same bytes."""
    lang = needs.lang
    book = Workbook()
    page, guide, lists = (
        book.active,
        book.create_sheet(word("templates.sheet.guide", lang)),
        book.create_sheet(word("templates.sheet.lists", lang)),
    )
    page.title = form.title.in_language(lang)
    page.append([word("templates.sheet.row", lang), *(column.title.in_language(lang) for column in form.columns)])
    page.append([word("templates.sheet.example", lang), *(_example(column, needs) for column in form.columns)])
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True), BLUE
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for cell in page[2]:
        cell.fill, cell.font = GREY, Font(italic=True, color="7F7F7F")
    page.column_dimensions["A"].width = 7
    page.freeze_panes = "C2"
    for number, column in enumerate(form.columns, start=2):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = max(column.width, _width(column.title.in_language(lang)) + 2)
        _check(page, lists, letter, column, needs)
    lists.sheet_state = "hidden"
    _write_guide(guide, form, needs)
    return same_bytes(book)


def same_bytes(book: Workbook) -> bytes:
    """The workbook as bytes that do not tell when it was written."""
    book.properties.creator, book.properties.created, book.properties.modified = "careeval", WRITTEN, WRITTEN
    written, content = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the hour of saving over `modified`
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2025-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, WRITTEN.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _example(column: FormColumn, needs: Needs) -> object:
    """What the example row shows in a column."""
    if column.example == "@start" or (column.kind == "date" and column.example):
        return needs.wave.service[0] if column.example == "@start" else datetime.fromisoformat(column.example).date()
    if column.example == "@first":
        return next(iter(_choices(column, needs)), "")
    if column.kind in ("number", "mark") and column.example:
        return int(column.example)
    return column.example or None


def _choices(column: FormColumn, needs: Needs) -> list[str]:
    return [words.in_language(needs.lang) for words in needs.lists[column.choices].values()]


def _check(page: Worksheet, lists: Worksheet, letter: str, column: FormColumn, needs: Needs) -> None:
    """The input check of a column, with the text that Excel shows for a wrong cell; dates and numbers get a format."""
    first = f"{letter}2"
    kind = column.kind
    if kind == "choice":
        offered = _choices(column, needs)
        if not offered:
            return
        place = lists.max_column + 1 if lists["A1"].value is not None else 1
        for number, text in enumerate(offered, start=1):
            lists.cell(number, place, text)
        source = get_column_letter(place)
        rule = DataValidation("list", formula1=f"='{lists.title}'!${source}$1:${source}${len(offered)}")
    elif kind == "date":
        rule = DataValidation("date", operator="greaterThan", formula1="7306")
    elif kind in ("number", "mark"):
        absent = f', {first}="缺考", {first}="absent"' if kind == "mark" else ""
        rule = DataValidation("custom", formula1=f"=OR(AND(ISNUMBER({first}), {first}>=0){absent})")
    elif kind == "code":
        rule = DataValidation("custom", formula1=f'=AND(LEN({first})<=40, ISERROR(FIND(" ", {first})))')
    else:
        return
    place = column.choices in PLACES
    rule.errorStyle = "warning" if place else "stop"
    rule.error = word(f"templates.wrong.{'place' if place else kind}", needs.lang)
    rule.allow_blank, rule.showErrorMessage = True, True
    rule.prompt = column.help.in_language(needs.lang) or None
    rule.showInputMessage = bool(rule.prompt)
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    style = {"date": "yyyy-mm-dd", "code": "@"}.get(kind)
    for number in range(2, 202 if style else 2):
        page[f"{letter}{number}"].number_format = style


def _write_guide(guide: Worksheet, form: Form, needs: Needs) -> None:
    lang = needs.lang
    guide.append([form.title.in_language(lang)])
    guide.append([form.help.in_language(lang)])
    guide.append([word("templates.sheet.about_example", lang)])
    guide.append([])
    guide.append([word(f"templates.sheet.{name}", lang) for name in ("column", "what", "allowed")])
    for column in form.columns:
        allowed = word(f"templates.wrong.{column.kind}", lang)
        if column.kind == "choice" and len(offered := _choices(column, needs)) < 12:
            allowed = ("、" if lang == "zh" else ", ").join(offered)
        required = [word("templates.sheet.required", lang)] if column.required else []
        help_ = [column.help.in_language(lang)] if column.help.in_language(lang) else []
        joint = "；" if lang == "zh" else "; "
        guide.append([column.title.in_language(lang), joint.join(required + help_), allowed])
    guide["A1"].font = Font(bold=True, size=14)
    for cell in guide[5]:
        cell.font, cell.fill = Font(bold=True), BLUE
    for letter, width in (("A", 18), ("B", 60), ("C", 46)):
        guide.column_dimensions[letter].width = width
    for number in (2, 3):
        guide.merge_cells(start_row=number, start_column=1, end_row=number, end_column=3)
        guide.row_dimensions[number].height = 34
    for row in guide.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _width(text: str) -> int:
    """How wide a text is, a Chinese character counted twice."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)

"""A Word table: its three lines, its columns' widths, and where it may be broken."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from careeval.publish.column_widths import column_letters, stays_whole
from careeval.publish.word_style import BODY_STYLES, word_style

PADDING = Cm(0.1)
SLACK = Pt(3)  # a number that fits to the point is broken all the same
SPACE_BELOW = Pt(6)


def finish_table(table: Table) -> None:
    """Give a table that pandoc has made its look, in place."""
    _three_lines(table)
    _kept_together(table)
    _space_below(table)
    _share_width(table, "Compact Small" if _is_wide(table) else "Compact")


def _is_wide(table: Table) -> bool:
    return len(table.columns) >= word_style()["table"]["small_from_columns"]


def _three_lines(table: Table) -> None:
    """Lines on the cells themselves, so that a table keeps them when it is copied into another document."""
    look = word_style()["table"]
    rows = table.rows
    for row in rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in rows[0].cells:
        _line(cell, top=look["top"], bottom=look["head"])
    if len(rows) > 1:
        for cell in rows[-1].cells:
            _line(cell, bottom=look["bottom"])
    if _is_wide(table):
        for cell in table._cells:
            for paragraph in cell.paragraphs:
                paragraph.style = "Compact Small"


def _kept_together(table: Table) -> None:
    """A short table stays on one page with its notes; a long one keeps its caption, its head and two rows together."""
    rows = list(table.rows)
    if not stays_whole([[cell.text for cell in row.cells] for row in rows]):
        rows = rows[:3]
    elif not _has_note(table):
        rows = rows[:-1]
    for row in rows:
        for paragraph in row._tr.iter(qn("w:p")):
            Paragraph(paragraph, table).paragraph_format.keep_with_next = True


def _following(table: Table) -> Paragraph | None:
    following = next(table._tbl.itersiblings(qn("w:p")), None)
    return None if following is None else Paragraph(following, table._parent)


def _has_note(table: Table) -> bool:
    following = _following(table)
    return following is not None and following.style.name == "Note"


def _space_below(table: Table) -> None:
    # a table of Word has no space of its own below it
    following = _following(table)
    if following is not None and following.style.name in BODY_STYLES:
        following.paragraph_format.space_before = SPACE_BELOW


def _line(cell: Any, **points: float) -> None:
    sides = [f'<w:{side} w:val="single" w:sz="{8 * width:.0f}" w:space="0"/>' for side, width in points.items()]
    borders = f"<w:tcBorders {nsdecls('w')}>{''.join(sides)}</w:tcBorders>"
    cell._tc.get_or_add_tcPr().append(parse_xml(borders))


def _share_width(table: Table, style: str) -> None:
    """The text's whole width, shared out by what the columns hold."""
    page, points = word_style()["page"], word_style()["styles"][style]["size"]
    letter, beside = Pt(points / 2), 2 * PADDING + SLACK
    texts = [[cell.text for cell in column.cells] for column in table.columns]
    numeric = [cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in table.rows[0].cells]
    whole = Cm(page["width"] - page["left"] - page["right"]) - beside * len(texts)
    widths = [int(letters * letter + beside) for letters in column_letters(texts, numeric, whole / letter)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    properties = table._tbl.tblPr
    size = properties.find(qn("w:tblW"))
    size.set(qn("w:type"), "dxa")
    size.set(qn("w:w"), str(round(sum(widths) / Pt(1) * 20)))
    sides = "".join(f'<w:{side} w:w="{PADDING.twips}" w:type="dxa"/>' for side in ("left", "right"))
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")

"""A Word table: its three lines, its columns' widths, and where it may be broken."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from careeval.publish.word_style import BODY_STYLES, word_style

PADDING = Cm(0.1)
SLACK = Pt(3)  # a number that fits to the point is broken all the same
SPACE_BELOW = Pt(6)
LATIN_WORD = re.compile("[!-,.-~\\u00a0−–]+")  # a hyphen may end a line, a no-break space may not
CHINESE_RUN = re.compile("[\u3400-\u9fff]+")
WORDS = re.compile("[A-Za-z\u3400-\u9fff]")
LONGEST_WORD = 16  # a file name is longer, and is cut


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
    if len(rows) > word_style()["table"]["whole_up_to_rows"]:
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


def column_letters(texts: Sequence[Sequence[str]], numeric: Sequence[bool], whole: float) -> list[float]:
    """How many Latin letters broad each column becomes, so that all are `whole` together.

    texts: the cells of each column, its title first. Where there is enough, every column gets its share by need. Where
    there is not, no number (a column without any letter) and no Latin word is broken, and the columns of words share
    the rest by the square root of what they lack, so that one of sentences does not starve the others.

    >>> column_letters([["name", "abcd"], ["n", "12,345"]], [False, True], 20)
    [8.0, 12.0]
    """
    figures = [float(max(_title_breadth(column[0]), *map(_breadth, column[1:]), 1)) for column in texts]
    for chinese in (4, 2):  # characters beside each other, where they fit
        lows = [_least(column, chinese) for column in texts]
        least = [figure if number else low for figure, low, number in zip(figures, lows, numeric, strict=True)]
        if sum(least) < whole:
            break
    needs = [
        low if number else float(max(low, *map(_breadth, column)))
        for column, number, low in zip(texts, numeric, least, strict=True)
    ]
    spare = whole - sum(least)
    if sum(needs) <= whole:
        return [whole * need / sum(needs) for need in needs]
    if spare <= 0:  # too many columns: a word is broken before a number is
        firm = [0 if any(map(WORDS.search, column[1:])) else low for column, low in zip(texts, least, strict=True)]
        kept = firm if whole > sum(firm) and 0 in firm else [0] * len(firm)
        soft = sum(low for low, keep in zip(least, kept, strict=True) if not keep)
        return [keep or (whole - sum(kept)) * low / soft for low, keep in zip(least, kept, strict=True)]
    lacks = [(need - low) ** 0.5 for need, low in zip(needs, least, strict=True)]
    return [low + spare * lack / sum(lacks) for low, lack in zip(least, lacks, strict=True)]


def _least(column: Sequence[str], chinese: int) -> float:
    """What a column of words cannot do without: `chinese` characters, its longest Latin word, its longest number."""
    words = [word for cell in column for word in LATIN_WORD.findall(cell)]
    longest = max((min(len(word), LONGEST_WORD) if WORDS.search(word) else len(word) for word in words), default=0)
    run = max((len(run) for cell in column for run in CHINESE_RUN.findall(cell)), default=0)
    return float(max(4, 2 * min(run, chinese), longest + 1))  # m and w are broader than a letter


def _title_breadth(title: str) -> int:
    """A number column's title may stand on two lines, but a Latin word in it is not cut."""
    half = min(_breadth(title), max(4, 2 * math.ceil(_breadth(title) / 4)))
    return max([half, *(len(word) for word in LATIN_WORD.findall(title))])


def _breadth(text: str) -> int:
    """How broad a text is, in Latin letters; a Chinese character is two, and so is a per cent sign."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" or character == "%" for character in text)
    return len(text) + wide

"""Three documents from one list of blocks: the same cells, the same sentences, the same captions."""

import re

import docx
import pandas as pd
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Drawing

from careeval.errors import CareevalError
from careeval.present.blocks import Column, Figure, Heading, Paragraph, Table
from careeval.publish.fonts import check_characters
from careeval.publish.meta import ReportMeta
from careeval.publish.numbering import numbered
from careeval.run.documents import write_document

FRAME = pd.DataFrame({
    "village": ["李家村", "塱头 & <村>", "长名字的村" * 9, "—"],
    "n": [1200, None, 7, "*"],
    "change": [-0.305, 0.5, 12.3456, None],
    "span": ["[−8.10,\u00a0−1.75]", "[0.00,\u00a00.10]", "", "—"],
})  # fmt: skip
NARROW = (Column("village", "村"), Column("n", "人数", "count"), Column("change", "变化", "signed2"))
WIDE = (*NARROW, *(Column("span", f"95% 区间 {place}") for place in range(6)))
META = {lang: ReportMeta("十村报告 Ten villages", "2025", lang, False, ("demo",)) for lang in ("zh", "en")}


def blocks():
    drawn = Figure("a.bar", "a", "各村变化", "柱形图", FRAME, lambda frame: Drawing(figsize=(2, 1)))
    return [
        Paragraph("a.first", "a", "1 of 26 promises was kept (p < 0.001).", lead="Delivered"),
        Heading("a.title", "a", "数据与受访者 Data", 1),
        Paragraph("a.p", "a", "变化为 −0.31，95% 区间 [−8.10, −1.75]，共 1,200 人。\n\nSecond: p = 0.003; g = +0.64."),
        Paragraph("a.w", "a", "人数太少。", kind="warning"),
        Table("a.narrow", "a", "各村人数", FRAME, NARROW, ("* 人数过少。", "第二条。")),
        drawn,
        Table("a.wide", "a", "各村区间", FRAME, WIDE),
        Paragraph("a.n", "a", "说明。", kind="note"),
    ]


def bare(text):
    return re.sub(r"[\s\u200b]", "", text)


def said(lang):
    """Every piece of text that a document must hold, in reading order, without spaces."""
    pieces = []
    for block in numbered(blocks(), lang):
        if isinstance(block, Table):
            cells = [cell for row in block.cells() for cell in row]
            pieces += [block.caption, *(column.title for column in block.columns), *cells, *block.notes]
        elif isinstance(block, Paragraph):
            pieces += [block.lead, *block.text.split("\n\n")]
        else:
            pieces.append(block.caption if isinstance(block, Figure) else block.text)
    return [bare(piece) for piece in pieces if bare(piece)]


def html_text(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text()


def docx_text(path):
    return "".join(text.text or "" for text in docx.Document(str(path)).element.iter("{*}t"))


def pdf_text(path):
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("kind", "text_of"), [("html", html_text), ("docx", docx_text), ("pdf", pdf_text)])
def test_every_number_and_word_stands_in_each_document(tmp_path, lang, kind, text_of):
    write_document(kind, blocks(), tmp_path / f"report.{kind}", META[lang])
    text = bare(text_of(tmp_path / f"report.{kind}"))
    place = text.rindex(bare("Delivered 1 of 26"))  # page heads and contents apart, in the order of the blocks
    for piece in said(lang):
        found = text.find(piece, place)
        if found < 0 and kind == "pdf":  # figures float past tables there, each at its own place
            assert piece in text, f"{piece} is not in the {kind}"
            continue
        assert found >= 0, f"{piece} does not follow in the {kind}: {text[place : place + 80]}"
        place = found if "数据与受访者" in piece else found + len(piece)


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_a_character_that_no_font_has_stops_every_document(tmp_path, kind):
    with pytest.raises(CareevalError, match=r"^report: no font has a glyph for 🧶\. .*[Ww]rite them otherwise"):
        write_document(kind, [Paragraph("a.p", "a", "一团🧶")], tmp_path / f"report.{kind}", META["zh"])
    assert list(tmp_path.iterdir()) == []


def test_the_way_out_names_the_fonts_that_have_more(monkeypatch):
    monkeypatch.setattr("careeval.publish.fonts.rare_fonts", list)
    with pytest.raises(CareevalError, match=re.escape("pip install careeval[fonts] has more; or write them otherwise")):
        check_characters("𰻝村")

"""One list of blocks, two documents with the same content."""

import re
import zipfile

import docx
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from matplotlib.figure import Figure as Drawing

from careeval.errors import CareevalError
from careeval.present.blocks import Column, Figure, Heading, Paragraph, Table
from careeval.present.words import word
from careeval.publish.column_widths import column_letters
from careeval.publish.docx import write_docx
from careeval.publish.fonts import missing_characters
from careeval.publish.html import write_html
from careeval.publish.meta import ReportMeta
from careeval.publish.numbering import numbered

FRAME = pd.DataFrame({"village": ["李家村", "塱头 & <村>", "—"], "n": [1200, None, "*"], "change": [-0.305, 0.5, None]})
COLUMNS = (Column("village", "村"), Column("n", "人数", "count"), Column("change", "变化", "signed2"))
CELLS = [["村", "人数", "变化"], ["李家村", "1,200", "−0.31"], ["塱头 & <村>", "—", "+0.50"], ["—", "*", "—"]]
META = {
    "zh": ReportMeta("十村<评估>报告", "2025年春季", "zh", True, ("研究：demo", "地点：全部")),
    "en": ReportMeta("Ten <villages>", "Spring 2025", "en", False, ("Study: demo",)),
}

HEADINGS = {"zh": ["一、数据与受访者", "（一）谁在册", "二、变化"], "en": ["1 数据与受访者", "1.1 谁在册", "2 变化"]}


def draw(frame):
    drawing = Drawing(figsize=(3, 2))
    drawing.subplots().bar(range(2), frame["change"].dropna())
    return drawing


def blocks():
    table = Table("data.villages", "data", "各村人数", FRAME, COLUMNS, ("* 人数过少", "第二条"))
    return [
        Heading("data.title", "data", "数据与受访者", 1),
        Heading("data.who", "data", "谁在册", 2),
        Paragraph("data.p", "data", "变化为 −0.31（即“减少”）——共 <10 人。"),
        Paragraph("data.w", "data", "人数太少。", kind="warning"),
        table,
        Figure("data.bar", "data", "各村变化", "柱形图：两个村", FRAME, draw),
        table,
        Paragraph("data.n", "data", "说明。", kind="note"),
        Heading("end.title", "end", "变化", 1),
    ]


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request, tmp_path_factory):
    """(lang, folder) with report.html and report.docx of the blocks in it."""
    folder = tmp_path_factory.mktemp(request.param)
    write_html(blocks(), folder / "report.html", meta=META[request.param])
    write_docx(blocks(), folder / "report.docx", meta=META[request.param])
    return request.param, folder


@pytest.fixture(scope="module")
def page(report):
    """The HTML report, parsed."""
    return BeautifulSoup((report[1] / "report.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def document(report):
    """The Word report, opened."""
    return docx.Document(str(report[1] / "report.docx"))


def style_fonts(document, name):
    return document.styles[name].element.rPr.rFonts.attrib


def test_both_documents_hold_the_same_cells(page, document):
    rows = [one.find_all("tr") for one in page("table")]
    in_page = [[[cell.text for cell in row.find_all(["th", "td"])] for row in table] for table in rows]
    in_word = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert in_page == in_word == [CELLS, CELLS]


def test_both_documents_have_the_same_captions_in_the_same_order(report, page, document):
    lang, _ = report
    captions = ["各村人数", "各村变化", "各村人数"]
    names = ["表 1　", "图 1　", "表 2　"] if lang == "zh" else ["Table 1. ", "Figure 1. ", "Table 2. "]
    expected = [name + caption for name, caption in zip(names, captions, strict=True)]
    assert [one.text for one in page.find_all(["caption", "figcaption"])] == expected
    assert [one.text for one in document.paragraphs if one.style.name.endswith("Caption")] == expected


def test_nothing_is_loaded_from_anywhere(report):
    text = (report[1] / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=[\"']?(?!data:image/png|#)[^\"' >]+", text) == []
    assert re.findall(r"url\((?!data:font/woff)", text) == []
    assert "@import" not in text
    assert "://" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)


def test_the_same_blocks_give_the_same_bytes(report, tmp_path):
    lang, folder = report
    for name, write in (("report.html", write_html), ("report.docx", write_docx)):
        write(blocks(), tmp_path / name, meta=META[lang])
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_no_file_inside_the_word_report_has_a_time_of_its_own(report):
    with zipfile.ZipFile(report[1] / "report.docx") as inside:
        assert {entry.date_time for entry in inside.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_says_its_language_title_and_contents(report, page):
    lang, _ = report
    assert page.html["lang"] == {"zh": "zh-CN", "en": "en"}[lang]
    assert page.title.text == META[lang].title == page.h1.text
    links = page.nav.find_all("a")
    assert [one.text for one in links] == HEADINGS[lang]
    assert all(page.find(id=one["href"][1:]).text == one.text for one in links)


def test_every_picture_has_words(page, document):
    assert [one["alt"] for one in page("img")] == ["柱形图：两个村"]
    descriptions = [one.get("descr") for one in document.element.iter(qn("wp:docPr"), qn("pic:cNvPr"))]
    assert descriptions == ["柱形图：两个村"] * 2


def test_every_character_can_be_shown_by_the_embedded_font(page):
    assert missing_characters(page.get_text()) == set()


def test_a_simulated_study_says_so_on_every_page(report, page, document):
    lang, _ = report
    banner = word("document.simulated", lang)
    assert (banner in page.get_text()) == META[lang].simulated
    assert document.sections[0].header.paragraphs[0].text == (banner if META[lang].simulated else "")


def test_word_has_real_headings_and_a_contents_list(report, document):
    by_style = [(one.style.name, one.text) for one in document.paragraphs]
    assert [text for name, text in by_style if name.startswith("Heading ")] == HEADINGS[report[0]]
    assert ("Heading 2", HEADINGS[report[0]][1]) in by_style
    assert [text for name, text in by_style if name.startswith("toc ")] == HEADINGS[report[0]]
    assert ' TOC \\o "1-2" \\h \\z \\u ' in [one.text for one in document.element.iter(qn("w:instrText"))]


def test_word_begins_chapters_on_new_pages_and_keeps_the_first_page_by_itself(tmp_path):
    first = Paragraph("front.a", "front", "三项。", lead="承诺了什么")
    write_docx([first, Heading("a", "a", "背景", 1, new_page=True)], tmp_path / "one.docx", meta=META["zh"])
    told = [
        (one.style.name, one.text, bool(one.paragraph_format.page_break_before))
        for one in docx.Document(str(tmp_path / "one.docx")).paragraphs
        if one.style.name in ("Lead", "TOC Heading", "Heading 1")
    ]
    assert told == [
        ("Lead", "承诺了什么 三项。", False),
        ("TOC Heading", "目录", True),
        ("Heading 1", "一、背景", True),
    ]


def test_word_without_chapters_has_no_contents(tmp_path):
    write_docx([Heading("a", "a", "谁在册", 2)], tmp_path / "one.docx", meta=META["en"])
    assert "Contents" not in [one.text for one in docx.Document(str(tmp_path / "one.docx")).paragraphs]


def test_word_numbers_captions_with_fields(report, document):
    names = ["表", "图", "表"] if report[0] == "zh" else ["Table", "Figure", "Table"]
    fields = [one.text.strip() for one in document.element.iter(qn("w:instrText")) if "SEQ" in one.text]
    assert fields == [f"SEQ {name} \\* ARABIC" for name in names]


def test_word_uses_chinese_fonts_and_no_font_of_a_theme(document):
    assert style_fonts(document, "Body Text")[qn("w:eastAsia")] == "宋体"
    assert style_fonts(document, "Heading 1")[qn("w:eastAsia")] == "黑体"
    assert style_fonts(document, "Body Text")[qn("w:ascii")] == "Times New Roman"
    named = [name for fonts in document.styles.element.iter(qn("w:rFonts")) for name in fonts.attrib]
    assert [name for name in named if "theme" in name.lower()] == []


@pytest.mark.parametrize(
    ("style", "characters"),
    [
        ("Body Text", {"zh": "200", "en": "0"}),
        ("First Paragraph", {"zh": "200", "en": "0"}),
        ("Compact", {"zh": "0", "en": "0"}),
    ],
)
def test_only_chinese_body_text_is_indented_by_two_characters(report, document, style, characters):
    assert document.styles[style].element.pPr.ind.get(qn("w:firstLineChars")) == characters[report[0]]


def test_word_tables_have_three_lines_and_no_vertical_one(document):
    borders = document.tables[0]._tbl.iter(qn("w:tcBorders"))
    drawn = {(side.tag.split("}")[1], side.get(qn("w:sz"))) for one in borders for side in one}
    assert drawn == {("top", "12"), ("bottom", "6"), ("bottom", "12")}


def test_word_is_a4_with_a_page_number(document):
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert " PAGE " in [one.text for one in section.footer._element.iter(qn("w:instrText"))]


def test_word_says_its_title_and_language_and_no_time(report, document):
    lang, folder = report
    assert (document.core_properties.title, document.core_properties.language) == (
        META[lang].title,
        {"zh": "zh-CN", "en": "en-GB"}[lang],
    )
    with zipfile.ZipFile(folder / "report.docx") as inside:
        core = inside.read("docProps/core.xml").decode()
    assert "dcterms:created" not in core


def test_quotation_marks_are_chinese_and_a_minus_is_not(report, document):
    hinted = [one for one in document.element.iter(qn("w:r")) if one.rPr is not None and one.rPr.rFonts is not None]
    marks = [one.text for one in hinted if one.rPr.rFonts.get(qn("w:hint")) == "eastAsia"]
    if report[0] == "zh":
        assert set(marks) == {"“", "”", "——"}


def test_a_warning_and_a_note_are_named(report, page):
    lang, _ = report
    assert page.find(class_="warning").text == word("document.warning", lang) + "人数太少。"
    assert page.find(class_="note").text.startswith(word("document.note", lang) + "* 人数过少")


def test_blocks_shown_twice_get_different_anchors():
    ids = [one.id for one in numbered(blocks(), "zh") if isinstance(one, Table)]
    assert ids == ["data.villages", "data.villages-2"]


def test_a_column_of_numbers_is_never_broken_for_a_column_of_sentences():
    # 48 letters: 9 for the number, 8 and 4 for the words; they lack 36 and 9, so 27 are shared as 6 to 3
    letters = column_letters(
        [["原因", "一" * 22], ["文件", "一a" * 4 + "a"], ["n", "1,234,567"]], [False, False, True], 48
    )
    assert letters == [8 + 27 * 2 / 3, 4 + 27 / 3, 9]


def test_a_word_is_broken_before_a_number_is():
    # 24 letters: 9 and 11 for the numbers, the interval is one of them; the words have the rest
    columns = [["Arm", "comparisons"], ["95 %", "[1.0,\u00a02.0]"], ["n", "1,234,567"]]
    assert column_letters(columns, [False, False, True], 26) == [6, 11, 9]


def test_four_chinese_characters_stand_beside_each_other_where_they_fit():
    columns = [["组别", "普通班加助教"], ["结局", "一" * 40], ["n", "1,234"]]
    assert min(column_letters(columns, [False, False, True], 30)) >= 5
    assert column_letters(columns, [False, False, True], 30)[0] >= 8


def test_a_latin_word_is_not_cut_for_a_column_of_sentences():
    name, reason = column_letters([["Arm", "comparison"], ["Reason", "a " * 50]], [False, False], 30)
    assert (name, reason) == (11, 19)


def test_an_interval_with_a_no_break_space_stays_on_one_line():
    interval, reason = column_letters([["95 %", "[−8.10,\u00a0−1.75]"], ["Reason", "a " * 50]], [False, False], 30)
    assert (interval, reason) == (15, 15)


def test_a_long_chinese_title_of_numbers_takes_two_lines_and_a_latin_word_is_not_cut():
    assert column_letters([["最小有意义变化", "5"], ["Estimate", "1"]], [True, True], 16) == [8.0, 8.0]


def test_text_below_a_table_without_notes_keeps_a_distance(tmp_path):
    plain = Table("t", "s", "表", FRAME, COLUMNS)
    write_docx([plain, Paragraph("p", "s", "正文")], tmp_path / "one.docx", meta=META["zh"])
    below = next(one for one in docx.Document(str(tmp_path / "one.docx")).paragraphs if one.text == "正文")
    assert below.paragraph_format.space_before.pt == 6


def test_a_failing_pandoc_is_told_in_its_words(monkeypatch, tmp_path):
    monkeypatch.setattr("careeval.publish.docx.OPTIONS", ("--from=html", "--to=nonsense"))
    with pytest.raises(CareevalError, match=r"report.docx, pandoc: it stopped with: .*nonsense"):
        write_docx([], tmp_path / "report.docx", meta=META["en"])
    assert not (tmp_path / "report.docx").exists()

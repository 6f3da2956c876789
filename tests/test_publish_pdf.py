"""The PDF: its paper, its bookmarks and tags, its fonts, and what is refused."""

import re
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from matplotlib.figure import Figure as Drawing

from careeval.errors import CareevalError
from careeval.present.blocks import Column, Figure, Heading, Paragraph, Table
from careeval.publish.column_widths import stays_whole
from careeval.publish.meta import ReportMeta
from careeval.publish.pdf import write_pdf

A4_POINTS = (595, 842)
META = ReportMeta("十村评估报告", "2025年春季", "zh", True, ("研究：demo",))


def draw(frame):
    drawing = Drawing(figsize=(3, 2))
    drawing.subplots().bar([0], frame["n"])
    return drawing


def table(rows, columns=2):
    names = [f"c{place}" for place in range(columns)]
    frame = pd.DataFrame({name: range(rows) for name in names})
    return Table("s.table", "s", "各村人数", frame, tuple(Column(name, f"列{name}", "count") for name in names))


def blocks():
    return [
        Paragraph("front.a", "front", "第一页的话。", lead="承诺了什么"),
        Heading("s.title", "s", "数据与受访者", 1, new_page=True),
        Heading("s.who", "s", "谁在册", 2),
        Paragraph("s.p", "s", "变化为 −0.31（即“减少”）——≥ 5 人。\n\n第二段。"),
        Paragraph("s.w", "s", "人数太少。", kind="warning"),
        table(60),
        Figure("s.figure", "s", "各村变化", "柱形图：一个村", pd.DataFrame({"n": [1]}), draw),
        Heading("t.title", "t", "变化", 1),
        Paragraph("t.n", "t", "说明。", kind="note"),
    ]


def made(folder, content, meta=META):
    path = Path(folder) / "report.pdf"
    write_pdf(content, path, meta=meta)
    return path


def pages(path):
    """The text of every page, without spaces and line ends."""
    with pypdfium2.PdfDocument(path) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return made(tmp_path_factory.mktemp("pdf"), blocks())


def test_every_page_is_a4(report):
    with pypdfium2.PdfDocument(report) as document:
        assert {tuple(map(round, page.get_size())) for page in document} == {A4_POINTS}


def test_every_page_has_its_number_and_says_that_the_people_are_made_up(report):
    texts = pages(report)
    assert len(texts) > 3
    for number, text in enumerate(texts, 1):
        assert f"第{number}页，共{len(texts)}页" in text
        assert "模拟数据，不代表任何真实的人或地方" in text


def test_the_first_page_comes_before_the_contents_and_they_before_the_first_chapter(report):
    first, contents, chapter, *_ = pages(report)
    assert "承诺了什么第一页的话。" in first and "目录" not in first
    assert contents.index("目录") < contents.index("数据与受访者") and re.search(r"数据与受访者\.*3", contents)
    assert "变化为−0.31（即“减少”）——≥5人。" in chapter


def test_bookmarks_are_the_headings(report):
    with pypdfium2.PdfDocument(report) as document:
        found = [(one.level, one.get_title()) for one in document.get_toc()]
    assert found == [(0, "一、数据与受访者"), (1, "（一）谁在册"), (0, "二、变化")]


def test_a_report_without_chapters_has_no_contents(tmp_path):
    (text,) = pages(made(tmp_path, [Heading("s.who", "s", "谁在册", 2), Paragraph("s.p", "s", "三人。")]))
    assert "目录" not in text and "谁在册" in text


def test_a_long_table_repeats_its_head_on_the_next_page(report):
    with_head = [text for text in pages(report) if "列c0列c1" in text]
    assert len(with_head) >= 2


def test_a_short_table_is_not_broken_over_two_pages(tmp_path):
    filling = [Paragraph("s.p", "s", "一行。") for _ in range(21)]
    texts = pages(made(tmp_path, [Heading("s.t", "s", "章", 1), *filling, table(9)]))
    assert len(texts) == 2
    assert ["各村人数" in text for text in texts] == [False, True]


def test_a_table_of_few_rows_but_many_words_may_be_broken():
    head, row = ["问题", "回答"], ["一" * 20, "一" * 100]
    assert stays_whole([head, *[row] * 4]) and not stays_whole([head, *[row] * 5])
    assert stays_whole([head] * 12) and not stays_whole([head] * 13)


@pytest.mark.parametrize("columns", [3, 12])
def test_no_column_leaves_the_paper(tmp_path, columns):
    with pypdfium2.PdfDocument(made(tmp_path, [table(3, columns)])) as document:
        words = document[0].get_textpage()
        right = max(words.get_charbox(place)[2] for place in range(words.count_chars()))
    assert right < A4_POINTS[0] - 70


def test_it_is_tagged_says_its_language_and_gives_words_for_pictures(report):
    data = report.read_bytes()
    assert b"/MarkInfo" in data and b"/StructTreeRoot" in data
    assert b"zh-CN" in data
    words = [bytes.fromhex(one.decode()).decode("utf-16") for one in re.findall(rb"/Alt<(\w+)>", data)]
    assert words == ["柱形图：一个村"]


def test_every_font_is_inside_and_none_is_the_machine_s(report):
    names = {
        name.decode() for name in re.findall(rb"/BaseFont/\w{6}\+([\w-]+)", report.read_bytes().replace(b" ", b""))
    }
    assert {name.rsplit("-Identity-H")[0] for name in names} == {
        "LibertinusSerif-Regular",
        "NotoSerifSC-Regular",
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
    }


def test_the_same_blocks_give_the_same_bytes(report, tmp_path):
    assert made(tmp_path, blocks()).read_bytes() == report.read_bytes()


def test_a_character_without_a_glyph_is_refused_and_named(tmp_path):
    with pytest.raises(CareevalError, match=r"report.pdf, typst: it stopped with: .*🧶.* could not be displayed"):
        made(tmp_path, [Paragraph("s.p", "s", "一团🧶")])
    assert not (tmp_path / "report.pdf").exists()


def test_what_typst_would_read_as_markup_is_printed_as_it_stands(tmp_path):
    text = '*星* _下划_ #let $x$ <a> @b "引号" \\ [括号]'
    assert re.sub(r"\s", "", text) in pages(made(tmp_path, [Paragraph("s.p", "s", text)]))[0]

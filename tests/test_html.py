"""The HTML page as a file: what its policy lets run, and what is there for those who read it by other means."""

import base64
import hashlib
import io
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from careeval.present.blocks import Column, Heading, Paragraph, Table
from careeval.publish.html import write_html
from careeval.publish.meta import ReportMeta


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A small page, parsed."""
    frame = pd.DataFrame({"n": [1, 2]})
    blocks = [
        Heading("s.title", "s", "Title", 1),
        Paragraph("s.sure", "s", "Not very.", lead="What? 怎么样"),
        Table("s.n", "s", "Numbers", frame, (Column("n", "n", "count"),)),
    ]
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(blocks, path, meta=ReportMeta("Report", "", "en", False))
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_the_policy_forbids_everything_but_the_one_script_of_the_page(page):
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    [script] = page("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules == {
        "script-src": f"'sha256-{digest}'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
    }
    assert script.attrs == {}


def test_the_policy_stands_before_whatever_it_rules(page):
    names = [one.get("http-equiv") or one.name for one in page.head.find_all(True)]
    assert names.index("Content-Security-Policy") < names.index("style")


def test_no_part_carries_a_handler(page):
    assert [name for one in page.find_all(True) for name in one.attrs if name.startswith("on")] == []


def test_a_screen_reader_finds_its_way(page):
    skip = page.body.find("a")
    assert page.find(id=skip["href"][1:]).name == "main"
    assert page.nav["aria-label"] == "Contents" and page.header.h1.text == "Report"
    assert page.table.caption.text == "Table 1. Numbers" and page.th["scope"] == "col"


def test_the_contents_are_open_and_no_control_stands_there_for_those_without_scripts(page):
    assert page.nav.details.has_attr("open")
    assert page("button") == page("input") == []
    assert [page.body[f"data-{name}"] for name in ("sort", "table", "figure")] == [
        "Sort by this column",
        "Download table",
        "Download figure",
    ]


def test_what_is_printed_bold_is_in_the_bold_font(page):
    [bold] = re.findall(r"font-weight: 700; src: url\(data:font/woff;base64,([^)]+)", page.style.string)
    held = set(map(chr, TTFont(io.BytesIO(base64.b64decode(bold))).getBestCmap()))
    printed = "".join(one.text for one in page.find_all(["h1", "h2", "caption", "th", "strong", "summary"]))
    assert set(printed) - {"\n"} <= held

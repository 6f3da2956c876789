"""A profile puts the blocks of the notebooks into chapters; headings get their places and their numbers."""

import tomllib

import pytest

from careeval.errors import CareevalError, SpecError
from careeval.present.blocks import Heading, Paragraph
from careeval.present.words import WORDS
from careeval.publish.numbering import numbered
from careeval.run.profiles import FOLDER, profile_names, read_profile, select


def profile(tmp_path, *chapters):
    """A profile of (id, title, keys in TOML)."""
    told = [f'[[chapters]]\nid = "{one}"\ntitle = {{ en = "{title}" }}\n{keys}' for one, title, keys in chapters]
    path = tmp_path / "mine.toml"
    path.write_text('title = { zh = "我的", en = "Mine" }\n' + "\n".join(told), encoding="utf-8")
    return read_profile(path)


def head(block, level, text="T"):
    return Heading(block, block.partition(".")[0], text, level)


def text(block):
    return Paragraph(block, block.partition(".")[0], block)


BLOCKS = [head("a.title", 1), text("a.1"), head("a.more", 2), text("a.2"), head("b.title", 1), text("b.1"), text("b.2")]


def chosen(tmp_path, *chapters, blocks=BLOCKS):
    return [one.id for one in select(blocks, profile(tmp_path, *chapters), "en")]


def test_chapters_stand_in_the_order_of_the_profile_each_block_once_where_it_is_named_first(tmp_path):
    told = chosen(tmp_path, ("x", "X", 'blocks = ["b.2", "b.*"]'), ("y", "", 'blocks = ["*.1", "a.2"]'))
    assert told == ["x.chapter", "b.2", "b.title", "b.1", "a.1", "a.2"]


def test_a_block_that_is_left_out_is_left_for_a_later_chapter(tmp_path):
    told = chosen(
        tmp_path, ("x", "X", 'blocks = ["b.*"]\nwithout = ["b.title", "b.1"]'), ("y", "Y", 'blocks = ["b.1"]')
    )
    assert told == ["x.chapter", "b.2", "y.chapter", "b.1"]


def test_no_heading_stands_over_nothing(tmp_path):
    blocks = [head("a.title", 1), head("a.more", 2), head("b.title", 1), head("b.more", 2), text("b.1")]
    keys = 'blocks = ["a.*"]', 'blocks = ["b.*"]'
    assert chosen(tmp_path, ("x", "X", keys[0]), blocks=blocks) == []
    assert chosen(tmp_path, *zip("xy", "XY", keys, strict=True), blocks=blocks) == [
        "y.chapter", "b.title", "b.more", "b.1",
    ]  # fmt: skip


def test_headings_of_a_chapter_begin_at_level_two_and_skip_none(tmp_path):
    blocks = [
        head("a.more", 2),
        text("a.2"),
        head("a.less", 1),
        text("a.3"),
        head("b.x", 2),
        head("b.y", 3),
        text("b.1"),
    ]
    made = select(blocks, profile(tmp_path, ("x", "X", 'blocks = ["a.*", "b.*"]')), "en")
    levels = [(one.id, one.level) for one in made if isinstance(one, Heading)]
    assert levels == [("x.chapter", 1), ("a.more", 2), ("a.less", 2), ("b.x", 2), ("b.y", 3)]


def test_a_new_page_begins_at_the_first_heading_of_its_chapter(tmp_path):
    made = select(BLOCKS, profile(tmp_path, ("x", "", 'blocks = ["b.*", "a.*"]\nnew_page = true')), "en")
    assert [one.id for one in made if isinstance(one, Heading) and one.new_page] == ["b.title"]


def test_a_pattern_of_a_section_that_nobody_knows_is_refused_one_that_only_meets_nothing_is_not(tmp_path):
    assert chosen(tmp_path, ("x", "X", 'blocks = ["support.shortfall*"]')) == []
    with pytest.raises(SpecError) as error:
        chosen(tmp_path, ("x", "X", 'blocks = ["nowhere.*"]\nwithout = ["never.title"]'))
    told = str(error.value).splitlines()
    assert len(told) == 2 and told[0].startswith(
        "full.toml, chapters, x: no notebook has a block 'nowhere.*'. Allowed:"
    )


def test_all_that_is_wrong_with_a_profile_is_told(tmp_path):
    with pytest.raises(SpecError, match=r"mine.toml, chapters: 'x' stands twice. Allowed: each chapter once"):
        profile(tmp_path, ("x", "X", 'blocks = ["a.*"]'), ("x", "X", 'blocks = ["b.*"]'))
    with pytest.raises(SpecError) as error:
        profile(tmp_path, ("x", "X", "blocks = []\nnew = true"))
    assert "unknown key 'new'" in str(error.value) and "at least 1 in the array" in str(error.value)
    with pytest.raises(CareevalError, match=r"no profile 'mine'. Allowed: 'brief', 'full', 'term-paper'"):
        read_profile("mine")


def test_chapters_of_the_full_report_stand_in_the_order_in_which_people_hand_in():
    titles = [chapter.title for chapter in read_profile("full").chapters]
    assert [one.zh for one in titles] == [
        "", "背景", "方案与标准", "过程评估", "成效评估", "问题与反思", "建议", "附录",
    ]  # fmt: skip
    assert all(bool(one.zh) == bool(one.en) for one in titles)


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_of_the_library_begins_with_the_first_page_and_names_sections_that_exist(name):
    made = read_profile(name)
    assert made.chapters[0].blocks == ("front.*",) and made.title.zh and made.title.en
    sections = {pattern.partition(".")[0] for one in made.chapters for pattern in (*one.blocks, *one.without)}
    assert sections <= {path.stem for path in WORDS.glob("*.toml")}


def test_only_the_term_paper_has_the_paired_tests():
    files = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")}
    with_them = [
        name
        for name, text in files.items()
        if any("paired.*" in one["blocks"] for one in tomllib.loads(text)["chapters"])
    ]
    assert with_them == ["term-paper"]


HEADINGS = [
    head("front.x", 2), head("a.1", 1), head("a.2", 2), head("a.3", 3), head("a.4", 2),
    *[head(f"b.{n}", 1) for n in range(2, 12)], head("b.x", 2), head("appendix.chapter", 1), head("appendix.1", 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ["T", "一、T", "（一）T", "1. T", "（二）T", "二、T", "三、T", "十一、T", "（一）T", "T", "（一）T"]),
        ("en", ["T", "1 T", "1.1 T", "1.1.1 T", "1.2 T", "2 T", "3 T", "11 T", "11.1 T", "T", "A.1 T"]),
    ],
)
def test_headings_are_numbered_from_the_first_chapter_on_and_the_appendix_by_itself(lang, told):
    made = [one.text for one in numbered(HEADINGS, lang)]
    assert made[:7] + made[14:] == told

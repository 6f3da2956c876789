"""The report of STAR, read by somebody who knows the experiment: its numbers, its design, and nothing that is not so."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from test_pages import CHINESE, ENGLISH, own_words, texts, without

from careeval.present.blocks import Heading, Paragraph, Table
from careeval.run.profiles import read_profile, select

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*_*.ipynb"))
# a promise, its delivery, or somebody left behind: STAR has none of them
PLAN_WORDS = {
    "en": r"the plan (was|began)|promises? (kept|met)|left-behind|elders|villages",
    "zh": r"方案(以|自|分配|带来)|项承诺|留守|老人|村",
}
FRONT = ("promised", "delivered", "unserved", "moved", "change", "sure")


def cells_of(notebook, parameters):
    """What the cells of a notebook show, without a kernel: `show(...)` is read as its argument."""
    names: dict = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith("show("):
            yield from eval(source.removeprefix("show"), names)
        elif cell["cell_type"] == "code":
            exec(source, names)
            names |= parameters if "parameters" in cell["metadata"].get("tags", ()) else {}


@pytest.fixture(scope="module")
def report(star):
    """A function that gives the blocks of the full report of a wave, in order, made once."""

    @cache
    def made(wave, lang):
        parameters = {"study": str(star), "wave": wave, "site": "", "lang": lang}
        shown = [block for path in NOTEBOOKS for block in cells_of(path, parameters)]
        return select(shown, read_profile("full"), lang)

    return made


def named(blocks, name):
    return next(block for block in blocks if block.id == name)


def front(blocks):
    return " ".join(block.text for block in blocks if block.section == "front")


@pytest.mark.parametrize(
    ("estimate", "std_error", "df", "n"),
    [
        ("13.8990", "2.4541", "5,783.00", "5,786"),  # Stock and Watson, table 13.1
        ("13.8990", "4.2423", "69.10", "5,786"),  # the same by school, CR2
        ("9.4685", "2.3016", "65.58", "4,424"),  # the vignette of clubSandwich
    ],
)
def test_the_published_numbers_stand_in_one_row_each(report, estimate, std_error, df, n):
    found = named(report("k", "en"), "effects.reproduction")
    columns = [column.name for column in found.columns]
    places = [columns.index(name) for name in ("estimate", "std_error", "df", "n")]
    rows = [[row[place] for place in places] for row in found.cells()]
    assert rows.count([estimate, std_error, df, n]) == 1


def test_the_headline_compares_within_schools_and_is_not_the_published_number(report):
    small = named(report("k", "en"), "effects.headline").cells()[0]
    # the published +13.90 compares across schools; pupils were drawn by lot within each
    assert small[:3] == ["Reading + maths (pupils)", "small class − regular class", "+16.02"]
    assert "5,786" in small and "79" in small


@pytest.mark.parametrize(
    ("lang", "said", "never"),
    [
        ("en", "at random: small class 1,900 people, regular class with aide 2,231 people", "in parallel"),
        ("zh", "随机分配）：小班 1,900 人、普通班加助教 2,231 人", "同步变化"),
    ],
)
def test_the_design_is_told_as_it_was(report, lang, said, never):
    blocks = report("k", lang)
    assert said in named(blocks, "start.what").text
    assert not [block for block, text in texts(blocks) if never in text]
    design = dict(named(blocks, "appendix.design").cells())
    declared, _, clusters, strata, *_ = design.values()
    assert {"en": "person", "zh": "个人"}[lang] in declared
    assert all({"en": "school", "zh": "学校"}[lang] in answer for answer in (clusters, strata))


def test_a_lot_within_schools_asks_for_consort_but_not_for_its_items_on_clusters(report):
    rows = named(report("k", "en"), "appendix.checklist_consort").cells()
    state = {row[0]: row[2] for row in rows}
    assert {state[item] for item in ("7 cl", "10 cl", "17 cl")} == {"not applicable"}
    assert state["17"] == "filled" and state["9"] == state["11"] == state["23"] == "author must write"
    # nobody was tested before kindergarten: no baseline table, and the item says so
    assert state["15"] == "author must write"
    assert not [block for block in report("k", "en") if block.id.startswith("effects.balance")]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wave", ["k", "grade3"])
def test_the_first_page_answers_its_six_questions_and_invents_no_plan(report, wave, lang):
    blocks = report(wave, lang)
    assert [block.id for block in blocks[:6]] == [f"front.{name}" for name in FRONT]
    assert all(isinstance(block, Paragraph) and block.text for block in blocks[:6])
    said = front(blocks)
    assert re.findall(PLAN_WORDS[lang], said) == []
    assert {"en": "No plan was handed in", "zh": "没有交来方案"}[lang] in said


def test_the_first_page_has_what_a_reader_of_star_would_look_for(report):
    said = front(report("k", "en"))
    for part in (
        "small class",
        "regular class with aide",
        "+16.02",
        "+7.86 to +24.18",
        "+1.70",
        "by lot",
        "inconclusive",
    ):
        assert part in said


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wave", ["k", "grade3"])
def test_no_chapter_is_empty_and_no_two_blocks_share_an_id(report, wave, lang):
    blocks = report(wave, lang)
    assert len({block.id for block in blocks}) == len(blocks)
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        bare = after is None or (isinstance(after, Heading) and after.level <= getattr(block, "level", 0))
        assert not (isinstance(block, Heading) and bare), block.id
    assert all(len(block.frame) for block in blocks if isinstance(block, Table))


@pytest.mark.parametrize("wave", ["k", "grade3"])
def test_each_language_keeps_to_itself(report, star, wave):
    cited = own_words(star)
    # a command, versions and file names are the same in every language
    raw = ("appendix.command_table", "appendix.inputs", "appendix.outputs", "data.files")
    for lang, other in (("en", CHINESE), ("zh", ENGLISH)):
        blocks = [block for block in report(wave, lang) if block.id not in raw]
        cells = [(one.id, cell) for one in blocks if isinstance(one, Table) for row in one.cells() for cell in row]
        found = [(block, without(text, cited)) for block, text in [*texts(blocks), *cells]]
        assert [(block, text) for block, text in found if other.search(text)] == []

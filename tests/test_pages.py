"""Every page of every chapter, in both languages: whole, worded, and saying no more than the design allows."""

import re
from functools import cache, reduce

import pandas as pd
import pytest
from conftest import COLUMNS, GRADES, RECODES, REGISTER, STUDY, SURVEY

from careeval.errors import CareevalError
from careeval.present import (
    academic,
    background,
    data,
    effects,
    front,
    paired,
    participants,
    site_changes,
    start,
    ways,
    wellbeing,
)
from careeval.present.blocks import Figure, Heading, Paragraph, Table, to_json
from careeval.present.context import context
from careeval.present.remarks import notes_in, reading_in, reason_in
from careeval.present.tables import count_or_hidden, table, with_hidden
from careeval.specs.instruments import instrument_names, read_instrument
from careeval.specs.records import told

CHAPTERS = {
    front: ("page",),
    start: ("opening", "outcomes", "waves"),
    background: ("groups", "aims"),
    data: ("opening", "who", "files", "quality"),
    participants: ("flow_figures",),
    wellbeing: ("opening", "levels", "shapes", "bands"),
    academic: ("opening", "papers", "outcomes"),
    effects: ("opening", "headline", "other", "balance", "reproductions"),
    site_changes: ("by_site",),
    ways: ("ways",),
    paired: ("tests",),
}
DEMO = [("demo", wave, site) for wave in ("2024-autumn", "2025-spring") for site in ("", "v01")]
STAR = [("star", wave, "") for wave in ("k", "grade3")]
ENGLISH = re.compile(r"[A-Za-z]+(?:[ ,;]+[A-Za-z'’-]+){2,}")
CHINESE = re.compile("[\u4e00-\u9fff，。；：]")
CAUSAL = {
    "zh": ("导致", "证明", "有效", "显著提高"),
    "en": ("improved", "caused", "because of the plan", "effective", "proves"),
}


def blocks_of(folder, **chosen):
    here = context(str(folder), **chosen)
    return [block for chapter, names in CHAPTERS.items() for name in names for block in getattr(chapter, name)(here)]


@pytest.fixture(scope="module")
def pages(request):
    """A function that gives the blocks of all chapters of a shipped study, made once."""

    @cache
    def made(study, wave, site, lang):
        return blocks_of(request.getfixturevalue(study), wave=wave, site=site, lang=lang)

    return made


def texts(blocks):
    """(id, text) of all that is worded: paragraphs, headings, captions, alternatives, column titles, notes."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.id, block.text
        else:
            yield block.id, block.caption
            yield from ((block.id, text) for text in ([block.alt] if isinstance(block, Figure) else block.notes))
            yield from ((block.id, column.title) for column in getattr(block, "columns", ()))


def own_words(folder):
    """What the study and the library cite in one language: sources of estimates, of worthwhile changes, of bands."""
    spec = context(str(folder)).study.spec
    cited = [one.source for one in spec.estimates]
    cited += [
        one.smallest_worthwhile_source for one in spec.outcomes if isinstance(one.smallest_worthwhile_source, str)
    ]
    return cited


def without(text, cited):
    return reduce(lambda left, source: left.replace(source, ""), cited, text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_every_page_gives_blocks_with_ids_of_their_own(pages, study, wave, site, lang):
    blocks = pages(study, wave, site, lang)
    ids = [block.id for block in blocks]
    assert len(ids) == len(set(ids)) > 20
    assert all(block.id.startswith(f"{block.section}.") for block in blocks)
    assert all(text.strip() and "{" not in text and "nan" not in text for _, text in texts(blocks))


def test_a_study_whose_numbers_are_all_hidden_is_told_without_an_empty_figure(small):
    blocks = blocks_of(small(), wave="w1")
    assert "data.flow" in [block.id for block in blocks]
    assert all(len(block.frame) for block in blocks if isinstance(block, Figure))


@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_a_chinese_page_has_no_english_sentence(pages, study, wave, site, request):
    cited = own_words(request.getfixturevalue(study))
    said = [(block, without(text, cited)) for block, text in texts(pages(study, wave, site, "zh"))]
    assert [(block, text) for block, text in said if ENGLISH.search(text)] == []


@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_the_cells_of_a_chinese_page_are_chinese_too(pages, study, wave, site, request):
    cited = own_words(request.getfixturevalue(study))
    tables = [block for block in pages(study, wave, site, "zh") if isinstance(block, Table)]
    cells = [(block.id, cell) for block in tables for row in block.cells() for cell in row if cell not in cited]
    assert [(block, cell) for block, cell in cells if ENGLISH.search(cell)] == []


@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_an_english_page_has_chinese_only_in_names_and_citations(pages, study, wave, site, request):
    cited = own_words(request.getfixturevalue(study))
    said = [(block, without(text, cited)) for block, text in texts(pages(study, wave, site, "en"))]
    assert [(block, text) for block, text in said if CHINESE.search(text)] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("study", "wave", "site"), DEMO)
def test_no_causal_word_without_a_lot(pages, study, wave, site, lang):
    said = " ".join(text for _, text in texts(pages(study, wave, site, lang))).lower()
    assert [word for word in CAUSAL[lang] if word in said] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_an_open_interval_is_never_called_no_effect(pages, study, wave, site, lang):
    said = " ".join(text for _, text in texts(pages(study, wave, site, lang))).lower()
    for allowed in ("which is not the same as no effect", "这并不表示没有作用"):
        said = said.replace(allowed, "")
    assert [word for word in ("no effect", "无效果", "没有效果", "没有作用", "无作用") if word in said] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_of_a_small_village_stars_its_few_women_and_says_why(pages, lang):
    blocks = {block.id: block for block in pages("demo", "2025-spring", "v01", lang)}
    assert "*" in blocks["start.what"].text and "*" in blocks["start.hidden"].text
    flow = blocks["data.flow"]
    cells = [cell for row in flow.cells() for cell in row]
    assert "*" in cells and "0" in cells and flow.notes[-1].startswith("*")


def test_no_hidden_number_travels_with_a_block(pages):
    for block in pages("demo", "2025-spring", "v01", "zh"):
        if isinstance(block, Table):
            shown = [row.count("*") for row in block.cells()]
            assert [row.count("*") for row in to_json(block)["values"]] == shown


def test_hidden_zero_and_missing_look_different():
    rows = pd.DataFrame({"n": pd.array([0, None, None], dtype="Int64"), "suppressed": [False, True, False]})
    made = table("data.flow", with_hidden(rows, ["n"]), {"n": "count"}, "en")
    assert made.cells() == [["0"], ["*"], ["—"]] and made.notes == (
        "* Too few people stand behind this number or could be worked out from it; it is not shown.",
    )
    assert [count_or_hidden(people, 5) for people in (0, 1, 4, 5)] == [0, "*", "*", 5]


def test_a_number_in_a_sentence_says_where_it_comes_from(pages):
    claim = next(block for block in pages("demo", "2025-spring", "", "en") if block.id == "effects.claim_1")
    told = {reference.column: reference for reference in claim.references}
    assert {"estimate", "conf_low", "conf_high", "n", "n_clusters"} <= told.keys()
    assert told["estimate"].table == "estimates" and told["estimate"].shown in claim.text


def test_a_page_of_one_site_tells_the_design_of_the_whole_study(pages):
    pages_of = {site: {block.id: block for block in pages("demo", "2025-spring", site, "en")} for site in ("", "v01")}
    assert all("plan 5 villages, comparison 5 villages" in blocks["start.what"].text for blocks in pages_of.values())


def test_drawn_by_lot_says_effect_and_not_drawn_says_on_what_it_hangs(pages):
    chosen = {"demo": "2025-spring", "star": "k"}
    said = {name: " ".join(text for _, text in texts(pages(name, wave, "", "en"))) for name, wave in chosen.items()}
    assert "Assignment to small class probably improves Maths (certainty: moderate)." in said["star"]
    assert "were drawn by lot and differed by chance only at the start" in said["star"]
    assert "only if both arms would have moved alike without it" in said["demo"] and "improves" not in said["demo"]


def lottery():
    """Files of a study in which twenty persons, 20 to 39, were drawn by lot before the first wave."""
    text = STUDY.replace('"administrative"', '"random"').replace('unit = "village"', 'unit = "person"')
    text = text.replace('"units"', '"people"').replace("start = 2024-10-01", "start = 2024-08-01")
    persons, header = range(20, 40), REGISTER.splitlines()[0]
    return {
        "study.toml": text,
        "columns.csv": COLUMNS + "*,register.csv,1,village,people,arm,arm,\n",
        "recodes.csv": RECODES + "arm,a,treated\narm,b,control\n",
        "raw/w1/register.csv": "\n".join(
            [header, *(f"{n},P{n},3a,{'ab'[n % 2]},2008-01-02,stay,yes" for n in persons)]
        ),
        "raw/w1/grades.csv": "\n".join(["name,class,maths", *(f"P{n},3a,{40 + n % 7 + 9 * (n % 2)}" for n in persons)]),
        "raw/w1/survey.csv": SURVEY.splitlines()[0] + "\n20,2024-09-02,0,0,0,0,0\n",
    }


@pytest.mark.parametrize(("lang", "counted"), [("en", "20 people). "), ("zh", "；20 人）。")])
def test_where_persons_are_the_units_they_are_counted_once(small, lang, counted):
    said = [
        text for block, text in texts(blocks_of(small(**lottery()), wave="w1", lang=lang)) if "effects.claim" in block
    ]
    assert [text for text in said if counted in text]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("gone", [("survey",), ("grades",), ("survey", "grades"), ()])
def test_a_wave_without_answers_or_marks_still_has_its_pages(small, gone, lang):
    folder = small(**{"raw/w2/register.csv": REGISTER, "raw/w2/survey.csv": SURVEY, "raw/w2/grades.csv": GRADES})
    for wave in ("w1", "w2"):
        for name in gone:
            (folder / "raw" / wave / f"{name}.csv").unlink()
    blocks = blocks_of(folder, wave="w2", lang=lang)
    assert all(text.strip() and "nan" not in text for _, text in texts(blocks))
    assert [block.cells() for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "also count * marks of classmates"), ("zh", "也计入了 * 份同学的成绩")],  # 2 are too few
)
def test_the_school_chapter_says_how_many_classmates_marks_stand_behind_z(small, lang, told):
    [note] = [block for block in blocks_of(small(), wave="w1", lang=lang) if block.id == "academic.cohort"]
    assert told in note.text


def test_a_paper_that_everyone_missed_has_no_share_and_no_crash(small):
    everyone = "name,class,maths\n" + "".join(f"{name},3a,absent\n" for name in ("An Li", "Bo Wu", "Cai Yu"))
    blocks = blocks_of(small(**{"raw/w1/grades.csv": everyone}), wave="w1", lang="en")
    [papers] = [block for block in blocks if block.id == "academic.papers"]
    assert papers.cells()[0][:3] == ["Maths", "children", "0"]


def test_an_unknown_language_is_told(small):
    with pytest.raises(CareevalError, match=r"parameters, lang: found 'fr'. Allowed: 'zh', 'en'"):
        context(str(small()), lang="fr")


@pytest.mark.parametrize(
    ("reason", "zh", "en"),
    [
        ("nobody on the register with this name and class", "名册上没有此姓名和班级", ""),
        ("two people share the same name", "名册上两人的姓名相同", "two people on the register share the same name"),
        ("no birth and phone4", "没有出生日期和手机尾号", "no date of birth and last digits of the phone number"),
        ("no code", "没有编号", ""),
        ("left out by recode: sort 困境儿童", "按编码表剔除：sort 困境儿童", ""),
        ("a reason nobody worded", "a reason nobody worded", ""),
    ],
)
def test_a_reason_of_the_ledger_is_said_in_the_readers_words(reason, zh, en):
    assert (reason_in(reason, "zh"), reason_in(reason, "en")) == (zh, en or reason)


@pytest.mark.parametrize(
    ("note", "zh"),
    [
        ("read as gb18030", "按 GB18030 编码读入"),
        ("separated by semicolon", "以分号分隔"),
        ("3 rows end before the last column; their cells are empty", "3 行在最后一列之前结束，缺的单元格按空处理"),
        ("2 empty columns without a header left out", "略过 2 个没有表头的空列"),
        ("codes declared missing in the file stay codes: sex, age", "文件中声明为缺失的编码照原样读入：sex, age"),
        ("merged cells below the header (A2:A3): only", "表头以下有合并单元格（A2:A3），只有左上角的单元格有内容"),
    ],
)  # fmt: skip
def test_a_remark_on_reading_is_said_in_chinese(note, zh):
    assert reading_in(note, "zh") == zh


def test_notes_keep_their_numbers_and_one_that_is_unknown_keeps_its_text():
    notes = "no_baseline: 1,234 people without a baseline left out; odd: something else"
    assert notes_in(notes, "zh") == "1,234 人没有基线，未计入；something else。"
    assert notes_in(notes, "en") == "1,234 people without a baseline left out; something else."


def test_the_levels_of_four_waves_stand_below_each_other(pages):
    levels = next(block for block in pages("star", "grade3", "", "en") if block.id == "academic.levels")
    assert [column.name for column in levels.columns] == ["outcome", "arm", "wave", "n", "mean"]
    assert [row[:3] for row in levels.cells()[:2]] == [
        ["Reading + maths (pupils)", "all", "Kindergarten"],
        ["Reading + maths (pupils)", "all", "Grade 1"],
    ]


@pytest.mark.parametrize(("study", "wave", "said"), [("star", "grade3", "（学校）"), ("demo", "2025-spring", "（村）")])
def test_the_method_note_names_what_the_intervals_are_clustered_by(pages, study, wave, said):
    note = next(block.text for block in pages(study, wave, "", "zh") if block.id == "effects.method_note")
    assert said in note and ("按个人分组" in note) == (study == "star")


def test_z_scores_are_explained_only_where_there_are_some(pages):
    ids = {study: {block.id for block in pages(study, wave, "", "zh")} for study, wave, _ in (DEMO[2], STAR[1])}
    assert "academic.levels_note" in ids["demo"] and "academic.levels_note" in ids["star"]  # on the intervals
    shown = {study: pages(study, wave, "", "zh") for study, wave, _ in (DEMO[2], STAR[1])}
    notes = {study: next(one.text for one in shown[study] if one.id == "academic.levels_note") for study in shown}
    assert "标准分" in notes["demo"] and "标准分" not in notes["star"]


def test_a_study_names_its_groups_itself(pages):
    shown = str([to_json(block) for block in pages("star", "grade3", "", "zh")])
    assert "学生" in shown and "留守儿童" not in shown


@pytest.mark.parametrize(("study", "wave", "site"), DEMO + STAR)
def test_a_chinese_page_has_full_width_marks(pages, study, wave, site):
    half = re.compile("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
    blocks = pages(study, wave, site, "zh")
    cells = [(block.id, cell) for block in blocks if isinstance(block, Table) for row in block.cells() for cell in row]
    assert [(block, text) for block, text in [*texts(blocks), *cells] if half.search(text)] == []


def test_the_source_of_a_band_is_told_in_chinese_too():
    for band in (band for name in instrument_names() for band in read_instrument(name).bands):
        cited = " et al." in told(band.source, "zh") or "doi" in told(
            band.source, "zh"
        )  # a bare citation is the same in both languages
        assert (cited or CHINESE.search(told(band.source, "zh"))) and not CHINESE.search(told(band.source, "en"))

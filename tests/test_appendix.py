"""The appendix: a checklist that is never filled from nothing, reasons that follow the design, hashes that prove."""

import fnmatch
from collections import Counter

import pandas as pd
import pytest
from conftest import REGISTER, STUDY, SURVEY

from careeval import pipeline
from careeval.pipeline.exports import input_hashes, sha256, write_csv
from careeval.present import appendix, checklists, reproduction, start
from careeval.present.blocks import Table
from careeval.present.context import context
from careeval.present.words import LANGUAGES, template
from careeval.run.profiles import profile_names, read_profile
from careeval.specs.checklists import Checklist, Evidence, Item, checklist
from careeval.specs.home import LIBRARY
from careeval.specs.instruments import read_instrument
from careeval.specs.records import Words

LISTS = sorted(path.stem for path in (LIBRARY / "checklists").glob("*.toml"))
STATES = {"filled", "partly", "author", "not_applicable"}
ONE_ARM = STUDY.replace('["treated", "control"]', '["treated"]')


def here_of(folder, wave="w1", lang="en"):
    return context(str(folder), wave=wave, lang=lang)


def table_of(blocks, name):
    return next(block for block in blocks if block.id == name)


def state_of(here, *evidence, author=None, only=()):
    item = Item(id="1", text=Words(en="an item"), autofill=evidence, author=author, only=only)
    return checklists.judged(here, item, checklists._facts(here))


def test_the_checklists_of_the_library_are_these():
    assert LISTS == ["consort", "record", "strobe", "trend"]
    items = {name: Counter(one.id.split(" ")[0] for one in checklist(name).items) for name in LISTS}
    assert [len(items[name]) for name in ("consort", "strobe", "trend", "record")] == [25, 22, 22, 13]
    assert all(count == 1 for name in ("strobe", "trend", "record") for count in items[name].values())


@pytest.mark.parametrize("name", LISTS)
def test_every_item_is_told_in_both_languages_and_cites_what_has_a_title(name):
    found = checklist(name)
    for item in found.items:
        assert item.text.zh and item.text.en and (item.autofill or item.author)
        assert item.author is None or (item.author.zh and item.author.en)
        assert all(template(one.shown, lang) for one in item.autofill for lang in LANGUAGES)
        assert all("{" not in template(one.shown, "en") for one in item.autofill)


@pytest.mark.parametrize("profile", profile_names())
def test_a_report_with_a_checklist_has_all_that_the_checklist_cites(profile):
    chapters = read_profile(profile).chapters
    shows = lambda block: any(  # noqa: E731
        fnmatch.fnmatchcase(block, pattern) and not any(fnmatch.fnmatchcase(block, one) for one in chapter.without)
        for chapter in chapters
        for pattern in chapter.blocks
    )
    if shows("appendix.checklist_trend"):
        cited = {one.shown for name in LISTS for item in checklist(name).items for one in item.autofill}
        assert {block for block in cited if not shows(block)} == set()


def test_an_item_is_not_filled_from_an_empty_table_or_an_empty_cell(small):
    here = here_of(small())
    people = Evidence(table="estimates", columns=("estimate",), shown="effects.headline")
    assert state_of(here, people) == (
        "author",
        '"Headline estimate of each outcome": not filled in, or this report has no such table.',
    )
    defined = Evidence(table="study.definition", columns=("definition",), shown="appendix.definitions")
    assert state_of(here, defined)[0] == "author"
    nobody = Evidence(table="flow", columns=("n",), where={"step": ("no such step",)}, shown="data.flow")
    assert state_of(here, nobody)[0] == "author"


def test_an_item_is_filled_where_every_row_is_and_partly_where_some_are_or_a_person_must_add(small):
    here = here_of(small())
    dates = Evidence(table="study.waves", columns=("from", "to"), shown="start.waves")
    empty = Evidence(table="estimates", columns=("estimate",), shown="effects.headline")
    assert state_of(here, dates) == ("filled", f'See "{template("start.waves", "en")}".')
    assert state_of(here, dates, empty)[0] == "partly"
    assert state_of(here, dates, empty.model_copy(update={"optional": True}))[0] == "filled"
    assert state_of(here, dates, author=Words(en="more"))[0] == "partly"
    assert state_of(here, author=Words(en="all")) == ("author", "To write: all.")
    assert state_of(here, dates, only=("follow_up",)) == ("not_applicable", "")


def test_one_defined_group_of_two_is_partly_defined(small):
    two = STUDY.replace('groups = ["child"]', 'groups = ["child", "elder"]')
    two = two.replace("[design]", '[definition]\nelder = "county_6m"\n\n[design]', 1)
    defined = Evidence(table="study.definition", columns=("definition",), shown="appendix.definitions")
    assert state_of(here_of(small(**{"study.toml": two})), defined)[0] == "partly"


@pytest.mark.parametrize(
    ("study", "name"),
    [
        (STUDY, "trend"),
        (STUDY.replace('"administrative"', '"random"'), "consort"),
        (ONE_ARM, "strobe"),
    ],
    ids=["not by lot", "by lot", "one arm"],
)
def test_the_checklist_follows_the_design(small, study, name):
    folder = small(**{"study.toml": study, "units.csv": small_units(study)})
    assert checklists.names(here_of(folder)) == [name, "record"]


def small_units(study):
    units = "unit,kind,parent,site,arm,stratum,entry,exit,hours,size\na,village,,a,treated,,,,,\n"
    return units + f"b,village,,b,{'control' if 'control' in study else 'treated'},,,,,\n"


def test_every_state_of_a_report_is_one_of_four_and_the_counts_add_up(small):
    here = here_of(small())
    blocks = checklists.checklists(here)
    for name in checklists.names(here):
        cells = [row[2] for row in table_of(blocks, f"appendix.checklist_{name}").cells()]
        intro = table_of(blocks, f"appendix.checklist_intro_{name}").text
        for state in STATES:
            worded = template(f"appendix.state_{state}", "en")
            told = {"author": "for the author to write"}.get(state, worded)
            assert f"{cells.count(worded)} {told}" in intro


def test_the_reliability_of_three_children_by_hand(small):
    # answers 3 4 2 3 3, 1 1 1 1 1 and 0 0 0 0 0 of three children; the fourth skipped an item
    everyone = REGISTER.replace("a,2015-05-06,stay,no", "b,2015-05-06,stay,yes").replace(",no", ",yes")
    answered = SURVEY.replace("9,2024-09-02,1,1,1,1,1\n", "")
    study = STUDY + '\n[population]\nchild = { frame = "census" }\n'
    folder = small(**{"study.toml": study, "raw/w1/register.csv": everyone, "raw/w1/survey.csv": answered})
    found = pipeline.table(here_of(folder).study, "reliability", wave="w1")
    # three is fewer than ten children: hidden, and neither zero nor shown
    assert found["suppressed"].all() and found["n"].isna().all() and found["alpha"].isna().all()
    from careeval.measure.reliability import reliability_table

    study = here_of(folder).study
    open_rows = reliability_table(
        study,
        {"w1": pipeline.table(study, "people", wave="w1")},
        {"w1": pipeline.table(study, "answers", wave="w1")},
    ).set_index("arm")
    # sums 15, 5, 0: variance 58 1/3; items vary 7/3, 13/3, 1, 7/3, 7/3 = 37/3: 5/4 (1 - 37/175)
    assert open_rows.loc["all", ["items", "n"]].tolist() == [5, 3]
    assert open_rows.loc["all", "alpha"] == pytest.approx(5 / 4 * (1 - 37 / 175))


def test_the_command_remakes_this_report_and_names_no_folder(small):
    folder = small()
    assert reproduction.command(here_of(folder)) == "careeval run small --wave w1 --lang en"
    one_place = context(str(folder), wave="w1", site="a", lang="zh")
    assert reproduction.command(one_place) == 'careeval run small --wave w1 --site "a" --lang zh'
    told = [
        cell
        for block in reproduction.reproduction(here_of(folder))
        if isinstance(block, Table)
        for row in block.cells()
        for cell in row
    ]
    assert not [cell for cell in told if str(folder.parent) in cell]


def test_the_hashes_are_those_of_the_files_read_and_written(small, tmp_path):
    here = here_of(small(**{"raw/w2/register.csv": REGISTER}))
    blocks = reproduction.reproduction(here)
    inputs = dict(table_of(blocks, "appendix.inputs").cells())
    assert inputs == {name: digest[:16] for name, digest in input_hashes(here.study, "w1").items()}
    # a report of the first wave does not stand on the second
    assert set(input_hashes(here.study, "w2")) - set(inputs) == {"raw/w2/register.csv"}
    write_csv(here.table("flow"), tmp_path / "flow.csv")
    outputs = dict(table_of(blocks, "appendix.outputs").cells())
    assert outputs["tables/flow.csv"] == sha256(tmp_path / "flow.csv")[:16]
    assert list(outputs) == [f"tables/{name}.csv" for name in pipeline.REPORT_TABLES]


def test_very_many_files_are_told_by_folder_and_any_changed_file_changes_its_folder():
    files = {"study.toml": "s", **{f"raw/w1/visits/{number}.csv": str(number) for number in range(61)}}
    told = reproduction.by_folder(files)
    assert list(told) == ["study.toml", "raw/w1/visits/"] and told["study.toml"] == "s"
    assert reproduction.by_folder(files | {"raw/w1/visits/7.csv": "x"})["raw/w1/visits/"] != told["raw/w1/visits/"]
    assert reproduction.by_folder({"study.toml": "s"}) == {"study.toml": "s"}


@pytest.mark.parametrize(
    ("lang", "rule", "missing"),
    [("en", "whoever the register lists counts", "never zero"), ("zh", "以名册登记为准", "不记为 0")],
)
def test_what_is_not_defined_and_what_is_missing_is_said(small, lang, rule, missing):
    here = here_of(small(), lang=lang)
    assert rule in table_of(appendix.definitions(here), "appendix.definitions").cells()[0][2]
    assert missing in str(table_of(appendix.decisions(here), "appendix.design").cells())


def test_a_broken_checklist_is_told_whole(tmp_path, monkeypatch):
    (tmp_path / "checklists").mkdir()
    (tmp_path / "checklists" / "mine.toml").write_text('title = "no words"\nitem = 3\n', encoding="utf-8")
    monkeypatch.setattr("careeval.specs.checklists.LIBRARY", tmp_path)
    with pytest.raises(RuntimeError, match=r"(?s)mine\.toml.*title.*mine\.toml.*item"):
        checklist("mine")
    assert Checklist.model_fields.keys() == {"title", "version", "items"}


def test_a_table_that_is_mostly_hidden_fills_an_item_partly(small):
    rows = pd.DataFrame({"n": [None, None, 12], "suppressed": [True, True, False]})
    seen = Evidence(table="flow", columns=("n",), shown="data.flow")
    assert checklists._state(here_of(small()), seen, {"flow": rows}) == "partly"
    assert checklists._state(here_of(small()), seen, {"flow": rows[1:]}) == "filled"


def test_an_instrument_whose_name_has_an_underscore_is_named_in_the_first_chapter(small):
    toml = STUDY.replace('"who5"', '"rses_zh"', 1).replace('"percent"', '"total"', 1)
    shown = table_of(start.outcomes(here_of(small(**{"study.toml": toml}))), "start.outcomes").frame
    assert shown["measure"].iloc[0] == "Rosenberg Self-Esteem Scale (Chinese order) (total)"


def test_the_appendix_says_that_points_come_from_a_table_and_that_constants_are_added():
    utilities, plain = read_instrument("eq5d3l_cn"), read_instrument("who5")
    told = [appendix._items(one, one.scores[0], "en") for one in (utilities, plain)]
    assert ["table of points" in text for text in told] == [True, False]
    told = [appendix._scoring(one, one.scores[0], "zh") for one in (utilities, plain)]
    assert ["常数" in text for text in told] == [True, False]

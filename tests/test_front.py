"""The first page answers six questions, and says so where it cannot."""

import re

import pypdfium2
import pytest

from careeval.present import effects, front, support
from careeval.present.context import context
from careeval.present.promises import short_name
from careeval.publish.meta import ReportMeta
from careeval.publish.pdf import write_pdf
from careeval.run.claims import check_claims
from careeval.run.profiles import read_profile, select

PARTS = ["promised", "delivered", "unserved", "moved", "change", "sure"]
WAVES = [("2025-spring", ""), ("2024-autumn", ""), ("2025-spring", "v04")]


@pytest.fixture(scope="module")
def page(demo):
    """A function that gives the demo's first page, {part: paragraph}, and its context."""

    def made(lang="en", wave="2025-spring", site=""):
        here = context(str(demo), wave=wave, site=site, lang=lang)
        return {block.id.removeprefix("front."): block for block in front.page(here)}, here

    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("wave", "site"), WAVES)
def test_six_parts_each_with_its_question_in_front_and_no_more_than_a_page(page, lang, wave, site):
    parts, here = page(lang, wave, site)
    assert list(parts) == PARTS and all(part.lead and part.text for part in parts.values())
    told = " ".join(part.text for part in parts.values())
    assert len(told) < (1300 if lang == "zh" else 3100)
    assert not re.search(r"\bnan\b|<NA>|None|\{", told)
    check_claims(parts.values(), here)


def test_promises_are_counted_by_what_became_of_them(page):
    parts, here = page()
    rows = here.table("delivery").query("site == 'all'")
    told = {one.column: one.value for one in parts["delivered"].references}
    assert told["n"] == len(rows) == 26
    assert (told["met"], told["not_met"]) == (rows["status"].eq("met").sum(), rows["status"].eq("not met").sum())


def test_those_left_short_are_the_first_step_of_the_cascade_less_the_last(page):
    parts, here = page()
    steps = here.table("cascade").query("commitment == 'c10' and of == 'commitment' and site == 'all'")
    first, last = steps["n"].iloc[[0, -1]].astype(int)
    assert f"{first - last} of {first} people" in parts["delivered"].text
    assert "No log of it came from v08." in parts["unserved"].text


def test_each_primary_outcome_has_its_interval_its_limit_and_no_more_certainty_than_it_has(page):
    parts, here = page()
    rows = here.table("estimates").query("role == 'headline' and outcome_role == 'primary' and wave == '2025-spring'")
    told = [one.value for one in parts["moved"].references if one.column == "conf_low"]
    assert sorted(told) == sorted(rows["conf_low"])
    assert "Loneliness (children) may have done better than in the comparison group" in parts["moved"].text
    assert "Loneliness: certainty low (not drawn by lot)" in parts["sure"].text


def test_what_to_change_names_the_promise_and_its_owner(page):
    parts, _ = page()
    first = parts["change"].text.partition("(1) ")[2].partition("(2)")[0]
    assert first.startswith("A counsellor visits each child twice a month: strengthen reach") and "counsellors" in first


def test_a_baseline_estimates_nothing_and_a_place_points_to_the_whole(page):
    baseline, _ = page("zh", "2024-autumn")
    assert (
        baseline["moved"].text == "本轮是实施前的基线，只描述现状，不估计变化。" and "把握" not in baseline["sure"].text
    )
    assert page("zh", site="v04")[0]["moved"].text.endswith("变化按整个研究估计，不分地点。")


def test_without_a_plan_the_page_says_what_cannot_be_answered(small):
    here = context(str(small()), wave="w1", lang="en")
    parts = [block.text for block in front.page(here)]
    assert parts[0] == "No plan was handed in: what was promised is not known."
    assert parts[4] == "Without a plan there is no promise to change."
    assert parts[5].endswith("Whether the support was given cannot be said.")


def test_a_short_name_is_the_first_clause_unless_that_says_too_little():
    assert short_name("辅导员每月走访每名儿童两次，填写走访记录") == "辅导员每月走访每名儿童两次"
    assert short_name("村里，每月一次") == "村里，每月一次"
    assert short_name("Each elder is paired with a volunteer") == "Each elder is paired with a volunteer"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_brief_is_two_pages(demo, lang, tmp_path):
    here = context(str(demo), wave="2025-spring", lang=lang)
    shown = [*front.page(here), *support.shortfall(here), *effects.headline(here)]
    meta = ReportMeta(
        here.study.spec.title.in_language(lang), here.wave.title.in_language(lang), lang, True, ("a", "b")
    )
    write_pdf(select(shown, read_profile("brief"), lang), tmp_path / "brief.pdf", meta=meta)
    assert len(pypdfium2.PdfDocument(tmp_path / "brief.pdf")) == 2

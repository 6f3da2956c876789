"""The chapters on support and review: promises in words, shortfall first, and what may be said of a change."""

import re
import tomllib
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from careeval.errors import SpecError
from careeval.present import answers, reach, resources, review, support
from careeval.present.blocks import Figure, Heading, Paragraph, Table
from careeval.present.context import Context
from careeval.present.delivered import span
from careeval.present.moved import moved_in_words
from careeval.present.plan_values import from_to, in_plain_words
from careeval.present.promises import standard_in_words
from careeval.present.words import WORDS
from careeval.specs.plans import Commitment, Plan
from careeval.specs.questions import COMMON, FOLDER, question_lists_of, read_questions
from careeval.specs.records import build
from careeval.specs.study import open_study

TOYS = Path(__file__).parent / "pages_plan"
WAVE = "2025-spring"
SUPPORT = (
    support.opening, support.shortfall, support.against_standard, reach.cascade, reach.missed, reach.recall,
    resources.resources, support.open_promises,
)  # fmt: skip
REVIEW = (
    review.opening, review.effects_once, review.verdicts, review.overrulings, review.proposals, review.owners,
    review.last_term, answers.questions,
)  # fmt: skip


def toy(name):
    """A table typed by hand; an empty cell of a text is ''."""
    read = pd.read_csv(TOYS / f"{name}.csv")
    texts = read.select_dtypes(["object", "str"]).columns
    plan = {"plan": "plan-of-a-town"} if "commitment" in read else {}
    return read.assign(**{one: read[one].fillna("") for one in texts}, **plan, wave=WAVE).convert_dtypes()


def the_plan():
    made, problems = build(Plan, tomllib.loads((TOYS / "plan.toml").read_text("utf-8")), file="plan.toml")
    assert not problems
    return made


@pytest.fixture(scope="module")
def chapter(demo):
    """A function that gives a chapter's context on the hand-made tables, some of them changed."""
    study = open_study(demo)

    def here(*, lang="en", site="", plans=None, **changed):
        real = Context(study, study.wave(WAVE), site, lang)
        given = {path.stem: toy(path.stem) for path in TOYS.glob("*.csv")} | changed
        told = (the_plan(),) if plans is None else plans
        names = ("outcomes", "outcome_title", "outcome_and_group", "group", "wave_title", "contrast")
        return SimpleNamespace(
            study=SimpleNamespace(spec=study.spec, plans=lambda wave: told), wave=real.wave, site=site, lang=lang,
            table=lambda name, wave="": given[name], **{name: getattr(real, name) for name in names},
        )  # fmt: skip

    return here


def texts(blocks):
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph | Heading))


def cells(blocks, name):
    (found,) = [block for block in blocks if isinstance(block, Table) and block.id == name]
    return found.cells()


def commitment(standard, record, group=("child",)):
    section = {"id": "c", "text": {"en": "c"}, "group": list(group), "domain": "health", "mechanism": "m"}
    section |= {"component": "x", "outcomes": [], "indicator": "I", "standard": standard, "record": record}
    made, problems = build(Commitment, section, file="plan.toml")
    assert not problems
    return made


SERVICES, STATUS, PAIRS = {"table": "services"}, {"table": "status"}, {"table": "pairs"}
STANDARDS = [
    ({"type": "frequency", "basis": "recipient", "quantity": 2, "per": "month"}, SERVICES,
     "每名留守儿童每月 2 次", "each child: 2 times a month"),
    ({"type": "frequency", "basis": "provider", "of": "class", "quantity": 3, "quantity_max": 5, "per": "week"},
     SERVICES | {"count": "people"}, "每个班每周 3 至 5 人", "each class: 3 to 5 people a week"),
    ({"type": "count", "basis": "programme", "quantity": 1, "per": "year"}, SERVICES,
     "整个项目全年共 1 次", "the programme as a whole: once this year"),
    ({"type": "schedule", "basis": "site", "of": "station", "timetable": {"days": ["mon", "wed"], "minutes": 90}},
     SERVICES, "每个服务站按时间表进行：周一、周三，每次 90 分钟",
     "each station, by timetable: Mon, Wed, 90 minutes each"),
    ({"type": "ratio", "basis": "provider", "of": "counsellor", "quantity": 1, "quantity_max": 2}, PAIRS,
     "每名辅导员帮扶 1 至 2 人", "each counsellor helps 1 to 2 people"),
    ({"type": "coverage", "basis": "site", "of": "village", "target": 0.6}, STATUS,
     "至少 60% 的村落实到位", "at least 60% of villages"),
    ({"type": "coverage", "basis": "recipient", "who": {"poor": [True], "age_min": 60}}, STATUS,
     "每名留守儿童（限：贫困户；年龄不低于 60 岁）都要落实", "each child (poor; age at least 60), none left out"),
    ({"type": "coverage", "basis": "case", "within_days": 30}, SERVICES,
     "每件求助事项在 30 天内办结", "each request answered within 30 days"),
    ({"type": "deadline", "basis": "programme", "by": {"month": 4}}, STATUS,
     "整个项目在 4 月底前完成", "the programme as a whole: done by the end of month 4"),
    ({"type": "checklist", "basis": "site", "of": "station", "items": ["books", "balls"]}, STATUS,
     "每个服务站具备全部 2 项：图书、球", "each station has all 2 items: books, balls"),
    ({"type": "none", "basis": "case", "why": "trigger"}, SERVICES,
     "未写明可量化的标准：遇事才启动，未写明时限", "no standard in numbers: it acts on an occasion, without a time limit"),
]  # fmt: skip


@pytest.mark.parametrize(("standard", "record", "zh", "en"), STANDARDS)
def test_a_standard_is_said_in_words(standard, record, zh, en):
    one = commitment(standard, record)
    assert standard_in_words(one, "zh") == zh
    assert standard_in_words(one, "en") == en


def test_a_kind_that_nobody_named_still_gives_a_phrase():
    one = commitment({"type": "coverage", "basis": "site", "of": "clinic", "target": 0.5}, STATUS)
    assert standard_in_words(one, "en") == "at least 50% of units (clinic)"


def test_the_shortfall_is_told_in_people_and_the_most_people_short_come_first(chapter):
    told = texts(support.shortfall(chapter()))
    first, second = told.split("\n")[1:]
    assert "48 people were to get it, and 25 of them" in first and "For 12 of the 192 person-periods" in first
    assert "60 people were to get it, and 9 of them" in second and "Never got any of it on record: 9." in second


def test_a_hidden_count_of_the_never_reached_does_not_move_the_largest_shortfall_down(chapter):
    hidden = toy("delivery")
    hidden = hidden.assign(zero_contact=hidden["zero_contact"].mask(hidden["commitment"].eq("visits")))
    rows = cells(support.shortfall(chapter(delivery=hidden)), "support.shortfall_table")
    assert [row[3:5] for row in rows] == [["25", "*"], ["9", "9"]]


def test_delivery_is_ordered_by_how_far_it_is_below_its_target_within_each_group(chapter):
    worse = toy("delivery")
    worse = worse.assign(value=worse["value"].mask(worse["commitment"].eq("room"), 0.1))
    rows = cells(support.against_standard(chapter(delivery=worse)), "support.kept")
    assert [row[4] for row in rows] == ["10%", "73%", "85%", "60%"]


def test_a_number_in_a_sentence_knows_its_row(chapter):
    blocks = support.shortfall(chapter())
    references = [one for block in blocks if isinstance(block, Paragraph) for one in block.references]
    assert ("delivery", "plan-of-a-town, visits, all", "zero_contact", 4) in [
        (one.table, one.row, one.column, one.value) for one in references
    ]


def test_a_small_cell_is_a_star_in_the_table_and_no_number_in_the_sentence(chapter):
    hidden = toy("delivery")
    row = hidden["commitment"].eq("benefit")
    hidden = hidden.assign(
        suppressed=row, bound=hidden["bound"].mask(row), zero_contact=hidden["zero_contact"].mask(row)
    )
    blocks = support.shortfall(chapter(delivery=hidden))
    assert '"Every eligible elder receives the allowance": numbers are not shown, since' in texts(blocks)
    assert ["*"] * 5 in [cell[2:] for cell in cells(blocks, "support.shortfall_table")]


def test_a_hidden_promise_is_said_to_be_hidden_and_not_to_lack_a_record(chapter):
    hidden = toy("delivery")
    row = hidden["commitment"].eq("benefit")
    here = chapter(delivery=hidden.assign(suppressed=row, status=hidden["status"].mask(row, "not measurable")))
    why = {row[0]: row[2] for row in cells(review.verdicts(here), "review.explained")}
    assert why["Every eligible elder receives the allowance"].startswith("Its numbers are not shown, since")
    assert "support.not_measurable" not in [block.id for block in support.open_promises(here)]


def test_a_hidden_count_of_the_never_reached_is_left_out_of_the_sentence(chapter):
    told = texts(support.shortfall(chapter(delivery=toy("delivery").assign(zero_contact=pd.NA))))
    assert "48 people were to get it" in told and "Never" not in told


def test_delivery_stands_against_its_target_with_last_terms_mark(chapter):
    (visits, *_) = cells(support.against_standard(chapter()), "support.kept")
    assert visits[1:] == ["192", "141", "12", "73%", "[73,\u00a080]", "86%", "100%", "61%", "not met"]


def test_a_share_without_width_has_no_interval():
    assert span(0.5, 0.5) == span(float("nan"), 0.2) == "—"
    assert span(-0.04, 0.125) == "[−4,\u00a013]"


def test_what_is_not_due_and_what_has_no_standard_are_apart_from_what_was_missed(chapter):
    blocks = support.open_promises(chapter())
    assert [row[0] for row in cells(blocks, "support.not_due")] == ["Three sessions of the parent school this year"]
    ((promise, _, level, ask, owner),) = cells(blocks, "support.no_standard")
    assert level == "70% answered"
    assert (promise, ask, owner) == ("Sick pupils are taken to a doctor in time", "Within how many hours?", "校医室")


def test_a_target_that_the_plan_does_not_state_is_marked_as_assumed(chapter):
    targets = {row[0]: row[2] for row in cells(support.against_standard(chapter()), "support.promised")}
    assert targets["Activity room open from Monday to Friday"] == "100% (assumed)"
    assert targets["Sick pupils are taken to a doctor in time"] == "—"


def test_a_group_without_a_plan_is_told_so(chapter):
    assert "No plan was handed in for the women: nothing can be said about delivery" in texts(
        support.opening(chapter())
    )


def test_without_a_plan_the_chapters_are_one_honest_page(chapter):
    here = chapter(plans=())
    told = [block for page in (*SUPPORT, *REVIEW) for block in page(here)]
    assert [type(block) for block in told] == [Heading, Paragraph, Heading, Paragraph]
    assert "No plan was handed in for this wave: nothing can be said about delivery." in texts(told)


def test_the_largest_loss_is_named(chapter):
    told = texts(reach.cascade(chapter()))
    assert 'between "met in a period" and "met in every period": 18 did not get there' in told


def test_the_steps_stand_in_one_row_a_promise(chapter):
    visits, _ = cells(reach.cascade(chapter()), "support.reach_table")
    assert visits[1:] == ["48", "47", "45", "44", "41", "23", "29", "48%"]


def test_steps_that_are_all_hidden_make_a_table_and_no_figure(chapter):
    steps = toy("cascade")
    hidden = steps.assign(n=steps["n"].mask(steps["n"].notna()), largest_loss=False, suppressed=True)
    assert [type(block) for block in reach.cascade(chapter(cascade=hidden))] == [Heading, Table]


def test_only_a_gap_that_is_sure_is_told_in_words(chapter):
    told = texts(reach.missed(chapter()))
    assert '"5 km or more" got 50% of the recorded periods in full, "under 5 km" 80%' in told
    assert "female" not in told


def test_records_and_recall_are_counted_side_by_side(chapter):
    ((_, *numbers),) = cells(reach.recall(chapter()), "support.recall_table")
    assert numbers == ["45", "28", "9", "2", "6", "76%"]


def test_where_nobody_has_both_a_record_and_an_answer_it_is_said(chapter):
    nobody = toy("agreement").assign(n=0, both=0, log_only=0, recall_only=0, neither=0)
    assert "No promise has both a record and a question" in texts(reach.recall(chapter(agreement=nobody)))


def test_hours_that_are_not_known_and_costs_that_are_not_there_are_said_plainly(chapter):
    told = texts(resources.resources(chapter()))
    assert "counsellors: the promises need 384 hours, 260 are there: enough for 68%" in told
    assert "no table of costs (costs.csv) was handed in" in told


def test_each_verdict_has_one_reason_and_its_evidence(chapter):
    rows = cells(review.verdicts(chapter()), "review.explained")
    assert len(rows) == 6
    assert rows[0][2].startswith("Met: 141 of 192 due; no record: 12 (target 100%). Strengthen reach: ")
    assert rows[0][2].endswith(" [from: delivery, the main analysis of Loneliness]")


def test_the_review_refers_to_each_outcomes_change_and_repeats_no_number(chapter):
    blocks = review.effects_once(chapter())
    assert cells(blocks, "review.effects") == [["Loneliness (children)", "benefit", "low"]]
    assert "The numbers stand in the chapter on change" in texts(blocks)


def test_an_overruling_keeps_the_word_of_the_rule_and_the_reason(chapter):
    here = chapter()
    why = {row[0]: row[2] for row in cells(review.verdicts(here), "review.explained")}
    assert '(The rule says "keep"; it was overruled.)' in why["Care centres in sixty in a hundred villages"]
    ((*_, verdict, reason, by),) = cells(review.overrulings(here), "review.overrulings")
    assert (verdict, by) == ("keep and test", "镇民政办, 2025-07-20") and reason.startswith("两个村")


def test_last_terms_proposals_are_followed_up(chapter):
    rows = cells(review.last_term(chapter()), "review.last")
    assert rows[0][2:] == ["quantity", "1 → 2", "accepted", "人手已补", "2", "in the plan"]
    assert rows[1][3:] == ["to be filled in", "not decided", "—", "none", "still open"]


def test_a_proposal_says_what_would_change_from_where_to_where(chapter):
    rows = {row[0]: row[1:4] for row in cells(review.proposals(chapter()), "review.proposals")}
    visits = rows["Two home visits a month for every child"]
    assert visits == ["strengthen reach", "(aim) share met", "73% → 100%"]
    assert rows["Sick pupils are taken to a doctor in time"][2] == "none → to be filled in"
    assert "Activity room open from Monday to Friday" not in rows


MOVED = [
    ("benefit", "high", "randomised_post", "the plan improves mood"),
    ("benefit", "low", "randomised_post", "mood may have done better with the plan"),
    ("benefit", "low", "compared_prepost", "mood may have done better than in the comparison group, perhaps for"),
    ("benefit", "very low", "compared_prepost", "is not known"),
    (
        "harm size uncertain",
        "moderate",
        "compared_prepost",
        "probably did worse than in the comparison group, by how much",
    ),
    ("benefit", "very low", "one_group_prepost", "cannot be estimated"),
    ("no meaningful change", "moderate", "compared_prepost", "probably lies within the smallest worthwhile change"),
    (
        "no meaningful change",
        "very low",
        "compared_prepost",
        "whether the difference in mood is too small to matter is",
    ),
    ("inconclusive", "low", "compared_prepost", "may have moved either way: inconclusive"),
    ("none claimed", "not applicable", "", "claims no outcome"),
]


@pytest.mark.parametrize(("moved", "certainty", "design", "words"), MOVED)
def test_a_claim_is_as_strong_as_certainty_and_design_allow(moved, certainty, design, words):
    row = {"moved": moved, "certainty": certainty}
    assert words in moved_in_words(row, "mood", design, "en")


@pytest.mark.parametrize("chapter_words", ["support", "review", "promises"])
def test_no_word_claims_a_cause_or_the_absence_of_an_effect(chapter_words):
    text = (WORDS / f"{chapter_words}.toml").read_text("utf-8")
    found = re.findall(r"有效|显著|导致|证明|没有作用|没有效果|no effect|\bcaused?s?\b|\bproves?\b|significant", text)
    assert found == []


def test_every_question_list_can_be_read_and_says_why_it_has_no_answer():
    assert {path.stem for path in FOLDER.glob("*.toml")} >= {COMMON, "03c-community-home", "17-prefecture-elders"}
    assert all(read_questions(path).questions for path in FOLDER.glob("*.toml"))


def test_a_question_that_nothing_answers_needs_a_reason(tmp_path):
    path = tmp_path / "q.toml"
    path.write_text(
        'title = { en = "t" }\n[[questions]]\nid = "a"\ntext = { en = "b" }\nanswered_by = ["nothing"]', "utf-8"
    )
    with pytest.raises(SpecError, match=r"q.toml, a: answered by nothing, without a reason.*Write why"):
        read_questions(path)


def test_a_plan_finds_its_questions_by_its_source():
    assert question_lists_of(the_plan()) == ["03c-community-home"]


def test_questions_are_answered_by_name_or_said_to_be_open(chapter):
    rows = dict(cells(answers.questions(chapter()), "review.questions_plan-of-a-town_03c-community-home"))
    visits = rows["Was every child visited twice in every month?"]
    assert "met: 141 of 192 due; no record: 12" in visits and visits.endswith("[from: delivery, cascade]")
    assert (
        "this wave's plan makes no such promise"
        in rows["Was the weekly activity held, and how many children joined?"].lower()
    )


def test_a_common_question_without_data_says_why(chapter):
    rows = dict(cells(answers.questions(chapter()), "review.questions_common"))
    assert "no table of costs (costs.csv)" in rows["What does one person-month of live support cost?"]
    assert "No incidents are recorded" in rows["Was anybody harmed (privacy, stigma, broken attachment, burden)?"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_can_be_shown_in_both_languages(chapter, lang):
    blocks = [block for page in (*SUPPORT, *REVIEW) for block in page(chapter(lang=lang))]
    assert len({block.id for block in blocks}) == len(blocks)
    assert {block.section for block in blocks} == {"support", "review"}
    assert all(block.html() for block in blocks)


def test_one_site_shows_its_own_delivery_and_the_verdicts_of_the_whole(chapter):
    here = chapter(site="v1")
    assert cells(support.against_standard(here), "support.kept")[0][1:3] == ["120", "96"]
    assert "are those of the whole study" in texts(review.opening(here))


def test_the_figure_marks_target_last_term_and_what_has_no_record(chapter):
    figure, _ = [block for block in support.against_standard(chapter()) if isinstance(block, Figure)]
    drawn = figure.draw(figure.frame)
    labels = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert labels == ["met", "no record", "interval", "target", "last term"]
    assert sum(bool(patch.get_hatch()) for patch in drawn.axes[0].patches) == 1


def test_the_cost_names_a_component_by_its_promises_on_a_chinese_page(chapter):
    one = the_plan().commitments[0]
    rows = pd.DataFrame(
        {
            "indicator": ["cost_per_person_month"],
            "level": [one.component],
            "value": [5.0],
            "unit": ["元"],
            "suppressed": [False],
        }
    )
    ((text, _),) = resources.cost_in_words(chapter(lang="zh"), rows)
    assert one.text.zh in text and one.component not in text


def test_a_promise_that_goes_is_withdrawn_and_a_review_has_its_time():
    assert [from_to("c1", "", "id", lang) for lang in ("zh", "en")] == ["撤下这项承诺", "the promise is withdrawn"]
    assert from_to(None, None, "review", "en") == "before the next term"
    assert from_to(None, None, "mechanism", "en") == "to be filled in"


def test_days_arrays_and_tables_of_a_plan_are_told_in_words():
    assert (
        in_plain_words({"occasions": ("festival",), "minutes": 60}, "standard.timetable", "zh") == "规定的节日、分钟 60"
    )
    assert in_plain_words(("balls", "ropes"), "standard.items", "en") == "balls, ropes"
    assert in_plain_words(date(2025, 10, 31), "standard.by.day", "en") == "2025-10-31"

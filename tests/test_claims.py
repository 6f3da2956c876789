"""No sentence of a report claims more than the effects allow, and what is no claim passes."""

from types import SimpleNamespace

import pandas as pd
import pytest

from careeval.errors import CareevalError
from careeval.present.blocks import Column, Figure, Heading, Paragraph, Table
from careeval.run.claims import check_claims, claim_words, find_claims

TITLES = {"mood": "Mood", "marks": "Marks"}
WORDS = claim_words().words
CASES = {
    kind: [(name, text) for name, word in WORDS.items() for text in getattr(word, kind)] for kind in ("trips", "passes")
}


def effect(outcome="mood", design="compared_prepost", moved="benefit", certainty="low", arm="plan"):
    return {"outcome": outcome, "arm": arm, "design": design, "moved": moved, "certainty": certainty}


def said(text, *effects, lang="en", **quoted):
    blocks = text if isinstance(text, list) else [Paragraph("a.b", "a", text)]
    frame = pd.DataFrame(effects, columns=list(effect()))
    return [claim.word for claim in find_claims(blocks, frame, TITLES, lang, **quoted)]


@pytest.mark.parametrize(("name", "text"), CASES["trips"])
def test_every_example_that_claims_too_much_is_caught(name, text):
    found = find_claims([Paragraph("a.b", "a", text)], pd.DataFrame([effect()]), TITLES, WORDS[name].lang)
    assert WORDS[name] in [claim.rule for claim in found]


@pytest.mark.parametrize(("name", "text"), CASES["passes"])
def test_no_example_that_claims_nothing_is_caught(name, text):
    assert said(text, effect(), lang=WORDS[name].lang) == []


@pytest.mark.parametrize(
    ("design", "certainty", "text", "caught"),
    [
        ("randomised_post", "high", "The plan improves Mood.", False),
        ("randomised_post", "moderate", "The plan improves Mood.", True),
        ("randomised_post", "moderate", "The plan probably improves Mood.", False),
        ("randomised_post", "low", "The plan probably improves Mood.", True),
        ("compared_prepost", "moderate", "The plan probably improves Mood.", True),
        ("one_group_prepost", "very low", "The plan probably improves Mood.", True),
    ],
)
def test_a_cause_needs_a_draw_by_lot_and_at_least_moderate_certainty(design, certainty, text, caught):
    assert bool(said(text, effect(design=design, certainty=certainty))) == caught


def test_no_effect_is_said_only_of_outcomes_that_surely_moved_too_little():
    none = effect("marks", moved="no meaningful change")
    assert said("Marks did not change.", effect(), none) == []
    assert said("Mood did not change.", effect(moved="inconclusive"), none) == ["did not change"]


def test_a_sentence_without_an_outcome_is_judged_by_the_weakest_of_the_study():
    sure = effect("marks", design="randomised_post", certainty="high")
    assert said("The plan improves Marks. The plan works.", effect(), sure) == ["plan works"]
    assert said("The plan improves Marks.") == ["plan improves"]  # nothing is estimated


def test_with_several_arms_a_sentence_is_judged_by_the_arm_it_names():
    small = effect(design="randomised_post", certainty="high", arm="small class")
    aide = effect(design="randomised_post", moved="no meaningful change", arm="class with aide")
    assert said("Assignment to small class improves Mood.", small, aide) == []
    assert said("Assignment to class with aide improves Mood. The plan improves Mood.", small, aide) != []


def test_a_cell_is_judged_by_the_outcome_of_its_row():
    frame = pd.DataFrame({"outcome": ["Mood", "Marks"], "told": ["no effect", "no effect"], "file": ["no effect"] * 2})
    columns = (Column("outcome", "Outcome"), Column("told", "Told"), Column("file", "File"))
    block = Table("a.b", "a", "Effects", frame, columns)
    assert said([block], effect(), effect("marks", moved="no meaningful change")) == ["no effect"]


def test_headings_captions_and_alternative_texts_are_read_too():
    blocks = [
        Heading("a.b", "a", "The plan works"),
        Figure("a.c", "a", "Thanks to the plan", "The visits worked"),
        Table("a.d", "a", "No effect", pd.DataFrame(), (), notes=("It proves that we are right.",)),
    ]
    assert len(said(blocks, effect())) == 5


def test_the_words_of_the_study_are_quotes_and_counted(demo):
    from careeval.present.context import context

    here = context(str(demo), lang="zh")
    promise = here.study.plans()[0].commitments[0]
    strong = promise.model_copy(update={"text": promise.text.model_copy(update={"zh": "走访有效改善孤独感"})})
    plan = here.study.plans()[0].model_copy(update={"commitments": (strong,)})
    study = SimpleNamespace(spec=here.study.spec, plans=lambda wave: (plan,), corrections=())
    asked = SimpleNamespace(
        study=study, wave=here.wave, lang="zh", outcomes=here.outcomes, outcome_title=here.outcome_title,
        contrast=lambda one: "", table=lambda name: pd.DataFrame([effect("loneliness") | {"contrast": ""}]),
    )  # fmt: skip
    assert check_claims([Paragraph("a.b", "a", "“走访有效改善孤独感”：12 人")], asked) == 2
    with pytest.raises(
        CareevalError, match=r"words, a\.b: '走访有效改善' in '走访有效改善老人幸福感。': it names the plan"
    ):
        check_claims([Paragraph("a.b", "a", "走访有效改善老人幸福感。")], asked)


def test_a_refusal_tells_what_may_be_said():
    (claim,) = find_claims([Paragraph("a.b", "a", "The plan works.")], pd.DataFrame([effect()]), TITLES, "en")
    assert "probably (certainty moderate)" in str(claim.problem()) and "Say for instance: Lone" in str(claim.problem())

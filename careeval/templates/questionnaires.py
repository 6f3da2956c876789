"""The questionnaires of a wave: whom they ask, and the items and questions in them - codes only, never a wording."""

from __future__ import annotations

from dataclasses import dataclass

from careeval.present.words import word
from careeval.specs.instruments import read_instrument
from careeval.specs.records import Words, told
from careeval.templates.forms import word_lists
from careeval.templates.needs import Needs

MOST_OPTIONS = 11  # with more answers than these a number is written down


@dataclass(frozen=True)
class Ask:
    """One question: its item id, its text ('' for an instrument's item, whose wording is not ours), its answers."""

    id: str
    text: Words
    low: int
    high: int
    options: tuple[int, ...] = ()

    def recode(self, kind: str) -> str:
        """How an export tells the answer: wjx_numbers the option's place, wjx_texts and kobo the answer itself."""
        if not self.options:
            return "first_number"
        return f"wjx_{self.options[0]}_{self.options[-1]}" if kind == "wjx_numbers" else "first_number"

    def option(self, value: int, lang: str) -> str:
        """An answer as it stands in the questionnaire; it begins with its number, after which any word may be added."""
        if self.text.in_language(lang) and (self.low, self.high) == (0, 1):
            return f"{value} {word_lists()['yes_no'][('no', 'yes')[value]].in_language(lang)}"
        return str(value)

    def label(self, lang: str) -> str:
        """The code, then the question, or a place for the wording that the user may use."""
        return f"{self.id} {self.text.in_language(lang) or '________'}"


@dataclass(frozen=True)
class Questionnaire:
    """What one respondent is asked about one group. licences: (instrument, terms) that must be kept."""

    group: str
    respondent: str
    asks: tuple[Ask, ...]
    licences: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """child_self, child_carer ..."""
        return f"{self.group}_{self.respondent}"

    @property
    def title(self) -> Words:
        """儿童本人问卷, Questionnaire child self; exports are known by it."""
        lists = word_lists()
        group, respondent = lists["groups"][self.group], lists["respondents"][self.respondent]
        return Words(
            **{
                lang: word(
                    "templates.ask.title",
                    lang,
                    group=group.in_language(lang),
                    respondent=respondent.in_language(lang),
                )
                for lang in ("zh", "en")
            }
        )


def questionnaires(needs: Needs) -> tuple[Questionnaire, ...]:
    """One for each group and respondent who is asked anything; instruments first, then what recipients recall."""
    lang = needs.lang
    asks: dict[tuple[str, str], dict[str, Ask]] = {}
    licences: dict[tuple[str, str], dict[str, str]] = {}
    for outcome in needs.spec.outcomes:
        if outcome.source == "scores":
            instrument = read_instrument(outcome.instrument, unverified=needs.spec.unverified)
            key = outcome.group, instrument.respondent
            licences.setdefault(key, {})[instrument.title.in_language(lang)] = told(instrument.licence, lang)
            for number, item in enumerate(instrument.columns(), start=1):
                options = tuple(instrument.points(number))
                asks.setdefault(key, {})[item] = Ask(item, Words(), min(options), max(options), options)
    questions = {one.id: one for one in needs.spec.questions}
    for one in needs.commitments:
        if one.recall and one.recall.question in questions:
            question = questions[one.recall.question]
            for group in [group for group in one.group if group in needs.lists["groups"]] or [question.group]:
                span = question.min, question.max
                options = tuple(range(span[0], span[1] + 1)) if span[1] - span[0] < MOST_OPTIONS else ()
                ask = Ask(question.id, question.title, *span, options)
                asks.setdefault((group, one.recall.respondent), {})[question.id] = ask
    return tuple(
        Questionnaire(*key, tuple(rows.values()), tuple(licences.get(key, {}).items()))
        for key, rows in sorted(asks.items())
        if key[0] in needs.spec.groups
    )

"""The last reading of the finished text: no cause below moderate certainty, no 'no effect' outside its class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel

from careeval.errors import CareevalError, Problem
from careeval.present.blocks import Block, Figure, Table
from careeval.present.context import Context
from careeval.present.promises import short_name
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, build, read_toml

NOT_OURS = ("file",)  # columns that hold names of the user's files
SHORTEST_QUOTE = 4  # characters; shorter texts of a study are common words
NO_CHANGE = "no meaningful change"


class Excused(Record):
    """Regular expressions of a language: what makes a sentence a denial, a condition, a hedge; where it ends."""

    before: str
    after: str
    hedge: str
    clause: str
    sentence: str
    question: str


class ClaimWord(Record):
    """One pattern of words: what it says, why that may be too much, what may be said, sentences to try it on."""

    lang: Literal["zh", "en"]
    says: Literal["cause", "no_effect", "never"]
    pattern: str
    why: str
    instead: str
    trips: tuple[str, ...]
    passes: tuple[str, ...]


class ClaimWords(Record):
    """library/claims.toml."""

    excused: dict[str, Excused]
    words: dict[str, ClaimWord]


@dataclass(frozen=True)
class Claim:
    """A word that says too much: the rule it met, the sentence it stands in, and what would have to hold."""

    block: str
    word: str
    sentence: str
    rule: ClaimWord

    def problem(self) -> Problem:
        """Where it stands, why it cannot, and what may be said."""
        allowed = {
            "cause": "of outcomes of groups drawn by lot: probably (certainty moderate), or plainly (high)",
            "no_effect": f"of outcomes whose class is {NO_CHANGE!r}",
            "never": "the estimate with its interval",
        }[self.rule.says]
        found = f"{self.word!r} in {self.sentence!r}: {self.rule.why}"
        return Problem("words", self.block, found, allowed, f"Say for instance: {self.rule.instead}")


@cache
def claim_words() -> ClaimWords:
    """library/claims.toml, read; a mistake in it is ours, not the user's."""
    sections, problems = read_toml(LIBRARY / "claims.toml")
    made, found = build(ClaimWords, sections, file="claims.toml")
    if problems or found:
        raise RuntimeError("\n".join(map(str, problems + found)))
    return made


def check_claims(blocks: Iterable[Block], here: Context) -> int:
    """Refuse blocks that claim more than the study's effects allow; how many strong words were the study's own.

    A sentence (in a table: with its row) that names outcomes is judged by the weakest of these, any other by the
    weakest of the study. Texts of study.toml and its plans are quotes: excused where they stand word for word, and
    counted. Raises CareevalError with every block, word and reason.
    """
    blocks, titles = list(blocks), {one.id: here.outcome_title(one.id) for one in here.outcomes()}
    # what an outcome is called tells by which a sentence is judged
    effects, quotes = here.table("effects"), [one for one in quoted_texts(here) if one not in titles.values()]
    effects = effects.assign(arm=[here.contrast(one).partition(" − ")[0] for one in effects["contrast"].fillna("")])
    claims = list(find_claims(blocks, effects, titles, here.lang, quotes=quotes))
    if claims:
        raise CareevalError(*dict.fromkeys(claim.problem() for claim in claims))
    return len(list(find_claims(blocks, effects, titles, here.lang)))


def find_claims(
    blocks: Iterable[Block],
    effects: pd.DataFrame,
    titles: dict[str, str],
    lang: str,
    *,
    quotes: Iterable[str] = (),
) -> Iterator[Claim]:
    """Every word in the blocks that says more than the effects allow.

    effects: outcome, arm (as printed), design, moved, certainty, a row a contrast; a sentence that names an arm is
    judged by its row. titles: {outcome: title as printed}; an outcome without a row is held to be not estimated.
    quotes: texts that are not looked at.
    """
    known = {one: effects[effects["outcome"].eq(one)].to_dict("records") for one in titles}
    words = [one for one in claim_words().words.values() if one.lang == lang]
    excused = claim_words().excused[lang]
    for block, text, row in _texts(blocks):
        for sentence in re.split(excused.sentence, _without(text, quotes)):
            named = _named(sentence, titles) or _named(row, titles) or list(titles)
            rows = [row for one in named for row in _of_arm(known[one], sentence) or [{}]] or [{}]
            for rule in words:
                if not _allowed(rule, rows, sentence, excused) and (word := _found(rule, sentence, excused)):
                    yield Claim(block, word, sentence.strip(), rule)


def quoted_texts(here: Context) -> list[str]:
    """What the user wrote about the study, longest first."""
    study = here.study
    written = [*_strings(study.spec), *_strings(study.plans(here.wave.id)), *_strings(study.corrections)]
    written += [short_name(one) for one in written]
    # names and ids of one word are no quotes: they are what our own sentences are made of
    texts = {one for one in written if len(one) >= SHORTEST_QUOTE and not (one.isascii() and " " not in one)}
    return sorted(texts, key=lambda one: (-len(one), one))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from _strings(tuple(getattr(value, name) for name in type(value).model_fields))
    elif hasattr(value, "__dataclass_fields__"):
        yield from _strings(tuple(getattr(value, name) for name in value.__dataclass_fields__))
    elif isinstance(value, dict):
        yield from _strings(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _strings(one)


def _texts(blocks: Iterable[Block]) -> Iterator[tuple[str, str, str]]:
    """(block, text, the row it stands in) of all that is ours to word."""
    for block in blocks:
        if isinstance(block, Table):
            yield from ((block.id, text, "") for text in (block.caption, *block.notes))
            yield from ((block.id, column.title, "") for column in block.columns)
            ours = [one.format == "text" and one.name not in NOT_OURS for one in block.columns]
            for cells in block.cells():
                row = " ".join(cells)
                yield from ((block.id, cell, row) for cell, our in zip(cells, ours, strict=True) if our)
        else:
            texts = (
                (block.caption, block.alt) if isinstance(block, Figure) else (getattr(block, "lead", ""), block.text)
            )
            yield from ((block.id, text, "") for text in texts)


def _without(text: str, quotes: Iterable[str]) -> str:
    for quote in quotes:
        text = text.replace(quote, "…") if quote in text else text
    return text


def _named(text: str, titles: dict[str, str]) -> list[str]:
    """The outcomes that a text names; a title inside a longer one does not count."""
    found = []
    for outcome, title in sorted(titles.items(), key=lambda pair: -len(pair[1])):
        if title and title.lower() in text.lower():
            found.append(outcome)
            text = re.sub(re.escape(title), " ", text, flags=re.IGNORECASE)
    return found


def _of_arm(rows: list[dict[str, Any]], sentence: str) -> list[dict[str, Any]]:
    """The rows of the arms that a sentence names, all where it names none."""
    arms = _named(sentence, {row["arm"]: row["arm"] for row in rows})
    return [row for row in rows if row["arm"] in arms or not arms]


def _allowed(rule: ClaimWord, rows: list[dict[str, Any]], sentence: str, excused: Excused) -> bool:
    if rule.says == "no_effect":
        return all(row.get("moved") == NO_CHANGE for row in rows)
    if rule.says == "never" or not all(str(row.get("design", "")).startswith("randomised") for row in rows):
        return False
    sure = {row.get("certainty") for row in rows}
    return sure <= {"high"} or (sure <= {"high", "moderate"} and bool(re.search(excused.hedge, sentence, re.I)))


def _found(rule: ClaimWord, sentence: str, excused: Excused) -> str:
    """The first word of a sentence that the pattern meets and that nothing excuses, '' without one."""
    if re.search(excused.question, sentence.strip()):
        return ""
    for found in re.finditer(rule.pattern, sentence, re.I):
        # a denial may stand inside what was found, but 'no effect' is not its own denial
        clause = re.split(excused.clause, sentence[: found.start()])[-1] + (found[0] if rule.says == "cause" else "")
        denied = re.search(excused.before, clause, re.I) or re.search(excused.after, sentence[found.end() :], re.I)
        if rule.says == "never" or not denied:
            return found[0]
    return ""

"""The decision table, kept as data in library/decisions.toml, and the small engine that reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from careeval.errors import Problem, SpecError, listed
from careeval.specs.definitions import Scalar
from careeval.specs.home import LIBRARY
from careeval.specs.plans import Basis, VerdictWord
from careeval.specs.records import Record, Words, build, read_toml, repeated

FILE = "decisions.toml"
INPUTS: Mapping[str, tuple[str, ...]] = {
    "incident": ("yes", "no"),
    "moved": (
        "benefit",
        "benefit size uncertain",
        "no meaningful change",
        "harm size uncertain",
        "harm",
        "inconclusive",
        "not estimable",
        "none claimed",
    ),
    "measured": ("ok", "fail"),
    "delivered": ("yes", "partly", "no", "unknown", "not due", "not asked"),
    "reached": ("yes", "no", "unknown", "not applicable"),
    "certainty": ("high", "moderate", "low", "very low", "not applicable"),
    "cycle": ("first", "second"),
    "statutory": ("yes", "no"),
}
NEVER_FOR_DUTIES = ("redesign", "stop or replace")


class Change(Record):
    """What a verdict proposes: a key of the commitment to become `to`, or an aim for next term; see decisions.toml."""

    field: str = ""
    aim: Literal["", "dose", "value", "unknown", "measured", "design", "review"] = ""
    to: Scalar | None = None


class Decision(Record):
    """One row of the table: conditions, verdict, what to do in words, what to propose.

    elsewhere: other words for what does not bind people. missed: the words where {named}, made from `named`, is known.
    """

    id: str
    when: dict[str, tuple[str, ...]]
    verdict: VerdictWord
    recommendation: Words
    elsewhere: dict[Basis, Words] = {}
    missed: Words | None = None
    named: dict[Literal["step", "least"], Words] = {}
    propose: Change | None = None

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether every condition holds."""
        return all(facts[name] in words for name, words in self.when.items())


@cache
def decision_table() -> tuple[Decision, ...]:
    """The rows of library/decisions.toml in order."""
    toml, problems = read_toml(LIBRARY / FILE)
    return read_decisions(toml.get("rows", []), problems)


def decision(row: str) -> Decision:
    """The row of that id: its words and what it proposes."""
    return next(one for one in decision_table() if one.id == row)


def read_decisions(rows: Iterable[Mapping[str, object]], problems: Iterable[Problem] = ()) -> tuple[Decision, ...]:
    """Decisions from rows of TOML. SpecError with every unknown input, word or verdict."""
    problems, made = list(problems), []
    for number, section in enumerate(rows, start=1):
        one, found = build(Decision, section, file=FILE, place=f"rows, {number}")
        problems += found
        if one:
            made.append(one)
            problems += _unknown_words(one)
    for again in repeated(one.id for one in made):
        problems.append(Problem(FILE, "rows, key 'id'", f"{again!r} stands more than once", "each id once"))
    if problems:
        raise SpecError(*problems)
    return tuple(made)


def decide(facts: Mapping[str, str], table: Iterable[Decision] | None = None) -> Decision:
    """The first row that fits the facts, one word for each of INPUTS.

    >>> facts = {"incident": "no", "moved": "none claimed", "measured": "ok", "delivered": "no", "reached": "no"}
    >>> decide(facts | {"certainty": "not applicable", "cycle": "first", "statutory": "no"}).verdict
    'strengthen delivery'
    """
    for row in decision_table() if table is None else table:
        if row.fits(facts):
            return row
    found = ", ".join(f"{name} {word}" for name, word in facts.items())
    raise SpecError(Problem(FILE, "rows", f"no row fits {found}", "", "Add a row for this case"))


def _unknown_words(one: Decision) -> list[Problem]:
    place, problems = f"rows, {one.id}, when", []
    for name, words in one.when.items():
        if name not in INPUTS:
            problems.append(Problem(FILE, place, f"there is no input {name!r}", listed(INPUTS)))
        elif wrong := [word for word in words if word not in INPUTS[name]]:
            problems.append(Problem(FILE, f"{place}, key {name!r}", f"found {listed(wrong)}", listed(INPUTS[name])))
    return problems

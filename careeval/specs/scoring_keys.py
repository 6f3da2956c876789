"""An instrument's scoring key as a record: items, what answers count, scores and bands."""

from __future__ import annotations

from typing import Literal

from careeval.specs.records import Record, Words
from careeval.specs.vocabulary import Group


class Answers(Record):
    """Items whose answers do not simply count min to max: what each answer, as ticked, counts; others are refused."""

    items: tuple[int, ...]
    points: dict[str, int | float]


class Extra(Record):
    """What is added once where any, or all, of a score's items are answered at_least so, as ticked."""

    of_items: Literal["any", "all"]
    at_least: int
    add: int | float


class Gate(Record):
    """A filler that settles a score: where its answer is this one, the score is `value`, whatever the items say."""

    item: int
    answer: int
    value: int


class Validity(Record):
    """From which value on a score says that the sheet cannot be believed; the table of scores leaves out the others."""

    score: str
    invalid_from: int


class Score(Record):
    """One score: the items it takes, how they are joined, and the range and direction that follow from that.

    sum_of_scores adds up the scores named in `of`, and is missing where one of them is; its items are theirs.
    min_answered: items; with fewer the score is missing. missing_counts: what a missing item counts in a sum that has
    enough answers; without it such a sum is prorated. multiply, then add, then extras are applied to the joined items,
    then the gate; last `rounded` to so many digits (half_up: 2.5 is 3). low, high: smallest and largest score.
    """

    id: str
    method: Literal["sum", "mean", "sum_of_scores"]
    items: tuple[int, ...]
    of: tuple[str, ...] = ()
    rounded: Literal["", "half_up"] = ""
    digits: int = 0
    min_answered: int
    missing_counts: int | None = None
    multiply: int | float = 1
    add: int | float = 0
    extras: tuple[Extra, ...] = ()
    gate: Gate | None = None
    higher_is: Literal["better", "worse"]
    low: int | float
    high: int | float


class Band(Record):
    """One named stretch of a score in one scheme.

    low_open, high_open: a score of exactly that bound belongs to the next band.
    """

    scheme: str
    score: str
    low: float | int
    high: float | int
    low_open: bool = False
    high_open: bool = False
    label: Words
    population: str
    source: str | Words


class Critical(Record):
    """An item whose answer somebody must see at once, whatever the score: any answer from min to max (as ticked)."""

    item: int
    min: int
    max: int
    meaning: Words


class Instrument(Record):
    """A questionnaire's key. Item texts are not kept: most are protected.

    items: how many; min, max: smallest and largest answer to any. reversed: items turned round before scoring.
    answers: items with a table of points. fillers: items that are asked but enter no score. critical: answers that
    somebody must see at once. min_answered: of all items; with fewer there is no score at all. verified: whether the
    key was seen in print; one that was only inferred is refused until somebody says that they checked it.
    """

    id: str
    title: Words
    groups: tuple[Group, ...]
    respondent: Literal["self", "carer", "teacher", "proxy"]
    items: int
    min: int
    max: int
    reversed: tuple[int, ...] = ()
    answers: tuple[Answers, ...] = ()
    fillers: tuple[int, ...] = ()
    critical: tuple[Critical, ...] = ()
    min_answered: int = 0
    validity: Validity | None = None
    verified: bool = True
    scores: tuple[Score, ...]
    bands: tuple[Band, ...] = ()
    licence: str | Words
    citation: str
    source: str
    traps: tuple[str, ...] = ()

    @property
    def schemes(self) -> tuple[str, ...]:
        """The band schemes in the order of the file."""
        return tuple(dict.fromkeys(band.scheme for band in self.bands))

    def score(self, name: str) -> Score:
        """The score of that id."""
        return next(score for score in self.scores if score.id == name)

    def columns(self, prefix: str = "") -> tuple[str, ...]:
        """The names of its item columns; a prefix ('after_who5') takes the place of the id in a second use."""
        return tuple(f"{prefix or self.id}_{number}" for number in range(1, self.items + 1))

    def points(self, number: int) -> dict[int, int | float]:
        """{answer: what it counts} of an item: each answer that may be ticked, in the order of the key.

        >>> from careeval.specs.instruments import read_instrument
        >>> read_instrument("cls24").points(3)
        {1: 5, 2: 4, 3: 3, 4: 2, 5: 1}
        """
        for row in self.answers:
            if number in row.items:
                return {int(answer): points for answer, points in row.points.items()}
        turned = number in self.reversed
        return {one: self.min + self.max - one if turned else one for one in range(self.min, self.max + 1)}

    def span(self, number: int) -> tuple[int, int]:
        """The smallest and the largest answer to an item."""
        return min(self.points(number)), max(self.points(number))

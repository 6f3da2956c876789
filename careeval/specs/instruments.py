"""An instrument's scoring key as data: items, turned items, scores and bands; its worked cases lie beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from careeval.errors import Problem, SpecError, listed
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, build, read_toml, repeated
from careeval.specs.vocabulary import Group

FOLDER = LIBRARY / "instruments"


class Score(Record):
    """One score: the items it takes, how they are joined, and the range and direction that follow from that.

    sum_of_scores adds up the scores named in `of`, and is missing where one of them is; its items are theirs.
    min_answered: items; with fewer the score is missing. multiply: applied last, before `rounded` (half_up: 2.5 is 3).
    low, high: smallest and largest score.
    """

    id: str
    method: Literal["sum", "mean", "sum_of_scores"]
    items: tuple[int, ...]
    of: tuple[str, ...] = ()
    rounded: Literal["", "half_up"] = ""
    min_answered: int
    multiply: int = 1
    higher_is: Literal["better", "worse"]
    low: int
    high: int


class Band(Record):
    """One named stretch of a score in one scheme; low_open: a score of exactly `low` belongs to the band below."""

    scheme: str
    score: str
    low: float | int
    high: float | int
    low_open: bool = False
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

    items: how many; min, max: smallest and largest answer to each. reversed: items turned round before scoring.
    fillers: items that are asked but enter no score. critical: answers that somebody must see at once.
    """

    id: str
    title: Words
    groups: tuple[Group, ...]
    respondent: Literal["self", "carer", "teacher", "proxy"]
    items: int
    min: int
    max: int
    reversed: tuple[int, ...] = ()
    fillers: tuple[int, ...] = ()
    critical: tuple[Critical, ...] = ()
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


def instrument_names() -> tuple[str, ...]:
    """The instruments of the library, sorted."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/instrument.toml")))


def read_instrument(name_or_path: str | Path) -> Instrument:
    """An instrument of the library by its id, or of a folder (or its instrument.toml) by its path.

    Raises SpecError with every mistake of the file at once, or with the known ids where there is no such instrument.
    """
    if str(name_or_path) in instrument_names():
        return _of_library(str(name_or_path))
    path = Path(name_or_path)
    path = path / "instrument.toml" if path.is_dir() else path
    if not path.is_file():
        way_out = "Name one of these, or a folder that holds instrument.toml"
        raise SpecError(
            Problem(str(name_or_path), "", "there is no such instrument", listed(instrument_names()), way_out)
        )
    return _read(path)


@cache
def _of_library(name: str) -> Instrument:
    return _read(FOLDER / name / "instrument.toml")


def _read(path: Path) -> Instrument:
    name = f"{path.parent.name}/{path.name}"
    section, problems = read_toml(path, name=name)
    if problems:
        raise SpecError(*problems)
    instrument, problems = build(Instrument, section, file=name)
    if instrument:
        checks = (_items(instrument), _scores(instrument), _bands(instrument))
        problems = [Problem(name, *found) for check in checks for found in check]
        if instrument.id != path.parent.name:
            problems.append(
                Problem(name, "key 'id'", f"found {instrument.id!r}", f"the folder's name, {path.parent.name!r}")
            )
    if problems:
        raise SpecError(*problems)
    return instrument


def _items(instrument: Instrument) -> Iterator[tuple[str, str, str]]:
    """(place, found, allowed) of item numbers that cannot be."""
    if instrument.min >= instrument.max:
        yield "key 'max'", f"found {instrument.max}", f"more than min, {instrument.min}"
    places = {key: getattr(instrument, key) for key in ("reversed", "fillers")}
    places |= {"critical": tuple(one.item for one in instrument.critical)}
    places |= {f"scores, {score.id}, items": score.items for score in instrument.scores}
    for place, numbers in places.items():
        if outside := [number for number in numbers if not 1 <= number <= instrument.items]:
            yield place, f"there is no item {listed(outside)}", f"1 to {instrument.items}"
        if again := repeated(map(str, numbers)):
            yield place, f"item {listed(again)} stands more than once", "each item once"
    fillers = set(instrument.fillers)
    if both := sorted(fillers.intersection(instrument.reversed)):
        yield (
            "fillers",
            f"item {listed(both)} is reversed too",
            "an item is a filler or reversed: a filler has no score",
        )
    scored = {number for score in instrument.scores for number in score.items}
    if both := sorted(fillers & scored):
        yield "fillers", f"item {listed(both)} enters a score", "an item that enters no score"
    if unused := sorted(set(range(1, instrument.items + 1)) - scored - fillers):
        yield "scores", f"item {listed(unused)} enters no score", "every item in a score or among the fillers"


def _scores(instrument: Instrument) -> Iterator[tuple[str, str, str]]:
    """(place, found, allowed) of scores whose numbers contradict their items."""
    if again := repeated(score.id for score in instrument.scores):
        yield "scores", f"{listed(again)} stands more than once", "each id once"
    for number, one in enumerate(instrument.critical, start=1):
        if not instrument.min <= one.min <= one.max <= instrument.max:
            found, allowed = f"found {one.min} to {one.max}", f"a stretch of {instrument.min} to {instrument.max}"
            yield f"critical, {number}", found, allowed
    parts: dict[str, Score] = {}
    for score in instrument.scores:
        place, count = f"scores, {score.id}", len(score.items)
        if score.of or score.method == "sum_of_scores":
            yield from _sum_of_scores(score, parts)
            continue
        parts[score.id] = score
        if not 1 <= score.min_answered <= count:
            yield (
                f"{place}, key 'min_answered'",
                f"found {score.min_answered}",
                f"1 to {count}, the number of its items",
            )
        times = score.multiply * (count if score.method == "sum" else 1)
        for key, answer in (("low", instrument.min), ("high", instrument.max)):
            if (found := getattr(score, key)) != answer * times:
                yield f"{place}, key {key!r}", f"found {found}", f"{answer * times}, which follows from its items"


def _sum_of_scores(score: Score, parts: Mapping[str, Score]) -> Iterator[tuple[str, str, str]]:
    """(place, found, allowed) of a sum whose parts do not exist, or whose numbers are not theirs together."""
    place = f"scores, {score.id}"
    if score.method != "sum_of_scores" or not score.of:
        yield f"{place}, key 'of'", f"found {listed(score.of)} with method {score.method!r}", "both, or neither"
    elif unknown := [name for name in score.of if name not in parts]:
        yield f"{place}, key 'of'", f"found {listed(unknown)}", f"{listed(parts)}, which stand above it"
    else:
        own = [parts[name] for name in score.of]
        if set(score.items) != (items := {number for part in own for number in part.items}):
            yield f"{place}, key 'items'", f"found {listed(score.items)}", f"{listed(sorted(items), most=60)}"
        for key in ("min_answered", "low", "high"):
            if (found := getattr(score, key)) != (wanted := sum(getattr(part, key) for part in own)):
                yield f"{place}, key {key!r}", f"found {found}", f"{wanted}, which follows from its parts"


def _bands(instrument: Instrument) -> Iterator[tuple[str, str, str]]:
    """(place, found, allowed) of schemes that leave a score without a band, or give it two."""
    known = {score.id: score for score in instrument.scores}
    for number, band in enumerate(instrument.bands, start=1):
        if band.score not in known:
            yield f"bands, {number}, key 'score'", f"found {band.score!r}", listed(known)
    for scheme, name in dict.fromkeys((band.scheme, band.score) for band in instrument.bands if band.score in known):
        score, place = known[name], f"bands, scheme {scheme}, score {name}"
        own = [band for band in instrument.bands if (band.scheme, band.score) == (scheme, name)]
        own.sort(key=lambda band: (band.low, band.low_open))
        if (own[0].low, own[0].low_open) != (score.low, False):
            yield place, f"the lowest band begins at {own[0].low:g}", f"{score.low}, the smallest score"
        if own[-1].high != score.high:
            yield place, f"the highest band ends at {own[-1].high:g}", f"{score.high}, the largest score"
        # a whole sum moves in steps; a mean, or a sum that may lack items, takes every value between
        stepped = _is_stepped(score, known)
        for below, above in pairwise(own):
            if not _meet(below, above, score.multiply if stepped else 0):
                start = f"more than {above.low:g}" if above.low_open else f"{above.low:g}"
                rule = f"{below.high + score.multiply:g}, or " if stepped else ""
                yield (
                    place,
                    f"{below.high:g} is followed by {start}",
                    f"{rule}more than {below.high:g} (low_open = true)",
                )


def _is_stepped(score: Score, known: Mapping[str, Score]) -> bool:
    """Whether a score takes whole steps only: no item may lack, or it is rounded, or all its parts do so."""
    if score.method == "sum_of_scores":
        return all(_is_stepped(known[name], known) for name in score.of if name in known)
    return bool(score.rounded) or (score.method == "sum" and score.min_answered == len(score.items))


def _meet(below: Band, above: Band, step: int) -> bool:
    """Whether no score lies between two bands or in both; step 0 is a score without steps."""
    return above.low == below.high if above.low_open else bool(step) and above.low == below.high + step

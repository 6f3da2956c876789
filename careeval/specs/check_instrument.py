"""What a scoring key must agree on with itself: items that exist, ranges that follow from them, bands without gaps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from careeval.errors import Problem, listed
from careeval.specs.records import repeated
from careeval.specs.scoring_keys import Band, Instrument, Score

Findings = Iterator[tuple[str, str, str]]  # place, what was found, what was allowed


def check_instrument(instrument: Instrument, path: Path) -> list[Problem]:
    """Every disagreement inside the instrument.toml at `path`."""
    found = list(_answers(instrument))
    checks = (_items,) if found else (_items, _scores, _settled, _bands)  # scores are told of answers that can be
    found += [one for check in checks for one in check(instrument)]
    if instrument.id != path.parent.name:
        found.append(("key 'id'", f"found {instrument.id!r}", f"the folder's name, {path.parent.name!r}"))
    return [Problem(f"{path.parent.name}/{path.name}", *one) for one in found]


def _answers(instrument: Instrument) -> Findings:
    """Answers that cannot be: no stretch of them, or a table with others."""
    if instrument.min >= instrument.max:
        yield "key 'max'", f"found {instrument.max}", f"more than min, {instrument.min}"
    allowed = [str(answer) for answer in range(instrument.min, instrument.max + 1)]
    for number, row in enumerate(instrument.answers, start=1):
        if not row.points or (wrong := [answer for answer in row.points if answer not in allowed]):
            found = f"found {listed(wrong if row.points else ())}"
            yield f"answers, {number}, key 'points'", found, f"answers from {instrument.min} to {instrument.max}"


def _items(instrument: Instrument) -> Findings:
    """Item numbers that cannot be."""
    places = {key: getattr(instrument, key) for key in ("reversed", "fillers")}
    places |= {"answers": tuple(number for row in instrument.answers for number in row.items)}
    places |= {"critical": tuple(one.item for one in instrument.critical)}
    places |= {f"scores, {score.id}, items": score.items for score in instrument.scores}
    for place, numbers in places.items():
        if outside := [number for number in numbers if not 1 <= number <= instrument.items]:
            yield place, f"there is no item {listed(outside)}", f"1 to {instrument.items}"
        if again := repeated(map(str, numbers)):
            yield place, f"item {listed(again)} stands more than once", "each item once"
    fillers = set(instrument.fillers)
    if both := sorted(fillers.intersection(instrument.reversed)):
        allowed = "an item is a filler or reversed: a filler has no score"
        yield "fillers", f"item {listed(both)} is reversed too", allowed
    if both := sorted(set(places["answers"]).intersection(instrument.reversed)):
        yield (
            "answers",
            f"item {listed(both)} is reversed too",
            "a table of points or reversed: not both",
        )
    scored = {number for score in instrument.scores for number in score.items}
    if both := sorted(fillers & scored):
        yield "fillers", f"item {listed(both)} enters a score", "an item that enters no score"
    if unused := sorted(set(range(1, instrument.items + 1)) - scored - fillers):
        yield "scores", f"item {listed(unused)} enters no score", "every item in a score or among the fillers"


def _scores(instrument: Instrument) -> Findings:
    """Scores whose numbers contradict their items."""
    if again := repeated(score.id for score in instrument.scores):
        yield "scores", f"{listed(again)} stands more than once", "each id once"
    parts: dict[str, Score] = {}
    for score in instrument.scores:
        place, count = f"scores, {score.id}", len(score.items)
        if score.digits and not score.rounded:
            yield f"{place}, key 'digits'", f"found {score.digits}", "digits with rounded = 'half_up' only"
        if score.missing_counts is not None and score.method != "sum":
            yield f"{place}, key 'missing_counts'", f"found method {score.method!r}", "missing_counts with 'sum' only"
        if score.of or score.method == "sum_of_scores":
            yield from _sum_of_scores(score, parts)
            continue
        parts[score.id] = score
        if not 1 <= score.min_answered <= count:
            allowed = f"1 to {count}, the number of its items"
            yield f"{place}, key 'min_answered'", f"found {score.min_answered}", allowed
        for key, pick in (("low", min), ("high", max)):
            found, wanted = getattr(score, key), _reached(instrument, score, pick)
            if not math.isclose(found, wanted, abs_tol=1e-9):
                yield f"{place}, key {key!r}", f"found {found:g}", f"{wanted:g}, which follows from its items"


def _reached(instrument: Instrument, score: Score, pick: type(min)) -> float:
    """The score of somebody whose answers all count the least (min), or the most (max)."""
    tables = [instrument.points(number) for number in score.items]
    ticked = [pick(points, key=points.get) for points in tables]
    total = sum(points[answer] for points, answer in zip(tables, ticked, strict=True))
    joined = total / max(len(tables), 1) if score.method == "mean" else total
    holds = {"any": any, "all": all}
    extras = [one.add for one in score.extras if holds[one.of_items](answer >= one.at_least for answer in ticked)]
    return joined * score.multiply + score.add + sum(extras)


def _sum_of_scores(score: Score, parts: Mapping[str, Score]) -> Findings:
    """A sum whose parts do not exist, or whose numbers are not theirs together."""
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


def _settled(instrument: Instrument) -> Findings:
    """What decides beside the items' points, and names an item, an answer or a score that is not there."""
    for number, one in enumerate(instrument.critical, start=1):
        if not instrument.min <= one.min <= one.max <= instrument.max:
            found, allowed = f"found {one.min} to {one.max}", f"a stretch of {instrument.min} to {instrument.max}"
            yield f"critical, {number}", found, allowed
    if not 0 <= instrument.min_answered <= instrument.items:
        yield "key 'min_answered'", f"found {instrument.min_answered}", f"0 to {instrument.items}"
    for score in instrument.scores:
        if (gate := score.gate) and gate.item not in instrument.fillers:
            yield (
                f"scores, {score.id}, key 'gate'",
                f"found item {gate.item}",
                f"a filler: {listed(instrument.fillers)}",
            )
        if gate and not score.low <= gate.value <= score.high:
            yield f"scores, {score.id}, key 'gate'", f"found {gate.value}", f"{score.low:g} to {score.high:g}"
    known = {score.id: score for score in instrument.scores}
    if (rule := instrument.validity) and rule.score not in known:
        yield "validity, key 'score'", f"found {rule.score!r}", listed(known)
    elif rule and not known[rule.score].low < rule.invalid_from <= known[rule.score].high:
        allowed = f"more than {known[rule.score].low:g}, up to {known[rule.score].high:g}"
        yield "validity, key 'invalid_from'", f"found {rule.invalid_from}", allowed


def _bands(instrument: Instrument) -> Findings:
    """Schemes that leave a score without a band, or give it two."""
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
        if (own[-1].high, own[-1].high_open) != (score.high, False):
            yield place, f"the highest band ends at {own[-1].high:g}", f"{score.high}, the largest score"
        step = _step(score, instrument)
        for below, above in pairwise(own):
            if not _meet(below, above, step, score.low):
                start = f"more than {above.low:g}" if above.low_open else f"{above.low:g}"
                rule = f"{below.high + step:g}, or " if step else ""
                allowed = f"{rule}more than {below.high:g} (low_open = true)"
                yield place, f"{below.high:g} is followed by {start}", allowed


def _step(score: Score, instrument: Instrument) -> int:
    """In which steps a score moves; 0 for a mean, or a sum that may lack items: it takes every value between."""
    if score.method == "sum_of_scores":
        parts = [_step(one, instrument) for one in instrument.scores if one.id in score.of]
        return math.gcd(*parts) if all(parts) else 0
    if score.rounded:
        return 0 if score.digits else 1
    tables = [list(instrument.points(number).values()) for number in score.items]
    whole = [points for table in tables for points in (*table, score.missing_counts or 0, score.multiply)]
    complete = score.method == "sum" and (score.min_answered == len(score.items) or score.missing_counts is not None)
    if not complete or score.extras or not all(isinstance(number, int) for number in whole):
        return 0
    own = [points - table[0] for table in tables for points in table]
    left_out = [table[0] - score.missing_counts for table in tables] if score.missing_counts is not None else []
    return math.gcd(*own, *left_out) * score.multiply


def _meet(below: Band, above: Band, step: int, first: float) -> bool:
    """Whether no score lies between two bands or in both; step 0 is a score without steps."""
    if above.low_open or below.high_open:
        return above.low == below.high and above.low_open != below.high_open
    following = first + ((below.high - first) // step + 1) * step if step else below.high
    return below.high < above.low <= following

"""Which hidden counts of few people a reader could find by the sums, and what to hide beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Set

from careeval.measure.hiding.sums import Key, Line, Sums

Limits = Mapping[Key, tuple[float, float]]
CLOSE = 1e-6
STEPS = 2  # how many sums away a count that is hidden sooner (`last`) is preferred to a nearer one
VISITS = 30  # limits that creep towards each other in ever smaller steps are near enough by then


def shown_values(sums: Sums, gone: Set[tuple[str, int, str]] = frozenset()) -> dict[Key, float]:
    """{key: value} of what is printed somewhere; gone: (table, row, column) that are to be hidden."""
    return {
        count.key: count.value
        for count in sums.counts
        if count.value is not None and (count.table, count.row, count.column) not in gone
    }


def bounds(sums: Sums, shown: Mapping[Key, float]) -> dict[Key, tuple[float, float]]:
    """{key: (least, most)} that each line by itself leaves to each count, again and again until nothing changes.

    Never narrower than what all lines together say (`audit`). A line that the counts contradict is passed over.
    """
    found = {key: (0.0, math.inf) for line in sums.lines for key in (line[0], *line[1])}
    found |= {key: (value, value) for key, value in shown.items()}
    waiting, visits = dict.fromkeys(range(len(sums.lines))), [0] * len(sums.lines)
    while waiting:
        number = next(iter(waiting))
        del waiting[number]
        visits[number] += 1
        for key, limits in _tighter(sums.lines[number], found):
            found[key] = limits
            waiting |= dict.fromkeys(line for line in sums.lines_of[key] if visits[line] < VISITS)
    return found


def _tighter(line: Line, found: Mapping[Key, tuple[float, float]]) -> Iterator[tuple[Key, tuple[float, float]]]:
    """The counts of a line whose limits the other counts of the line narrow, with the new limits."""
    whole, parts = line
    lows, highs = zip(*(found[key] for key in parts), strict=True)
    low, high, endless = sum(lows), sum(most for most in highs if most < math.inf), highs.count(math.inf)
    least, most = found[whole]
    yield from _narrower(whole, (least, most), low, math.inf if endless else high)
    for key, own_low, own_high in zip(parts, lows, highs, strict=True):
        others_endless = endless - (own_high == math.inf)
        others = math.inf if others_endless else high - (own_high if own_high < math.inf else 0)
        yield from _narrower(key, (own_low, own_high), least - others, most - (low - own_low))


def _narrower(
    key: Key, limits: tuple[float, float], low: float, high: float
) -> Iterator[tuple[Key, tuple[float, float]]]:
    low, high = max(limits[0], low), min(limits[1], high)
    if low <= high + CLOSE and (low > limits[0] + CLOSE or high < limits[1] - CLOSE):
        yield key, (low, max(low, high))


def found_out(sums: Sums, shown: Mapping[Key, float], limits: Limits) -> list[tuple[Key, float, float]]:
    """(key, least, most) of what is not shown, may be of few people and lies within less than its floor."""
    return sorted(
        (key, low, high)
        for key, (low, high) in limits.items()
        if key not in shown and tells(low, high, sums.minimum.get(key, 0))
    )


def tells(low: float, high: float, minimum: float) -> bool:
    """Whether limits tell of few people: narrower than the floor, not surely nobody, not surely enough."""
    return high - low < minimum - CLOSE and high > 1 - CLOSE and low < minimum - CLOSE


def to_hide(sums: Sums, shown: Mapping[Key, float], found: Iterable[Key], fixed: Set[Key], limits: Limits) -> set[Key]:
    """For each found key one more shown count to hide in each sum that pins it down, else the nearest by sums.

    Of several the first by `last`, then a part before a whole, then the smallest above 0. fixed: counts that were told
    before and protect nothing.
    """
    chosen = set()
    for key in found:
        pinning = [
            one for one in sums.lines_of[key] if tells(*_left_by(sums.lines[one], key, limits), sums.minimum[key])
        ]
        for lines in [[one] for one in pinning] or [sums.lines_of[key]]:
            chosen.add(_best(sums, shown, (key, lines), fixed, limits))
    return chosen - {None}


def _left_by(line: Line, key: Key, limits: Limits) -> tuple[float, float]:
    """The limits that one sum by itself leaves to a key."""
    free = {one: limits[one] for one in _members(line)} | {key: (0.0, math.inf)}
    return dict(_tighter(line, free)).get(key, (0.0, math.inf))


def _best(
    sums: Sums, shown: Mapping[Key, float], start: tuple[Key, list[int]], fixed: Set[Key], limits: Limits
) -> Key | None:
    """What to hide for a key and a sum that pins it down: there, or in the sums that limit what is hidden beside it."""
    for strict in (True, False):  # where all that limits it was told before, something further off may still help
        around, seen, options = start[1], {start[0]}, []
        for step in range(len(sums.lines)):
            members = [(line, other) for line in around for other in _members(sums.lines[line])]
            # what was hidden beside it and is found itself comes first: to hide that well costs least
            turn = step or STEPS + 1
            options += [
                ((sums.last.get(one, 0), turn, one == sums.lines[line][0], not shown[one], shown[one], one), one)
                for line, one in members
                if one in shown and one not in fixed
            ]
            edge = sorted({other for _, other in members if other not in shown} - seen)
            seen |= set(edge)
            near = [(line, one) for one in edge for line in sums.lines_of[one]]
            around = [line for line, one in near if not strict or _limits(sums.lines[line], one, limits)]
            if not around or (options and step >= (STEPS if strict else 0)):
                break
        if options:
            return min(options)[1]
    return None


def _limits(line: Line, key: Key, limits: Limits) -> bool:
    """Whether a sum is why a key lies within its limits."""
    (low, high), (least, most) = _left_by(line, key, limits), limits[key]
    return (least > CLOSE and low >= least - CLOSE) or (most < math.inf and high <= most + CLOSE)


def _members(line: Line) -> tuple[Key, ...]:
    return line[0], *line[1]

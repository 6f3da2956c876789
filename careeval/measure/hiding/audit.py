"""The audit: the least and the most that a hidden count can be, given everything shown, by linear programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from careeval.measure.hiding.find import bounds, found_out, lines_by_key, shown_values, tells
from careeval.measure.hiding.sums import Key, Sums

COLUMNS = ["key", "least", "most", "minimum"]
CLOSE = 1e-6
TURNS = 40
FAR = 1e5  # no count is near it, and without a bound a program need not end


def audit(
    sums: Sums, shown: Mapping[Key, float] | None = None, *, settled: dict[tuple, list] | None = None
) -> pd.DataFrame:
    """Hidden counts that the sums pin down: those that may be of few people and lie within less than their floor.

    key, least, most (what the count can be, by linear programs over all shown counts; never below 0), minimum (its
    floor). A count that is 0, or sure to reach the floor, tells of nobody. Where the shown counts contradict the sums
    (people without a site, say), the sums there are taken as upper limits. settled: what an earlier audit of these sums
    found in each piece, kept for the next.
    Source: the audit of tabular data by linear programming; Cox (1980), JASA 75:377.
    """
    shown = shown_values(sums) if shown is None else shown
    limits = bounds(sums, shown)
    rows = [(*found, sums.minimum[found[0]]) for found in found_out(sums, shown) if found[2] - found[1] < CLOSE]
    known = {key: low for key, (low, high) in limits.items() if high - low < CLOSE}
    # a count that is sure to be 0, or to reach its floor, need not be asked for
    floors = {
        key: sums.minimum.get(key, 0) * (low < sums.minimum.get(key, 0) and high >= 1 - CLOSE)
        for key, (low, high) in limits.items()
    }
    settled = {} if settled is None else settled
    pieces = [(_Programs.of(lines, known, floors), lines) for _, lines in _pieces(sums, known)]
    new = [(piece, lines) for piece, lines in pieces if piece.name not in settled]
    # one program for all new pieces at once settles most of them
    together = _Programs.of([line for _, lines in new for line in lines], known, floors) if new else None
    low, high = together.spread() if together else ({}, {})
    for piece, _ in new:
        settled[piece.name] = []
        if not low or any(high[key] - low[key] < floors[key] - CLOSE for key in piece.keys):
            found = piece.ranges(low, high).items()
            settled[piece.name] = [(key, *own, sums.minimum[key]) for key, own in found if tells(*own, floors[key])]
    rows += [row for piece, _ in pieces for row in settled[piece.name]]
    return pd.DataFrame(sorted(rows), columns=COLUMNS)


def _pieces(sums: Sums, known: Mapping[Key, float]) -> Iterator[tuple[list[Key], list[int]]]:
    """Unknown counts that hang together by lines, and those lines."""
    lines_of = lines_by_key(sums.lines)
    left = {key: None for line in sums.lines for key in (line[0], *line[1]) if key not in known}
    while left:
        piece, lines, edge = [], {}, [next(iter(left))]
        del left[edge[0]]
        while edge:
            key = edge.pop()
            piece.append(key)
            for line in lines_of[key]:
                lines[line] = None
                for other in (sums.lines[line][0], *sums.lines[line][1]):
                    if other in left:
                        del left[other]
                        edge.append(other)
        yield piece, [sums.lines[line] for line in lines]


@dataclass(frozen=True)
class _Programs:
    """The sums of unknown counts, matrix @ counts = right; floors 0 of counts that need not be asked for."""

    keys: tuple[Key, ...]
    matrix: csr_array
    right: np.ndarray
    floors: np.ndarray

    @classmethod
    def of(cls, lines: list, known: Mapping[Key, float], floors: Mapping[Key, float]) -> _Programs:
        keys = tuple(dict.fromkeys(key for whole, parts in lines for key in (whole, *parts) if key not in known))
        place = {key: number for number, key in enumerate(keys)}
        entries, right = [], []
        for number, (whole, parts) in enumerate(lines):
            signed = [(whole, 1.0), *((key, -1.0) for key in parts)]
            entries += [(number, place[key], sign) for key, sign in signed if key in place]
            right.append(-sum(sign * known[key] for key, sign in signed if key not in place))
        row, column, sign = (np.array(part) for part in zip(*entries, strict=True))
        matrix = csr_array((sign, (row, column)), shape=(len(lines), len(keys)))
        return cls(keys, matrix, np.array(right), np.array([floors.get(key, 0) for key in keys], dtype=float))

    @property
    def name(self) -> tuple:
        """The same for the same unknowns, limits and values beside them."""
        return self.keys, self.right.tobytes(), self.floors.tobytes()

    def spread(self, *, loose: bool = False) -> tuple[dict[Key, float], dict[Key, float]]:
        """The least and most of each count in some solutions, far from one another; ({}, {}) where there are none."""
        point = self.solution(np.ones(len(self.keys)), loose=loose)
        if point is None:
            return {}, {}
        low, high, generator = point, point, np.random.default_rng(0)
        for _ in range(TURNS):
            open_ = high - low < self.floors - CLOSE
            if not open_.any():
                break
            # by weights of chance another few counts take all that their sums allow
            point = self.solution(-(generator.random(len(open_)) ** 3) * open_, loose=loose)
            if point is not None:
                low, high = np.minimum(low, point), np.maximum(high, point)
        return dict(zip(self.keys, low.tolist(), strict=True)), dict(zip(self.keys, high.tolist(), strict=True))

    def ranges(self, low: Mapping[Key, float], high: Mapping[Key, float]) -> dict[Key, tuple[float, float]]:
        """The least and most of each count, from low and high on; one that ranges over its floor is left at that."""
        loose = not low and self.solution(np.ones(len(self.keys)), loose=False) is None
        if not low:
            low, high = self.spread(loose=loose)
        if not low:
            return {}
        least, most = (np.array([seen[key] for key in self.keys]) for seen in (low, high))
        for at in range(len(self.keys)):
            for sign in (1.0, -1.0):
                # after the first of the two programs `least` is the least
                if most[at] - least[at] >= self.floors[at] - CLOSE or (sign < 0 and least[at] >= self.floors[at]):
                    break
                point = self.solution(np.where(np.arange(len(self.keys)) == at, sign, 0.0), loose=loose)
                if point is not None:
                    least, most = np.minimum(least, point), np.maximum(most, point)
        return {key: (float(a), float(b)) for key, a, b in zip(self.keys, least, most, strict=True)}

    def solution(self, objective: np.ndarray, *, loose: bool) -> np.ndarray | None:
        """Counts that all sums allow, at the least objective, or None. loose: a whole may be more than its parts."""
        sums = {"A_eq": self.matrix, "b_eq": self.right}
        if loose:
            sums = {"A_ub": -self.matrix, "b_ub": -self.right}
        found = linprog(objective, bounds=(0, FAR), method="highs", **sums)
        return found.x if found.status == 0 else None

"""The audit: the least and the most that a hidden count can be, given everything shown, by linear programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from careeval.measure.hiding.find import Limits, bounds, found_out, shown_values, tells
from careeval.measure.hiding.sums import Key, Line, Sums

Row = tuple[Key, float, float, int]
COLUMNS = ["key", "least", "most", "minimum"]
CLOSE = 1e-6
TURNS = 40
FAR = 1e5  # no count is near it, and without a bound a program need not end


def audit(sums: Sums, shown: Mapping[Key, float] | None = None) -> pd.DataFrame:
    """Hidden counts that the sums pin down: those that may be of few people and lie within less than their floor.

    key, least, most (what the count can be, by linear programs over all shown counts; never below 0), minimum (its
    floor). A count that is 0, or sure to reach the floor, tells of nobody. Where the shown counts contradict the sums
    (people without a site, say), the sums there are taken as upper limits.
    Source: the audit of tabular data by linear programming; Cox (1980), JASA 75:377.
    """
    shown = shown_values(sums) if shown is None else shown
    return pd.DataFrame(pinned(sums, shown, bounds(sums, shown), {}), columns=COLUMNS)


def pinned(sums: Sums, shown: Mapping[Key, float], limits: Limits, settled: dict[tuple, list[Row]]) -> list[Row]:
    """(key, least, most, floor) of what the audit finds, given `bounds`.

    settled: its findings by piece of the sums, kept for the next time.
    """
    rows = [(*found, sums.minimum[found[0]]) for found in found_out(sums, shown, limits) if found[2] - found[1] < CLOSE]
    known = {key: low for key, (low, high) in limits.items() if high - low < CLOSE}
    # a count that is sure to be 0, or to reach its floor, need not be asked for
    floors = {
        key: sums.minimum.get(key, 0) * (low < sums.minimum.get(key, 0) and high >= 1 - CLOSE)
        for key, (low, high) in limits.items()
    }
    pieces = [_Programs.of(lines, known, floors) for _, lines in _pieces(sums, known)]
    # where nothing but 0 is shown beside the unknowns each of them may be as large as one likes
    pieces = [piece for piece in pieces if piece.right.any()]
    new = [piece for piece in pieces if piece.name not in settled]
    # one program for all new pieces at once settles most of them
    together = _Programs.of([line for piece in new for line in piece.lines], known, floors) if new else None
    low, high = together.spread() if together else ({}, {})
    for piece in new:
        open_ = not low or any(high[key] - low[key] < floors[key] - CLOSE for key in piece.keys)
        settled[piece.name] = list(piece.pinned(low, high, limits)) if open_ else []
    rows += [row for piece in pieces for row in settled[piece.name]]
    return sorted(rows)


def _pieces(sums: Sums, known: Mapping[Key, float]) -> Iterator[tuple[list[Key], list[Line]]]:
    """Unknown counts that hang together by lines, and those lines."""
    left = {key: None for line in sums.lines for key in (line[0], *line[1]) if key not in known}
    while left:
        piece, lines, edge = [], {}, [next(iter(left))]
        del left[edge[0]]
        while edge:
            key = edge.pop()
            piece.append(key)
            for line in sums.lines_of[key]:
                lines[line] = None
                for other in (sums.lines[line][0], *sums.lines[line][1]):
                    if other in left:
                        del left[other]
                        edge.append(other)
        yield piece, [sums.lines[line] for line in lines]


@dataclass(frozen=True)
class _Programs:
    """The sums of unknown counts, matrix @ counts = right; floors are 0 where a count need not be asked for."""

    keys: tuple[Key, ...]
    lines: tuple[Line, ...]
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
        return cls(
            keys, tuple(lines), matrix, np.array(right), np.array([floors.get(key, 0) for key in keys], dtype=float)
        )

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

    def pinned(self, low: Mapping[Key, float], high: Mapping[Key, float], limits: Limits) -> Iterator[Row]:
        """The counts that no two solutions part by their floor; low, high: what solutions are known, {} for none."""
        loose = not low and self.solution(np.ones(len(self.keys)), loose=False) is None
        if not low:
            low, high = self.spread(loose=loose)
        if not low:
            return
        least, most = (np.array([seen[key] for key in self.keys]) for seen in (low, high))
        for at, key in enumerate(self.keys):
            # a solution at the limit that single sums leave need not be looked for again
            for sign, done in ((-1.0, most[at] >= limits[key][1] - CLOSE), (1.0, least[at] <= limits[key][0] + CLOSE)):
                if most[at] - least[at] >= self.floors[at] - CLOSE or done:
                    continue
                point = self.solution(np.where(np.arange(len(self.keys)) == at, sign, 0.0), loose=loose)
                if point is not None:
                    least, most = np.minimum(least, point), np.maximum(most, point)
            if tells(least[at], most[at], self.floors[at]):
                yield key, float(least[at]), float(most[at]), int(self.floors[at])

    def solution(self, objective: np.ndarray, *, loose: bool) -> np.ndarray | None:
        """Counts that all sums allow, at the least objective, or None. loose: a whole may be more than its parts."""
        sums = {"A_eq": self.matrix, "b_eq": self.right}
        if loose:
            sums = {"A_ub": -self.matrix, "b_ub": -self.right}
        found = linprog(objective, bounds=(0, FAR), method="highs", **sums)
        return found.x if found.status == 0 else None

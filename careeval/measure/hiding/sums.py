"""Published tables as counts of people and the sums that hold between them, as library/sums.toml declares them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pandas as pd

from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, read_library

Key = tuple[str, ...]


class Sum(Record):
    """Over one part of the key: what stands at `whole` is the sum of what stands at `parts`, and of a rest."""

    over: str
    whole: str
    parts: tuple[str, ...]
    rest: bool = False


class Declared(Record):
    """What of one table counts people, by what key, and what adds up; see library/sums.toml."""

    people: dict[str, tuple[str, ...]]
    row: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    last: tuple[str, ...] = ()

    def emptied(self, column: str) -> tuple[str, ...]:
        """The columns that go with a hidden count."""
        return self.people[column] or self.row


@dataclass(frozen=True)
class Count:
    """One count where it is printed: its table, row (by position) and column; value is None where it is hidden."""

    key: Key
    table: str
    row: int
    column: str
    value: float | None
    minimum: int


@dataclass(frozen=True)
class Sums:
    """counts: everything printed; lines: (the whole, its parts), rests among the parts; minimum: floor of each key.

    last: how late a key is hidden where something must be (0 first).
    """

    counts: tuple[Count, ...]
    lines: tuple[tuple[Key, tuple[Key, ...]], ...]
    minimum: Mapping[Key, int]
    last: Mapping[Key, int]


@cache
def declared() -> dict[str, Declared]:
    """{table: what adds up in it}, from library/sums.toml."""
    return read_library(LIBRARY / "sums.toml", Declared)


def sums_of(counts: Iterable[Count], rules: Mapping[str, Declared], *, same: Mapping[Key, Key] | None = None) -> Sums:
    """The counts with every sum of `rules` between them: one rule a first part of the key.

    same: keys that are equal by definition: a line with one part and no rest. Where not all of the named parts are
    there, the whole has a rest.
    """
    counts, same = tuple(counts), same or {}
    minimum: dict[Key, int] = {}
    for count in counts:
        minimum[count.key] = max(minimum.get(count.key, 0), count.minimum)
    same = {one: other for one, other in same.items() if other in minimum}
    for one, other in same.items():
        minimum.setdefault(one, minimum[other])
    lines = [(other, (one,)) for one, other in same.items()]
    for source, rule in rules.items():
        keys = [key for key in minimum if key[0] == source]
        for number, one in enumerate(rule.sums):
            lines += list(_lines(keys, (*rule.key, "count").index(one.over) + 1, one, f"rest {number}"))
    for _, parts in lines:
        if parts[-1] not in minimum:
            minimum[parts[-1]] = max(minimum[key] for key in parts[:-1])
    last = {key: _rank(key, rules[key[0]].last) for key in minimum if key[0] in rules}
    return Sums(counts, tuple(lines), minimum, last)


def _lines(keys: Iterable[Key], place: int, one: Sum, rest: str) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    beside: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        beside[key[:place] + key[place + 1 :]].append(key)
    for own in beside.values():
        whole = [key for key in own if fnmatchcase(key[place], one.whole)]
        found = [[key for key in own if key not in whole and fnmatchcase(key[place], part)] for part in one.parts]
        parts = tuple(dict.fromkeys(key for some in found for key in some))
        if len(whole) != 1 or not parts:
            continue
        if one.rest or not all(found):
            parts = (*parts, (*whole[0], rest))
        yield whole[0], parts


def _rank(key: Key, last: Sequence[str]) -> int:
    return max((number for number, one in enumerate(last, 1) if any(fnmatchcase(part, one) for part in key)), default=0)


def as_key(source: str, *parts: Any) -> Key:
    """The key of a count, all parts as text; missing is ''."""
    return (source, *("" if pd.isna(part) else str(part) for part in parts))

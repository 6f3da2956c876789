"""Who is meant by a group: definitions kept as data, and the conditions on facts that plans use too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic import Field

from careeval.errors import CareevalError, Problem, listed
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, read_library, shown
from careeval.specs.vocabulary import Group

Scalar = str | int | float | bool
# column = [allowed values], column_min = number, column_max = number; all must hold
Conditions = dict[str, tuple[Scalar, ...] | float | int]
BOUNDS = ("min", "max")


class Definition(Record):
    """Who counts as left behind, by whom: all of `who` must hold, and one of the sets in `any` where there are sets."""

    group: Group
    title: Words
    source: Words
    who: Conditions = {}
    any_: tuple[Conditions, ...] = Field(default=(), alias="any")

    @property
    def facts(self) -> tuple[str, ...]:
        """The columns of people that decide, each once."""
        return tuple(dict.fromkeys(test.column for part in (self.who, *self.any_) for test in each_condition(part)))


class Condition(NamedTuple):
    """One condition: the values of `column` are among `value`, or at least (min) or at most (max) `value`."""

    column: str
    kind: str
    value: Any


def each_condition(conditions: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions, taken apart; kind '' is a number under a name without _min or _max.

    >>> [test.column for test in each_condition({"poor": ("yes",), "age_min": 60})]
    ['poor', 'age']
    """
    for key, value in conditions.items():
        ending = key.rpartition("_")[2]
        if isinstance(value, list | tuple):
            yield Condition(key, "among", tuple(value))
        elif ending in BOUNDS and not isinstance(value, bool | str):
            yield Condition(key.removesuffix(f"_{ending}"), ending, value)
        else:
            yield Condition(key, "", value)


def condition_problems(conditions: Mapping[str, Any], columns: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """(key, found, allowed, way out) of every condition that cannot be asked of a table with these columns."""
    columns = list(columns)
    for key, test in zip(conditions, each_condition(conditions), strict=True):
        if not test.kind:
            yield key, f"found {shown(test.value)}", f"[values], or a number for {key}_min or {key}_max", ""
        elif test.value == ():
            yield key, "found []", "a list of values", "An empty list lets nobody pass"
        elif test.column not in columns:
            way_out = "Map the fact in columns.csv, or mend its name"
            yield key, f"there is no column {test.column!r}", listed(columns, most=24), way_out


@cache
def definitions() -> dict[str, Definition]:
    """The definitions of the library by id, from library/definitions.toml."""
    return read_library(LIBRARY / "definitions.toml", Definition)


def definition(name: str, group: str) -> Definition:
    """The definition of that id. Raises CareevalError with the known ones of the group where there is none."""
    known = definitions()
    if name not in known or known[name].group != group:
        raise CareevalError(definition_problem(name, group, file="definitions", place="id"))
    return known[name]


def definition_problem(name: object, group: str, *, file: str, place: str) -> Problem | None:
    """What is wrong with naming that definition for that group, or None."""
    known = definitions()
    ours = [one for one, rule in known.items() if rule.group == group]
    if name in ours:
        return None
    found = f"{name!r} is a definition of {known[name].group!r}" if name in known else f"found {name!r}"
    return Problem(file, place, found, listed(ours), f"These define {group!r}")

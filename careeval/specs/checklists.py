"""Reporting checklists kept as data: each item in our own words, and the table cells that would fill it."""

from __future__ import annotations

from pydantic import Field

from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, build, read_toml


class Evidence(Record):
    """Where an item is answered: the columns of a table, in the rows that `where` names, printed as the block `shown`.

    optional: not asked for where the study has no such rows.
    """

    table: str
    columns: tuple[str, ...] = Field(min_length=1)
    where: dict[str, tuple[str, ...]] = {}
    shown: str
    optional: bool = False


class Item(Record):
    """One item of a checklist; `author`: what only a person can write; `only`: the kinds of study it is asked of."""

    id: str
    text: Words
    autofill: tuple[Evidence, ...] = ()
    author: Words | None = None
    only: tuple[str, ...] = ()


class Checklist(Record):
    """A reporting checklist; version says which text its numbering follows."""

    title: Words
    version: Words
    items: tuple[Item, ...] = Field(min_length=1)


def checklist(name: str) -> Checklist:
    """A checklist of the library. A mistake in it is ours, not the user's: RuntimeError, with all that is wrong."""
    path = LIBRARY / "checklists" / f"{name}.toml"
    section, problems = read_toml(path)
    made, found = build(Checklist, section, file=path.name)
    if problems + found:
        raise RuntimeError("\n".join(map(str, problems + found)))
    return made

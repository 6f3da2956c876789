"""The forms of the library: which sheets there are, what their columns mean, which lists they offer."""

from __future__ import annotations

from functools import cache
from typing import Literal

from careeval.errors import SpecError
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, build, read_toml

FOLDER = LIBRARY / "forms"


class FormColumn(Record):
    """One column of a sheet: what is written there and which variable of which table it fills.

    table '' is the form's; record: see columns.csv. choices: a list of library/lists.toml, or one that the plan or the
    study gives (services, items_of_people, items_of_units, roles, sites, units, groups). example: what the example row
    shows; '@first' = the first of the list, '@start' = the wave's first day. repeat: the column stands once for each
    'facts' or 'unit_facts', and has their titles.
    """

    title: Words = Words()
    table: str = ""
    record: str = ""
    variable: str = ""
    kind: Literal["code", "text", "number", "mark", "date", "choice"]
    choices: str = ""
    required: bool = False
    example: str = ""
    width: int = 14
    help: Words = Words()
    repeat: Literal["", "facts", "unit_facts"] = ""


class Constant(Record):
    """What holds for every row of a form."""

    record: str = ""
    table: str
    variable: str
    value: str


class Form(Record):
    """A sheet that people fill. when: the list that must not be empty for a study to need it; '' = always."""

    title: Words
    table: str
    when: str = ""
    help: Words
    constants: tuple[Constant, ...] = ()
    columns: tuple[FormColumn, ...]

    def file(self, lang: str) -> str:
        """The name of its workbook; its first sheet has the same name without the ending."""
        return f"{self.title.in_language(lang)}.xlsx"


@cache
def all_forms() -> dict[str, Form]:
    """The forms by id, in the order of their files; SpecError with every mistake in them."""
    forms, problems = {}, []
    for path in sorted(FOLDER.glob("*.toml")):
        toml, told = read_toml(path)
        form, found = build(Form, toml, file=path.name)
        problems += told + found
        forms[path.stem.partition("-")[2]] = form
    if problems:
        raise SpecError(*problems)
    return forms


@cache
def word_lists() -> dict[str, dict[str, Words]]:
    """The lists of words that belong to no plan: {list: {value: words}}, from library/lists.toml."""
    toml, problems = read_toml(LIBRARY / "lists.toml")
    if problems:
        raise SpecError(*problems)
    return {name: {value: Words(**words) for value, words in rows.items()} for name, rows in toml.items()}

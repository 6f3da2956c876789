"""Facts of the register by which people are compared, from library/indicators/equity.toml."""

from __future__ import annotations

from functools import cache

import pandas as pd
from pydantic import Field

from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, read_library

SPOKEN = {"true": "yes", "1": "yes", "false": "no", "0": "no", "": None, "unknown": None}


class Fact(Record):
    """A fact: the columns of people that may hold it, a bound that cuts a number in two, and words for its values."""

    title: Words
    columns: tuple[str, ...] = Field(min_length=1)
    from_: float | int | None = Field(default=None, alias="from")
    values: dict[str, Words] = {}


@cache
def equity_facts() -> dict[str, Fact]:
    """The facts by name, in the order of the file."""
    return read_library(LIBRARY / "indicators" / "equity.toml", Fact)


def fact_in_words(name: str, lang: str, level: str = "") -> str:
    """A fact's title, or the words for one of its levels; what the file does not know stands as it is.

    >>> fact_in_words("distance", "en"), fact_in_words("distance", "en", "from")
    ('distance to the service', '5 km or more')
    """
    fact = equity_facts().get(name)
    words = fact and (fact.values.get(level) if level else fact.title)
    return words.in_language(lang) if words else level or name


def fact_levels(people: pd.DataFrame) -> dict[str, pd.Series]:
    """{fact: level of each row} of the facts that people have; missing where it is not told. true and 1 are yes."""
    levels = {}
    for name, fact in equity_facts().items():
        column = next((column for column in fact.columns if column in people and people[column].notna().any()), None)
        if column is None:
            continue
        if fact.from_ is None:
            text = people[column].astype("str").str.strip()
            spoken = text.str.lower().map(lambda word: SPOKEN.get(word, word), na_action="ignore")
            levels[name] = text.where(~text.str.lower().isin(list(SPOKEN)), spoken).astype("str")
        else:
            number = pd.to_numeric(people[column], errors="coerce").astype("Float64")
            level = number.ge(fact.from_).map({True: "from", False: "under"}, na_action="ignore")
            levels[name] = level.astype("str")
    return levels

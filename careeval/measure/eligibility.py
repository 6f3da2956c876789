"""Whom a definition or a promise means: conditions on stored facts, with unknown where a fact is not known."""

from __future__ import annotations

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from careeval.errors import Problem, TableError, listed
from careeval.specs.definitions import Condition, Conditions, Scalar, definition, each_condition

# facts come from files as words: what a file says for true and for false
SPOKEN = {True: ("yes", "true", "1"), False: ("no", "false", "0")}
UNKNOWN = ("", "unknown")


def holds(table: pd.DataFrame, conditions: Conditions, *, where: str) -> pd.Series:
    """Whether each row meets all conditions: boolean, NA where a fact that decides is missing (three-valued logic).

    table: one row a person or unit; conditions: column = allowed values, column_min, column_max (both ends included).
    `true` and `false` match the words yes and no. `where` names who asks, such as 'plan.toml, c06'.
    Raises TableError where the table lacks a column.

    >>> people = pd.DataFrame({"poor": ["yes", "no", None], "age": [60, 70, 80]})
    >>> holds(people, {"poor": (True,), "age_min": 60}, where="c06").tolist()
    [True, False, <NA>]
    """
    asked = list(each_condition(conditions))
    if absent := dict.fromkeys(test.column for test in asked if test.column not in table):
        way_out = "Map the fact in columns.csv, or take the condition out of `who`"
        raise TableError(Problem(where, "who", f"there is no column {listed(absent)}", listed(table.columns), way_out))
    found = pd.Series(True, index=table.index, dtype="boolean")
    for test in asked:
        found &= _met(table[test.column], test)
    return found


def eligible(people: pd.DataFrame, name: str, group: str) -> pd.Series:
    """Whether each person is of `group` and meets the definition of that id: boolean, NA where facts are not known.

    Facts that the table does not hold at all are unknown for everybody, never false: the register's word stands.
    Raises CareevalError with the known definitions where there is none of that id for the group.
    """
    rule = definition(name, group)
    known = people.reindex(columns=[*people.columns, *(fact for fact in rule.facts if fact not in people)])
    found = holds(known, rule.who, where=name)
    if rule.any_:
        one_of = pd.Series(False, index=people.index, dtype="boolean")
        for conditions in rule.any_:
            one_of |= holds(known, conditions, where=name)
        found &= one_of
    return found.where(people["group"].eq(group), False)


def _met(column: pd.Series, test: Condition) -> pd.Series:
    if test.kind == "among":
        return _among(column, test.value)
    number = pd.to_numeric(column, errors="coerce").astype("Float64")
    return number.ge(test.value) if test.kind == "min" else number.le(test.value)


def _among(column: pd.Series, allowed: tuple[Scalar, ...]) -> pd.Series:
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        return column.isin(list(allowed)).astype("boolean").mask(column.isna())
    text = column.astype("str").str.lower()
    words = [word for value in allowed for word in _words(value)]
    missing = column.isna() | text.isin([word for word in UNKNOWN if word not in words])
    return text.isin(words).astype("boolean").mask(missing)


def _words(value: Scalar) -> tuple[str, ...]:
    if isinstance(value, bool):
        return SPOKEN[value]
    return (f"{value:g}" if isinstance(value, float) else str(value).lower(),)

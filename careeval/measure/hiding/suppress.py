"""Hiding: small counts, and beside them what would give them away, until the audit finds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.measure.hiding.audit import audit
from careeval.measure.hiding.find import found_out, shown_values, to_hide
from careeval.measure.hiding.sums import Count, Declared, Key, Sum, Sums, as_key, declared, sums_of
from careeval.measure.suppression import too_small

Cell = tuple[str, int, str]


def suppress(
    table: pd.DataFrame, *, minimum: int, parts: Mapping[str, str] | Iterable[str], counts: Iterable[str] = ()
) -> pd.DataFrame:
    """The table without counts of 1 to minimum - 1 people, and without those that would give one of them away.

    parts: the columns whose rows add up, each with what stands in it for the whole ('all' where only names are given);
    counts: the columns that count people (every column of numbers that is not in `parts`, if none is named). A row is
    told from another by all other columns of text. A hidden count is empty and its row is marked in `suppressed`; zero
    stays zero. Nothing that is left pins a hidden count down to less than `minimum` people (`audit`).

    Raises TableError for columns that are not there.

    >>> table = pd.DataFrame({"site": ["all", "a", "b", "c"], "n": [30, 3, 9, 18]})
    >>> suppress(table, minimum=5, parts=["site"])["n"].tolist()
    [30, <NA>, <NA>, 18]
    """
    wholes = dict(parts) if isinstance(parts, Mapping) else dict.fromkeys(parts, "all")
    numbers = tuple(counts) or tuple(
        name for name in table.select_dtypes("number") if name not in wholes and name != "suppressed"
    )
    strange = [name for name in (*wholes, *numbers) if name not in table]
    if strange or not numbers:
        found = f"there is no column {listed(strange)}" if strange else "no column counts people"
        raise TableError(Problem("suppress()", "parts, counts", found, listed(table.columns)))
    other = [name for name in table if name not in (*wholes, *numbers, "suppressed") and not _measured(table[name])]
    keys = (*other, *wholes)
    sums = tuple(Sum(over=name, whole=whole, parts=("*",)) for name, whole in wholes.items())
    rule = Declared(people={name: (name,) for name in numbers}, key=keys, sums=sums)
    made = table.reset_index(drop=True).assign(**{name: table[name].astype("Float64").array for name in numbers})
    small = {name: too_small(made[name], minimum) for name in numbers}
    made = made.assign(**{name: made[name].mask(small[name]) for name in numbers})
    rows = made[list(keys)].to_dict("records")
    printed = [
        Count(as_key("table", *row.values(), name), "table", at, name, _number(made[name].iat[at]), minimum)
        for at, row in enumerate(rows)
        for name in numbers
    ]
    hidden = cells_to_hide(sums_of(printed, {"table": rule}), {"table": rule})
    for name in numbers:
        gone = small[name] | np.isin(np.arange(len(made)), [row for _, row, column in hidden if column == name])
        made[name] = made[name].mask(gone)
        small[name] = gone
    whole = {name: made[name].astype("Int64") for name in numbers if pd.api.types.is_integer_dtype(table[name].dtype)}
    marked = np.logical_or.reduce([small[name].to_numpy() for name in numbers])
    return made.assign(**whole, suppressed=marked).set_axis(table.index)


def cells_to_hide(
    sums: Sums,
    rules: Mapping[str, Declared] | None = None,
    *,
    told: Mapping[Key, float | None] | None = None,
    along: Mapping[Cell, set[Cell]] | None = None,
    programs: bool = True,
) -> set[Cell]:
    """(table, row, column) of counts to hide beside those that are empty, until nothing more is found out.

    First by subtraction, again and again, then by linear programs (not without `programs`). told: what an earlier
    report printed, None where it hid: what it hid stays hidden, and what it showed protects nothing. along: cells
    that go with a cell for another reason.
    """
    rules, told, along = rules or declared(), told or {}, along or {}
    fixed = {key for key, value in told.items() if value is not None}
    places = _places(sums, rules)
    gone: set[Cell] = set()
    settled: dict[tuple, list] = {}
    chosen = {key for key, value in told.items() if value is None}
    while True:
        new = {cell for key in chosen for cell in places.get(key, ())} - gone
        gone |= new | {cell for one in new for cell in along.get(one, ())}
        shown = shown_values(sums, gone)
        found = [key for key, *_ in found_out(sums, shown)]
        chosen = to_hide(sums, shown, found, fixed)
        if not chosen and programs:
            chosen = to_hide(sums, shown, audit(sums, shown, settled=settled)["key"], fixed)
        if not chosen:
            return gone


def _places(sums: Sums, rules: Mapping[str, Declared]) -> dict[Key, set[Cell]]:
    """{key: every cell that goes when it is hidden}: all places where it is printed, with what goes along."""
    made: dict[Key, set[Cell]] = {}
    for count in sums.counts:
        along = {(count.table, count.row, name) for name in rules[count.table].emptied(count.column)}
        made.setdefault(count.key, set()).update(along)
    return made


def without(table: pd.DataFrame, name: str, hidden: Iterable[Cell]) -> pd.DataFrame:
    """The published table `name` with the cells emptied, and rows that lost their whole row marked in `suppressed`."""
    gone: dict[str, list[int]] = {}
    for where, row, column in hidden:
        if where == name:
            gone.setdefault(column, []).append(row)
    made = table.copy()
    for column, rows in gone.items():
        if column in made:
            made[column] = made[column].mask(np.isin(np.arange(len(made)), rows))
    leading = declared()[name].row[0]
    rows = np.isin(np.arange(len(made)), gone.get(leading, []))
    return made.assign(suppressed=made["suppressed"].astype(bool) | rows)


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _measured(column: pd.Series) -> bool:
    return pd.api.types.is_float_dtype(column.dtype)

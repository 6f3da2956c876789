"""Words of a plan that no record ever says: a typing mistake, which would read as nobody bound or nothing done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from careeval.errors import Problem, listed
from careeval.measure.eligibility import SPOKEN, UNKNOWN, holds
from careeval.specs.definitions import each_condition
from careeval.specs.plans import Commitment, Plan
from careeval.specs.study import Study


def unmatched(
    plan: Plan, tables: Mapping[str, pd.DataFrame], *, file: str, sayable: Collection[str] = ()
) -> list[Problem]:
    """Each value of `who`, and each role and item of a record, that stands in no row; [] is a clean bill.

    tables: people, units, pairs, status of all waves so far. Not told: what a table without any word of that kind
    lacks, yes and no, and what is `sayable`: a drop-down of the study's files offers it, only nobody chose it yet.
    A service without rows and logs is no mistake: it is unknown (silent_services).
    """
    return [problem for one in plan.commitments for problem in _unmatched(one, tables, file, sayable)]


def sayable(study: Study) -> frozenset[str]:
    """The roles and items that columns.csv and recodes.csv can give, whether or not a row has them."""
    rows = [row for row in study.columns if row.variable in ("role", "item")]
    said = {value for row in rows for value in study.recodes.get(row.recode, {}).values()}
    return frozenset(said | {row.raw_column[1:] for row in rows if row.raw_column.startswith("=")})


def silent_services(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """(commitment, service) of each service of a record that stands in no row of services (all waves so far)."""
    found = _words(tables["services"], "service")
    shown = [(one.id, (*one.record.service, one.record.opened, one.record.answered)) for one in plan.commitments]
    return [(one, name) for one, names in shown for name in names if name and name not in found]


def _unmatched(
    one: Commitment, tables: Mapping[str, pd.DataFrame], file: str, sayable: Collection[str]
) -> Iterator[Problem]:
    standard, record = one.standard, one.record
    held = tables["people" if standard.basis in ("recipient", "case") else "units"]
    for test in each_condition(standard.who):
        found = _words(held, test.column)
        if test.kind == "among" and not set(found) <= {*UNKNOWN, *SPOKEN[True], *SPOKEN[False]}:
            values = [value for value in test.value if not holds(held, {test.column: (value,)}, where=one.id).any()]
            yield from (_problem(one, file, f"standard, who, key {test.column!r}", value, found) for value in values)
    asked = {
        "role": (*record.role, *standard.partners),
        "item": (*record.item, *standard.items, *standard.who_status),
    }
    for column, table in (("role", "pairs"), ("item", "status")):
        found = _words(tables[table], column)
        lacking = [name for name in dict.fromkeys(asked[column]) if found and name not in (*found, *sayable)]
        yield from (_problem(one, file, f"record, key {column!r}", name, found) for name in lacking)


def _words(table: pd.DataFrame, column: str) -> list[str]:
    return sorted(table[column].dropna().astype("str").unique()) if column in table else []


def _problem(one: Commitment, file: str, place: str, value: object, found: list[str]) -> Problem:
    way_out = "Mend the name, or leave it out until some row has it"
    said = f"found {value!r}, which no row of any wave so far has"
    return Problem(file, f"commitment {one.id}, {place}", said, listed(dict.fromkeys(found), most=24), way_out)

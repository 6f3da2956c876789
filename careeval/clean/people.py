"""The register: one row a person and wave, with age, site and arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.specs.study import Study, Wave

TEXT = ("group", "site", "unit", "arm", "sex", "follow_up", "household", "frame", "stratum")
DATES = ("birth", "entry", "exit")
NUMBERS = ("age", "weight")
BOOKKEEPING = ("file", "row", "record", "reason", "code")


def one_row_each(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(people, repeated rows): rows of one person are joined; the same column told twice differently is an error.

    A person may stand in two files (a register and a class list): what one leaves empty the other fills.
    """
    repeated = rows.duplicated(["file", "record", "person"], keep="first")
    told = rows.drop(columns=["file", "row", "record", "reason"])
    differing = told.groupby("person", sort=False).nunique(dropna=True).gt(1)
    clashes = differing.columns[differing.any()]
    if len(clashes):
        people = int(differing.any(axis="columns").sum())
        first = rows[rows["person"].isin(differing.index[differing.any(axis="columns")])]
        cells = "; ".join(f"{file} row {row}" for file, row in first[["file", "row"]].head(4).itertuples(index=False))
        raise TableError(
            Problem(
                "people",
                listed(clashes),
                f"{people} people have two different values ({cells})",
                "one value a person and wave",
                "Correct the register, or drop one of the two rows with a recode .drop",
            )
        )
    people = told.groupby("person", sort=False).first().reset_index()
    return people, rows[repeated].assign(reason="the same person again in this file")


def complete(people: pd.DataFrame, units: pd.DataFrame, study: Study, wave: Wave) -> pd.DataFrame:
    """People with every canonical column: types set, age in years at the wave's reference day, site from the unit."""
    people = people.assign(wave=wave.id)
    for column in (*TEXT, *DATES, *NUMBERS):
        if column not in people:
            people[column] = pd.NA
    typed = {column: people[column].astype("str") for column in TEXT}
    typed |= {column: pd.to_datetime(people[column]) for column in DATES}
    typed |= {column: pd.to_numeric(people[column]).astype("Float64") for column in NUMBERS}
    people = people.assign(**typed)
    people["age"] = people["age"].fillna(age_in_years(people["birth"], pd.Timestamp(wave.reference)))
    sites = units.set_index("unit")["site"] if len(units) else pd.Series(dtype="str")
    people["site"] = people["site"].fillna(people["unit"].map(sites).astype("str"))
    _check(people, units, study, wave)
    order = ["person", "wave", *TEXT[:4], "sex", "birth", "age", "entry", "exit"]
    return people[[*order, *(column for column in people if column not in order)]]


def age_in_years(birth: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Completed years on that day; a missing birth gives a missing age."""
    before_birthday = (birth.dt.month > day.month) | ((birth.dt.month == day.month) & (birth.dt.day > day.day))
    return (day.year - birth.dt.year - before_birthday.astype(int)).astype("Float64")


def _check(people: pd.DataFrame, units: pd.DataFrame, study: Study, wave: Wave) -> None:
    """Groups, units, sites and arms that the study does not know, and people without a group."""
    sites = units.loc[units["kind"].eq(study.spec.site_kind), "unit"]
    known = {
        "group": (study.spec.groups, "study.toml, groups"),
        "arm": (study.spec.design.arms, "study.toml, design, arms"),
        "unit": (units["unit"], "units.csv") if len(units) else (people["unit"], ""),
        "site": (sites, "units.csv") if len(sites) else (people["site"], ""),
    }
    problems = []
    for column, (allowed, where) in known.items():
        wrong = people[column].notna() & ~people[column].isin(allowed)
        for found, rows in people[wrong].groupby(column):
            text = f"{len(rows)} people with {column} {found!r}"
            problems.append(
                Problem("people", f"wave {wave.id}", text, listed(allowed), f"Add it to {where}, or recode it")
            )
    if (without := people["group"].isna().sum()) > 0:
        problems.append(
            Problem("people", f"wave {wave.id}", f"{without} people without a group", listed(study.spec.groups))
        )
    if problems:
        raise TableError(*problems)


def with_arms(people_by_wave: Sequence[pd.DataFrame], units: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The last wave's people with the arm and the assigned unit of their first wave (intention to treat).

    Columns set: arm, assigned (the unit that got the plan or did not; the cluster of every effect), first_wave, and
    assigned_stratum where design.strata names a column of units.csv: what stands there for the assigned unit.
    Where persons were assigned, `assigned` is the unit of kind design.clustered_in in which they were recruited.
    """
    design = study.spec.design
    kind = design.clustered_in if design.assigned_unit == "person" else design.assigned_unit
    everyone = pd.concat(people_by_wave, ignore_index=True)
    first = everyone.drop_duplicates("person", keep="first").set_index("person")
    assigned = unit_of_kind(first, units, kind, study.spec.site_kind)
    if design.arm_of == "units":
        arms = units.set_index("unit")["arm"] if len(units) else pd.Series(dtype="str")
        arm = assigned.map(arms).astype("str")
    else:
        arm = first["arm"]
    last = people_by_wave[-1]
    facts = {"arm": arm, "assigned": assigned, "first_wave": first["wave"]}
    if design.strata:
        facts["assigned_stratum"] = assigned.fillna(first["unit"]).map(units.set_index("unit")[design.strata])
    return last.assign(**{name: last["person"].map(fact).astype("str") for name, fact in facts.items()})


def unit_of_kind(people: pd.DataFrame, units: pd.DataFrame, kind: str, site_kind: str) -> pd.Series:
    """For each person the unit of that kind they belong to: their unit, one above it, or their site."""
    if not kind:
        return pd.Series(pd.NA, index=people.index, dtype="str")
    found = people["site"].copy() if kind == site_kind else pd.Series(pd.NA, index=people.index, dtype="str")
    parents: Mapping[str, str] = dict(zip(units["unit"], units["parent"], strict=True)) if len(units) else {}
    kinds: Mapping[str, str] = dict(zip(units["unit"], units["kind"], strict=True)) if len(units) else {}
    above = {unit: _climb(unit, kind, parents, kinds) for unit in people["unit"].dropna().unique()}
    return people["unit"].map(above).astype("str").fillna(found)


def _climb(unit: str, kind: str, parents: Mapping[str, str], kinds: Mapping[str, str]) -> str | None:
    seen: set[str] = set()
    while isinstance(unit, str) and unit and unit not in seen:
        if kinds.get(unit) == kind:
            return unit
        seen.add(unit)
        unit = parents.get(unit, "")
    return None

"""Primary suppression: no number stands on fewer people than the privacy floor. Hidden is not zero and not missing."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from careeval.specs.study import Study

INSIDE, OUTSIDE, CHILDREN, CHILD_AGE_YEARS = 5, 10, 10, 14


def privacy_floors(study: Study, people: pd.DataFrame) -> dict[str, int]:
    """The smallest number of people behind a number, for each group of the study.

    5 for readers inside the project, 10 for others, and 10 wherever a group has anyone under 14 or of unknown age
    among its children (their data are sensitive whatever the reader).
    """
    floor = OUTSIDE if study.spec.privacy.audience == "outside" else INSIDE
    young = people["age"].lt(CHILD_AGE_YEARS).fillna(people["group"].eq("child"))
    with_children = set(people.loc[young, "group"])
    return {group: max(floor, CHILDREN if group in with_children else 0) for group in study.spec.groups}


def too_small(counts: pd.Series, minimum: pd.Series | int) -> pd.Series:
    """Whether a count of people may not be shown: 1 to minimum - 1. Zero and missing are not hidden."""
    return (counts.gt(0) & counts.lt(minimum)).fillna(False).astype(bool)


def hide_second(
    table: pd.DataFrame, hidden: pd.Series, size: pd.Series, keys: Iterable[str], margins: Iterable[str]
) -> pd.Series:
    """`hidden`, and wherever a margin has just one hidden part, the smallest part shown (by size, above 0) with it.

    The whole minus the parts shown would give a single hidden part away. keys: with the margins, what tells a row;
    margins: site (whole: 'all'), group (whole: joined by '+'), or a column whose whole stands in each of its rows.
    """
    wholes = {"site": table["site"].eq("all"), "group": table["group"].str.contains("+", regex=False)}
    before = None
    while not hidden.equals(before):
        before = hidden
        for margin in margins:
            part = ~wholes[margin] if margin in wholes else True
            within = [table[name] for name in (*keys, *margins) if name != margin]
            alone = (hidden & part).groupby(within).transform("sum").eq(1)
            shown = size.where(size.gt(0) & part & ~hidden)
            smallest = shown.eq(shown.groupby(within).transform("min")).fillna(False).astype(bool)
            hidden = hidden | alone & smallest
    return hidden


def suppress_rows(table: pd.DataFrame, hidden: pd.Series, columns: Iterable[str]) -> pd.DataFrame:
    """The table with `columns` emptied in the hidden rows, and `suppressed` telling which they are."""
    emptied = {column: table[column].mask(hidden) for column in columns}
    return table.assign(**emptied, suppressed=hidden)


def suppress_shares(table: pd.DataFrame, floors: dict[str, int]) -> pd.DataFrame:
    """Indicators whose denominator, numerator or the rest of the denominator is below the floor of their group.

    With `numerator` missing (a mean) only the denominator counts. The denominator of a hidden share goes too: with
    last term's it would give the numerator away.
    """
    minimum = table["group"].map(floors)
    hidden = too_small(table["denominator"], minimum)
    hidden |= too_small(table["numerator"], minimum) | too_small(table["denominator"] - table["numerator"], minimum)
    return suppress_rows(table, hidden, ("numerator", "denominator", "value", "conf_low", "conf_high"))

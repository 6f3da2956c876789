"""Who is missed: people never reached and periods kept, one kind of person against the others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from careeval.measure.intervals import proportion_interval
from careeval.measure.support.facts import fact_levels
from careeval.measure.support.persons import floor_of, fraction_of, in_every_place, person_delivery, sampled_share
from careeval.measure.suppression import hide_second, too_small
from careeval.specs.study import Study, Wave

PLACE = ["plan", "commitment", "component", "domain", "indicator", "group", "site", "fact"]
SUMS = ["n", "known_n", "zero", "due", "met", "unknown", "known", "met2", "known2", "met_known"]
COLUMNS = [
    *PLACE[:6], "wave", "site", "fact", "level", "reference", "denominator", "reference_n", "not_told", "with_record",
    "value", "reference_value", "gap", "conf_low", "conf_high",
    "zero_contact", "zero_share", "zero_gap", "zero_low", "zero_high", "method", "suppressed", "zero_suppressed",
]  # fmt: skip


def gaps(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """Each level of each fact against everyone else of whom the fact is known, a row a promise, group, site and level.

    denominator, reference_n: people; not_told: people whose fact is missing, who are in neither.
    value: share of due periods with a record that were met; gap = value - reference_value (negative: served less).
    zero_contact: people with_record who got nothing in any due period; zero_share = zero_contact / with_record;
    zero_gap as above (positive: missed more). reference: the other level where there are two, else 'others'.

    Census (method count): the limits run over everything that missing records may hold. Sample: gap with people as
    clusters of their periods (method cluster, t), zero_gap by Newcombe's hybrid score; missing records are left out.
    Differences are described, not explained. Small groups are hidden, and so is what would give them away:
    `value` too, where each person is due once.
    Source: Newcombe (1998b) method 10; Cochran (1977), section 6.4, for the ratio.
    """
    persons = person_delivery(study, wave, tables, unit_periods)
    rows = _by_fact(in_every_place(persons.assign(**_terms(persons))))
    if rows.empty:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    own = rows[rows["level"].notna()].groupby([*PLACE, "level"], sort=False)[SUMS].sum().reset_index()
    missing = rows[rows["level"].isna()].groupby(PLACE, sort=False)["n"].sum().rename("not_told")
    own = own.merge(missing.reset_index(), on=PLACE, how="left").fillna({"not_told": 0})
    whole = own.groupby(PLACE, sort=False)[SUMS].transform("sum")
    rest = whole - own[SUMS]
    fraction = fraction_of(own["group"], sampled_share(study, tables["people"]))
    census = fraction.eq(1)
    table = own.assign(
        wave=wave.id,
        reference=_reference(own),
        denominator=own["n"],
        reference_n=rest["n"],
        with_record=own["known_n"],
        method=np.where(census, "count", "cluster"),
        **_value_gap(own, rest, fraction),
        **_zero_gap(own, rest, census, fraction.eq(0)),
    )
    return _without_small(table[table["reference_n"].gt(0)], floors)[COLUMNS].reset_index(drop=True)


def difference_interval(
    hits: np.ndarray, n: np.ndarray, hits_other: np.ndarray, n_other: np.ndarray, *, conf_level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Newcombe's hybrid score interval of the difference of two independent shares, hits / n - hits_other / n_other.

    Source: Newcombe (1998b), method 10.

    >>> [f"{limit:.4f}" for limit in difference_interval(56, 70, 48, 80)]
    ['0.0524', '0.3339']
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share, other = np.divide(hits, n), np.divide(hits_other, n_other)
    low, high = proportion_interval(hits, n, conf_level=conf_level)
    low_other, high_other = proportion_interval(hits_other, n_other, conf_level=conf_level)
    gap = share - other
    below = np.sqrt((share - low) ** 2 + (high_other - other) ** 2)
    return gap - below, gap + np.sqrt((high - share) ** 2 + (other - low_other) ** 2)


def _terms(persons: pd.DataFrame) -> dict[str, pd.Series]:
    """What is added up over people: counts, and the products that a variance needs."""
    known = persons["due"] - persons["unknown"]
    met = persons["met"]
    zero = (known.gt(0) & ~persons["dosed"].astype(bool)).astype("int64")
    products = {"met2": met**2, "known2": known**2, "met_known": met * known}
    return {"n": 1, "known_n": known.gt(0).astype("int64"), "zero": zero, "known": known, **products}


def _by_fact(rows: pd.DataFrame) -> pd.DataFrame:
    long = [rows[[*PLACE[:-1], *SUMS]].assign(fact=name, level=level) for name, level in fact_levels(rows).items()]
    return pd.concat(long, ignore_index=True) if long else pd.DataFrame()


def _reference(own: pd.DataFrame) -> pd.Series:
    levels = own.groupby(PLACE, sort=False)["level"]
    first, last, count = levels.transform("first"), levels.transform("last"), levels.transform("size")
    return last.where(own["level"].eq(first), first).where(count.eq(2), "others")


def _value_gap(own: pd.DataFrame, rest: pd.DataFrame, fraction: pd.Series) -> dict[str, pd.Series]:
    value, other = (
        own["met"] / own["known"].where(own["known"].gt(0)),
        rest["met"] / rest["known"].where(rest["known"].gt(0)),
    )
    gap = value - other
    # a census: what the records leave open
    low = own["met"] / own["due"] - (rest["met"] + rest["unknown"]) / rest["due"].where(rest["due"].gt(0))
    high = (own["met"] + own["unknown"]) / own["due"] - rest["met"] / rest["due"].where(rest["due"].gt(0))
    left = (1 - fraction.fillna(0)).mask(fraction.eq(0))
    error = np.sqrt((_ratio_variance(own) + _ratio_variance(rest)) * left)
    free = (own["known_n"] + rest["known_n"] - 2).astype("float64")
    half = pd.Series(stdtrit(free.where(free.gt(0)), 0.975), index=own.index) * error
    census = fraction.eq(1)
    return {
        "value": value,
        "reference_value": other,
        "gap": gap,
        "conf_low": low.where(census, (gap - half).clip(-1, 1)),
        "conf_high": high.where(census, (gap + half).clip(-1, 1)),
    }


def _ratio_variance(sums: pd.DataFrame) -> pd.Series:
    """The variance of met / known with people as clusters; missing for fewer than two people."""
    n, known = sums["known_n"].where(sums["known_n"].ge(2)), sums["known"].where(sums["known"].gt(0))
    ratio = sums["met"] / known
    squares = sums["met2"] - 2 * ratio * sums["met_known"] + ratio**2 * sums["known2"]
    # squares that cancel can fall below zero by rounding
    return (n / (n - 1) * squares / known**2).clip(lower=0)


def _zero_gap(own: pd.DataFrame, rest: pd.DataFrame, census: pd.Series, by_place: pd.Series) -> dict[str, pd.Series]:
    share, other = (sums["zero"] / sums["known_n"].where(sums["known_n"].gt(0)) for sums in (own, rest))
    open_, open_other = (sums["n"] - sums["known_n"] for sums in (own, rest))
    others = rest["n"].where(rest["n"].gt(0))
    low = own["zero"] / own["n"] - (rest["zero"] + open_other) / others
    high = (own["zero"] + open_) / own["n"] - rest["zero"] / others
    below, above = difference_interval(own["zero"], own["known_n"], rest["zero"], rest["known_n"])
    return {
        "zero_contact": own["zero"],
        "zero_share": share,
        "zero_gap": share - other,
        "zero_low": low.where(census, pd.Series(below, index=own.index).mask(by_place)),
        "zero_high": high.where(census, pd.Series(above, index=own.index).mask(by_place)),
    }


def _without_small(table: pd.DataFrame, floors: Mapping[str, int]) -> pd.DataFrame:
    minimum = floor_of(table["group"], floors)
    small = too_small(table["denominator"], minimum) | too_small(table["reference_n"], minimum)
    keys = [table[column] for column in PLACE]
    size, margins = table["denominator"], ["site", "group"]
    # one hidden level is what the shown ones leave of the whole
    small = hide_second(table, small, size, ["plan", "commitment", "fact"], [*margins, "level"])
    zero = too_small(table["zero_contact"], minimum) | too_small(table["known_n"] - table["zero_contact"], minimum)
    # where each person is due once, a share of periods is a share of people
    split = [zero, *(too_small(few, minimum) for few in (table["met"], table["known"] - table["met"]))]
    once = np.logical_or.reduce(split) & table["due"].eq(table["n"])

    def everywhere(rows: pd.Series) -> pd.Series:
        """In all levels of a fact, and in a second site and group."""
        rows = rows.groupby(keys).transform("any")
        second = hide_second(table, rows, size, ["plan", "commitment", "fact", "level"], margins)
        return second.groupby(keys).transform("any")

    zero, told = everywhere(zero | small), everywhere(once) | small
    told |= zero & table["due"].eq(table["n"])
    hide = dict.fromkeys(("denominator", "reference_n"), small)
    hide |= dict.fromkeys(("value", "reference_value", "gap", "conf_low", "conf_high"), told)
    hide |= dict.fromkeys(("zero_contact", "with_record", "zero_share", "zero_gap", "zero_low", "zero_high"), zero)
    emptied = {name: table[name].astype("Float64").mask(rows) for name, rows in hide.items()}
    return table.assign(**emptied, suppressed=small, zero_suppressed=zero)

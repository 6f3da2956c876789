"""For which units and periods a log was handed in: only there does no row mean that nothing was done."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import STUDY, chains
from careeval.measure.delivery.frame import EVER, Bound, Frame, Periods, day_numbers
from careeval.measure.delivery.periods import asked_days
from careeval.specs.plans import Standard

CENTRAL = ("", "all")
ANYWHERE = "\n"  # no site's name: somewhere a row was written, which is all that a study-wide promise asks


def logged_cells(
    bound: Bound,
    periods: Periods,
    services: tuple[str, ...],
    tables: Mapping[str, pd.DataFrame],
    frame: Frame,
    standard: Standard,
) -> np.ndarray:
    """Units down, periods across: whether complete logs of all these services speak of every day that is asked for.

    A log of a site speaks for everyone and everything in it, and for the larger units it lies in; one without a site
    speaks for all. Where `logs` has no row of any of these services, a site with at least one row of them is taken to
    have handed its log in, and a site with none is unknown. A log that is not complete speaks of no day.
    """
    shape = (len(bound.units), len(periods.labels))
    if not all(shape):
        return np.zeros(shape, dtype=bool)
    places, which = _places(bound)
    logs = tables.get("logs")
    named = logs[logs["service"].isin(services)] if logs is not None and len(logs) else None
    if named is None or named.empty:
        seen = _sites_seen(services, tables, periods)
        spoken = _speaks(places, seen, tables).any(axis=1)
        return np.repeat(spoken[which][:, None], shape[1], axis=1)
    covered = _covered(places, services, named, tables, asked_days(periods, frame, standard))
    first = int(periods.first.min())
    _, asked = asked_days(periods, frame, standard)
    starts, stops = periods.first - first, periods.last - first + 1
    asked_sum = np.concatenate([[0], np.cumsum(asked)])
    sums = np.concatenate([np.zeros((len(places), 1), dtype="int64"), np.cumsum(covered & asked, axis=1)], axis=1)
    wanted = asked_sum[stops] - asked_sum[starts]
    whole = (sums[:, stops] - sums[:, starts] == wanted[None, :]) & (wanted > 0)[None, :]
    return whole[which]


def _covered(
    places: list[tuple[str, str]],
    services: tuple[str, ...],
    logs: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    asked: tuple[int, np.ndarray],
) -> np.ndarray:
    """Places down, days across: spoken of by a complete log of every service."""
    first, days = asked[0], len(asked[1])
    complete = logs[logs["complete"].ne("no").fillna(True)] if "complete" in logs else logs
    begin = np.clip(day_numbers(complete["from"], missing=-EVER) - first, 0, days)
    end = np.clip(day_numbers(complete["to"], missing=EVER) - first + 1, 0, days)
    sites = complete["site"].astype("str").fillna("").to_numpy(dtype=object)
    known = sorted(set(sites))
    speaks, row_of = _speaks(places, known, tables), {site: n for n, site in enumerate(known)}
    covered = np.ones((len(places), days), dtype=bool)
    for service in services:
        ours = complete["service"].eq(service).to_numpy()
        of_site = np.zeros((len(known), days), dtype=bool)
        for site, opens, closes in zip(sites[ours], begin[ours], end[ours], strict=True):
            of_site[row_of[site], opens:closes] = True
        covered &= speaks.astype("float32") @ of_site.astype("float32") > 0
    return covered


def _places(bound: Bound) -> tuple[list[tuple[str, str]], np.ndarray]:
    """The distinct (site, place) of the bound units, and which of them each unit has."""
    pairs = bound.units[["site", "place"]]
    which = pairs.groupby(["site", "place"], sort=False).ngroup().to_numpy()
    distinct = pairs.drop_duplicates()
    return list(zip(distinct["site"], distinct["place"], strict=True)), which


def _speaks(places: list[tuple[str, str]], sites: list[str], tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Places down, log sites across: whether a log of that site speaks for that place."""
    units = tables.get("units")
    above = chains(units) if units is not None and "unit" in units else {}
    speaks = np.zeros((len(places), len(sites)), dtype=bool)
    column = {site: n for n, site in enumerate(sites)}
    reaches: dict[str, list[int]] = {}
    for site, n in column.items():
        for unit in above.get(site, (site,)):
            reaches.setdefault(unit, []).append(n)
    central = [n for site, n in column.items() if site in CENTRAL]
    for row, (site, place) in enumerate(places):
        if place == STUDY:
            speaks[row] = True
            continue
        within = {one for own in (site, place) if own for one in above.get(own, (own,))}
        # a village's log speaks for its town only through the town's own row, never for a neighbouring village
        speaks[row, [column[one] for one in within if one in column]] = True
        speaks[row, [*reaches.get(place, []), *central]] = True
    return speaks


def _sites_seen(services: tuple[str, ...], tables: Mapping[str, pd.DataFrame], periods: Periods) -> list[str]:
    """The sites, and units, with at least one row of the services in the time asked about."""
    rows = tables["services"]
    days = rows["day"]
    here = rows[rows["service"].isin(services) & (days >= periods.first.min()) & (days <= periods.last.max())]
    seen = {ANYWHERE} if len(here) else set()
    for column in ("site", "unit"):
        seen |= set(here[column].dropna().unique()) - set(CENTRAL)
    unsited = here["site"].isna() | here["site"].eq("")
    people = tables["people"]
    seen |= set(people.loc[people["person"].isin(here.loc[unsited, "person"].dropna()), "site"].dropna())
    return sorted(map(str, seen))

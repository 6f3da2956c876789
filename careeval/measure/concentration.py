"""How unequally something is spread from the poorest to the best off: concentration index, Erreygers, slope index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from careeval.errors import Problem, TableError

FEWEST_PEOPLE, FEWEST_RANKS = 50, 5


@dataclass(frozen=True)
class Concentration:
    """index: below 0 = concentrated among the worse off; std_error without clusters; erreygers: for a share, 4 mean C,
    nan for anything else; slope: highest minus lowest rank, in the unit of the measure; ratio: nan where not above 0.
    """

    index: float
    std_error: float
    erreygers: float
    slope: float
    ratio: float
    people: int
    ranks: int


def concentration_index(health: ArrayLike, rank: ArrayLike, *, weight: ArrayLike | None = None) -> Concentration:
    """The concentration of `health` (any measure of 0 or more) over `rank` (means, need: low = worse off).

    People with anything missing are not counted. Ties share their mean rank. C = 2 cov(health, R) / mean with the
    weighted fractional rank R; the standard error takes people as independent (Kakwani, Wagstaff & van Doorslaer 1997)
    and is missing with weights. Where health is 0 or 1 Erreygers' index is given too, for C is bounded by the mean.

    TableError with fewer than 50 people or 5 ranks (describe the gap only), a negative measure or one that is 0
    throughout.
    Source: O'Donnell et al. (2008), ch. 8; Erreygers (2009).
    """
    table = pd.DataFrame({"y": np.asarray(health, float), "rank": np.asarray(rank, float)})
    table["w"] = 1.0 if weight is None else np.asarray(weight, float)
    table = table.dropna()
    ranks = table["rank"].nunique()
    _check(table, ranks)
    table = _ranked(table)
    made = _index(table)
    std_error = _std_error(table, made) if weight is None else np.nan
    y, w, r = (table[name].to_numpy() for name in ("y", "w", "r"))
    mean = np.average(y, weights=w)
    slope = 2 * np.sum(w / w.sum() * (y - mean) * (r - 0.5)) / (2 * np.sum(w / w.sum() * (r - 0.5) ** 2))
    bottom, top = mean - slope / 2, mean + slope / 2
    share = bool(np.isin(y, (0.0, 1.0)).all())
    return Concentration(
        index=made,
        std_error=std_error,
        erreygers=4 * mean * made if share else np.nan,
        slope=slope,
        ratio=top / bottom if bottom > 0 else np.nan,
        people=len(table),
        ranks=ranks,
    )


def grouped_concentration(people: ArrayLike, rates: ArrayLike) -> float:
    """The index from groups in order, worst off first: people or births in each, and their rate.

    >>> births, deaths = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    >>> round(float(grouped_concentration(births, deaths)), 4)
    -0.1694
    """
    size, rate = np.asarray(people, float), np.asarray(rates, float)
    share = np.cumsum(size) / size.sum()
    amount = np.cumsum(size * rate) / (size * rate).sum()
    return float((share[:-1] * amount[1:] - share[1:] * amount[:-1]).sum())


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """The table in the order of rank, with each person's fractional rank as column r; ties have their mean rank."""
    share = table["w"] / table["w"].sum()
    by_rank = share.groupby(table["rank"]).sum()
    ranked = table.assign(r=table["rank"].map(by_rank.cumsum() - by_rank / 2))
    return ranked.sort_values("rank", kind="stable")


def _index(table: pd.DataFrame) -> float:
    share = table["w"] / table["w"].sum()
    mean = (share * table["y"]).sum()
    return float(2 * (share * (table["y"] - mean) * (table["r"] - 0.5)).sum() / mean)


def _std_error(table: pd.DataFrame, index: float) -> float:
    # people of one rank in the order of the file would make the answer depend on it: they share one place of the curve
    y, r = table["y"].to_numpy(), table["r"].to_numpy()
    n, mean = len(y), y.mean()
    amount = np.cumsum(y) / (n * mean)
    before = np.concatenate([[0.0], amount[:-1]])
    ends = table.groupby("rank").cumcount(ascending=False).eq(0).to_numpy()
    starts = table.groupby("rank").cumcount().eq(0).to_numpy()
    group = np.cumsum(starts) - 1
    middle = before[starts] + amount[ends]
    a = y / mean * (2 * r - 1 - index) + 2 - middle[group]
    return float(np.sqrt(max((np.mean(a**2) - (1 + index) ** 2) / n, 0.0)))


def _check(table: pd.DataFrame, ranks: int) -> None:
    if len(table) < FEWEST_PEOPLE or ranks < FEWEST_RANKS:
        allowed = f"{FEWEST_PEOPLE} people and {FEWEST_RANKS} ranks or more"
        found = f"{len(table)} people, {ranks} ranks"
        raise TableError(Problem("concentration_index", "", found, allowed, "Give the gap between groups instead"))
    if (table["y"] < 0).any() or (table["y"] == 0).all():
        raise TableError(
            Problem("concentration_index", "health", f"smallest {table['y'].min():g}", "0 or more, not all 0")
        )

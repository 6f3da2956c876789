"""The tables as they are published: without the small counts, and without those that would give one away."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from careeval.measure.hiding.published import published_sums
from careeval.measure.hiding.sums import Key, Sums, declared
from careeval.measure.hiding.suppress import Cell, cells_to_hide, without
from careeval.measure.reliability import outcome_score
from careeval.measure.support.reach import after_hidden_steps
from careeval.pipeline.view import View

FLOORED = "floored_{}"
HIDDEN = ["table", "row", "column"]
COUNTED = tuple(declared())


def hidden(view: View) -> pd.DataFrame:
    """table, row, column: the cells hidden beside those below the floor; for derived/ only."""
    tables = {name: view.table(FLOORED.format(name)) for name in COUNTED}
    found = cells_to_hide(sums_of_wave(view, tables), told=_told(view), along=_along(view, tables))
    return pd.DataFrame(sorted(found), columns=HIDDEN)


def published(name: str) -> Callable[[View], pd.DataFrame]:
    """The maker of a table as readers see it."""

    def made(view: View) -> pd.DataFrame:
        found = view.table("hidden")
        table = without(view.table(FLOORED.format(name)), name, found.itertuples(index=False, name=None))
        if name == "delivery" and len(table):
            lost = table["suppressed"] & table["status"].ne("no standard")
            table = table.assign(status=table["status"].mask(lost, "not measurable"))
        return after_hidden_steps(table) if name == "cascade" and len(table) else table

    return made


def sums_of_wave(view: View, tables: dict[str, pd.DataFrame]) -> Sums:
    """The counts of a wave's tables, published or about to be, and what adds up."""
    scales = [one for one in view.study.spec.outcomes if one.source == "scores"]
    bands = {band.label.en for one in scales for band in outcome_score(view.study, one)[0].bands}
    return published_sums(tables, view.floors(), bands=bands, first=view.waves_so_far()[0])


def _told(view: View) -> dict[Key, float | None]:
    """What the last wave's report printed (None: hid) of the waves that this wave's flow counts again."""
    before = view.waves_so_far()[:-1]
    if not before:
        return {}
    sums = sums_of_wave(view, {"flow": view.table("flow", before[-1])})
    return {count.key: count.value for count in sums.counts}


def _along(view: View, tables: dict[str, pd.DataFrame]) -> dict[Cell, set[Cell]]:
    """{a row of delivery: the rows about the same promise, or its component, and place that go with it}."""
    component = {one.id: one.component for plan in view.study.plans(view.wave.id) for one in plan.commitments}
    places: dict[tuple[str, str], set[Cell]] = {}
    for name, by in (("cascade", "commitment"), ("indicators", "level")):
        pairs = zip(tables[name][by], tables[name]["site"], strict=True) if len(tables[name]) else ()
        for row, place in enumerate(pairs):
            places.setdefault(place, set()).update((name, row, column) for column in declared()[name].row)
    made: dict[Cell, set[Cell]] = {}
    promised = (tables["delivery"].get(name, ()) for name in ("commitment", "site"))
    for row, (one, site) in enumerate(zip(*promised, strict=True)):
        along = places.get((one, site), set()) | places.get((component.get(one, ""), site), set())
        made["delivery", row, declared()["delivery"].row[0]] = along
    return made

"""Which room counts which commitment: by its basis, its record and the type of its standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import bound_units, of_wave
from careeval.measure.delivery.cases import case_grid
from careeval.measure.delivery.frame import Bound, Frame, Grid
from careeval.measure.delivery.pairs import pair_grid
from careeval.measure.delivery.periods import reference_day
from careeval.measure.delivery.services import service_grid
from careeval.measure.delivery.statuses import status_grid
from careeval.specs.plans import Commitment


def grid_of(commitment: Commitment, tables: Mapping[str, pd.DataFrame], frame: Frame) -> Grid:
    """What was found for a commitment in every due unit-period; for one without a standard, its level."""
    standard, record = commitment.standard, commitment.record
    if standard.basis == "case":
        grid = case_grid(commitment, tables, frame)
        return replace(grid, level_unit="share answered")
    bound = bound_units(commitment, tables, frame)
    drawn = of_wave(tables["people"], frame.wave)["group"].value_counts()
    bound = replace(bound, of_group={str(group): int(n) for group, n in drawn.items()})
    if record.table == "services":
        per = "" if standard.type in ("frequency", "count", "schedule") else standard.per or record.level_per
        per = per or ("month" if standard.type == "none" else "")
        grid = service_grid(commitment, bound, tables, frame, per=per)
        return replace(grid, level_unit=f"{record.count or 'events'} per {per or standard.per}")
    if record.table == "pairs":
        return replace(pair_grid(commitment, bound, tables, frame), level_unit="partners")
    if record.item or standard.items:
        return replace(status_grid(commitment, bound, tables.get("status"), frame), level_unit="share with it")
    return _nothing_recorded(commitment, bound, frame)


def _nothing_recorded(commitment: Commitment, bound: Bound, frame: Frame) -> Grid:
    """A promise whose record names no row: everything is unknown."""
    shape = (len(bound.units), 1)
    nothing = np.zeros(shape, dtype=bool)
    missing = np.full(shape, np.nan)
    periods = reference_day(frame)
    return Grid(commitment, bound, periods, ~nothing, nothing, nothing, missing, np.zeros(shape))

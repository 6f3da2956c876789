"""Who was there, who answered, who left: counts by wave, site, group and arm, with the reason where it is known."""

from __future__ import annotations

import pandas as pd

from careeval.specs.study import Study

STEPS = (
    "registered",  # on this wave's register
    "joined",  # of those, not on the first wave's
    "started",  # on the first wave's register
    "still_registered",  # of those started, on this wave's register
    "started_measured",  # of those started, with an answer or an exam mark in the first wave
    "both_measured",  # of those, with one in this wave too
    "measured",  # on this wave's register, with an answer or an exam mark in this wave
)


def flow_table(
    study: Study, people: dict[str, pd.DataFrame], measured: dict[str, pd.Index], *, reference: pd.DataFrame
) -> pd.DataFrame:
    """wave, site, group, arm, step, n; site 'all' and group 'all' are everyone, arm '' is a group without arms.

    people: {wave: table} in time order; measured: {wave: persons with an answer or a mark}; reference: everyone ever
    registered up to the last wave with the group, site and arm of their first wave, by which the started are counted.
    Left-behind no more (parent_returned, aged_out) are steps of their own: they are not drop-outs.
    """
    first = next(iter(people))
    rows = []
    for wave, table in people.items():
        now, start = pd.Index(table["person"]), pd.Index(people[first]["person"])
        sets = {
            "registered": now,
            "joined": now.difference(start, sort=False),
            "started": start,
            "still_registered": start.intersection(now, sort=False),
            "started_measured": start.intersection(measured[first], sort=False),
            "both_measured": start.intersection(measured[first], sort=False).intersection(measured[wave], sort=False),
            "measured": now.intersection(measured[wave], sort=False),
        }
        sets |= {
            f"follow_up:{reason}": pd.Index(group["person"]) for reason, group in table.groupby("follow_up", sort=True)
        }
        rows += [_counts(reference, persons).assign(wave=wave, step=step) for step, persons in sets.items()]
    frame = pd.concat(rows, ignore_index=True)
    order = {step: number for number, step in enumerate(STEPS)}
    frame = frame.assign(_order=frame["step"].map(order).fillna(len(order)))
    frame = frame.sort_values(["wave", "site", "group", "arm", "_order", "step"], kind="stable")
    waves = {wave.id: number for number, wave in enumerate(study.spec.waves)}
    frame = frame.sort_values("wave", key=lambda wave: wave.map(waves), kind="stable")
    return frame[["wave", "site", "group", "arm", "step", "n"]].reset_index(drop=True)


def _counts(reference: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    """n by site, group and arm for a set of people, site 'all' on top; every site, group and arm has a row, 0 too."""
    inside = reference["person"].isin(persons)
    counted = reference.assign(n=inside.astype(int), arm=reference["arm"].fillna(""), site=reference["site"].fillna(""))
    whole = counted.assign(site="all")
    totals = [frame.assign(group="all", arm="") for frame in (whole, counted)]
    together = pd.concat([whole, counted, *totals], ignore_index=True)
    return together.groupby(["site", "group", "arm"], sort=False)["n"].sum().reset_index()

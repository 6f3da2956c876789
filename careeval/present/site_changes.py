"""How much each site changed, plan and comparison apart, with the number of people behind each point."""

from __future__ import annotations

import pandas as pd

from careeval.present import site_figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.levels import unit_of
from careeval.present.numbers import shown
from careeval.present.sentences import described, paragraph
from careeval.present.tables import HIDDEN, heading
from careeval.present.words import label, word

PANELS, ROWS = 3, 36  # in one figure


def by_site(here: Context) -> list[Block]:
    """Each site's mean change of the primary outcomes; sites with few people are counted in a note, not drawn."""
    rows, lang = here.table("site_changes"), here.lang
    rows = rows[rows["wave"].eq(here.wave.id)]
    if rows["value"].isna().all():
        return []
    sites = rows[rows["site"].ne("all")].groupby("site", sort=False)["value"].count()
    hidden = sites.index[sites.eq(0)]
    frame = _frame(here, rows[~rows["site"].isin(hidden)])
    site = label("unit_kind", here.study.spec.site_kind, lang)
    blocks: list[Block] = [heading("effects.by_site_title", lang)]
    blocks.append(paragraph("effects.by_site_note", "effects.by_site_note", lang, kind="note", site=site))
    panels, places = (list(dict.fromkeys(frame[name])) for name in ("panel", "place"))
    for first in range(0, len(panels), PANELS):
        for start in range(0, len(places), ROWS):
            chosen = frame["panel"].isin(panels[first : first + PANELS]) & frame["place"].isin(
                places[start : start + ROWS]
            )
            own = frame[chosen].reset_index(drop=True)
            caption = word("effects.by_site", lang, site=site)
            name = f"effects.by_site_figure_{first + start}"
            blocks.append(Figure(name, "effects", caption, _alt(own, site, lang), own, site_figures.site_changes))
    if len(hidden) or frame["n"].eq(HIDDEN).any():
        note = {"sites": len(hidden)}
        blocks.append(paragraph("effects.by_site_hidden", "effects.by_site_hidden", lang, note, kind="note", site=site))
    return blocks


def _frame(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """A row a place and outcome, arms in the study's order, of each arm first all its people, then its sites."""
    outcomes = {one.id: one for one in here.outcomes()}
    arms = [arm for arm in (*here.study.spec.design.arms, "") if rows["arm"].eq(arm).any()]
    sign = [1 if outcomes[name].higher_is == "better" else -1 for name in rows["outcome"]]
    whole = rows["site"].eq("all")
    named = [label("arm", arm, here.lang) or label("site", "all", here.lang) for arm in rows["arm"]]
    made = rows.assign(
        order=rows["outcome"].map(list(outcomes).index),
        rank=rows["arm"].map(arms.index),
        whole=whole,
        panel=[here.outcome_and_group(*pair) for pair in zip(rows["outcome"], rows["group"], strict=True)],
        x_title=[
            word("effects.by_site_axis", here.lang, unit=unit_of(outcomes[one], here.lang)) for one in rows["outcome"]
        ],
        arm=named,
        row=rows["site"].where(~whole, pd.Series(named, index=rows.index)),
        value=(rows["value"] * sign).astype("float64"),
        n=[HIDDEN if pd.isna(n) else shown(n, "count") for n in rows["n"]],
        worthwhile=[outcomes[name].smallest_worthwhile for name in rows["outcome"]],
    )
    made = made.assign(place=made["arm"] + " " + made["row"], last=~whole)
    made = made.sort_values(["rank", "last", "site", "order"], kind="stable")
    columns = ["panel", "x_title", "place", "row", "arm", "whole", "value", "n", "worthwhile", "order"]
    return made[columns].sort_values("order", kind="stable").reset_index(drop=True)


def _alt(frame: pd.DataFrame, site: str, lang: str) -> str:
    """How many sites of each arm moved to the better side, and the arm's mean, an outcome after another."""
    rows = []
    for (panel, arm), own in frame.groupby(["panel", "arm"], sort=False):
        places, mean = own.loc[~own["whole"], "value"].dropna(), own.loc[own["whole"], "value"].max()
        rows.append({"panel": panel, "arm": arm, "better": int(places.gt(0).sum()), "sites": len(places), "mean": mean})
    return described("effects.by_site_alt", lang, rows, site=site)

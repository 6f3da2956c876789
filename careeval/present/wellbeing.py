"""The well-being chapter: levels of the scales by wave and arm, and the people in each band."""

from __future__ import annotations

import pandas as pd

from careeval.measure.reliability import outcome_score
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.distributions import PEOPLE_AT_LEAST, densities
from careeval.present.levels import level_blocks, unit_of
from careeval.present.sentences import described, paragraph
from careeval.present.tables import heading, table, with_hidden
from careeval.present.words import label, word
from careeval.specs.records import told


def opening(here: Context) -> list[Block]:
    """The chapter's title, and that there is nothing where the study has no such outcome."""
    blocks: list[Block] = [heading("wellbeing.title", here.lang, 1)]
    if not here.outcomes("wellbeing"):
        blocks.append(paragraph("wellbeing.none", "wellbeing.none", here.lang))
    return blocks


def levels(here: Context) -> list[Block]:
    """Means by wave and arm."""
    if not here.outcomes("wellbeing"):
        return []
    blocks = level_blocks(here, here.outcomes("wellbeing"), chapter="wellbeing")
    nothing = paragraph("wellbeing.no_values", "wellbeing.no_values", here.lang)
    return [heading("wellbeing.levels_title", here.lang), *(blocks or [nothing])]


def shapes(here: Context) -> list[Block]:
    """How the answers of each scale are spread, by wave and arm; only where every curve has people enough."""
    frame = _shapes(here)
    if frame.empty:
        return []
    counted = frame.groupby(["panel", "arm"], sort=False)["value"].agg(n="size", mean="mean").reset_index()
    caption = word("wellbeing.shapes", here.lang)
    alt = described("wellbeing.shapes_alt", here.lang, counted.to_dict("records"))
    figure = Figure("wellbeing.shapes", "wellbeing", caption, alt, frame, densities)
    return [figure, paragraph("wellbeing.shapes_note", "wellbeing.shapes_note", here.lang, kind="note")]


def _shapes(here: Context) -> pd.DataFrame:
    frames = []
    for outcome in (one for one in here.outcomes("wellbeing") if one.source == "scores"):
        score = outcome_score(here.study, outcome)[1]
        for wave in here.study.waves_until(here.wave.id):
            if not (here.study.raw / wave.id).is_dir():
                continue
            values = here.table("outcomes", wave=wave.id)
            own = values[values["outcome"].eq(outcome.id)].merge(here.table("people", wave=wave.id)[["person", "arm"]])
            counts = own["arm"].value_counts()
            if len(counts) == 0 or counts.min() < PEOPLE_AT_LEAST or own.groupby("arm")["value"].nunique().min() < 2:
                continue
            arms = sorted(counts.index, key=here.study.spec.design.arms.index)
            own = own.sort_values("arm", key=lambda column, order=arms: column.map(order.index), kind="stable")
            panel = f"{here.outcome_and_group(outcome.id, outcome.group)}\n{here.wave_title(wave.id)}"
            named = [label("arm", arm, here.lang) for arm in own["arm"]]
            frames.append(
                own[["value"]].assign(
                    panel=panel, arm=named, low=score.low, high=score.high, x_title=unit_of(outcome, here.lang)
                )
            )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def bands(here: Context) -> list[Block]:
    """How many people lie in each band of each instrument in this wave."""
    lang = here.lang
    scales = [one for one in here.outcomes("wellbeing") if one.source == "scores"]
    instruments = {one.instrument: outcome_score(here.study, one)[0] for one in scales}
    rows = here.table("indicators")
    kinds = {f"{name}_{band.scheme}": name for name, key in instruments.items() for band in key.bands}
    rows = rows[rows["indicator"].isin(kinds) & rows["subgroup"].eq("") & rows["site"].eq(here.site or "all")]
    if rows.empty:
        return []
    words = {
        (name, band.label.en): band.label.in_language(lang) for name, key in instruments.items() for band in key.bands
    }
    named = [kinds[value] for value in rows["indicator"]]
    rows = rows.assign(**{end: rows[end].mask(rows["method"].eq("count")) for end in ("conf_low", "conf_high")})
    frame = with_hidden(rows, ["numerator", "denominator", "value", "conf_low", "conf_high"]).assign(
        measure=[instruments[name].title.in_language(lang) for name in named],
        group=[here.group(value) for value in rows["group"]],
        band=[words[name, value] for name, value in zip(named, rows["level"], strict=True)],
        share=lambda table: table["value"],
    )
    formats = {"measure": "text", "group": "text", "band": "text", "numerator": "count", "denominator": "count"}
    formats |= dict.fromkeys(("share", "conf_low", "conf_high"), "percent1")
    cited = dict.fromkeys(told(band.source, lang) for key in instruments.values() for band in key.bands)
    sources = ("；" if lang == "zh" else "; ").join(cited)
    return [
        heading("wellbeing.bands_title", lang),
        table("wellbeing.bands", pd.DataFrame(frame), formats, lang),
        paragraph("wellbeing.bands_note", "wellbeing.bands_note", lang, kind="note", sources=sources),
    ]

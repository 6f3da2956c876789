"""The data chapter: who was there, who answered, what was read, what was left out, what is odd."""

from __future__ import annotations

import pandas as pd

from careeval.present import figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import heading, table, with_hidden
from careeval.present.words import label, word

STEPS = ("registered", "joined", "started", "still_registered", "started_measured", "both_measured", "measured")


def opening(here: Context) -> list[Block]:
    """The chapter's title."""
    return [heading("data.title", here.lang, 1)]


def who(here: Context) -> list[Block]:
    """People registered, measured and kept, by group and arm."""
    flow, lang = here.table("flow"), here.lang
    site = here.site or "all"
    flow = flow[flow["site"].eq(site)]
    now = flow[flow["wave"].eq(here.wave.id)].groupby("step")["n"].sum(min_count=1)
    numbers = {step: int(now.get(step, 0)) for step in STEPS}
    numbers["share"] = numbers["measured"] / numbers["registered"] if numbers["registered"] else float("nan")
    numbers["kept"] = numbers["both_measured"] / numbers["started_measured"] if numbers["started_measured"] else None
    place = {"table": "flow", "row_id": f"{here.wave.id}, {site}"}
    pieces = [sentence("data.who", lang, numbers, wave=here.wave.title.in_language(lang), **place)]
    if len(here.study.waves_until(here.wave.id)) > 1:
        pieces.append(sentence("data.kept", lang, numbers, **place))
    wide = _flow_by_wave(here, flow)
    formats = {"group": "text", "arm": "text", "step": "text"} | dict.fromkeys(wide.columns[3:], "count")
    return [
        heading("data.who_title", lang),
        joined("data.who", pieces, lang),
        table(
            "data.flow",
            wide,
            formats,
            lang,
            titles={one.id: one.title.in_language(lang) for one in here.study.spec.waves},
        ),
        Figure(
            "data.flow_figure",
            "data",
            word("data.flow_figure", lang),
            word("data.flow_alt", lang),
            _flow_bars(here, flow),
            figures.flow_bars,
        ),
    ]


def _flow_by_wave(here: Context, flow: pd.DataFrame) -> pd.DataFrame:
    """A row a group, arm and step, a column a wave; steps that nobody took are left out of the page."""
    lang = here.lang
    flow = with_hidden(flow, ["n"])
    order = {step: number for number, step in enumerate(flow["step"].unique())}
    wide = flow.pivot(index=["group", "arm", "step"], columns="wave", values="n")
    waves = [one.id for one in here.study.waves_until(here.wave.id)]
    wide = wide.reindex(columns=waves).reset_index()
    arms = {arm: number for number, arm in enumerate(here.study.spec.design.arms)}
    groups = {group: number for number, group in enumerate(here.study.spec.groups)}
    ranks = wide.assign(group=wide["group"].map(groups), arm=wide["arm"].map(arms), step=wide["step"].map(order))
    wide = wide.loc[ranks.sort_values(["group", "arm", "step"]).index]
    some = wide[waves].apply(lambda row: any(value not in (0, None) and not pd.isna(value) for value in row), axis=1)
    wide = wide[some]
    return wide.assign(
        group=[label("group", value, lang) for value in wide["group"]],
        arm=[label("arm", value, lang) for value in wide["arm"]],
        step=[label("step", value, lang) for value in wide["step"]],
    )


def _flow_bars(here: Context, flow: pd.DataFrame) -> pd.DataFrame:
    rows = flow[flow["step"].isin(["registered", "measured"]) & flow["arm"].ne("") & flow["n"].notna()]
    titles = {one.id: one.title.in_language(here.lang) for one in here.study.spec.waves}
    return pd.DataFrame(
        {
            "panel": [label("group", group, here.lang) for group in rows["group"]],
            "x": rows["wave"].map(titles),
            "bar": [label("arm", arm, here.lang) for arm in rows["arm"]],
            "shade": [label("step", step, here.lang) for step in rows["step"]],
            "value": rows["n"].astype(float),
            "y_title": word("columns.n", here.lang),
        }
    ).reset_index(drop=True)


def files(here: Context) -> list[Block]:
    """The files that were read, and every row that left with its reason."""
    lang, quality = here.lang, here.table("quality")
    read = quality[quality["check"].eq("rows read")]
    frame = pd.DataFrame(
        {"file": read["file"], "rows_n": read["n"], "detail": [_notes(quality, file) for file in read["file"]]}
    )
    blocks: list[Block] = [
        heading("data.files_title", lang),
        table("data.files", frame, {"file": "text", "rows_n": "count", "detail": "text"}, lang),
        heading("data.exclusions_title", lang),
    ]
    left = here.table("exclusions")
    if left.empty:
        return [*blocks, paragraph("data.no_exclusions", "data.no_exclusions", lang)]
    frame = left.assign(table=[label("table", value, lang) for value in left["table"]], rows_n=left["n"])
    frame = frame.assign(reason=[reason_in(value, lang) for value in left["reason"]])
    formats = {"table": "text", "file": "text", "reason": "text", "rows_n": "count"}
    return [*blocks, table("data.exclusions", frame, formats, lang)]


def reason_in(reason: str, lang: str) -> str:
    """A reason of the ledger in the reader's words; what follows a colon is the user's own text and stays."""
    head, colon, rest = reason.partition(": ")
    return f"{label('reason', head, lang)}{colon}{rest}"


def _notes(quality: pd.DataFrame, file: str) -> str:
    notes = quality[quality["check"].eq("note on reading") & quality["file"].eq(file)]
    return "; ".join(notes["detail"])


def quality(here: Context) -> list[Block]:
    """Missing answers by reason, and the logic rules of the study."""
    lang, found = here.lang, here.table("quality")
    blocks: list[Block] = [heading("data.quality_title", lang)]
    missing = found[found["check"].eq("answers missing")]
    if missing.empty:
        blocks.append(paragraph("data.no_missing", "data.no_missing", lang))
    else:
        reasons = [label("missing_reason", value, lang) for value in missing["detail"]]
        blocks.append(_quality_table("data.missing", missing.assign(detail=reasons), lang))
    rules = found[found["check"].str.startswith("rule ")]
    if len(rules):
        blocks.append(_quality_table("data.rules", rules.assign(check=rules["check"].str.removeprefix("rule ")), lang))
    return blocks


def _quality_table(block: str, rows: pd.DataFrame, lang: str) -> Block:
    rows = rows.assign(count=rows["n"], severity=[label("severity", value, lang) for value in rows["severity"]])
    formats = {
        "variable": "text",
        "detail": "text",
        "count": "count",
        "of": "count",
        "share": "percent1",
        "severity": "text",
    }
    return table(block, rows, formats, lang)

"""The data chapter: who was there, who answered, what was read, what was left out, what is odd."""

from __future__ import annotations

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.remarks import reading_in, reason_in
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import HIDDEN, heading, table, with_hidden
from careeval.present.words import label, word
from careeval.specs.instruments import instrument_names, read_instrument

STEPS = ("registered", "joined", "started", "still_registered", "started_measured", "both_measured", "measured")
COUNTS = dict.fromkeys(("registered", "joined", "still_registered", "measured", "both_measured"), "count")
FOLLOW_UP = "follow_up:"
NO_MORE = ("follow_up:parent_returned", "follow_up:aged_out")  # not left behind any more
SINCE = ["joined", "still_registered", "both_measured"]  # say nothing in the first wave


def opening(here: Context) -> list[Block]:
    """The chapter's title."""
    return [heading("data.title", here.lang, 1)]


def who(here: Context) -> list[Block]:
    """People registered, measured and kept, by group, arm and wave, and what became of them."""
    flow, lang = here.table("flow"), here.lang
    flow = flow[flow["site"].eq(here.site or "all")]
    everyone = flow[flow["group"].eq("all") & flow["wave"].eq(here.wave.id)]
    everyone = with_hidden(everyone, ["n"]).set_index("step")["n"]
    numbers = {step: everyone.get(step, pd.NA) for step in STEPS}
    numbers |= {
        "share": _ratio(numbers, "measured", "registered"),
        "kept": _ratio(numbers, "both_measured", "started_measured"),
    }
    place = {"table": "flow", "row_id": f"{here.wave.id}, {here.site or 'all'}, all"}
    pieces = [sentence("data.who", lang, numbers, wave=here.wave.title.in_language(lang), **place)]
    if len(here.study.waves_until(here.wave.id)) > 1:
        key = "data.kept_hidden" if HIDDEN in (numbers["started_measured"], numbers["both_measured"]) else "data.kept"
        pieces.append(sentence(key, lang, numbers, **place))
        if flow["step"].isin(NO_MORE).any():
            pieces.append(sentence("data.kept_status", lang))
    groups = flow[flow["group"].ne("all")]
    formats = {"group": "text", "arm": "text", "wave": "text"} | COUNTS
    titles = {step: label("step", step, lang) for step in COUNTS}
    blocks: list[Block] = [
        heading("data.who_title", lang),
        joined("data.who", pieces, lang),
        table("data.flow", _by_step(here, groups), formats, lang, titles=titles),
    ]
    reasons = groups[groups["step"].str.startswith(FOLLOW_UP) & groups["wave"].eq(here.wave.id)]
    return [*blocks, _follow_up(here, reasons)] if len(reasons) else blocks


def _ratio(numbers: dict, part: str, whole: str) -> object:
    """The share; hidden where one of its numbers is, missing where there is nobody to be a share of."""
    if HIDDEN in (pair := [numbers[part], numbers[whole]]):
        return HIDDEN
    return None if pd.isna(pair).any() or pair[1] == 0 else pair[0] / pair[1]


def _by_step(here: Context, flow: pd.DataFrame) -> pd.DataFrame:
    """A row a group, arm and wave, a column a step."""
    wide = _pivot(flow[flow["step"].isin(COUNTS)], ["group", "arm", "wave"], "step")
    waves = {wave.id: number for number, wave in enumerate(here.study.spec.waves)}
    wide.loc[wide["wave"].map(waves).eq(0), SINCE] = pd.NA
    # both times means nothing in the first wave
    wide["both_measured"] = wide["both_measured"].mask(wide["wave"].map(waves).eq(0))
    wide = _ordered(here, wide.sort_values("wave", key=lambda ids: ids.map(waves), kind="stable"))
    return _labelled(here, wide).assign(wave=[here.wave_title(value) for value in wide["wave"]])


def _follow_up(here: Context, reasons: pd.DataFrame) -> Block:
    """What the register says of people in this wave: a row a group and reason, a column an arm."""
    arms = [arm for arm in (*here.study.spec.design.arms, "") if reasons["arm"].eq(arm).any()]
    wide = _pivot(reasons, ["group", "step"], "arm")
    wide = _ordered(here, wide[wide[arms].apply(lambda row: any(value != 0 for value in row.dropna()), axis=1)])
    named = _labelled(here, wide).assign(went=[label("step", step, here.lang) for step in wide["step"]])
    formats = {"group": "text", "went": "text"} | dict.fromkeys(arms, "count")
    titles = {arm: label("arm", arm, here.lang) or word("columns.n", here.lang) for arm in arms}
    return table(
        "data.follow_up", named, formats, here.lang, titles=titles, wave=here.wave.title.in_language(here.lang)
    )


def _pivot(flow: pd.DataFrame, rows: list[str], column: str) -> pd.DataFrame:
    hidden = with_hidden(flow, ["n"])
    return hidden.pivot(index=rows, columns=column, values="n").reset_index()


def _ordered(here: Context, wide: pd.DataFrame) -> pd.DataFrame:
    """Groups and arms in the order of study.toml."""
    groups = {group: number for number, group in enumerate(here.study.spec.groups)}
    arms = {arm: number for number, arm in enumerate(here.study.spec.design.arms)}
    rank = wide["group"].map(groups) * 100 + (wide["arm"].map(arms).fillna(99) if "arm" in wide else 0)
    return wide.loc[rank.sort_values(kind="stable").index]


def _labelled(here: Context, wide: pd.DataFrame) -> pd.DataFrame:
    words = {"group": here.group, "arm": lambda arm: label("arm", arm, here.lang)}
    return wide.assign(**{kind: wide[kind].map(told) for kind, told in words.items() if kind in wide})


def files(here: Context) -> list[Block]:
    """The files that were read, and every row that left with its reason."""
    lang, quality = here.lang, here.table("quality")
    read = with_hidden(quality[quality["check"].eq("rows read")], ["n"])
    frame = pd.DataFrame(
        {"file": read["file"], "rows_n": read["n"], "detail": [_notes(quality, file, lang) for file in read["file"]]}
    )
    formats = {"file": "text", "rows_n": "count", "detail": "text"}
    blocks: list[Block] = [
        heading("data.files_title", lang),
        table("data.files", frame, formats, lang, notes=(word("data.rounded", lang),)),
        heading("data.exclusions_title", lang),
    ]
    left = with_hidden(here.table("exclusions"), ["n"])
    if left.empty:
        return [*blocks, paragraph("data.no_exclusions", "data.no_exclusions", lang)]
    comma = "、" if lang == "zh" else ", "
    left = left.assign(table=[label("table", value, lang) for value in left["table"]], rows_n=left["n"])
    # a form that leaves takes its answers along: one line for both
    frame = left.groupby(["file", "reason", "rows_n"], sort=False)["table"].agg(comma.join).reset_index()
    frame = frame.assign(reason=[reason_in(value, lang) for value in frame["reason"]])
    formats = {"table": "text", "file": "text", "reason": "text", "rows_n": "count"}
    return [*blocks, table("data.exclusions", frame, formats, lang)]


def _notes(quality: pd.DataFrame, file: str, lang: str) -> str:
    notes = quality[quality["check"].eq("note on reading") & quality["file"].eq(file)]
    return ("；" if lang == "zh" else "; ").join(reading_in(note, lang) for note in notes["detail"])


def quality(here: Context) -> list[Block]:
    """Missing answers by reason, and the logic rules of the study."""
    lang, found = here.lang, here.table("quality")
    blocks: list[Block] = [heading("data.quality_title", lang)]
    missing = found[found["check"].eq("answers missing")]
    if missing.empty and here.table("answers").empty:
        marks = with_hidden(here.table("indicators"), ["numerator", "denominator"])
        marks = marks[marks["indicator"].str.endswith("_missing") & marks["subgroup"].eq("")]
        marks = marks[marks["site"].eq(here.site or "all")].to_dict("records")
        blocks.append(joined("data.no_missing", [sentence("data.no_questionnaire", lang), *_marks(marks, lang)], lang))
    elif missing.empty:
        blocks.append(paragraph("data.no_missing", "data.no_missing", lang))
    else:
        reasons = [label("missing_reason", value, lang) for value in missing["detail"]]
        asked = [_asked(here, value) for value in missing["variable"]]
        blocks.append(_quality_table("data.missing", missing.assign(detail=reasons, variable=asked), lang))
    rules = found[found["check"].str.startswith("rule ")]
    if len(rules):
        blocks.append(_quality_table("data.rules", rules.assign(check=rules["check"].str.removeprefix("rule ")), lang))
    return blocks


def _marks(rows: list[dict], lang: str) -> list[tuple]:
    """One sentence a subject: how many on the register have no mark."""
    return [
        sentence(
            "data.marks_missing",
            lang,
            row,
            subject=label("subject", row["indicator"].removesuffix("_missing"), lang),
            table="indicators",
            row_id=f"{row['wave']}, {row['site']}, {row['indicator']}",
        )
        for row in rows
    ]


def _asked(here: Context, name: str) -> str:
    """An instrument's or a question's title for the name that its items begin with."""
    uses = {f"{use.prefix}_{use.instrument}": use.instrument for use in here.study.spec.uses}
    instrument = uses.get(name, name)
    if instrument in instrument_names(unverified=True):
        return read_instrument(instrument, unverified=True).title.in_language(here.lang)
    titles = {question.id: question.title.in_language(here.lang) for question in here.study.spec.questions}
    return titles.get(name, name)


def _quality_table(block: str, rows: pd.DataFrame, lang: str) -> Block:
    rows = with_hidden(rows, ["n", "share"])
    rows = rows.assign(count=rows["n"], severity=[label("severity", value, lang) for value in rows["severity"]])
    formats = ({"check": "text"} if block == "data.rules" else {}) | {
        "variable": "text",
        "detail": "text",
        "count": "count",
        "of": "count",
        "share": "percent1",
        "severity": "text",
    }
    return table(block, rows, formats, lang)

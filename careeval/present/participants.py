"""From the register to the analysis, arm by arm: who was there, who left and why, on whom each outcome stands."""

from __future__ import annotations

import pandas as pd

from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.flow_figure import flow_boxes
from careeval.present.numbers import shown
from careeval.present.sentences import sentence
from careeval.present.tables import HIDDEN, count_or_hidden, with_hidden
from careeval.present.words import in_brackets, label, word
from careeval.specs.definitions import definition

LOST, ANALYSED = "lost:", "analysed:"


def flow_figures(here: Context) -> list[Block]:
    """A figure a group: first register, first survey, followed, analysed, with those lost; for all sites together."""
    if here.site:
        return []
    flow, more = here.table("flow"), here.table("participants")
    flow = flow[flow["site"].eq("all") & flow["wave"].eq(here.wave.id)]
    counts = with_hidden(pd.concat([flow, more], ignore_index=True), ["n"])
    blocks: list[Block] = []
    for group in here.study.spec.groups:
        frame = _boxes(here, group, counts[counts["group"].eq(group)])
        if len(frame) and any(sign.isdigit() for sign in "".join(frame["text"])):
            whom = here.group(group)
            named = {"group": whom[0].upper() + whom[1:], "wave": here.wave_title(here.wave.id)}
            caption = word("data.flow_figure", here.lang, **named)
            if frame["text"].str.contains(HIDDEN, regex=False).any():
                caption = in_brackets(caption, word("labels.note.hidden", here.lang).rstrip("。."), here.lang)
            alt = word("data.flow_alt", here.lang, told=_told(frame, here.lang))
            blocks.append(Figure(f"data.flow_figure_{group}", "data", caption, alt, frame, flow_boxes))
    return blocks


def _told(frame: pd.DataFrame, lang: str) -> str:
    """The words of the boxes in one line."""
    colon, comma, stop = ("：", "，", "；") if lang == "zh" else (": ", ", ", "; ")
    columns = frame[frame["text"].ne("")].groupby("column", sort=False)["text"]
    told = stop.join(column + colon + comma.join(text).replace("\n", comma) for column, text in columns)
    return told.replace(colon.strip() + comma, colon).replace("、 ", "、")


def _boxes(here: Context, group: str, counts: pd.DataFrame) -> pd.DataFrame:
    arms = [arm for arm in (*here.study.spec.design.arms, "") if counts["arm"].eq(arm).any()]
    rows = []
    for arm in arms:
        known = counts[counts["arm"].eq(arm)].set_index("step")["n"]
        title = label("arm", arm, here.lang) or word("labels.site.all", here.lang)
        texts = _texts(here, group, known.to_dict())
        rows += [
            {"column": title, "level": level, "kind": "note" if level % 2 else "box", "text": text}
            for level, text in enumerate(texts)
        ]
    return pd.DataFrame(rows)


def _texts(here: Context, group: str, known: dict) -> list[str]:
    """Boxes and, between them, who is not in the next one, from the top."""
    waves, lang = here.study.waves_until(here.wave.id), here.lang
    floor = here.floors()[group]

    def told(key: str, *, of: str = "", **numbers: object) -> str:
        return sentence(f"data.flow_{key}", lang, known | numbers, of=of)[0]

    def less(key: str, before: object, after: object) -> str:
        n = HIDDEN if HIDDEN in (before, after) else count_or_hidden(before - after, floor)
        return "" if n == 0 else told(key, lost=n)

    started = told("started", of=here.wave_title(waves[0].id))
    if "eligible" in known:
        rule = definition(here.study.spec.definition[group], group)
        started += "\n" + told("eligible", of=rule.title.in_language(lang))
    texts = [started, less("unasked", known["started"], known["started_measured"])]
    texts.append(told("first", of=here.wave_title(waves[0].id)))
    if len(waves) == 1:
        return texts
    gone = {step: n for step, n in known.items() if step.startswith(LOST) and n != 0}
    named = {step: label("step", f"follow_up:{step.removeprefix(LOST)}", lang) for step in gone}
    why = ("、 " if lang == "zh" else ", ").join(f"{named[step]}\u00a0{shown(n, 'count')}" for step, n in gone.items())
    lost = less("lost", known["started_measured"], known["both_measured"])
    texts += [f"{lost}\n{why}" if lost else "", told("both", of=here.wave_title(here.wave.id))]
    analysed = {step: n for step, n in known.items() if step.startswith(ANALYSED)}
    if not analysed:
        return texts
    lines = [told("outcome", of=here.outcome_title(step.removeprefix(ANALYSED)), n=n) for step, n in analysed.items()]
    return [*texts, less("joined", known["measured"], known["both_measured"]), "\n".join([told("analysed"), *lines])]

"""The support chapter: who was left short, delivery against the standard, what is not due, what has no standard."""

from __future__ import annotations

import pandas as pd

from careeval.present import support_figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.delivered import HIDDEN_COLUMNS, JUDGED, delivery_rows, row_id, unmet_groups, with_span
from careeval.present.promises import and_so_on, plans, promises
from careeval.present.reach import last_step
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import heading, table, with_hidden
from careeval.present.words import label, word

SENTENCES = 4  # the worst promises are told in words, all of them in the table


def opening(here: Context) -> list[Block]:
    """The chapter's title, what the plans hold, and for whom there is no plan."""
    lang, rows = here.lang, delivery_rows(here)
    blocks: list[Block] = [heading("support.title", lang, 1)]
    if rows.empty:
        return [*blocks, paragraph("support.no_plan", "support.no_plan", lang)]
    counts = rows["status"].value_counts()
    numbers = {
        "n": len(rows),
        "judged": int(rows["status"].isin(JUDGED).sum()),
        "not_due": int(counts.get("not due", 0)),
        "no_standard": int(counts.get("no standard", 0)),
        "open": int(counts.get("not measurable", 0)),
    }
    titles = and_so_on([plan.title.in_language(lang) for plan in plans(here)], lang)
    place = {"table": "delivery", "row_id": here.site or "all"}
    blocks.append(paragraph("support.intro", "support.intro", lang, numbers, plans=titles, **place))
    return [*blocks, *without_plan(here)]


def without_plan(here: Context, section: str = "support") -> list[Block]:
    """One honest sentence for each group that no plan of this wave addresses."""
    return [
        paragraph(
            f"{section}.no_plan_{group}",
            "support.no_plan_group",
            here.lang,
            group=label("group", group, here.lang),
            kind="note",
        )
        for group in unmet_groups(here)
    ]


def shortfall(here: Context) -> list[Block]:
    """People who were not given what was promised, the never reached first: sentences, then the table."""
    lang, rows = here.lang, delivery_rows(here)
    if rows.empty:
        return []
    # not judged by status alone: a promise whose logs are missing has people who were never reached all the same
    rows = rows[rows["basis"].eq("recipient") & (rows["due"].gt(0) | rows["suppressed"])]
    blocks: list[Block] = [heading("support.shortfall_title", lang)]
    if rows.empty:
        return [*blocks, paragraph("support.nobody_bound", "support.nobody_bound", lang)]
    rows = rows.assign(short=(rows["bound"] - last_step(here, rows)).astype("Float64"))
    rows = rows.sort_values(["zero_contact", "short"], ascending=False, kind="stable")
    told = [_left_short(row, lang) for row in rows.to_dict("records")[:SENTENCES]]
    blocks += [joined(f"support.shortfall_{number}", pieces, lang) for number, pieces in enumerate(told, start=1)]
    formats = {"promise": "text", "whom": "text", "bound": "count", "short": "count", "zero_contact": "count"}
    formats |= {"due": "count", "unknown": "count"}
    titles = {"due": word("columns.due_n", lang), "unknown": word("columns.unknown_n", lang)}
    frame = with_hidden(rows, [*HIDDEN_COLUMNS, "short"])
    notes = (word("support.shortfall_note", lang),)
    return [*blocks, table("support.shortfall_table", frame, formats, lang, titles=titles, notes=notes)]


def _left_short(row: dict, lang: str) -> list[tuple]:
    place = {"promise": row["promise"], "table": "delivery", "row_id": row_id(row)}
    if row["suppressed"]:
        return [sentence("support.shortfall_hidden", lang, **place)]
    if pd.isna(row["short"]):
        key = "support.shortfall_never"
    else:
        key = "support.shortfall" if row["short"] > 0 else "support.shortfall_none"
    pieces = [sentence(key, lang, row, **place)]
    if row["unknown"] > 0:
        pieces.append(sentence("support.shortfall_unknown", lang, row, **place))
    return pieces


def against_standard(here: Context) -> list[Block]:
    """What was promised in words, what was delivered of it, the figure, and the count of promises by place."""
    lang, rows = here.lang, delivery_rows(here)
    if rows.empty:
        return []
    formats = {"promise": "text", "standard": "text", "share_due": "text"}
    titles = {"share_due": word("columns.target", lang)}
    blocks: list[Block] = [
        heading("support.standard_title", lang),
        table("support.promised", rows, formats, lang, titles=titles),
    ]
    judged = rows[rows["status"].isin(JUDGED)]
    if judged.empty:
        return blocks
    blocks.append(_kept(judged, lang))
    drawn = judged[judged["value"].notna() & ~judged["suppressed"]]
    if len(drawn):
        caption, alt = word("support.figure", lang), word("support.figure_alt", lang)
        frame = _bars(drawn, lang)
        blocks.append(Figure("support.figure", "support", caption, alt, frame, support_figures.delivery_bars))
    return [*blocks, *_in_places(here)]


def _kept(judged: pd.DataFrame, lang: str) -> Block:
    shares = zip(judged["value"], judged["conf_low"], judged["conf_high"], strict=True)
    frame = judged.assign(
        value=[with_span(*three) for three in shares],
        status=[label("delivery_status", status, lang) for status in judged["status"]],
    )
    frame = with_hidden(frame, [*HIDDEN_COLUMNS, "previous_value"])
    formats = {"promise": "text", "due": "count", "delivered": "count", "unknown": "count", "value": "text"}
    formats |= {"dose": "percent0", "target": "percent0", "previous_value": "percent0"}
    formats |= {"status": "text"}
    own = {"due": "due_n", "delivered": "met_n", "unknown": "unknown_n", "value": "met_share"}
    titles = {name: word(f"columns.{title}", lang) for name, title in own.items()}
    if judged["previous_value"].isna().all():
        del formats["previous_value"]
    notes = (word("support.kept_note", lang),)
    return table("support.kept", frame, formats, lang, titles=titles, notes=notes)


def _bars(drawn: pd.DataFrame, lang: str) -> pd.DataFrame:
    keys = {f"key_{name}": word(f"support.key_{name}", lang) for name in KEYS}
    frame = pd.DataFrame(
        {
            "name": drawn["promise"],
            "value": drawn["value"],
            "low": drawn["conf_low"],
            "high": drawn["conf_high"],
            "target": drawn["target"],
            "previous": drawn["previous_value"],
            "unknown": drawn["unknown"] / drawn["due"],
            "x_title": word("support.axis", lang),
        }
    )
    numbers = ["value", "low", "high", "target", "previous", "unknown"]
    return frame.astype(dict.fromkeys(numbers, "float64")).assign(**keys).reset_index(drop=True)


KEYS = ("value", "unknown", "interval", "target", "previous")


def _in_places(here: Context) -> list[Block]:
    """How many promises each place met; nothing where one place is chosen or there is only one."""
    rows = here.table("delivery")
    rows = rows[rows["wave"].eq(here.wave.id) & rows["site"].ne("all") & rows["status"].isin(JUDGED)]
    if here.site or rows["site"].nunique() < 2:
        return []
    counts = rows.groupby(["site", "status"]).size().unstack(fill_value=0).reindex(columns=list(JUDGED), fill_value=0)
    counts.columns = [name.replace(" ", "_") for name in counts.columns]
    frame = counts.assign(judged=counts.sum(axis="columns")).reset_index()
    formats = {"site": "text", "judged": "count", "met": "count", "not_met": "count", "uncertain": "count"}
    return [table("support.in_places", frame, formats, here.lang)]


def open_promises(here: Context) -> list[Block]:
    """Promises that are not due yet, those without a standard with the question to their owner, the unmeasurable."""
    lang, rows = here.lang, delivery_rows(here)
    if rows.empty:
        return []
    blocks: list[Block] = [heading("support.open_title", lang)]
    not_due = rows[rows["status"].eq("not due")]
    if len(not_due):
        formats = {"promise": "text", "whom": "text", "standard": "text"}
        blocks.append(table("support.not_due", not_due, formats, lang))
    for status in ("no standard", "not measurable"):
        some = rows[rows["status"].eq(status)]
        if len(some):
            blocks.append(_asked(here, some, f"support.{status.replace(' ', '_')}"))
    return blocks if len(blocks) > 1 else [*blocks, paragraph("support.nothing_open", "support.nothing_open", lang)]


def _asked(here: Context, rows: pd.DataFrame, block: str) -> Block:
    """The promise, its level where one is known, the question to the owner, and the owner."""
    lang, known = here.lang, promises(here)
    ones = [known.get(key) for key in zip(rows["plan"], rows["commitment"], strict=True)]
    standard = word("support.no_question", lang)
    frame = rows.assign(
        level_value=rows.get("level", pd.NA),
        ask=[one.ask.in_language(lang) if one and one.ask else standard for one in ones],
        owner=[(one.owner if one else "") or "—" for one in ones],
    )
    formats = {"promise": "text", "standard": "text", "level_value": "number1", "ask": "text", "owner": "text"}
    if frame["level_value"].isna().all():
        del formats["level_value"]
    return table(block, frame, formats, lang)

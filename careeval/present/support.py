"""The support chapter: who was left short, delivery against the standard, what is not due, what has no standard."""

from __future__ import annotations

import pandas as pd

from careeval.present import support_figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.delivered import HIDDEN_COLUMNS, JUDGED, delivery_rows, row_id, span, unmet_groups
from careeval.present.numbers import MISSING, shown
from careeval.present.promises import and_so_on, assumes_target, plans, promises
from careeval.present.reach import first_and_last
from careeval.present.sentences import described, joined, paragraph, sentence
from careeval.present.tables import HIDDEN, heading, table, with_hidden
from careeval.present.words import known_word, label, word
from careeval.specs.records import told

IN_FIGURE = 14  # promises in one picture
SENTENCES = 4  # the worst promises are told in words, all of them in the table


def opening(here: Context) -> list[Block]:
    """The chapter's title, what the plans hold, and for whom there is no plan."""
    lang, rows = here.lang, delivery_rows(here)
    blocks: list[Block] = [heading("support.title", lang, 1)]
    if rows.empty:
        return [*blocks, paragraph("support.no_plan", "support.no_plan", lang)]
    titles = and_so_on([plan.title.in_language(lang) for plan in plans(here)], lang)
    place = {"table": "delivery", "row_id": here.site or "all"}
    blocks.append(paragraph("support.intro", "support.intro", lang, counted(rows), plans=titles, **place))
    return [*blocks, *without_plan(here)]


def counted(rows: pd.DataFrame) -> dict[str, int]:
    """How many promises there are (n), can be judged (judged), and have each status; rows: of `delivery_rows`."""
    counts = rows["status"].value_counts()
    statuses = (*JUDGED, "not due", "no standard", "not measurable")
    return {"n": len(rows), "judged": int(rows["status"].isin(JUDGED).sum())} | {
        one.replace(" ", "_"): int(counts.get(one, 0)) for one in statuses
    }


def without_plan(here: Context, section: str = "support") -> list[Block]:
    """One honest sentence for each group that no plan of this wave addresses."""
    return [
        paragraph(
            f"{section}.no_plan_{group}",
            "support.no_plan_group",
            here.lang,
            group=here.group(group),
            kind="note",
        )
        for group in unmet_groups(here)
    ]


def shortfall(here: Context) -> list[Block]:
    """People who were not given what was promised, most people first: sentences, then the table."""
    lang, rows = here.lang, delivery_rows(here)
    if rows.empty:
        return []
    blocks: list[Block] = [heading("support.shortfall_title", lang)]
    if (rows := by_shortfall(here, rows)).empty:
        return [*blocks, paragraph("support.nobody_bound", "support.nobody_bound", lang)]
    told = [_left_short(row, lang) for row in rows.to_dict("records")[:SENTENCES]]
    blocks += [joined(f"support.shortfall_{number}", pieces, lang) for number, pieces in enumerate(told, start=1)]
    formats = {"promise": "text", "whom": "text", "eligible": "count", "short": "count", "zero_contact": "count"}
    formats |= {"due": "count", "unknown": "count"}
    titles = {"due": word("columns.due_n", lang), "unknown": word("columns.unknown_n", lang)}
    frame = with_hidden(rows, [*HIDDEN_COLUMNS, "eligible", "short"])
    # what was counted and is missing here stands on too few people
    counted_too = {"short": rows["eligible_known"], "zero_contact": rows["unknown"].lt(rows["due"]).fillna(False)}
    for name, known in counted_too.items():
        frame[name] = frame[name].astype(object).mask(rows[name].isna() & known, HIDDEN)
    notes = (word("support.shortfall_note", lang),)
    return [*blocks, table("support.shortfall_table", frame, formats, lang, titles=titles, notes=notes)]


def by_shortfall(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Promises to people that were due, with eligible and short (people, missing = hidden), most people short first."""
    # not judged by status alone: a promise whose logs are missing has people who were left short all the same
    rows = rows[rows["basis"].eq("recipient") & (rows["due"].gt(0) | rows["suppressed"])]
    ends = first_and_last(here, rows)
    short = (ends["first"] - ends["last"]).mask(rows["suppressed"])
    known = {"eligible": ends["first"].fillna(rows["bound"]), "eligible_known": ends["first"].notna(), "short": short}
    # a hidden number is at least as large as those who never got any
    known["at_least"] = short.fillna(rows["zero_contact"])
    return rows.assign(**known).sort_values("at_least", ascending=False, kind="stable")


def _left_short(row: dict, lang: str) -> list[tuple]:
    place = {"promise": row["promise"], "table": "delivery", "row_id": row_id(row)}
    if row["suppressed"]:
        return [sentence("support.shortfall_hidden", lang, **place)]
    if pd.isna(row["short"]):
        pieces = [sentence("support.shortfall_open", lang, row, **place)]
    else:
        key = "support.shortfall" if row["short"] > 0 else "support.shortfall_none"
        pieces = [sentence(key, lang, row, **place | {"table": "cascade"})]
    if pd.notna(row["zero_contact"]) and row["zero_contact"] > 0:
        pieces.append(sentence("support.never", lang, row, **place))
    if pd.notna(row["unknown"]) and row["unknown"] > 0:
        pieces.append(sentence("support.shortfall_unknown", lang, row, **place))
    return pieces


def against_standard(here: Context) -> list[Block]:
    """What was promised in words, what was delivered of it, the figure, and the count of promises by place."""
    lang, rows = here.lang, delivery_rows(here)
    if rows.empty:
        return []
    formats = {"promise": "text", "standard": "text", "share_due": "text"}
    titles = {"share_due": word("columns.target", lang)}
    notes = (word("support.assumed_note", lang),) if any(map(assumes_target, promises(here).values())) else ()
    blocks: list[Block] = [
        heading("support.standard_title", lang),
        table("support.promised", rows, formats, lang, titles=titles, notes=notes),
    ]
    judged = rows[rows["status"].isin(JUDGED)]
    if judged.empty:
        return blocks
    groups = judged["group"].fillna("")
    # the groups in the plans' order; in each what is farthest below its target first
    judged = judged.assign(
        place=groups.map(groups.drop_duplicates().tolist().index), left=judged["target"] - judged["value"]
    )
    judged = judged.sort_values(["place", "left"], ascending=[True, False], kind="stable")
    blocks.append(_kept(judged, lang))
    return [*blocks, *_figures(judged, lang), *_in_places(here)]


def _figures(judged: pd.DataFrame, lang: str) -> list[Block]:
    """One figure a group, so that each stays on a page."""
    drawn, figures = judged[judged["value"].notna() & ~judged["suppressed"]], []
    for group, own in drawn.groupby(drawn["group"].fillna(""), sort=False):
        for start in range(0, len(own), IN_FIGURE):
            whom = own["whom"].iloc[0] if group else word("support.everybody", lang)
            caption = word("support.figure", lang, whom=whom[0].upper() + whom[1:])
            frame, name = _bars(own[start : start + IN_FIGURE], lang), f"support.figure_{group or 'all'}_{start}"
            alt = described("support.figure_alt", lang, frame.to_dict("records"))
            figures.append(Figure(name, "support", caption, alt, frame, support_figures.delivery_bars))
    return figures


def _kept(judged: pd.DataFrame, lang: str) -> Block:
    frame = judged.assign(
        span=[span(*pair) for pair in zip(judged["conf_low"], judged["conf_high"], strict=True)],
        status=[label("delivery_status", status, lang) for status in judged["status"]],
    )
    frame = with_hidden(frame, [*HIDDEN_COLUMNS, "span", "previous_value"])
    formats = {"promise": "text", "due": "count", "delivered": "count", "unknown": "count", "value": "percent0"}
    formats |= {"span": "text", "dose": "percent0", "target": "percent0", "previous_value": "percent0"}
    formats |= {"status": "text"}
    own = {"due": "due_n", "delivered": "met_n", "unknown": "unknown_n", "value": "met_share"}
    titles = {name: word(f"columns.{title}", lang) for name, title in own.items()}
    if judged["previous_value"].isna().all():
        del formats["previous_value"]
    notes = (word("support.kept_note", lang),)
    return table("support.kept", frame, formats, lang, titles=titles, notes=notes)


def _bars(drawn: pd.DataFrame, lang: str) -> pd.DataFrame:
    keys = {f"key_{name}": word(f"support.key_{name}", lang) for name in KEYS}
    counts = zip(drawn["delivered"], drawn["due"], strict=True)
    frame = pd.DataFrame(
        {
            "name": drawn["promise"],
            "value": drawn["value"],
            "low": drawn["conf_low"],
            "high": drawn["conf_high"],
            "target": drawn["target"],
            "previous": drawn["previous_value"],
            "unknown": drawn["unknown"] / drawn["due"],
            "n": [f"{shown(met, 'count')}/{shown(due, 'count')}" for met, due in counts],
            "x_title": word("support.axis", lang),
        }
    )
    return frame.astype(dict.fromkeys(support_figures.SHARES, "float64")).assign(**keys).reset_index(drop=True)


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
        some = rows[rows["status"].eq(status) & ~(rows["suppressed"] & rows["status"].eq("not measurable"))]
        if len(some):
            blocks.append(_asked(here, some, f"support.{status.replace(' ', '_')}"))
    return blocks if len(blocks) > 1 else [*blocks, paragraph("support.nothing_open", "support.nothing_open", lang)]


def _asked(here: Context, rows: pd.DataFrame, block: str) -> Block:
    """The promise, its level where one is known, the question to the owner, and the owner."""
    lang, known = here.lang, promises(here)
    ones = [known.get(key) for key in zip(rows["plan"], rows["commitment"], strict=True)]
    standard = word("support.no_question", lang)
    frame = rows.assign(
        level_value=[level_in_words(*pair, lang) for pair in zip(rows["level"], rows["level_unit"], strict=True)],
        ask=[one.ask.in_language(lang) if one and one.ask else standard for one in ones],
        owner=[(told(one.owner, lang) if one else "") or "—" for one in ones],
    )
    formats = {"promise": "text", "standard": "text", "level_value": "text", "ask": "text", "owner": "text"}
    return table(block, frame, formats, lang)


def level_in_words(level: float, unit: str, lang: str) -> str:
    """The level of a promise without a standard, in its unit: a share, partners a person, or so many a period."""
    if pd.isna(level):
        return MISSING
    if unit.startswith("share"):
        return word(f"support.level.{unit.replace(' ', '_')}", lang, share=shown(level, "percent0"))
    counted, _, per = unit.partition(" per ")
    n = shown(level, "number1")
    if not per:
        return word("support.level.partners", lang, n=n)
    amount = word(f"promises.amount.{counted}", lang, n=n, unit="")
    every = known_word(f"promises.per.{per}", lang) or word("promises.per.other", lang, name=per)
    return f"{every} {amount}" if lang == "zh" else f"{amount} {every}"

"""The first page: what was promised, delivered, for whom not, what moved, what to change, how sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.delivered import JUDGED, delivery_rows, row_id, unmet_groups
from careeval.present.front_change import how_sure, to_change, what_moved
from careeval.present.promises import and_so_on, short_name
from careeval.present.reach import at_place, behind, gaps_in_words
from careeval.present.sentences import joined, sentence
from careeval.present.support import by_shortfall, counted
from careeval.present.words import word

Piece = tuple[str, tuple]
NAMED = 2  # promises named a group
SHORT = 3  # promises told with the people they left short, and with those who never got any
KINDS = 2  # kinds of people told
STATUSES = ("met", "not met", "uncertain", "not due", "no standard", "not measurable")


def page(here: Context) -> list[Block]:
    """Six short parts, each a paragraph with its question in bold before it. Numbers are references to table rows."""
    rows = delivery_rows(here)
    parts = {
        "promised": promised(here, rows),
        "delivered": delivered(here, rows),
        "unserved": unserved(here, rows),
        "moved": what_moved(here),
        "change": to_change(here, rows),
        "sure": how_sure(here, rows),
    }
    return [
        replace(joined(f"front.{name}", pieces, here.lang), lead=word(f"front.{name}", here.lang))
        for name, pieces in parts.items()
    ]


def promised(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """How many promises there are to whom, the largest of each group by name, and groups without a plan.

    rows: of `delivery_rows`, empty without a plan; the same for the other parts.
    """
    lang = here.lang
    if rows.empty:
        return [sentence("front.no_plan", lang)]
    place = {"table": "delivery", "row_id": here.site or "all"}
    pieces = [sentence("front.promises", lang, counted(rows), **place)]
    for whom, own in rows.groupby("whom", sort=False):
        # told by the people it binds where these may be seen, else in the plan's order
        bound = own["bound"].astype("Float64").mask(own["suppressed"] | own["basis"].ne("recipient"), 0).fillna(0)
        largest = (
            own.loc[bound.sort_values(ascending=False, kind="stable").index, "promise"]
            .drop_duplicates()
            .map(short_name)
        )
        named = {"whom": word("support.everybody", lang) if whom == "—" else whom}
        named["promises"] = _quoted(largest.head(NAMED), lang)
        more = "" if len(largest) <= NAMED else "_more"
        pieces.append(sentence(f"front.promises_to{more}", lang, {"n": len(own)}, **named, **place))
    return [*pieces, *_without_plan(here)]


def _without_plan(here: Context) -> list[Piece]:
    groups = and_so_on(map(here.group, unmet_groups(here)), here.lang)
    return [sentence("front.no_plan_for", here.lang, groups=groups)] if groups else []


def _quoted(texts: Iterable[str], lang: str) -> str:
    quoted = [word("front.quoted", lang, text=text) for text in texts]
    return ("" if lang == "zh" else ", ").join(quoted)


def delivered(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """The promises counted by status, and those that left most people short."""
    lang = here.lang
    if rows.empty:
        return [sentence("front.no_plan_delivery", lang)]
    numbers, place = counted(rows), {"table": "delivery", "row_id": here.site or "all"}
    statuses = [status.replace(" ", "_") for status in STATUSES]
    told = [
        sentence(f"front.{one}", lang, numbers, **place)
        for one in statuses
        if numbers[one] or (one in ("met", "not_met") and numbers["judged"])
    ]
    pieces = [_listed("front.of_all", told, lang, numbers, **place)]
    worst = by_shortfall(here, rows)
    # a promise of which whole logs are missing: who was left short is an upper number, said with it
    short = worst[worst["short"].gt(0).fillna(False)].head(SHORT)
    told = []
    for row in short.to_dict("records"):
        key = "front.short_open" if pd.notna(row["unknown"]) and row["unknown"] > 0 else "front.short"
        named = {"promise": short_name(row["promise"]), "table": "cascade", "row_id": row_id(row)}
        told.append(sentence(key, lang, row, **named))
    return [*pieces, _listed("front.most_short", told, lang)] if told else pieces


def _listed(key: str, pieces: list[Piece], lang: str, row: Mapping | None = None, **place: str) -> Piece:
    """Pieces with semicolons between them, filled into a sentence of the row."""
    named = {"pieces": ("；" if lang == "zh" else "; ").join(text for text, _ in pieces)}
    text, references = sentence(key, lang, row, **named, **place)
    return text, references + tuple(reference for _, own in pieces for reference in own)


def unserved(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """Who never got any, which kinds of people and which places got least, and of whom nothing can be seen."""
    lang = here.lang
    if rows.empty:
        return [sentence("front.no_plan_unserved", lang)]
    to_people = rows[rows["basis"].eq("recipient") & ~rows["suppressed"]]
    never = to_people[to_people["zero_contact"].gt(0).fillna(False)]
    never = never.sort_values("zero_contact", ascending=False, kind="stable").head(SHORT)
    told = []
    for row in never.to_dict("records"):
        named = {"promise": short_name(row["promise"]), "whom": row["whom"], "table": "delivery", "row_id": row_id(row)}
        told.append(sentence("front.never", lang, row, **named))
    pieces = [_listed("front.never_any", told, lang)] if told else [sentence("front.never_none", lang)]
    pieces += [*_kinds(here), *_places(here, rows)]
    for key, own in {"unknown": rows["unknown"].gt(0).fillna(False), "hidden": rows["suppressed"]}.items():
        if own.any():
            place = {"table": "delivery", "row_id": here.site or "all"}
            pieces.append(sentence(f"front.{key}", lang, {"n": int(own.sum())}, **place))
    return pieces


def _kinds(here: Context) -> list[Piece]:
    gaps = at_place(here, "gaps")
    if gaps.empty:
        return []
    gaps = gaps_in_words(gaps, here.lang)
    told = []
    for row in gaps[behind(gaps)].sort_values("gap", kind="stable").to_dict("records")[:KINDS]:
        named = {name: row[name] for name in ("fact", "level", "reference")} | {"promise": short_name(row["promise"])}
        place = {"table": "gaps", "row_id": f"{row['plan']}, {row['commitment']}, {row['level']}"}
        told.append(sentence("front.kind", here.lang, row, **named, **place))
    return [_listed("front.kinds", told, here.lang)] if told else []


def _places(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """Where the promise that left most people short was kept least; nothing where one place is chosen."""
    worst = by_shortfall(here, rows)
    worst = worst[worst["short"].gt(0).fillna(False)]
    if here.site or worst.empty:
        return []
    one, given = worst.iloc[0], here.table("delivery")
    same = given["wave"].eq(here.wave.id) & given["site"].ne("all") & given["status"].isin(JUDGED)
    for name in ("plan", "commitment", "group"):
        same &= given[name].eq(one[name])
    places = given[same & given["value"].notna() & ~given["suppressed"].fillna(False).astype(bool)]
    if len(places) < 2:
        return []
    row = places.sort_values("value", kind="stable").iloc[0].to_dict()
    named = {"promise": short_name(one["promise"]), "site": row["site"]}
    told = [sentence("front.place", here.lang, row, **named, table="delivery", row_id=row_id(row))]
    silent = and_so_on(given.loc[same & given["due"].gt(0) & given["unknown"].eq(given["due"]), "site"], here.lang)
    return [*told, sentence("front.places_open", here.lang, sites=silent)] if silent else told

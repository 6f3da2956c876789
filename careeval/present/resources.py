"""Live pairs, case-load, hours and cost: what the promises ask for against what there is."""

from __future__ import annotations

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.numbers import shown
from careeval.present.promises import component_in_words, groups_in_words, name_in_words, promises
from careeval.present.reach import at_place
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import heading, table, with_hidden
from careeval.present.words import label, word

SHARES = ("pairs_alive", "pairs_ended", "pairs_never_started", "paired_people", "case_load_over")
NUMBERS = ("pair_months", "case_load", "case_load_max")
COST = "cost_per_person_month"


def resources(here: Context) -> list[Block]:
    """Pairs, case-load and cost as levels, capacity in words and a table; what cannot be answered is said plainly."""
    lang = here.lang
    if not promises(here):
        return []
    rows = here.table("indicators")
    rows = rows[rows["site"].eq(here.site or "all")]
    roles = {role for one in promises(here).values() for role in (*one.standard.partners, *one.record.role)}
    pairs = rows[rows["indicator"].isin([*SHARES, *NUMBERS]) & rows["value"].notna() & rows["level"].isin(roles)]
    blocks: list[Block] = [heading("support.resources_title", lang)]
    if pairs.empty:
        blocks.append(paragraph("support.no_pairs", "support.no_pairs", lang))
    else:
        blocks.append(_pairs_table(here, pairs))
    return [*blocks, *_capacity(here), *cost(here, rows)]


def _pairs_table(here: Context, rows: pd.DataFrame) -> Block:
    lang = here.lang
    # a share, a mean of months and a number of people stand in one column: each is printed in its own way
    values = [
        shown(value, "percent0" if name in SHARES else "number1")
        for name, value in zip(rows["indicator"], rows["value"], strict=True)
    ]
    frame = rows.assign(
        indicator=[label("indicator", name, lang) for name in rows["indicator"]],
        whom=[groups_in_words(group, here) for group in rows["group"].fillna("")],
        role_title=[name_in_words("role", str(level), lang) for level in rows["level"].fillna("")],
        value=values,
        suppressed=rows["suppressed"].fillna(False).astype(bool),
    )
    hidden = with_hidden(frame, ["numerator", "denominator", "value"])
    formats = {"indicator": "text", "role_title": "text", "whom": "text", "numerator": "count", "denominator": "count"}
    return table("support.resources_table", hidden, formats | {"value": "text"}, lang)


def cost(here: Context, rows: pd.DataFrame) -> list[Block]:
    """What a person-month came to, or why that cannot be answered."""
    pieces = cost_in_words(here, rows)
    return [joined("support.cost", pieces, here.lang)]


def cost_in_words(here: Context, rows: pd.DataFrame) -> list[tuple]:
    """One sentence a component with a cost; the reason where there is none."""
    lang, own = here.lang, rows[rows["indicator"].eq(COST)]
    known = own[own["value"].notna() & ~own["suppressed"].fillna(False).astype(bool)]
    pieces = []
    for row in known.to_dict("records"):
        what = component_in_words(here, row["level"]) if row["level"] else word("support.everything", lang)
        named = {"what": what, "unit": label("currency", row["unit"], lang)}
        place = {"table": "indicators", "row_id": f"{COST}, {row['level']}"}
        pieces.append(sentence("support.cost", lang, row, **named, **place))
    if pieces:
        return pieces
    unknown = "costs_of_all" if here.site and here.study.costs is not None else "no_costs_file"
    reason = next((value for value in own.get("reason", pd.Series(dtype="str")).dropna() if value), unknown)
    return [sentence("support.no_cost", lang, reason=word(f"support.reason.{reason}", lang))]


def _capacity(here: Context) -> list[Block]:
    lang, rows = here.lang, at_place(here, "capacity")
    if rows.empty:
        return [paragraph("support.capacity", "support.no_capacity", lang)]
    known = rows[rows["ratio"].notna()]
    pieces = [_enough(row, lang) for row in known.to_dict("records")]
    pieces += [
        sentence(
            "support.capacity_open",
            lang,
            kind=label("unit_kind", row["kind"], lang) or word("support.nobody_named", lang),
            reason=word(f"support.reason.{row['reason']}", lang),
        )
        for row in rows[rows["ratio"].isna() & ~rows["suppressed"].fillna(False).astype(bool)].to_dict("records")
    ]
    blocks: list[Block] = [joined("support.capacity", pieces, lang)]
    if known.empty:
        return blocks
    frame = known.assign(kind=[label("unit_kind", kind, lang) for kind in known["kind"]], enough=known["ratio"])
    formats = {"kind": "text", "needed_hours": "count", "available_hours": "count", "enough": "percent0"}
    return [*blocks, table("support.capacity_table", frame, formats, lang)]


def _enough(row: dict, lang: str) -> tuple:
    key = "support.capacity_enough" if row["ratio"] >= 1 else "support.capacity_short"
    numbers = {"needed": row["needed_hours"], "available": row["available_hours"], "ratio": row["ratio"]}
    place = {"table": "capacity", "row_id": row["kind"]}
    return sentence(key, lang, numbers, kind=label("unit_kind", row["kind"], lang), **place)

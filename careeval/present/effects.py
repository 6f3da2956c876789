"""The chapter on change: headline estimates in words, table and figure, other analyses, reproductions, balance."""

from __future__ import annotations

from typing import Any

import pandas as pd

from careeval.present import figures
from careeval.present.blocks import Block, Figure, Paragraph
from careeval.present.context import Context
from careeval.present.moved import WORDING, claim_in_words
from careeval.present.numbers import shown
from careeval.present.remarks import notes_in
from careeval.present.sentences import described, paragraph, sentence
from careeval.present.tables import heading, table
from careeval.present.ways import way_rows
from careeval.present.words import label, word

NO_BREAK = "\u00a0"  # an interval stays on one line
NUMBERS = {
    "estimate": "signed2", "interval": "text", "df": "df", "p_value": "p", "hedges_g": "signed2", "g_interval": "text",
    "smallest_worthwhile": "number2", "n": "count", "n_clusters": "count",
}  # fmt: skip


def opening(here: Context) -> list[Block]:
    """The chapter's title, and that a baseline wave estimates nothing."""
    blocks: list[Block] = [heading("effects.title", here.lang, 1)]
    if headline_rows(here).empty:
        blocks.append(paragraph("effects.none", "effects.none", here.lang))
    return blocks


def headline_rows(here: Context) -> pd.DataFrame:
    """The headline estimates of this wave, primary outcomes first."""
    rows = here.table("estimates")
    rows = rows[rows["role"].eq("headline") & rows["wave"].eq(here.wave.id)]
    order = {one.id: number for number, one in enumerate(here.outcomes())}
    return rows.sort_values("outcome", key=lambda names: names.map(order), kind="stable")


def headline(here: Context) -> list[Block]:
    """Each outcome's headline in a sentence, then the table and the forest."""
    rows, lang = headline_rows(here), here.lang
    if rows.empty:
        return []
    blocks = [heading("effects.headline_title", lang), *claims(here, rows, block="effects.claim")]
    seen = rows[rows["estimate"].notna()]
    if seen.empty:
        return blocks
    # with a column of contrasts the page is full; the first chapter's table has the smallest worthwhile change
    several = seen["contrast"].nunique() > 1
    numbers = [name for name in NUMBERS if not (several and name == "smallest_worthwhile")]
    blocks.append(_table(here, "effects.headline", seen, ("outcome", "contrast", *numbers)))
    drawn = seen[seen["g_low"].notna()]
    if len(drawn):
        caption, frame = word("effects.figure", lang), _forest(here, drawn)
        alt = described("effects.figure_alt", lang, frame.to_dict("records"))
        blocks.append(Figure("effects.figure", "effects", caption, alt, frame, figures.forest))
    design = here.study.spec.design
    by_person = design.assigned_unit == "person"
    unit = design.clustered_in if by_person else design.assigned_unit
    kind = "people" if not unit else "recruited" if by_person else "assigned"
    how = word(f"effects.intervals_{kind}", lang, unit=label("unit_kind", unit, lang))
    return [*blocks, paragraph("effects.method_note", "effects.method_note", lang, kind="note", intervals=how)]


def claims(here: Context, rows: pd.DataFrame, *, block: str) -> list[Block]:
    """One sentence a headline row, worded as strongly as its design allows, and once for each design what it allows."""
    blocks: list[Block] = []
    for number, row in enumerate(rows.to_dict("records"), start=1):
        text, references = claim(here, row)
        kind = "note" if pd.isna(row["estimate"]) else "text"
        blocks.append(_paragraph(f"{block}_{number}", text, references, kind))
    wordings = dict.fromkeys(
        WORDING[design] for design in rows.loc[rows["conf_low"].notna(), "design"] if design in WORDING
    )
    for wording in wordings:
        blocks.append(paragraph(f"{block}_{wording}", f"effects.claim_{wording}", here.lang, kind="note"))
    return blocks


def claim(here: Context, row: dict[str, Any]) -> tuple:
    """(text, references) of a headline row, as strong as its design allows; a refusal gives its reason."""
    lang = here.lang
    named = {"outcome": here.outcome_title(row["outcome"]), "group": here.group(row["group"])}
    if pd.isna(row["estimate"]):
        return sentence("effects.refused", lang, reason=notes_in(row["note"], lang), **named)
    place = {"table": "estimates", "row_id": row["id"]}
    if pd.isna(row["conf_low"]):
        return sentence("effects.no_interval", lang, row, reason=notes_in(row["note"], lang), **named, **place)
    wording = WORDING[row["design"]]
    named["wave"] = here.wave_title(row["wave"])
    if isinstance(row["baseline_wave"], str) and row["baseline_wave"]:
        named["baseline"] = here.wave_title(row["baseline_wave"])
    if wording == "one_group":
        return sentence("effects.one_group", lang, row, **named, **place)
    named["treated"], named["control"] = here.contrast(row["contrast"]).split(" − ")
    kind = "people" if pd.isna(row["n_clusters"]) else "units"
    named["sample"], counted = sentence(f"effects.sample_{kind}", lang, row, **place)
    named["reading"], references = _reading(row, lang)
    whole, own = sentence(f"effects.{wording}", lang, row, **named, **place)
    return whole + _sure(here, row, named["treated"]), own + counted + references


def _sure(here: Context, row: dict[str, Any], treated: str) -> str:
    """What the estimate allows to be said, with its certainty; a plan is called one, other arms by their names."""
    effects = here.table("effects")
    plan = "" if treated == label("arm", "treated", here.lang) else treated
    for effect in effects[effects["id"].eq(row["id"])].to_dict("records"):
        text = claim_in_words(effect, here.outcome_title(row["outcome"]), here.lang, plan=plan)
        return (" " if text and here.lang == "en" else "") + text
    return ""


def _reading(row: dict[str, Any], lang: str) -> tuple:
    """Where the interval lies, turned so that right is better; open is not 'no effect'."""
    sign = 1 if row["higher_is"] == "better" else -1
    low, high = sorted((sign * row["conf_low"], sign * row["conf_high"]))
    if low <= 0 <= high:
        return sentence("effects.reading_open", lang)
    text, references = sentence("effects.reading_better" if low > 0 else "effects.reading_worse", lang)
    if low >= row["smallest_worthwhile"]:
        more, own = sentence("effects.reading_worthwhile", lang, row, table="estimates", row_id=row["id"])
        return text.rstrip("。.") + ("，" if lang == "zh" else ". ") + more, own
    return text, references


def other(here: Context) -> list[Block]:
    """Companion and sensitivity analyses of this wave that do not stand in the table of the three ways."""
    rows = here.table("estimates")
    rows = rows[~rows["id"].isin(way_rows(here)["id"]) & ~rows["estimator"].str.endswith("permutation")]
    rows = rows[
        rows["role"].isin(["companion", "sensitivity"]) & rows["wave"].eq(here.wave.id) & rows["estimate"].notna()
    ]
    if rows.empty:
        return []
    columns = ("outcome", "contrast", "estimator", "role", "estimate", "interval", "df", "p_value", "n", "n_clusters")
    return [heading("effects.other_title", here.lang), _table(here, "effects.other", rows, columns)]


def reproductions(here: Context) -> list[Block]:
    """The estimates that study.toml asks for, whatever wave is run, and where each was published."""
    rows = here.table("estimates")
    rows = rows[rows["role"].eq("reproduction")]
    if rows.empty:
        return []
    columns = ("outcome", "wave", "contrast", "estimator", "estimate", "std_error", "df", "n", "n_clusters")
    told = [f"{one.id}: {one.source}" for one in here.study.spec.estimates if one.role == "reproduction"]
    note = word("effects.reproduction_note", here.lang, sources="; ".join(told))
    return [
        heading("effects.reproduction_title", here.lang),
        _table(here, "effects.reproduction", rows, columns),
        Paragraph("effects.reproduction_note", "effects", note, kind="note"),
    ]


def balance(here: Context) -> list[Block]:
    """Standardised differences at baseline of the people who are analysed."""
    rows, lang = here.table("balance"), here.lang
    if rows.empty:
        return []
    frame = _named(here, rows).assign(equivalence=[label("equivalence", value, lang) for value in rows["equivalence"]])
    formats = {"outcome": "text", "contrast": "text", "n_treated": "count", "n_control": "count"}
    formats |= {"mean_treated": "number2", "mean_control": "number2", "hedges_g": "signed2", "equivalence": "text"}
    return [
        heading("effects.balance_title", lang),
        table("effects.balance", frame, formats, lang),
        paragraph("effects.balance_note", "effects.balance_note", lang, kind="note"),
    ]


def _paragraph(block: str, text: str, references: tuple, kind: str) -> Block:
    return Paragraph(block, block.partition(".")[0], text, references, kind)


def _named(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        outcome=[here.outcome_and_group(*pair) for pair in zip(rows["outcome"], rows["group"], strict=True)],
        contrast=[here.contrast(value) for value in rows["contrast"].fillna("")],
        wave=[here.wave_title(value) for value in rows["wave"]],
    )


def _table(here: Context, block: str, rows: pd.DataFrame, columns: tuple[str, ...]) -> Block:
    frame = _named(here, rows).assign(
        estimator=[label("estimator", value, here.lang) for value in rows["estimator"]],
        role=[label("role", value, here.lang) for value in rows["role"]],
        interval=_intervals(rows, "conf_low", "conf_high"),
        g_interval=_intervals(rows, "g_low", "g_high"),
    )
    arms = rows["contrast"].dropna().unique()
    if len(arms) == 1:
        # one contrast: said once, under the table
        columns = tuple(name for name in columns if name != "contrast")
    notes = (word("effects.contrast_note", here.lang, contrast=here.contrast(arms[0])),) if len(arms) == 1 else ()
    formats = dict.fromkeys(columns, "text") | {name: kind for name, kind in NUMBERS.items() if name in columns}
    if "std_error" in columns:
        # a reproduction is checked against print: one digit more
        formats |= {"estimate": "number4", "std_error": "number4", "df": "number2"}
    return table(block, frame, formats, here.lang, notes=notes)


def _intervals(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    pairs = zip(rows[low], rows[high], strict=True)
    return ["—" if pd.isna(a) else f"[{shown(a, 'signed2')},{NO_BREAK}{shown(b, 'signed2')}]" for a, b in pairs]


def _forest(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """g and its interval turned so that right is better, and the worthwhile band in the same unit."""
    sign = rows["higher_is"].map({"better": 1, "worse": -1})
    scale = (rows["hedges_g"] / rows["estimate"]).abs()
    bounds = pd.DataFrame({"a": sign * rows["g_low"], "b": sign * rows["g_high"]})
    several = rows["contrast"].nunique() > 1
    names = [here.outcome_and_group(*pair) for pair in zip(rows["outcome"], rows["group"], strict=True)]
    contrasts = [f"\n{here.contrast(value)}" if several else "" for value in rows["contrast"].fillna("")]
    return pd.DataFrame(
        {
            "name": [name + contrast for name, contrast in zip(names, contrasts, strict=True)],
            "value": (sign * rows["hedges_g"]).to_numpy(),
            "low": bounds.min(axis="columns").to_numpy(),
            "high": bounds.max(axis="columns").to_numpy(),
            "worthwhile": (scale * rows["smallest_worthwhile"]).to_numpy(),
            "n": [f"n = {shown(n, 'count')}" for n in rows["n"]],
            "x_title": word("effects.axis", here.lang),
        }
    )

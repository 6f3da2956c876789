"""Paired tests as SPSS prints them: tables, and a paragraph an outcome to be copied."""

from __future__ import annotations

from typing import Any

import pandas as pd

from careeval.present.blocks import Block, Table
from careeval.present.context import Context
from careeval.present.remarks import notes_in
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import HIDDEN, heading, table
from careeval.present.words import in_brackets, known_word, label, word

ALPHA = 0.05
RANKS = {
    "negative_n": "count", "positive_n": "count", "ties_n": "count", "negative_mean_rank": "number2",
    "positive_mean_rank": "number2", "negative_ranks": "number1", "positive_ranks": "number1",
}  # fmt: skip
TABLES = {
    "paired.statistics": {"measured": "text", "mean": "number2", "n": "count", "sd": "number3", "se": "number3"},
    "paired.correlations": {"n": "count", "correlation": "number3", "correlation_p": "p"},
    "paired.tests": {
        "mean_difference": "number3", "sd_difference": "number3", "se_difference": "number3", "conf_low": "number3",
        "conf_high": "number3", "statistic": "number3", "df": "count", "p_value": "p",
    },
    "paired.sizes": {"hedges_g": "signed2", "g_low": "signed2", "g_high": "signed2"},
    "paired.ranks": RANKS,
    "paired.signed": {"z": "number3", "z_p": "p", "exact_p": "p"},
}  # fmt: skip


def tests(here: Context) -> list[Block]:
    """The section: what it does not show, the tables, a paragraph an outcome, who was not tested; [] without a pair."""
    rows, lang = here.table("paired"), here.lang
    if rows.empty:
        return []
    blocks = [heading("paired.title", lang), paragraph("paired.warning", "paired.warning", lang, kind="warning")]
    tested = rows[rows["mean_before"].notna()].reset_index(drop=True)
    if len(tested):
        sides = [_side(here, tested, "before"), _side(here, tested, "after")]
        both = pd.concat(sides).sort_index(kind="stable")
        unseen = tested["negative_n"].isna()
        hidden = {name: unseen & tested[name].isna() for name in (*RANKS, "z", "z_p")}
        ranks = tested.assign(**{name: tested[name].astype(object).mask(gone, HIDDEN) for name, gone in hidden.items()})
        frames = {"paired.statistics": both, "paired.ranks": ranks, "paired.signed": ranks}
        blocks += [_table(here, name, frames.get(name, tested)) for name in TABLES]
    for number, outcome in enumerate(dict.fromkeys(tested["outcome"]), start=1):
        own = tested[tested["outcome"].eq(outcome) & tested["p_value"].notna()].to_dict("records")
        said = [_said(here, row) for row in own]
        blocks += [joined(f"paired.text_{number}", said, lang)] * bool(said)
    return [*blocks, *_not_tested(here, rows[rows["note"].ne("") | rows["suppressed"]])]


def _side(here: Context, rows: pd.DataFrame, side: str) -> pd.DataFrame:
    """Means of one wave under the names that both waves share."""
    names = {f"{name}_{side}": name for name in ("mean", "sd", "se")}
    waves = rows["baseline_wave" if side == "before" else "wave"]
    made = rows[["outcome", "arm", "n", *names]].rename(columns=names)
    return made.assign(measured=[word(f"paired.{side}", here.lang, wave=here.wave_title(one)) for one in waves])


def _table(here: Context, block: str, rows: pd.DataFrame) -> Table:
    pairs = [_pair(here, row) for row in rows[["outcome", "arm"]].to_dict("records")]
    formats = {"pair": "text", **TABLES[block]}
    titles = {name: word(f"paired.columns.{name}", here.lang) for name in formats}
    notes = tuple(filter(None, [known_word(f"{block}_note", here.lang)]))
    return table(block, rows.assign(pair=pairs), formats, here.lang, titles=titles, notes=notes)


def _pair(here: Context, row: dict[str, Any]) -> str:
    return in_brackets(here.outcome_title(row["outcome"]), label("arm", row["arm"], here.lang), here.lang)


def _said(here: Context, row: dict[str, Any]) -> tuple:
    """One arm's result in the form that papers print it, and what Wilcoxon says to it."""
    lang, own, place = here.lang, (), {"table": "paired", "row_id": row["id"]}
    clear = row["p_value"] < ALPHA
    moved = "open" if not clear else "fell" if row["mean_difference"] > 0 else "rose"
    agree = "same" if clear == (row["z_p"] < ALPHA) else "other"
    reading = word(f"paired.{moved}", lang, better=word(f"paired.{row['higher_is']}", lang))
    named = {
        "pair": _pair(here, row),
        "baseline": here.wave_title(row["baseline_wave"]),
        "reading": reading,
        "ranks": "",
    }
    if pd.notna(row["z_p"]):
        # in one sentence with an interval: no p-value stands alone
        named["ranks"], own = sentence("paired.text_ranks", lang, row, agree=word(f"paired.{agree}", lang), **place)
    text, references = sentence("paired.text", lang, row, wave=here.wave_title(row["wave"]), **named, **place)
    return text, references + own


def _not_tested(here: Context, rows: pd.DataFrame) -> list[Block]:
    """The pairs without a test, those of one reason together."""
    lang, few, pairs = here.lang, word("paired.few", here.lang), {}
    for row in rows.to_dict("records"):
        reason = few if row["suppressed"] else notes_in(row["note"], lang)
        pairs.setdefault(reason, []).append(_pair(here, row))
    comma = "、" if lang == "zh" else "; "
    told = [sentence("paired.refused", lang, pair=comma.join(own), reason=reason) for reason, own in pairs.items()]
    return [joined("paired.not_tested", told, lang, kind="note")] if told else []

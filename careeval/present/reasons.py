"""Why a verdict is what it is, in one sentence: what was delivered, what moved, how sure, and so what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from careeval.present.context import Context
from careeval.present.delivered import JUDGED, row_id
from careeval.present.promises import and_so_on
from careeval.present.sentences import sentence
from careeval.present.words import label, word


def delivery_in_words(row: Mapping[str, Any], lang: str) -> tuple:
    """(text, references) of one row of delivery: the counts behind its status, or why there are none."""
    place = {"table": "delivery", "row_id": row_id(row)}
    if row["suppressed"] and row["status"] != "no standard":
        return sentence("review.delivery_hidden", lang, **place)
    if row["status"] not in JUDGED:
        return sentence(f"review.delivery_{row['status'].replace(' ', '_')}", lang, **place)
    key = "review.delivery_unknown" if pd.notna(row["unknown"]) and row["unknown"] > 0 else "review.delivery_judged"
    return sentence(key, lang, row, **place)


def because(verdict: Mapping[str, Any], delivery: Mapping[str, Any] | None, moved: str, advice: str, lang: str) -> str:
    """One sentence: delivery, change, verdict and advice. moved '' = the rule did not come to ask for it.

    The advice is that of the rule; of a verdict that people have set aside the rule's word is told as well.
    """
    given = delivery_in_words(delivery, lang)[0] if delivery else word("review.delivery_not_measurable", lang)
    by_rule = str(verdict.get("verdict_by_rule") or verdict["verdict"])
    named = {"delivery": given, "verdict": _opened(label("verdict", by_rule, lang), lang), "moved": moved}
    text = word("review.because" if moved else "review.because_delivery", lang, advice=advice, **named)
    if by_rule != verdict["verdict"]:
        text = word("review.overruled", lang, why=text, rule=label("verdict", by_rule, lang))
    return _opened(text, lang)


def measured_in_words(verdict: Mapping[str, Any], outcome: str, lang: str) -> str:
    """Which checks of the measure failed."""
    checks = [label("measure_check", name, lang) for name in re.split(r"[;,] *", str(verdict["failed_checks"]))]
    return word("review.measured_fail", lang, outcome=outcome, checks=and_so_on(checks, lang))


def _opened(text: str, lang: str) -> str:
    return text if lang == "zh" else text[0].upper() + text[1:]


def together(here: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """One row where the same reason holds for several outcomes of a promise, its evidence named once behind `why`."""
    lang = here.lang
    by = frame.groupby(["plan", "commitment", "whom", "promise", "why"], sort=False)
    rows = by.agg(
        outcome=("outcome", lambda own: and_so_on(dict.fromkeys(own), lang)),
        evidence=("evidence", lambda own: and_so_on(dict.fromkeys(_evidence(here, "; ".join(own))), lang)),
    ).reset_index()
    pairs = zip(rows["why"], rows["evidence"], strict=True)
    return rows.assign(why=[word("review.sources", lang, answer=why, sources=names) for why, names in pairs])


def _evidence(here: Context, ids: str) -> list[str]:
    """'delivery:c05; estimates:maths:...' as the chapters call them: delivery c05, the main analysis of maths."""
    pieces = [one.partition(":")[::2] for one in ids.split("; ") if one]
    titles = {"delivery": lambda row: row, "estimates": lambda row: here.outcome_title(row.partition(":")[0])}
    return [word(f"review.evidence_{table}", here.lang, row=titles[table](row)) for table, row in pieces]


def design_of(estimates: pd.DataFrame, outcome: str, group: str, wave: str) -> str:
    """The design of an outcome's headline estimate in a wave, '' where there is none."""
    rows = estimates[estimates["role"].eq("headline") & estimates["wave"].eq(wave) & estimates["outcome"].eq(outcome)]
    own = rows[rows["group"].eq(group)] if group in set(rows["group"]) else rows
    return str(own["design"].iloc[0]) if len(own) else ""

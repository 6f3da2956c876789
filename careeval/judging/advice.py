"""What a verdict advises, in words: that of its rule, told of the promise's kind, its weakest step and least served."""

from __future__ import annotations

from functools import cache

import pandas as pd

from careeval.judging.decision import FILE, decision
from careeval.measure.support.facts import fact_in_words
from careeval.specs.home import LIBRARY
from careeval.specs.plans import Commitment
from careeval.specs.records import Words, read_toml


def advice(
    rule: str,
    commitment: Commitment,
    lang: str,
    *,
    group: str = "",
    cascade: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
) -> str:
    """The advice of a row of the decision table for one promise and group.

    Rules that depend on whom the promise binds have words of their own for sites, providers, programmes and cases. For
    promises to people, the step of `cascade` with the largest loss and the kind of people of `gaps` who are surely
    served least (the whole interval below zero) are named, where the tables tell them.
    """
    row, basis = decision(rule), commitment.standard.basis
    if basis in row.elsewhere:
        return row.elsewhere[basis].in_language(lang)
    places = {} if row.missed is None else {"step": _step(commitment, group, cascade, lang)}
    places |= {} if row.missed is None else {"least": _least(commitment, group, gaps, lang)}
    named = [row.named[name].in_language(lang).format(**words) for name, words in places.items() if words]
    if not named:
        return row.recommendation.in_language(lang)
    return row.missed.in_language(lang).format(named=("；" if lang == "zh" else "; ").join(named))


def review_first(lang: str) -> str:
    """The advice where harm cannot be ruled out, whatever the verdict."""
    return _words(FILE, "review_first").in_language(lang)


def _step(commitment: Commitment, group: str, cascade: pd.DataFrame | None, lang: str) -> dict[str, str]:
    steps = _of(commitment, group, cascade)
    marked = steps["largest_loss"].fillna(False).astype(bool) if len(steps) else pd.Series(dtype=bool)
    if not marked.any():
        return {}
    names = steps["step"].tolist()
    at = marked.tolist().index(True)
    told = {"before": names[at - 1], "step": names[at]}
    return {part: _words("words/labels.toml", "cascade_step", name).in_language(lang) for part, name in told.items()}


def _least(commitment: Commitment, group: str, gaps: pd.DataFrame | None, lang: str) -> dict[str, str]:
    rows = _of(commitment, group, gaps)
    rows = rows[rows["conf_high"].lt(0).fillna(False).astype(bool)] if len(rows) else rows
    if rows.empty:
        return {}
    worst = rows.sort_values("gap", kind="stable").iloc[0]
    return {"fact": fact_in_words(worst["fact"], lang), "level": fact_in_words(worst["fact"], lang, worst["level"])}


def _of(commitment: Commitment, group: str, table: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of one promise and group at all sites together."""
    if table is None or table.empty:
        return pd.DataFrame()
    own = table["commitment"].eq(commitment.id) & table["site"].eq("all")
    own &= table["of"].eq("commitment") if "of" in table else True
    return table[own & table["group"].map(lambda groups: group in str(groups).split("+"))]


@cache
def _words(file: str, *path: str) -> Words:
    found, _ = read_toml(LIBRARY / file)
    for part in path:
        found = found[part]
    return Words.model_validate(found)

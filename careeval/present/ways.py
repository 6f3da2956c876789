"""The same change, three ways: people with CR2, means of units, and units dealt anew. Do they agree, and could they?"""

from __future__ import annotations

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import heading, table
from careeval.present.words import label

ALPHA = 0.05
WAYS = ("cr2", "cr2_fe", "cluster_means", "permutation")
FORMATS = {
    "outcome": "text", "contrast": "text", "estimator": "text", "estimate": "signed2", "conf_low": "signed2",
    "conf_high": "signed2", "p_value": "p", "p_min": "p",
}  # fmt: skip


def way_rows(here: Context) -> pd.DataFrame:
    """Rows of this wave that answer the headline's question by people, unit means and permutation; `key` a question."""
    rows = here.table("estimates")
    rows = rows[rows["wave"].eq(here.wave.id) & rows["role"].isin(["headline", "companion", "sensitivity"])]
    kind = rows["estimator"].str.extract(r"^(?:(did|ancova)_|ols_)?(.*)$")
    rows = rows.assign(family=kind[0].fillna(""), way=kind[1], key=rows["outcome"] + ":" + rows["contrast"].fillna(""))
    leading = rows[rows["role"].eq("headline")].drop_duplicates("key").set_index("key")["family"]
    rows = rows[rows["family"].eq(rows["key"].map(leading)) & rows["way"].isin(WAYS) & rows["p_value"].notna()]
    tried = rows.loc[rows["way"].eq("permutation"), "key"]
    return rows[rows["key"].isin(tried)].reset_index(drop=True)


def ways(here: Context) -> list[Block]:
    """The table, and a sentence for each outcome that says whether the three agree; [] where none was dealt anew."""
    rows, lang = way_rows(here), here.lang
    if rows.empty:
        return []
    contrasts = [here.contrast(value) for value in rows["contrast"]]
    named = [here.outcome_and_group(*pair) for pair in zip(rows["outcome"], rows["group"], strict=True)]
    methods = [label("estimator", name, lang) for name in rows["estimator"]]
    frame = rows.assign(outcome=named, contrast=contrasts, estimator=methods)
    several = len(set(contrasts)) > 1
    formats = {name: kind for name, kind in FORMATS.items() if several or name != "contrast"}
    comma, semicolon = ("，", "；") if lang == "zh" else (", ", "; ")
    asked = dict(zip(rows["key"], frame["outcome"] + comma + contrasts if several else named, strict=True))
    read: dict[tuple[str, str], list[str]] = {}
    for key, own in rows.groupby("key", sort=False):
        read.setdefault(agreement(own), []).append(asked[key])
    dealt = rows[rows["way"].eq("permutation")].set_index("id").to_dict("index")
    said = []
    for (which, coarse), questions in read.items():
        said.append(sentence(f"effects.ways_{which}", lang, asked=semicolon.join(questions)))
        if coarse:
            said.append(sentence("effects.ways_coarse", lang, dealt[coarse], table="estimates", row_id=coarse))
    random = rows["design"].str.startswith("randomised").all()
    return [
        heading("effects.ways_title", lang),
        table("effects.ways", frame, formats, lang),
        joined("effects.ways_read", said, lang),
        paragraph("effects.ways_note", f"effects.ways_note_{'drawn' if random else 'supposed'}", lang, kind="note"),
    ]


def agreement(rows: pd.DataFrame) -> tuple[str, str]:
    """Whether the p-values stand on one side of .05, and the id of a permutation that could not get there, or ''."""
    dealt = rows["way"].eq("permutation")
    coarse = rows.loc[dealt & rows["p_min"].ge(ALPHA), "id"]
    # what could not have been below .05 is no disagreement
    clear = rows.loc[~dealt if len(coarse) else rows["p_value"].notna(), "p_value"] < ALPHA
    return "all_clear" if clear.all() else "disagree" if clear.any() else "all_open", "".join(coarse)

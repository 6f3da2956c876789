"""How far the support reached: the steps from eligible to fully served, who is missed, and what people recall."""

from __future__ import annotations

import pandas as pd

from careeval.measure.support.facts import fact_in_words
from careeval.present import support_figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.delivered import promise_of, span
from careeval.present.numbers import shown
from careeval.present.promises import groups_in_words, promises
from careeval.present.sentences import described, paragraph, sentence
from careeval.present.tables import HIDDEN, heading, table, with_hidden
from careeval.present.words import label, word

TOLD = 3  # the widest gaps are told in words
PANELS = 6  # cascades in the figure; the table has all of them


def at_place(here: Context, name: str) -> pd.DataFrame:
    """A table's rows at the chosen site (or all together), with promise and group in words; empty without plans."""
    if not promises(here):
        return pd.DataFrame()
    rows = here.table(name)
    if "of" in rows:
        rows = rows[rows["of"].eq("commitment")]
    if "site" in rows:
        rows = rows[rows["site"].eq(here.site or "all")]
    if rows.empty or "commitment" not in rows:
        return rows.reset_index(drop=True)
    pairs = zip(rows["plan"], rows["commitment"], strict=True)
    named = rows.assign(promise=[promise_of(here, *pair) for pair in pairs])
    if "group" in rows:
        named = named.assign(whom=[groups_in_words(group, here) for group in rows["group"].fillna("")])
    return named.reset_index(drop=True)


def first_and_last(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Columns first (eligible people) and last (met in every period) for each row of delivery; missing if not known."""
    steps = at_place(here, "cascade")
    if steps.empty:
        return pd.DataFrame({"first": pd.NA, "last": pd.NA}, index=rows.index, dtype="Float64")
    keys = ["plan", "commitment", "group"]
    # "first" and "last" of a group would skip hidden numbers
    ends = {name: steps.drop_duplicates(keys, keep=name).set_index(keys)["n"] for name in ("first", "last")}
    found = rows[keys].merge(pd.DataFrame(ends).reset_index(), on=keys, how="left")
    return found[["first", "last"]].set_axis(rows.index).astype("Float64")


def cascade(here: Context) -> list[Block]:
    """From eligible to met in every period: the largest loss in words, the figure, the table."""
    lang, steps = here.lang, at_place(here, "cascade")
    if steps.empty:
        return []
    steps = steps.assign(before=steps.groupby(["plan", "commitment", "group"])["step"].shift())
    lost = steps.groupby(["plan", "commitment", "group"])["n"].shift() - steps["n"]
    steps = steps.assign(lost=lost, largest_loss=steps["largest_loss"].fillna(False).astype(bool))
    blocks: list[Block] = [heading("support.reach_title", lang)]
    marked = steps[steps["largest_loss"] & steps["lost"].notna() & steps["lost"].gt(0)]
    marked = marked.sort_values("lost", ascending=False, kind="stable")
    for number, row in enumerate(marked.to_dict("records")[:PANELS], start=1):
        words = {name: label("cascade_step", row[name], lang) for name in ("before", "step")}
        place = {"table": "cascade", "row_id": f"{row['plan']}, {row['commitment']}, {row['step']}"}
        named = {"promise": row["promise"], "group": row["whom"], **words, **place}
        blocks.append(paragraph(f"support.reach_{number}", "support.reach", lang, row, **named))
    return [*blocks, *_cascade_figure(steps, lang), _cascade_table(steps, lang)]


def _cascade_figure(steps: pd.DataFrame, lang: str) -> list[Block]:
    """The first promises of which a number may be seen; [] when all are hidden."""
    frame = pd.DataFrame(
        {
            "panel": steps["promise"],
            "step": [label("cascade_step", step, lang) for step in steps["step"]],
            "n": steps["n"].astype("Float64").astype("float64").mask(steps["suppressed"].astype(bool)),
            "largest_loss": steps["largest_loss"],
        }
    )
    seen = frame.groupby("panel", sort=False)["n"].max().dropna()
    frame = frame[frame["panel"].isin(seen.index[:PANELS])].reset_index(drop=True)
    comma = "、" if lang == "zh" else ", "
    told = frame["step"] + " " + [HIDDEN if pd.isna(n) else shown(n, "count") for n in frame["n"]]
    steps_of = told.groupby(frame["panel"], sort=False).agg(comma.join).rename("steps").reset_index()
    caption = word("support.reach_figure", lang)
    alt = described("support.reach_alt", lang, steps_of.to_dict("records"))
    figure = Figure("support.reach_figure", "support", caption, alt, frame, support_figures.cascade_bars)
    return [figure] if len(frame) else []


def _cascade_table(steps: pd.DataFrame, lang: str) -> Block:
    """A row a promise, a column a step; of the last step also what it may be at most, and its share of the first."""
    hidden = with_hidden(steps, ["n", "n_high", "of_eligible"])
    order = list(dict.fromkeys(steps["step"]))
    keys = ["plan", "commitment", "group", "promise", "whom"]
    wide = hidden.pivot(index=keys, columns="step", values="n")[order]
    last = hidden[hidden["step"].eq(order[-1])].set_index(keys)[["n_high", "of_eligible"]]
    rows = steps.drop_duplicates(keys[:3])[keys]
    frame = rows.merge(wide.reset_index(), on=keys).merge(last.reset_index(), on=keys)
    formats = {"promise": "text"} | dict.fromkeys(order, "count") | {"n_high": "count", "of_eligible": "percent0"}
    if not steps["n_high"].gt(steps["n"]).fillna(False).any():
        del formats["n_high"]
    titles = {step: label("cascade_step", step, lang) for step in order}
    notes = (word("support.reach_note", lang),)
    return table("support.reach_table", frame, formats, lang, titles=titles, notes=notes)


def missed(here: Context) -> list[Block]:
    """Which kinds of people are served less, by the facts on the register."""
    lang, gaps = here.lang, at_place(here, "gaps")
    if not promises(here):
        return []
    blocks: list[Block] = [heading("support.missed_title", lang)]
    if gaps.empty:
        return [*blocks, paragraph("support.missed_none", "support.missed_none", lang)]
    gaps = gaps_in_words(gaps, lang)
    worst = gaps[behind(gaps)].sort_values("gap", kind="stable")
    for number, row in enumerate(worst.to_dict("records")[:TOLD], start=1):
        named = {"promise": row["promise"], "group": row["whom"]}
        named |= {name: row[name] for name in ("fact", "level", "reference")}
        place = {"table": "gaps", "row_id": f"{row['plan']}, {row['commitment']}, {row['level']}"}
        blocks.append(paragraph(f"support.missed_{number}", "support.missed", lang, row, **named, **place))
    if worst.empty:
        blocks.append(paragraph("support.missed_even", "support.missed_even", lang))
    return [*blocks, *_gap_table(gaps, lang)]


def _gap_table(gaps: pd.DataFrame, lang: str) -> list[Block]:
    """Of two levels only the one that is served less: the other row says the same. Hidden rows are only counted."""
    # a share that is hidden says nothing in a table of shares, whatever else of the row may be shown
    hidden = gaps["suppressed"] | gaps["value"].isna()
    shown_rows = gaps[~hidden]
    turned = shown_rows["two"] & shown_rows["gap"].gt(0).fillna(False)
    rows = shown_rows[~turned].drop_duplicates(["plan", "commitment", "group", "fact", "level"])
    formats = {"promise": "text", "fact": "text", "level": "text", "denominator": "count", "value": "percent0"}
    formats |= {"reference": "text", "reference_value": "percent0", "gap_points": "count", "gap_span": "text"}
    formats |= {"zero_contact": "count"}
    titles = {"denominator": word("columns.n", lang), "value": word("columns.met_share", lang)}
    frame = with_hidden(rows.assign(suppressed=rows["zero_suppressed"]), ["zero_contact"])
    notes = [word("support.missed_note", lang)]
    small = int(gaps.loc[hidden].drop_duplicates(["plan", "commitment", "group", "fact"]).shape[0])
    if small:
        notes.append(sentence("support.missed_small", lang, {"n": small})[0])
    return (
        [table("support.missed_table", frame, formats, lang, titles=titles, notes=tuple(notes))] if len(frame) else []
    )


def gaps_in_words(gaps: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Facts and levels in words, the gap in points (negative: served less) with its interval."""
    others = word("support.others", lang)
    pairs = list(zip(gaps["fact"], gaps["level"], gaps["reference"], strict=True))
    return gaps.assign(
        fact=[fact_in_words(fact, lang) for fact, _, _ in pairs],
        level=[fact_in_words(fact, lang, level) for fact, level, _ in pairs],
        reference=[others if to == "others" else fact_in_words(fact, lang, to) for fact, _, to in pairs],
        two=gaps["reference"].ne("others"),
        gap_points=100 * gaps["gap"],
        gap_span=[span(*pair) for pair in zip(gaps["conf_low"], gaps["conf_high"], strict=True)],
        suppressed=gaps["suppressed"].fillna(False).astype(bool),
        zero_suppressed=gaps["zero_suppressed"].fillna(False).astype(bool),
    )


def behind(gaps: pd.DataFrame) -> pd.Series:
    """Levels that are surely served less: the whole interval of the gap is below zero."""
    return gaps["conf_high"].lt(0).fillna(False).astype(bool) & ~gaps["suppressed"].astype(bool)


def recall(here: Context) -> list[Block]:
    """Does the record agree with what people recall?"""
    lang, rows = here.lang, at_place(here, "agreement")
    if not promises(here):
        return []
    blocks: list[Block] = [heading("support.recall_title", lang)]
    rows = rows[rows["n"].gt(0).fillna(False)] if len(rows) else rows
    if rows.empty:
        return [*blocks, paragraph("support.recall_none", "support.recall_none", lang)]
    cells = ["both", "log_only", "recall_only", "neither"]
    rows = rows.assign(agreement=(rows["both"] + rows["neither"]) / rows["n"])
    shown_rows = rows[~rows["suppressed"].fillna(False).astype(bool)]
    for number, row in enumerate(shown_rows.to_dict("records"), start=1):
        place = {"table": "agreement", "row_id": f"{row['plan']}, {row['commitment']}"}
        named = {"promise": row["promise"], **place}
        blocks.append(paragraph(f"support.recall_{number}", "support.recall", lang, row, **named))
    formats = {"promise": "text", "n": "count"} | dict.fromkeys(cells, "count") | {"agreement": "percent0"}
    notes = (word("support.recall_note", lang),)
    frame = with_hidden(rows, ["n", *cells, "agreement"])
    return [*blocks, table("support.recall_table", frame, formats, lang, notes=notes)]

"""The school chapter: what was sat, how it went with both denominators, and the academic outcomes."""

from __future__ import annotations

import pandas as pd

from careeval.present import figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.levels import level_blocks
from careeval.present.sentences import described, joined, paragraph, sentence
from careeval.present.tables import HIDDEN, count_or_hidden, heading, table
from careeval.present.words import in_brackets, label, word

SHARES = ("pass", "excellent", "low")
FORMATS = {
    "subject": "text",
    "group": "text",
    "sat": "count",
    "due": "count",
    "mean_percent": "number1",
    "sd_percent": "number1",
}


def opening(here: Context) -> list[Block]:
    """The chapter's title, and that there is nothing where nobody sat an exam."""
    blocks: list[Block] = [heading("academic.title", here.lang, 1)]
    if here.table("exams").empty:
        blocks.append(paragraph("academic.none", "academic.none", here.lang))
    return blocks


def papers(here: Context) -> list[Block]:
    """Mean and shares of each subject in this wave, of those who sat and of those due."""
    exams, lang = here.table("exams"), here.lang
    if exams.empty:
        return []
    rows = _by_subject(here)
    blocks: list[Block] = [heading("academic.papers_title", lang)]
    if exams["full_mark"].isna().all():
        return [*blocks, paragraph("academic.no_full_mark", "academic.no_full_mark", lang)]
    formats = FORMATS | {f"{share}_{kind}": "percent1" for share in SHARES for kind in ("sat", "due")}
    named = rows.assign(
        subject=[_paper_name(*pair, lang) for pair in zip(rows["subject"], rows["paper"], strict=True)],
        group=[here.group(value) for value in rows["group"]],
    )
    blocks.append(table("academic.papers", named, formats, lang, wave=here.wave.title.in_language(lang)))
    seen = [row for row in named.to_dict("records") if _is_number(row["pass_sat"]) and _is_number(row["pass_low"])]
    if seen:
        pieces = [
            sentence("academic.bounds", lang, row, table="indicators", row_id=row["subject"], subject=row["subject"])
            for row in seen
        ]
        blocks.append(joined("academic.bounds", pieces, lang))
        blocks.append(_figure(here, seen))
    return [*blocks, paragraph("academic.papers_note", "academic.papers_note", lang, kind="note")]


def outcomes(here: Context) -> list[Block]:
    """The academic outcomes by wave and arm, and how many classmates' marks stand behind z."""
    chosen = here.outcomes("academic")
    if not chosen or here.table("exams").empty:
        return []
    blocks = [heading("academic.levels_title", here.lang), *level_blocks(here, chosen, chapter="academic")]
    others = int(here.table("cohort")["status"].eq("sat").sum())
    if others and any(one.source == "exams" and one.value == "z" for one in chosen):
        numbers = {"n": count_or_hidden(others, here.floors()["child"])}
        place = {"table": "cohort", "row_id": "sat"}
        blocks.append(paragraph("academic.cohort", "academic.cohort", here.lang, numbers, kind="note", **place))
    return blocks


def _by_subject(here: Context) -> pd.DataFrame:
    """One row a group and subject: sat, due, mean, SD, and each share with its bounds; hidden cells starred."""
    rows = here.table("indicators")
    rows = rows[rows["site"].eq(here.site or "all") & rows["subgroup"].eq("")]
    made = []
    for group in here.study.spec.groups:
        own = rows[rows["group"].eq(group)].set_index(["indicator", "level"])
        # `maths_pass`, or `maths_pass@paper` where one subject had two papers in this wave
        for paper in [
            name.removesuffix("_pass").replace("_pass@", "@")
            for name, kind in own.index
            if kind == "sat" and "_pass" in name
        ]:
            made.append({"subject": paper.partition("@")[0], "paper": paper, "group": group} | _cells(own, paper))
    shares = [f"{share}_{kind}" for share in SHARES for kind in ("sat", "due")]
    columns = ["subject", "paper", "group", *list(FORMATS)[2:], *shares]
    return pd.DataFrame(made, columns=[*columns, "pass_low", "pass_high"])


def _paper_name(subject: str, paper: str, lang: str) -> str:
    """The subject, and which paper where there were two of it."""
    exam = paper.partition("@")[2]
    name = label("subject", subject, lang)
    name = name[0].upper() + name[1:]
    return in_brackets(name, exam, lang) if exam else name


def _cells(rows: pd.DataFrame, paper: str) -> dict[str, object]:
    subject, at, exam = paper.partition("@")

    def cell(indicator: str, level: str, column: str) -> object:
        key = (f"{subject}_{indicator}{at}{exam}", level)
        if key not in rows.index:
            return pd.NA
        row = rows.loc[[key]].iloc[0]
        return HIDDEN if row["suppressed"] else row[column]

    # the mean stands on those who sat; where nobody did there is no mean, and the share of nobody says 0
    sat = "mean" if (f"{subject}_mean{at}{exam}", "sat") in rows.index else "pass"
    made = {"sat": cell(sat, "sat", "denominator"), "due": cell("pass", "due", "denominator")}
    made |= {"mean_percent": cell("mean", "sat", "value"), "sd_percent": cell("sd", "sat", "value")}
    made |= {f"{share}_{kind}": cell(share, kind, "value") for share in SHARES for kind in ("sat", "due")}
    return made | {"pass_low": cell("pass", "due", "conf_low"), "pass_high": cell("pass", "due", "conf_high")}


def _is_number(value: object) -> bool:
    """Neither hidden nor missing."""
    return not isinstance(value, str) and not pd.isna(value)


def _figure(here: Context, rows: list[dict]) -> Figure:
    bars = [
        {
            "x": row["subject"],
            "bar": word(f"academic.share_{share}", here.lang),
            "value": 100 * float(row[f"{share}_sat"]),
        }
        for row in rows
        for share in SHARES
        if _is_number(row[f"{share}_sat"])
    ]
    frame = pd.DataFrame(bars).assign(y_title="%")
    return Figure(
        "academic.figure",
        "academic",
        word("academic.figure", here.lang),
        described("academic.figure_alt", here.lang, bars),
        frame,
        figures.share_bars,
    )

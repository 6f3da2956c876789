"""Levels of outcomes by wave and arm: the tables, sentences and the figure that two chapters share."""

from __future__ import annotations

import pandas as pd

from careeval.present import figures
from careeval.present.blocks import Block, Figure
from careeval.present.context import Context
from careeval.present.numbers import shown
from careeval.present.sentences import described, joined, paragraph, sentence
from careeval.present.tables import HIDDEN, table, with_hidden
from careeval.present.words import in_brackets, label, word
from careeval.specs.study import Outcome

WIDE_WAVES = 2  # more do not fit beside each other on a page


def level_blocks(here: Context, chosen: list[Outcome], *, chapter: str) -> list[Block]:
    """Sentences on this wave, means by wave and arm, a figure, and the warning not to read change as effect."""
    rows = level_rows(here, chosen)
    if rows.empty:
        return []
    now = rows[rows["wave"].eq(here.wave.id) & rows["subgroup"].eq("")]
    blocks: list[Block] = []
    if chapter == "wellbeing" and len(now):
        blocks.append(joined(f"{chapter}.level", [_sentence(here, row) for row in now.to_dict("records")], here.lang))
    blocks.append(_table(here, rows, chapter))
    drawn = rows[rows["subgroup"].str.startswith("arm=") & ~rows["suppressed"].astype(bool)]
    if len(drawn):
        caption, points = word("wellbeing.figure", here.lang), _points(here, drawn)
        alt = described("wellbeing.figure_alt", here.lang, points.to_dict("records"))
        blocks.append(Figure(f"{chapter}.levels_figure", chapter, caption, alt, points, figures.level_points))
    if told := _comparable(here, chosen):
        blocks.append(paragraph(f"{chapter}.gate", f"{chapter}.gate", here.lang, kind="note", told=told))
    if chapter == "academic" and not any(one.value == "z" for one in chosen):
        return blocks
    return [*blocks, paragraph(f"{chapter}.levels_note", f"{chapter}.levels_note", here.lang, kind="note")]


def _comparable(here: Context, chosen: list[Outcome]) -> str:
    """Each outcome's stamp of the wave gate with its reasons; '' in the first wave."""
    gate = here.table("comparable")
    gate = gate[gate["level"].fillna("").eq("") & gate["comparable"].ne("first")].set_index(["indicator", "group"])
    pieces = []
    for one in chosen:
        if (one.id, one.group) in gate.index:
            row = gate.loc[(one.id, one.group)]
            codes = [part.partition(":")[0] for part in str(row["reasons"]).split("; ") if part and part != "nan"]
            why = [label("gate", code, here.lang) for code in dict.fromkeys(codes)]
            stamp = label("comparable", row["comparable"], here.lang)
            comma = "、" if here.lang == "zh" else ", "
            told = in_brackets(stamp, comma.join(why), here.lang) if why else stamp
            pieces.append(f"{here.outcome_title(one.id)} {told}")
    return ("；" if here.lang == "zh" else "; ").join(pieces)


def level_rows(here: Context, chosen: list[Outcome]) -> pd.DataFrame:
    """Indicator rows of the outcomes for every wave so far, the chosen site or all, and each arm of all sites."""
    waves = [one.id for one in here.study.waves_until(here.wave.id) if (here.study.raw / one.id).is_dir()]
    rows = pd.concat([here.table("indicators", wave=wave) for wave in waves], ignore_index=True)
    rows = rows[rows["indicator"].isin([one.id for one in chosen])]
    own = rows["site"].eq(here.site or "all") & rows["subgroup"].eq("")
    arms = rows["site"].eq("all") & rows["subgroup"].str.startswith("arm=")
    order = {one.id: number for number, one in enumerate(chosen)}
    return rows[own | arms].sort_values("indicator", key=lambda names: names.map(order), kind="stable")


def _sentence(here: Context, row: dict) -> tuple:
    named = {"outcome": here.outcome_title(row["indicator"]), "group": here.group(row["group"])}
    if row["suppressed"]:
        return sentence("wellbeing.level_hidden", here.lang, **named)
    key = "wellbeing.level_counted" if row["method"] == "count" else "wellbeing.level"
    place = {"table": "indicators", "row_id": f"{row['wave']}, {row['site']}, {row['indicator']}"}
    return sentence(key, here.lang, row, wave=here.wave_title(row["wave"]), **named, **place)


def _table(here: Context, rows: pd.DataFrame, chapter: str) -> Block:
    """A row an outcome and arm with n and mean of each wave beside it; of many waves a row an outcome, arm and wave."""
    lang, whole = here.lang, here.site or "all"
    arms = [
        label("arm", value.removeprefix("arm="), lang) if value else label("site", whole, lang)
        for value in rows["subgroup"]
    ]
    names = [here.outcome_and_group(*pair) for pair in zip(rows["indicator"], rows["group"], strict=True)]
    long = pd.DataFrame({"outcome": names, "arm": arms, "wave": rows["wave"].to_numpy()})
    long["n"] = with_hidden(rows, ["denominator"])["denominator"].to_numpy()
    long["mean"] = [_mean(row) for row in rows.to_dict("records")]
    waves = list(dict.fromkeys(rows["wave"]))
    if len(waves) > WIDE_WAVES:
        long = long.assign(wave=[here.wave_title(wave) for wave in long["wave"]]).sort_values(
            ["outcome", "arm"], key=lambda names: names.map(list(dict.fromkeys(names)).index), kind="stable"
        )
        formats = {"outcome": "text", "arm": "text", "wave": "text", "n": "count", "mean": "number2"}
        return table(f"{chapter}.levels", long, formats, lang)
    frame = long.drop_duplicates(["outcome", "arm"])[["outcome", "arm"]]
    formats, titles = {"outcome": "text", "arm": "text"}, {}
    for wave in waves:
        own = long[long["wave"].eq(wave)].drop(columns="wave")
        own = own.rename(columns={"n": f"n {wave}", "mean": f"mean {wave}"})
        frame = frame.merge(own, on=["outcome", "arm"], how="left")
        formats |= {f"n {wave}": "count", f"mean {wave}": "number2"}
        titles |= {f"n {wave}": word("columns.n", lang), f"mean {wave}": here.wave_title(wave)}
    return table(f"{chapter}.levels", frame, formats, lang, titles=titles)


def _mean(row: dict) -> str:
    if row["suppressed"]:
        return HIDDEN
    mean = shown(row["value"], "number2")
    if pd.isna(row["conf_low"]):
        return mean
    return f"{mean} [{shown(row['conf_low'], 'number2')},\u00a0{shown(row['conf_high'], 'number2')}]"


def unit_of(outcome: Outcome, lang: str) -> str:
    """What an outcome's values are counted in."""
    return label("value", outcome.value, lang) if outcome.source == "exams" else word("effects.points", lang)


def _points(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    units = {one.id: unit_of(one, here.lang) for one in here.outcomes()}
    return pd.DataFrame(
        {
            "panel": [here.outcome_and_group(*pair) for pair in zip(rows["indicator"], rows["group"], strict=True)],
            "y_title": [units[value] for value in rows["indicator"]],
            "x": [here.wave_title(value) for value in rows["wave"]],
            "line": [label("arm", value.removeprefix("arm="), here.lang) for value in rows["subgroup"]],
            **{column: rows[column].astype(float).to_numpy() for column in ("value", "conf_low", "conf_high")},
        }
    )

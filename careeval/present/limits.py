"""Problems and limits: what this report cannot say, why, and what would mend it next term"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.delivered import delivery_rows, promise_of, unmet_groups
from careeval.present.effects import headline_rows
from careeval.present.moved import WORDING
from careeval.present.numbers import shown
from careeval.present.promises import and_so_on, assumes_target, promises
from careeval.present.remarks import NUMBER, notes_in
from careeval.present.sentences import paragraph, sentence
from careeval.present.tables import HIDDEN, heading, table
from careeval.present.words import label, word

# a finding: its key in the words file, numbers and texts of its sentence
Found = tuple[str, Mapping[str, Any], Mapping[str, str]]
MOST_PROMISES = 4  # named in one sentence
# checks whose number is told behind the outcome; the others are told without, some because few people stand behind them
TOLD = {"reliability_alpha": "number2", "ceiling": "percent0", "follow_up": "percent0", "attrition": "percent0"}
STEPS = ("few_df", "baseline_use_disagrees", "imprecise")  # steps of certainty that no check of the measure tells
ASSUMED = ("assum", "假定", "假设")
UNLINKED = ("code is on no register", "no code", "nobody on the register", "more than one person on the register")
LEFT_OUT = ("no_outcome", "no_baseline", "no_follow_up")
NO_CONSENT = ("no consent", "consent not known")


def problems(here: Context) -> list[Block]:
    """One table: what cannot be said and why, and what to do next term; nothing is listed where nothing is wrong."""
    lang = here.lang
    found = [(area, one) for area, find in AREAS.items() for one in find(here)]
    blocks: list[Block] = [heading("limits.title", lang, 1)]
    if not found:
        return [*blocks, paragraph("limits.nothing", "limits.nothing", lang)]
    frame = pd.DataFrame(
        {
            "area": [word(f"limits.area.{area}", lang) for area, _ in found],
            "limit": [sentence(f"limits.found.{key}", lang, row, **texts)[0] for _, (key, row, texts) in found],
            "next": [word(f"limits.next.{key}", lang) for _, (key, *_) in found],
        }
    )
    titles = {name: word(f"limits.column_{name}", lang) for name in frame}
    formats = dict.fromkeys(frame, "text")
    intro = paragraph("limits.intro", "limits.intro", lang)
    return [*blocks, intro, table("limits.table", frame, formats, lang, titles=titles)]


def delivery(here: Context) -> Iterator[Found]:
    """What the records leave open; nothing for a study that never has a plan."""
    rows = delivery_rows(here)
    if not here.study.plan_files:
        return
    if rows.empty:
        yield "no_plan", {}, {}
        return
    if groups := unmet_groups(here):
        yield "no_plan_group", {}, {"groups": and_so_on(map(here.group, groups), here.lang)}
    hidden, status = rows["suppressed"], rows["status"]
    if names := _quoted(here, rows.loc[status.eq("not measurable") & ~hidden, "promise"]):
        yield "not_measurable", {}, {"promises": names}
    if names := _quoted(here, _without_rows(here)):
        yield "no_rows", {}, {"promises": names}
    gaps = rows[rows["unknown"].gt(0).fillna(False) & ~hidden].sort_values("unknown", ascending=False, kind="stable")
    if len(gaps):
        named = [sentence("limits.quoted_missing", here.lang, row, name=row["promise"])[0] for row in _rows(gaps)]
        yield "no_log", {}, {"promises": and_so_on(named[:MOST_PROMISES], here.lang)}
    counts = {"hidden": hidden.sum(), "no_standard": status.eq("no standard").sum()}
    counts["assumed"] = sum(map(assumes_target, promises(here).values()))
    yield from _counted(counts)
    yield "no_incidents", {}, {}


def _without_rows(here: Context) -> list[str]:
    """Promises of which no file has a row."""
    quality = here.table("quality")
    ids = quality.loc[quality["check"].eq("service of a promise that no row has"), "detail"]
    return [promise_of(here, *key) for key in promises(here) if key[1] in set(ids)]


def measure(here: Context) -> Iterator[Found]:
    """What was not measured well enough, and what nobody has checked."""
    checks = here.table("measured")
    bad = checks[checks["result"].isin(["fail", "down"])]
    key = bad["check"].where(bad["check"].ne("reliability"), "reliability_" + bad["detail"].fillna(""))
    for name, own in bad.groupby(key, sort=False):
        kind = TOLD.get(str(name), "")
        told = [
            (one, shown(value, kind) if kind else "") for one, value in zip(own["outcome"], own["value"], strict=True)
        ]
        yield str(name), {"limit": own["limit"].iloc[0]}, {"outcomes": _outcomes(here, told)}
    later = not here.study.is_baseline(here.wave)
    scales = [(one.id, "") for one in here.outcomes() if one.source == "scores"]
    unchecked = checks.loc[checks["check"].eq("invariance"), "result"].eq("not checked").any()
    if later and scales and unchecked:
        yield "invariance", {}, {"outcomes": _outcomes(here, scales)}
    assumed = [(one.id, "") for one in here.outcomes() if one.why_worthwhile(here.lang).lower().startswith(ASSUMED)]
    if assumed:
        yield "assumed_worthwhile", {}, {"outcomes": _outcomes(here, assumed)}


def comparison(here: Context) -> Iterator[Found]:
    """What the design and the intervals leave open, and what does not compare with the last wave."""
    rows, effects = headline_rows(here), here.table("effects")
    for wording in ("compared", "one_group"):
        if rows["design"].map(WORDING).eq(wording).any():
            yield wording, {}, {}
    refused = rows[rows["conf_low"].isna()].drop_duplicates(["outcome", "note"])
    if len(refused):
        pairs = zip(refused["outcome"], refused["note"], strict=True)
        told = [word("limits.of_reason", here.lang, name=here.outcome_title(one), reason=notes_in(note, here.lang))
                for one, note in pairs]  # fmt: skip
        yield "not_estimated", {}, {"outcomes": ("" if here.lang == "zh" else " ").join(told)}
    if left := [(one["outcome"], number) for one in _rows(rows) if (number := _left_out(one["note"]))]:
        yield "left_out", {}, {"outcomes": _outcomes(here, list(dict.fromkeys(left)))}
    for step in STEPS:
        own = effects[effects["certainty_steps"].str.contains(f":{step}", regex=False)]
        if len(own):
            yield step, {}, {"outcomes": _outcomes(here, [(one, "") for one in own["outcome"].unique()])}
    yield from _counted({"many_outcomes": rows.loc[rows["conf_low"].notna(), "outcome"].nunique()}, above=1)
    yield from _gates(here)


def _left_out(note: object) -> str:
    """How many people a note of an estimate leaves out, a star where one of its numbers is hidden, '' for nobody."""
    pieces = [piece for piece in str(note).split("; ") if piece.startswith(LEFT_OUT)]
    if any("fewer than" in piece for piece in pieces):
        return HIDDEN
    total = sum(int(NUMBER.search(piece)[2].replace(",", "")) for piece in pieces)
    return shown(total, "count") if total else ""


def _gates(here: Context) -> Iterator[Found]:
    gate = here.table("comparable")
    gate = gate[gate["indicator"].isin([one.id for one in here.outcomes()])]
    for key, verdict in (("gate", "with caveat"), ("gate_not", "not comparable")):
        own = gate[gate["comparable"].eq(verdict)].drop_duplicates(["indicator", "reasons"])
        codes = [[piece.partition(":")[0] for piece in reasons.split("; ")] for reasons in own["reasons"]]
        why = [and_so_on((label("gate", code, here.lang) for code in dict.fromkeys(some)), here.lang) for some in codes]
        if why:
            yield key, {}, {"outcomes": _outcomes(here, list(zip(own["indicator"], why, strict=True)))}


def data(here: Context) -> Iterator[Found]:
    """Rows that are missing, odd or changed."""
    left, quality = here.table("exclusions"), here.table("quality")
    rules = quality["check"].str.startswith("rule ") & quality["severity"].eq("look") & quality["n"].gt(0)
    corrections = [one for one in here.study.corrections if one.wave in ("", "*", here.wave.id)]
    forms = left["reason"].isin(NO_CONSENT) & left["table"].eq("responses")
    counts = {
        "unlinked": left.loc[left["reason"].str.startswith(UNLINKED) & left["table"].ne("answers"), "n"].sum(),
        "consent": left.loc[forms, "n"].sum(),
        "odd": rules.sum(),
        "corrected": len(corrections),
    }
    yield from _counted(counts)


AREAS: Mapping[str, Callable[[Context], Iterator[Found]]] = {
    "delivery": delivery,
    "measure": measure,
    "comparison": comparison,
    "data": data,
}


def _counted(counts: Mapping[str, Any], above: int = 0) -> Iterator[Found]:
    for key, n in counts.items():
        if n > above:
            yield key, {"n": int(n)}, {}


def _quoted(here: Context, names: Iterable[str]) -> str:
    some = list(names)[:MOST_PROMISES]
    return and_so_on([word("limits.quoted", here.lang, name=name) for name in some], here.lang)


def _outcomes(here: Context, told: list[tuple[str, str]]) -> str:
    """Titles of outcomes, those with the same number or reason behind them taken together."""
    together: dict[str, list[str]] = {}
    for outcome, number in told:
        together.setdefault(number, []).append(here.outcome_title(outcome))
    named = {number: and_so_on(names, here.lang) for number, names in together.items()}
    pieces = [word("limits.with_number", here.lang, name=name, number=number) if number else name
              for number, name in named.items()]  # fmt: skip
    return ("；" if here.lang == "zh" else "; ").join(pieces)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")

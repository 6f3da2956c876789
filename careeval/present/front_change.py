"""The first page's parts on change: what moved, what to change, and how sure that is."""

from __future__ import annotations

import pandas as pd

from careeval.present.context import Context
from careeval.present.effects import claim, headline_rows
from careeval.present.moved import WORDING, moved_in_words
from careeval.present.plan_values import what_changes
from careeval.present.promises import and_so_on, short_name
from careeval.present.reasons import measured_in_words
from careeval.present.review import by_id, owner_of, proposed
from careeval.present.sentences import sentence
from careeval.present.start import design_in_words
from careeval.present.support import by_shortfall
from careeval.present.words import known_word, label, word

Piece = tuple[str, tuple]
TOLD = 3  # proposals on the page
NO_ARM_NAMED = ("no meaningful change", "inconclusive")  # what is said of these names the outcome alone


def what_moved(here: Context) -> list[Piece]:
    """One sentence for each primary outcome: as strong as its class and certainty allow, its size and the limit."""
    if here.study.is_baseline(here.wave):
        return [sentence("start.nothing_yet", here.lang)]
    rows = _primary(here)
    pieces = [_moved(here, row) for row in rows.to_dict("records")] or [sentence("effects.none", here.lang)]
    return [*pieces, sentence("front.whole_study", here.lang)] if here.site else pieces


def _primary(here: Context) -> pd.DataFrame:
    """The headline rows of primary outcomes, with moved, certainty, certainty_steps and failed_checks beside them."""
    rows, judged = headline_rows(here), here.table("effects")
    judged = judged[["id", "moved", "certainty", "certainty_steps", "failed_checks"]]
    return rows[rows["outcome_role"].eq("primary")].merge(judged, on="id", how="inner")


def _moved(here: Context, row: dict) -> Piece:
    lang, wording = here.lang, WORDING.get(row["design"], "")
    if row["failed_checks"]:
        return sentence("front.claim", lang, claim=measured_in_words(row, here.outcome_title(row["outcome"]), lang))
    if pd.isna(row["conf_low"]) or wording in ("", "one_group"):
        return claim(here, row)
    title, arm = here.outcome_and_group(row["outcome"], row["group"]), _arm(here, row["contrast"])
    if row["moved"] in NO_ARM_NAMED:
        title = _of_arm(title, arm, lang)
    said = moved_in_words(row, title, row["design"], lang, plan=arm)
    named = {"claim": said[0].upper() + said[1:], "better": label("higher_is", row["higher_is"], lang)}
    named["unit"] = _unit(here, row["outcome"])
    return sentence(f"front.{wording}", lang, row, **named, table="estimates", row_id=row["id"])


def _arm(here: Context, contrast: str) -> str:
    """What the arm that is compared got: '' = the plan, else what the arm is called."""
    arm = "" if pd.isna(contrast) else here.contrast(contrast).partition(" − ")[0]
    return "" if contrast == "treated - control" else arm


def _of_arm(title: str, arm: str, lang: str) -> str:
    return word("front.of_arm", lang, outcome=title, arm=arm) if arm else title


def _unit(here: Context, outcome: str) -> str:
    """What the outcome's numbers are: a total, a z-score."""
    one = next(one for one in here.outcomes() if one.id == outcome)
    kinds = {"scores": ("score", one.score), "exams": ("value", one.value)}
    return label(*kinds[one.source], here.lang) if one.source in kinds else word("front.unit", here.lang)


def to_change(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """The first proposals: what would harm, then what left most people short; their number, and that people decide."""
    lang = here.lang
    if rows.empty:
        return [sentence("front.no_plan_change", lang)]
    asked = proposed(here)
    if asked.empty:
        return [sentence("review.no_proposals", lang)]
    short = by_shortfall(here, rows).set_index("commitment")["at_least"]
    short = short[~short.index.duplicated()].astype("Float64")
    asked = asked.assign(**what_changes(asked, lang), short=asked["commitment"].map(short).fillna(-1).astype("float64"))
    asked = asked.assign(harm=asked["verdict"].eq("pause")).sort_values(
        ["harm", "short"], ascending=False, kind="stable"
    )
    first = asked.drop_duplicates(["commitment"]).head(TOLD)
    pieces = [sentence("front.changes", lang, {"n": len(asked)}, table="verdicts", row_id="all")]
    for number, row in enumerate(first.to_dict("records"), start=1):
        named = {
            "number": str(number),
            "promise": short_name(by_id(here, row["commitment"])),
            "owner": owner_of(here, row["commitment"]),
        }
        named |= {"verdict": label("verdict", row["verdict"], lang), "field": row["field"], "change": row["change"]}
        pieces.append(sentence("front.proposal", lang, **named))
    return [*pieces, sentence("front.people_decide", lang)]


def how_sure(here: Context, rows: pd.DataFrame) -> list[Piece]:
    """How the comparison came about, how sure each primary outcome is and why not surer, and what cannot be said."""
    lang = here.lang
    pieces = [design_in_words(here)]
    if not here.study.is_baseline(here.wave):
        judged = _primary(here)
        wordings = dict.fromkeys(WORDING[one] for one in judged["design"] if one in WORDING)
        pieces += [sentence(f"effects.claim_{one}", lang) for one in wordings]
        pieces += [sentence("front.certainty", lang, **_why(here, row)) for row in judged.to_dict("records")]
        if len(rows):
            pieces.append(sentence("front.as_a_whole", lang))
    if rows.empty:
        pieces.append(sentence("front.delivery_not_known", lang))
    return pieces


def _why(here: Context, row: dict) -> dict[str, str]:
    """The words of one outcome's certainty: the level, and every step that lowered it."""
    lang = here.lang
    steps = [step.partition(":")[::2] for step in row["certainty_steps"].split("; ") if step]
    start = "" if row["design"].startswith("randomised") else "start"
    lowered = [start, *(name for sign, name in steps if sign.startswith("-"))]
    reasons = [
        known_word(f"front.step.{name}", lang) or label("measure_check", name, lang) for name in filter(None, lowered)
    ]
    return {
        "outcome": _of_arm(here.outcome_title(row["outcome"]), _arm(here, row["contrast"]), lang),
        "level": label("certainty", row["certainty"], lang),
        "reasons": and_so_on(reasons, lang) or known_word("front.step.nothing", lang),
    }

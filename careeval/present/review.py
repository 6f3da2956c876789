"""The review: verdicts with their reasons, proposals for the next plan, and what became of the last ones."""

from __future__ import annotations

import pandas as pd

from careeval.judging.advice import advice
from careeval.judging.proposals import changes, proposal_outcomes
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.delivered import delivery_rows, promise_of
from careeval.present.moved import moved_in_words
from careeval.present.plan_values import in_plain_words, what_changes
from careeval.present.promises import and_so_on, assumes_target, component_in_words, groups_in_words, plans, promises
from careeval.present.reasons import because, design_of, measured_in_words, together
from careeval.present.sentences import paragraph, sentence
from careeval.present.support import without_plan
from careeval.present.tables import heading, table
from careeval.present.words import label, word
from careeval.specs.records import told

BY_DELIVERY = ("measure delivery", "strengthen delivery", "strengthen reach", "set a standard")


def opening(here: Context) -> list[Block]:
    """The chapter's title, the verdicts counted, the rule in short, and groups without a plan."""
    lang = here.lang
    blocks: list[Block] = [heading("review.title", lang, 1)]
    if not promises(here):
        return [*blocks, paragraph("review.none", "review.none", lang)]
    rows = here.table("verdicts")
    blocks.append(paragraph("review.intro", "review.intro", lang, {"n": len(rows)}, counts=verdict_counts(rows, lang)))
    blocks.append(paragraph("review.rule", "review.rule", lang, kind="note"))
    if here.site:
        blocks.append(paragraph("review.whole_study", "review.whole_study", lang, kind="note"))
    return [*blocks, *without_plan(here, "review")]


def verdict_counts(rows: pd.DataFrame, lang: str) -> str:
    """'keep 3, strengthen delivery 2', the most frequent first."""
    counts = rows["verdict"].value_counts()
    named = [sentence("review.count", lang, {"n": n}, verdict=label("verdict", one, lang)) for one, n in counts.items()]
    return and_so_on([text for text, _ in named], lang)


def effects_once(here: Context) -> list[Block]:
    """How each outcome that some promise claims moved and how sure that is, once; the numbers stand in chapter 05."""
    if not promises(here):
        return []
    rows = here.table("verdicts")
    rows = rows[rows["outcome"].fillna("").ne("")].drop_duplicates(["outcome", "group", "moved", "certainty"])
    if rows.empty:
        return []
    pairs = zip(rows["outcome"], rows["group"].fillna(""), strict=True)
    frame = pd.DataFrame({"outcome": [here.outcome_and_group(*pair) for pair in pairs]})
    for kind in ("moved", "certainty"):
        frame[kind] = [label(kind, str(value), here.lang) for value in rows[kind]]
    note = paragraph("review.effects_note", "review.effects_note", here.lang, kind="note")
    formats = dict.fromkeys(frame, "text")
    return [heading("review.effects_title", here.lang), note, table("review.effects", frame, formats, here.lang)]


def verdicts(here: Context) -> list[Block]:
    """The table of verdicts, and the reason of each in one sentence with its evidence named."""
    lang = here.lang
    if not promises(here):
        return []
    rows = here.table("verdicts")
    frame = rows.assign(
        promise=[promise_of(here, *pair) for pair in zip(rows["plan"], rows["commitment"], strict=True)],
        whom=[groups_in_words(group, here) for group in rows["group"].fillna("")],
        outcome=[here.outcome_title(outcome) or "—" for outcome in rows["outcome"].fillna("")],
        **{kind: [label(kind, str(value), lang) for value in rows[kind]] for kind in LABELLED},
    )
    formats = dict.fromkeys(("promise", "whom", "outcome", *LABELLED), "text")
    notes = (word("review.verdicts_note", lang),)
    reasons = together(here, frame.assign(why=_reasons(here, rows)))
    why = dict.fromkeys(("promise", "outcome", "why"), "text")
    return [
        heading("review.verdicts_title", lang),
        table("review.verdicts", frame, formats, lang, notes=notes),
        table("review.explained", reasons, why, lang),
    ]


LABELLED = ("delivered", "reached", "moved", "certainty", "verdict")


def _reasons(here: Context, rows: pd.DataFrame) -> list[str]:
    given = delivery_rows(here, site="all")  # verdicts are always those of the whole study
    by_promise = {(row["plan"], row["commitment"], row["group"]): row for row in given.to_dict("records")}
    any_group = {(row["plan"], row["commitment"]): row for row in by_promise.values()}
    estimates, known, reached = here.table("estimates"), promises(here), _reached(here)
    sentences = []
    for row in rows.to_dict("records"):
        key = (row["plan"], row["commitment"])
        delivery = by_promise.get((*key, row["group"])) or any_group.get(key)
        told = advice(str(row["rule"]), known[key], here.lang, group=str(row["group"]), **reached)
        sentences.append(because(row, delivery, _moved(here, row, estimates), told, here.lang))
    return sentences


def _reached(here: Context) -> dict[str, pd.DataFrame]:
    return {name: here.table(name) for name in ("cascade", "gaps")}


def _moved(here: Context, row: dict, estimates: pd.DataFrame) -> str:
    """What the rule went on from: the change, the check that failed, or '' where delivery alone decided."""
    outcome, by_rule = str(row["outcome"] or ""), row["verdict_by_rule"]
    title = here.outcome_title(outcome)
    if by_rule == "measure better":
        return measured_in_words(row, title, here.lang)
    if by_rule in BY_DELIVERY or row["delivered"] == "not due":
        return ""
    return moved_in_words(row, title, design_of(estimates, outcome, row["group"], here.wave.id), here.lang)


def overrulings(here: Context) -> list[Block]:
    """Verdicts that people have set aside, with their written reasons."""
    lang, given = here.lang, [one for plan in plans(here) for one in plan.overrulings]
    if not promises(here):
        return []
    blocks: list[Block] = [heading("review.overrulings_title", lang)]
    if not given:
        return [*blocks, paragraph("review.no_overrulings", "review.no_overrulings", lang)]
    frame = pd.DataFrame(
        {
            "component": [component_in_words(here, one.component) for one in given],
            "whom": [groups_in_words(one.group, here) for one in given],
            "outcome": [here.outcome_title(one.outcome) or "—" for one in given],
            "overruled_to": [label("verdict", one.verdict, lang) for one in given],
            "reason": [one.reason for one in given],
            "by_whom": [f"{one.by}, {one.date}" for one in given],
        }
    )
    return [*blocks, table("review.overrulings", frame, dict.fromkeys(frame, "text"), lang)]


def proposals(here: Context) -> list[Block]:
    """Changes proposed for the next plan: field, from and to, reason, owner, by. Nothing is changed by rule alone."""
    lang = here.lang
    if not promises(here):
        return []
    blocks: list[Block] = [heading("review.proposals_title", lang)]
    rows = proposed(here)
    if rows.empty:
        return [*blocks, paragraph("review.no_proposals", "review.no_proposals", lang)]
    frame = pd.DataFrame(
        {
            "promise": [by_id(here, commitment) for commitment in rows["commitment"]],
            "verdict": [label("verdict", str(verdict), lang) for verdict in rows["verdict"]],
            **what_changes(rows, lang),
            "reason": rows["reason"].fillna(""),
            "owner": [owner_of(here, commitment) for commitment in rows["commitment"]],
            "by": rows["by"].fillna("").replace("", "—"),
        }
    )
    frame = frame if rows["by"].fillna("").ne("").any() else frame.drop(columns="by")
    notes = (word("review.proposals_note", lang),)
    return [*blocks, table("review.proposals", frame, dict.fromkeys(frame, "text"), lang, notes=notes)]


def proposed(here: Context) -> pd.DataFrame:
    """What the verdicts propose, in the chapter's language: a row a commitment and thing to change."""
    given, told = here.table("verdicts"), {"lang": here.lang, **_reached(here)}
    rows = pd.concat([changes(plan, given, **told) for plan in plans(here)], ignore_index=True)
    return rows[rows["field"].ne("") | rows["aim"].ne("")].reset_index(drop=True)


def last_term(here: Context) -> list[Block]:
    """What became of the proposals that last term's review handed on: decided or not, and where it stands now."""
    lang = here.lang
    if not promises(here):
        return []
    given = here.table("verdicts")
    rows = pd.concat([proposal_outcomes(plan, given) for plan in plans(here)], ignore_index=True)
    blocks: list[Block] = [heading("review.last_title", lang)]
    if rows.empty:
        return [*blocks, paragraph("review.no_last", "review.no_last", lang)]
    frame = pd.DataFrame(
        {
            "promise": [by_id(here, commitment) for commitment in rows["commitment"]],
            "verdict": [label("verdict", verdict, lang) for verdict in rows["verdict"]],
            **what_changes(rows, lang),
            "decided": [label("decided", value, lang) or word("review.undecided", lang) for value in rows["decided"]],
            "reason": rows["decision_reason"].replace("", "—"),
            "value_now": [in_plain_words(*pair, lang) for pair in zip(rows["value_now"], rows["aim"], strict=True)],
            "became": [label("became", value, lang) for value in rows["became"]],
        }
    )
    return [*blocks, table("review.last", frame, dict.fromkeys(frame, "text"), lang)]


def by_id(here: Context, commitment: str) -> str:
    """The text of the promise that has this id in any of the plans, else the id."""
    found = [one.text.in_language(here.lang) for one in promises(here).values() if one.id == commitment]
    return found[0] if found else commitment or "—"


def owner_of(here: Context, commitment: str) -> str:
    """Who answers for the promise that has this id in any of the plans; a dash where nobody is named."""
    found = [told(one.owner, here.lang) for one in promises(here).values() if one.id == commitment]
    return (found[0] if found else "") or "—"


def owners(here: Context) -> list[Block]:
    """What the plan leaves open, as questions to those who own the promise."""
    lang, known = here.lang, promises(here)
    if not known:
        return []
    rows = []
    for one in known.values():
        if one.ask:
            rows.append(
                {
                    "promise": one.text.in_language(lang),
                    "ask": one.ask.in_language(lang),
                    "owner": owner_of(here, one.id),
                }
            )
    blocks: list[Block] = [heading("review.owners_title", lang)]
    assumed = [one for one in known.values() if assumes_target(one)]
    if assumed:
        blocks.append(paragraph("review.assumed", "review.assumed", lang, {"n": len(assumed)}))
    if not rows:
        return [*blocks, paragraph("review.no_owners", "review.no_owners", lang)]
    frame = pd.DataFrame(rows)
    return [*blocks, table("review.owners", frame, dict.fromkeys(frame, "text"), lang)]

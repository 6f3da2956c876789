"""The review: verdicts with their reasons, proposals for the next plan, and what became of the last ones."""

from __future__ import annotations

import pandas as pd

from careeval.judging.proposals import changes, proposal_outcomes
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.delivered import delivery_rows, promise_of
from careeval.present.effects import claims, headline_rows
from careeval.present.numbers import MISSING, shown
from careeval.present.promises import and_so_on, assumes_target, groups_in_words, plans, promises
from careeval.present.reasons import because, design_of, measured_in_words, moved_in_words
from careeval.present.sentences import paragraph, sentence
from careeval.present.support import without_plan
from careeval.present.tables import heading, table
from careeval.present.words import known_word, label, word

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
    """The change of each outcome that some promise claims, told once."""
    if not promises(here):
        return []
    claimed = {outcome for one in promises(here).values() for outcome in one.outcomes}
    rows = headline_rows(here)
    rows = rows[rows["outcome"].isin(claimed)]
    if rows.empty:
        return []
    note = paragraph("review.effects_note", "review.effects_note", here.lang, kind="note")
    return [heading("review.effects_title", here.lang), note, *claims(here, rows, block="review.effect")]


def verdicts(here: Context) -> list[Block]:
    """The table of verdicts, and the reason of each in one sentence with the ids of its evidence."""
    lang = here.lang
    if not promises(here):
        return []
    rows = here.table("verdicts")
    frame = rows.assign(
        promise=[promise_of(here, *pair) for pair in zip(rows["plan"], rows["commitment"], strict=True)],
        whom=[groups_in_words(group, lang) for group in rows["group"].fillna("")],
        outcome=[here.outcome_title(outcome) or "—" for outcome in rows["outcome"].fillna("")],
        **{kind: [label(kind, str(value), lang) for value in rows[kind]] for kind in LABELLED},
    )
    formats = dict.fromkeys(("promise", "whom", "outcome", *LABELLED), "text")
    notes = (word("review.verdicts_note", lang),)
    reasons = _together(frame.assign(why=_reasons(here, rows)), lang)
    why = dict.fromkeys(("promise", "outcome", "why"), "text")
    return [
        heading("review.verdicts_title", lang),
        table("review.verdicts", frame, formats, lang, notes=notes),
        table("review.explained", reasons, why, lang),
    ]


def _together(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row where the same reason holds for several outcomes of a promise; evidence is named once."""
    by = frame.groupby(["plan", "commitment", "whom", "promise", "why"], sort=False)
    rows = by.agg(
        outcome=("outcome", lambda own: and_so_on(dict.fromkeys(own), lang)),
        evidence=("evidence", lambda own: "; ".join(dict.fromkeys(one for ids in own for one in ids.split("; ")))),
    ).reset_index()
    pairs = zip(rows["why"], rows["evidence"], strict=True)
    return rows.assign(why=[word("review.sources", lang, answer=why, sources=ids) for why, ids in pairs])


LABELLED = ("delivered", "reached", "moved", "certainty", "verdict")


def _reasons(here: Context, rows: pd.DataFrame) -> list[str]:
    given = delivery_rows(here, site="all")  # verdicts are always those of the whole study
    by_promise = {(row["plan"], row["commitment"], row["group"]): row for row in given.to_dict("records")}
    any_group = {(row["plan"], row["commitment"]): row for row in by_promise.values()}
    estimates = here.table("estimates")
    sentences = []
    for row in rows.to_dict("records"):
        key = (row["plan"], row["commitment"])
        delivery = by_promise.get((*key, row["group"])) or any_group.get(key)
        sentences.append(because(row, delivery, _moved(here, row, estimates), here.lang))
    return sentences


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
            "component": [_component(here, one.component) for one in given],
            "whom": [groups_in_words(one.group, lang) for one in given],
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
            "promise": [_by_id(here, commitment) for commitment in rows["commitment"]],
            "verdict": [label("verdict", str(verdict), lang) for verdict in rows["verdict"]],
            **_what_changes(rows, lang),
            "reason": rows["reason"].fillna(""),
            "owner": rows["owner"].fillna("").replace("", "—"),
            "by": rows["by"].fillna("").replace("", "—"),
        }
    )
    frame = frame if rows["by"].fillna("").ne("").any() else frame.drop(columns="by")
    notes = (word("review.proposals_note", lang),)
    return [*blocks, table("review.proposals", frame, dict.fromkeys(frame, "text"), lang, notes=notes)]


def proposed(here: Context) -> pd.DataFrame:
    """What the verdicts propose, in the chapter's language: a row a commitment and thing to change."""
    given = here.table("verdicts")
    rows = pd.concat([changes(plan, given, lang=here.lang) for plan in plans(here)], ignore_index=True)
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
            "promise": [_by_id(here, commitment) for commitment in rows["commitment"]],
            "verdict": [label("verdict", verdict, lang) for verdict in rows["verdict"]],
            **_what_changes(rows, lang),
            "decided": [label("decided", value, lang) or word("review.undecided", lang) for value in rows["decided"]],
            "reason": rows["decision_reason"].replace("", "—"),
            "value_now": [in_plain_words(*pair, lang) for pair in zip(rows["value_now"], rows["aim"], strict=True)],
            "became": [label("became", value, lang) for value in rows["became"]],
        }
    )
    return [*blocks, table("review.last", frame, dict.fromkeys(frame, "text"), lang)]


def _what_changes(rows: pd.DataFrame, lang: str) -> dict[str, list[str]]:
    """The field or aim in words, and 'from → to'."""
    names = rows["field"].where(rows["field"].ne(""), rows["aim"])
    values = zip(rows["from"], rows["to"], rows["aim"], strict=True)
    return {
        "field": [label("plan_field", str(name).rpartition(".")[2], lang) or "—" for name in names],
        "change": [from_to(*three, lang) for three in values],
    }


def from_to(old: object, new: object, aim: str, lang: str) -> str:
    """'2 → 3'; what people still have to fill in is said so."""
    first, second = in_plain_words(old, aim, lang), in_plain_words(new, aim, lang)
    if first == second == MISSING:
        return word("review.to_fill", lang)
    first = word("review.not_stated", lang) if first == MISSING else first
    return f"{first} → {word('review.to_fill', lang) if second == MISSING else second}"


def in_plain_words(value: object, aim: str, lang: str) -> str:
    """A value of a plan or of delivery as text: shares in percent, periods and kinds of standard in words."""
    if pd.isna(value) or value == "":
        return MISSING
    if isinstance(value, bool | str):
        return known_word(f"promises.per.{value}", lang) or label("standard_type", str(value), lang)
    if aim in ("dose", "value"):
        return shown(value, "percent0")
    return shown(value, "count" if float(value).is_integer() else "number2")


def _component(here: Context, component: str) -> str:
    """The promises of a component in words: its own name is an identifier of the plan."""
    texts = [one.text.in_language(here.lang) for one in promises(here).values() if one.component == component]
    return ("；" if here.lang == "zh" else "; ").join(texts) or component


def _by_id(here: Context, commitment: str) -> str:
    found = [one.text.in_language(here.lang) for one in promises(here).values() if one.id == commitment]
    return found[0] if found else commitment or "—"


def owners(here: Context) -> list[Block]:
    """What the plan leaves open, as questions to those who own the promise."""
    lang, known = here.lang, promises(here)
    if not known:
        return []
    rows = []
    for one in known.values():
        if one.ask:
            rows.append(
                {"promise": one.text.in_language(lang), "ask": one.ask.in_language(lang), "owner": one.owner or "—"}
            )
    blocks: list[Block] = [heading("review.owners_title", lang)]
    assumed = [one for one in known.values() if assumes_target(one)]
    if assumed:
        blocks.append(paragraph("review.assumed", "review.assumed", lang, {"n": len(assumed)}))
    if not rows:
        return [*blocks, paragraph("review.no_owners", "review.no_owners", lang)]
    frame = pd.DataFrame(rows)
    return [*blocks, table("review.owners", frame, dict.fromkeys(frame, "text"), lang)]

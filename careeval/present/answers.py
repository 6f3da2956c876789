"""The evaluation questions of the plans, answered by name from this wave's tables, or the reason why they cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.delivered import JUDGED, delivery_rows
from careeval.present.effects import headline_rows
from careeval.present.promises import and_so_on, plans, promises
from careeval.present.reach import at_place, behind, first_and_last, gaps_in_words
from careeval.present.reasons import delivery_in_words
from careeval.present.resources import cost_in_words
from careeval.present.review import proposed, verdict_counts
from careeval.present.sentences import sentence
from careeval.present.tables import heading, table
from careeval.present.words import in_brackets, label, word
from careeval.specs.plans import Commitment, Plan
from careeval.specs.questions import COMMON, EvaluationQuestion, QuestionList, question_lists_of, read_questions

WORST = 2  # rows told for one question; the chapters have all of them


def questions(here: Context) -> list[Block]:
    """A table of questions and answers for each list that belongs to a plan, after those common to all plans."""
    lang = here.lang
    if not promises(here):
        return []
    common = _answered(here, "review.questions_common", read_questions(COMMON), plans(here))
    blocks: list[Block] = [heading("review.questions_title", lang), common]
    for plan in plans(here):
        for name in question_lists_of(plan):
            asked = read_questions(name)
            block = _answered(here, "review.questions_plan", asked, (plan,), plan=asked.title.in_language(lang))
            blocks.append(replace(block, id=f"review.questions_{plan.id}_{name}"))
        if plan.questions:
            texts = [one.in_language(lang) for one in plan.questions]
            frame = pd.DataFrame({"question": texts, "answer": word("review.own_open", lang)})
            block = table("review.questions_own", frame, {"question": "text", "answer": "text"}, lang)
            blocks.append(replace(block, id=f"review.questions_own_{plan.id}"))
    return blocks


def _answered(here: Context, block: str, asked: QuestionList, among: tuple[Plan, ...], **named: str) -> Block:
    served = {
        (plan.id, one.id): one
        for plan in among
        for one in plan.commitments
        if not asked.groups or set(one.group) & set(asked.groups)
    }
    frame = pd.DataFrame(
        {
            "question": [one.text.in_language(here.lang) for one in asked.questions],
            "answer": [answer(here, one, served) for one in asked.questions],
        }
    )
    return table(block, frame, dict.fromkeys(frame, "text"), here.lang, **named)


def answer(here: Context, one: EvaluationQuestion, served: Served) -> str:
    """The answer to one question from the tables it names, about the commitments given, and which tables these are."""
    lang = here.lang
    pieces = dict.fromkeys(text for name in one.answered_by for text in ANSWERS[name](here, one, served))
    names = dict.fromkeys(label("answered_by", name, lang) for name in one.answered_by if name != "nothing")
    if lang == "zh":
        text = "；".join(piece.rstrip("。") for piece in pieces or [word("review.answer_none", lang)]) + "。"
    else:
        text = "; ".join(piece.rstrip(".") for piece in pieces or [word("review.answer_none", lang)]) + "."
        text = text[0].upper() + text[1:]
    return word("review.sources", lang, answer=text, sources=and_so_on(names, lang)) if names else text


Served = Mapping[tuple[str, str], Commitment]
Answers = Callable[[Context, EvaluationQuestion, Served], list[str]]


def _own(rows: pd.DataFrame, one: EvaluationQuestion, served: Served) -> pd.DataFrame:
    """Rows on the commitments served; of the question's indicators only, where it names some."""
    if rows.empty or "commitment" not in rows:
        return rows
    named = set(one.indicators)
    wanted = {
        key for key, commitment in served.items() if not named or {commitment.indicator, *commitment.also} & named
    }
    return rows[[pair in wanted for pair in zip(rows["plan"], rows["commitment"], strict=True)]]


def _delivery(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows, lang = _own(delivery_rows(here), one, served), here.lang
    if rows.empty:
        return [word("review.answer_no_promise", lang)]
    told = []
    for row in rows.to_dict("records"):
        given = delivery_in_words(row, lang)[0]
        if row["status"] in JUDGED:
            given = in_brackets(given, label("delivery_status", row["status"], lang), lang)
        told.append(word("review.answer_delivery", lang, promise=row["promise"], delivery=given))
    return told


def _kept(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    status = _own(delivery_rows(here), one, served)["status"]
    numbers = {name.replace(" ", "_"): int(status.eq(name).sum()) for name in JUDGED}
    return [sentence("review.answer_kept", here.lang, numbers | {"judged": int(status.isin(JUDGED).sum())})[0]]


def _never(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows = _own(delivery_rows(here), one, served)
    rows = rows[rows["basis"].eq("recipient") & rows["due"].gt(0) & ~rows["suppressed"]]
    if rows.empty:
        return []
    rows = rows.assign(eligible=first_and_last(here, rows)["first"].fillna(rows["bound"]))
    worst = rows[rows["zero_contact"].gt(0)].sort_values("zero_contact", ascending=False, kind="stable")
    if worst.empty:
        return [word("review.answer_never_none", here.lang)]
    return _told("review.answer_never", worst.head(WORST), here.lang)


def _told(key: str, rows: pd.DataFrame, lang: str, *texts: str) -> list[str]:
    """One piece a row: numbers from the row, and the text columns that the template names."""
    named = ("promise", *texts)
    return [sentence(key, lang, row, **{name: row[name] for name in named})[0] for row in rows.to_dict("records")]


def _cascade(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    steps = _own(at_place(here, "cascade"), one, served)
    if steps.empty:
        return []
    by = steps.groupby(["plan", "commitment", "group"], sort=False)
    ends = by.agg(promise=("promise", "first"), first=("n", "first"), last=("n", "last")).reset_index()
    marked = steps[steps["largest_loss"].fillna(False).astype(bool)]
    worst = marked[["plan", "commitment", "group", "step"]].merge(ends, on=["plan", "commitment", "group"])
    worst = worst.assign(lost=worst["first"] - worst["last"], step=[_step(s, here.lang) for s in worst["step"]])
    worst = worst[worst["lost"].gt(0).fillna(False)].sort_values("lost", ascending=False, kind="stable")
    return _told("review.answer_cascade", worst.head(WORST), here.lang, "step")


def _step(step: str, lang: str) -> str:
    return label("cascade_step", step, lang)


def _gaps(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows = _own(at_place(here, "gaps"), one, served)
    if rows.empty:
        return [word("support.missed_none", here.lang)]
    rows = gaps_in_words(rows, here.lang)
    worst = rows[behind(rows)].sort_values("gap", kind="stable").head(WORST)
    if worst.empty:
        return [word("support.missed_even", here.lang)]
    return _told("review.answer_gap", worst, here.lang, "fact", "level")


def _agreement(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows = _own(at_place(here, "agreement"), one, served)
    if rows.empty:
        return [word("support.recall_none", here.lang)]
    n = rows[["both", "log_only", "recall_only", "neither"]].sum(axis="columns", min_count=4)
    rows = rows.assign(n=n, same=rows["both"] + rows["neither"])
    return _told("review.answer_agreement", rows[n.gt(0).fillna(False)], here.lang)


def _capacity(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows = at_place(here, "capacity")
    rows = rows[rows["ratio"].notna()] if len(rows) else rows
    if rows.empty:
        return [word("support.no_capacity", here.lang)]
    named = rows.assign(kind=[label("unit_kind", kind, here.lang) for kind in rows["kind"]])
    pieces = named.to_dict("records")
    return [sentence("review.answer_capacity", here.lang, row, kind=row["kind"])[0] for row in pieces]


def _cost(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    rows = here.table("indicators")
    return [text for text, _ in cost_in_words(here, rows[rows["site"].eq(here.site or "all")])]


def _estimates(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    groups = {group for commitment in served.values() for group in commitment.group}
    rows = headline_rows(here)
    rows = rows[rows["group"].isin(groups)]
    # a question about everything is answered by the primary outcomes
    asked = rows["domain"].isin(one.domains) if one.domains else rows["outcome_role"].eq("primary")
    return [_moved(here, row) for row in rows[asked].to_dict("records")]


def _moved(here: Context, row: dict) -> str:
    outcome = here.outcome_and_group(row["outcome"], row["group"])
    if pd.isna(row["conf_low"]):
        return word("review.answer_refused", here.lang, outcome=outcome)
    sign = 1 if row["higher_is"] == "better" else -1
    low, high = sorted((sign * row["conf_low"], sign * row["conf_high"]))
    side = "better" if low > 0 else "worse" if high < 0 else "open"
    reading = word(f"review.reading_{side}", here.lang)
    place = {"table": "estimates", "row_id": row["id"]}
    return sentence("review.answer_estimate", here.lang, row, outcome=outcome, reading=reading, **place)[0]


def _verdicts(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    return [verdict_counts(_own(here.table("verdicts"), one, served), here.lang)]


def _changes(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    n = len(proposed(here))
    return [sentence("review.answer_changes" if n else "review.answer_changes_none", here.lang, {"n": n})[0]]


def _proposals(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    given = [proposal for plan in plans(here) for proposal in plan.proposals]
    numbers = {"n": len(given), "decided": sum(bool(proposal.decided) for proposal in given)}
    return [sentence("review.answer_proposals" if given else "review.answer_proposals_none", here.lang, numbers)[0]]


def _nothing(here: Context, one: EvaluationQuestion, served: Served) -> list[str]:
    return [one.why.in_language(here.lang)] if one.why else []


ANSWERS: Mapping[str, Answers] = {
    "delivery": _delivery,
    "kept": _kept,
    "never": _never,
    "cascade": _cascade,
    "gaps": _gaps,
    "agreement": _agreement,
    "capacity": _capacity,
    "cost": _cost,
    "estimates": _estimates,
    "verdicts": _verdicts,
    "changes": _changes,
    "proposals": _proposals,
    "nothing": _nothing,
}

"""What the verdicts propose to change, and what became of the proposals of last term."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from careeval.judging.advice import advice, review_first
from careeval.judging.decision import Change, decision, decision_table
from careeval.judging.delivered import EXACT, number
from careeval.specs.plans import Commitment, Plan, Proposal
from careeval.specs.records import told as told_in

NO_CHANGE_ASKED = ("keep", "continue unchanged")
CHANGE_COLUMNS = [
    *("plan", "commitment", "component", "group", "outcome", "verdict", "field", "aim", "from", "to"),
    *("reason", "owner", "by", "decided", "evidence"),
]
OUTCOME_COLUMNS = [
    *("plan", "commitment", "verdict", "field", "aim", "from", "to", "reason", "owner", "by"),
    *("decided", "decision_reason", "value_now", "became", "verdict_now"),
]
FEWER_IS_BETTER = "unknown"
IN_DELIVERY = ("dose", "value", "unknown")


def changes(
    plan: Plan,
    verdicts: pd.DataFrame,
    *,
    lang: str,
    cascade: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table changes.csv: what each verdict of the plan proposes, a row a commitment, verdict and thing to change.

    field: a key of the commitment that would change, or ''; aim: what is to be otherwise next term, or ''; both ''
    where no change is justified. from, to: what stands there and what is proposed, missing where people must say.
    reason: the advice in `lang`, with the weakest step and the least served by `cascade` and `gaps`, or why the rule
    was overruled. A row more, of aim review, where harm cannot be ruled out. decided is '' until somebody decides.
    """
    known = {one.id: one for one in plan.commitments}
    own = verdicts[verdicts["plan"].eq(plan.id)]
    rows = []
    for row in own.to_dict("records"):
        one = known[row["commitment"]]
        told = advice(row["rule"], one, lang, group=str(row["group"]), cascade=cascade, gaps=gaps)
        rows += _change_rows(one, row, told, lang)
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS).astype({"from": object, "to": object})
    return table.drop_duplicates(["commitment", "verdict", "field", "aim"]).reset_index(drop=True)


def proposals(changed: pd.DataFrame) -> tuple[Proposal, ...]:
    """The rows of `changes` that propose something, as records for the next plan."""
    asked = changed["field"].ne("") | changed["aim"].ne("") | ~changed["verdict"].isin(NO_CHANGE_ASKED)
    return tuple(
        Proposal.model_validate(
            {"verdict": row["verdict"], "commitment": row["commitment"], "field": row["field"]}
            | {name: row[name] for name in ("from", "to") if row[name] is not None and row[name] == row[name]}
            | ({"aim": row["aim"]} if row["aim"] else {})
            | {"reason": _reason(row), "owner": row["owner"], "decided": ""}
        )
        for row in changed[asked].to_dict("records")
    )


def proposal_outcomes(plan: Plan, verdicts: pd.DataFrame) -> pd.DataFrame:
    """What became of the proposals that stand in a plan (last term's), by the verdicts of the wave it was in force.

    became: open (nobody decided), rejected, in the plan, not in the plan (a key that was to change), reached, not
    reached, not known (an aim). value_now: what stands there now, missing where it cannot be said.
    """
    own = verdicts[verdicts["plan"].eq(plan.id)]
    rows = [_became(one, plan, own[own["commitment"].eq(one.commitment)]) for one in plan.proposals]
    table = pd.DataFrame(rows, columns=OUTCOME_COLUMNS)
    return table.astype({"from": object, "to": object, "value_now": object})


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the days, arrays and tables of a plan as text (JSON), as they may stand in a cell."""
    cells = [name for name in ("from", "to", "value_now") if name in table]
    return table.assign(**{name: table[name].map(_cell).astype(object) for name in cells})


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value) if isinstance(value, date) else value


def value_at(commitment: Commitment, field: str) -> Any:
    """What was written at a key of a commitment (`standard.quantity`, `standard.timetable`); None where nothing was."""
    found: Any = commitment.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    for part in field.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _change_rows(
    commitment: Commitment, row: Mapping[str, object], told: str, lang: str
) -> Iterator[dict[str, object]]:
    overruled = bool(row["overruling_reason"])
    rule = decision(str(row["rule"]))
    change = Change() if overruled or rule.propose is None else rule.propose
    reason = row["overruling_reason"] if overruled else told
    named = {name: row[name] for name in ("plan", "commitment", "component", "group", "outcome", "verdict", "evidence")}
    named |= {"owner": told_in(commitment.owner, lang), "by": "", "decided": ""}
    what = {"field": change.field, "aim": change.aim, "reason": reason}
    yield named | what | {"from": _from(change, commitment, row), "to": _to(change, row)}
    if str(row.get("review_first")) == "True" and change.aim != "review":  # a file gives text, or nothing
        yield named | {"field": "", "aim": "review", "reason": review_first(lang), "from": None, "to": None}


def _reason(row: Mapping[str, object]) -> str:
    """The reason with what is meant and where it stands, in brackets: '(dose; delivery:c01)'."""
    where = "; ".join(filter(None, [str(row["aim"]), str(row["evidence"])]))
    return f"{row['reason']} ({where})" if where else str(row["reason"])


def _from(change: Change, commitment: Commitment, row: Mapping[str, object]) -> Any:
    if change.field:
        return value_at(commitment, change.field)
    if change.aim in IN_DELIVERY:
        return _plain(row[change.aim])
    return str(row["failed_checks"]) or None if change.aim == "measured" else None


def _to(change: Change, row: Mapping[str, object]) -> Any:
    return _plain(row["target"]) if change.to == "target" else change.to


def _plain(value: object) -> float | None:
    """A number as it is written in a file, with 12 digits; None where there is none."""
    return None if pd.isna(value) else float(f"{float(value):.12g}")


def _became(one: Proposal, plan: Plan, rows: pd.DataFrame) -> dict[str, object]:
    aim = "" if one.field else one.aim or _aim(one.verdict)
    now = _now(one, aim, plan, rows)
    undecided = {"": "open", "rejected": "rejected"}.get(one.decided)
    told = {name: getattr(one, name) for name in ("commitment", "verdict", "field", "to", "reason", "owner")}
    return {
        **told,
        "plan": plan.id,
        "aim": aim,
        "from": one.from_,
        "by": one.by.isoformat() if one.by else "",
        "decided": one.decided,
        "decision_reason": one.decision_reason,
        "value_now": now,
        "became": undecided or _kept(one, aim, now),
        "verdict_now": "; ".join(dict.fromkeys(rows["verdict"])),
    }


def _now(one: Proposal, aim: str, plan: Plan, rows: pd.DataFrame) -> Any:
    if one.field:
        commitments = [kept for kept in plan.commitments if kept.id == one.commitment]
        # a promise that is no longer there has the id '', which is what its going was written as
        return value_at(commitments[0], one.field) if commitments else "" if one.field == "id" else None
    if rows.empty:
        return None
    if aim in IN_DELIVERY:
        return _plain(rows[aim].iloc[0])
    return "; ".join(dict.fromkeys(filter(None, rows["failed_checks"]))) if aim == "measured" else None


def _kept(one: Proposal, aim: str, now: Any) -> str:
    if one.field:
        # what was changed while deciding need not stand in `to`: then it counts that something else stands there now
        other = one.decided == "changed" and now not in (None, one.from_)
        return "in the plan" if other or (one.to is not None and now == one.to) else "not in the plan"
    if now is None:
        return "not known"
    if aim == "measured":
        failed = set(_codes(str(one.from_ or "")))
        return "not reached" if failed & set(_codes(str(now))) else "reached"
    if not isinstance(one.to, int | float):
        return "not known"
    ahead = number(one.to) - number(now) if aim == FEWER_IS_BETTER else number(now) - number(one.to)
    return "reached" if ahead >= -EXACT else "not reached"


def _aim(verdict: str) -> str:
    """What a verdict without a key to change aims at."""
    return next((row.propose.aim for row in decision_table() if row.verdict == verdict and _aims(row.propose)), "")


def _aims(change: Change | None) -> bool:
    return change is not None and bool(change.aim)


def _codes(text: str) -> Iterable[str]:
    return [code.strip() for part in text.split(";") for code in part.split(",") if code.strip()]

"""What the verdicts propose to change, and what became of the proposals of last term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from careeval.judging.decision import Change, decision, decision_table
from careeval.judging.delivered import EXACT, number
from careeval.specs.plans import Commitment, Plan, Proposal, Scalar

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


def changes(plan: Plan, verdicts: pd.DataFrame, *, lang: str) -> pd.DataFrame:
    """The table changes.csv: what each verdict of the plan proposes, a row a commitment, verdict and thing to change.

    field: a key of the commitment that would change, or ''; aim: what is to be otherwise next term, or ''; both ''
    where no change is justified. from, to: what stands there and what is proposed, missing where people must say.
    reason: the recommendation in `lang`, or why the rule was overruled. decided is '' until somebody decides.
    """
    known = {one.id: one for one in plan.commitments}
    own = verdicts[verdicts["plan"].eq(plan.id)]
    rows = [_change_row(known[row["commitment"]], row, lang) for row in own.to_dict("records")]
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS).astype({"from": object, "to": object})
    return table.drop_duplicates(["commitment", "verdict", "field", "aim"]).reset_index(drop=True)


def proposals(changed: pd.DataFrame) -> tuple[Proposal, ...]:
    """The rows of `changes` that propose something, as records for the next plan."""
    asked = changed["field"].ne("") | changed["aim"].ne("") | ~changed["verdict"].isin(NO_CHANGE_ASKED)
    return tuple(
        Proposal.model_validate(
            {"verdict": row["verdict"], "commitment": row["commitment"], "field": row["field"]}
            | {name: row[name] for name in ("from", "to") if not pd.isna(row[name])}
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


def value_at(commitment: Commitment, field: str) -> Scalar | None:
    """What stands at a key of a commitment (`standard.quantity`); None where nothing does, or no single value."""
    found = commitment.model_dump(by_alias=True)
    for part in field.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, str | int | float | bool) else None


def _change_row(commitment: Commitment, row: Mapping[str, object], lang: str) -> dict[str, object]:
    overruled = bool(row["overruling_reason"])
    rule = decision(str(row["rule"]))
    change = Change() if overruled or rule.propose is None else rule.propose
    reason = row["overruling_reason"] if overruled else rule.recommendation.in_language(lang)
    named = {name: row[name] for name in ("plan", "commitment", "component", "group", "outcome", "verdict", "evidence")}
    told = {"field": change.field, "aim": change.aim, "reason": reason, "owner": commitment.owner}
    return named | told | {"from": _from(change, commitment, row), "to": _to(change, row), "by": "", "decided": ""}


def _reason(row: Mapping[str, object]) -> str:
    """The reason with what is meant and where it stands, in brackets: '(dose; delivery:c01)'."""
    where = "; ".join(filter(None, [str(row["aim"]), str(row["evidence"])]))
    return f"{row['reason']} ({where})" if where else str(row["reason"])


def _from(change: Change, commitment: Commitment, row: Mapping[str, object]) -> Scalar | None:
    if change.field:
        return value_at(commitment, change.field)
    if change.aim in IN_DELIVERY:
        return _plain(row[change.aim])
    return str(row["failed_checks"]) or None if change.aim == "measured" else None


def _to(change: Change, row: Mapping[str, object]) -> Scalar | None:
    return _plain(row["target"]) if change.to == "target" else change.to


def _plain(value: object) -> float | None:
    """A number as it is written in a file, with 12 digits; None where there is none."""
    return None if pd.isna(value) else float(f"{float(value):.12g}")


def _became(one: Proposal, plan: Plan, rows: pd.DataFrame) -> dict[str, object]:
    aim = "" if one.field else _aim(one.verdict)
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


def _now(one: Proposal, aim: str, plan: Plan, rows: pd.DataFrame) -> Scalar | None:
    if one.field:
        commitments = [kept for kept in plan.commitments if kept.id == one.commitment]
        # a promise that is no longer there has the id '', which is what its going was written as
        return value_at(commitments[0], one.field) if commitments else "" if one.field == "id" else None
    if rows.empty:
        return None
    if aim in IN_DELIVERY:
        return _plain(rows[aim].iloc[0])
    return "; ".join(dict.fromkeys(filter(None, rows["failed_checks"]))) if aim == "measured" else None


def _kept(one: Proposal, aim: str, now: Scalar | None) -> str:
    if one.field:
        return "in the plan" if one.to is not None and now == one.to else "not in the plan"
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

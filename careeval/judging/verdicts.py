"""The verdicts table: every promise, group and outcome through the same questions, its inputs beside the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from careeval.errors import Problem, TableError, listed
from careeval.judging.advice import advice
from careeval.judging.certainty import NOT_APPLICABLE
from careeval.judging.decision import decide
from careeval.judging.delivered import Told, delivered, number, reached
from careeval.judging.effects import is_headline, judge_effect
from careeval.judging.moved import HARM_UNCERTAIN, NO_CHANGE, NONE_CLAIMED, Moved
from careeval.judging.overruling import overruled
from careeval.specs.plans import Commitment, Plan

COLUMNS = [
    *("plan", "commitment", "component", "domain", "group", "outcome"),
    *("delivered", "reached", "moved", "certainty", "verdict", "recommendation", "evidence"),
]
# the words that the decision table was asked with, and the numbers that these were read from
INPUTS = [
    *("rule", "incident", "measured", "cycle", "statutory", "failed_checks", "certainty_steps", "reasons"),
    *("review_first", "wave", "due", "unknown", "dose", "value", "target"),
    *("estimate", "conf_low", "conf_high", "low_90", "high_90", "smallest_worthwhile", "higher_is"),
]
OVERRULED = ["verdict_by_rule", "overruled_by", "overruled_on", "overruling_reason"]
KEY = ["commitment", "group", "outcome"]
CHECK_COLUMNS = ["outcome", "check", "result"]
SURE = ("high", "moderate")


def judge(
    plan: Plan,
    delivery: pd.DataFrame,
    estimates: pd.DataFrame,
    *,
    measured: pd.DataFrame,
    previous: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The verdicts table of a plan: a row a commitment, group and outcome (outcome '' where none is claimed).

    delivery: the delivery table of one wave, of which the rows of site 'all' are used. estimates: of the same wave;
    the headline row of each outcome decides, and evidence names it. measured: outcome, check, result (ok, fail, down,
    up, not checked), as `measure_checks` makes it; an outcome that was never checked cannot be judged. previous: the
    verdicts of the wave before, for promises that did not help twice. incidents: component or commitment (and group)
    of harm that is held to be due to the plan.

    moved, certainty: the effect of the plan as a whole, not of one promise; it is referred to, never repeated. low_90,
    high_90: turned so that more is better; estimate, conf_low, conf_high: as measured. review_first: harm cannot be
    ruled out, review before next term. The overrulings of the plan take the place of the rule's word, which is kept in
    verdict_by_rule. Raises TableError for tables without the columns this needs, SpecError for overrulings that meet
    no row.
    """
    _check({"delivery": (delivery, ["commitment", "dose", "value"]), "measured": (measured, CHECK_COLUMNS)})
    here = _of_plan(delivery, plan)
    wave = here["wave"].iloc[0] if len(here) and "wave" in here else ""
    estimates = _of_wave(estimates, wave)
    groups = _outcome_groups(estimates, measured)
    rows = []
    for commitment in plan.commitments:
        for group, outcome in _subjects(commitment, groups):
            row = _delivery_row(here, commitment, group)
            effect = _effect(estimates, measured, outcome)
            asked = {
                "incident": _incident(incidents, commitment, group),
                "cycle": _cycle(previous, (commitment.id, group, outcome)),
                "statutory": "yes" if commitment.statutory else "no",
            }
            known = {"plan": plan.id, "group": group, "outcome": outcome, "wave": wave}
            rows.append(known | _judged(commitment, row, effect, asked))
    table = pd.DataFrame(rows, columns=[*COLUMNS, *INPUTS])
    return overruled(table, plan)[[*COLUMNS, *INPUTS, *OVERRULED]]


def _judged(
    commitment: Commitment, row: Mapping[str, object] | None, effect: Mapping[str, object], asked: Mapping[str, str]
) -> dict[str, object]:
    """One row: the words, the decision they lead to, and what they were read from."""
    was, who = delivered(commitment, row), reached(commitment, row)
    facts = {**asked, "delivered": was.word, "reached": who.word}
    facts |= {name: str(effect[name]) for name in ("moved", "measured", "certainty")}
    decision = decide(facts)
    evidence = [f"delivery:{commitment.id}"] if row is not None else []
    evidence += [f"estimates:{effect['id']}"] if effect["id"] else []
    numbers = {name: number((row or {}).get(name)) for name in ("due", "unknown", "dose", "value")}
    target = number((row or {}).get("target"))
    has_target = commitment.standard.type != "none"
    return {
        "commitment": commitment.id,
        "component": commitment.component,
        "domain": commitment.domain,
        **{name: value for name, value in effect.items() if name != "id"},
        **facts,
        **numbers,
        "target": commitment.target if pd.isna(target) and has_target else target,
        "verdict": decision.verdict,
        "recommendation": advice(decision.id, commitment, "en"),
        "rule": decision.id,
        "evidence": "; ".join(evidence),
        "review_first": effect["moved"] == HARM_UNCERTAIN or decision.verdict == "pause",
        "reasons": _reasons(was, who, str(effect["reasons"])),
    }


def _effect(estimates: pd.DataFrame, measured: pd.DataFrame, outcome: str) -> dict[str, object]:
    """What the headline row says of an outcome; '' = none is claimed."""
    if not outcome:
        return _effect_row(Moved(NONE_CLAIMED), NOT_APPLICABLE, (), "ok", "")
    own = estimates[estimates["outcome"].eq(outcome)]
    headline = own[is_headline(own)]
    row = headline.iloc[0].to_dict() if len(headline) else None
    said, sure, failed = judge_effect(row, own, measured[measured["outcome"].eq(outcome)])
    made = _effect_row(said, sure.level, sure.steps, "fail" if failed else "ok", failed)
    if row is not None:
        made |= {name: number(row[name]) for name in ("estimate", "conf_low", "conf_high", "smallest_worthwhile")}
        named = [_text(row.get(part)) for part in ("outcome", "contrast", "wave", "estimator")]
        made |= {"higher_is": row["higher_is"], "id": _text(row.get("id")) or ":".join(filter(None, named))}
    return made


def _effect_row(said: Moved, level: str, steps: tuple[str, ...], measured: str, failed: str) -> dict[str, object]:
    return {
        "moved": said.word,
        "low_90": said.low_90,
        "high_90": said.high_90,
        "reasons": said.reason,
        "certainty": level,
        "certainty_steps": "; ".join(steps),
        "measured": measured,
        "failed_checks": failed,
        "id": "",
    }


def _subjects(commitment: Commitment, groups: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(group, outcome) pairs of a promise: each outcome in its own group, each group without one once."""
    promised = commitment.group or ("",)
    pairs = [(groups.get(outcome) or promised[0], outcome) for outcome in commitment.outcomes]
    yield from pairs
    yield from ((group, "") for group in promised if group not in {group for group, _ in pairs})


def _outcome_groups(estimates: pd.DataFrame, measured: pd.DataFrame) -> dict[str, str]:
    known = [table[["outcome", "group"]] for table in (measured, estimates) if "group" in table]
    rows = pd.concat(known).dropna() if known else pd.DataFrame(columns=["outcome", "group"])
    return dict(zip(rows["outcome"], rows["group"], strict=True))


def _delivery_row(delivery: pd.DataFrame, commitment: Commitment, group: str) -> dict[str, object] | None:
    """The row of the group, else that of all groups of the promise together."""
    own = delivery[delivery["commitment"].eq(commitment.id)]
    if "group" in own and own["group"].eq(group).any():
        own = own[own["group"].eq(group)]
    return own.iloc[0].to_dict() if len(own) else None


def _incident(incidents: pd.DataFrame | None, commitment: Commitment, group: str) -> str:
    if incidents is None or incidents.empty:
        return "no"
    cells = {name: incidents.get(name, pd.Series("", index=incidents.index)).fillna("") for name in KEY[:2]}
    components = incidents.get("component", pd.Series("", index=incidents.index)).fillna("")
    meant = cells["commitment"].eq(commitment.id) | (components.ne("") & components.eq(commitment.component))
    return "yes" if (meant & cells["group"].isin(["", group])).any() else "no"


def _cycle(previous: pd.DataFrame | None, key: tuple[str, str, str]) -> str:
    """second where last wave too it was delivered, and surely did not move."""
    if previous is None or previous.empty:
        return "first"
    same = previous[KEY].eq(list(key)).all(axis="columns")
    before = previous["delivered"].eq("yes") & previous["moved"].eq(NO_CHANGE) & previous["certainty"].isin(SURE)
    return "second" if (same & before).any() else "first"


def _of_plan(delivery: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    kept = pd.Series(True, index=delivery.index)
    kept &= delivery["plan"].eq(plan.id) if "plan" in delivery else True
    kept &= delivery["site"].eq("all") if "site" in delivery else True
    return delivery[kept]


def _of_wave(estimates: pd.DataFrame, wave: str) -> pd.DataFrame:
    if not wave or "wave" not in estimates:
        return estimates
    return estimates[estimates["wave"].isna() | estimates["wave"].eq(wave)]


def _reasons(was: Told, who: Told, effect: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, [was.reason, who.reason, effect])))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _check(tables: Mapping[str, tuple[pd.DataFrame, list[str]]]) -> None:
    problems = [
        Problem("judge", name, f"no column {listed(absent)}", listed(columns))
        for name, (table, columns) in tables.items()
        if (absent := [column for column in columns if column not in table])
    ]
    if problems:
        raise TableError(*problems)

"""The next plan: this term's promises as they stand, with what the verdicts propose; and decisions written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, InlineTable, Table

from careeval.errors import Problem, SpecError
from careeval.judging.proposals import changes, proposals
from careeval.specs.plans import Plan
from careeval.specs.records import Record
from careeval.specs.study import Study, Wave

HEAD = {
    "zh": (
        "{wave} 之后的下一期方案。承诺原样保留：规则只提建议，不改动方案。",
        'decided 填 "accepted"（采纳）、"rejected"（不采纳）或 "changed"（另作改动，写在 to 里）；未填的继续待定。',
        "field 是要改的一项（id 改为空 = 撤下这项承诺）；field 为空时，from 是现在的水平，to 是下一期要达到的水平。",
        "可写 by = 日期、decision_reason = 理由。先把填好的文件放到研究文件夹里，再运行 careeval wave。",
    ),
    "en": (
        "The next plan after {wave}. The promises stand as they were: the rule proposes, it changes nothing.",
        'Set decided to "accepted", "rejected" or "changed" (then `to` is what was decided); empty stays open.',
        "field: the key that would change (id to nothing = the promise goes); empty: a level, from now to next term.",
        "You may add by = a day, decision_reason = a text. Put the file into the study's folder, then: careeval wave.",
    ),
}
DECIDED = ("accepted", "changed")


def next_plan(plan: Plan, verdicts: pd.DataFrame, study: Study, wave: Wave, **reached: pd.DataFrame) -> str:
    """next_plan.toml: the text of a valid plan, every promise unchanged, with [[proposals]] from the verdicts.

    Overrulings and the proposals of the last term are left out: they belong to the plan that was judged. Comments of
    the plan's file are not carried over. reached: the tables cascade and gaps, for the reasons.
    """
    lang = study.spec.languages[0]
    proposed = proposals(changes(plan, verdicts, lang=lang, **reached))
    text = plan_text(plan.model_copy(update={"proposals": proposed, "overrulings": ()}))
    head = "".join(f"# {line}\n" for line in HEAD[lang])
    return head.format(wave=wave.title.in_language(lang)) + "\n" + text


def plan_text(plan: Plan) -> str:
    """A plan as TOML: what was written in it, commitments and proposals as sections, the rest in a line each."""
    document = tomlkit.document()
    for key, value in _written(plan).items():
        if key in ("commitments", "proposals", "overrulings", "problems"):
            if value:
                document.append(key, _sections(value))
        else:
            document.append(key, _inline(value))
    return tomlkit.dumps(document)


def with_decisions(text: str, *, file: str, plan_id: str = "", period: tuple[date, date] | None = None) -> str:
    """The text of a plan in which every accepted or changed proposal is carried out; comments stay.

    plan_id: the new id, if another. period: put in place of the plan's where that ends before. Proposals stay in the
    plan with their decision, the undecided as open. Raises SpecError for every decision that cannot be carried out,
    all at once.
    """
    document, problems = tomlkit.parse(text), []
    for number, proposal in enumerate(document.get("proposals", []), start=1):
        if proposal.get("decided") in DECIDED and proposal.get("field"):
            problems += _carry_out(document, proposal, file, f"proposals, {number}")
    if problems:
        raise SpecError(*problems)
    if plan_id:
        document["id"] = plan_id
    if period and document["period"][1] < period[0]:
        document["period"] = list(period)
    return tomlkit.dumps(document)


def _carry_out(document: Container, proposal: Mapping[str, Any], file: str, place: str) -> list[Problem]:
    name, field = proposal.get("commitment"), proposal["field"]
    if "to" not in proposal:
        way_out = f"Write what {field} becomes in `to`, or change the commitment yourself and leave field empty"
        return [Problem(file, f"{place}, key 'to'", f"{proposal['decided']}, but the key is missing", "", way_out)]
    rows = document.get("commitments", [])
    found = [position for position, row in enumerate(rows) if row.get("id") == name]
    if not found:
        return [Problem(file, f"{place}, key 'commitment'", f"there is no commitment {name!r}")]
    if field == "id" and proposal["to"] == "":
        del rows[found[0]]
        return []
    *parents, key = field.split(".")
    holder = rows[found[0]]
    for parent in parents:
        holder = holder.setdefault(parent, tomlkit.inline_table())
    # a plain value: the item itself would take its line's end along
    holder[key] = _inline(tomlkit.item(proposal["to"]).unwrap())
    return []


def _written(record: Record) -> dict[str, Any]:
    """What was written in a record, without what only stands there by default."""
    return record.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)


def _sections(rows: Iterable[Mapping[str, Any]]) -> AoT:
    sections = tomlkit.aot()
    for row in rows:
        sections.append(_section(row))
    return sections


def _section(row: Mapping[str, Any]) -> Table:
    section = tomlkit.table()
    for key, value in row.items():
        section.append(key, _inline(value))
    return section


def _inline(value: Any) -> Any:
    if isinstance(value, Mapping):
        table: InlineTable = tomlkit.inline_table()
        for key, inner in value.items():
            table.append(key, _inline(inner))
        return table
    if isinstance(value, float) and value.is_integer():
        return int(value)  # two visits, not 2.0
    return [_inline(inner) for inner in value] if isinstance(value, list | tuple) else value

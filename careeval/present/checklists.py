"""A reporting checklist held against the tables: an item is filled only where its cells are there, and says where."""

from __future__ import annotations

import pandas as pd

from careeval.present.appendix import own_table
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.sentences import paragraph
from careeval.present.tables import heading
from careeval.present.words import template, word
from careeval.specs.checklists import Evidence, Item, checklist
from careeval.specs.records import told

FILLED, PARTLY, AUTHOR, NOT_APPLICABLE = "filled", "partly", "author", "not_applicable"


def checklists(here: Context) -> list[Block]:
    """The checklist that fits the design, and RECORD beside it where registers or logs are a source."""
    blocks: list[Block] = [heading("appendix.checklist_title", here.lang)]
    for name in names(here):
        blocks += _checklist(here, name)
    return blocks


def names(here: Context) -> list[str]:
    """Drawn by lot: CONSORT; arms made otherwise: TREND; one group: STROBE. Routine records ask for RECORD too."""
    design = here.study.spec.design
    first = "strobe" if len(design.arms) < 2 else "consort" if design.assigned_by == "random" else "trend"
    routine = any(len(here.table(name)) for name in ("exams", "services", "status"))
    return [first, "record"] if routine else [first]


def _checklist(here: Context, name: str) -> list[Block]:
    lang, found = here.lang, checklist(name)
    facts = _facts(here)
    rows = [(one.id, one.text.in_language(lang), *judged(here, one, facts)) for one in found.items]
    frame = pd.DataFrame(rows, columns=["item", "asks", "state", "where"])
    counts = frame["state"].value_counts()
    texts = {state: str(counts.get(state, 0)) for state in (FILLED, PARTLY, AUTHOR, NOT_APPLICABLE)}
    told = {"title": found.title.in_language(lang), "version": found.version.in_language(lang)}
    frame = frame.assign(state=[word(f"appendix.state_{state}", lang) for state in frame["state"]])
    return [
        paragraph(f"appendix.checklist_intro_{name}", "appendix.checklist_intro", lang, **told, **texts),
        own_table(f"appendix.checklist_{name}", frame, dict.fromkeys(frame, "text"), lang),
    ]


def judged(here: Context, item: Item, facts: dict[str, pd.DataFrame]) -> tuple[str, str]:
    """(state, where it stands and what is left to write) of one item; nothing is filled from an empty table."""
    lang = here.lang
    if set(item.only) - _kinds(here):
        return NOT_APPLICABLE, ""
    seen = [(one, _state(here, one, facts)) for one in item.autofill]
    seen = [(one, state) for one, state in seen if state != AUTHOR or not one.optional]
    there, empty = ([one for one, state in seen if (state == AUTHOR) is lacks] for lacks in (False, True))
    parts = [word("appendix.see", lang, titles=_titles(there, lang))] if there else []
    parts += [word("appendix.some_rows", lang)] * any(state == PARTLY for _, state in seen)
    parts += [word("appendix.nothing_in", lang, titles=_titles(empty, lang))] if empty else []
    parts += [word("appendix.to_write", lang, what=item.author.in_language(lang))] if item.author else []
    text = ("" if lang == "zh" else " ").join(parts)
    whole = all(state == FILLED for _, state in seen) and item.author is None
    return (AUTHOR if not there else FILLED if whole else PARTLY), text


def _titles(found: list[Evidence], lang: str) -> str:
    titles = [word("appendix.quoted", lang, title=template(one.shown, lang)) for one in found]
    return ("" if lang == "zh" else ", ").join(dict.fromkeys(titles))


def _state(here: Context, evidence: Evidence, facts: dict[str, pd.DataFrame]) -> str:
    """filled: every row has its columns; partly: some have; author: none. A hidden row counts neither way."""
    rows = facts[evidence.table] if evidence.table in facts else here.table(evidence.table)
    for column, values in evidence.where.items():
        rows = rows[rows[column].isin(values)]
    if "suppressed" in rows:
        rows = rows[~rows["suppressed"].astype(bool)]
    cells = rows[list(evidence.columns)]
    whole = (cells.notna() & cells.astype("str").ne("")).all(axis="columns")
    return FILLED if len(rows) and whole.all() else PARTLY if whole.any() else AUTHOR


def _kinds(here: Context) -> set[str]:
    """What kind of study, wave and plan this is, for `only`."""
    design = here.study.spec.design
    kinds = {
        "arms": len(design.arms) > 1,
        "clusters": design.assigned_unit != "person",
        "follow_up": not here.study.is_baseline(here.wave),
    }
    return {kind for kind, is_so in kinds.items() if is_so}


def _facts(here: Context) -> dict[str, pd.DataFrame]:
    """What study.toml and the plans say, as tables that evidence can ask for."""
    spec, design = here.study.spec, here.study.spec.design
    assigned_by = design.assigned_by if design.assigned_by != "unknown" else ""
    groups = [(group, spec.definition.get(group, "")) for group in spec.groups]
    ones = [one for plan in here.study.plans(here.wave.id) for one in plan.commitments]
    promises = [(one.id, told(one.owner, here.lang)) for one in ones]
    waves = [(one.id, one.survey[0], one.survey[1]) for one in here.study.waves_until(here.wave.id)]
    outcomes = [(one.id, one.source, one.why_worthwhile(here.lang)) for one in here.outcomes()]
    return {
        "study.design": pd.DataFrame([(assigned_by, design.assigned_unit)], columns=["assigned_by", "assigned_unit"]),
        "study.definition": pd.DataFrame(groups, columns=["group", "definition"]),
        "study.promises": pd.DataFrame(promises, columns=["promise", "owner"]),
        "study.waves": pd.DataFrame(waves, columns=["wave", "from", "to"]),
        "study.columns": pd.DataFrame([one.table for one in here.study.columns], columns=["table"]),
        "study.outcomes": pd.DataFrame(outcomes, columns=["outcome", "source", "worthwhile_source"]),
    }

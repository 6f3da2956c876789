"""The background: who the study is about and how each group is defined, what the plans set out to change."""

from __future__ import annotations

import pandas as pd

from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.promises import plans
from careeval.present.sentences import described, paragraph
from careeval.present.tables import HIDDEN, heading, table, with_hidden
from careeval.present.words import label, word
from careeval.specs.definitions import definition
from careeval.specs.plans import Plan
from careeval.specs.records import Words, told

STEPS = ("started", "registered", "both_measured")


def groups(here: Context) -> list[Block]:
    """Each group with the rule that says who belongs to it, people on the first and on this register, and followed."""
    lang, spec = here.lang, here.study.spec
    flow = here.table("flow")
    flow = flow[flow["site"].eq(here.site or "all") & flow["wave"].eq(here.wave.id)]
    rules = {group: definition(name, group) for group, name in spec.definition.items()}
    frame = pd.DataFrame(
        {
            "group": [here.group(group) for group in spec.groups],
            "definition": [
                told(rules[group].source, lang) if group in rules else word("background.no_rule", lang)
                for group in spec.groups
            ],
            **{step: [_people(flow, group, step) for group in spec.groups] for step in STEPS},
        }
    )
    steps = STEPS if len(here.study.waves_until(here.wave.id)) > 1 else STEPS[:1]
    formats = {"group": "text", "definition": "text"} | dict.fromkeys(steps, "count")
    titles = {step: label("step", step, lang) for step in STEPS} | {"definition": word("background.definition", lang)}
    return [heading("background.groups_title", lang), table("background.groups", frame, formats, lang, titles=titles)]


def _people(flow: pd.DataFrame, group: str, step: str) -> object:
    """People of a group over its arms; hidden where an arm is."""
    counts = with_hidden(flow[flow["group"].eq(group) & flow["step"].eq(step)], ["n"])["n"]
    return HIDDEN if counts.eq(HIDDEN).any() else counts.sum()


def aims(here: Context) -> list[Block]:
    """What each plan says is wrong, what it is to reach and in which steps; nothing where no plan says so."""
    lang, blocks = here.lang, []
    for number, plan in enumerate(plans(here), start=1):
        said = [
            described(f"background.{kind}", lang, [{"text": text.in_language(lang)} for text in texts])
            for kind, texts in _stated(plan).items()
            if texts
        ]
        if said:
            named = {"plan": plan.title.in_language(lang), "said": ("" if lang == "zh" else " ").join(said)}
            blocks.append(paragraph(f"background.plan_{number}", "background.plan", lang, **named))
    return [heading("background.aims_title", lang), *blocks] if blocks else []


def _stated(plan: Plan) -> dict[str, list[Words]]:
    """What a plan tells of itself, a kind after another."""
    return {
        "stood": [one.text for one in plan.problems if one.kind != "target"],
        "targets": [one.text for one in plan.problems if one.kind == "target"],
        "objectives": list(plan.objectives),
        "stages": list(plan.stages),
    }

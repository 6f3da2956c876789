"""The first chapter: what is evaluated, how it was set up, and the main results in short."""

from __future__ import annotations

import pandas as pd

from careeval.measure.reliability import outcome_score
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.numbers import shown
from careeval.present.sentences import joined, paragraph, sentence
from careeval.present.tables import HIDDEN, count_or_hidden, heading, table
from careeval.present.words import in_brackets, label, word
from careeval.specs.study import Outcome


def opening(here: Context) -> list[Block]:
    """Title, what the study is, how the plan was given."""
    lang = here.lang
    counts = {group: _registered(here, group) for group in here.study.spec.groups}
    groups = [
        sentence("start.group_count", lang, {"n": n}, table="people", row_id=group, group=here.group(group))
        for group, n in counts.items()
    ]
    for place, group in enumerate(counts):
        if (own := here.study.spec.population.get(group)) and own.frame == "sample" and own.size:
            sampled = word("appendix.frame_sample_of", lang, size=shown(own.size, "count"))
            groups[place] = (in_brackets(groups[place][0], sampled, lang), groups[place][1])
    comma = "、" if lang == "zh" else ", "
    numbers = {
        "waves": len(here.study.waves_until(here.wave.id)),
        "people": _registered(here, "all"),
    }
    named = {
        "title": here.study.spec.title.in_language(lang),
        "wave": here.wave.title.in_language(lang),
        "groups": comma.join(text for text, _ in groups),
    }
    blocks: list[Block] = [heading("start.title", lang, 1)]
    if here.study.spec.simulated:
        blocks.append(paragraph("start.simulated", "start.simulated", lang, kind="warning"))
    what = sentence("start.what", lang, numbers, table="people", row_id="all", **named)
    blocks.append(joined("start.what", [what, design_in_words(here)], lang))
    if HIDDEN in counts.values():
        blocks.append(paragraph("start.hidden", "labels.note.hidden", lang, kind="note"))
    return [*blocks, paragraph("start.limits", "start.limits", lang, kind="note")]


def _registered(here: Context, group: str) -> object:
    """How many of a group are on this wave's register, from the published flow; hidden where an arm of them is."""
    flow = here.table("flow")
    rows = flow[flow["wave"].eq(here.wave.id) & flow["step"].eq("registered") & flow["site"].eq(here.site or "all")]
    own, parts = rows[rows["group"].eq(group)], rows[rows["group"].ne("all")]
    # the total may be hidden for another reason than its groups, and where all of these are shown it is no secret
    own = parts if group == "all" and not parts["suppressed"].any() else own
    return HIDDEN if own["suppressed"].any() else int(own["n"].sum())


def design_in_words(here: Context) -> tuple[str, tuple]:
    """(text, references): by which unit and how the plan was given, how many are in each arm, and when it began."""
    design, lang = here.study.spec.design, here.lang
    by_person = design.assigned_unit == "person"
    units = here.everyone().groupby("arm")["person" if by_person else "assigned"].nunique()
    counted = units.reindex(design.arms, fill_value=0).astype(object)
    if by_person:
        counted = counted.map(lambda n: count_or_hidden(n, max(here.floors().values())))
    arms = [
        sentence(
            "start.arm_count",
            lang,
            {"units": n},
            table="people",
            row_id=arm,
            arm=label("arm", arm, lang),
            unit=label("unit_count", design.assigned_unit, lang),
        )
        for arm, n in counted.items()
    ]
    comma = "、" if lang == "zh" else ", "
    text, own = sentence(
        "start.design",
        lang,
        unit=label("unit_kind", design.assigned_unit, lang),
        assigned=label("assigned_by", design.assigned_by, lang),
        arms=comma.join(text for text, _ in arms),
        start=word("start.day", lang, day=design.start),
    )
    before = any(map(here.study.is_baseline, here.study.waves_until(here.wave.id)))
    text += (" " if lang == "en" else "") + word(f"start.baseline_{'asked' if before else 'none'}", lang)
    return text, own + tuple(reference for _, references in arms for reference in references)


def outcomes(here: Context) -> list[Block]:
    """What is measured, which direction is good, and how much change is worth having."""
    lang = here.lang
    frame = pd.DataFrame(
        {
            "outcome": [here.outcome_and_group(one.id, one.group) for one in here.outcomes()],
            "outcome_role": [label("outcome_role", one.role, lang) for one in here.outcomes()],
            "measure": [_measure(here, one) for one in here.outcomes()],
            "higher_is": [label("higher_is", one.higher_is, lang) for one in here.outcomes()],
            "smallest_worthwhile": [one.smallest_worthwhile for one in here.outcomes()],
            "source": [one.why_worthwhile(lang) for one in here.outcomes()],
        }
    )
    formats = dict.fromkeys(frame, "text") | {"smallest_worthwhile": "number2"}
    return [heading("start.outcomes_title", lang), table("start.outcomes", frame, formats, lang)]


def _measure(here: Context, outcome: Outcome) -> str:
    lang = here.lang
    if outcome.source == "scores":
        title = outcome_score(here.study, outcome)[0].title.in_language(lang)
        return in_brackets(title, label("score", outcome.score, lang), lang)
    if outcome.source == "exams":
        subjects = " + ".join(label("subject", subject, lang) for subject in outcome.subjects)
        return in_brackets(subjects[0].upper() + subjects[1:], label("value", outcome.value, lang), lang)
    return outcome.item


def waves(here: Context) -> list[Block]:
    """The waves up to this one, and which were asked before the start."""
    lang, rounds = here.lang, here.study.waves_until(here.wave.id)
    answers = {known: word(f"labels.{'yes' if known else 'no'}", lang) for known in (True, False)}
    frame = pd.DataFrame(
        {
            "wave": [one.title.in_language(lang) for one in rounds],
            "survey": [word("start.from_to", lang, first=one.survey[0], last=one.survey[1]) for one in rounds],
            "baseline": [answers[here.study.is_baseline(one)] for one in rounds],
        }
    )
    formats = dict.fromkeys(frame, "text")
    return [heading("start.waves_title", lang), table("start.waves", frame, formats, lang)]

"""The appendix by itself: what was decided and why, who is meant, what was asked and how well it held together."""

from __future__ import annotations

from typing import Any

import pandas as pd

from careeval.measure.reliability import outcome_score
from careeval.present.blocks import Block
from careeval.present.context import Context
from careeval.present.effects import headline_rows
from careeval.present.numbers import shown
from careeval.present.remarks import notes_in
from careeval.present.sentences import paragraph
from careeval.present.tables import heading, table, with_hidden
from careeval.present.words import in_brackets, known_word, label, word
from careeval.specs.definitions import definition
from careeval.specs.records import told
from careeval.specs.scoring_keys import Instrument, Score

NUMBERED = {"n": "count", "n_clusters": "count", "df": "df"}


def opening(here: Context) -> list[Block]:
    """The chapter's title and what it is for."""
    return [heading("appendix.title", here.lang, 1), paragraph("appendix.intro", "appendix.intro", here.lang)]


def decisions(here: Context) -> list[Block]:
    """How the estimates were chosen: the design as declared, then each headline estimate with its reasons."""
    lang, rows = here.lang, headline_rows(here)
    blocks: list[Block] = [
        heading("appendix.decisions_title", lang),
        pairs("appendix.design", _design(here, rows), lang),
    ]
    if rows.empty:
        return blocks
    frame = _named(here, rows)
    # one row a reason: most outcomes share it
    why = frame[rows["estimate"].notna()].groupby(["estimator", "why"], sort=False)["outcome"]
    reasons = why.agg(lambda names: ("、" if lang == "zh" else ", ").join(dict.fromkeys(names))).reset_index()
    if len(reasons):
        blocks.append(own_table("appendix.estimates", reasons, dict.fromkeys(reasons, "text"), lang))
    # with several contrasts the table of the chapter tells the degrees of freedom of each
    numbers = {name: kind for name, kind in NUMBERED.items() if name != "df" or rows["contrast"].nunique() < 2}
    formats = {"outcome": "text"} | numbers | {"note": "text", "smallest_worthwhile": "number2", "source": "text"}
    blocks.append(own_table("appendix.left_out", frame.drop_duplicates(["outcome", "note"]), formats, lang))
    return blocks


def pairs(block: str, rows: list[tuple[str, str]], lang: str) -> Block:
    """A table of two columns: what is asked (a word of the appendix), and the answer."""
    frame = pd.DataFrame([(word(f"appendix.{key}", lang), text) for key, text in rows], columns=["point", "answer"])
    return own_table(block, frame, dict.fromkeys(frame, "text"), lang)


def own_table(block: str, frame: pd.DataFrame, formats: dict[str, str], lang: str, **named: Any) -> Block:
    """A table whose columns have the appendix's own titles where it has some."""
    titles = {name: title for name in formats if (title := known_word(f"appendix.column_{name}", lang))}
    return table(block, frame, formats, lang, titles=titles, **named)


def _design(here: Context, rows: pd.DataFrame) -> list[tuple[str, str]]:
    """What holds for every estimate, a question and an answer a row."""
    lang, spec, design = here.lang, here.study.spec, here.study.spec.design
    comma = "、" if lang == "zh" else ", "
    unit, by_person = label("unit_kind", design.assigned_unit, lang), design.assigned_unit == "person"
    cluster = design.clustered_in if by_person else design.assigned_unit
    strata = cluster if by_person else design.strata
    arms = comma.join(label("arm", arm, lang) for arm in design.arms)
    found = [word(f"appendix.design_{one}", lang) for one in dict.fromkeys(rows["design"].dropna())]
    tests, adjusted = int(rows["p_value"].notna().sum()), rows["p_adjusted"].notna().any()
    assigned = label("assigned_by", design.assigned_by, lang)
    by_cluster = word("appendix.clusters_by", lang, unit=label("unit_kind", cluster, lang))
    within = word("appendix.strata_within", lang, unit=label("unit_kind", strata, lang))
    start = design.start.isoformat()
    return [
        ("declared", word("appendix.declared_as", lang, assigned=assigned, unit=unit, arms=arms, start=start)),
        ("found", comma.join(found) or word("appendix.nothing_to_compare", lang)),
        ("clusters", by_cluster if cluster else word("appendix.clusters_none", lang)),
        ("strata", within if strata else word("appendix.strata_none", lang)),
        ("covariates", word("appendix.covariates_are", lang)),
        ("missing", word("appendix.missing_is", lang)),
        ("many", word("appendix.many_adjusted" if adjusted else "appendix.many_not_adjusted", lang, tests=tests)),
        ("chance", word("appendix.chance_is", lang, seed=spec.seed)),
    ]


def _named(here: Context, rows: pd.DataFrame) -> pd.DataFrame:
    sources = {one.id: one.why_worthwhile(here.lang) for one in here.outcomes()}
    none = word("appendix.nobody_left_out", here.lang)
    return rows.assign(
        outcome=[here.outcome_and_group(*pair) for pair in zip(rows["outcome"], rows["group"], strict=True)],
        estimator=[label("estimator", value, here.lang) for value in rows["estimator"].fillna("")],
        why=[_why(here, row) for row in rows.to_dict("records")],
        note=[notes_in(note, here.lang) if isinstance(note, str) and note else none for note in rows["note"]],
        source=rows["outcome"].map(sources),
    )


def _why(here: Context, row: dict[str, Any]) -> str:
    """Why this estimator leads: what the design asks for, then what the number of units bears."""
    if pd.isna(row["estimate"]):
        return ""
    lang, design = here.lang, here.study.spec.design
    first = word(f"appendix.why_{row['design']}", lang)
    if pd.isna(row["conf_low"]):
        errors = "none"
    elif pd.isna(row["n_clusters"]):
        errors = "people"
    elif design.assigned_unit == "person":
        errors = "recruited"
    else:
        errors = "few" if "means" in row["estimator"] else "enough"
    checks = here.table("measured")
    units = checks.loc[checks["check"].eq("few_units") & checks["outcome"].eq(row["outcome"]), "value"]
    fewest = shown(units.iloc[0] if len(units) else None, "count")
    unit = label("unit_kind", design.clustered_in or design.assigned_unit, lang)
    return first + ("" if lang == "zh" else " ") + word(f"appendix.errors_{errors}", lang, fewest=fewest, unit=unit)


def definitions(here: Context) -> list[Block]:
    """Who is counted in each group, by which rule, and whom the rows stand for."""
    lang, spec = here.lang, here.study.spec
    rows = []
    for group in spec.groups:
        rule = definition(spec.definition[group], group) if group in spec.definition else None
        people = spec.population.get(group)
        size = people.size if people and people.size else None
        kind = f"{people.frame}{'_of' if size else ''}" if people else "unknown"
        told_rule = (
            (rule.title.in_language(lang), rule.source.in_language(lang))
            if rule
            else ("—", word("appendix.no_rule", lang))
        )
        rows.append((here.group(group), *told_rule, word(f"appendix.frame_{kind}", lang, size=shown(size, "count"))))
    columns = ["group", "definition", "rule", "frame"]
    frame = pd.DataFrame(rows, columns=columns)
    return [
        heading("appendix.definitions_title", lang),
        own_table("appendix.definitions", frame, dict.fromkeys(columns, "text"), lang),
    ]


def instruments(here: Context) -> list[Block]:
    """The scales behind the outcomes: form, items, scoring, bands, licence; and how well they held together."""
    lang = here.lang
    used = [(one, *outcome_score(here.study, one)) for one in here.outcomes() if one.source == "scores"]
    blocks: list[Block] = [heading("appendix.instruments_title", lang)]
    if not used:
        return [*blocks, paragraph("appendix.no_instruments", "appendix.no_instruments", lang)]
    rows = {}
    for _, instrument, score in used:
        rows[instrument.id, score.id] = (
            in_brackets(instrument.title.in_language(lang), instrument.id, lang),
            _items(instrument, score, lang),
            _scoring(instrument, score, lang),
            _bands(instrument, score, lang),
            told(instrument.licence, lang),
            instrument.citation,
        )
    columns = ["measure", "items", "scoring", "bands", "licence", "citation"]
    frame = pd.DataFrame(list(rows.values()), columns=columns)
    rights = ["measure", "licence", "citation"]
    return [
        *blocks,
        own_table("appendix.instruments", frame, dict.fromkeys(columns[:4], "text"), lang),
        own_table("appendix.licences", frame.drop_duplicates(rights), dict.fromkeys(rights, "text"), lang),
        *_reliability(here),
    ]


def _listed(numbers: tuple[int, ...], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(map(str, numbers))


def _items(instrument: Instrument, score: Score, lang: str) -> str:
    turned = tuple(number for number in instrument.reversed if number in score.items)
    text = word(
        f"appendix.items_{'all' if len(score.items) == instrument.items else 'are'}",
        lang,
        asked=instrument.items,
        respondent=word(f"appendix.respondent_{instrument.respondent}", lang),
        low=instrument.min,
        high=instrument.max,
        scored=len(score.items),
    )
    text += word("appendix.items_turned", lang, turned=_listed(turned, lang)) if turned else ""
    by_table = {number for row in instrument.answers for number in row.items}
    return text + (word("appendix.items_points", lang) if by_table.intersection(score.items) else "")


def _scoring(instrument: Instrument, score: Score, lang: str) -> str:
    text = word(f"appendix.scoring_{score.method}", lang, score=label("score", score.id, lang))
    text += word("appendix.scoring_times", lang, times=score.multiply) if score.multiply != 1 else ""
    text += word("appendix.scoring_constants", lang) if score.add or score.extras else ""
    direction = label("higher_is", score.higher_is, lang)
    return text + word(
        "appendix.scoring_range", lang, low=score.low, high=score.high, direction=direction, least=score.min_answered
    )


def _bands(instrument: Instrument, score: Score, lang: str) -> str:
    """Where the bands come from: those of the score, or of a score on the same items (WHO-5: percent and raw)."""
    same = {one.id for one in instrument.scores if one.items == score.items}
    sources = dict.fromkeys(told(band.source, lang) for band in instrument.bands if band.score in same)
    return ("；" if lang == "zh" else "; ").join(sources) or word("appendix.no_bands", lang)


def _reliability(here: Context) -> list[Block]:
    """Alpha with Feldt's interval by wave, group and arm."""
    lang, rows = here.lang, here.table("reliability")
    if rows.empty:
        return []
    scores = {
        (one.instrument, one.score): outcome_score(here.study, one) for one in here.outcomes("") if one.instrument
    }
    titles = {
        key: in_brackets(found.title.in_language(lang), label("score", score.id, lang), lang)
        for key, (found, score) in scores.items()
    }
    everyone = word("appendix.all_arms", lang)
    frame = with_hidden(rows, ["n", "alpha"]).assign(
        measure=[titles[key] for key in zip(rows["instrument"], rows["score"], strict=True)],
        group=[here.group(group) for group in rows["group"]],
        arm=[everyone if arm == "all" else label("arm", arm, lang) for arm in rows["arm"]],
        wave=[here.wave_title(wave) for wave in rows["wave"]],
        interval=[
            "—" if pd.isna(low) else f"[{shown(low, 'number2')}, {shown(high, 'number2')}]"
            for low, high in zip(rows["alpha_low"], rows["alpha_high"], strict=True)
        ],
    )
    formats = dict.fromkeys(("measure", "group", "wave", "arm"), "text")
    formats |= {"n": "count", "alpha": "number2", "interval": "text"}
    note = word("appendix.reliability_note", lang)
    return [own_table("appendix.reliability", frame, formats, lang, notes=(note,))]

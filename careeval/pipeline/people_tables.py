"""Tables about how people are: the register with arms, scores, outcomes, levels, the flow, what was left out."""

from __future__ import annotations

import pandas as pd

from careeval.clean.people import with_arms
from careeval.measure.critical import critical_rows
from careeval.measure.flow import flow_table
from careeval.measure.indicators import indicator_table
from careeval.measure.outcomes import outcome_values
from careeval.measure.reliability import reliability_table
from careeval.measure.scores import score_table
from careeval.measure.suppression import privacy_floors, suppress_rows, too_small
from careeval.pipeline.cleaning import cleaned
from careeval.pipeline.view import View
from careeval.specs.instruments import instrument_names, read_instrument


def people(view: View) -> pd.DataFrame:
    """The wave's register with the arm and the assigned unit of each person's first wave."""
    registers = [cleaned(view.study, view.study.wave(one)).people for one in view.waves_so_far()]
    return with_arms(registers, view.table("units"), view.study)


def scores(view: View) -> pd.DataFrame:
    """Scores of every instrument that was asked in this wave."""
    answers = view.table("answers")
    return score_table(answers, _asked(view, answers), prefixes=_prefixes(view))


def alerts(view: View) -> pd.DataFrame:
    """Critical answers, person by person; for derived/ only."""
    answers, prefixes = view.table("answers"), _prefixes(view)
    return critical_rows(answers, [(use, prefixes.get(use, use)) for use in _asked(view, answers)])


def outcomes(view: View) -> pd.DataFrame:
    """One value a person and outcome."""
    return outcome_values(view.study, view.tables(("people", "scores", "answers", "exams", "cohort")))


def levels(view: View) -> pd.DataFrame:
    """Means, shares, bands and exam shares of this wave."""
    needed = view.tables(("people", "outcomes", "answers", "scores", "exams"))
    return indicator_table(view.study, view.wave, needed, privacy_floors(view.study, needed["people"]))


def flow(view: View) -> pd.DataFrame:
    """Who was there, who was measured, who left."""
    waves = view.waves_so_far()
    registers = view.over("people", waves)
    everyone = pd.concat(registers.values(), ignore_index=True)
    reference = everyone.drop_duplicates("person")[["person", "group", "site", "arm"]]
    made = flow_table(view.study, registers, {one: measured(view, one) for one in waves}, reference=reference)
    floors = privacy_floors(view.study, everyone)
    floors["all"] = max(floors.values())
    return suppress_rows(made, too_small(made["n"], made["group"].map(floors)), ["n"])


def reliability(view: View) -> pd.DataFrame:
    """Alpha of the scores behind the outcomes in the waves so far; nothing on fewer people than the floor."""
    waves = view.waves_so_far()
    made = reliability_table(view.study, view.over("people", waves), view.over("answers", waves))
    small = too_small(made["n"], made["group"].map(view.floors()))
    return suppress_rows(made, small, ["n", "alpha", "alpha_low", "alpha_high"])


def measured(view: View, wave: str) -> pd.Index:
    """Persons with an answer or an exam mark in a wave."""
    exams, answers = view.table("exams", wave), view.table("answers", wave)
    sat = exams.loc[exams["status"].eq("sat"), "person"]
    answered = answers.loc[answers.drop(columns=["person", "wave"]).notna().any(axis="columns"), "person"]
    return pd.Index(pd.concat([answered, sat]).unique())


def _asked(view: View, answers: pd.DataFrame) -> list[str]:
    """Instruments, and second uses, of which the wave's answers have a column."""
    names = {**{name: name for name in instrument_names(unverified=view.study.spec.unverified)}, **_prefixes(view)}
    columns = {use: read_instrument(name, unverified=True).columns(use) for use, name in names.items()}
    return sorted(use for use, items in columns.items() if set(items) & set(answers.columns))


def _prefixes(view: View) -> dict[str, str]:
    return {f"{use.prefix}_{use.instrument}": use.instrument for use in view.study.spec.uses}

"""Tables about change: estimates and the balance of the arms at the start."""

from __future__ import annotations

import pandas as pd

from careeval.measure.suppression import privacy_floors
from careeval.pipeline.view import View


def estimates(view: View) -> pd.DataFrame:
    """Every effect that the design implies or study.toml names."""
    from careeval.infer.study_estimates import study_estimates  # slow to import, and only wanted here

    people, values, floors = _all_outcomes(view)
    return study_estimates(view.study, view.wave, people=people, values=values, floors=floors)


def balance(view: View) -> pd.DataFrame:
    """Standardised differences of the outcomes at baseline."""
    from careeval.infer.balance import balance_table

    people, values, floors = _all_outcomes(view)
    return balance_table(view.study, view.wave, people=people, values=values, floors=floors)


def effects(view: View) -> pd.DataFrame:
    """How each outcome moved and how sure that is."""
    from careeval.judging.effects import effects as effects_of

    return effects_of(view.table("estimates"), view.table("measured"), view.wave.id)


def paired(view: View) -> pd.DataFrame:
    """Paired tests of each outcome and arm, this wave against the last one before the start."""
    from careeval.infer.paired import paired_table

    people, values, floors = _all_outcomes(view)
    return paired_table(view.study, view.wave, people=people, values=values, floors=floors)


def _all_outcomes(view: View) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, dict[str, int]]:
    waves = view.all_waves()
    people = view.over("people", waves)
    values = pd.concat(view.over("outcomes", waves).values(), ignore_index=True)
    return people, values, privacy_floors(view.study, pd.concat(people.values(), ignore_index=True))

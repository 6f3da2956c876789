"""What everybody would answer and score with the plan, and without it: both from the same draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.simulate.people import WAVES
from careeval.specs.instruments import read_instrument

# shares of the variance of a trait: between villages for good and in one wave, between people for good; the rest is
# the person's day. Two waves of one person correlate by .74 in marks and by about .62 in scores, where items add noise
VILLAGE, VILLAGE_WAVE, PERSON = 0.06, 0.006, 0.68


@dataclass(frozen=True)
class Trait:
    """A trait in SD: what the plan does to it, how the treated start, how everybody moves between the waves."""

    effect: float
    gap: float
    trend: float


TRAITS = {
    "loneliness": Trait(effect=-0.50, gap=0.15, trend=-0.05),
    "child_wellbeing": Trait(effect=0.30, gap=-0.10, trend=0.05),
    "maths": Trait(effect=0.0, gap=-0.10, trend=0.0),
    "chinese": Trait(effect=0.25, gap=-0.10, trend=0.0),
    "adult_wellbeing": Trait(effect=0.45, gap=-0.10, trend=-0.05),
}
# (mean, SD) of a paper by wave and subject, and the full mark
PAPERS = {
    "2024-autumn": {"chinese": (71.0, 11.0), "maths": (80.0, 17.0)},
    "2025-spring": {"chinese": (74.0, 10.0), "maths": (76.0, 18.0)},
}
FULL_MARKS = {"chinese": 100, "maths": 120}


@dataclass(frozen=True)
class Outcomes:
    """One wave: a row a person, columns items (as answered) and marks; missing for people of other groups.

    In the first wave the plan had not begun: both frames are the same.
    """

    without_plan: pd.DataFrame
    with_plan: pd.DataFrame

    def realised(self, treated: pd.Series) -> pd.DataFrame:
        """What happened: with the plan where `treated` (indexed by person), without it elsewhere."""
        return self.with_plan.where(treated.reindex(self.with_plan.index), self.without_plan)


def simulate_outcomes(people: pd.DataFrame, seed: int) -> dict[str, Outcomes]:
    """{wave: outcomes} for all people; children answer who5 and cls24 and sit papers, adults answer who5."""
    people = people.set_index("person")
    children = people[people["group"].isin(["child", "hardship"])]
    adults = people.drop(children.index)
    child, adult = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    loneliness, maths = _draws(children, child), _draws(children, child)
    traits = {
        "loneliness": loneliness,
        "child_wellbeing": -0.6 * loneliness + 0.8 * _draws(children, child),
        "maths": maths,
        "chinese": 0.6 * maths + 0.8 * _draws(children, child),
    }
    grown = {"adult_wellbeing": _draws(adults, adult)}
    return {
        wave: _both(_children(children, traits, wave, child), _adults(adults, grown, wave, adult)) for wave in WAVES
    }


def _draws(people: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """A trait with variance 1: a row a person, a column a wave; neighbours correlate, and so do a person's waves."""
    villages = people["village"].unique()
    day = 1 - VILLAGE - VILLAGE_WAVE - PERSON
    lasting = pd.Series(generator.normal(0, VILLAGE**0.5, len(villages)), villages)
    own = generator.normal(0, PERSON**0.5, len(people))
    columns = {}
    for wave in WAVES:
        passing = pd.Series(generator.normal(0, VILLAGE_WAVE**0.5, len(villages)), villages)
        here = people["village"].map(lasting + passing).astype(float)
        columns[wave] = here + own + generator.normal(0, day**0.5, len(people))
    return pd.DataFrame(columns, index=people.index)


def _levels(name: str, people: pd.DataFrame, drawn: pd.DataFrame, wave: str) -> tuple[pd.Series, pd.Series]:
    """The trait in one wave (without the plan, with it)."""
    trait, later = TRAITS[name], wave != WAVES[0]
    without = drawn[wave] + trait.gap * people["arm"].eq("treated") + trait.trend * later
    return without, without + trait.effect * later


def _children(
    people: pd.DataFrame, traits: dict[str, pd.DataFrame], wave: str, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    lonely = _levels("loneliness", people, traits["loneliness"], wave)
    happy = _levels("child_wellbeing", people, traits["child_wellbeing"], wave)
    noise = generator.normal(size=(len(people), 24)), generator.normal(size=(len(people), 5))
    fillers = generator.integers(1, 6, (len(people), 24))
    marks = [_marks(people, traits, wave, plan) for plan in (0, 1)]
    return tuple(
        pd.concat(
            [_who5(happy[plan], noise[1], 3.1), _cls24(lonely[plan], noise[0], fillers), marks[plan]], axis="columns"
        )
        for plan in (0, 1)
    )


def _adults(
    people: pd.DataFrame, traits: dict[str, pd.DataFrame], wave: str, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    levels = _levels("adult_wellbeing", people, traits["adult_wellbeing"], wave)
    noise = generator.normal(size=(len(people), 5))
    return tuple(_who5(level, noise, 2.6) for level in levels)


def _both(children: tuple[pd.DataFrame, pd.DataFrame], adults: tuple[pd.DataFrame, pd.DataFrame]) -> Outcomes:
    return Outcomes(*(pd.concat([child, adult]) for child, adult in zip(children, adults, strict=True)))


def _items(level: pd.Series, noise: np.ndarray, centre: float, spread: float, weight: float) -> np.ndarray:
    """Graded answers to items of one trait, before they are cut to the answers offered."""
    shared = weight * level.to_numpy()[:, None] + (1 - weight**2) ** 0.5 * noise
    return np.rint(centre + spread * shared)


def _who5(level: pd.Series, noise: np.ndarray, centre: float) -> pd.DataFrame:
    answers = np.clip(_items(level, noise, centre, 1.3, 0.75), 0, 5)
    return pd.DataFrame(answers, index=level.index, columns=[f"who5_{number}" for number in range(1, 6)])


def _cls24(level: pd.Series, noise: np.ndarray, fillers: np.ndarray) -> pd.DataFrame:
    """All 24 answers as a child ticks them: items that score backwards are turned back, fillers mean nothing."""
    instrument = read_instrument("cls24")
    answers = np.clip(_items(level, noise, 2.6, 1.2, 0.55), 1, 5)
    numbers = np.arange(1, 25)
    answers = np.where(np.isin(numbers, instrument.reversed), 6 - answers, answers)
    answers = np.where(np.isin(numbers, instrument.fillers), fillers, answers)
    return pd.DataFrame(answers, index=level.index, columns=[f"cls24_{number}" for number in numbers])


def _marks(people: pd.DataFrame, traits: dict[str, pd.DataFrame], wave: str, plan: int) -> pd.DataFrame:
    """Marks in halves between 0 and the full mark; papers get harder by grade."""
    columns = {}
    for subject, (mean, spread) in PAPERS[wave].items():
        level = _levels(subject, people, traits[subject], wave)[plan]
        raw = mean - 1.5 * (people["grade"] - 3) + spread * level
        columns[subject] = ((raw * 2).round() / 2).clip(0, FULL_MARKS[subject])
    return pd.DataFrame(columns, index=people.index)

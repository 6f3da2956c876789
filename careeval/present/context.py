"""What a chapter stands on: a study, a wave, perhaps one site, a language."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from careeval import pipeline
from careeval.errors import CareevalError, Problem, listed
from careeval.measure.suppression import privacy_floors
from careeval.present.words import in_brackets, label
from careeval.specs.study import Outcome, Study, Wave, open_study


@dataclass(frozen=True)
class Context:
    """One chapter's view; site '' is all sites together."""

    study: Study
    wave: Wave
    site: str
    lang: str

    def table(self, name: str, wave: str = "") -> pd.DataFrame:
        """A table of this wave (or another), for this site where one is chosen."""
        return pipeline.table(self.study, name, wave=wave or self.wave.id, site=self.site or None)

    def everyone(self) -> pd.DataFrame:
        """The people of this wave at all sites, whichever is chosen."""
        return pipeline.table(self.study, "people", wave=self.wave.id)

    def floors(self) -> dict[str, int]:
        """The smallest number of people behind a number, a group; the same at every site."""
        return privacy_floors(self.study, self.everyone())

    def outcomes(self, family: str = "") -> list[Outcome]:
        """The study's outcomes of a family ('' = all), primary first."""
        order = ("primary", "secondary", "exploratory")
        chosen = [one for one in self.study.spec.outcomes if family in ("", one.family)]
        return sorted(chosen, key=lambda one: order.index(one.role))

    def outcome_title(self, outcome: str) -> str:
        """An outcome's title in the chapter's language; anything else is given back as it is."""
        found = [one.title.in_language(self.lang) for one in self.study.spec.outcomes if one.id == outcome]
        return found[0] if found else outcome

    def outcome_and_group(self, outcome: str, group: str) -> str:
        """'Loneliness (children)' in the chapter's language."""
        return in_brackets(self.outcome_title(outcome), self.group(group), self.lang)

    def group(self, group: str) -> str:
        """What the people of a group are called: in the study's own words, else in those of the library."""
        own = self.study.spec.group_titles.get(group)
        return own.in_language(self.lang) if own else label("group", group, self.lang)

    def wave_title(self, wave: str) -> str:
        """A wave's title in the chapter's language."""
        return self.study.wave(wave).title.in_language(self.lang)

    def contrast(self, contrast: str) -> str:
        """'treated - control' in the reader's words."""
        arms = self.study.spec.design.arms
        for arm in arms[:-1]:
            if contrast == f"{arm} - {arms[-1]}":
                return f"{label('arm', arm, self.lang)} − {label('arm', arms[-1], self.lang)}"
        return contrast


def context(study: str, *, wave: str = "", site: str = "", lang: str = "") -> Context:
    """Open a study for a chapter; wave '' is the newest, lang '' the study's first language."""
    opened = open_study(study)
    lang = lang or opened.spec.languages[0]
    if lang not in ("zh", "en"):
        raise CareevalError(Problem("parameters", "lang", f"found {lang!r}", listed(("zh", "en"))))
    return Context(opened, opened.wave(wave), site, lang)

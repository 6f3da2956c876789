"""What the rows of one wave are held against: who and what the study knows, and its secret."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from careeval.clean.identity import pseudonyms
from careeval.clean.places import as_known, known_sites
from careeval.specs.study import Study, Wave


@dataclass(frozen=True)
class Setting:
    """people: the wave's register, complete; units: units.csv; salt: of the pseudonyms."""

    people: pd.DataFrame
    units: pd.DataFrame
    study: Study
    wave: Wave
    salt: bytes

    @property
    def sites(self) -> pd.Index:
        """The sites of the study."""
        return known_sites(self.units, self.people, self.study)

    def site_of(self, person: pd.Series) -> pd.Series:
        """Where each person is registered."""
        return person.map(self.people.set_index("person")["site"]).astype("str")

    def provider(self, text: pd.Series) -> pd.Series:
        """A unit of units.csv by its id, anybody else as a pseudonym (that of the register, if they stand in it)."""
        unit = as_known(text, self.units["unit"]) if len(self.units) else text.where(text.isna())
        return unit.fillna(pseudonyms(text, self.salt)).astype("str")

"""What a table's maker sees: the study, one wave, and any other table by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from careeval.measure.suppression import privacy_floors
from careeval.pipeline.cleaning import has_files
from careeval.specs.study import Study, Wave


@dataclass(frozen=True)
class View:
    """`read(name, wave)` gives a table from the store, made if it is missing."""

    study: Study
    wave: Wave
    read: Callable[[str, str], pd.DataFrame]

    def table(self, name: str, wave: str = "") -> pd.DataFrame:
        """A table of this wave, or of another."""
        return self.read(name, wave or self.wave.id)

    def tables(self, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Several tables of this wave by name."""
        return {name: self.table(name) for name in names}

    def waves_so_far(self) -> list[str]:
        """Ids of the waves up to this one that have files."""
        return [one.id for one in self.study.waves_until(self.wave.id) if has_files(self.study, one)]

    def all_waves(self) -> list[str]:
        """Ids of all waves that have files."""
        return [one.id for one in self.study.spec.waves if has_files(self.study, one)]

    def over(self, name: str, waves: Iterable[str]) -> dict[str, pd.DataFrame]:
        """{wave: table} of one name."""
        return {wave: self.table(name, wave) for wave in waves}

    def floors(self) -> dict[str, int]:
        """The privacy floor of each group, by everybody registered so far."""
        return privacy_floors(self.study, pd.concat(self.over("people", self.waves_so_far()).values()))

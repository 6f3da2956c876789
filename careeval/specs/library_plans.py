"""The plans of the library: promises without a year, and what their records and questions are called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from careeval.errors import Problem, SpecError, listed
from careeval.specs.check_plan import check_plan
from careeval.specs.check_standard import Known
from careeval.specs.check_study import PERIODS
from careeval.specs.definitions import each_condition
from careeval.specs.home import LIBRARY
from careeval.specs.plans import Commitment, Figure
from careeval.specs.records import Record, Words, build, read_library, read_toml
from careeval.specs.vocabulary import Group, canonical_tables

FOLDER = LIBRARY / "plans"


class Asked(Record):
    """A question of the questionnaire that checks delivery with the recipient; days: what it looks back on."""

    title: Words
    asks: Literal["count", "yes_no"]
    days: int | None = Field(default=None, gt=0)
    respondent: Literal["self", "carer", "teacher", "proxy"] = "self"
    max: int = Field(default=1, gt=0)


class StatedDay(Record):
    """A day the source names; event: what happens on it, so that two days for one event are seen."""

    text: Words
    event: str
    day: str = Field(pattern=r"^(\d{4}-)?\d{2}-\d{2}$")
    weekday: Literal["", "mon", "tue", "wed", "thu", "fri", "sat", "sun"] = ""


class StatedSpan(Record):
    """A stage the source gives dates for, as month-day; stages of one plan should follow each other."""

    text: Words
    first: str = Field(pattern=r"^\d{2}-\d{2}$")
    last: str = Field(pattern=r"^\d{2}-\d{2}$")


class StatedSum(Record):
    """Numbers of which the source says that they add up to a total."""

    text: Words
    parts: tuple[float | int, ...] = Field(min_length=2)
    total: float | int


class LibraryPlan(Record):
    """A plan of the library, as its file stands.

    days, spans, sums: what the source states and a linter can check; never corrected here. months: first and last month
    the source names, () = undated. names: what the logs call the services, items, roles,
    kinds of units, days of the calendar and facts of this plan that library/names.toml does not name. asked: questions
    that library/recall.toml does not hold. duplicates: plans of the library that share promises with this one.
    """

    id: str
    title: Words
    source: str = Field(min_length=1)
    groups: tuple[Group, ...]
    setting: Literal["school", "village", "community", "township", "county", "prefecture", "event"]
    months: tuple[int, ...] = ()
    duplicates: tuple[str, ...] = ()
    stages: tuple[Words, ...] = ()
    objectives: tuple[Words, ...] = ()
    problems: tuple[Figure, ...] = ()
    questions: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    days: tuple[StatedDay, ...] = ()
    spans: tuple[StatedSpan, ...] = ()
    sums: tuple[StatedSum, ...] = ()
    names: dict[str, Words] = {}
    asked: dict[str, Asked] = {}
    commitments: tuple[Commitment, ...] = Field(min_length=1)

    def name(self, key: str) -> Words:
        """What a service, item, role, kind of unit, day or fact is called."""
        return self.names.get(key) or common_names()[key]

    def question(self, key: str) -> Asked:
        """The question of a recall."""
        return self.asked.get(key) or common_questions()[key]


def library_plan_names() -> tuple[str, ...]:
    """The plans of the library, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def read_library_plan(name_or_path: str | Path) -> LibraryPlan:
    """A plan of the library by its id, or the one in a .toml file; SpecError with every mistake at once."""
    path = Path(name_or_path)
    path = path if path.suffix == ".toml" else FOLDER / f"{path}.toml"
    if not path.is_file():
        allowed = listed(library_plan_names())
        raise SpecError(Problem(str(name_or_path), "", "there is no such plan", allowed, "careeval plans lists them"))
    toml, problems = read_toml(path)
    if problems:
        raise SpecError(*problems)
    plan, problems = build(LibraryPlan, toml, file=path.name)
    if plan:
        problems += [*_own(plan, path.stem, path.name), *check_plan(toml, _known(plan), file=path.name)]
    if problems:
        raise SpecError(*problems)
    return plan


@cache
def common_names() -> dict[str, Words]:
    """What most plans call their services, items, roles, kinds of units, days and facts: library/names.toml."""
    return read_library(LIBRARY / "names.toml", Words)


@cache
def all_names() -> dict[str, Words]:
    """What any plan of the library calls things; the common words come first, then those of the first plan."""
    found = dict(common_names())
    for path in sorted(FOLDER.glob("*.toml")):
        for key, words in read_toml(path)[0].get("names", {}).items():
            found.setdefault(key, Words(**words))
    return found


def name_of(key: str) -> Words:
    """What the library calls an id of a plan; an id it does not know is called by itself, its joints opened.

    >>> name_of("home_visit").en, name_of("kite_day").en
    ('Home visit', 'kite day')
    """
    return all_names().get(key) or Words(zh=key.replace("_", " "), en=key.replace("_", " "))


@cache
def common_questions() -> dict[str, Asked]:
    """Recall questions that more than one plan asks: library/recall.toml."""
    return read_library(LIBRARY / "recall.toml", Asked)


def words_used(commitment: Commitment) -> tuple[str, ...]:
    """The ids of services, items, roles, kinds of units, calendar days and facts that a promise names, each once."""
    standard, record = commitment.standard, commitment.record
    table = standard.timetable
    calendar = (standard.per, standard.by.calendar if standard.by else "", record.level_per)
    days = (*calendar, *(table.occasions if table else ()), *(table.except_ if table else ()))
    facts = [test.column for test in each_condition(standard.who)]
    people = set(canonical_tables()["people"].columns) | set(canonical_tables()["units"].columns)
    used = (
        *(standard.of, *standard.partners, *standard.items, *standard.who_status),
        *(*record.service, *record.item, *record.role, record.opened, record.answered),
        *(day for day in days if day not in PERIODS),
        *(fact for fact in facts if fact not in people),
    )
    return tuple(dict.fromkeys(word for word in used if word))


def _known(plan: LibraryPlan) -> Known:
    """What the plan itself and the library name: a library plan stands in no study."""
    names = (*common_names(), *plan.names)
    tables = canonical_tables()
    return Known(
        groups=plan.groups,
        outcomes={},
        items=(*common_questions(), *plan.asked),
        kinds=names,
        calendar=names,
        columns={name: (*tables[name].columns, *names) for name in ("people", "units")},
    )


def _own(plan: LibraryPlan, stem: str, file: str) -> Iterator[Problem]:
    """What only a library plan must hold to: its name, its months, and words for all it names."""
    if plan.id != stem:
        yield Problem(file, "key 'id'", f"found {plan.id!r}", f"the file's name, {stem!r}")
    if plan.months and (len(plan.months) != 2 or not all(1 <= month <= 12 for month in plan.months)):
        yield Problem(file, "key 'months'", f"found {list(plan.months)}", "first and last month, 1 to 12, or nothing")
    named = {*common_names(), *plan.names}
    for commitment in plan.commitments:
        for word in words_used(commitment):
            if word not in named:
                place = f"commitments, {commitment.id}"
                way_out = f"Add it to [names] of the plan: {word} = {{ zh = '...', en = '...' }}"
                yield Problem(file, place, f"{word!r} has no name", "a word of library/names.toml or [names]", way_out)

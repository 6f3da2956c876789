"""A care plan: what is promised to whom, by which standard, where delivery shows, and what the recipient is asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from careeval.specs.definitions import Conditions
from careeval.specs.records import Record, Words
from careeval.specs.vocabulary import Domain, Group

StandardType = Literal["frequency", "count", "schedule", "ratio", "coverage", "deadline", "checklist", "none"]
Basis = Literal["recipient", "provider", "site", "programme", "case"]
Mode = Literal["home", "phone", "video", "online", "letter", "school", "station", "other"]
StatusWord = Literal["yes", "partial", "no", "unknown"]
VerdictWord = Literal[
    "pause",
    "measure better",
    "measure delivery",
    "set a standard",
    "strengthen delivery",
    "strengthen reach",
    "keep",
    "keep and test",
    "keep and strengthen dose",
    "redesign",
    "stop or replace",
    "re-test",
    "continue unchanged",
]


class Timetable(Record):
    """When something is held: weekdays, or named occasions of the calendar; for so many minutes; and when not."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    occasions: tuple[str, ...] = ()
    minutes: float | None = Field(default=None, gt=0)
    except_: tuple[str, ...] = Field(default=(), alias="except")


class By(Record):
    """A deadline: a day, a month (its last day), or the days around each occasion of a calendar name."""

    day: date | None = None
    month: int | None = Field(default=None, ge=1, le=12)
    calendar: str = ""
    days: int = 0


class Standard(Record):
    """What counts as kept. quantity per period; target is the share of due unit-periods that must be met.

    who: conditions on the bound people or units, column = [allowed values], column_min, column_max; all must hold.
    who_status: the same on status items. of: the kind of unit that is bound (basis provider or site).
    """

    type: StandardType
    why: Literal["", "existence", "vague", "trigger"] = ""
    basis: Basis
    of: str = ""
    who: Conditions = {}
    who_status: dict[str, tuple[StatusWord, ...]] = {}
    quantity: float | None = Field(default=None, gt=0)
    quantity_max: float | None = None
    unit: str = ""
    per: str = ""
    target: float | None = Field(default=None, gt=0, le=1)
    implied: tuple[str, ...] = ()
    timetable: Timetable | None = None
    partners: dict[str, Annotated[int, Field(gt=0)]] = {}
    at: Literal["reference", "every_day"] = "reference"
    items: tuple[str, ...] = ()
    start: date | None = None
    by: By | None = None
    within_days: float | None = Field(default=None, gt=0)
    within_hours: float | None = Field(default=None, gt=0)


class Shown(Record):
    """Where delivery shows: which table, and which of its rows count. Key `record` of a commitment."""

    table: Literal["services", "pairs", "status"]
    service: tuple[str, ...] = ()
    mode: tuple[Mode, ...] = ()
    min_minutes: float | None = None
    count: Literal["", "events", "people", "minutes", "quantity"] = ""
    item: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    opened: str = ""
    answered: str = ""
    level_per: str = ""


class Recall(Record):
    """The question that checks delivery with the recipient; days is what the question looks back on."""

    question: str
    asks: Literal["count", "yes_no"]
    days: int | None = Field(default=None, gt=0)
    respondent: Literal["self", "carer", "teacher", "proxy"]


class Commitment(Record):
    """One promise. group [] = nobody is served; outcomes [] = none claimed; statutory = outside stop and redesign."""

    id: str
    text: Words
    group: tuple[Group, ...]
    domain: Domain
    mechanism: str
    component: str
    outcomes: tuple[str, ...]
    indicator: str
    owner: str | Words = ""
    ask: Words | None = None
    statutory: bool = False
    note: str = ""
    standard: Standard
    record: Shown
    recall: Recall | None = None
    also: tuple[str, ...] = ()

    @property
    def target(self) -> float:
        """The share that must be met; 1 where the source names none (then `implied` says target)."""
        return 1.0 if self.standard.target is None else self.standard.target


class Figure(Record):
    """A figure that a plan quotes: a target, a baseline of the place, or background."""

    text: Words
    kind: Literal["target", "local_baseline", "background"]


class Overruling(Record):
    """A verdict set aside by hand, with its written reason."""

    component: str
    group: str
    outcome: str
    verdict: VerdictWord
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    date: date


class Proposal(Record):
    """A change proposed by last term's verdict, and what was decided: '' until somebody decides.

    from, to: whatever may stand at the field, a value, a day, an array or a table; it is checked in its place.
    aim: what is to be otherwise where no field changes ('' = what the verdict aims at).
    """

    verdict: VerdictWord
    commitment: str = ""
    field: str = ""
    from_: Any = Field(default=None, alias="from")
    to: Any = None
    aim: str = ""
    reason: str = ""
    owner: str = ""
    by: date | None = None
    decided: Literal["", "accepted", "rejected", "changed"] = ""
    decision_reason: str = ""


class Plan(Record):
    """plan-<wave>.toml as it stands. period: first and last day the promises hold."""

    id: str
    title: Words
    source: str
    period: tuple[date, date]
    stages: tuple[Words, ...] = ()
    objectives: tuple[Words, ...] = ()
    problems: tuple[Figure, ...] = ()
    questions: tuple[Words, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    overrulings: tuple[Overruling, ...] = ()
    proposals: tuple[Proposal, ...] = ()

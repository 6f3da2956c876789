"""A term on a page: three children, four elders, two stations, and a plan of twelve promises, one a type and basis."""

from datetime import date
from types import SimpleNamespace

import pandas as pd

from careeval.specs.plans import Plan
from careeval.specs.records import build
from careeval.specs.study import StudyFile, Wave

SPRING = Wave(
    id="2025-spring",
    title={"zh": "春季", "en": "Spring"},
    survey=(date(2025, 6, 9), date(2025, 6, 27)),
    service=(date(2025, 2, 17), date(2025, 7, 4)),
    reference=date(2025, 6, 15),
    season="term_end",
    plans=("plan-2025-spring.toml",),
)


def promise(standard, record, *, group=("child",), recall=None, id="c"):
    """One commitment around a standard and its record."""
    about = {"zh": "承诺", "en": "A promise"}
    rest = {"domain": "living_support", "mechanism": "m", "component": "c", "outcomes": (), "indicator": "I"}
    return {"id": id, "text": about, "group": group, "standard": standard, "record": record, "recall": recall, **rest}


def plan(*promises, period=(date(2025, 3, 1), date(2025, 12, 31))):
    """A plan of these commitments, in force from March to December."""
    return Plan(id="p", title={"zh": "方案", "en": "Plan"}, source="made up", period=period, commitments=promises)


def frame(columns, *rows):
    """A table of text and numbers; columns named date, entry, exit, start, end, from, to hold dates."""
    table = pd.DataFrame(list(rows), columns=columns.split())
    days = [name for name in table if name in ("date", "entry", "exit", "start", "end", "from", "to", "until")]
    return table.assign(**{name: pd.to_datetime(table[name]) for name in days})


def people(*rows):
    """person, group, site, entry, exit."""
    return frame("person group site entry exit", *rows).assign(wave="2025-spring")


def visits(person, *days, service="home_visit", mode="home", site="v1"):
    """Done visits to one person on these days, each its own event."""
    rows = [(service, day, person, site, f"{person}{service}{day}", mode, "done") for day in days]
    return frame("service date person site event mode outcome", *rows)


def logs(*rows):
    """service, site, from, to, complete."""
    return frame("service site from to complete", *rows)


def whole_term(service, *sites):
    """A complete log of the service from each site over the whole term."""
    return logs(*((service, site, "2025-02-17", "2025-07-04", "yes") for site in sites))


def words(*rows, subject_type="unit"):
    """subject, item, date, status."""
    return frame("subject item date status", *rows).assign(subject_type=subject_type)


def units(*rows):
    """unit, kind, site."""
    return frame("unit kind site", *rows).assign(parent="", entry=pd.NaT, exit=pd.NaT)


def study(*waves, calendar=None, **changes):
    """As much of a study as delivery asks for: its waves, calendar, programmes, and populations."""
    toml = {
        "title": {"zh": "研究", "en": "Study"},
        "languages": ["en"],
        "seed": 1,
        "groups": ["child", "elder"],
        "site_kind": "village",
        "waves": [wave.model_dump() for wave in waves or (SPRING,)],
        "calendar": calendar or {},
        "design": {"assigned_by": "unknown", "assigned_unit": "village", "start": date(2025, 3, 1), "arms": ["a"],
                   "arm_of": "units"},
    }  # fmt: skip
    spec, problems = build(StudyFile, toml | changes, file="study.toml")
    assert not problems
    return SimpleNamespace(spec=spec, waves_until=lambda wave: spec.waves[: [w.id for w in spec.waves].index(wave) + 1])

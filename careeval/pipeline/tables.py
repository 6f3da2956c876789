"""The graph: every table by name, made from others when it is missing or stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from careeval.clean.wave import Cleaned, read_wave
from careeval.errors import CareevalError, Problem, listed
from careeval.measure.delivery.unmatched import sayable, unmatched
from careeval.measure.hiding.sums import Sums
from careeval.pipeline import change_tables, effect_tables, file_tables, people_tables, plan_tables, publishing
from careeval.pipeline.cleaning import cleaned, has_files, wave_key
from careeval.pipeline.view import View
from careeval.specs.study import Study, Wave
from careeval.store import fingerprint, kept

CANONICAL = (
    *("people", "units", "responses", "answers", "missing", "exams", "cohort", "status"),
    *("services", "pairs", "logs"),
)
# exported to tables/*.csv; nothing in them is about one person
REPORT_TABLES = (
    *("indicators", "estimates", "balance", "paired", "flow", "participants", "site_changes", "quality", "exclusions"),
    *("delivery", "verdicts", "cascade", "gaps", "agreement", "capacity", "measured", "comparable"),
    "reliability",
)


def _canonical(name: str) -> Callable[[View], pd.DataFrame]:
    return lambda view: getattr(cleaned(view.study, view.wave), name)


# tables that count people: made with the small counts hidden, and published without what would give one away
_COUNTED: Mapping[str, Callable[[View], pd.DataFrame]] = {
    "flow": people_tables.flow,
    "reliability": people_tables.reliability,
    "participants": change_tables.participants,
    "site_changes": change_tables.site_changes,
    "delivery": plan_tables.delivery,
    "indicators": plan_tables.indicators,
    **plan_tables.SUPPORT,
}
TABLES: Mapping[str, Callable[[View], pd.DataFrame]] = {
    **{name: _canonical(name) for name in CANONICAL[1:]},
    "quality": file_tables.quality,
    "quality_whole": plan_tables.quality,
    "people": people_tables.people,
    "ledger": _canonical("exclusions"),
    "exclusions": file_tables.exclusions,
    "scores": people_tables.scores,
    "alerts": people_tables.alerts,
    "outcomes": people_tables.outcomes,
    "estimates": effect_tables.estimates,
    "balance": effect_tables.balance,
    "paired": effect_tables.paired,
    "unit_periods": plan_tables.unit_periods,
    "delivery_whole": plan_tables.delivery_whole,
    "comparable": plan_tables.comparable,
    "measured": plan_tables.measured,
    "measured_whole": plan_tables.measured_whole,
    "effects": effect_tables.effects,
    "verdicts": plan_tables.verdicts,
    "changes": plan_tables.changes,
    "proposals": plan_tables.proposals,
    **{publishing.FLOORED.format(name): made for name, made in _COUNTED.items()},
    **{name: publishing.published(name) for name in _COUNTED},
    "hidden": publishing.hidden,
}
# a reproduction may ask for any wave, so these depend on all
ALL_WAVES = (
    *("estimates", "balance", "paired", "effects", "verdicts", "changes", "proposals"),
    *("measured", "measured_whole"),
)


def table(study: Study, name: str, *, wave: str = "", site: str | None = None) -> pd.DataFrame:
    """Any canonical or derived table of a wave ('' = newest), made or read from the store.

    With a site: only the people, or the rows, of that site; rows of site 'all' stay beside them as context.
    Scores, z and effects are always those of the whole study, and so is the cohort that sat a paper.
    """
    if name not in TABLES:
        raise CareevalError(Problem("table()", "name", f"there is no table {name!r}", listed(TABLES)))
    one = study.wave(wave)
    view = View(study, one, lambda other, when: table(study, other, wave=when))
    made = kept(study.derived / "store", f"{name}-{one.id}", _key(study, one, name), lambda: TABLES[name](view))
    return made if not site or name == "cohort" else _of_site(study, made, one, site)


def tables(study: Study, names: Iterable[str], *, wave: str = "") -> dict[str, pd.DataFrame]:
    """Several tables of one wave by name."""
    return {name: table(study, name, wave=wave) for name in names}


def published_sums(study: Study, wave: str = "", *, site: str = "") -> Sums:
    """The counts of people that a wave's report prints, and the sums between them; of one site, what is said of it."""
    view = View(study, study.wave(wave), lambda other, when: table(study, other, wave=when))
    made = {name: table(study, name, wave=wave, site=site or None) for name in publishing.COUNTED}
    return publishing.sums_of_wave(view, made)


def prepare(study: Study, wave: str = "") -> Cleaned:
    """The canonical tables of a wave with its exclusions and quality, arms as of each person's first wave."""
    one = study.wave(wave)
    return replace(cleaned(study, one), people=table(study, "people", wave=one.id))


def check(study: Study, wave: str = "") -> list[Problem]:
    """Every problem of the raw files of one wave, or of all waves that have files; [] is a clean bill."""
    waves = [study.wave(wave)] if wave else study.spec.waves
    found = []
    for one in waves:
        if not wave and one is not study.spec.waves[-1] and not has_files(study, one):
            continue
        *_, problems = read_wave(study, one)
        if not problems:
            try:
                cleaned(study, one)
                problems = _unmatched(study, one)
            except CareevalError as error:
                problems = list(error.problems)
        found += problems
    return found


def _unmatched(study: Study, wave: Wave) -> list[Problem]:
    """What the plans of a wave name and no wave's records have."""
    names = ("people", "units", "pairs", "status") if wave.plans else ()
    waves = [one.id for one in study.waves_until(wave.id) if has_files(study, one)]
    held = {name: pd.concat([table(study, name, wave=one) for one in waves], ignore_index=True) for name in names}
    files = zip(study.plans(wave.id), wave.plans, strict=True)
    return [problem for plan, file in files for problem in unmatched(plan, held, file=file, sayable=sayable(study))]


def _key(study: Study, wave: Wave, name: str) -> str:
    waves = study.spec.waves if name in ALL_WAVES else study.waves_until(wave.id)
    return fingerprint([name, *(wave_key(study, one) for one in waves)])


def _of_site(study: Study, made: pd.DataFrame, wave: Wave, site: str) -> pd.DataFrame:
    """The rows of one site: by the site column, or by where the person is registered."""
    people = table(study, "people", wave=wave.id)
    known = sorted({*people["site"].dropna(), *table(study, "units", wave=wave.id)["site"].dropna()})
    if site not in known:
        raise CareevalError(Problem("people", "site", f"there is no {study.spec.site_kind} {site!r}", listed(known)))
    if "site" in made:
        return made[made["site"].isin([site, "all"])].reset_index(drop=True)
    # the subject of an exam is maths; only in status is it somebody, or a unit of the site
    known_by = next((column for column in ("person", "subject") if column in made), None)
    if known_by is None:
        return made
    units = table(study, "units", wave=wave.id)
    here = {*people.loc[people["site"].eq(site), "person"], *units.loc[units["site"].eq(site), "unit"]}
    return made[made[known_by].isin(here)].reset_index(drop=True)

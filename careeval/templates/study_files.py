"""study.toml and the plan file of a new study, from a plan of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import tomlkit

from careeval.present.words import word
from careeval.specs.library_plans import FOLDER, LibraryPlan
from careeval.templates.starters import (
    SHORT,
    calendar_names,
    claims,
    first_days,
    outcome_rows,
    site_kind,
    starters,
    survey_days,
    wave_name,
)

# what a library plan has and the plan of a study has not
OWN_KEYS = ("groups", "setting", "months", "duplicates", "notes", "days", "spans", "sums", "names", "asked")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Asked:
    """What the user asked for; comparison: how many of the sites have no plan; people: expected on the register."""

    start: date
    end: date | None
    sites: int
    lang: str = "zh"
    comparison: int = 0
    people: int | None = None


def study_toml(plan: LibraryPlan, asked: Asked, service: tuple[date, date]) -> str:
    """study.toml of a new study, with a comment where a first guess stands."""
    groups = tuple(group for group in plan.groups if group != "carer")
    wave, survey = wave_name(asked.start), survey_days(service)
    document = tomlkit.document()
    document.add(tomlkit.comment(word("templates.new.first", asked.lang)))
    both = [asked.lang, *({"zh", "en"} - {asked.lang})]
    top = {
        "title": _inline(plan.title.model_dump()),
        "languages": both,
        "seed": int(asked.start.strftime("%Y%m%d")),
        "groups": list(groups),
        "site_kind": site_kind(plan),
        "definition": _inline({group: starters()["definition"][group] for group in groups}),
    }
    for key, value in top.items():
        document.add(key, value)
    year, season = wave.split("-")
    title = {lang: word(f"templates.new.{season}", lang, year=year) for lang in LANGUAGES}
    _add_rows(
        document,
        "waves",
        [
            {
                "id": wave,
                "title": _inline(title),
                "survey": list(survey),
                "service": list(service),
                "reference": _reference(service),
                "season": "term_start",
                "plans": [f"plan-{wave}.toml"],
            }
        ],
    )
    if names := calendar_names(plan.commitments):
        document["calendar"] = {name: first_days(name, service) for name in names}
    begun = max(service[0], survey[1] + timedelta(days=1))
    document["design"] = {
        "assigned_by": "administrative",
        "assigned_unit": site_kind(plan),
        "start": begun,
        "arms": ["treated", "control"] if asked.comparison else ["treated"],
        "arm_of": "units",
        "selected": "all",
    }
    size = {"size": asked.people} if asked.people else {}
    document["population"] = {group: _inline({"frame": "census", **size}) for group in groups}
    outcomes = [{k: v for k, v in row.items() if k != "claimed_by"} for row in outcome_rows(plan, groups)]
    _add_rows(document, "outcomes", outcomes)
    _add_rows(document, "questions", _questions(plan, groups))
    document["privacy"] = {"audience": "inside", "consent": "consent_survey"}
    return tomlkit.dumps(document)


def _reference(service: tuple[date, date]) -> date:
    """The day that is counted: two weeks before the end of a term, the last day of an event."""
    first, last = service
    return last if (last - first).days < SHORT else last - timedelta(days=14)


def plan_toml(plan: LibraryPlan, name: str | Path, service: tuple[date, date], study: str) -> str:
    """The library's plan as a plan of the study: its words and comments, with a period and claimed outcomes."""
    path = Path(name) if Path(name).suffix == ".toml" else FOLDER / f"{name}.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    for key in OWN_KEYS:
        document.pop(key, None)
    document["id"] = f"{plan.id}-{wave_name(service[0])}"
    # a new key must stand before the tables: after the source
    text = tomlkit.dumps(document)
    line = next(one for one in text.splitlines() if one.startswith("source = "))
    text = text.replace(line, f"{line}\nperiod = [{service[0]}, {service[1]}]", 1)
    known = tomlkit.parse(study).unwrap().get("outcomes", [])
    rules = {row["id"]: row for row in starters()["outcomes"]}
    outcomes = [rules[row["id"]] for row in known]
    document = tomlkit.parse(text)
    for row, one in zip(document["commitments"], plan.commitments, strict=True):
        if found := claims(one, outcomes):
            row["outcomes"] = found
    return tomlkit.dumps(document)


def _questions(plan: LibraryPlan, groups: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sections [[questions]]: what the plan's promises ask the recipients, each once."""
    rows = {}
    for one in plan.commitments:
        if one.recall and one.recall.question not in rows:
            asked = plan.question(one.recall.question)
            group = next((group for group in one.group if group in groups), groups[0])
            title = {lang: asked.title.in_language(lang) for lang in ("zh", "en")}
            most = asked.max if asked.asks == "count" else 1
            rows[one.recall.question] = {
                "id": one.recall.question,
                "group": group,
                "min": 0,
                "max": most,
                "title": title,
            }
    return list(rows.values())


def _inline(values: Mapping[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _add_rows(document: tomlkit.TOMLDocument, name: str, rows: list[dict[str, Any]]) -> None:
    tables = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for key, value in row.items():
            table.add(key, _inline(value) if isinstance(value, dict) else value)
        tables.append(table)
    if rows:
        document[name] = tables

"""A new study from a plan of the library: every file that it needs, valid at once, and the templates to fill."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from careeval.errors import Problem, SpecError, listed
from careeval.present.words import word
from careeval.specs.check_study import FOLDER_NAME
from careeval.specs.home import root
from careeval.specs.library_plans import LibraryPlan, read_library_plan
from careeval.specs.plans import Plan
from careeval.specs.records import build
from careeval.specs.study import StudyFile, open_study
from careeval.specs.units import COLUMNS, UnitRow
from careeval.templates.all_files import template_files
from careeval.templates.mapping import columns_csv, recodes_csv
from careeval.templates.needs import Needs, needs_of
from careeval.templates.starters import last_day, unit_rows, wave_name
from careeval.templates.study_files import LANGUAGES, Asked, plan_toml, study_toml


def new_study(study: str | Path, plan: str | Path, asked: Asked) -> tuple[Path, tuple[str, ...], tuple[str, ...]]:
    """(folder, files written below it, what to check) of a new study for a plan of the library.

    study: a name, for a folder under data/studies, or a path. Nothing is written unless the whole can be opened, and
    nothing is overwritten. Raises SpecError: a folder that has files, an unknown plan, a span that does not fit it.
    """
    folder = Path(study) if Path(study).parent != Path() else root() / "data" / "studies" / str(study)
    library = read_library_plan(plan)
    end = asked.end or last_day(library, asked.start)
    if problems := _wrong(folder, asked, end):
        raise SpecError(*problems)
    service = (asked.start, end)
    wave = wave_name(asked.start)
    text = study_toml(library, asked, service)
    files = {
        "study.toml": text,
        f"plan-{wave}.toml": plan_toml(library, plan, service, text),
        "units.csv": _csv(unit_rows(library, asked.sites, comparison=asked.comparison)),
    }
    files |= _mapped(files, wave)
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place) / folder.name
        _write(trial, {name: part.encode("utf-8") for name, part in files.items()})
        needs = needs_of(open_study(trial), wave)
        templates = template_files(needs)
    whole = {name: part.encode("utf-8") for name, part in files.items()}
    whole |= {f"templates/{wave}/{name}": content for name, content in templates.items()}
    whole[word("templates.new.read_me", asked.lang)] = _read_me(folder.name, wave, needs, library).encode("utf-8")
    (folder / "raw" / wave).mkdir(parents=True, exist_ok=True)
    _write(folder, whole)
    return folder, (*whole, f"raw/{wave}/"), tuple(_notes(library, asked, service, text))


def write_templates(study_folder: str | Path, *, wave: str = "") -> tuple[str, ...]:
    """Write the templates of a wave ('' = newest) after units.csv or a plan was changed; the names of the files.

    Raises SpecError where there are templates already: somebody may have filled them.
    """
    study = open_study(study_folder)
    name = study.wave(wave).id
    folder = study.folder / "templates" / name
    if folder.is_dir() and any(folder.iterdir()):
        found, way_out = "there are files already", "Move them away: nothing is overwritten"
        raise SpecError(Problem(f"templates/{name}", "", found, "", way_out))
    files = template_files(needs_of(study, name))
    _write(folder, files)
    return tuple(f"templates/{name}/{one}" for one in files)


def _wrong(folder: Path, asked: Asked, end: date) -> list[Problem]:
    problems = []
    if not FOLDER_NAME.fullmatch(folder.name):
        problems.append(Problem(folder.name, "", "is no name of a study", "letters, digits, - _ ."))
    if folder.is_dir() and any(folder.iterdir()):
        way_out = "Take another name: nothing is overwritten"
        problems.append(Problem(str(folder), "", "the folder is there and has files", "", way_out))
    if asked.start > end:
        problems.append(Problem("--start", "", f"{asked.start} is after --end {end}", "first day, last day"))
    if asked.lang not in LANGUAGES:
        problems.append(Problem("--lang", "", f"found {asked.lang!r}", listed(LANGUAGES)))
    if asked.sites < 1 or not 0 <= asked.comparison < asked.sites:
        found = f"{asked.sites} sites, {asked.comparison} of them for comparison"
        problems.append(Problem("--sites", "", found, "one site or more, and fewer for comparison than there are"))
    return problems


def _mapped(files: Mapping[str, str], wave: str) -> dict[str, str]:
    """columns.csv and recodes.csv: what a study needs is known before it can be opened, which needs them."""
    spec, problems = build(StudyFile, tomlkit.parse(files["study.toml"]).unwrap(), file="study.toml")
    plan, told = build(Plan, tomlkit.parse(files[f"plan-{wave}.toml"]).unwrap(), file=f"plan-{wave}.toml")
    if problems or told:
        raise SpecError(*problems, *told)
    rows = csv.DictReader(io.StringIO(files["units.csv"]))
    units = tuple(UnitRow(**{key: row[key] for key in ("unit", "kind", "parent", "site", "arm")}) for row in rows)
    needs = Needs(spec, spec.waves[0], units, plan.commitments)
    return {"columns.csv": columns_csv(needs), "recodes.csv": recodes_csv(needs)}


def _csv(rows: list[dict[str, str]]) -> str:
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _notes(plan: LibraryPlan, asked: Asked, service: tuple[date, date], study: str) -> list[str]:
    """What the user must look at, most of it first guesses."""
    toml, open_ones = tomlkit.parse(study).unwrap(), sum(bool(one.ask) for one in plan.commitments)
    notes = [
        f"period {service[0]} to {service[1]}: check it, and survey, reference, [design] start",
        *(f"[calendar] {name}: {_told(days)}" for name, days in toml.get("calendar", {}).items()),
        "units.csv: write your own sites and units; then move templates/ away and run: careeval templates STUDY",
        "outcomes (study.toml, plan) are guesses by group and domain: take out what the plan does not claim",
        f"plan: {len(plan.questions)} open questions, and {open_ones} promises that ask their owner something",
    ]
    return notes


def _told(days: list[Any]) -> str:
    texts = [" to ".join(map(str, day)) if isinstance(day, list) else str(day) for day in days]
    return ", ".join(texts) or "no day in this wave: add yours"


def _read_me(study: str, wave: str, needs: Needs, plan: LibraryPlan) -> str:
    forms = [form.file(needs.lang) for form in needs.forms().values()]
    names = "\n".join(f"- {one}" for one in forms)
    title = plan.title.in_language(needs.lang)
    return word("templates.new.text", needs.lang, study=study, wave=wave, plan=title, forms=names)

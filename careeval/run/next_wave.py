"""The next wave of a study: a section in study.toml, plans with what was decided, blank files, an empty raw folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from careeval.clean.selection import matches
from careeval.errors import CareevalError, Problem, SpecError, listed
from careeval.judging.next_plan import with_decisions
from careeval.run.blank_files import blank_files
from careeval.specs.home import root
from careeval.specs.records import read_toml
from careeval.specs.study import Study, Wave, open_study
from careeval.templates.all_files import template_files
from careeval.templates.mapping import all_patterns, form_files, unread_words
from careeval.templates.needs import needs_of


@dataclass(frozen=True)
class Opened:
    """What was written: file names below the study's folder, and what the user should look at."""

    files: tuple[str, ...]
    notes: tuple[str, ...]


def next_plan_name(study: Study, wave: Wave, plan: str) -> str:
    """The file in a report's folder that holds what follows a plan: next_plan.toml for the first plan of a wave.

    Further plans add their id: next_plan.17-prefecture-elders.toml.
    """
    first = study.plans(wave.id)[0].id
    return "next_plan.toml" if plan == first else f"next_plan.{plan}.toml"


def open_wave(study_folder: str | Path, wave: str, *, start: date, end: date) -> Opened:
    """Open wave `wave` of a study for the days start..end; the last wave's decided proposals are carried out.

    The survey's days and the reference day lie as far from the end as in the last wave: a first guess, to be checked.
    The plans are those of next_plan.toml in the study's folder, else in the last wave's report. Nothing is written
    unless all of it is right. Raises SpecError with every reason: a wave that exists, days out of order, no next plan,
    a decision that cannot be carried out.
    """
    study = open_study(study_folder)
    last = study.wave()
    if problems := _asked(study, last, wave, start, end):
        raise SpecError(*problems)
    sources = _sources(study, last, wave)
    plans = _plans(sources, last, wave, (start, end))
    section = _section(last, wave, start, end, list(plans))
    files = {"study.toml": _with_wave(study, section), **plans}
    opened = _try(study, files, sources)
    blanks, looked_at = _with_templates(opened, wave, *blank_files(study, last, wave))
    written = {name: text.encode("utf-8") for name, text in plans.items()} | {
        f"templates/{wave}/{name}": content for name, content in blanks.items()
    }
    if there := [name for name in written if (study.folder / name).exists()]:
        raise SpecError(
            *(
                Problem(name, "", "the file is there already", "", "Move it away: nothing is overwritten")
                for name in there
            )
        )
    for name, content in written.items():
        _write(study.folder / name, content)
    (study.raw / wave).mkdir(parents=True, exist_ok=True)
    # last: until it is written, the study is what it was
    _write(study.folder / "study.toml", files["study.toml"].encode("utf-8"))
    # a decided next plan has become the plan; left here it would be taken for the one after
    for plan in study.plans(last.id):
        (study.folder / next_plan_name(study, last, plan.id)).unlink(missing_ok=True)
    return Opened(("study.toml", *written, f"raw/{wave}/"), tuple(_notes(study, section, plans, looked_at)))


def read_day(option: str, text: str) -> date:
    """A day as 2025-09-01; SpecError, naming the option, for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise SpecError(Problem(option, "", f"found {text!r}", "a day as YYYY-MM-DD, such as 2025-09-01")) from None


def _asked(study: Study, last: Wave, wave: str, start: date, end: date) -> list[Problem]:
    known = [one.id for one in study.spec.waves]
    problems = []
    if wave in known:
        found = f"there is a wave {wave!r} already"
        problems.append(Problem("study.toml", "waves", found, f"another name than {listed(known)}"))
    if start > end:
        problems.append(Problem("--start", "", f"{start} is after --end {end}", "first day, last day"))
    if start <= last.service[1]:
        found = f"{start} lies in or before wave {last.id!r}, which ends on {last.service[1]}"
        problems.append(Problem("--start", "", found, f"a day after {last.service[1]}", "Waves follow each other"))
    return problems


def _sources(study: Study, last: Wave, wave: str) -> dict[str, Path]:
    """{name of the new plan file: the next plan it is made from}; SpecError where one is not there."""
    made, problems = {}, []
    for old, plan in zip(last.plans, study.plans(last.id), strict=True):
        name = next_plan_name(study, last, plan.id)
        places = (study.folder / name, root() / "reports" / study.id / last.id / "all" / name)
        if found := [path for path in places if path.is_file()]:
            made[_file_name(old, last, wave)] = found[0]
        else:
            way_out = f"Run: careeval run {study.id} --wave {last.id}"
            problems.append(Problem(name, "", f"the next plan after {old} is not there", "", way_out))
    if problems:
        raise SpecError(*problems)
    return made


def _plans(sources: Mapping[str, Path], last: Wave, wave: str, span: tuple[date, date]) -> dict[str, str]:
    """{file name: text} of the plans of the new wave, with everything that was decided carried out."""
    made: dict[str, str] = {}
    problems: list[Problem] = []
    for name, path in sources.items():
        toml, told = read_toml(path)
        problems += told
        if toml:
            renamed = str(toml.get("id", "")).replace(last.id, wave)
            try:
                text = path.read_text(encoding="utf-8-sig")
                made[name] = with_decisions(text, file=path.name, plan_id=renamed, period=span)
            except CareevalError as error:
                problems += error.problems
    if problems:
        raise SpecError(*problems)
    return made


def _file_name(old: str, last: Wave, wave: str) -> str:
    """plan-2025-spring.elders.toml becomes plan-2025-autumn.elders.toml."""
    return old.replace(last.id, wave) if last.id in old else f"{old.removesuffix('.toml')}-{wave}.toml"


def _section(last: Wave, wave: str, start: date, end: date, plans: list[str]) -> dict[str, object]:
    shift = end - last.service[1]
    survey = [max(start, day + shift) for day in last.survey]
    return {
        "id": wave,
        "title": {"zh": wave, "en": wave},
        "survey": survey,
        "service": [start, end],
        "reference": max(start, last.reference + shift),
        "season": last.season,
        "plans": plans,
    }


def _with_wave(study: Study, section: dict[str, object]) -> str:
    """study.toml with one more [[waves]]; everything else, comments too, stays as it was written."""
    document = tomlkit.parse((study.folder / "study.toml").read_text(encoding="utf-8-sig"))
    table = tomlkit.table()
    title = tomlkit.inline_table()
    title.update(section["title"])
    for key, value in {**section, "title": title}.items():
        table.append(key, value)
    table.add(tomlkit.nl())
    document["waves"].append(table)
    return tomlkit.dumps(document)


def _with_templates(
    study: Study, wave: str, blanks: dict[str, bytes], notes: list[str]
) -> tuple[dict[str, bytes], list[str]]:
    """The blank files, where columns.csv knows the forms of the library: their templates, and what no form has."""
    needs = needs_of(study, wave)
    known = {row.file for row in study.columns}
    if not any(file in known for file in form_files(needs)):
        return blanks, notes
    patterns = [file.partition("#")[0] for file in all_patterns(needs)]
    others = {name: text for name, text in blanks.items() if not any(matches(one, name) for one in patterns)}
    unread = unread_words(needs, study.recodes)
    notes = [note for note in notes if not any(matches(one, note.partition(": ")[0]) for one in patterns)]
    return others | template_files(needs), [*notes, *(f"recodes.csv: add {row}" for row in unread)]


def _try(study: Study, files: Mapping[str, str], sources: Mapping[str, Path]) -> Study:
    """Open the study as it would be, in a folder of its own; SpecError where something in it would be wrong."""
    with tempfile.TemporaryDirectory() as folder:
        for path in study.folder.iterdir():
            if path.suffix in (".toml", ".csv"):
                shutil.copy(path, Path(folder) / path.name)
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        try:
            return open_study(folder)
        except SpecError as error:
            raise SpecError(*(_from_where(problem, sources) for problem in error.problems)) from None


def _from_where(problem: Problem, sources: Mapping[str, Path]) -> Problem:
    """A problem of a plan that is not there yet, with the file in which it can be mended."""
    if problem.file not in sources:
        return problem
    way_out = f"{problem.way_out}. " if problem.way_out else ""
    return replace(
        problem, way_out=f"{way_out}Mend it in {sources[problem.file].name}, from which {problem.file} is made"
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _notes(study: Study, section: dict[str, object], plans: dict[str, str], looked_at: list[str]) -> list[str]:
    """What the user should look at."""
    survey = section["survey"]
    notes = [
        f"study.toml: check survey ({survey[0]} to {survey[1]}), reference ({section['reference']}), season and title",
    ]
    if study.spec.calendar:
        notes.append(f"study.toml, [calendar]: add the new days of {', '.join(study.spec.calendar)}")
    for name, text in plans.items():
        plan = tomlkit.parse(text).unwrap()
        rows = plan.get("proposals", [])
        open_ones = sum(row.get("decided", "") == "" for row in rows)
        notes.append(f"{name}: {len(rows)} proposals, {open_ones} of them undecided; check id, title and period")
        notes += [f"{name}, {one}: its day {day} lies before this wave" for one, day in _past(plan, section)]
    return notes + looked_at


def _past(plan: Mapping[str, Any], section: Mapping[str, Any]) -> list[tuple[str, date]]:
    """(commitment, day) of deadlines on a day before the wave's service."""
    rows = plan.get("commitments", [])
    days = [(row["id"], row["standard"].get("by", {}).get("day")) for row in rows]
    return [(one, day) for one, day in days if day and day < section["service"][0]]

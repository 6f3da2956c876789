"""One wave's raw files into its canonical tables, with the ledger of every row that left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from careeval.clean import answers as forms
from careeval.clean.corrections import apply_corrections, quality_rows
from careeval.clean.gather import WHERE, front, ledger, linked, stacked
from careeval.clean.identity import identify_people
from careeval.clean.logs import logs_table
from careeval.clean.mapping import MappedFile, map_file
from careeval.clean.naming import held_by_file_name, naming_texts
from careeval.clean.pairs import pairs_table
from careeval.clean.people import complete
from careeval.clean.people import one_row_each as one_person_each
from careeval.clean.places import unit_table, with_facts
from careeval.clean.quality import quality_table
from careeval.clean.selection import raw_files, rows_by_sheet
from careeval.clean.services import known_helpers, placed, services_table
from careeval.clean.setting import Setting
from careeval.clean.status import status_table
from careeval.errors import Problem, TableError, listed
from careeval.ingest.raw import read_file
from careeval.specs.check_study import item_ranges
from careeval.specs.study import Study, Wave

CODE_LENGTH = 4  # a shorter code is also a word or number of any other kind


@dataclass(frozen=True)
class Cleaned:
    """The canonical tables of one wave, corrected; exclusions has a row for each raw row and table that left.

    cohort: exams without person, of pupils who were not found on the register: they make a paper's mean and SD with the
    others, enter nothing else, and are in exclusions all the same.
    codes: person and the code that the files use, of people on the register first, then of others who give a service;
    for the key file in derived/, never published. naming: texts by which people are known, to scan what is published.
    """

    people: pd.DataFrame
    units: pd.DataFrame
    responses: pd.DataFrame
    answers: pd.DataFrame
    missing: pd.DataFrame
    exams: pd.DataFrame
    cohort: pd.DataFrame
    status: pd.DataFrame
    services: pd.DataFrame
    pairs: pd.DataFrame
    logs: pd.DataFrame
    exclusions: pd.DataFrame
    quality: pd.DataFrame
    codes: pd.DataFrame
    naming: frozenset[str]


def read_wave(
    study: Study, wave: Wave
) -> tuple[list[MappedFile], dict[str, tuple[str, ...]], list[str], list[Problem]]:
    """(mapped files, notes a file, files passed over, all problems) of one wave's raw folder."""
    folder = study.raw / wave.id
    paths, passed = raw_files(folder) if folder.is_dir() else ([], [])
    items = item_ranges(_lists(study))
    places = {*(unit.unit for unit in study.units), *(text for recode in study.recodes.values() for text in recode)}
    mapped, notes, problems = [], {}, []
    if not paths:
        where = f"raw/{wave.id}"
        problems.append(Problem(where, "", "there is no file", "", f"Put the wave's files into {where}/"))
    for path in paths:
        name = path.relative_to(folder).as_posix()
        chosen = rows_by_sheet(study.columns, wave.id, name)
        if not chosen:
            way_out = "Add rows with a glob for it, or take the file out of raw/"
            problems.append(Problem(f"raw/{wave.id}/{name}", "", "no row of columns.csv names this file", "", way_out))
        for sheet, rows in chosen.items():
            try:
                raw = read_file(path, sheet=sheet or None)
            except TableError as error:
                # a reader knows the file's name only, not the folder it lies in
                problems += [replace(problem, file=f"raw/{wave.id}/{name}") for problem in error.problems]
                continue
            rest = [title for title in raw.other_sheets if title not in chosen]
            if rest and not sheet:
                problems.append(_several_sheets(f"raw/{wave.id}/{name}", raw.sheet, rest))
                continue
            file = map_file(raw, rows, path=name, recodes=study.recodes, items=items, sheet=sheet)
            texts = naming_texts(raw, rows, study.spec.privacy.identifiers, places)
            mapped.append(replace(file, naming=texts))
            notes[file.path] = (*raw.notes, *([f"sheet {raw.sheet} read; not read: {', '.join(rest)}"] if rest else []))
            # some speak of columns.csv
            problems += [
                replace(problem, file=f"raw/{wave.id}/{name}") if problem.file == name else problem
                for problem in file.problems
            ]
    names = [path.relative_to(folder).as_posix() for path in passed]
    found = [*(path.relative_to(folder).as_posix() for path in paths), *names]
    found += ["#".join((file.path, *notes[file.path])) for file in mapped]  # notes tell sheets that were not read
    return mapped, notes, names, [*problems, *_naming_files(mapped, found, wave)]


def _several_sheets(file: str, first: str, others: list[str]) -> Problem:
    """Which sheet is meant is for columns.csv to say; those it does not name stay unread, and quality tells them."""
    found = f"more than one sheet has cells: {listed([first, *others])}"
    way_out = f"Name those that are meant in the column file of columns.csv, such as {file.rpartition('/')[2]}#{first}"
    return Problem(file, "", found, "", way_out)


def _naming_files(mapped: list[MappedFile], names: list[str], wave: Wave) -> list[Problem]:
    """A problem a file whose name, folder or sheet names a person: reports and their tables tell the names of files."""
    codes = [file.made.tables["people"].get("person") for file in mapped if "people" in file.made.tables]
    texts = {text for part in codes if part is not None for text in part.dropna() if len(text) >= CODE_LENGTH}
    texts = texts.union(*(file.naming for file in mapped))
    found = "the name of the file, its folder or its sheet holds a name, number or code of a person"
    way_out = "Rename the file (or folder, or sheet), and in columns.csv where it stands there"
    telling = dict.fromkeys(name.partition("#")[0] for name in names if held_by_file_name(name, texts))
    return [Problem(f"raw/{wave.id}/{name}", "", found, "", way_out) for name in telling]


def clean_wave(study: Study, wave: Wave, *, salt: bytes) -> Cleaned:
    """Read, map, link and check one wave. Raises TableError with every cell, file and row that is wrong."""
    files, notes, passed, problems = read_wave(study, wave)
    rows, _ = stacked(files, "people")
    if not problems and rows.empty:
        way_out = "Map a register or class list to table people; a wave needs its own"
        empty = [file.path for file in files if "people" in file.made.tables and not file.rows]
        problems += [Problem(f"raw/{wave.id}/{name}", "", "the file has no rows", "", "Fill it") for name in empty]
        if not empty:
            problems.append(Problem(f"raw/{wave.id}", "table people", "no file fills it", "", way_out))
    if problems:
        raise TableError(*problems)
    identified = identify_people(rows, salt)
    keys = [column for column in identified if column.startswith("key:")]
    kept = identified[identified["reason"].eq("")]
    people, again = one_person_each(kept.drop(columns=keys))
    left = [file.dropped for file in files]
    left += [identified[identified["reason"].ne("")].assign(table="people"), again.assign(table="people")]
    units = with_facts(unit_table(study), stacked(files, "units")[0])
    mend = partial(apply_corrections, salt=salt, wave=wave)
    register = {"people": complete(people.drop(columns="code"), units, study, wave)}
    register, log = mend(register, [one for one in study.corrections if one.table == "people"])
    setting = Setting(register["people"], units, study, wave, salt)
    made, problems = [], []
    for part in (_asked, _recorded):
        try:
            made.append(part(files, identified[identified["person"].notna()], setting))
        except TableError as error:
            problems += error.problems
    if problems:
        raise TableError(*problems)
    (asked, gone, consent_log), (recorded, gone_too, findings, helpers) = made
    # the register was mended before anything was linked to it, consent before answers were left out for want of it
    others = [one for one in study.corrections if one.table not in ("people", "status")]
    tables, late_log = mend({"people": setting.people, **asked, **recorded}, others)
    forms.check_marks(pd.concat([tables["exams"], tables["cohort"]]), wave.id)
    tables["exams"] = front(tables["exams"].drop(columns="mark_cell"), ["person", "wave", "exam", "subject"], wave)
    tables["cohort"] = tables["cohort"][forms.COHORT].reset_index(drop=True)
    findings = [*findings, *(row for each in (log, consent_log, late_log) for row in quality_rows(each))]
    return Cleaned(
        **tables,
        units=units,
        exclusions=ledger([*left, *gone, *gone_too], wave.id),
        quality=quality_table(files, notes, passed, tables, study, wave.id, findings=findings),
        naming=frozenset().union(*(file.naming for file in files)),
        codes=pd.concat([people[["person", "code"]], helpers]).drop_duplicates("person", ignore_index=True),
    )


def _asked(
    files: list[MappedFile], people: pd.DataFrame, setting: Setting
) -> tuple[dict[str, pd.DataFrame], list[pd.DataFrame], pd.DataFrame]:
    """(what people were asked and how things stand; rows that left; corrections of status).

    Duplicates and people without consent are taken out.
    """
    rows, specials, gone = {}, {}, []
    for table in ("status", "responses", "answers", "exams"):
        own, words = stacked(files, table)
        rows[table] = linked(own, words, people, setting.salt)
        if table != "status":
            nobody = rows[table]["reason"].mask(rows[table]["reason"].eq("") & rows[table]["person"].isna(), "no code")
            gone.append(rows[table].assign(table=table, reason=nobody)[nobody.ne("")])
            rows[table] = rows[table][nobody.eq("") | (table == "exams")].drop(columns="reason")
        specials[table] = words.reindex(rows[table].index)
    status, left = status_table(rows["status"], setting)
    gone += [part.assign(table="status") for part in left]
    mends = [one for one in setting.study.corrections if one.table == "status"]
    mended, log = apply_corrections({"status": status}, mends, salt=setting.salt, wave=setting.wave)
    status = mended["status"]
    responses, again = forms.latest_forms(forms.forms_handed_in(rows))
    unused = forms.answers_of(rows["answers"], again)
    gone += [again.assign(table="responses"), unused.assign(table="answers")]
    answers = rows["answers"].drop(unused.index)
    if consent := setting.study.spec.privacy.consent:
        why = [forms.without_consent(part["person"], status, consent) for part in (responses, answers)]
        for name, part, reason in zip(("responses", "answers"), (responses, answers), why, strict=True):
            gone.append(part.assign(table=name, reason=reason)[reason.notna()])
        responses, answers = responses[why[0].isna()], answers[why[1].isna()]
    items = [column for column in answers if column not in (*WHERE, "person")]
    missing = forms.long_missing(answers, specials["answers"].loc[answers.index], items)
    exams, repeated = forms.exam_rows(rows["exams"], specials["exams"], setting.wave.id)
    exams = exams.assign(wave=setting.wave.id)
    gone.append(repeated.assign(table="exams"))
    tables = {
        "responses": front(responses, ["person", "wave", "form"], setting.wave),
        "answers": front(forms.one_row_each(answers, items), ["person", "wave"], setting.wave),
        "missing": front(missing, ["person", "wave", "item", "reason"], setting.wave),
        "exams": exams[exams["person"].notna()],
        "cohort": exams[exams["person"].isna()],
        "status": status,
    }
    return tables, gone, log


def _recorded(
    files: list[MappedFile], people: pd.DataFrame, setting: Setting
) -> tuple[dict[str, pd.DataFrame], list[pd.DataFrame], list[dict[str, object]], pd.DataFrame]:
    """(services, pairs and logs; rows that left; findings; person and code of those who gave a service)."""
    own, words = stacked(files, "services")
    rows = placed(linked(own, words, people, setting.salt), setting)
    services, left, findings = services_table(rows, words, setting)
    gone = [part.assign(table="services") for part in left]
    handed_in = pd.concat([file.made.handed_in for file in files], ignore_index=True)
    logs, left, more = logs_table(stacked(files, "logs")[0], handed_in, rows, setting)
    gone += [part.assign(table="logs") for part in left]
    paired = linked(*stacked(files, "pairs"), people, setting.salt)
    pairs, left, others = pairs_table(paired, setting)
    gone += [part.assign(table="pairs") for part in left]
    helpers = known_helpers(pd.concat([part.reindex(columns=["provider"]) for part in (rows, paired)]), setting)
    tables = {"services": services, "pairs": pairs, "logs": logs}
    return tables, gone, [*findings, *more, *others], helpers


def _lists(study: Study) -> dict[str, object]:
    # item_ranges reads sections as TOML gives them: lists of tables
    lists = {name: [dict(row) for row in getattr(study.spec, name)] for name in ("uses", "questions")}
    return {**lists, "unverified": study.spec.unverified}

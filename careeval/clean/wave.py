"""One wave's raw files into its canonical tables, with the ledger of every row that left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from careeval.clean import answers as forms
from careeval.clean.identity import identify_people, link_rows
from careeval.clean.mapping import MappedFile, map_file
from careeval.clean.people import complete
from careeval.clean.people import one_row_each as one_person_each
from careeval.clean.quality import quality_table
from careeval.clean.selection import raw_files, rows_by_sheet
from careeval.errors import Problem, TableError
from careeval.ingest.raw import read_file
from careeval.specs.check_study import item_ranges
from careeval.specs.study import Study, Wave
from careeval.specs.units import COLUMNS as UNIT_COLUMNS

LEDGER = ["wave", "table", "file", "row", "reason", "person"]


@dataclass(frozen=True)
class Cleaned:
    """The canonical tables of one wave; exclusions has a row for each raw row and table that left.

    codes: person and the code that the files use, for the key file in derived/; never published.
    """

    people: pd.DataFrame
    units: pd.DataFrame
    responses: pd.DataFrame
    answers: pd.DataFrame
    missing: pd.DataFrame
    exams: pd.DataFrame
    status: pd.DataFrame
    exclusions: pd.DataFrame
    quality: pd.DataFrame
    codes: pd.DataFrame


def read_wave(
    study: Study, wave: Wave
) -> tuple[list[MappedFile], dict[str, tuple[str, ...]], list[str], list[Problem]]:
    """(mapped files, notes a file, files passed over, all problems) of one wave's raw folder."""
    folder = study.raw / wave.id
    paths, passed = raw_files(folder) if folder.is_dir() else ([], [])
    items = item_ranges(_lists(study))
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
                problems += [_placed(problem, wave, problem.file) for problem in error.problems]
                continue
            file = map_file(raw, rows, path=name, recodes=study.recodes, items=items)
            mapped.append(file)
            notes[name] = (*notes.get(name, ()), *raw.notes)
            problems += [_placed(problem, wave, name) for problem in file.problems]
    return mapped, notes, [path.relative_to(folder).as_posix() for path in passed], problems


def _placed(problem: Problem, wave: Wave, name: str) -> Problem:
    """The problem with the file's place in the study's folder."""
    return problem if problem.file != name else replace(problem, file=f"raw/{wave.id}/{name}")


def clean_wave(study: Study, wave: Wave, *, salt: bytes) -> Cleaned:
    """Read, map, link and check one wave. Raises TableError with every cell, file and row that is wrong."""
    files, notes, passed, problems = read_wave(study, wave)
    rows = _stack(files, "people")
    if not problems and rows.empty:
        way_out = "Map a register or class list to table people; a wave needs its own"
        problems.append(Problem(f"raw/{wave.id}", "table people", "no file fills it", "", way_out))
    if problems:
        raise TableError(*problems)
    left = [file.dropped.assign(table="*") for file in files]
    identified = identify_people(rows, salt)
    left.append(identified[identified["reason"].ne("")].assign(table="people"))
    keys = [column for column in identified if column.startswith("key:")]
    kept = identified[identified["reason"].eq("")]
    people, again = one_person_each(kept.drop(columns=keys))
    left.append(again.assign(table="people"))
    units = unit_table(study)
    people_table = complete(people.drop(columns="code"), units, study, wave)
    tables, gone = _person_tables(files, kept, study, wave, salt)
    tables = {"people": people_table, **tables}
    exclusions = _ledger([*left, *gone], wave.id)
    quality = quality_table(files, notes, passed, tables, study, wave.id)
    return Cleaned(**tables, units=units, exclusions=exclusions, quality=quality, codes=people[["person", "code"]])


def unit_table(study: Study) -> pd.DataFrame:
    """units.csv as a table; dates and numbers typed, '' missing."""
    frame = pd.DataFrame([unit.model_dump() for unit in study.units], columns=list(UNIT_COLUMNS))
    text = {column: frame[column].replace("", pd.NA).astype("str") for column in UNIT_COLUMNS[:6]}
    dates = {column: pd.to_datetime(frame[column]) for column in ("entry", "exit")}
    return frame.assign(**text, **dates)


def _person_tables(
    files: list[MappedFile], people: pd.DataFrame, study: Study, wave: Wave, salt: bytes
) -> tuple[dict[str, pd.DataFrame], list[pd.DataFrame]]:
    """Every table about people but the register: linked, duplicates and people without consent taken out."""
    linked, specials, gone = {}, {}, []
    for table in ("status", "responses", "answers", "exams"):
        rows = _stack(files, table)
        joined = link_rows(rows, people, salt) if len(rows) else rows.assign(person=pd.Series(dtype="str"), reason="")
        gone.append(joined[joined["reason"].ne("")].assign(table=table))
        linked[table] = joined[joined["reason"].eq("")].drop(columns="reason")
        specials[table] = _stack(files, table, specials=True).reindex(linked[table].index)
    status = _status(linked["status"], wave)
    responses, again = forms.latest_forms(_responses(linked))
    gone += [again.assign(table="responses"), _follow(linked["answers"], again).assign(table="answers")]
    answers = linked["answers"].drop(_follow(linked["answers"], again).index)
    if consent := study.spec.privacy.consent:
        agreed = forms.consenting(status, consent)
        for name, rows in (("responses", responses), ("answers", answers)):
            gone.append(rows[~rows["person"].isin(agreed)].assign(table=name, reason="no consent"))
        responses, answers = (rows[rows["person"].isin(agreed)] for rows in (responses, answers))
    items = [column for column in answers if column not in (*forms.WHERE, "person")]
    missing = forms.long_missing(answers, specials["answers"].loc[answers.index], items)
    exams, repeated = (
        forms.exam_rows(linked["exams"], specials["exams"]) if len(linked["exams"]) else (_no_exams(), None)
    )
    gone += [repeated.assign(table="exams")] if repeated is not None else []
    tables = {
        "responses": _front(responses, ["person", "wave", "form"], wave),
        "answers": _front(forms.one_row_each(answers, items), ["person", "wave"], wave),
        "missing": _front(missing, ["person", "wave", "item", "reason"], wave),
        "exams": _front(exams, ["person", "wave", "exam", "subject"], wave),
        "status": status,
    }
    return tables, gone


def _responses(linked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The forms that came in; a file of answers without a mapped form is a form named by its file."""
    rows = linked["responses"]
    without = linked["answers"].merge(
        rows[["file", "row"]].drop_duplicates(), on=["file", "row"], how="left", indicator=True
    )
    without.index = linked["answers"].index
    bare = linked["answers"].loc[without["_merge"].eq("left_only"), ["file", "row", "record", "person"]]
    rows = pd.concat([rows, bare.drop_duplicates(["file", "row"])])
    form = rows["form"] if "form" in rows else pd.Series(pd.NA, index=rows.index, dtype="str")
    date = pd.to_datetime(rows["date"]) if "date" in rows else pd.NaT
    return rows.assign(form=form.astype("str").fillna(rows["file"]), date=date).reset_index(drop=True)


def _follow(answers: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """The answers of forms that were left, with the same reason."""
    reasons = again.drop_duplicates(["file", "row"]).set_index(["file", "row"])["reason"]
    places = pd.MultiIndex.from_frame(answers[["file", "row"]]) if len(answers) else pd.MultiIndex.from_arrays([[], []])
    found = pd.Series(reasons.reindex(places).to_numpy(), index=answers.index, dtype="str")
    return answers.assign(reason=found)[found.notna()]


def _status(rows: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    columns = ["subject", "item", "date", "subject_type", "status", "value", "until", "wave"]
    frame = rows.rename(columns={"person": "subject"}).assign(subject_type="person", wave=wave.id)
    for column in columns:
        if column not in frame:
            frame[column] = pd.NA
    dates = {column: pd.to_datetime(frame[column]) for column in ("date", "until")}
    text = {column: frame[column].astype("str") for column in ("item", "status", "value")}
    # a blank that no recode turned into a word is not known, and that is a status too
    return frame.assign(**dates, **text | {"status": text["status"].fillna("unknown")})[columns].reset_index(drop=True)


def _stack(files: list[MappedFile], table: str, *, specials: bool = False) -> pd.DataFrame:
    frames = [getattr(file, "specials" if specials else "tables").get(table) for file in files]
    frames = [frame for frame in frames if frame is not None]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["file", "row", "record"])


def _front(frame: pd.DataFrame, key: list[str], wave: Wave) -> pd.DataFrame:
    frame = frame.assign(wave=wave.id).drop(columns=forms.WHERE, errors="ignore")
    return frame[[*key, *(column for column in frame if column not in key)]].reset_index(drop=True)


def _no_exams() -> pd.DataFrame:
    columns = ["person", "wave", "exam", "subject", "grade", "mark", "full_mark", "status"]
    return pd.DataFrame({name: pd.Series(dtype="Float64" if "mark" in name else "str") for name in columns})


def _ledger(frames: list[pd.DataFrame], wave: str) -> pd.DataFrame:
    rows = [frame.reindex(columns=LEDGER) for frame in frames if len(frame)]
    ledger = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=LEDGER)
    text = {column: ledger[column].astype("str") for column in ("table", "file", "reason", "person")}
    return ledger.assign(wave=wave, row=ledger["row"].astype("Int64"), **text)


def _lists(study: Study) -> dict[str, object]:
    # item_ranges reads sections as TOML gives them: lists of tables
    return {name: [dict(row) for row in getattr(study.spec, name)] for name in ("uses", "questions")}

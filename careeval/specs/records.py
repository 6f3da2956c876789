"""A section of a data file into a frozen record, with every mistake in it told at once."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from careeval.errors import Problem, listed


class Record(BaseModel):
    """A frozen record: unknown keys are refused, types are not guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(Record):
    """A text in both languages; at least one must be there."""

    zh: str = ""
    en: str = ""

    def in_language(self, lang: str) -> str:
        """The text in `lang`, or in the other language where that one is empty."""
        return getattr(self, lang) or self.en or self.zh


def told(text: str | Words, lang: str) -> str:
    """A text that may be told in one language only, in the reader's where it is told in two."""
    return text if isinstance(text, str) else text.in_language(lang)


def read_toml(path: Path, *, name: str | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """The whole file as a dict; a syntax error is a problem that names its line."""
    name = name or path.name
    if not path.is_file():
        return {}, [Problem(name, "", "the file is not there", "", f"Write {name} in {path.parent.name}/")]
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except UnicodeDecodeError as error:
        return {}, [
            Problem(name, "", f"byte {error.start} is not UTF-8", "UTF-8", "Save the file again with encoding UTF-8")
        ]
    except tomllib.TOMLDecodeError as error:
        return {}, [Problem(name, "", str(error), "TOML", "Mend the line named here")]


def read_rows(path: Path, columns: tuple[str, ...]) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Rows of a CSV as (line number, row) with exactly `columns`; lines that are empty or begin with # are comments."""
    if not path.is_file():
        return [], [
            Problem(path.name, "", "the file is not there", "", f"Write it with the header {','.join(columns)}")
        ]
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            rows = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        return [], [Problem(path.name, "", found, "UTF-8", "In Excel: save as 'CSV UTF-8'")]
    rows = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
    header = tuple(cell.strip() for cell in rows[0][1]) if rows else ()
    if header != columns:
        return [], [Problem(path.name, "row 1", f"the header is {listed(header)}", ",".join(columns))]
    wrong = [(line, row) for line, row in rows[1:] if len(row) > len(columns)]
    problems = [
        Problem(path.name, f"row {line}", f"{len(row)} cells", f"{len(columns)} cells", "Quote a cell that has a comma")
        for line, row in wrong
    ]
    fitting = [(line, row) for line, row in rows[1:] if len(row) <= len(columns)]
    padded = [(line, [cell.strip() for cell in row] + [""] * (len(columns) - len(row))) for line, row in fitting]
    return [(line, dict(zip(columns, row, strict=True))) for line, row in padded], problems


def section_texts(section: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a section that are text: what is missing or of another type is told by its record."""
    return {key: value for key, value in section.items() if isinstance(value, str)}


def build(record: type[Record], section: Mapping[str, Any], *, file: str, place: str = "") -> tuple[Any, list[Problem]]:
    """The record of one section, or None and all that is wrong with the section."""
    try:
        return record.model_validate(_tuples(section)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        # pydantic counts an array without its wrong values: what is wrong inside one is said already
        inner = {one["loc"][:end] for one in details for end in range(len(one["loc"]))}
        told = [one for one in details if one["type"] != "too_short" or one["loc"] not in inner]
        return None, list(dict.fromkeys(_problem(record, detail, file=file, place=place) for detail in told))


def read_library(path: Path, record: type[Record]) -> dict[str, Any]:
    """{name: record} of a library file with one section a record; a mistake in it is ours, not the user's."""
    sections, problems = read_toml(path)
    made = {}
    for name, section in sections.items():
        made[name], found = build(record, section, file=path.name, place=name)
        problems += found
    if problems:
        raise RuntimeError("\n".join(map(str, problems)))
    return made


def repeated(values: Iterable[str]) -> list[str]:
    """Values that stand more than once, each named once."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for value in values:
        (again.setdefault(value) if value in seen else seen.add(value))
    return list(again)


def _tuples(value: Any) -> Any:
    # TOML gives lists; frozen records hold tuples, and strict records do not turn one into the other
    if isinstance(value, Mapping):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value


def _problem(record: type[Record], detail: ErrorDetails, *, file: str, place: str) -> Problem:
    """One of pydantic's findings in our words."""
    # which member of a union was tried is no place in the file
    *parents, key = [part for part in detail["loc"] if part not in UNION_MEMBERS] or ("",)
    path = ", ".join(
        filter(None, [place, *(f"{part + 1}" if isinstance(part, int) else str(part) for part in parents)])
    )
    where = ", ".join(filter(None, [path, f"key {key!r}" if isinstance(key, str) else f"value {key + 1}"]))
    kind, found = detail["type"], shown(detail["input"])
    if kind == "extra_forbidden":
        owner = _owner(record, parents)
        known = ", ".join(field.alias or name for name, field in owner.model_fields.items())
        return Problem(file, where, f"unknown key {key!r}", known, "Mend the name or delete the line")
    if kind == "missing":
        missed = "the key is missing", "", f"Add {key}"
        return Problem(file, where, *(missed if isinstance(key, str) else ("it is missing", "", "Add it")))
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace(" or ", ", ")
        return Problem(file, where, f"found {found}", allowed)
    if kind == "value_error":
        return Problem(file, where, str(detail["ctx"]["error"]))
    if kind in COUNTED:
        return Problem(file, where, f"found {found}", COUNTED[kind].format(**detail["ctx"]))
    return Problem(file, where, f"found {found}", KINDS.get(kind, detail["msg"].removeprefix("Input should be ")))


UNION_MEMBERS = ("tuple[date, date]", "str", "int", "bool", "Words")
KINDS = {"tuple_type": "an array [...]", "model_type": "a section {...}", "dict_type": "a section {...}"}
COUNTED = {"too_short": "at least {min_length} in the array", "too_long": "at most {max_length} in the array"}


def shown(value: Any) -> str:
    """A value as it stands in the file; of a section only that it is one."""
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(shown, value))}]"
    return str(value).lower() if isinstance(value, date | bool) else repr(value)


def _owner(record: type[Record], parents: list[str | int]) -> type[Record]:
    """The record class that a path of keys leads to."""
    for part in parents:
        if isinstance(part, int):
            continue
        annotation = getattr(record.model_fields.get(part), "annotation", None)
        record = next((kind for kind in _kinds(annotation) if _is_record(kind)), record)
    return record


def _kinds(annotation: Any) -> list[Any]:
    inner = getattr(annotation, "__args__", ())
    return [annotation, *(kind for part in inner for kind in _kinds(part))]


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record)

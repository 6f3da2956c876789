"""What a care plan must agree on with itself and with its study, told of the raw file so that nothing hides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from careeval.errors import Problem, listed
from careeval.specs.check_standard import Found, Known, check_standard
from careeval.specs.plans import By, Recall, Shown, Standard, Timetable
from careeval.specs.records import Record, repeated

# ids travel in evidence such as "delivery:c01; estimates:..." and in file names
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def check_plan(toml: Mapping[str, Any], known: Known, *, file: str) -> list[Problem]:
    """Every disagreement of one plan file; keys that are missing or of a wrong type are told by its records."""
    told = [*_plan(toml)]
    period = _period(toml)
    for number, row in enumerate(_rows(toml, "commitments"), start=1):
        told += [_at(f"commitments, {number} ({row.get('id', '?')})", one) for one in _commitment(row, period, known)]
    told += [*_overrulings(toml, known), *_proposals(toml)]
    return [Problem(file, place, one.found, one.allowed, one.way_out) for place, one in told]


def _at(place: str, one: Found) -> tuple[str, Found]:
    """The place in words: standard.by.month of commitment 3 is 'commitments, 3 (c03), standard, by, key 'month''."""
    *parents, key = one.key.split(".")
    return ", ".join([place, *parents, f"key {key!r}"] if key else [place]), one


def _plan(toml: Mapping[str, Any]) -> Iterator[tuple[str, Found]]:
    period = toml.get("period")
    if isinstance(period, list) and len(period) == 2 and _period(toml) is None and all(map(_is_day, period)):
        yield "key 'period'", Found("", f"{period[0]} is after {period[1]}", "first day, last day")
    ids = [row["id"] for row in _rows(toml, "commitments") if isinstance(row.get("id"), str)]
    for again in repeated(ids):
        yield "commitments, key 'id'", Found("", f"{again!r} stands more than once", "each id once")
    for name in [toml.get("id"), *ids]:
        if isinstance(name, str) and not PLAIN.fullmatch(name):
            yield "key 'id'", Found("", f"found {name!r}", "letters, digits, - _ .")


def _commitment(row: Mapping[str, Any], period: tuple[date, date] | None, known: Known) -> Iterator[Found]:
    standard, record, recall = (_section(row, key) for key in ("standard", "record", "recall"))
    groups = _texts(row, "group")
    for key in ("mechanism", "component", "indicator"):
        if row.get(key) == "":
            yield Found(key, "found ''", "a word")
    if isinstance(text := row.get("text"), Mapping) and not any(text.values()):
        yield Found("text", "no text", "a text in zh or en")
    yield from _groups(groups, standard.get("basis"), known)
    for outcome in _texts(row, "outcomes"):
        group = known.outcomes.get(outcome)
        if group is None:
            yield Found("outcomes", f"found {outcome!r}", listed(known.outcomes))
        elif group not in groups and not row.get("note"):
            way_out = "Say in `note` how the promise to one group should change another"
            yield Found("outcomes", f"{outcome!r} is an outcome of {group!r}", listed(groups), way_out)
    if standard.get("type") == "none" and not row.get("ask"):
        way_out = "Write the question that the owner must answer to make it a standard"
        yield Found("ask", "the key is missing", "", way_out)
    if recall:
        if isinstance(asked := recall.get("question"), str) and asked not in known.items:
            way_out = "Add the question to study.toml under [[questions]]"
            yield Found("recall.question", f"found {asked!r}", listed(known.items, most=8), way_out)
        if recall.get("asks") == "count" and "days" not in recall:
            yield Found("recall.days", "the key is missing", "", "A count needs the days it looks back on")
    yield from check_standard(standard, record, period, known)


def _groups(groups: list[str], basis: object, known: Known) -> Iterator[Found]:
    if basis == "recipient" and not groups:
        yield Found("group", "found []", listed(known.groups), "basis = 'recipient' needs to know whose promise it is")
    # carers stand on no register of their own: a promise to them binds the programme, a site or a provider
    allowed = known.groups if basis == "recipient" else tuple(dict.fromkeys((*known.groups, "carer")))
    for group in groups:
        if group not in allowed:
            yield Found("group", f"found {group!r}", listed(allowed), "The groups of a study stand in study.toml")


def _overrulings(toml: Mapping[str, Any], known: Known) -> Iterator[tuple[str, Found]]:
    components = sorted({str(row.get("component")) for row in _rows(toml, "commitments")})
    allowed = (("component", components), ("group", (*known.groups, "carer", "")), ("outcome", (*known.outcomes, "")))
    for number, row in enumerate(_rows(toml, "overrulings"), start=1):
        for key, names in allowed:
            if isinstance(found := row.get(key), str) and found not in names:
                yield f"overrulings, {number}, key {key!r}", Found("", f"found {found!r}", listed(names))


def _proposals(toml: Mapping[str, Any]) -> Iterator[tuple[str, Found]]:
    ids = [str(row.get("id")) for row in _rows(toml, "commitments")]
    # what is not a part of a commitment (a delivery, a measure) is told in words that people understand
    fields = [f"{part}.{name}" for part, kind in PARTS.items() for name in _names(kind)]
    for number, row in enumerate(_rows(toml, "proposals"), start=1):
        place = f"proposals, {number}, key"
        # a commitment that was dropped as decided may still be named
        if row.get("commitment") and row["commitment"] not in ids and not row.get("decided"):
            yield f"{place} 'commitment'", Found("", f"found {row['commitment']!r}", listed(ids))
        field = row.get("field")
        fits = field in fields or str(field).rpartition(".")[0] in FREE
        if isinstance(field, str) and field.partition(".")[0] in PARTS and not fits:
            yield f"{place} 'field'", Found("", f"found {field!r}", listed(fields, most=60))
        if row.get("decided") == "changed" and "to" not in row:
            yield f"{place} 'to'", Found("", "the key is missing", "", "Write what was decided instead")


PARTS: Mapping[str, type[Record]] = {
    **{"standard": Standard, "record": Shown, "recall": Recall},
    **{"standard.by": By, "standard.timetable": Timetable},
}
FREE = ("standard.who", "standard.who_status", "standard.partners")  # their keys are the study's


def _names(record: type[Record]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _period(toml: Mapping[str, Any]) -> tuple[date, date] | None:
    period = toml.get("period")
    if isinstance(period, list) and len(period) == 2 and all(map(_is_day, period)) and period[0] <= period[1]:
        return period[0], period[1]
    return None


def _is_day(value: object) -> bool:
    return type(value) is date


def _rows(toml: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = toml.get(name, [])
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _texts(row: Mapping[str, Any], key: str) -> list[str]:
    found = row.get(key)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _section(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, Mapping) else {}

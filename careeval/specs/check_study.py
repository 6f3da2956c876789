"""What study.toml must agree on with itself and with the library, told of the raw file so that nothing hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from careeval.errors import CareevalError, Problem, listed
from careeval.specs.definitions import definition_problem
from careeval.specs.instruments import instrument_names, read_instrument
from careeval.specs.records import repeated, section_texts
from careeval.specs.vocabulary import canonical_tables

FILE = "study.toml"
# what `per` may say in a plan besides a name of [calendar]
PERIODS = ("day", "week", "month", "term", "wave", "year", "programme")
FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
# what an outcome must say, by where it comes from
NEEDED = {"scores": ("instrument", "score"), "exams": ("subjects", "value", "combine"), "answers": ("item",)}


def check_study(toml: Mapping[str, Any]) -> list[Problem]:
    """Every disagreement inside study.toml; keys that are missing or of a wrong type are told elsewhere."""
    checks = (_waves, _calendar, _words, _outcomes, _estimates, _design, _definitions, _others)
    return [problem for check in checks for problem in check(toml)]


def sections(toml: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The sections of an array such as [[waves]], without what is not a section."""
    rows = toml.get(name, [])
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def ids(toml: Mapping[str, Any], name: str) -> list[str]:
    """The ids of an array's sections that are text."""
    return [row["id"] for row in sections(toml, name) if isinstance(row.get("id"), str)]


def _problem(place: str, found: str, allowed: Iterable[object] | str = "", way_out: str = "") -> Problem:
    return Problem(FILE, place, found, allowed if isinstance(allowed, str) else listed(allowed), way_out)


def _unique(toml: Mapping[str, Any], name: str) -> Iterator[Problem]:
    for again in repeated(ids(toml, name)):
        yield _problem(f"{name}, key 'id'", f"{again!r} stands more than once", "each id once")


def _waves(toml: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unique(toml, "waves")
    last = None
    for number, wave in enumerate(sections(toml, "waves"), start=1):
        place = f"waves, {number}"
        if isinstance(name := wave.get("id"), str) and not FOLDER_NAME.fullmatch(name):
            yield _problem(f"{place}, key 'id'", f"found {name!r}", "letters, digits, - _ . (it names a folder)")
        for key in ("survey", "service"):
            span = wave.get(key)
            if isinstance(span, list) and len(span) == 2 and all(isinstance(day, date) for day in span):
                if span[0] > span[1]:
                    yield _problem(f"{place}, key {key!r}", f"{span[0]} is after {span[1]}", "first day, last day")
                if key == "survey" and last and span[0] < last:
                    yield _problem(
                        f"{place}, key 'survey'", f"{span[0]} is before the wave above", "waves in time order"
                    )
                last = span[0] if key == "survey" else last


def _calendar(toml: Mapping[str, Any]) -> Iterator[Problem]:
    calendar = toml.get("calendar")
    for name, days in calendar.items() if isinstance(calendar, Mapping) else ():
        place = f"calendar, key {name!r}"
        if name in PERIODS:
            way_out = f"{name!r} means a period already: take another name"
            yield _problem(place, f"found {name!r}", "a name of days", way_out)
        for span in days if isinstance(days, list) else ():
            pair = isinstance(span, list) and len(span) == 2 and all(isinstance(day, date) for day in span)
            if pair and span[0] > span[1]:
                yield _problem(place, f"{span[0]} is after {span[1]}", "first day, last day")


def _definitions(toml: Mapping[str, Any]) -> Iterator[Problem]:
    named = toml.get("definition")
    for group, name in named.items() if isinstance(named, Mapping) else ():
        if wrong := definition_problem(name, group, file=FILE, place=f"definition, key {group!r}"):
            yield wrong


def _words(toml: Mapping[str, Any]) -> Iterator[Problem]:
    languages = [lang for lang in toml.get("languages", []) if lang in ("zh", "en")]
    titled = [("", toml)] + [
        (f"{name}, {number}, ", row)
        for name in ("waves", "outcomes", "questions")
        for number, row in enumerate(sections(toml, name), start=1)
    ]
    for place, row in titled:
        title = row.get("title")
        for lang in languages:
            if isinstance(title, Mapping) and not title.get(lang):
                yield _problem(f"{place}key 'title'", f"no {lang} text", f"a text in {listed(languages)}")


def _outcomes(toml: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unique(toml, "outcomes")
    primary: list[tuple[object, object]] = []
    for number, outcome in enumerate(sections(toml, "outcomes"), start=1):
        place = f"outcomes, {number}"
        texts = section_texts(outcome)
        source, group = texts.get("from", ""), texts.get("group")
        if (groups := toml.get("groups")) and group and group not in groups:
            yield _problem(f"{place}, key 'group'", f"found {group!r}", groups)
        for key in NEEDED.get(source, ()):
            if not outcome.get(key):
                yield _problem(f"{place}, key {key!r}", "the key is missing", "", f"from = {source!r} needs {key}")
        if source == "indicators":
            yield _problem(f"{place}, key 'from'", "found 'indicators'", NEEDED, "Not in this version")
        if source == "answers" and (item := texts.get("item")):
            known = [*ids(toml, "questions"), *item_ranges(toml)]
            if item not in known:
                yield _problem(f"{place}, key 'item'", f"found {item!r}", known)
        if source == "scores":
            yield from _score(texts, place, toml)
        if group and outcome.get("role") == "primary":
            primary.append((texts.get("family"), group))
    for family, group in dict.fromkeys(pair for pair in primary if primary.count(pair) > 1):
        found = f"more than one primary outcome for {group}, {family}"
        yield _problem("outcomes, key 'role'", found, "one a family and group", "Make the others secondary")


def _score(outcome: Mapping[str, str], place: str, toml: Mapping[str, Any]) -> Iterator[Problem]:
    used = {f"{use.get('prefix')}_{use.get('instrument')}": use.get("instrument") for use in sections(toml, "uses")}
    name = outcome.get("instrument", "")
    instrument = used.get(name, name)
    if not instrument:
        return
    score = outcome.get("score", "")
    if instrument not in allowed_instruments(toml):
        yield _problem(f"{place}, key 'instrument'", _refused(name, instrument), [*allowed_instruments(toml), *used])
    elif score and score not in (known := [one.id for one in read_instrument(instrument, unverified=True).scores]):
        yield _problem(f"{place}, key 'score'", f"found {score!r}", known)


def _estimates(toml: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unique(toml, "estimates")
    for number, row in enumerate(sections(toml, "estimates"), start=1):
        for key, known in (("outcome", ids(toml, "outcomes")), ("wave", ids(toml, "waves"))):
            if isinstance(found := row.get(key), str) and found not in known:
                yield _problem(f"estimates, {number}, key {key!r}", f"found {found!r}", known)


def _design(toml: Mapping[str, Any]) -> Iterator[Problem]:
    design = toml.get("design")
    if not isinstance(design, Mapping):
        return
    for again in repeated(map(str, design.get("arms", []))):
        yield _problem("design, key 'arms'", f"{again!r} stands more than once", "each arm once")
    if design.get("assigned_unit") == "person" and design.get("arm_of") == "units":
        yield _problem("design, key 'arm_of'", "found 'units' where persons were assigned", "'people'")


def _others(toml: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unique(toml, "questions")
    yield from _unique(toml, "rules")
    groups = toml.get("groups", [])
    for key in ("population", "definition"):
        for group in toml.get(key, {}) if isinstance(toml.get(key), Mapping) else ():
            if groups and group not in groups:
                yield _problem(f"{key}, key {group!r}", f"found {group!r}", groups)
    for number, use in enumerate(sections(toml, "uses"), start=1):
        if (name := section_texts(use).get("instrument")) and name not in allowed_instruments(toml):
            yield _problem(f"uses, {number}, key 'instrument'", _refused(name, name), allowed_instruments(toml))
    for number, rule in enumerate(sections(toml, "rules"), start=1):
        if (name := section_texts(rule).get("table")) and name not in canonical_tables():
            yield _problem(f"rules, {number}, key 'table'", f"found {name!r}", canonical_tables())
    for name, question in zip(ids(toml, "questions"), sections(toml, "questions"), strict=False):
        if name in item_ranges({}):
            yield _problem("questions, key 'id'", f"{name!r} is an item of an instrument", "another name")
        low, high = question.get("min"), question.get("max")
        if isinstance(low, int) and isinstance(high, int) and low >= high:
            yield _problem(f"questions, {name}, key 'max'", f"found {high}", f"more than {low}")


def allowed_instruments(toml: Mapping[str, Any]) -> tuple[str, ...]:
    """The instruments that a study may use: those with `verified = false` only where it says `unverified = true`."""
    return instrument_names(unverified=toml.get("unverified") is True)


def _refused(name: str, instrument: str) -> str:
    inferred = instrument in instrument_names(unverified=True) and instrument not in instrument_names()
    return f"found {name!r}" + ("; its key was inferred: check it, then write unverified = true" if inferred else "")


def item_ranges(toml: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Every item a file may fill - instruments, their second uses, questions - with its smallest and largest answer."""
    ranges: dict[str, tuple[int, int]] = {}
    prefixes: dict[str, list[str]] = {name: [""] for name in allowed_instruments(toml)}
    for use in sections(toml, "uses"):
        prefixes.get(use.get("instrument"), []).append(f"{use.get('prefix')}_")
    for name, starts in prefixes.items():
        try:
            instrument = read_instrument(name, unverified=True)
        except CareevalError:
            continue  # told by the suite: a library file is wrong, not the user's
        for start in starts:
            for number in range(1, instrument.items + 1):
                ranges[f"{start}{name}_{number}"] = instrument.span(number)
    for row in sections(toml, "questions"):
        if isinstance(row.get("id"), str) and isinstance(row.get("min"), int) and isinstance(row.get("max"), int):
            ranges[row["id"]] = (row["min"], row["max"])
    return ranges

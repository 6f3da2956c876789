"""Rows of columns.csv proposed for a file nobody has mapped yet, each with a confidence and a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from careeval.ingest.cells import RawTable, dialects
from careeval.ingest.values import convert
from careeval.specs.check_study import item_ranges
from careeval.specs.columns import COLUMNS, Recodes
from careeval.specs.home import LIBRARY
from careeval.specs.instruments import instrument_names, read_instrument
from careeval.specs.records import Record, build, read_toml
from careeval.specs.vocabulary import SPECIAL, canonical_tables

OPEN = "?"  # a recode that only people can write
NUMBER = re.compile(r"^\d+\s*[、.．]\s*")
TOKEN = re.compile(r"[a-z][a-z0-9_]*")
PERSONAL = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|\S+@\S+\.\S+")
SERVICES = re.compile(r"(探访|走访|服务|活动)(日期|时间|时长|方式|结果)|visit|minutes|分钟")
# counts, days and export numbers in a file name change from wave to wave
CHANGING = re.compile(r"\d{3,}(?:[-_]\d+)*|(?<=_)\d+_\d+(?=\.)")


class HeaderRule(Record):
    """What headers like `found` are likely to mean; see library/headers.toml."""

    found: str
    kinds: tuple[str, ...] = ()
    table: str
    variable: str
    recode: str = ""
    link: str = ""
    subject: str = ""
    confidence: float
    reason: str


@dataclass(frozen=True)
class Suggestion:
    """One row of columns.csv in the making; an empty variable is a column that was not recognised."""

    raw_column: str
    table: str = ""
    variable: str = ""
    recode: str = ""
    note: str = ""
    confidence: float = 0.0
    reason: str = "not recognised"
    record: str = ""
    link: str = ""


Items = Mapping[str, tuple[int, int]]


def suggest_columns(
    raw: RawTable, *, instruments: Iterable[str] = (), items: Items | None = None, recodes: Recodes | None = None
) -> pd.DataFrame:
    """wave, file, record, raw_column, table, variable, recode, note, confidence (0 to 1), reason; a row a column.

    instruments: whose item codes may stand in headers (all of the library unless told); items: {item: (min, max)} of a
    study instead; recodes: those of the study, proposed where exactly one of them reads every cell. A column that is
    not recognised has an empty variable; a recode '?' is one that somebody has to write. Nothing is written anywhere.

    >>> suggest_columns(read_file("1_按序号_x_2_2.xlsx"))[["raw_column", "variable"]]  # doctest: +SKIP
    """
    if items is None:
        told = [read_instrument(name) for name in instruments]
        items = (
            {item: one.span(number) for one in told for number, item in enumerate(one.columns(), start=1)}
            if told
            else item_ranges({})
        )
    named = {column: _item(f"{column} {raw.labels.get(column, '')}", items) for column in raw.frame}
    kind = _kind(raw, named.values())
    rows = [_of_column(raw, column, named[column], kind) for column in raw.frame]
    rows = _once(_linked(rows))
    rows = [_with_recode(row, raw, items, recodes or {}) for row in rows] + _constants(rows, kind)
    frame = pd.DataFrame([vars(row) for row in rows]).assign(wave="*", file=_glob(raw.name))
    return frame[[*COLUMNS, "confidence", "reason"]]


@cache
def _rules() -> tuple[HeaderRule, ...]:
    sections, problems = read_toml(LIBRARY / "headers.toml")
    made = [build(HeaderRule, section, file="headers.toml") for section in sections["headers"]]
    if problems := problems + [problem for _, found in made for problem in found]:
        raise RuntimeError("\n".join(map(str, problems)))
    return tuple(rule for rule, _ in made)


def _item(text: str, items: Items) -> str:
    """The item whose code stands in a header or label, '' where none does; who5_01 is who5_1."""
    tokens = (re.sub(r"_0+(?=\d)", "_", token) for token in TOKEN.findall(text.lower()))
    return next((token for token in tokens if token in items), "")


def _kind(raw: RawTable, items: Iterable[str]) -> str:
    """What the file is about: answers, exams, services or people."""
    if any(items) or raw.dialect in ("wjx", "tencent"):
        return "answers"
    if any(rule.subject and re.search(rule.found, column.lower()) for rule in _rules() for column in raw.frame):
        return "exams"
    return "services" if any(SERVICES.search(column.lower()) for column in raw.frame) else "people"


def _of_column(raw: RawTable, column: str, item: str, kind: str) -> Suggestion:
    dialect = dialects().get(raw.dialect)
    if dialect and column in dialect.columns:
        table, variable, recode, note = dialect.columns[column]
        told = f"a column of every {dialect.title} file"
        return Suggestion(column, table, variable, recode, note, 1.0, told, "" if table == "-" else "1")
    if item:
        return Suggestion(column, "answers", item, "", "", 0.95, f"the header holds the code {item}", "1")
    header = NUMBER.sub("", re.sub(r"@\d+$", "", column)).lower()
    for rule in _rules():
        if (not rule.kinds or kind in rule.kinds) and re.search(rule.found, header):
            return _of_rule(column, rule, kind)
    cells = raw.frame[column][raw.frame[column].ne("")]
    if len(cells) and cells.str.fullmatch(PERSONAL).mean() > 0.5:
        told = "personal data: most cells are phone or identity numbers or addresses"
        return Suggestion(column, "-", "-", "", "personal data", 0.8, told)
    # one option a column: ticked cells hold 1, or in 腾讯问卷 the option itself
    stem, *option = re.split(r"[:/(]", column)
    if dialect and dialect.columns and option and cells.isin(["0", "1", option[-1].rstrip(")")]).all():
        return Suggestion(column, reason=f"an option of {stem.strip()}, which takes several answers: not recognised")
    return Suggestion(column)


def _of_rule(column: str, rule: HeaderRule, kind: str) -> Suggestion:
    if rule.table == "people" and kind != "people":
        reason = f"{rule.reason}: the register says it"
        return Suggestion(column, "-", "-", "", "the register says it", 0.5, reason, link=rule.link)
    record = rule.subject or ("" if rule.table in ("-", "*", "exams") else "1")
    note = "personal data" if rule.reason.startswith("personal data") else ""
    told = (rule.table, rule.variable, rule.recode, note, rule.confidence, rule.reason)
    return Suggestion(column, *told, record, rule.link)


def _linked(rows: list[Suggestion]) -> list[Suggestion]:
    """Where no column holds codes, a name and what goes with it tell the person."""
    if any(row.variable == "person" for row in rows) or not any(row.link == "key:name" for row in rows):
        return rows
    told = {"confidence": 0.6, "reason": "no column holds codes, so this helps to tell who it is; never kept"}
    links = [Suggestion(row.raw_column, "*", row.link, **told) for row in rows if row.link]
    return links + [row for row in rows if not (row.link and row.table == "-")]


def _once(rows: Iterable[Suggestion]) -> list[Suggestion]:
    """Each variable is filled by the first column that claims it."""
    first: dict[tuple[str, str, str], str] = {}
    made = []
    for row in rows:
        target = (row.record, row.table, row.variable if row.table not in ("", "-") else row.raw_column)
        taken = first.setdefault(target, row.raw_column)
        reason = f"{row.table}.{row.variable} is filled by {taken} already"
        if row.table == "answers":
            reason += "; a second use needs a section [[uses]] in study.toml"
        made.append(row if taken == row.raw_column else Suggestion(row.raw_column, reason=reason))
    return made


def _with_recode(row: Suggestion, raw: RawTable, items: Items, recodes: Recodes) -> Suggestion:
    """The row with the recode that reads its cells, with less confidence where some are not read."""
    if row.table in ("", "-", "*") and row.variable != "person":
        return row
    column = canonical_tables()[row.table].columns.get(row.variable) if row.table != "*" else None
    allowed = column.allowed if column else ()
    plain, options = row.recode, False
    if row.table == "answers":
        low, high = items[row.variable]
        allowed, plain = tuple(map(str, range(low, high + 1))), "count"
        options = "按序号" in raw.name and bool(re.search(r"_\d+$", row.variable))
    text = raw.frame[row.raw_column]
    read = 0.0 if options else _share_read(text, plain, recodes, allowed)
    if read == 1 or not allowed:
        missed = f"; {1 - read:.0%} of the cells are not read as {row.recode}" if read < 1 else ""
        return replace(row, confidence=round(row.confidence * read, 2), reason=row.reason + missed)
    fitting = [name for name in recodes if _share_read(text, name, recodes, allowed) == 1]
    # what gives a value that cannot be is for another scale; then those that give every value there is
    fitting = [name for name in fitting if {*recodes[name].values()} <= {*allowed, *SPECIAL}]
    fitting = [name for name in fitting if set(allowed) <= set(recodes[name].values())] or fitting
    told = f"the recodes that read them all: {', '.join(fitting)}; check the direction" if fitting else "write a recode"
    why = "cells are numbers of options" if options else "cells are not the values themselves"
    recode, less = (fitting[0], 0.7) if len(fitting) == 1 else (OPEN, 0.5)
    told = {"confidence": round(row.confidence * less, 2), "reason": f"{row.reason}; {why}: {told}"}
    return replace(row, recode=recode, **told)


def _share_read(text: pd.Series, recode: str, recodes: Recodes, allowed: Sequence[str]) -> float:
    """Share of the filled cells that a recode turns into something allowed; 1 where none is filled."""
    made = convert(text, recode, recodes.get(recode, {}))
    filled = made.special.ne(".missing")
    good = ~made.unknown & (made.special.ne("") | (made.values.astype("str").isin(allowed) if allowed else True))
    return float(good[filled].mean()) if filled.any() else 1.0


def _constants(rows: Sequence[Suggestion], kind: str) -> list[Suggestion]:
    """What holds for the whole file and stands in none of its columns."""
    if kind == "exams":
        made = [
            Suggestion(f"={row.record}", "exams", "subject", "", "", row.confidence, "the column's subject", row.record)
            for row in rows
            if row.variable == "mark"
        ]
        reason = "each file is a paper of its own; name the papers that are the same"
        return [*made, Suggestion("@file", "exams", "exam", confidence=0.6, reason=reason)]
    if kind == "services":
        reason = "which service this is, stands in the plan: write its name after ="
        return [Suggestion("=?", "services", "service", confidence=0.3, reason=reason, record="1")]
    asked = {row.variable.rpartition("_")[0] for row in rows if row.table == "answers"}
    who = {read_instrument(name).respondent for name in asked.intersection(instrument_names())}
    told = {"confidence": 0.7, "reason": "who answers these instruments", "record": "1"}
    return [Suggestion(f"={one}", "responses", "respondent", **told) for one in who if len(who) == 1]


def _glob(name: str) -> str:
    """The file's name with a star for what changes from wave to wave.

    >>> _glob("318842001_按序号_儿童问卷_296_287.xlsx")
    '*_按序号_儿童问卷_*.xlsx'
    """
    return CHANGING.sub("*", re.sub(r"[\[\]?*]", "?", name))

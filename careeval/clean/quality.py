"""What is odd in a wave's files: shown and counted, never repaired in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from careeval.clean.mapping import MappedFile
from careeval.specs.study import Study

COLUMNS = ["check", "wave", "file", "variable", "n", "of", "share", "severity", "detail"]


def quality_table(
    files: Iterable[MappedFile],
    notes: Mapping[str, Iterable[str]],
    passed_over: Iterable[str],
    tables: Mapping[str, pd.DataFrame],
    study: Study,
    wave: str,
) -> pd.DataFrame:
    """Findings, one a row: check, wave, file, variable, n of `of`, severity (info, look), detail."""
    rows = [row for file in files for row in _file_rows(file, notes.get(file.path, ()))]
    rows += [{"check": "file passed over", "file": path, "n": 1, "severity": "info"} for path in passed_over]
    rows += [*_missing_rows(tables), *_rule_rows(tables, study)]
    frame = pd.DataFrame(rows, columns=[column for column in COLUMNS if column not in ("wave", "share")])
    frame = frame.assign(wave=wave, share=pd.to_numeric(frame["n"]) / pd.to_numeric(frame["of"]))
    text = {column: frame[column].astype("str").fillna("") for column in ("file", "variable", "severity", "detail")}
    counts = {column: frame[column].astype("Int64") for column in ("n", "of")}
    return frame.assign(**text, **counts)[COLUMNS].reset_index(drop=True)


def _file_rows(file: MappedFile, notes: Iterable[str]) -> Iterable[dict[str, object]]:
    yield {"check": "rows read", "file": file.path, "n": file.rows, "severity": "info"}
    for column in file.columns_dropped:
        yield {"check": "column dropped on purpose", "file": file.path, "variable": column, "n": 1, "severity": "info"}
    for note in notes:
        yield {"check": "note on reading", "file": file.path, "n": 1, "severity": "info", "detail": note}


def _missing_rows(tables: Mapping[str, pd.DataFrame]) -> Iterable[dict[str, object]]:
    """Empty answers by item prefix (instrument or question) and reason."""
    missing, answers = tables["missing"], tables["answers"]
    if missing.empty:
        return
    named = missing.assign(variable=missing["item"].str.replace(r"_\d+$", "", regex=True))
    asked = pd.Series({column: len(answers) for column in answers.columns if column not in ("person", "wave")})
    asked = asked.groupby(asked.index.str.replace(r"_\d+$", "", regex=True)).sum()
    for (variable, reason), rows in named.groupby(["variable", "reason"]):
        # a filtered question is not a gap; more than a tenth of anything else is worth a look
        look = reason != "not_asked" and len(rows) > 0.1 * asked[variable]
        yield {
            "check": "answers missing",
            "variable": variable,
            "n": len(rows),
            "of": int(asked[variable]),
            "severity": "look" if look else "info",
            "detail": reason,
        }


def _rule_rows(tables: Mapping[str, pd.DataFrame], study: Study) -> Iterable[dict[str, object]]:
    """The logic rules of study.toml: how many of the rows they speak of break them."""
    for rule in study.spec.rules:
        table = tables.get(rule.table, pd.DataFrame())
        if rule.variable not in table:
            continue
        asked = pd.Series(True, index=table.index)
        for column, allowed in rule.where.items():
            asked &= table[column].isin(allowed) if column in table else False
        values = pd.to_numeric(table.loc[asked, rule.variable], errors="coerce").dropna()
        low = values.lt(rule.min) if rule.min is not None else False
        high = values.gt(rule.max) if rule.max is not None else False
        broken = int((low | high).sum())
        ends = [f"{end:g}" if end is not None else "" for end in (rule.min, rule.max)]
        yield {
            "check": f"rule {rule.id}",
            "variable": f"{rule.table}.{rule.variable}",
            "n": broken,
            "of": len(values),
            "severity": "look" if broken else "info",
            "detail": "–".join(ends),
        }

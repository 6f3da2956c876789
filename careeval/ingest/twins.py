"""The 按文本 twin of a 按序号 export: which words stand behind which option number."""

from __future__ import annotations

import pandas as pd

from careeval.errors import Problem, TableError
from careeval.ingest.cells import RawTable

KEY = "序号"  # the platform's own number of an answer sheet, the same in both exports


def option_texts(by_number: RawTable, by_text: RawTable, *, key: str = KEY) -> pd.DataFrame:
    """column, option, text, rows: each option number of each column with the text that stands for it in the twin.

    Rows are joined by `key`; columns whose cells are the same in both (dates, codes, counts) are left out, and so are
    cells without an option (不答, 跳过). Raises TableError for a file without the key, for two rows with one key, and
    where one option number has two texts or one text two numbers: the two files are not the same questionnaire.

    >>> import careeval.ingest.raw as raw
    >>> option_texts(raw.read_file("1_按序号_x_2_2.xlsx"), raw.read_file("1_按文本_x_2_2.xlsx"))  # doctest: +SKIP
    """
    problems = [_key_problem(raw, key) for raw in (by_number, by_text)]
    if any(problems):
        raise TableError(*filter(None, problems))
    numbers, texts = (raw.frame.set_index(key) for raw in (by_number, by_text))
    both = numbers.index.intersection(texts.index)
    found = []
    for column in (column for column in numbers if column in texts):
        cells = pd.DataFrame({"option": numbers.loc[both, column], "text": texts.loc[both, column]})
        chosen = cells[cells["option"].str.fullmatch(r"\d+") & cells["option"].ne(cells["text"])]
        counted = chosen.value_counts(sort=False).rename("rows").reset_index()
        found.append(counted.assign(column=column).sort_values("option", key=pd.to_numeric))
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["option", "text", "rows", "column"])
    if problems := _clashes(table, by_text.name):
        raise TableError(*problems)
    return table[["column", "option", "text", "rows"]]


def _key_problem(raw: RawTable, key: str) -> Problem | None:
    if key not in raw.frame:
        return Problem(
            raw.name, "", f"there is no column {key!r}", "", "Export both files with the platform's own columns"
        )
    if raw.frame[key].duplicated().any():
        return Problem(raw.name, f"column {key}", "a number stands more than once", "each answer sheet once")
    return None


def _clashes(table: pd.DataFrame, name: str) -> list[Problem]:
    problems = []
    for one, other in (("option", "text"), ("text", "option")):
        for (column, value), rows in table.groupby(["column", one], sort=False):
            if len(rows) > 1:
                words = " and ".join(map(repr, rows[other]))
                problems.append(
                    Problem(name, f"column {column}", f"{one} {value!r} stands for {words}", f"one {other}")
                )
    return problems

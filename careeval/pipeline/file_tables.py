"""Tables about the files as readers see them: rows in round numbers, no place by its name, no count of few people."""

from __future__ import annotations

import re

import pandas as pd

from careeval.measure.suppression import suppress_rows, too_small
from careeval.pipeline.cleaning import cleaned
from careeval.pipeline.view import View
from careeval.specs.study import Study

NOT_PEOPLE = ("footer", "title above the header")
OF_ANSWERS = r"rows read|answers missing|rule "
COUNTS = re.compile(r"(_\d{1,5})+(?=\.\w+$)")  # at the end of a name, as survey sites write how many answered


def exclusions(view: View) -> pd.DataFrame:
    """Rows left out, counted by table, file and reason; few people are hidden."""
    rows = cleaned(view.study, view.wave).exclusions
    rows = rows.assign(file=coded_paths(view.study, rows["file"]))
    made = rows.groupby(["wave", "table", "file", "reason"], sort=True).size().rename("n").reset_index()
    small = too_small(made["n"], max(view.floors().values())) & ~made["reason"].isin(NOT_PEOPLE)
    return suppress_rows(made.astype({"n": "Int64"}), small, ["n"])


def quality(view: View) -> pd.DataFrame:
    """What is odd in a wave's files. Counts of answers tell, with who was counted, of few people: rows and
    denominators are rounded down to whole floors, shares are of these, and what is said of few is hidden."""
    made, floor = view.table("quality_whole"), max(view.floors().values())
    answers, whole = made["check"].str.match(OF_ANSWERS), made["check"].eq("rows read")
    numbers = {"n": whole, "of": answers}
    rounded = {name: made[name].mask(rows, made[name] // floor * floor) for name, rows in numbers.items()}
    share = made["share"].mask(answers, made["n"] / rounded["of"].where(rounded["of"].gt(0)))
    small = answers & too_small(made["n"], floor)
    made = made.assign(**rounded, share=share, file=coded_paths(view.study, made["file"]))
    return suppress_rows(made.astype({"n": "Int64"}), small, ["n", "share"])


def coded_paths(study: Study, paths: pd.Series) -> pd.Series:
    """Paths with the code of a place for its name (as recodes.csv has it), and without a count at the end of a name."""
    places = {unit.unit for unit in study.units}
    known = [pair for recode in study.recodes.values() for pair in recode.items() if pair[1] in places and pair[0]]
    for name, code in sorted(known, key=lambda pair: -len(pair[0])):
        paths = paths.str.replace(name, code, regex=False)
    return paths.str.replace(COUNTS, "", regex=True)

"""Twenty-five promises of real plans, drawn by lot, each with a page of records and its numbers counted by hand."""

import io
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from delivery_trial import SPRING

from careeval.measure.delivery.table import delivery
from careeval.specs.check_plan import check_plan
from careeval.specs.check_standard import Known
from careeval.specs.plans import Plan
from careeval.specs.records import build

CASES = sorted((Path(__file__).parent / "plan_cases").glob("*.toml"))
DAYS = ("date", "until", "start", "end", "from", "to")
KNOWN = Known(
    groups=("child", "elder"),
    outcomes={},
    items=(),
    kinds=("station", "school", "teacher", "village"),
    calendar=(),
    columns={"people": ("poor", "disabled"), "units": ()},
)


def read_table(text):
    """Comma-separated rows as a canonical table: days as dates, amounts as numbers, the rest text."""
    table = pd.read_csv(io.StringIO(text.strip()), dtype="str")
    dates = {name: pd.to_datetime(table[name]) for name in DAYS if name in table}
    return table.assign(
        **dates, **{name: table[name].astype(float) for name in ("minutes", "quantity") if name in table}
    )


def plan_of(toml):
    """The one promise as a plan from mid-February to the end of the term."""
    about = {"id": "case", "title": {"zh": "方案", "en": "Plan"}, "source": "drawn by lot"}
    return about | {"period": [date(2025, 2, 17), date(2025, 7, 4)], "commitments": toml["commitments"]}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_drawn_promise_gives_the_numbers_counted_by_hand(path):
    toml = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: read_table(text) for name, text in toml["tables"].items()}
    plan, problems = build(Plan, plan_of(toml), file=path.name)
    assert problems == []
    found = delivery(plan, tables, SPRING)
    row = found[found["site"].eq("all")].iloc[0]
    for column, expected in toml["expected"].items():
        told = "missing" if pd.isna(row[column]) else row[column]
        assert told == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-4)), column


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_drawn_promise_is_a_plan_without_a_mistake(path):
    toml = tomllib.loads(path.read_text(encoding="utf-8"))
    assert check_plan(plan_of(toml), KNOWN, file=path.name) == []


def test_there_are_twenty_five():
    assert len(CASES) == 25

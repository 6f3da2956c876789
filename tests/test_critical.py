"""Answers that somebody must see at once come out by name, whatever the score says."""

import pandas as pd
import pytest

from careeval.errors import SpecError
from careeval.measure.critical import COLUMNS, critical_rows
from careeval.measure.scores import score
from careeval.specs.instruments import read_instrument

KEY = """
id = "mood"
title = { zh = "心情", en = "Mood" }
groups = ["elder"]
respondent = "self"
items = 3
min = 0
max = 3
critical = [{ item = 3, min = 1, max = 3, meaning = { zh = "不想活", en = "thoughts of death" } }]
licence = "free"
citation = "nobody"
source = "made up"

[[scores]]
id = "total"
method = "sum"
items = [1, 2, 3]
min_answered = 3
higher_is = "worse"
low = 0
high = 9
"""


@pytest.fixture
def mood(tmp_path):
    (tmp_path / "mood").mkdir()
    (tmp_path / "mood" / "instrument.toml").write_text(KEY, encoding="utf-8")
    return tmp_path / "mood"


def answers(third, prefix="mood"):
    people = pd.DataFrame({"person": list("abcd")[: len(third)], "wave": "w"})
    return people.assign(**{f"{prefix}_1": 0, f"{prefix}_2": None, f"{prefix}_3": pd.array(third, dtype="Int64")})


def test_a_critical_answer_names_the_person_the_item_and_what_it_means(mood):
    rows = critical_rows(answers([0, 1, 3]), [("mood", mood)])
    assert rows[["person", "item", "value"]].values.tolist() == [["b", "mood_3", 1], ["c", "mood_3", 3]]
    assert rows["meaning_en"].eq("thoughts of death").all() and rows["meaning_zh"].eq("不想活").all()


def test_it_comes_out_where_too_few_answers_give_no_score(mood):
    table = answers([2])
    assert score(table, read_instrument(mood))["total"].isna().all()
    assert len(critical_rows(table, [("mood", mood)])) == 1


def test_a_missing_answer_is_no_row(mood):
    assert critical_rows(answers([None, 0]), [("mood", mood)]).empty


def test_a_second_use_is_watched_too(mood):
    rows = critical_rows(answers([3], "after_mood"), [("after_mood", mood), ("mood", mood)])
    assert rows[["instrument", "item"]].values.tolist() == [["after_mood", "after_mood_3"]]


def test_instruments_without_critical_items_give_an_empty_table_with_its_columns():
    rows = critical_rows(pd.DataFrame({"person": ["a"], "wave": ["w"], "who5_1": [0]}), [("who5", "who5")])
    assert rows.empty and list(rows) == COLUMNS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("max = 3, meaning", "max = 4, meaning", "critical, 1: found 1 to 4. Allowed: a stretch of 0 to 3"),
        ("item = 3", "item = 4", "critical: there is no item '4'. Allowed: 1 to 3"),
    ],
)
def test_a_critical_item_lies_within_the_instrument(mood, old, new, words):
    (mood / "instrument.toml").write_text(KEY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=words):
        read_instrument(mood)

"""Answers that somebody must see at once: who gave them, whatever the score says. For derived/, never for a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from careeval.specs.instruments import read_instrument

COLUMNS = ["person", "wave", "instrument", "item", "value", "meaning_zh", "meaning_en"]


def critical_rows(answers: pd.DataFrame, uses: Iterable[tuple[str, str | Path]]) -> pd.DataFrame:
    """A row a person, wave and critical item whose answer lies within the limits that the instrument's key names.

    answers: person, wave and item columns, as ticked. uses: what an instrument's columns begin with ('phq9', or
    'after_phq9' for a second use), and the instrument (its id, or its folder). An item that is missing or was not
    asked gives no row: that is no all-clear. The score plays no part: the row is there even where too few items were
    answered to have one.
    """
    frames = [pd.DataFrame({column: pd.Series(dtype="Int64" if column == "value" else "str") for column in COLUMNS})]
    for use, name in uses:
        instrument = read_instrument(name, unverified=True)
        for one in instrument.critical:
            item = instrument.columns(use)[one.item - 1]
            if item not in answers:
                continue
            ticked = pd.to_numeric(answers[item]).astype("Int64")
            rows = answers.loc[ticked.between(one.min, one.max).fillna(False).astype(bool), ["person", "wave"]]
            told = {"instrument": use, "item": item, "value": ticked[rows.index]}
            frames.append(rows.assign(**told, meaning_zh=one.meaning.zh, meaning_en=one.meaning.en))
    return pd.concat(frames, ignore_index=True)[COLUMNS]

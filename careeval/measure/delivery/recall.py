"""What the people themselves say: the share of those who answered whose own answer meets the standard."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.delivery.bound import of_wave
from careeval.measure.delivery.frame import Bound, Frame
from careeval.specs.plans import Commitment

DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}


def recalled(commitment: Commitment, bound: Bound, tables: Mapping[str, pd.DataFrame], frame: Frame) -> pd.DataFrame:
    """person, site, group, met (boolean, NA = asked for but no answer) for everyone whose word counts.

    They are the bound people, and for a promise to anybody else than people, the people of the commitment's groups.
    Nobody where there is no recall question, or where it was not in this wave's questionnaires.
    """
    recall, answers = commitment.recall, tables.get("answers")
    columns = ["person", "site", "group"]
    if recall is None or answers is None or recall.question not in answers:
        return pd.DataFrame(columns=[*columns, "met"])
    if commitment.standard.basis == "recipient":
        people = bound.units.rename(columns={"unit": "person"})[columns]
    else:
        people = of_wave(tables["people"], frame.wave)
        people = people.loc[people["group"].isin(commitment.group), columns]
    own = of_wave(answers, frame.wave).drop_duplicates("person").set_index("person")[recall.question]
    said = pd.to_numeric(people["person"].map(own)).astype("Float64")
    if recall.asks == "yes_no":
        return people.assign(met=said.eq(1))
    return people.assign(met=said.ge(least_answer(commitment, frame)))


def least_answer(commitment: Commitment, frame: Frame) -> float:
    """The fewest contacts that a person should remember from the days the question looks back on.

    The standard scaled to those days (a month has 30), rounded down, and at least 1: a promise of one visit a week
    leaves at least four in any 30 days.
    """
    standard, recall = commitment.standard, commitment.recall
    quantity = standard.quantity or sum(standard.partners.values()) or 1
    if recall is None or recall.days is None or standard.type != "frequency":
        return quantity
    length = {"wave": frame.end - frame.start + 1, "term": frame.end - frame.start + 1}
    length |= DAYS_IN | {"programme": frame.plan_end - frame.plan_start + 1}
    if standard.per not in length:
        return quantity
    return float(max(1, np.floor(quantity * recall.days / length[standard.per] + 1e-9)))

"""What a register knows of people beside who they are: whose family is away, their need, helper and benefits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.simulate.people import VILLAGES, WAVES
from careeval.simulate.terms import COUNTED_ON, TERMS

TREATED = tuple(village for village, *_, arm in VILLAGES if arm == "treated")
# reasons to be gone from the village: then the register gives the day
GONE = ("转学", "随父母外出", "父母返乡", "去世或住院")
# of eligible elders: who truly has a file, the minimum living allowance, the old-age allowance, a volunteer
SHARES = {"elder_file": 0.93, "dibao": 0.85, "old_age_allowance": 0.96, "volunteer": 0.80}
OLD = 80  # years from which an elder is paid the old-age allowance, and is looked in on every week when living alone
# children a counsellor looks after, one counsellor after the other: the plan says one or two
LOADS = (2, 2, 1, 2, 3, 2, 1, 2, 2, 4, 2, 1, 2, 2, 1, 2)
WITHOUT_HELPER = 0.08


def with_facts(people: pd.DataFrame, seed: int) -> pd.DataFrame:
    """People with what a register tells of them; '' where it does not apply, as people write it where it does.

    parents_away (双方, 一方), other_parent_able, months_away, beyond_county, children_away, husband_away, carer,
    living_alone, poor, disabled: 是, 否 or a word. distance_km: to the children's home or the care centre. exit: the
    day somebody left, missing for who is still there.
    Everybody falls under the study's own definition; narrower definitions leave some out.
    """
    generator = np.random.default_rng([seed, 6])
    size, group = len(people), people["group"]
    child, elder, woman = (group.isin(names) for names in (["child", "hardship"], ["elder"], ["woman"]))

    def drawn(words: dict[str, float], where: pd.Series) -> pd.Series:
        return pd.Series(generator.choice(list(words), size, p=list(words.values())), index=people.index).where(
            where, ""
        )

    both = drawn({"双方": 0.7, "一方": 0.3}, child)
    facts = {
        "parents_away": both,
        "other_parent_able": pd.Series(np.where(both.eq("一方"), "否", ""), index=people.index),
        "months_away": generator.integers(6, 30, size),
        "beyond_county": drawn({"是": 0.85, "否": 0.15}, child | woman).mask(elder, "是"),
        "children_away": pd.Series(np.where(elder, "全部", ""), index=people.index),
        "husband_away": pd.Series(np.where(woman, "是", ""), index=people.index),
        "carer": drawn({"祖父母": 0.7, "外祖父母": 0.15, "亲属": 0.1, "无": 0.05}, child).mask(
            both.eq("一方"), "父母一方"
        ),
        "living_alone": drawn({"是": 0.4, "否": 0.6}, elder),
        "poor": drawn({"是": 0.25, "否": 0.73, "": 0.02}, child | elder),
        "disabled": drawn({"是": 0.08, "否": 0.92}, ~woman),
        "distance_km": np.round(generator.gamma(2.0, 1.6, size) + 0.2, 1),
    }
    left = people["last_state"].isin(GONE) & ~people["joined"]
    days = pd.Timestamp("2025-02-24") + pd.to_timedelta(generator.integers(0, 100, size), "D")
    return people.assign(**facts, exit=pd.Series(days, index=people.index).where(left))


def with_helpers(people: pd.DataFrame, seed: int) -> pd.DataFrame:
    """People with `helper` (the code in the register; '' without one), `paired` and `parted` (first and last day).

    Treated children have a counsellor, who has one to four of them; treated elders have a volunteer of their own.
    Who leaves is parted from the helper that day; a few counsellors stop, and nobody follows.
    """
    generator = np.random.default_rng([seed, 7])
    served = people["village"].isin(TREATED) & ~people["joined"]
    helper = pd.Series("", index=people.index, dtype="str")
    for village in TREATED:
        children = people.index[served & people["group"].eq("child") & people["village"].eq(village)]
        paired = children[generator.random(len(children)) >= WITHOUT_HELPER]
        codes = np.repeat([f"F{village[1:]}{number:02d}" for number in range(1, len(LOADS) + 1)], LOADS)[: len(paired)]
        helper.loc[paired[: len(codes)]] = codes
    elders = people.index[served & people["group"].eq("elder")]
    chosen = elders[generator.random(len(elders)) < SHARES["volunteer"]]
    helper.loc[chosen] = [f"Z{number:03d}" for number in range(1, len(chosen) + 1)]
    start = pd.Timestamp("2024-09-02") + pd.to_timedelta(generator.integers(0, 24, len(people)), "D")
    stopped = helper.ne("") & people["group"].eq("child") & (generator.random(len(people)) < 0.05)
    parted = people["exit"].mask(stopped & people["exit"].isna(), pd.Timestamp("2025-04-30"))
    return people.assign(
        helper=helper,
        paired=pd.Series(start, index=people.index).where(helper.ne("")),
        parted=parted.where(helper.ne("")),
    )


def elder_ledger(people: pd.DataFrame, wave: str, seed: int) -> pd.DataFrame:
    """A row an elder of the first register: person, elder_file, dibao, old_age_allowance as 是, 否 or '' (not told).

    Only poor elders are eligible for dibao and only old ones for the allowance; others have 否. Two cells are empty.
    """
    generator, cells = np.random.default_rng([seed, 8]), np.random.default_rng([seed, 13, WAVES.index(wave)])
    elders = people[people["group"].eq("elder") & ~people["joined"]].reset_index(drop=True)
    entitled = {
        "elder_file": elders["arm"].eq("treated"),
        "dibao": elders["poor"].eq("是"),
        "old_age_allowance": age(elders, wave).ge(OLD),
    }
    columns = {
        item: np.where(able & (generator.random(len(elders)) < SHARES[item]), "是", "否")
        for item, able in entitled.items()
    }
    frame = pd.DataFrame({"person": elders["person"], **columns})
    for item in ("dibao", "old_age_allowance"):
        blank = cells.choice(frame.index[entitled[item]], 1)
        frame.loc[blank, item] = ""
    return frame


def age(people: pd.DataFrame, wave: str) -> pd.Series:
    """Completed years on the day that counts; births are the first of a month, so the month decides."""
    day = COUNTED_ON[wave]
    return day.year - people["birth"].dt.year - people["birth"].dt.month.gt(day.month)


def in_scope(people: pd.DataFrame, wave: str) -> tuple[pd.Series, pd.Series]:
    """First and last day on which each person is served in a wave, both ends included."""
    first, last = TERMS[wave]
    return people["entry"].clip(lower=first), people["exit"].fillna(last).clip(upper=last)

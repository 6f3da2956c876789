"""The people of the demo: who lives where, who joins, who leaves and why, who consents. All of them are invented."""

from __future__ import annotations

import numpy as np
import pandas as pd

WAVES = ("2024-autumn", "2025-spring")
# (village, name, school, arm): the needier villages were chosen first, so treated ones start a little worse
VILLAGES = (
    ("v01", "柳树湾村", "s1", "treated"),
    ("v02", "石桥村", "s1", "control"),
    ("v03", "青岗坪村", "s1", "control"),
    ("v04", "上坝村", "s1", "treated"),
    ("v05", "枫林村", "s1", "control"),
    ("v06", "白沙坪村", "s2", "treated"),
    ("v07", "大田坎村", "s2", "control"),
    ("v08", "老井村", "s2", "treated"),
    ("v09", "竹园村", "s2", "treated"),
    ("v10", "河口村", "s2", "control"),
)
SCHOOLS = {"s1": "青石", "s2": "白水"}
GRADES = {3: "三年级", 4: "四年级", 5: "五年级", 6: "六年级"}
# women are few, and only one control village has any: nothing about them can be inferred
WOMEN = {"v01": 4, "v04": 3, "v05": 6}
AWAY_AT_FIRST, ATTRITION = 0.02, 0.09
# {group: {reason as the register writes it: share}}
REASONS = {
    "child": {"转学": 0.35, "随父母外出": 0.20, "父母返乡": 0.15, "缺席": 0.20, "拒访": 0.10},
    "elder": {"去世或住院": 0.35, "未找到": 0.20, "缺席": 0.20, "拒访": 0.25},
}
# still living there, so they sit exams though they gave no answers
STAYING = ("在册", "缺席", "拒访")
WITHOUT_CONSENT = {"child": 5, "elder": 3}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = "安宁和静文博雅乐天佳思远明清云山川林禾苗雨晴春秋𠮷"


def simulate_people(seed: int) -> pd.DataFrame:
    """Everyone ever on a register, a row a person: person (the code files use), group, village, school, arm, grade,
    sex, birth, entry, name, joined (came after the start), first_state and last_state (what the register says in each
    wave: 在册, or why the person was not measured), consent (是, 否 or '').

    group is child, elder, woman, or hardship: children whom the register lists and the study does not serve.
    """
    generator = np.random.default_rng([seed, 1])
    people = pd.concat(
        [_group(group, generator) for group in ("child", "elder", "woman", "hardship")], ignore_index=True
    )
    people["sex"] = np.where(generator.random(len(people)) < 0.5, "男", "女")
    people.loc[people["group"].eq("woman"), "sex"] = "女"
    people["birth"] = _births(people, generator)
    people["name"] = _names(len(people), generator)
    people["joined"] = _chosen(people, {"child": 8, "elder": 4}, generator)
    day = generator.integers(0, 7, len(people)), generator.integers(0, 60, len(people))
    first, later = pd.Timestamp("2024-08-26"), pd.Timestamp("2025-02-20")
    entry = pd.Series(first + pd.to_timedelta(day[0], "D"), index=people.index)
    people["entry"] = entry.where(~people["joined"], later + pd.to_timedelta(day[1], "D"))
    away = (generator.random(len(people)) < AWAY_AT_FIRST) & people["group"].isin(["child", "elder"])
    people["first_state"] = np.where(away, "缺席", "在册")
    people["last_state"] = _states(people, generator)
    refusing = _chosen(people[~people["joined"]], WITHOUT_CONSENT, generator).reindex(people.index, fill_value=False)
    people["consent"] = np.where(refusing, "否", "是")
    # one consent form is not in the folder: nobody ticked either box
    people.loc[people.index[refusing & people["group"].eq("elder")][:1], "consent"] = ""
    return people


def register_of(people: pd.DataFrame, wave: str) -> pd.DataFrame:
    """Who stands on the register of a wave, with `state` as it is told there."""
    if wave == WAVES[0]:
        return people[~people["joined"]].assign(state=people["first_state"])
    return people.assign(state=people["last_state"])


def _group(group: str, generator: np.random.Generator) -> pd.DataFrame:
    sizes = {
        "child": generator.integers(27, 35, len(VILLAGES)),
        "elder": generator.integers(21, 29, len(VILLAGES)),
        "woman": [WOMEN.get(village, 0) for village, *_ in VILLAGES],
        "hardship": [1, 0] * (len(VILLAGES) // 2),
    }[group]
    letter = {"child": "C", "elder": "E", "woman": "W", "hardship": "K"}[group]
    rows = [
        {"person": f"{letter}{village[1:]}{number:02d}", "village": village, "school": school, "arm": arm}
        for (village, _, school, arm), size in zip(VILLAGES, sizes, strict=True)
        for number in range(1, size + 1)
    ]
    frame = pd.DataFrame(rows).assign(group=group)
    if group in ("child", "hardship"):
        return frame.assign(grade=generator.integers(3, 7, len(frame)))
    return frame.assign(grade=0)


def _births(people: pd.DataFrame, generator: np.random.Generator) -> pd.Series:
    """First day of the month of birth; a pupil of grade g was born in the school year that begins in 2018 - g."""
    month = generator.integers(0, 12, len(people))
    year = np.select(
        [people["group"].eq("elder"), people["group"].eq("woman")],
        [generator.integers(1938, 1963, len(people)), generator.integers(1979, 1996, len(people))],
        2018 - people["grade"],
    )
    months = pd.Series(year * 12 + month + 8, index=people.index)
    return pd.to_datetime({"year": months // 12, "month": months % 12 + 1, "day": 1})


def _names(size: int, generator: np.random.Generator) -> list[str]:
    surnames, first, second = (generator.choice(list(text), size) for text in (SURNAMES, GIVEN, GIVEN))
    return ["".join(parts) for parts in zip(surnames, first, second, strict=True)]


def _chosen(people: pd.DataFrame, counts: dict[str, int], generator: np.random.Generator) -> pd.Series:
    """True for so many people of each group, drawn without putting back."""
    picked = [
        generator.choice(people.index[people["group"].eq(group)], n, replace=False) for group, n in counts.items()
    ]
    return pd.Series(people.index.isin(np.concatenate(picked)), index=people.index)


def _states(people: pd.DataFrame, generator: np.random.Generator) -> pd.Series:
    """What the second register says of each person: 在册, or why the person was not measured."""
    leaving = (generator.random(len(people)) < ATTRITION) & ~people["joined"]
    state = pd.Series("在册", index=people.index, dtype="str")
    for group, reasons in REASONS.items():
        drawn = pd.Series(generator.choice(list(reasons), len(people), p=list(reasons.values())), index=people.index)
        state = state.mask(leaving & people["group"].eq(group), drawn)
    return state

"""The village register and the schools' grade sheets, with the difficulties that real ones have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.simulate.files import DataFile
from careeval.simulate.people import GRADES, SCHOOLS, STAYING, VILLAGES, WAVES, register_of

IDENTITY = {"child": "留守儿童", "elder": "留守老人", "woman": "留守妇女", "hardship": "困境儿童"}
TERMS = {"2024-autumn": "2024年秋季学期学区摸底", "2025-spring": "2025年春季学期学区统考"}
SUBJECTS = {"chinese": "语文", "maths": "数学"}
REGISTER = "花名册.csv"
FACTS = {
    "parents_away": "父母外出",
    "other_parent_able": "另一方能照料",
    "months_away": "外出月数",
    "beyond_county": "在县外",
    "children_away": "子女外出",
    "husband_away": "丈夫外出",
    "carer": "照料人",
    "living_alone": "独居",
    "poor": "家庭困难",
    "disabled": "残疾",
    "distance_km": "到服务点(公里)",
}
# marks of each subject and wave that are words: (trap, word, how many)
WORDS = (("absent_mark", "缺考", 3), ("exempt_mark", "免修", 2), ("mark_not_written", "—", 2))

Traps = list[tuple[str, str, int]]  # (trap, file, how many)


def register_file(people: pd.DataFrame, wave: str) -> tuple[DataFile, Traps]:
    """The register of a wave, children, elders, women and children in hardship in one list."""
    here, later = register_of(people, wave), wave != WAVES[0]
    villages = {village: name for village, name, *_ in VILLAGES}
    classes = here["school"].map(SCHOOLS).str.cat(here["grade"].map(GRADES).astype("str"))
    numbers = pd.Series(np.arange(1, len(here) + 1), index=here.index)
    frame = pd.DataFrame(
        {
            "编号": here["person"],
            "身份类别": here["group"].map(IDENTITY),
            "姓名": here["name"],
            "村": here["village"].map(villages),
            "班级": classes.where(here["grade"].gt(0), ""),
            "性别": here["sex"],
            "出生年月": _months(here["birth"]),
            "登记日期": days_as_typed(here["entry"]),
            "离开日期": days_as_typed(here["exit"]) if later else "",
            "状态": here["state"],
            "同意书": here["consent"],
            # no such number: it begins with zeros
            **{header: here[fact] for fact, header in FACTS.items()},
            "结对人编号": here["helper"],
            "结对日期": days_as_typed(here["paired"]),
            "结对止期": days_as_typed(here["parted"]) if later else "",
            "联系电话": numbers.map("0000-000{:04d}".format).where(numbers % 9 != 0, "无电话"),
        }
    )
    traps = [
        ("other_group", REGISTER, int(here["group"].eq("hardship").sum())),
        ("no_consent", REGISTER, int(here["consent"].eq("否").sum())),
        ("consent_not_told", REGISTER, int(here["consent"].eq("").sum())),
        ("joined", REGISTER, int(here["joined"].sum()) if wave != WAVES[0] else 0),
        *((f"state:{state}", REGISTER, n) for state, n in here["state"].value_counts().items() if state != "在册"),
    ]
    return DataFile(REGISTER, frame), traps


def _months(days: pd.Series) -> pd.Series:
    return days.dt.year.astype("str") + "年" + days.dt.month.astype("str") + "月"


def days_as_typed(days: pd.Series) -> pd.Series:
    """Days as people type them: 2024.9.1, no zeros; '' where there is none."""
    parts = (getattr(days.dt, part).astype("Int64").astype("str") for part in ("year", "month", "day"))
    year, month, day = parts
    return (year + "." + month + "." + day).fillna("")


def marks_as_written(people: pd.DataFrame, outcomes: pd.DataFrame, wave: str, seed: int) -> pd.DataFrame:
    """A row a child who is still there (index person): school, name, grade, and each subject's mark or a word.

    outcomes: marks by person. What is a word here - absent, exempt, not written - is a mark nobody has.
    """
    here = register_of(people, wave)
    here = here[here["group"].eq("child") & here["state"].isin(STAYING)].set_index("person")
    generator = np.random.default_rng([seed, 4, WAVES.index(wave)])
    marks = outcomes.loc[here.index, list(SUBJECTS)].astype(object)
    for subject in SUBJECTS:
        chosen = iter(generator.choice(here.index, sum(n for *_, n in WORDS), replace=False))
        for _, word, n in WORDS:
            marks.loc[[next(chosen) for _ in range(n)], subject] = word
    return here[["school", "name", "grade"]].join(marks)


def grade_sheets(written: pd.DataFrame, wave: str) -> list[tuple[DataFile, Traps]]:
    """One workbook a school: a merged title, the header, a row a child, the means, who made it; with its traps."""
    sheets = []
    for school, pupils in written.groupby("school"):
        name = SCHOOLS[school]
        path = f"成绩/{name}中心校.xlsx"
        rows = pupils.sort_values("grade", kind="stable")
        marks = rows[list(SUBJECTS)].rename(columns=SUBJECTS)
        numbers = marks.apply(pd.to_numeric, errors="coerce")
        frame = pd.DataFrame(
            {"学号": rows.index, "姓名": rows["name"], "年级": rows["grade"].map(GRADES)}, index=rows.index
        )
        frame = frame.join(marks).assign(总分=numbers.sum(axis="columns", skipna=False))
        footer = (("平均分", None, None, *numbers.mean().round(1), None), ("制表人:教务处",))
        traps = [(trap, path, int(marks.eq(word).sum().sum())) for trap, word, _ in WORDS]
        traps += [("title_row", path, 1), ("footer_row", path, len(footer))]
        sheets.append((DataFile(path, frame, f"{name}中心校{TERMS[wave]}成绩", footer), traps))
    return sheets

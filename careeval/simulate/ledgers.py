"""How things stand in the demo: what was checked in villages and homes, and the elders' ledger, as files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.simulate.facts import TREATED
from careeval.simulate.files import DataFile
from careeval.simulate.people import VILLAGES
from careeval.simulate.registers import days_as_typed

THINGS = {"balls": "球", "ropes": "跳绳", "board_games": "棋", "books": "图书"}
CHECKED = {"2024-autumn": pd.Timestamp("2024-09-26"), "2025-spring": pd.Timestamp("2025-06-11")}
# the day by which a job must be done, and on which day each village did it; who is left out never did
FILES_DONE = {
    "2024-autumn": {"v01": "2024-10-20", "v04": "2024-10-31", "v06": "2024-11-08", "v09": "2024-10-25"},
    "2025-spring": {
        "v01": "2025-03-10",
        "v04": "2025-03-28",
        "v06": "2025-03-31",
        "v08": "2025-04-09",
        "v09": "2025-03-20",
    },
}
LIST_PUBLISHED = {
    "2024-autumn": {"v01": "2024-12-10", "v04": "2025-01-06", "v08": "2024-12-30"},
    "2025-spring": {"v01": "2025-05-20", "v04": "2025-05-31", "v08": "2025-05-12", "v09": "2025-06-20"},
}
NAMED_VISITOR = {"2024-autumn": ("v01", "v04", "v09"), "2025-spring": ("v01", "v04", "v06", "v09")}
# working care centres in all ten villages; nobody knows about the last two of each
CENTRES = {
    "2024-autumn": ("v01", "v02", "v04", "v05", "v10"),
    "2025-spring": ("v01", "v02", "v03", "v04", "v05", "v08", "v10"),
}
CENTRE_UNKNOWN = {"2024-autumn": ("v07", "v09"), "2025-spring": ("v06",)}
CARE_GROUPS = ("v01", "v04", "v06", "v08")
LACKING = {
    "2024-autumn": {("v06", "books"), ("v09", "ropes"), ("v09", "books")},
    "2025-spring": {("v09", "board_games")},
}


def village_sheet(wave: str) -> DataFile:
    """村级台账.xlsx: a row a village, with a title above and who filled it in below."""
    villages = [village for village, *_ in VILLAGES]
    day = pd.Series([CHECKED[wave]] * len(villages))
    published = [LIST_PUBLISHED[wave].get(village) for village in villages]
    centre = np.select(
        [np.isin(villages, CENTRES[wave]), np.isin(villages, CENTRE_UNKNOWN[wave])], ["是", "不清楚"], "否"
    )
    frame = pd.DataFrame(
        {
            "村": [name for _, name, *_ in VILLAGES],
            "核查日期": days_as_typed(day),
            "关爱小组": _yes_no(villages, CARE_GROUPS),
            "探访专人": _yes_no(villages, NAMED_VISITOR[wave]),
            "养老服务站在用": centre,
            "服务清单已公布": _yes_no(villages, LIST_PUBLISHED[wave]),
            "公布日期": days_as_typed(pd.Series(pd.to_datetime(published)).fillna(CHECKED[wave])),
        }
    )
    return DataFile("村级台账.xlsx", frame, "村级关爱工作台账", (("填表人:乡民政办",),))


def station_sheet(wave: str) -> DataFile:
    """站点检查表.xlsx: a row a children's home: what can be borrowed there, and whether its files are done."""
    done = [FILES_DONE[wave].get(village) for village in TREATED]
    things = {
        word: ["无" if (village, thing) in LACKING[wave] else "有" for village in TREATED]
        for thing, word in THINGS.items()
    }
    frame = pd.DataFrame(
        {
            "站点": [f"ST{village[1:]}" for village in TREATED],
            "检查日期": days_as_typed(pd.Series([CHECKED[wave]] * len(TREATED))),
            **things,
            "建档完成": _yes_no(TREATED, FILES_DONE[wave]),
            "建档日期": days_as_typed(pd.Series(pd.to_datetime(done)).fillna(CHECKED[wave])),
        }
    )
    return DataFile("站点检查表.xlsx", frame)


def elder_file(rows: pd.DataFrame, wave: str) -> DataFile:
    """老人台账.csv: a row an elder, with the benefits that are paid. rows: see `facts.elder_ledger`."""
    frame = pd.DataFrame(
        {
            "编号": rows["person"],
            "更新日期": days_as_typed(pd.Series([CHECKED[wave]] * len(rows))),
            "台账": rows["elder_file"],
            "低保": rows["dibao"],
            "高龄津贴": rows["old_age_allowance"],
        }
    )
    return DataFile("老人台账.csv", frame)


def _yes_no(villages: object, having: object) -> list[str]:
    return ["是" if village in having else "否" for village in villages]

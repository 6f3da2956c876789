"""What was done as it reaches an evaluator: visit logs, a KoboToolbox export, room logs, relief, a hand-over list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import numpy as np
import pandas as pd

from careeval.simulate.facts import TREATED
from careeval.simulate.files import DataFile
from careeval.simulate.people import VILLAGES, WAVES
from careeval.simulate.registers import Traps, days_as_typed
from careeval.simulate.support import Support
from careeval.simulate.terms import FESTIVALS, TERMS

NAMES = {village: name for village, name, *_ in VILLAGES}
NO_LOG = {"2024-autumn": "", "2025-spring": "v08"}  # whose visit log nobody handed in
SESSIONS = {
    "room_open": "活动室开放",
    "weekend_calls": "周末亲情通话",
    "home_activity": "家园活动",
    "festival": "节日活动",
    "contest": "比赛",
    "green_team": "环保小分队",
    "visit_summary": "探访小结",
}
RELIEF = ("临时救助申请", "临时救助发放")
WRITTEN_TWICE, ODD_CODES = 3, 2
KOBO = "老人探访登记_-_全部版本_-_False_-_{}-08-30-12.csv"


def visit_logs(support: Support, wave: str, seed: int) -> Iterator[tuple[DataFile, Traps]]:
    """走访/<village>/走访记录.csv: some visits are entered twice, some codes stand on no register."""
    generator = np.random.default_rng([seed, 10, WAVES.index(wave)])
    for village, here in support.visits.groupby("village"):
        path = f"走访/{NAMES[village]}/走访记录.csv"
        if village == NO_LOG[wave]:
            continue
        own = here.sort_values("date", kind="stable")
        typed = own.sample(WRITTEN_TWICE, random_state=int(generator.integers(2**31)))
        odd = own.sample(ODD_CODES, random_state=int(generator.integers(2**31)))
        odd = odd.assign(person=f"{odd['person'].iloc[0][:3]}98", need=pd.NaT, acted=pd.NaT)
        rows = pd.concat([own, typed, odd]).sort_values("date", kind="stable").reset_index(drop=True)
        frame = pd.DataFrame(
            {
                "对象编号": rows["person"],
                "探访日期": days_as_typed(rows["date"]),
                "探访方式": rows["mode"],
                "探访时长(分钟)": rows["minutes"].astype("Int64").astype("str").fillna(""),
                "探访结果": rows["outcome"],
                "探访人编号": rows["provider"],
                "发现问题日期": days_as_typed(rows["need"]),
                "处理日期": days_as_typed(rows["acted"]),
            }
        )
        traps = [("visit_written_twice", path, WRITTEN_TWICE), ("visit_of_unknown_code", path, ODD_CODES)]
        yield DataFile(path, frame), [*traps, ("visit_made_up", path, int((~own["real"]).sum()))]


def kobo_export(support: Support, wave: str, seed: int) -> tuple[DataFile, Traps]:
    """The KoboToolbox export of calls on elders: semicolons, names of questions, submission times in UTC."""
    generator = np.random.default_rng([seed, 11, WAVES.index(wave)])
    calls = support.calls.sort_values(["date", "person"], kind="stable").reset_index(drop=True)
    size = len(calls)
    # entered between six in the morning and eight in the evening: before eight the day in UTC is the day before
    start = calls["date"] + pd.to_timedelta(generator.integers(6 * 60, 20 * 60, size), "min")
    sent = start + pd.to_timedelta(calls["minutes"], "min") - pd.Timedelta(hours=8)
    met = calls["met"].eq("yes")
    chat = pd.Series(generator.random(size) < 0.9, index=calls.index)
    chores = pd.Series(generator.random(size) < 0.2, index=calls.index) & calls["mode"].eq("home")
    ticked = {"services/chat": chat, "services/chores": chores}
    chosen = chat.map({True: "chat ", False: ""}) + chores.map({True: "chores", False: ""})
    frame = pd.DataFrame(
        {
            "start": start.dt.strftime("%Y-%m-%dT%H:%M:00.000+08:00"),
            "today": calls["date"].dt.strftime("%Y-%m-%d"),
            "elder_code": calls["person"],
            "visit_mode": calls["mode"],
            "met": calls["met"],
            "minutes": calls["minutes"].where(met).astype("Int64").astype("str").fillna(""),
            "services": chosen.str.strip().where(met, ""),
            **{name: one.map({True: "1", False: "0"}).where(met, "") for name, one in ticked.items()},
            "_id": 41_000_000 + 1_000_000 * WAVES.index(wave) + np.cumsum(generator.integers(1, 9, size)),
            "_uuid": [str(uuid.UUID(bytes=generator.bytes(16), version=4)) for _ in range(size)],
            "_submission_time": sent.dt.strftime("%Y-%m-%dT%H:%M:00"),
            "_validation_status": "",
            "_submitted_by": "visits_demo",
            "_index": np.arange(1, size + 1),
        }
    )
    path = KOBO.format((TERMS[wave][1] + pd.Timedelta(days=1)).date())
    other_day = int(sent.dt.normalize().ne(calls["date"]).sum())
    file = DataFile(path, frame, encoding="utf-8-sig", separator=";")
    return file, [("sent_on_another_day_in_utc", path, other_day), ("elder_not_met", path, int((~met).sum()))]


def session_log(support: Support) -> DataFile:
    """活动记录.xlsx: what was held, without persons."""
    rows = support.sessions.sort_values(["date", "village"], kind="stable").reset_index(drop=True)
    visitors = rows["provider"].ne("")
    frame = pd.DataFrame(
        {
            "日期": days_as_typed(rows["date"]),
            "村": rows["village"].map(NAMES),
            "项目": rows["service"].map(SESSIONS),
            "时长(分钟)": rows["minutes"].astype("Int64"),
            "人数": rows["people"].astype("Int64"),
            "负责人编号": rows["provider"].where(visitors, None),
        }
    )
    return DataFile("活动记录.xlsx", frame, "留守儿童之家活动与探访小结记录")


def relief_log(support: Support, wave: str) -> DataFile:
    """临时救助登记.csv: a request a row, and the day it was paid."""
    rows = support.relief
    numbers = [f"JZ{wave[:4]}{number:03d}" for number in range(1, len(rows) + 1)]
    paid = days_as_typed(rows["paid"])
    frame = pd.DataFrame(
        {"登记号": numbers, "老人编号": rows["person"], "申请日期": days_as_typed(rows["asked"]), "发放日期": paid}
    )
    return DataFile("临时救助登记.csv", frame)


def handover_list(wave: str) -> DataFile:
    """资料交接单.csv: which logs of which village the office received, so that no contest is told from no paper."""
    held = [word for service, word in SESSIONS.items() if service != "festival" or FESTIVALS[wave]]
    rows = [(NAMES[village], word, "齐全") for village in TREATED for word in held]
    rows += [(name, word, "齐全") for name in NAMES.values() for word in RELIEF]
    return DataFile("资料交接单.csv", pd.DataFrame(rows, columns=["村", "记录", "情况"]))

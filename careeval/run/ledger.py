"""The ledger of published counts: no two reports side by side may tell of a few people what neither tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from careeval import pipeline
from careeval.errors import CareevalError, Problem
from careeval.measure.hiding.find import found_out
from careeval.measure.hiding.sums import Sums
from careeval.pipeline.exports import sha256
from careeval.run.job import Job

COLUMNS = ["run", "wave", "site", "audience", "table", "key", "value", "inputs", "withdrawn", "reason"]
SHOWN = 5  # cells named in a message
WAY_OUT = (
    "If the earlier report has not left the team, or was taken back, run again with --withdraw and why, such as "
    '--withdraw "still a draft"'
)


def ledger_rows(job: Job, inputs: Mapping[str, str]) -> tuple[pd.DataFrame, Sums]:
    """The counts of people that this run will publish, as rows of the ledger; and the sums of the wave's tables.

    inputs: hashes of the files. Columns: COLUMNS, without a run, and minimum; a count with a wave in its key is that of
    its own wave wherever it is printed again.
    """
    sums = pipeline.published_sums(job.study, job.wave.id)
    printed = pipeline.published_sums(job.study, job.wave.id, site=job.site) if job.site else sums
    shown = {count.key: (count.value, count.minimum) for count in printed.counts if count.value is not None}
    rows = pd.DataFrame(
        [(key[0], "|".join(key[1:]), value, minimum) for key, (value, minimum) in sorted(shown.items())],
        columns=["table", "key", "value", "minimum"],
    )
    told = {"wave": job.wave.id, "site": job.site, "audience": job.study.spec.privacy.audience}
    together = sha256("\n".join(f"{name} {inputs[name]}" for name in sorted(inputs)).encode())
    return rows.assign(run=0, withdrawn="", reason="", inputs=together[:16], **told), sums


def check_ledger(path: Path, rows: pd.DataFrame, sums: Sums, *, withdraw: str = "") -> list[int]:
    """The numbers of the earlier runs that `withdraw`, a reason, takes back: those that this one cannot stand beside.

    path: derived/ledger.csv. Raises CareevalError, and names the cells, where a count differs from the same one in an
    earlier report by 1 to floor - 1 people, or where reports on the same files tell together what each of them hides;
    not with a reason. Reports for another audience are read by others.
    """
    earlier = _standing(read_ledger(path))
    earlier = earlier[earlier["audience"].isin(rows["audience"])]
    clashes = [*_differences(earlier, rows), *_pieced_together(earlier, rows, sums)]
    if clashes and not withdraw.strip():
        more = f" (and {len(clashes) - SHOWN} more)" if len(clashes) > SHOWN else ""
        problems = [Problem("ledger.csv", place, found) for _, place, found in clashes[:SHOWN]]
        last = problems.pop()
        raise CareevalError(*problems, Problem(last.file, last.place, last.found + more, "", WAY_OUT))
    return sorted({run for run, *_ in clashes})


def write_ledger(path: Path, rows: pd.DataFrame, *, withdrawn: list[int], reason: str) -> None:
    """Add what is newly told, and which earlier runs are taken back and why; nothing is ever taken out."""
    ledger = read_ledger(path)
    number = int(ledger["run"].max()) + 1 if len(ledger) else 1
    same = [*COLUMNS[1:6], "value", "inputs"]
    standing = pd.MultiIndex.from_frame(_text(_standing(ledger, without=withdrawn))[same])
    new = rows[~pd.MultiIndex.from_frame(_text(rows)[same]).isin(standing)].assign(run=number)
    if withdrawn:
        taken = {"run": number, "withdrawn": " ".join(map(str, withdrawn)), "reason": " ".join(reason.split())}
        new = pd.concat([pd.DataFrame([taken]), new], ignore_index=True)
    if len(new):
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _text(new.reindex(columns=COLUMNS)).to_csv(index=False, header=not len(ledger), lineterminator="\n")
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)


def read_ledger(path: Path) -> pd.DataFrame:
    """The ledger with numbers as numbers; no rows where nothing was published yet."""
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    ledger = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    return ledger.assign(run=ledger["run"].astype(int), value=pd.to_numeric(ledger["value"]))


def _standing(ledger: pd.DataFrame, *, without: list[int] = []) -> pd.DataFrame:  # noqa: B006
    """The counts of reports that are out: not of those taken back."""
    back = {int(run) for runs in ledger["withdrawn"] for run in runs.split()} | set(without)
    return ledger[ledger["withdrawn"].eq("") & ~ledger["run"].isin(back)]


def _differences(earlier: pd.DataFrame, rows: pd.DataFrame) -> list[tuple[int, str, str]]:
    """(run, place, found) of counts that differ by few people from an earlier report's."""
    pairs = rows.merge(earlier, on=["table", "key"], suffixes=("", "_before"))
    # a flow counts the people of several waves, each with its wave in its key; other tables are of one wave
    pairs = pairs[pairs["table"].eq("flow") | pairs["wave"].eq(pairs["wave_before"])]
    by = (pairs["value"] - pairs["value_before"]).abs()
    few = pairs[by.gt(0.5) & by.lt(pairs["minimum"] - 0.5)]
    few = few.sort_values("run_before", kind="stable").drop_duplicates(["table", "key"], keep="last")
    return [
        (row.run_before, _place(row.table, row.key), f"report {row.run_before} says {row.value_before:g}, "
         f"this one would say {row.value:g}: side by side they tell of {abs(row.value - row.value_before):g} people")
        for row in few.itertuples()
    ]  # fmt: skip


def _pieced_together(earlier: pd.DataFrame, rows: pd.DataFrame, sums: Sums) -> list[tuple[int, str, str]]:
    """(run, place, found) of hidden counts that earlier reports on the same files give away with this one."""
    same = earlier[earlier["inputs"].isin(rows["inputs"]) & earlier["wave"].isin(rows["wave"])]
    known = {(row.table, *row.key.split("|")): row.value for row in rows.itertuples()}
    keys = {(key[0], *"|".join(key[1:]).split("|")): key for key in sums.minimum}
    old = {(row.table, *row.key.split("|")): (row.value, row.run) for row in same.itertuples()}
    added = {key: run for key, (_, run) in old.items() if key in keys and key not in known}
    if not added:
        return []
    shown = {keys[key]: value for key, value in known.items()} | {keys[key]: old[key][0] for key in added}
    run = max(added.values())
    return [
        (run, _place(key[0], "|".join(key[1:])), f"is hidden, but follows from report {run} and this one together")
        for key, *_ in found_out(sums, shown)
    ]


def _place(table: str, key: str) -> str:
    return f"{table}: {', '.join(part for part in key.split('|') if part)}"


def _text(rows: pd.DataFrame) -> pd.DataFrame:
    values = rows["value"].map(lambda value: f"{value:g}", na_action="ignore")
    return rows.assign(value=values).fillna("").astype("str")

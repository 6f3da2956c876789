"""How often the demo's primary intervals hold the planted truth, over seeds fixed beforehand, from files to estimates.

    python benchmarks/demo_coverage.py --seeds 200 --jobs 2

Each seed: people are simulated, their files written, and the estimates made from the files as for any study.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from careeval.pipeline import table
from careeval.simulate.demo import demo_study, write_demo
from careeval.specs.home import study_folder
from careeval.specs.study import open_study

ASKED = re.compile("花名册|成绩|.*按序号")
SEEDS = range(1, 2001)  # the first 200 are those that count


def one_seed(seed: int) -> pd.DataFrame:
    """outcome, role, estimate, conf_low, conf_high, truth, seed of every headline interval of one simulated demo."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        shutil.copytree(study_folder("demo"), folder, ignore=shutil.ignore_patterns("raw", "derived"))
        truth = demo_study(seed=seed)
        # logs of support tell nothing about estimates, and take their time to be read
        asked = {wave: [one for one in files if ASKED.match(one.path)] for wave, files in truth.files.items()}
        write_demo(replace(truth, files=asked), folder)
        estimates = table(open_study(folder), "estimates", wave="2025-spring")
    headline = estimates[estimates["role"].eq("headline")]
    columns = ["outcome", "outcome_role", "estimate", "conf_low", "conf_high"]
    return headline[columns].merge(truth.truth[["outcome", "truth"]], on="outcome", validate="1:1").assign(seed=seed)


def coverage(results: pd.DataFrame) -> pd.DataFrame:
    """One row an outcome: seeds, coverage with its Monte Carlo error, mean bias with its error, mean width, refused."""
    results = results.assign(
        covered=results["truth"].between(results["conf_low"], results["conf_high"]),
        bias=results["estimate"] - results["truth"],
        width=results["conf_high"] - results["conf_low"],
        refused=results["conf_low"].isna(),
    )
    given = results[~results["refused"]].groupby(["outcome_role", "outcome"])
    summary = given.agg(
        seeds=("seed", "nunique"),
        coverage=("covered", "mean"),
        truth=("truth", "mean"),
        bias=("bias", "mean"),
        bias_error=("bias", "sem"),
        width=("width", "mean"),
    )
    error = (summary["coverage"] * (1 - summary["coverage"]) / summary["seeds"]) ** 0.5
    refused = results.groupby(["outcome_role", "outcome"])["refused"].sum()
    return summary.reindex(refused.index).assign(coverage_error=error, refused=refused)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200, help="seeds 1 to N")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a csv with every interval")
    chosen = parser.parse_args()
    started = time.perf_counter()
    with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as pool:
        frames = []
        for seed, frame in enumerate(pool.map(one_seed, SEEDS[: chosen.seeds], chunksize=5), start=1):
            frames.append(frame)
            if seed % 25 == 0:
                print(f"{seed} of {chosen.seeds} seeds, {time.perf_counter() - started:.0f} s", flush=True)
    results = pd.concat(frames, ignore_index=True)
    if chosen.out:
        results.to_csv(chosen.out, index=False, encoding="utf-8-sig")
    print(coverage(results).to_string(float_format="%.3f"))
    print(f"{chosen.seeds} seeds, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

"""What the audit finds in the published tables of simulated studies, most of them small: there should be nothing.

    python benchmarks/disclosure.py --seeds 200

Each seed: people are simulated (a fifth of the demo's, two fifths, or all), their files written, and each wave's
tables made from the files as for any study. The audit knows the published tables and the sums, nothing else.
"floored" counts what subtraction finds where only the small counts are hidden, "published" what the audit finds.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from careeval.measure.hiding.audit import audit
from careeval.measure.hiding.find import found_out, shown_values
from careeval.measure.hiding.sums import Sums
from careeval.pipeline import table
from careeval.pipeline.publishing import COUNTED, FLOORED, sums_of_wave
from careeval.pipeline.view import View
from careeval.simulate.demo import demo_study, write_demo
from careeval.specs.home import study_folder
from careeval.specs.study import Study, open_study

SHARES = (0.2, 0.4, 0.2, 0.4, 1.0)


def small_study(seed: int, folder: Path) -> Study:
    """A simulated study of its own people in `folder`, without its derived tables."""
    shutil.copytree(study_folder("demo"), folder, ignore=shutil.ignore_patterns("raw", "derived"))
    write_demo(demo_study(seed=seed, share=SHARES[seed % len(SHARES)]), folder)
    return open_study(folder)


def sums(study: Study, wave: str, name: str = "{}") -> Sums:
    """The counts in a wave's tables; `name` makes a table's name, such as FLOORED."""
    view = View(study, study.wave(wave), lambda other, when: table(study, other, wave=when))
    tables = {one: table(study, name.format(one), wave=wave) for one in COUNTED}
    return sums_of_wave(view, tables)


def main() -> None:
    """Print the findings of every seed as they come, and how many there are in all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    totals = {"floored": 0, "published": 0}
    for seed in range(asked.first, asked.first + asked.seeds):
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            study = small_study(seed, Path(place) / "demo")
            for wave in study.spec.waves:
                floored = sums(study, wave.id, FLOORED)
                totals["floored"] += len(found_out(floored, shown_values(floored)))
                found = audit(sums(study, wave.id))
                totals["published"] += len(found)
                if len(found):
                    print(wave.id, found.to_string(index=False), sep="\n")
        print(f"seed {seed}: {totals} so far, {time.perf_counter() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()

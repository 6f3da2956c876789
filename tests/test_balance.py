"""Were the arms alike at the start: by hand."""

import pandas as pd
import pytest

from careeval.infer.balance import COLUMNS, balance_table, equivalence
from careeval.specs.study import open_study


def people(wave, **arms):
    """treated="abc": three people of that arm on the register of a wave."""
    rows = [{"person": person, "arm": arm} for arm, persons in arms.items() for person in persons]
    return pd.DataFrame(rows).assign(wave=wave, group="child", site="a", assigned="a")


def values(wave, paper="", outcome="wellbeing", **by_person):
    rows = pd.DataFrame({"person": list(by_person), "value": [float(value) for value in by_person.values()]})
    return rows.assign(wave=wave, paper=paper, outcome=outcome)


BOTH = {wave: people(wave, treated="abx", control="cdy") for wave in ("w1", "w2")}
# x has no second value, y no first: neither is analysed
FIRST, SECOND = values("w1", a=3, b=5, c=2, d=4, x=90), values("w2", a=1, b=2, c=3, d=4, y=90)


def made(folder, rows, *, wave="w2", floor=1):
    study = open_study(folder)
    return balance_table(study, study.wave(wave), people=BOTH, values=pd.concat(rows), floors={"child": floor})


def test_g_at_the_start_of_those_who_are_analysed(small):
    [row] = made(small(), [FIRST, SECOND]).to_dict("records")
    assert (row["n_treated"], row["n_control"], row["mean_treated"], row["mean_control"]) == (2, 2, 4, 3)
    # difference 1, SD sqrt(2), small-sample factor 1 - 3 / (4 * 2 - 1)
    assert row["hedges_g"] == pytest.approx(1 / 2**0.5 * (1 - 3 / 7), abs=0.02)
    assert (row["wave"], row["contrast"], row["equivalence"]) == ("w1", "treated - control", "not_satisfied")


@pytest.mark.parametrize(
    ("g", "word"),
    [(0.05, "satisfied"), (-0.05, "satisfied"), (0.051, "adjust"), (-0.25, "adjust"), (0.251, "not_satisfied")],
)
def test_the_bounds_of_equivalence(g, word):
    assert equivalence(g) == word


def test_a_baseline_wave_has_no_balance_and_still_all_columns(small):
    rows = made(small(), [FIRST, SECOND], wave="w1")
    assert (len(rows), list(rows)) == (0, COLUMNS)


def test_an_arm_below_the_floor_gives_no_row(small):
    assert len(made(small(), [FIRST, SECOND], floor=2)) == 1
    assert made(small(), [FIRST, SECOND], floor=3).empty


def test_different_papers_in_the_arms_give_no_row(small):
    papers = [
        values(wave, paper=f"{wave}{arm}", outcome="maths", **marks)
        for wave in ("w1", "w2")
        for arm, marks in (("t", {"a": 1, "b": 2}), ("c", {"c": 1, "d": 2}))
    ]
    assert made(small(), papers).empty
    assert len(made(small(), [rows.assign(paper=rows["wave"]) for rows in papers])) == 1


def test_the_baseline_is_the_last_that_has_the_outcome(small):
    # the second wave is before the start too, but nobody was asked in it
    folder = small()
    text = (folder / "study.toml").read_text("utf-8").replace("start = 2024-10-01", "start = 2025-06-20")
    third = (
        text[text.index('[[waves]]\nid = "w2"') : text.index("[design]")]
        .replace("w2", "w3")
        .replace("2025-06", "2025-07")
    )
    (folder / "study.toml").write_text(text.replace("[design]", f"{third}\n[design]"), encoding="utf-8")
    study = open_study(folder)
    three = BOTH | {"w3": people("w3", treated="abx", control="cdy")}
    both = pd.concat([FIRST, SECOND.assign(wave="w3")])
    rows = balance_table(study, study.wave("w3"), people=three, values=both, floors={"child": 1})
    assert rows["wave"].tolist() == ["w1"]

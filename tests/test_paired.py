"""Paired tests: R's numbers, what SPSS prints by hand, and who is not tested."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_study_estimates import ARMS, exams, people, values

from careeval import paired_tests
from careeval.errors import TableError
from careeval.infer.effect_size import paired_g, summarise
from careeval.infer.paired import PAIRED_COLUMNS, paired_table
from careeval.present import paired as page
from careeval.present.context import context
from careeval.run.claims import check_claims
from careeval.specs.study import open_study

REFERENCES = pd.read_csv(Path(__file__).parent / "references" / "wilcoxon.csv")
NUMBERS = ["mean_difference", "sd_difference", "statistic", "df", "p_value", "conf_low", "conf_high", "correlation"]
NUMBERS += ["correlation_p", "negative_ranks", "z_p", "exact_p"]


def series(text):
    return pd.Series([float(number) for number in text.split()])


def row_of(before, after):
    return paired_tests(series(before), series(after)).loc[0]


@pytest.mark.parametrize("known", REFERENCES.to_dict("records"), ids=REFERENCES["data"])
def test_every_number_is_the_one_of_r(known):
    row = row_of(known["before"], known["after"])
    assert row[NUMBERS].tolist() == pytest.approx([known[name] for name in NUMBERS], rel=1e-9, nan_ok=True)


def test_signed_ranks_by_hand():
    row = row_of("5 5 5 5 5", "4 7 7 9 5")
    # changes -1, 2, 2, 4, 0: ranks 1, 2.5, 2.5, 4 and one tie
    counted = ["negative_n", "positive_n", "ties_n", "negative_ranks", "positive_ranks", "positive_mean_rank"]
    assert row[counted].tolist() == [1, 3, 1, 1, 9, 3]
    # (1 - 5) / sqrt(4 * 5 * 9 / 24 - (2^3 - 2) / 48), and two changes of one size leave no exact p
    assert row["z"] == pytest.approx(-4 / np.sqrt(7.5 - 0.125)) and np.isnan(row["exact_p"])


def test_the_difference_is_before_minus_after_and_the_effect_size_after_minus_before():
    before, after = series("1 2 3 4 5 6"), series("2 4 3 6 7 9")
    row = paired_tests(before, after).loc[0]
    assert row["mean_difference"] == pytest.approx(-10 / 6) and row["statistic"] < 0
    assert row["hedges_g"] == pytest.approx(paired_g(summarise(before.to_numpy()), summarise(after.to_numpy())))
    assert row["g_low"] < row["hedges_g"] < row["g_high"] and row["hedges_g"] > 0


def test_people_are_linked_by_their_code_and_a_code_twice_is_refused():
    before, after = pd.Series([1.0, 2, 9], list("abx")), pd.Series([5.0, 3, np.nan], list("bax"))
    assert paired_tests(before, after).loc[0, ["n", "mean_difference"]].tolist() == [2, -2.5]
    with pytest.raises(TableError, match="1 codes stand more than once"):
        paired_tests(before, pd.Series([1.0, 2], list("aa")))


def test_changes_that_are_all_alike_have_means_and_no_test():
    row = row_of("1 2 3", "2 3 4")
    assert row["mean_difference"] == -1 and row[["statistic", "p_value", "g_low"]].isna().all()


@pytest.fixture
def paired(small):
    """A function that gives the paired table of wave w2 (or another)."""
    study = open_study(small())

    def made(rows, *, arms=ARMS, floor=1, wave="w2"):
        given = {"people": people(arms), "values": rows, "floors": {"child": floor}}
        table = paired_table(study, study.wave(wave), **given)
        return table[table["outcome"].isin(rows["outcome"])].set_index("arm")

    return made


TWELVE = {"treated": "abcdefg", "control": "hijklm"}
BEFORE = dict(zip("abcdefghijklm", range(13), strict=True))
AFTER = {person: value + 1 + value % 3 for person, value in BEFORE.items()}


def test_each_arm_has_its_own_row(paired):
    rows = paired(values(w1=BEFORE, w2=AFTER), arms=TWELVE)
    assert rows["n"].to_dict() == {"treated": 7, "control": 6}
    # changes 1 2 3 1 2 3 1 and 2 3 1 2 3 1
    assert rows["mean_difference"].to_dict() == {"treated": pytest.approx(-13 / 7), "control": pytest.approx(-2)}
    assert list(rows.reset_index()[PAIRED_COLUMNS]) == PAIRED_COLUMNS and rows["baseline_wave"].eq("w1").all()


def test_below_the_privacy_floor_nothing_stands_and_few_ranks_are_hidden(paired):
    rows = paired(values(w1=BEFORE, w2=AFTER), arms=TWELVE, floor=7)
    hidden = rows.loc["control"]
    assert hidden["suppressed"] and hidden[["n", "mean_before", "p_value", "z"]].isna().all() and hidden["note"] == ""
    one_fell = values(w1=BEFORE, w2=AFTER | {"a": -1})
    shown = paired(one_fell, arms=TWELVE, floor=5).loc["treated"]
    assert shown["p_value"] > 0 and shown[["negative_n", "positive_n", "positive_ranks", "z", "z_p"]].isna().all()


def test_fewer_than_six_pairs_two_papers_and_a_wave_before_the_start_are_not_tested(paired):
    few = paired(values(w1={"a": 1, "b": 2, "d": 3}, w2={"a": 3, "b": 3, "d": 3}))
    assert few.loc["treated", "note"].startswith("few_pairs: fewer than 6") and few["p_value"].isna().all()
    papers = paired(exams(control="final", first="mid"))
    assert set(papers["note"].str.partition(":")[0]) == {"two_papers_paired"}
    assert paired(values(w1=BEFORE, w2=AFTER), arms=TWELVE, wave="w1").empty


@pytest.mark.parametrize(
    ("lang", "warned"), [("zh", "不能说变化是方案带来的"), ("en", "nobody can say that the plan did")]
)
def test_the_page_says_what_it_does_not_show_and_prints_no_p_of_zero(lang, warned):
    here = context("demo", wave="2025-spring", lang=lang)
    blocks = page.tests(here)
    assert check_claims(blocks, here) == 0
    told = " ".join(block.text for block in blocks if hasattr(block, "text"))
    cells = {cell for block in blocks if hasattr(block, "cells") for row in block.cells() for cell in row}
    assert warned in told and "p < 0.001" in told and "<0.001" in cells and "0.000" not in cells
    assert page.tests(context("demo", wave="2024-autumn", lang=lang)) == []

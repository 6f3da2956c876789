import pandas as pd
import pytest

from careeval.errors import SpecError, TableError
from careeval.measure.critical import critical_rows
from careeval.measure.scores import bands, item_points, score, score_table
from careeval.specs.instruments import FOLDER, instrument_names, read_instrument

FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
KEY = """
id = "mini"
title = { zh = "小表", en = "Mini" }
groups = ["child"]
respondent = "self"
items = 4
min = 1
max = 5
reversed = [2]
fillers = [4]
licence = "free"
citation = "nobody"
source = "made up"

[[scores]]
id = "total"
method = "sum"
items = [1, 2, 3]
min_answered = 2
higher_is = "worse"
low = 3
high = 15

[[bands]]
scheme = "s"
score = "total"
low = 3
high = 9
label = { zh = "低", en = "low" }
population = "all"
source = "made up"

[[bands]]
scheme = "s"
score = "total"
low = 9
high = 15
low_open = true
label = { zh = "高", en = "high" }
population = "all"
source = "made up"
"""


def mini(tmp_path, *changes):
    """The small key, with texts in it replaced."""
    text = KEY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "instrument.toml").write_text(text, encoding="utf-8")
    return read_instrument(tmp_path / "mini")


def cases(folder):
    return pd.read_csv(folder / "cases.csv", encoding="utf-8").set_index("case").copy()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_scores_and_bands_match_the_worked_cases(folder):
    instrument, rows = read_instrument(folder.name, unverified=True), cases(folder)
    rows = rows[rows["error"].isna()]
    scores = score(rows, instrument)
    for one in instrument.scores:
        # thirds have no last digit in a file: alike to the twelfth
        pd.testing.assert_series_equal(scores[one.id].astype(float), rows[one.id].astype(float), rtol=1e-12, atol=0)
    for column in (column for column in rows if ":" in column):
        scheme, name = column.split(":")
        found = bands(scores, instrument, scheme=scheme)[name]
        assert found.astype("str").equals(rows[column].astype("str")), column


@pytest.mark.parametrize(
    "folder", [one for one in FOLDERS if read_instrument(one.name, unverified=True).critical], ids=lambda one: one.name
)
def test_critical_answers_are_told_as_the_worked_cases_say(folder):
    rows = cases(folder).reset_index()
    rows = rows[rows["error"].isna()].assign(wave="w", person=lambda table: table["case"])
    told = critical_rows(rows, [(folder.name, folder.name)])
    found = told["item"].str.rpartition("_")[2].groupby(told["person"]).agg(" ".join)
    wanted = pd.read_csv(folder / "cases.csv", dtype="str", encoding="utf-8").set_index("case")["critical"].dropna()
    assert found.to_dict() == wanted.to_dict() and len(wanted)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_answers_off_the_scale_are_refused_as_the_worked_cases_say(folder):
    instrument, rows = read_instrument(folder.name, unverified=True), cases(folder)
    wrong = rows[rows["error"].notna()]
    assert len(wrong)
    for case, row in wrong.iterrows():
        with pytest.raises(TableError, match=rf"item {row['error']}: found"):
            score(rows.loc[[case]], instrument)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_worked_cases_reach_every_band_and_a_missing_score(folder):
    instrument, rows = read_instrument(folder.name, unverified=True), cases(folder)
    for scheme in instrument.schemes:
        for band in (band for band in instrument.bands if band.scheme == scheme):
            assert rows[f"{scheme}:{band.score}"].eq(band.label.en).any(), band.label.en
    assert rows.loc[rows["error"].isna(), instrument.scores[0].id].isna().any()


def test_who5_and_cls24_are_in_the_library():
    assert {"who5", "cls24"} <= set(instrument_names())
    assert read_instrument("cls24").columns("after_cls24")[23] == "after_cls24_24"


def test_every_key_and_band_says_where_it_comes_from():
    for name in instrument_names(unverified=True):
        instrument = read_instrument(name, unverified=True)
        assert instrument.licence and instrument.citation and instrument.source
        assert all(band.source and band.population for band in instrument.bands)


def test_an_item_that_is_reversed_is_turned_round(tmp_path):
    answers = pd.DataFrame({"mini_1": [1], "mini_2": [5], "mini_3": [1]})
    assert score(answers, mini(tmp_path))["total"].tolist() == [3]


def test_enough_answers_are_prorated_and_too_few_give_no_score(tmp_path):
    answers = pd.DataFrame({"mini_1": [2, 2], "mini_2": [3, None], "mini_3": [None, None]})
    scores = score(answers, mini(tmp_path))
    assert scores["total"].tolist()[0] == 7.5 and pd.isna(scores["total"][1])
    assert scores["total_answered"].tolist() == [2, 1]


def test_a_score_on_an_open_bound_belongs_to_the_band_below(tmp_path):
    made = bands(pd.DataFrame({"total": [9, 9.5, None]}), mini(tmp_path), scheme="s")
    assert made["total"].tolist()[:2] == ["low", "high"] and made["total"].isna()[2]


def test_an_answer_off_the_scale_names_item_value_and_count(tmp_path):
    answers = pd.DataFrame({"mini_1": [9, 9, 1], "mini_2": [1, 2, 2.5], "mini_3": 1, "mini_4": [0, 1, 1]})
    with pytest.raises(TableError) as error:
        score(answers, mini(tmp_path))
    assert "item mini_1: found 9 in 2 rows. Allowed: whole numbers 1 to 5." in str(error.value)
    assert "item mini_2: found 2.5 in 1 rows" in str(error.value) and "item mini_4: found 0" in str(error.value)


def test_a_scored_item_without_a_column_is_an_error(tmp_path):
    with pytest.raises(TableError, match=r"no column 'mini_3'.*Map them in columns.csv"):
        score(pd.DataFrame({"mini_1": [1], "mini_2": [1]}), mini(tmp_path))


def test_a_scheme_that_does_not_exist_lists_the_schemes():
    with pytest.raises(SpecError, match=r"there is no scheme 'web'.*Allowed: 'screen'"):
        bands(pd.DataFrame({"raw": [1.0]}), read_instrument("who5"), scheme="web")


def test_the_score_table_has_a_row_a_person_and_score_and_knows_second_uses():
    first = pd.DataFrame({"person": ["a", "b"], "wave": "w"}).join(
        pd.DataFrame({f"who5_{n}": [3, None] for n in range(1, 6)})
    )
    both = first.assign(**{f"after_who5_{n}": [4, 2] for n in range(1, 6)})
    table = score_table(both, ["who5", "after_who5"], prefixes={"after_who5": "who5"})
    assert table.groupby("instrument", sort=False)["person"].agg(list).to_dict() == {
        "who5": ["a", "a"],
        "after_who5": ["a", "b", "a", "b"],
    }
    assert table[table["scheme"].eq("screen")]["value"].tolist() == [15, 20, 10]


def test_an_instrument_nobody_answered_has_no_scores():
    assert score_table(pd.DataFrame({"person": ["a"], "wave": ["w"]}), ["who5"]).empty


def test_an_unknown_instrument_lists_the_known_ones():
    with pytest.raises(SpecError, match=r"there is no such instrument.*'cls24'.*'who5'"):
        read_instrument("who6")


def test_every_mistake_of_a_key_is_told_at_once(tmp_path):
    with pytest.raises(SpecError) as error:
        mini(tmp_path, ('"mini"', '"maxi"'), ("reversed = [2]", "reversed = [2, 4, 7]"), ("high = 15", "high = 16"))
    text = str(error.value)
    assert "mini/instrument.toml, key 'id': found 'maxi'. Allowed: the folder's name, 'mini'." in text
    assert "reversed: there is no item '7'. Allowed: 1 to 4." in text
    assert "fillers: item '4' is reversed too" in text
    assert "scores, total, key 'high': found 16. Allowed: 15, which follows from its items." in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fillers = [4]", "fillers = []", "scores: item '4' enters no score"),
        ("fillers = [4]", "fillers = [3, 4]", "fillers: item '3' enters a score"),
        ("items = [1, 2, 3]", "items = [1, 2, 3, 3]", "scores, total, items: item '3' stands more than once"),
        (
            "min_answered = 2",
            "min_answered = 4",
            "key 'min_answered': found 4. Allowed: 1 to 3, the number of its items",
        ),
        ("max = 5", "max = 1", "key 'max': found 1. Allowed: more than min, 1"),
        ("low = 9\n", "low = 10\n", "9 is followed by more than 10. Allowed: more than 9 [(]low_open = true[)]"),
        ("low_open = true", "low_open = false", "9 is followed by 9. Allowed: more than 9"),
        ("low = 3\nhigh = 9", "low = 4\nhigh = 9", "the lowest band begins at 4. Allowed: 3, the smallest score"),
        ("high = 15\nlow_open", "high = 14\nlow_open", "the highest band ends at 14. Allowed: 15, the largest score"),
        ('score = "total"', 'score = "sum"', "bands, 1, key 'score': found 'sum'. Allowed: 'total'"),
        ('method = "sum"', 'method = "median"', "key 'method': found 'median'. Allowed: 'sum', 'mean'"),
        ("reversed", "reverse", "unknown key 'reverse'"),
    ],
)
def test_a_mistake_in_a_key_says_what_was_allowed(tmp_path, old, new, words):
    with pytest.raises(SpecError, match=words):
        mini(tmp_path, (old, new))


PARTS = """
[[scores]]
id = "half"
method = "sum"
rounded = "half_up"
items = [1, 2, 3]
min_answered = 2
higher_is = "worse"
low = 3
high = 15

[[scores]]
id = "both"
method = "sum_of_scores"
of = ["total", "half"]
items = [1, 2, 3]
min_answered = 4
higher_is = "worse"
low = 6
high = 30
"""


def with_parts(tmp_path, *changes):
    return mini(tmp_path, ("[[bands]]", f"{PARTS}\n[[bands]]"), *changes)


def test_half_is_rounded_up_and_not_to_the_even_number(tmp_path):
    # 1 + 2 of three items is 4.5, and 2 + 3 is 7.5
    answers = pd.DataFrame({"mini_1": [1, 2], "mini_2": [4, 3], "mini_3": [None, None]})
    scores = score(answers, with_parts(tmp_path))
    assert scores["total"].tolist() == [4.5, 7.5] and scores["half"].tolist() == [5, 8]


def test_a_sum_of_scores_adds_its_parts_and_is_missing_where_one_is(tmp_path):
    answers = pd.DataFrame({"mini_1": [1, 1], "mini_2": [4, None], "mini_3": [None, None]})
    both = score(answers, with_parts(tmp_path))["both"]
    assert both[0] == 9.5 and pd.isna(both[1])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('of = ["total", "half"]', 'of = ["total", "whole"]', "key 'of': found 'whole'. Allowed: 'total', 'half'"),
        (
            'of = ["total", "half"]\n',
            "",
            "key 'of': found nothing with method 'sum_of_scores'. Allowed: both, or neither",
        ),
        ("high = 30", "high = 31", "both, key 'high': found 31. Allowed: 30, which follows from its parts"),
        ("min_answered = 4", "min_answered = 3", "key 'min_answered': found 3. Allowed: 4, which follows"),
    ],
)
def test_a_sum_of_scores_agrees_with_its_parts(tmp_path, old, new, words):
    with pytest.raises(SpecError, match=words):
        with_parts(tmp_path, (old, new))


def test_identical_answers_to_sdq_stand_in_other_bands_in_china_and_in_britain():
    rows = cases(FOLDER / "sdq_self").loc[["between the two schemes"]]
    scores = score(rows, read_instrument("sdq_self"))
    found = [
        bands(scores, read_instrument("sdq_self"), scheme=name)["total"].item() for name in ("cn_du2008", "uk_3band")
    ]
    assert scores["total"].tolist() == [18] and found == ["abnormal", "borderline"]


def test_the_library_has_the_instruments_that_plans_for_the_three_groups_ask_for():
    groups = {name: read_instrument(name).groups for name in instrument_names()}
    assert {"sdq_self", "rses_zh", "ces_dc", "gds15", "ucla3", "lsns6"} <= set(groups)
    assert {group for served in groups.values() for group in served} >= {"child", "elder", "woman"}


def test_an_inferred_key_is_refused_until_somebody_says_it_was_checked():
    inferred = set(instrument_names(unverified=True)) - set(instrument_names())
    assert inferred == {"fad_gf12", "pisa_belong6"}
    for name in sorted(inferred):
        with pytest.raises(SpecError, match=r"its key was inferred, not seen in print.*write unverified = true"):
            read_instrument(name)
        with pytest.raises(SpecError, match="its key was inferred"):
            read_instrument(FOLDER / name)
        assert not read_instrument(name, unverified=True).verified


TABLE = """
[[answers]]
items = [1]
points = { 1 = 0, 3 = 2, 5 = 10 }

[[scores]]"""


def with_table(tmp_path, *changes):
    """The small key with a table of points for item 1: 0, 2 or 10; items 2 and 3 count 1 to 5."""
    ranges = (("low = 3\nhigh = 15", "low = 2\nhigh = 20"), ("low = 3\nhigh = 9", "low = 2\nhigh = 9"))
    ends = (("high = 15\nlow_open", "high = 20\nlow_open"),)
    return mini(tmp_path, ("\n[[scores]]", TABLE), *ranges, *ends, *changes)


def test_an_item_with_a_table_counts_what_its_table_says_and_refuses_other_answers(tmp_path):
    instrument = with_table(tmp_path)
    answers = pd.DataFrame({"mini_1": [1, 3, 5], "mini_2": 5, "mini_3": 1})
    assert score(answers, instrument)["total"].tolist() == [2, 4, 12]
    assert item_points(answers, instrument)["mini_1"].tolist() == [0, 2, 10]
    with pytest.raises(TableError, match=r"item mini_1: found 2 in 3 rows. Allowed: '1', '3', '5'"):
        score(answers.assign(mini_1=2), instrument)


def test_a_missing_item_counts_what_the_key_says_and_is_not_prorated(tmp_path):
    instrument = mini(tmp_path, ("min_answered = 2", "min_answered = 2\nmissing_counts = 1"))
    answers = pd.DataFrame({"mini_1": [5, 5], "mini_2": [1, None], "mini_3": [None, None]})
    found = score(answers, instrument)["total"]
    assert found[0] == 11 and pd.isna(found[1])


def test_what_is_added_for_any_and_for_all_items_is_added_once(tmp_path):
    extras = (
        """extras = [{ of_items = "any", at_least = 4, add = 10 }, { of_items = "all", at_least = 4, add = 100 }]"""
    )
    instrument = mini(
        tmp_path,
        ("reversed = [2]\n", ""),
        ("min_answered = 2", f"min_answered = 3\n{extras}"),
        ("high = 15", "high = 125"),
        ("high = 15\nlow_open", "high = 125\nlow_open"),
    )
    answers = pd.DataFrame({"mini_1": [3, 4, 4], "mini_2": [3, 4, 4], "mini_3": [3, 3, 4]})
    assert score(answers, instrument)["total"].tolist() == [9, 21, 122]


def test_a_gate_settles_the_score_whatever_the_items_say(tmp_path):
    gate = "min_answered = 2\ngate = { item = 4, answer = 1, value = 3 }"
    answers = pd.DataFrame({"mini_1": [5, None, 5], "mini_2": 1, "mini_3": [5, None, 5], "mini_4": [1, 1, None]})
    assert score(answers, mini(tmp_path, ("min_answered = 2", gate)))["total"].tolist() == [3, 3, 15]


def test_too_few_answers_in_all_leave_no_score(tmp_path):
    answers = pd.DataFrame({"mini_1": [1, 1], "mini_2": [1, 1], "mini_3": [1, 1], "mini_4": [1, None]})
    found = score(answers, mini(tmp_path, ("fillers = [4]", "fillers = [4]\nmin_answered = 4")))["total"]
    assert found[0] == 7 and pd.isna(found[1])


def test_digits_are_rounded_half_up_at_their_place(tmp_path):
    instrument = mini(
        tmp_path,
        ("min_answered = 2", 'min_answered = 2\nmultiply = 0.125\nrounded = "half_up"\ndigits = 2'),
        ("low = 3\nhigh = 15", "low = 0.375\nhigh = 1.875"),
        ("low = 3\nhigh = 9", "low = 0.375\nhigh = 1"),
        ("low = 9\nhigh = 15", "low = 1\nhigh = 1.875"),
    )
    answers = pd.DataFrame({"mini_1": [1, 2], "mini_2": [5, 4], "mini_3": [1, 1]})
    assert score(answers, instrument)["total"].tolist() == [0.38, 0.63]


def test_a_sheet_that_cannot_be_believed_has_a_lie_score_only_in_the_table():
    # seven lies, and six
    sheets = {f"mht_{number}": [int(number <= 94), int(number <= 92)] for number in range(82, 101, 2)}
    answers = pd.DataFrame({"person": ["a", "b"], "wave": "w"} | {f"mht_{n}": 0 for n in range(1, 101)} | sheets)
    table = score_table(answers.assign(mht_1=1), ["mht"]).set_index(["person", "score"])
    assert table.loc["a", "value"].dropna().to_dict() == {"lie": 7}
    assert table.loc["a", "band"].dropna().to_dict() == {"lie": "invalid, retest"}
    assert table.loc[("b", "lie"), "value"] == 6 and table.loc[("b", "total"), "value"] == 1


def test_no_score_that_can_be_lies_between_two_bands(tmp_path):
    whole = (("min_answered = 2", "min_answered = 3"), ("low_open = true\n", ""))
    with pytest.raises(SpecError, match="9 is followed by 11. Allowed: 10, or more than 9"):
        mini(tmp_path, *whole, ("low = 9\n", "low = 11\n"))
    (tmp_path / "barthel").mkdir()
    text = (FOLDER / "barthel" / "instrument.toml").read_text(encoding="utf-8")
    for low in (24, 25):  # the index moves in fives
        (tmp_path / "barthel" / "instrument.toml").write_text(
            text.replace("low = 25", f"low = {low}"), encoding="utf-8"
        )
        assert read_instrument(tmp_path / "barthel").id == "barthel"
    (tmp_path / "barthel" / "instrument.toml").write_text(text.replace("low = 25", "low = 26"), encoding="utf-8")
    with pytest.raises(SpecError, match="20 is followed by 26. Allowed: 25, or more than 20"):
        read_instrument(tmp_path / "barthel")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("5 = 10 }", "6 = 10 }", "answers, 1, key 'points': found '6'. Allowed: answers from 1 to 5"),
        ("5 = 10 }", "five = 10 }", "answers, 1, key 'points': found 'five'"),
        ("{ 1 = 0, 3 = 2, 5 = 10 }", "{}", "answers, 1, key 'points': found nothing"),
        ("items = [1]", "items = [2]", "answers: item '2' is reversed too"),
        ("items = [1]", "items = [5]", "answers: there is no item '5'"),
        ("5 = 10 }", "5 = 11 }", "key 'high': found 20. Allowed: 21, which follows from its items"),
        ("min_answered = 2", "min_answered = 2\ndigits = 2", "key 'digits': found 2. Allowed: digits with rounded"),
        (
            'method = "sum"',
            'method = "mean"\nmissing_counts = 0',
            "key 'missing_counts': found method 'mean'. Allowed: missing_counts with 'sum' only",
        ),
        (
            "min_answered = 2",
            "min_answered = 2\ngate = { item = 3, answer = 1, value = 2 }",
            "key 'gate': found item 3. Allowed: a filler: '4'",
        ),
        (
            "min_answered = 2",
            "min_answered = 2\ngate = { item = 4, answer = 1, value = 0 }",
            "key 'gate': found 0. Allowed: 2 to 20",
        ),
        ("fillers = [4]", "fillers = [4]\nmin_answered = 5", "key 'min_answered': found 5. Allowed: 0 to 4"),
        ("\n[[answers]]", '\n[validity]\nscore = "lie"\ninvalid_from = 5\n[[answers]]', "key 'score': found 'lie'"),
        (
            "\n[[answers]]",
            '\n[validity]\nscore = "total"\ninvalid_from = 21\n[[answers]]',
            "validity, key 'invalid_from': found 21. Allowed: more than 2, up to 20",
        ),
    ],
)
def test_a_mistake_in_what_answers_count_says_what_was_allowed(tmp_path, old, new, words):
    with pytest.raises(SpecError, match=words):
        with_table(tmp_path, (old, new))

"""What people get wrong when they score these instruments: each trap is a line of the key, and fails here if fallen into."""

import re
import tomllib

import pandas as pd
import pytest

from careeval.errors import SpecError, TableError
from careeval.measure.scores import bands, score
from careeval.present.words import WORDS
from careeval.specs.instruments import FOLDER, instrument_names, read_instrument

ALL = instrument_names(unverified=True)
INFORMANTS = ("sdq_self", "sdq_parent", "sdq_teacher")


def answered(name, *answers):
    """One row of answers, in the order of the items."""
    return pd.DataFrame([answers], columns=read_instrument(name).columns())


def scored(name, *answers):
    """The scores of one person, by their ids."""
    instrument = read_instrument(name)
    made = score(answered(name, *answers), instrument)
    return {one.id: None if pd.isna(made[one.id][0]) else made[one.id][0] for one in instrument.scores}


def band(name, scheme, of, value):
    return bands(
        pd.DataFrame({one.id: [value] for one in read_instrument(name).scores}), read_instrument(name), scheme=scheme
    )[of][0]


def every(name, answer, **instead):
    """The same answer to every item, but for those named (i7=2)."""
    return [instead.get(f"i{number}", answer) for number in range(1, read_instrument(name).items + 1)]


def trap(name, words):
    """The line of the key that warns of it."""
    return next(line for line in read_instrument(name).traps if words in line)


@pytest.mark.parametrize("name", INFORMANTS)
def test_two_and_a_half_points_of_a_prorated_sdq_scale_are_three(name):
    # emotional items 3, 8, 13, 16; item 24 is missing: 2 x 5 / 4
    assert scored(name, *every(name, 0, i3=1, i8=1, i24=None))["emotional"] == 3
    assert trap(name, "half up")


@pytest.mark.parametrize("name", INFORMANTS)
def test_sdq_peer_problems_are_not_every_fifth_item(name):
    assert read_instrument(name).score("peer").items == (6, 11, 14, 19, 23)
    # items 1, 16 and 20 belong to other scales
    moved = scored(name, *every(name, 0, i1=2, i16=2, i20=2))
    assert moved["peer"] == scored(name, *every(name, 0))["peer"] == 4
    assert trap(name, "Peer problems")


@pytest.mark.parametrize("name", INFORMANTS)
def test_sdq_item_7_is_turned_from_itself_alone(name):
    conduct = [scored(name, *every(name, 1, i7=answer))["conduct"] for answer in (0, 1, 2)]
    assert conduct == [6, 5, 4] and trap(name, "Item 7")


def test_the_same_sdq_answers_stand_in_other_bands_for_each_informant():
    found = {name: pd.read_csv(FOLDER / name / "cases.csv", encoding="utf-8").iloc[0] for name in INFORMANTS}
    assert {row["total"] for row in found.values()} == {16}
    assert [found[name]["uk_3band:total"] for name in INFORMANTS] == ["borderline", "borderline", "abnormal"]
    assert [found[name]["cn_du2008:emotional"] for name in INFORMANTS] == ["borderline", "abnormal", "abnormal"]
    # the cuts of pupils, 16 and 20, put on parents
    assert [band(name, "uk_3band", "total", 15) for name in INFORMANTS[:2]] == ["normal", "borderline"]
    assert [band(name, "uk_3band", "total", 17) for name in INFORMANTS[:2]] == ["borderline", "abnormal"]
    assert all(trap(name, "informant") for name in INFORMANTS)


@pytest.mark.parametrize(
    ("name", "of", "value"), [("sdq_self", "peer", 4), ("sdq_parent", "peer", 4), ("sdq_teacher", "hyperactivity", 7)]
)
def test_a_sdq_score_that_is_normal_in_china_or_borderline_is_worse_in_britain(name, of, value):
    order = ["normal", "borderline", "abnormal"]
    assert order.index(band(name, "cn_du2008", of, value)) < order.index(band(name, "uk_3band", of, value))
    assert trap(name, "name the scheme")


def test_the_sdq_forms_say_who_answers_and_only_the_teacher_form_has_four_bands():
    assert [read_instrument(name).respondent for name in INFORMANTS] == ["self", "carer", "teacher"]
    assert [name for name in INFORMANTS if "uk_4band" in read_instrument(name).schemes] == ["sdq_teacher"]
    assert trap("sdq_parent", "grandparent") and trap("sdq_parent", "four bands")


def test_a_sdq_total_is_missing_where_one_scale_is():
    assert scored("sdq_parent", *every("sdq_parent", 0, i3=None, i8=None, i13=None))["total"] is None
    assert trap("sdq_parent", "one specification".capitalize())


@pytest.mark.parametrize(("name", "item"), [("cesd20", 4), ("cesd10", 5), ("gad7", 1)])
def test_files_that_still_hold_one_to_four_are_refused_where_a_four_is_in_them(name, item):
    with pytest.raises(TableError, match=f"item {name}_{item}: found 4 in 1 rows"):
        score(answered(name, *every(name, 1, **{f"i{item}": 4})), read_instrument(name))


def test_a_missing_depression_answer_is_no_nought():
    assert scored("cesd20", *every("cesd20", 1, i20=None))["total"] is None
    assert trap("cesd20", "not nought")


def test_exactly_16_is_at_the_cut_of_adults_and_below_that_of_older_people():
    assert band("cesd20", "radloff16", "total", 16) == "at risk of depression"
    assert band("cesd20", "hk_elder22", "total", 16) == "below cut"
    assert trap("cesd20", "exactly 16")


def test_noughts_throughout_the_short_depression_scale_score_six():
    assert scored("cesd10", *every("cesd10", 0))["total"] == 6
    assert trap("cesd10", "noughts throughout score 6") and trap("cesd10", "Boston")


def test_ten_points_are_a_case_by_one_chinese_cut_and_none_by_the_other():
    assert band("cesd10", "charls10", "total", 10) == "depressive symptoms"
    assert band("cesd10", "hk_elder12", "total", 10) == "below cut"


def test_the_lowest_anxiety_band_ends_at_four_whatever_its_name():
    assert [band("gad7", "spitzer", "total", value) for value in (0, 4, 5)] == ["minimal", "minimal", "mild"]
    assert trap("gad7", "lowest band")


def test_the_five_anxiety_scales_of_41_items_hold_each_item_once():
    scales = [one for one in read_instrument("scared41").scores if one.id != "total"]
    assert len(scales) == 5
    assert sorted(number for one in scales for number in one.items) == list(range(1, 42))
    assert trap("scared41", "exactly once") and set(read_instrument("scared41").schemes) == {"birmaher25"}


def test_nobody_reaches_a_cut_of_14_on_the_brief_anxiety_form():
    assert read_instrument("scared5").score("total").high == 10 and trap("scared5", "14")


def test_too_few_depression_answers_give_no_score_and_not_a_part_of_the_sum():
    assert scored("rcads25", *every("rcads25", 1, i1=None, i4=None, i8=None))["depression"] is None
    assert scored("rcads25", *every("rcads25", 1, i1=None, i8=2, i10=2))["depression"] == 11 * 10 / 9
    assert trap("rcads25", "part of the sum") and trap("rcads25", "not rounded")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rcads25", "T-scores"),
        ("smfq13", "no cut"),
        ("ucla20_v3", "no cuts"),
        ("rses_en", "No bands"),
        ("rsca27", "no cuts"),
        ("pbi25", "means nothing"),
    ],
)
def test_no_band_is_kept_where_none_was_seen(name, words):
    assert not read_instrument(name).bands and trap(name, words)


def test_version_3_of_the_loneliness_scale_does_not_turn_item_4():
    loneliness = read_instrument("ucla20_v3")
    assert len(loneliness.reversed) == 9 and 4 not in loneliness.reversed
    assert scored("ucla20_v3", *every("ucla20_v3", 1))["total"] == 47
    assert scored("ucla20_v3", *every("ucla20_v3", 1, i4=4))["total"] == 50
    assert trap("ucla20_v3", "item 4") and trap("ucla20_v3", "ucla3")


def test_the_same_ticks_on_the_two_self_esteem_forms_are_24_and_30():
    ticks = (3, 3, 2, 3, 2, 3, 3, 3, 2, 1)
    assert [scored(name, *ticks)["total"] for name in ("rses_en", "rses_zh")] == [24, 30]
    assert trap("rses_en", "24 here and 30 there") and trap("rses_en", "Item 8")


def test_a_form_that_prints_one_for_very_true_is_recoded_first():
    printed = (1, 4, 1, 1, 4, 4, 1, 4, 4, 1)  # the highest self-esteem on such a form
    assert scored("rses_en", *printed)["total"] == 10
    assert scored("rses_en", *(5 - answer for answer in printed))["total"] == 40
    assert trap("rses_en", "5 - answer")


def test_twelve_resilience_items_are_turned_and_item_23_is_not():
    resilience = read_instrument("rsca27")
    assert len(resilience.reversed) == 12 and 12 in resilience.reversed
    control = resilience.score("emotion_control").items
    assert [number for number in control if number not in resilience.reversed] == [23]
    assert trap("rsca27", "item 12") and trap("rsca27", "Item 23")


def test_equal_answers_give_resilience_scales_unequal_sums_and_equal_means():
    sums = scored("rsca27", *every("rsca27", 3))
    scales = ("goal_focus", "emotion_control", "positive_cognition", "family_support", "interpersonal_help")
    assert [sums[scale] for scale in scales] == [15, 18, 12, 18, 18]
    assert {sums[scale] / len(read_instrument("rsca27").score(scale).items) for scale in scales} == {3}
    assert trap("rsca27", "compare their means")


def test_the_ten_resilience_items_are_named_by_their_place_among_25():
    line = trap("cdrisc10", "form with 25")
    assert [int(number) for number in re.findall(r"\d+", line.partition("of the form")[0])] == [
        1,
        4,
        6,
        7,
        8,
        11,
        14,
        16,
        17,
        19,
    ]
    assert scored("cdrisc10", *every("cdrisc10", 2))["total"] == 20 and trap("cdrisc10", "skips the 2")


def test_thirty_and_25_stand_in_the_bands_of_pavot_and_diener():
    assert [band("swls", "diener", "total", value) for value in (25, 30)] == ["slightly satisfied", "satisfied"]
    assert trap("swls", "30 and 25 change sides")


def test_the_top_of_a_form_with_five_answers_is_not_the_top_of_seven():
    assert scored("swls", *every("swls", 5))["total"] == 25 and read_instrument("swls").score("total").high == 35
    assert band("mspss", "zimet", "total_mean", 5) == "moderate"
    assert trap("swls", "five answers") and trap("mspss", "five answers")


def test_the_stress_scale_of_ten_items_turns_four_and_has_no_item_14():
    stress = read_instrument("pss10")
    assert stress.reversed == (4, 5, 7, 8) and stress.columns()[-1] == "pss10_10"
    assert scored("pss10", *every("pss10", 0))["total"] == 16
    assert trap("pss10", "14 items") and "no clinical" in stress.bands[0].population


def test_exactly_3_and_exactly_5_are_moderate_support_and_the_sum_has_no_bands():
    assert [band("mspss", "zimet", "total_mean", value) for value in (2.99, 3, 5, 5.01)] == [
        "low",
        "moderate",
        "moderate",
        "high",
    ]
    assert {one.score for one in read_instrument("mspss").bands} == {"total_mean"}
    assert trap("mspss", "another construct") and trap("mspss", "none is kept")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("high_open = true\n", "", "3 is followed by 3. Allowed: more than 3"),
        ("high = 7\nlow_open", "high = 7\nhigh_open = true\nlow_open", "the highest band ends at 7. Allowed: 7"),
        ("low = 5\nhigh = 7\nlow_open = true", "low = 5\nhigh = 7", "5 is followed by 5. Allowed: more than 5"),
    ],
)
def test_bands_that_share_a_bound_give_it_to_one_of_the_two(tmp_path, old, new, words):
    text = (FOLDER / "mspss" / "instrument.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mspss").mkdir()
    (tmp_path / "mspss" / "instrument.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError, match=words):
        read_instrument(tmp_path / "mspss")


def test_the_family_scale_is_not_the_score_of_the_newborn():
    assert (
        "newborn" in trap("family_apgar", "newborn")
        and read_instrument("family_apgar").title.zh == "家庭关怀度指数问卷"
    )
    assert band("family_apgar", "smilkstein", "total", 7) == "good function"


def test_the_bonding_scale_looks_back_and_has_no_total():
    bonding = read_instrument("pbi25")
    assert [one.id for one in bonding.scores] == ["care", "overprotection"] and "child" not in bonding.groups
    assert [one.higher_is for one in bonding.scores] == ["better", "worse"]
    mother, father = bonding.columns("mother_pbi25"), bonding.columns("father_pbi25")
    both = pd.DataFrame([[3] * 25 + [0] * 25], columns=[*mother, *father])
    care = [score(both, bonding, prefix=f"{parent}_pbi25")["overprotection"][0] for parent in ("mother", "father")]
    assert care == [21, 18] and trap("pbi25", "once for each parent") and trap("pbi25", "left behind now")


def test_every_score_of_the_library_is_printed_in_both_languages():
    known = tomllib.loads((WORDS / "labels.toml").read_text(encoding="utf-8"))["score"]
    used = {one.id for name in ALL for one in read_instrument(name, unverified=True).scores}
    assert not sorted(used - set(known))


def test_every_key_warns_of_something_and_says_what_to_do_before_fielding():
    for name in ALL:
        instrument = read_instrument(name, unverified=True)
        assert instrument.traps and instrument.licence.zh and instrument.licence.en, name


def test_the_library_has_41_keys_that_were_seen_and_two_that_were_inferred():
    assert len(instrument_names()) == 41
    assert set(ALL) - set(instrument_names()) == {"fad_gf12", "pisa_belong6"}
    assert not {"sf12", "adl14_zh", "ase22", "k6"} & set(ALL)

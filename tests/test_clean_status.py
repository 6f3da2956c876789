"""Pairs of people and helpers, and how things stand with persons, units, pairs and programmes."""

import pandas as pd
import pytest
from conftest import COLUMNS, REGISTER, STUDY, UNITS
from test_clean import clean, codes, left

from careeval.clean.status import status_at
from careeval.errors import SpecError, TableError
from careeval.specs.study import open_study

PAIRS = """*,helpers.csv,,id,*,person,code,
*,helpers.csv,1,=volunteer,pairs,role,,
*,helpers.csv,1,helper,pairs,provider,,
*,helpers.csv,1,since,pairs,start,date,
*,helpers.csv,1,until,pairs,end,date,
"""
HELPERS = """id,helper,since,until
1,H1,2024-09-05,
2,H1,2024-09-05,2024-09-01
3,,,
4,,2024-09-05,
9,H2,2024-09-05,
1,H1,2024-09-05,
1,5,2024-10-05,
"""


def paired(small, text=HELPERS, columns=PAIRS):
    return clean(small(columns=COLUMNS + columns, **{"raw/w1/helpers.csv": text}))


def test_a_pair_has_its_person_helper_role_days_and_site(small):
    made = paired(small)
    assert made.pairs["person"].map(codes(made)).tolist() == ["1", "2", "1"]
    assert made.pairs["provider"].map(codes(made)).tolist() == ["H1", "H1", "5"]
    assert made.pairs["site"].tolist() == ["a", "a", "a"]
    assert made.pairs["end"].notna().tolist() == [False, True, False]
    assert made.pairs["pair"].is_unique and made.pairs["role"].eq("volunteer").all()


def test_a_blank_helper_is_no_pair_and_everything_else_that_leaves_says_why(small):
    made = paired(small)
    assert left(made, "pairs") == [
        ("helpers.csv", 5, "pairs without provider"),
        ("helpers.csv", 6, "code is on no register of this wave"),
        ("helpers.csv", 7, "the same pair again"),
    ]
    blank = made.quality["check"].eq("records of pairs left blank")
    assert made.quality.loc[blank, "n"].tolist() == [1]


def test_a_pair_that_ends_before_it_starts_stays_and_is_counted(small):
    quality = paired(small).quality
    assert quality.loc[quality["check"].eq("pair ends before it starts"), ["n", "of"]].to_numpy().tolist() == [[1, 3]]


def test_a_pair_keeps_its_name_over_the_waves(small):
    files = {
        f"raw/{wave}/{name}": text
        for wave in ("w1", "w2")
        for name, text in (("helpers.csv", HELPERS), ("register.csv", REGISTER))
    }
    folder = small(columns=COLUMNS + PAIRS, **files)
    assert clean(folder, "w1").pairs["pair"].tolist() == clean(folder, "w2").pairs["pair"].tolist()


STATIONS = """*,stations.csv,,station,status,subject,,
*,stations.csv,,=unit,status,subject_type,,
*,stations.csv,,seen,status,date,date,
*,stations.csv,l,=library,status,item,,
*,stations.csv,l,books,status,status,yes_no,
*,stations.csv,t,=telephone,status,item,,
*,stations.csv,t,phone,status,status,yes_no,
"""
WITH_STATIONS = UNITS + "st1,station,a,a,,,,,,\nst2,station,b,b,,,,,,\n"


def stations(small, text, columns=STATIONS, **more):
    return clean(small(columns=COLUMNS + columns, units=WITH_STATIONS, **{"raw/w1/stations.csv": text}, **more))


def of(made, kind):
    rows = made.status[made.status["subject_type"].eq(kind)]
    return sorted(zip(rows["subject"], rows["item"], rows["status"], strict=True))


def test_a_station_has_a_status_an_item_and_a_blank_is_unknown(small):
    made = stations(small, "station,seen,books,phone\nST1,2024-09-09,yes,no\nst2,2024-09-09,,yes\n,2024-09-09,yes,\n")
    assert of(made, "unit") == [
        ("st1", "library", "yes"),
        ("st1", "telephone", "no"),
        ("st2", "library", "unknown"),
        ("st2", "telephone", "yes"),
    ]
    assert left(made, "status") == [("stations.csv", 4, "no subject named")] * 2
    assert len(of(made, "person")) == 5


def test_what_is_known_takes_the_place_of_unknown_on_the_same_day(small):
    made = stations(small, "station,seen,books,phone\nst1,2024-09-09,,no\nst1,2024-09-09,yes,no\n")
    assert of(made, "unit") == [("st1", "library", "yes"), ("st1", "telephone", "no")]
    assert left(made, "status") == [
        ("stations.csv", 2, "the same status again"),
        ("stations.csv", 3, "the same status again"),
    ]


def test_two_answers_for_one_day_are_an_error_that_names_the_row(small):
    with pytest.raises(
        TableError, match=r"stations.csv, row 3: 1 rows tell another status.*'library'.*Correct the file"
    ):
        stations(small, "station,seen,books,phone\nst1,2024-09-09,no,no\nst1,2024-09-09,yes,no\n")


def test_a_unit_that_is_not_known_is_an_error_that_lists_the_units(small):
    told = (
        "status of a unit, stations.csv row 2; stations.csv row 2: 2 rows with subject 'ST9'. Allowed: 'a', 'b', 'st1'"
    )
    with pytest.raises(TableError, match=told.replace(".", r"\.")):
        stations(small, "station,seen,books,phone\nst9,2024-09-09,no,no\n")


PROGRAMME = STATIONS.replace("=unit", "=programme")


def test_a_programme_is_that_of_its_village_or_the_one_of_the_study(small):
    text = "station,seen,books,phone\n{},2024-09-09,yes,no\n"
    assert {row[0] for row in of(stations(small, text.format(""), PROGRAMME), "programme")} == {"study"}
    village = {
        "study.toml": STUDY.replace('site_kind = "village"', 'site_kind = "village"\none_programme_per = "village"')
    }
    assert {row[0] for row in of(stations(small, text.format("b"), PROGRAMME, **village), "programme")} == {"b"}


def test_a_pair_is_named_by_its_own_code(small):
    columns = PAIRS + "*,helpers.csv,1,no,pairs,pair,,\n" + STATIONS.replace("=unit", "=pair")
    files = {
        "raw/w1/helpers.csv": "id,helper,since,until,no\n1,H1,2024-09-05,,P 7\n",
        "raw/w1/stations.csv": "station,seen,books,phone\np7,2024-09-09,yes,no\n",
    }
    made = clean(small(columns=COLUMNS + columns, **files))
    assert {row[0] for row in of(made, "pair")} == set(made.pairs["pair"])


def test_a_subject_without_its_kind_is_told_before_any_file_is_read(small):
    columns = STATIONS.replace("*,stations.csv,,=unit,status,subject_type,,\n", "")
    with pytest.raises(SpecError, match=r"file stations.csv, record 'l': no row fills status.subject_type.*=unit"):
        open_study(small(columns=COLUMNS + columns))


def test_the_latest_status_of_a_day_counts_until_it_runs_out():
    rows = [
        ("a", "2024-09-01", None, "no"),
        ("a", "2024-10-01", "2024-12-31", "yes"),
        ("b", None, None, "yes"),
        ("a", "2025-03-01", None, "no"),
    ]
    status = pd.DataFrame(rows, columns=["subject", "date", "until", "status"]).assign(subject_type="unit", item="room")
    status = status.astype({"date": "datetime64[us]", "until": "datetime64[us]"})
    found = {day: status_at(status, pd.Timestamp(day)) for day in ("2024-09-30", "2024-12-31", "2025-01-01")}
    assert [rows["subject"].str.cat(rows["status"]).tolist() for rows in found.values()] == [
        ["ano", "byes"],
        ["ayes", "byes"],
        ["byes"],
    ]

"""Which logs were handed in: a file a village, an empty one, one of many villages, and what a list of logs says."""

import pytest
from conftest import COLUMNS, RECODES
from test_clean import clean, left

from careeval.errors import TableError

VISITS = """*,visits/*/*.csv,,id,*,person,code,
*,visits/*/*.csv,1,=home_visit,services,service,,
*,visits/*/*.csv,1,day,services,date,date,
*,visits/*/*.csv,1,@folder,services,site,,
"""
COUNTY = """*,county.csv,,id,*,person,code,
*,county.csv,1,kind,services,service,kind,
*,county.csv,1,day,services,date,date,
"""
STATED = """*,handed in.csv,1,service,logs,service,,
*,handed in.csv,1,village,logs,site,,
*,handed in.csv,1,from,logs,from,date,
*,handed in.csv,1,whole,logs,complete,yes_no,
"""
ONE, NONE = "id,day\n1,2024-10-08\n", "id,day\n"


def logs(small, columns, files, recodes=RECODES):
    made = clean(
        small(columns=COLUMNS + columns, recodes=recodes, **{f"raw/w1/{name}": text for name, text in files.items()})
    )
    return made, sorted(zip(made.logs["service"], made.logs["site"], made.logs["complete"], strict=True))


def test_a_file_a_village_is_the_log_of_that_village_over_the_service_span(small):
    made, told = logs(small, VISITS, {"visits/a/log.csv": ONE})
    assert told == [("home_visit", "a", "yes")]
    assert made.logs["from"].dt.date.astype(str).tolist() == ["2024-09-01"]
    assert made.logs["to"].dt.date.astype(str).tolist() == ["2025-01-15"]


def test_an_empty_log_is_a_log_and_a_village_without_a_file_is_named(small):
    assert logs(small, VISITS, {"visits/a/log.csv": ONE, "visits/b/log.csv": NONE})[1] == [
        ("home_visit", "a", "yes"),
        ("home_visit", "b", "yes"),
    ]


def test_a_village_that_handed_in_nothing_is_counted_and_named(small):
    quality = logs(small, VISITS, {"visits/a/log.csv": ONE})[0].quality
    row = quality[quality["check"].eq("no log handed in, so unknown")].iloc[0]
    assert (row["variable"], row["n"], row["of"], row["detail"]) == ("home_visit", 1, 2, "b")


def test_a_log_of_many_villages_is_that_of_the_villages_in_it_and_of_all_its_services(small):
    kinds = RECODES + "kind,visit,home_visit\nkind,call,phone_call\nkind,other,.drop\n"
    told = logs(small, COUNTY, {"county.csv": "id,kind,day\n1,visit,2024-10-08\n"}, kinds)[1]
    assert told == [("home_visit", "a", "yes"), ("phone_call", "a", "yes")]


def test_a_visit_to_somebody_unknown_shows_that_the_log_of_the_village_is_there(small):
    made, told = logs(small, VISITS, {"visits/b/log.csv": "id,day\n9,2024-10-08\n"})
    assert made.services.empty and told == [("home_visit", "b", "yes")]


def test_a_list_of_logs_wins_over_the_files_and_fills_its_blanks(small):
    text = "service,village,from,whole\nhome_visit,a,2024-11-01,no\nhome_visit,b,,\n,b,,yes\n"
    made, told = logs(small, VISITS + STATED, {"visits/a/log.csv": ONE, "handed in.csv": text})
    assert told == [("home_visit", "a", "no"), ("home_visit", "b", "yes")]
    assert made.logs["from"].dt.month.tolist() == [11, 9]
    assert left(made, "logs") == [("handed in.csv", 4, "a log without a service or a site")]


def test_a_list_may_speak_of_all_villages_at_once(small):
    told = logs(small, STATED, {"handed in.csv": "service,village,from,whole\nphone_call,ALL,,yes\n"})[1]
    assert told == [("phone_call", "a", "yes"), ("phone_call", "b", "yes")]


def test_no_log_at_all_is_no_row(small):
    assert logs(small, "", {})[1] == []


def test_an_empty_log_of_a_village_that_is_not_known_is_refused(small):
    with pytest.raises(TableError, match=r"logs, visits/c/log.csv: .*site 'c'. Allowed: 'a', 'b', 'all'"):
        logs(small, VISITS, {"visits/c/log.csv": NONE})

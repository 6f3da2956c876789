"""Visit logs, meetings and opened rooms into services: whose, where, which occasion, and every row that leaves."""

import pandas as pd
import pytest
from conftest import COLUMNS, RECODES, UNITS
from test_clean import clean, codes, left

from careeval.errors import SpecError, TableError
from careeval.specs.study import open_study

LOGS = """*,visits/*/*.csv,,id,*,person,code,
*,visits/*/*.csv,1,=home_visit,services,service,,
*,visits/*/*.csv,1,day,services,date,,
*,visits/*/*.csv,1,who,services,provider,,
*,visits/*/*.csv,1,minutes,services,minutes,,
*,visits/*/*.csv,1,result,services,outcome,result,
*,visits/*/*.csv,1,@folder,services,site,folder,
"""
WORDS = "result,seen,done\nresult,out,not_done\nfolder,village a,a\nfolder,village b,b\n"
TEACHERS = "s1,school,,a,,,,,,\nt07,teacher,s1,,,,,,2,\n"
VISITS = """id,day,who,minutes,result
1,2024-10-08,Ma Helper,30,seen
1,2024-10-08 17:00,Ma Helper,20,seen
2,2024-10-09,T07,,out
9,2024-10-09,Ma Helper,30,seen
,2024-10-09,Ma Helper,30,seen
1,2024-10-08,Ma Helper,30,seen
2,,Ma Helper,15,
2,,Ma Helper,,
3,2025-03-01,Ma Helper,10,
"""


def visits(small, text=VISITS, columns=LOGS, words=WORDS, folder="village a", **more):
    files = {f"raw/w1/visits/{folder}/log.csv": text, "units": UNITS + TEACHERS}
    return small(columns=COLUMNS + columns, recodes=RECODES + words, **(files | more))


def test_a_visit_has_its_person_day_provider_and_outcome(small):
    made = clean(visits(small))
    assert made.services["person"].map(codes(made)).tolist() == ["1", "1", "2", "3"]
    assert made.services["outcome"].tolist() == ["done", "done", "not_done", "unknown"]
    assert made.services["minutes"].tolist() == [30, 20, pd.NA, 10]
    assert made.services["date"].dt.hour.tolist() == [0, 17, 0, 0]
    assert made.services["row"].tolist() == [1, 2, 3, 4]


def test_every_row_of_a_log_is_a_service_or_stands_in_the_ledger_with_its_reason(small):
    assert left(clean(visits(small)), "services") == [
        ("visits/village a/log.csv", 5, "code is on no register of this wave"),
        ("visits/village a/log.csv", 6, "no code"),
        ("visits/village a/log.csv", 7, "the same service again"),
        ("visits/village a/log.csv", 8, "services without date"),
    ]


def test_a_record_that_tells_nothing_makes_no_row_and_is_counted(small):
    quality = clean(visits(small)).quality
    assert quality.loc[quality["check"].eq("records of services left blank"), "n"].tolist() == [1]


def test_a_special_word_instead_of_a_day_leaves_with_its_reason(small):
    text, columns = (
        VISITS.replace("2024-10-08,Ma", "(none),Ma", 1),
        LOGS.replace("services,date,", "services,date,date"),
    )
    made = clean(visits(small, text, columns=columns, words=WORDS + "date,(none),.missing\n"))
    assert ("visits/village a/log.csv", 2, "no day of the service") in left(made, "services")


def test_a_unit_stays_itself_as_provider_and_nobody_else_does(small):
    made = clean(visits(small))
    assert made.services["provider"].iloc[2] == "t07"
    assert made.services["provider"].iloc[0].startswith("p")
    text = "".join(
        getattr(made, name).to_csv() for name in ("services", "pairs", "status", "logs", "quality", "exclusions")
    )
    assert not [word for word in ("Ma Helper", "MAHELPER", "An Li") if word in text]


def test_a_helper_stands_in_the_key_file_so_that_the_office_can_ask(small):
    made = clean(visits(small))
    assert codes(made)[made.services["provider"].iloc[0]] == "MAHELPER"


def test_a_person_who_helps_has_one_pseudonym_in_both_places(small):
    made = clean(visits(small, "id,day,who,minutes,result\n1,2024-10-08,2,30,seen\n"))
    assert codes(made)[made.services["provider"].iloc[0]] == "2"
    assert made.services["provider"].iloc[0] in set(made.people["person"])


def test_a_service_outside_the_wave_stays_and_is_counted(small):
    quality = clean(visits(small)).quality
    row = quality[quality["check"].eq("service outside the wave")].iloc[0]
    assert (row["variable"], row["n"], row["of"], row["severity"]) == ("home_visit", 1, 4, "look")


def test_two_different_accounts_of_one_service_stay_and_are_counted(small):
    made = clean(
        visits(small, VISITS.replace("1,2024-10-08,Ma Helper,30,seen\n2,,", "1,2024-10-08,Ma Helper,45,seen\n2,,"))
    )
    assert made.services["minutes"].tolist() == [30, 20, pd.NA, 45, 10]
    told = made.quality["check"].eq("service of one person, moment and provider told twice, differently")
    assert made.quality.loc[told, "n"].tolist() == [1]


def test_a_log_without_an_outcome_lists_what_was_done_and_says_so(small):
    made = clean(
        visits(
            small,
            "id,day\n1,2024-10-08\n",
            columns="".join(LOGS.splitlines(True)[i] for i in (0, 1, 2, 6)),
            words="folder,village a,a\n",
        )
    )
    assert made.services["outcome"].tolist() == ["done"]
    counted = made.quality["check"].eq("no outcome in the file, counted as done")
    assert made.quality.loc[counted, "n"].tolist() == [1]


MEETINGS = """*,meetings.csv,1,=parent_meeting,services,service,,
*,meetings.csv,1,day,services,date,,
*,meetings.csv,1,place,services,unit,,
*,meetings.csv,1,leader,services,provider,,
"""


def test_a_meeting_names_no_person_and_lies_where_its_unit_or_its_leader_does(small):
    text = "day,place,leader\n2024-10-08,s1,\n2024-10-09,b,\n2024-10-10,,s1\n2024-10-11,,\n"
    made = clean(small(columns=COLUMNS + MEETINGS, units=UNITS + TEACHERS, **{"raw/w1/meetings.csv": text}))
    assert made.services["person"].isna().all()
    assert made.services["site"].fillna("").tolist() == ["a", "b", "a", ""]
    without = made.quality[made.quality["check"].eq("service without a site")]
    assert without["n"].tolist() == [1]


def test_people_of_one_meeting_share_its_event_and_two_days_never_do(small):
    columns = MEETINGS.replace("place,services,unit", "id,*,person").replace(
        "leader,services,provider", "no,services,event"
    )
    text = "day,id,no\n2024-10-08,1,7\n2024-10-08,2,7\n2024-10-09,1,7\n2024-10-09,2,\n2024-10-09,4,\n"
    made = clean(small(columns=COLUMNS + columns, **{"raw/w1/meetings.csv": text}))
    assert made.services["event"].tolist() == ["w1-1", "w1-1", "w1-2", "w1-3", "w1-4"]


def test_two_villages_that_both_number_a_meeting_1_held_two(small):
    columns = LOGS.replace("who,services,provider", "who,services,event")
    text = "id,day,who,minutes,result\n1,2024-10-08,1,,seen\n"
    both = {"raw/w1/visits/village b/log.csv": text.replace("\n1,", "\n3,")}
    assert clean(visits(small, text, columns=columns, **both)).services["event"].nunique() == 2


ASKED = """*,asked.csv,,id,*,person,,
*,asked.csv,1,=asked,services,service,,
*,asked.csv,1,day,services,date,,
*,asked.csv,1,no,services,case,,
"""


def test_a_request_and_its_answer_share_their_case_across_files(small):
    columns = ASKED + ASKED.replace("asked", "helped")
    files = {"raw/w1/asked.csv": "id,day,no\n1,2024-10-08,K 5\n", "raw/w1/helped.csv": "id,day,no\n1,2024-10-09,k5\n"}
    made = clean(small(columns=COLUMNS + columns, **files))
    assert made.services["case"].nunique() == 1 and len(made.services) == 2


WIDE = """*,wide.csv,,id,*,person,code,
*,wide.csv,,how,services,mode,,
*,wide.csv,,=call,services,service,,
*,wide.csv,1,first,services,date,date,
*,wide.csv,2,second,services,date,date,
*,wide.csv,3,third,services,date,date,
*,wide.csv,3,long,services,minutes,,
"""


def test_three_visits_in_one_wide_row_are_three_rows_and_a_blank_one_is_none(small):
    text = "id,how,first,second,third,long\n1,phone,2024-10-08,2024-10-15,2024-10-22,9\n"
    text += "2,phone,2024-10-08,,,\n3,phone,,,,8\n"
    made = clean(small(columns=COLUMNS + WIDE, **{"raw/w1/wide.csv": text}))
    assert made.services["person"].map(codes(made)).value_counts().to_dict() == {"1": 3, "2": 1}
    assert made.services["mode"].eq("phone").all() and made.services["event"].nunique() == 4
    assert left(made, "services") == [("wide.csv", 4, "services without date")]
    blank = made.quality["check"].eq("records of services left blank")
    assert made.quality.loc[blank, "n"].tolist() == [4]


NAMED = """*,named.csv,,name,*,key:name,,
*,named.csv,,class,*,key:class,,
*,named.csv,1,=talk,services,service,,
*,named.csv,1,day,services,date,,
"""


def test_one_log_is_linked_by_code_and_another_by_name_and_class(small):
    text = "name,class,day\nan li,3A,2024-10-08\nDu Fu,3b,2024-10-08\n"
    made = clean(visits(small, columns=LOGS + NAMED, **{"raw/w1/named.csv": text}))
    assert made.services.loc[made.services["service"].eq("talk"), "person"].map(codes(made)).tolist() == ["1"]
    assert ("named.csv", 3, "more than one person on the register with this name and class") in left(made, "services")


SHEETS = """*,book.xlsx#visits,,id,*,person,,
*,book.xlsx#visits,1,=home_visit,services,service,,
*,book.xlsx#visits,1,day,services,date,date,
"""


def test_two_sheets_of_a_workbook_are_two_logs(small):
    columns = SHEETS + SHEETS.replace("visits", "calls").replace("home_visit", "phone_call")
    folder = small(columns=COLUMNS + columns)
    with pd.ExcelWriter(folder / "raw" / "w1" / "book.xlsx") as book:
        for sheet, person in (("visits", "1"), ("calls", "3")):
            pd.DataFrame({"id": [person, "9"], "day": ["2024-10-08"] * 2}).to_excel(book, sheet_name=sheet, index=False)
    made = clean(folder)
    assert made.logs[["service", "site"]].to_numpy().tolist() == [["home_visit", "a"], ["phone_call", "b"]]
    assert [file for file, *_ in left(made, "services")] == ["book.xlsx#calls", "book.xlsx#visits"]


def test_a_form_may_leave_the_person_out_on_purpose(small):
    made = clean(visits(small, words=WORDS + "code,,.not_asked\n"))
    assert made.services["person"].isna().sum() == 1
    assert "no code" not in made.exclusions["reason"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "folder,village a,a\n",
            "folder,village a,z\n",
            "services, visits/village a/log.csv row 2; .*: 7 rows with site 'z'. Allowed: 'a', 'b'. Add it",
        ),
        ("folder,village a,a\n", "", "visits/village a/log.csv, @folder: found 'village a' for services.site"),
        ("result,seen,done\n", "", "column result.*: found 'seen' for services.outcome"),
    ],
)
def test_a_place_or_word_that_is_not_known_names_its_rows(small, old, new, told):
    with pytest.raises(TableError, match=told):
        clean(visits(small, words=WORDS.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "*,visits/*/*.csv,1,day,services,date,,\n",
            "",
            r"file visits/\*/\*.csv, record '1': no row fills services.date. Add a row",
        ),
        ("services,minutes", "services,hours", "column variable: found 'hours'.*'service', 'date'"),
        (
            "result,seen,done",
            "result,seen,fine",
            "turns 'seen' into 'fine'. Allowed: 'done', 'partly', 'not_done', 'unknown'",
        ),
    ],
)
def test_a_log_that_is_mapped_wrongly_is_told_before_any_file_is_read(small, old, new, told):
    with pytest.raises(SpecError, match=told):
        open_study(visits(small, columns=LOGS.replace(old, new), words=WORDS.replace(old, new)))

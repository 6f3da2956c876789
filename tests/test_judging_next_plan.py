"""From verdicts to the next plan, from decisions to the next wave, and back to what became of them."""

import csv
import tomllib
from datetime import date

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from careeval.cli import app
from careeval.errors import SpecError
from careeval.judging.advice import advice
from careeval.judging.next_plan import next_plan, plan_text, with_decisions
from careeval.judging.proposals import as_text, changes, proposal_outcomes, proposals, value_at
from careeval.judging.verdicts import judge
from careeval.run.blank_files import blank_files
from careeval.run.next_wave import next_plan_name, open_wave, read_day
from careeval.specs.plans import Plan
from careeval.specs.records import build
from careeval.specs.study import open_study

PLAN = """# the plan of spring
id = "visits"
title = { zh = "走访", en = "Visits" }
source = "ours"
period = [2025-03-01, 2025-07-01]

[[commitments]]
id = "c1"
text = { zh = "每月走访一次", en = "A visit a month" }
group = ["child"]
domain = "living_support"
mechanism = "home_visit"
component = "visits"
outcomes = []
indicator = "VISIT_FREQ"
owner = "the town"
standard = { type = "frequency", basis = "recipient", quantity = 2, per = "month", target = 0.9 }
record = { table = "services", service = ["home_visit"], count = "events" }

[[commitments]]
id = "c2"
text = { zh = "及时送医", en = "To a doctor in time" }
group = ["child"]
domain = "health"
mechanism = "health"
component = "illness"
outcomes = []
indicator = "ILL_RESP"
ask = { zh = "多久?", en = "How soon?" }
standard = { type = "none", why = "vague", basis = "recipient" }
record = { table = "services", service = ["doctor"] }
"""
DEADLINE = 'type = "deadline", basis = "programme", by = {day = 2025-04-30}'
MEASURED = pd.DataFrame(columns=["outcome", "group", "check", "result"])
ESTIMATES = pd.DataFrame(columns=["outcome", "group", "wave", "role", "subgroup"])


def read(text):
    made, problems = build(Plan, tomllib.loads(text), file="plan.toml")
    assert problems == []
    return made


def verdicts(plan, *, dose=0.45, value=0.4, unknown=0):
    numbers = {"due": 10, "unknown": unknown, "value": value, "target": 0.9, "dose": dose, "method": "count"}
    row = {"plan": plan.id, "commitment": "c1", "group": "child", "wave": "w2", "site": "all", "status": "not met"}
    return judge(plan, pd.DataFrame([row | numbers]), ESTIMATES, measured=MEASURED)


@pytest.fixture
def planned(small, monkeypatch, tmp_path):
    """The small study, with the plan in its second wave; its reports would be in a folder of their own."""
    monkeypatch.setenv("CAREEVAL_HOME", str(tmp_path))
    folder = small()
    text = (folder / "study.toml").read_text(encoding="utf-8")
    first, second = text.split('id = "w2"')
    second = second.replace("plans = []", 'plans = ["plan-w2.toml"] # ours', 1)
    (folder / "study.toml").write_text(f'{first}id = "w2"{second}', encoding="utf-8")
    (folder / "plan-w2.toml").write_text(PLAN, encoding="utf-8")
    return open_study(folder)


def proposed(study, **numbers):
    plan = study.plans("w2")[0]
    return next_plan(plan, verdicts(plan, **numbers), study, study.wave("w2"))


def test_promises_are_carried_over_as_they_stand_and_nothing_is_decided(planned):
    before, after = planned.plans("w2")[0], read(proposed(planned))
    assert after.commitments == before.commitments
    assert [(one.verdict, one.commitment, one.decided) for one in after.proposals] == [
        ("strengthen delivery", "c1", ""),
        ("set a standard", "c2", ""),
    ]


def test_a_proposal_says_from_what_to_what_why_and_whose_it_is(planned):
    first, second = read(proposed(planned)).proposals
    assert (first.field, first.from_, first.to, first.owner) == ("", 0.45, 0.8, "the town")
    assert "deliver it first. (dose; delivery:c1)" in first.reason
    assert (second.field, second.from_, second.to) == ("standard.type", "none", None)


def test_a_promise_that_was_kept_is_a_row_of_changes_but_no_proposal(planned):
    plan = planned.plans("w2")[0]
    table = changes(plan, verdicts(plan, dose=1.0, value=1.0), lang="en")
    assert table["verdict"].tolist() == ["keep", "set a standard"]
    assert table.loc[0, ["field", "aim"]].tolist() == ["", ""] and table["from"].isna().tolist() == [True, False]
    assert [one.commitment for one in read(proposed(planned, dose=1.0, value=1.0)).proposals] == ["c2"]


def test_the_next_plan_is_a_plan_that_the_study_can_read(planned):
    (planned.folder / "plan-w2.toml").write_text(proposed(planned), encoding="utf-8")
    assert len(open_study(planned.folder).plans("w2")[0].proposals) == 2


PROPOSAL = """
[[proposals]]
verdict = "redesign"
commitment = "c1"
field = "{field}"
{to}
decided = "{decided}"
"""


def decided(field, to, word="accepted"):
    return with_decisions(PLAN + PROPOSAL.format(field=field, to=to, decided=word), file="next_plan.toml")


@pytest.mark.parametrize(("word", "quantity"), [("accepted", 1), ("changed", 1), ("rejected", 2), ("", 2)])
def test_what_was_accepted_or_changed_is_carried_out_and_comments_stay(word, quantity):
    text = decided("standard.quantity", "to = 1", word)
    assert read(text).commitments[0].standard.quantity == quantity
    assert read(text).proposals[0].decided == word
    assert text.startswith("# the plan of spring\n")


def test_a_promise_that_is_given_up_is_taken_out():
    assert [one.id for one in read(decided("id", 'to = ""')).commitments] == ["c2"]


def test_every_decision_that_cannot_be_carried_out_is_told():
    text = PLAN + PROPOSAL.format(field="mechanism", to="", decided="accepted")
    text += PROPOSAL.format(field="owner", to='to = "a"', decided="accepted").replace("c1", "c9")
    with pytest.raises(SpecError) as error:
        with_decisions(text, file="next_plan.toml")
    assert "proposals, 1, key 'to': accepted, but the key is missing. Write what mechanism becomes" in str(error.value)
    assert "proposals, 2, key 'commitment': there is no commitment 'c9'" in str(error.value)


def test_a_period_that_is_over_becomes_that_of_the_next_wave_and_a_longer_one_stays():
    autumn = (date(2025, 9, 1), date(2026, 1, 16))
    assert read(with_decisions(PLAN, file="", period=autumn)).period == autumn
    whole_year = PLAN.replace("2025-07-01", "2025-12-31")
    assert read(with_decisions(whole_year, file="", period=autumn)).period == (date(2025, 3, 1), date(2025, 12, 31))


def opened(study, name="w3", start=date(2025, 9, 1), end=date(2026, 1, 16)):
    return open_wave(study.folder, name, start=start, end=end)


def test_a_new_wave_goes_into_study_toml_and_everything_else_stays_as_it_was_written(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    before = (planned.folder / "study.toml").read_text(encoding="utf-8")
    opened(planned)
    after = (planned.folder / "study.toml").read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    wave = open_study(planned.folder).wave()
    assert (wave.id, wave.service, wave.plans) == ("w3", (date(2025, 9, 1), date(2026, 1, 16)), ("plan-w3.toml",))


def test_the_days_of_a_new_wave_lie_as_far_from_its_end_as_those_of_the_last(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    notes = opened(planned).notes
    wave = open_study(planned.folder).wave()
    # the last service ended on 1 July, its survey was 1 to 10 June: 30 to 21 days before
    assert (wave.survey, wave.reference) == ((date(2025, 12, 17), date(2025, 12, 26)), date(2025, 12, 31))
    assert notes[0] == "study.toml: check survey (2025-12-17 to 2025-12-26), reference (2025-12-31), season and title"


def test_decided_proposals_are_in_the_new_plan_and_the_undecided_stay_open(planned):
    text = proposed(planned).replace('decided = ""', 'decided = "accepted"', 1)
    (planned.folder / "next_plan.toml").write_text(text, encoding="utf-8")
    notes = opened(planned).notes
    plan = open_study(planned.folder).plans("w3")[0]
    assert [one.decided for one in plan.proposals] == ["accepted", ""]
    assert "plan-w3.toml: 2 proposals, 1 of them undecided; check id, title and period" in notes
    assert not (planned.folder / "next_plan.toml").exists()


def test_an_id_with_the_name_of_the_wave_gets_that_of_the_new_one_and_past_days_are_told(planned):
    text = proposed(planned).replace('id = "visits"', 'id = "visits-w2"')
    text = text.replace('type = "none", why = "vague", basis = "recipient"', DEADLINE)
    text = text.replace('table = "services", service = ["doctor"]', 'table = "status", item = ["files_done"]')
    (planned.folder / "next_plan.toml").write_text(text, encoding="utf-8")
    notes = opened(planned).notes
    assert open_study(planned.folder).plans("w3")[0].id == "visits-w3"
    assert "plan-w3.toml, c2: its day 2025-04-30 lies before this wave" in notes


def test_the_report_of_the_last_wave_is_asked_where_the_study_has_no_next_plan(planned, tmp_path):
    report = tmp_path / "reports" / "small" / "w2" / "all" / "next_plan.toml"
    report.parent.mkdir(parents=True)
    report.write_text(proposed(planned), encoding="utf-8")
    assert "plan-w3.toml" in opened(planned).files and report.exists()


def test_blank_files_have_the_columns_of_the_map_and_raw_is_empty(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    folder = planned.folder / "raw" / "w2"
    folder.mkdir()
    (folder / "register.csv").write_text("id\n", encoding="utf-8")
    (folder / "letter.pdf").write_text("", encoding="utf-8")
    notes = opened(planned).notes
    with (planned.folder / "templates" / "w3" / "register.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [["id", "name", "class", "village", "born", "kind", "agreed"]]
    assert list((planned.folder / "raw" / "w3").iterdir()) == []
    assert "no blank file for letter.pdf" in notes


def test_a_blank_workbook_has_its_sheets_and_headers_that_stand_twice(small):
    columns = """wave,file,record,raw_column,table,variable,recode,note
*,*.xlsx,,id,*,person,code,
*,*.xlsx,1,mark,exams,mark,mark,
*,*.xlsx,1,mark@2,exams,full_mark,number,
*,*.xlsx,1,=p,exams,exam,,
*,*.xlsx,1,=maths,exams,subject,,
*,*.xlsx#more,,id,*,person,code,
*,*.xlsx#more,1,sex,people,sex,,
"""
    study = open_study(small(columns=columns, recodes="recode,raw,value\n"))
    (study.raw / "w1" / "marks.xlsx").write_bytes(b"")
    made, _ = blank_files(study, study.wave("w1"), "w2")
    (study.folder / "made.xlsx").write_bytes(made["marks.xlsx"])
    book = openpyxl.load_workbook(study.folder / "made.xlsx")
    pages = [[cell.value for cell in page[1]] for page in book.worksheets]
    assert pages == [["id", "mark", "mark"], ["id", "sex"]] and book.sheetnames[1] == "more"


def test_every_reason_against_a_new_wave_is_told_and_nothing_is_written(planned):
    before = sorted(path.name for path in planned.folder.rglob("*"))
    with pytest.raises(SpecError) as error:
        opened(planned, name="w1", start=date(2025, 6, 1), end=date(2025, 5, 1))
    told = str(error.value)
    assert "there is a wave 'w1' already. Allowed: another name than 'w1', 'w2'" in told
    assert "--start: 2025-06-01 is after --end 2025-05-01" in told
    assert "2025-06-01 lies in or before wave 'w2', which ends on 2025-07-01" in told
    assert sorted(path.name for path in planned.folder.rglob("*")) == before


def test_without_a_next_plan_the_report_is_asked_for(planned):
    with pytest.raises(
        SpecError, match=r"the next plan after plan-w2.toml is not there. Run: careeval run small --wave w2"
    ):
        opened(planned)


def test_a_decision_that_makes_the_plan_wrong_is_told_before_anything_is_written(planned):
    text = proposed(planned) + PROPOSAL.format(field="standard.target", to="to = 1.5", decided="accepted")
    (planned.folder / "next_plan.toml").write_text(text, encoding="utf-8")
    before = sorted(path.name for path in planned.folder.rglob("*"))
    with pytest.raises(SpecError, match=r"key 'target': found 1.5.*Mend it in next_plan.toml, from which plan-w3"):
        opened(planned)
    assert sorted(path.name for path in planned.folder.rglob("*")) == before


def test_a_plan_that_is_there_already_is_not_overwritten(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    (planned.folder / "plan-w3.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match=r"plan-w3.toml: the file is there already. Move it away"):
        opened(planned)


def test_two_waves_in_a_row_are_opened_from_each_other(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    opened(planned)
    third = open_study(planned.folder)
    plan = third.plans("w3")[0]
    text = next_plan(plan, verdicts(plan, dose=0.9, value=0.95), third, third.wave("w3"))
    (planned.folder / "next_plan.toml").write_text(text, encoding="utf-8")
    opened(planned, name="w4", start=date(2026, 2, 16), end=date(2026, 7, 3))
    fourth = open_study(planned.folder)
    assert [wave.id for wave in fourth.spec.waves] == ["w1", "w2", "w3", "w4"]
    assert [one.commitment for one in fourth.plans("w4")[0].proposals] == ["c2"]


def test_the_command_says_what_it_wrote_and_what_to_look_at(planned):
    (planned.folder / "next_plan.toml").write_text(proposed(planned), encoding="utf-8")
    asked = ["wave", str(planned.folder), "w3", "--start", "2025-09-01", "--end", "2026-01-16"]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0 and told.stdout.splitlines()[:2] == ["study.toml", "plan-w3.toml"]
    assert "- study.toml: check survey" in told.stdout


def test_a_day_that_is_no_day_is_refused():
    assert read_day("--end", "2025-09-01") == date(2025, 9, 1)
    with pytest.raises(SpecError, match=r"--end: found '1.9.2025'. Allowed: a day as YYYY-MM-DD"):
        read_day("--end", "1.9.2025")


def test_several_plans_have_a_next_plan_each(planned):
    assert next_plan_name(planned, planned.wave("w2"), "visits") == "next_plan.toml"
    assert next_plan_name(planned, planned.wave("w2"), "elders") == "next_plan.elders.toml"


@pytest.mark.parametrize(
    ("word", "dose", "became"),
    [
        ("accepted", 0.8, "reached"),
        ("accepted", 0.7, "not reached"),
        ("accepted", None, "not known"),
        ("rejected", 0.8, "rejected"),
        ("", 0.8, "open"),
    ],
)
def test_what_became_of_an_aim_is_read_from_this_term(planned, word, dose, became):
    plan = read(proposed(planned).replace('decided = ""', f'decided = "{word}"', 1))
    row = proposal_outcomes(plan, verdicts(plan, dose=dose)).iloc[0]
    assert (row["aim"], row["from"], row["to"], row["became"]) == ("dose", 0.45, 0.8, became)
    assert row["value_now"] == dose or pd.isna(row["value_now"])


@pytest.mark.parametrize(("unknown", "became"), [(0, "reached"), (1, "not reached")])
def test_records_that_were_missing_are_aimed_at_none(planned, unknown, became):
    text = proposed(planned, dose=1.0, unknown=6).replace('decided = ""', 'decided = "accepted"', 1)
    row = proposal_outcomes(read(text), verdicts(read(text), unknown=unknown)).iloc[0]
    assert (row["verdict"], row["from"], row["to"], row["became"]) == ("measure delivery", 6, 0, became)


def test_an_overruling_belongs_to_the_term_it_was_written_in(planned):
    text = '[[overrulings]]\ncomponent = "visits"\ngroup = "child"\noutcome = ""\nverdict = "redesign"\n'
    plan = read(PLAN + text + 'reason = "Visits move to the school."\nby = "the county"\ndate = 2025-07-20\n')
    after = read(next_plan(plan, verdicts(plan), planned, planned.wave("w2")))
    assert after.overrulings == ()
    assert (after.proposals[0].verdict, after.proposals[0].field) == ("redesign", "")
    assert after.proposals[0].reason == "Visits move to the school. (delivery:c1)"


def test_what_became_of_a_key_is_read_from_the_plan_in_force():
    kept = read(decided("standard.quantity", "to = 1"))
    assert proposal_outcomes(kept, verdicts(kept))["became"].tolist() == ["in the plan"]
    gone = read(decided("id", 'to = ""'))
    assert proposal_outcomes(gone, verdicts(gone))["became"].tolist() == ["in the plan"]
    ignored = read(PLAN + PROPOSAL.format(field="owner", to='to = "the county"', decided="accepted"))
    row = proposal_outcomes(ignored, verdicts(ignored)).iloc[0]
    assert (row["became"], row["value_now"]) == ("not in the plan", "the town")


def test_a_table_in_a_plan_is_what_stands_there_and_what_was_changed_need_not_be_the_old_to():
    timetable = 'type = "schedule", basis = "recipient", timetable = { occasions = ["festival"] }'
    text = PLAN.replace('type = "frequency", basis = "recipient", quantity = 2, per = "month", target = 0.9', timetable)
    asked = PROPOSAL.format(field="standard.timetable", to='from = ""\nto = "all holidays"', decided="changed")
    plan = read(
        text + asked + asked.replace('"all holidays"', '{ occasions = ["festival"] }').replace("chang", "accept")
    )
    table = proposal_outcomes(plan, verdicts(plan))
    assert table["became"].tolist() == ["in the plan", "in the plan"]
    assert as_text(table).loc[0, "value_now"] == '{"occasions": ["festival"]}'


def test_a_change_that_was_never_made_is_not_in_the_plan():
    same = read(PLAN + PROPOSAL.format(field="owner", to='from = "the town"\nto = "the county"', decided="changed"))
    assert proposal_outcomes(same, verdicts(same))["became"].tolist() == ["not in the plan"]


@pytest.mark.parametrize(
    ("field", "to", "now"),
    [
        ("standard.by.day", "2025-10-31", date(2025, 10, 31)),
        ("standard.by", "{ month = 10 }", {"month": 10}),
        ("standard.who", '{ arm = ["treated"] }', {"arm": ("treated",)}),
        ("outcomes", '["grades"]', ("grades",)),
    ],
)
def test_days_arrays_and_tables_can_be_decided(field, to, now):
    text = PLAN.replace('type = "none", why = "vague", basis', 'type = "deadline", by = { day = 2025-04-30 }, basis')
    asked = PROPOSAL.replace("c1", "c2").format(field=field, to=f"to = {to}", decided="accepted")
    plan = read(with_decisions(text + asked, file="next_plan.toml"))
    assert value_at(plan.commitments[1], field) == now
    assert proposal_outcomes(plan, verdicts(plan))["became"].tolist() == ["in the plan"]


def test_a_deadline_is_moved_by_a_decision_and_a_new_wave_opened_with_it(planned):
    text = proposed(planned).replace('type = "none", why = "vague", basis = "recipient"', DEADLINE)
    text = text.replace('table = "services", service = ["doctor"]', 'table = "status", item = ["files_done"]')
    moved = PROPOSAL.replace("c1", "c2").format(field="standard.by.day", to="to = 2025-10-31", decided="accepted")
    (planned.folder / "next_plan.toml").write_text(text + moved, encoding="utf-8")
    notes = opened(planned).notes
    assert open_study(planned.folder).plans("w3")[0].commitments[1].standard.by.day == date(2025, 10, 31)
    assert not any("lies before this wave" in note for note in notes)


def test_a_table_that_is_proposed_is_written_into_the_next_plan():
    plan = read(PLAN)
    rows = changes(plan, verdicts(plan), lang="en").assign(field="standard.by", to=[{"day": date(2025, 9, 1)}] * 2)
    text = plan_text(plan.model_copy(update={"proposals": proposals(rows)}))
    assert read(text).proposals[0].to == {"day": date(2025, 9, 1)}


CASCADE = pd.DataFrame(
    {"of": "commitment", "commitment": "c1", "group": "child", "site": "all", "step": ["contacted", "any_dose"]}
).assign(largest_loss=[False, True])
GAPS = pd.DataFrame({"commitment": "c1", "group": "child", "site": "all", "fact": ["sex", "distance"]}).assign(
    level=["female", "from"], gap=[-0.5, -0.2], conf_high=[0.1, -0.1]
)


def test_who_was_missed_and_at_which_step_is_named_where_it_is_sure():
    plan = read(PLAN)
    table = changes(plan, verdicts(plan, dose=0.9), lang="en", cascade=CASCADE, gaps=GAPS)
    assert table.loc[0, "reason"] == (
        "It did not reach everyone it was promised to: by the records, most people are lost between "
        '"contacted" and "got any of it"; those served least are people with distance to the service: 5 km or more. Begin there.'
    )


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ("site", "Too few places"),
        ("provider", "Too few of those"),
        ("programme", "everywhere and every time"),
        ("case", "Too few cases"),
    ],
)
def test_a_promise_that_binds_no_people_is_not_asked_whom_it_missed(basis, told):
    one = read(PLAN).commitments[0]
    other = one.model_copy(update={"standard": one.standard.model_copy(update={"basis": basis})})
    assert told in advice("not_reached", other, "en", group="child", cascade=CASCADE, gaps=GAPS)


def test_a_harm_that_cannot_be_ruled_out_is_reviewed_whatever_the_verdict(planned):
    plan = planned.plans("w2")[0]
    told = verdicts(plan)
    table = changes(plan, told.assign(review_first=told["commitment"].eq("c1")), lang="en")
    assert table["aim"].tolist() == ["dose", "review", ""]
    assert table.loc[1, "reason"] == "Harm cannot be ruled out: review it before the next term starts."
    after = read(next_plan(plan, told.assign(review_first=True), planned, planned.wave("w2")))
    assert [one.aim for one in after.proposals[:2]] == ["dose", "review"]


LOGS = """wave,file,record,raw_column,table,variable,recode,note
*,*.csv,,id,*,person,code,
w2,*.csv,1,a,people,sex,,
*,*.csv,1,b,people,class,,
"""


def test_a_file_that_was_missing_last_wave_has_a_blank_one_and_an_export_only_its_newest(small):
    study = open_study(small(columns=LOGS, recodes="recode,raw,value\n"))
    for name in ("w1/log north.csv", "w1/log south.csv", "w1/11_export.csv", "w2/log south.csv", "w2/22_export.csv"):
        (study.raw / name).parent.mkdir(exist_ok=True)
        (study.raw / name).write_text("", encoding="utf-8")
    made, notes = blank_files(study, study.wave("w2"), "w3")
    assert {"log north.csv", "log south.csv", "22_export.csv"} <= set(made) and "11_export.csv" not in made
    assert "log north.csv: a file of wave w1, not of w2; a blank one is there" in notes
    assert "22_export.csv: was 11_export.csv in wave w1; the next export has a name of its own" in notes
    assert "columns.csv: *.csv, a: a row of wave w2 only" in notes

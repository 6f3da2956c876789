"""`careeval new`: a study from a plan of the library, valid at once."""

import tomllib
from datetime import date

import pytest

from careeval.errors import SpecError
from careeval.run.checking import check_study
from careeval.run.new_study import new_study, write_templates
from careeval.specs.library_plans import library_plan_names, read_library_plan
from careeval.specs.study import open_study
from careeval.templates.starters import first_days, last_day
from careeval.templates.study_files import Asked

PLAN = "11-town-children-elders"


@pytest.mark.parametrize("plan", library_plan_names())
def test_every_plan_of_the_library_makes_a_study_that_opens_and_says_which_files_it_waits_for(plan, tmp_path):
    month = (read_library_plan(plan).months or (9,))[0]
    folder, files, notes = new_study(tmp_path / "hope", plan, Asked(date(2026, month, 1), None, 2))
    study = open_study(folder)
    assert len(study.plans()[0].commitments) == len(read_library_plan(plan).commitments)
    assert "carer" not in study.spec.groups
    assert all((folder / name).exists() for name in files) and notes
    told = check_study(folder)
    assert "fit together" in told[0] and "no file yet" in told[1] and "  花名册.xlsx" in told


def test_a_study_trip_lasts_three_days_a_plan_with_months_until_the_last_one_and_else_a_term():
    ends = {name: last_day(read_library_plan(name), date(2026, 8, 3)) for name in library_plan_names()}
    assert ends["07-county-study-trip"] == date(2026, 8, 5)
    assert ends["11-town-children-elders"] == date(2026, 12, 31)
    assert ends["01a-school-three-priorities"] == date(2027, 1, 20)


def test_days_of_the_calendar_are_first_guesses_inside_the_wave():
    autumn = (date(2025, 9, 1), date(2026, 1, 20))
    assert first_days("break", autumn) == [[date(2025, 10, 1), date(2025, 10, 7)], [date(2026, 1, 1), date(2026, 1, 3)]]
    assert first_days("term_end", autumn) == [date(2026, 1, 20)]
    assert date(2025, 10, 6) in first_days("festival", autumn)
    assert first_days("a_name_of_nobody", (date(2026, 5, 1), date(2026, 5, 31))) == [date(2026, 5, 16)]


def test_sites_for_comparison_have_an_arm_and_no_units_of_the_plan(tmp_path):
    folder, *_ = new_study(tmp_path / "hope", PLAN, Asked(date(2026, 3, 1), None, 3, comparison=1))
    study = open_study(folder)
    assert study.spec.design.arms == ("treated", "control")
    assert {unit.unit: unit.arm for unit in study.units if unit.kind == "village"}["village03"] == "control"
    assert [unit.unit for unit in study.units if unit.kind == "station"] == ["village01_station", "village02_station"]


def test_the_plan_keeps_its_comments_and_gets_a_period_and_outcomes(tmp_path):
    folder, *_ = new_study(tmp_path / "hope", PLAN, Asked(date(2026, 3, 1), None, 2))
    text = (folder / "plan-2026-spring.toml").read_text(encoding="utf-8")
    plan = tomllib.loads(text)
    assert "# pairs: two helpers each" in text
    assert plan["period"] == [date(2026, 3, 1), date(2026, 12, 31)] and "names" not in plan
    assert next(row for row in plan["commitments"] if row["id"] == "c07")["outcomes"] == ["child_wellbeing"]


def test_nothing_is_overwritten(tmp_path):
    asked = Asked(date(2026, 3, 1), None, 1)
    folder, *_ = new_study(tmp_path / "hope", PLAN, asked)
    with pytest.raises(SpecError, match="the folder is there and has files. Take another name: nothing is overwritten"):
        new_study(tmp_path / "hope", PLAN, asked)
    with pytest.raises(SpecError, match="there are files already. Move them away"):
        write_templates(folder)
    for path in sorted((folder / "templates").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert "templates/2026-spring/花名册.xlsx" in write_templates(folder)


def test_what_cannot_be_is_said_at_once(tmp_path):
    with pytest.raises(SpecError) as told:
        new_study(tmp_path / "no name", PLAN, Asked(date(2026, 3, 1), date(2026, 2, 1), 2, "fr", 2))
    text = str(told.value)
    for words in ("is no name of a study", "2026-03-01 is after --end 2026-02-01", "'fr'", "2 of them for comparison"):
        assert words in text


def test_a_study_can_be_in_english(tmp_path):
    folder, files, _ = new_study(tmp_path / "hope", PLAN, Asked(date(2026, 3, 1), None, 1, "en"))
    assert "templates/2026-spring/Register.xlsx" in files and "READ ME.md" in files
    assert open_study(folder).spec.languages == ("en", "zh")

"""`careeval map`: shows proposals, writes complete rows only when asked, and never over what stands."""

import pytest
from conftest import COLUMNS

from careeval.errors import SpecError
from careeval.run.proposal import propose

FILE = "start;child_code;who5_1;who5_2;thought;_uuid;_submission_time\n2025-06-09T07:30:00;1;5;4;good;u;2025-06-09\n"


@pytest.fixture
def study(small):
    folder = small(**{"raw/w2/form_20250609.csv": FILE})
    return folder, (folder / "columns.csv")


def test_nothing_is_written_unless_asked(study):
    folder, columns = study
    before = columns.read_bytes()
    lines = propose(folder, "form_20250609.csv", wave="w2")
    assert columns.read_bytes() == before
    assert "*,form_*.csv,1,who5_1,answers,who5_1,," in lines and lines[-1].startswith("7 rows can be added; 1 are left")


def test_complete_rows_are_added_below_and_an_unknown_column_is_left_out(study):
    folder, columns = study
    before = columns.read_text(encoding="utf-8")
    propose(folder, "form_20250609.csv", wave="w2", write=True)
    added = columns.read_text(encoding="utf-8").removeprefix(before)
    assert "*,form_*.csv,,child_code,*,person,code,\n" in added and "thought" not in added
    assert added.count("\n") == 7


def test_what_stands_in_the_file_stays_byte_for_byte(study):
    folder, columns = study
    before = b"\xef\xbb\xbf" + columns.read_bytes().replace(b"\n", b"\r\n").rstrip()
    columns.write_bytes(before)
    propose(folder, "form_20250609.csv", wave="w2", write=True)
    assert columns.read_bytes().startswith(before + b"\n*,form_")


def test_a_second_time_there_is_nothing_to_add(study):
    folder, columns = study
    propose(folder, "form_20250609.csv", wave="w2", write=True)
    after = columns.read_bytes()
    lines = propose(folder, "form_20250609.csv", wave="w2", write=True)
    assert columns.read_bytes() == after and lines[-1].startswith("0 rows added")
    assert "7 rows of columns.csv name this file already and stay as they are." in lines


def test_a_map_that_the_study_would_refuse_is_not_written(small):
    folder = small(**{"raw/w2/form.csv": "start;who5_1;_uuid;_submission_time\n2025-06-09;5;u;2025-06-09\n"})
    before = (folder / "columns.csv").read_bytes()
    with pytest.raises(SpecError, match="no row says which person a raw row belongs to"):
        propose(folder, "form.csv", wave="w2", write=True)
    assert (folder / "columns.csv").read_bytes() == before


def test_a_table_that_lacks_what_it_needs_is_held_back_whole(small):
    folder = small(**{"raw/w2/visits.csv": "探访日期,对象编号,探访时长\n2025-06-09,1,20\n"})
    lines = propose(folder, "visits.csv", wave="w2")
    assert "*,visits.csv,,对象编号,*,person,code," in lines and not any(",services," in line for line in lines)


def test_a_guess_below_a_half_is_not_complete(small):
    folder = small(**{"raw/w2/marks.csv": "学号,语文\n1,80\n2,缺\n"})
    lines = propose(folder, "marks.csv", wave="w2")
    assert "*,marks.csv,,学号,*,person,code," in lines and not any(",exams," in line for line in lines)


def test_rows_that_stand_give_the_file_its_name_and_keep_what_they_fill(small):
    columns = f"{COLUMNS}*,form_2*.csv,,nr,*,person,code,\n"
    folder = small(columns=columns, **{"raw/w2/form_2.csv": "nr,学号,who5_1\n1,7,5\n"})
    lines = propose(folder, "form_2.csv", wave="w2")
    assert "*,form_2*.csv,1,who5_1,answers,who5_1,," in lines and not any(",学号," in line for line in lines)
    assert "another column fills it already" in lines[0] and lines[-1].startswith("2 rows can be added; 1 are left")


def test_a_file_elsewhere_can_be_looked_at_too(study, tmp_path):
    (tmp_path / "other.csv").write_text(FILE, encoding="utf-8")
    assert "*,other.csv,1,who5_1,answers,who5_1,," in propose(study[0], tmp_path / "other.csv", wave="w2")

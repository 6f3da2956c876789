import pandas as pd
import pyreadstat
import pytest

from careeval.errors import TableError
from careeval.ingest.raw import read_file


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"id": ["007", "008", ""], "sex": [1.0, 2.0, None], "score": [1.5, -9.0, 3.0]})
    frame["day"] = [pd.Timestamp(2025, 9, 1).date(), None, pd.Timestamp(2025, 9, 2).date()]
    pyreadstat.write_sav(
        frame,
        path,
        column_labels={"sex": "性别"},
        variable_value_labels={"sex": {1.0: "男", 2.0: "女"}},
        missing_ranges={"score": [{"lo": -9, "hi": -9}]},
    )
    return read_file(path)


def test_codes_are_text_and_only_system_missing_is_empty(saved):
    assert saved.frame["id"].tolist() == ["007", "008", ""]
    assert saved.frame["sex"].tolist() == ["1", "2", ""] and saved.frame["score"].tolist() == ["1.5", "-9", "3"]
    assert saved.frame["day"].tolist() == ["2025-09-01", "", "2025-09-02"] and saved.frame.dtypes.eq("str").all()


def test_labels_stand_beside_the_codes(saved):
    assert saved.labels == {"sex": "性别"} and saved.value_labels == {"sex": {"1": "男", "2": "女"}}


def test_declared_missing_codes_are_noted_not_emptied(saved):
    assert saved.notes == ("codes declared missing in the file stay codes: score",)


def test_a_cell_is_named_by_its_case(saved):
    assert saved.frame.index.tolist() == [1, 2, 3] and saved.cell(3, "sex") == "case 3, variable sex"


def test_nothing_is_skipped_in_a_data_file(saved):
    assert saved.skipped.empty and list(saved.skipped) == ["row", "reason"] and saved.dialect == "spss"


def test_a_file_that_is_no_sav_says_so(tmp_path):
    (tmp_path / "a.sav").write_bytes(b"nothing")
    with pytest.raises(TableError, match=r"a.sav: it cannot be read as an SPSS file.*Open it in SPSS or PSPP"):
        read_file(tmp_path / "a.sav")


def test_chinese_in_gbk_is_read_on_the_second_try(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"name": ["留守儿童"]}), path)
    data = path.read_bytes()
    # as an old program writes it: the text in GBK, padded to the same length, in a file that says it is UTF-8
    path.write_bytes(data.replace("留守儿童".encode(), "留守儿童".encode("gbk").ljust(12)))
    raw = read_file(path)
    assert raw.frame["name"].tolist() == ["留守儿童"] and raw.notes == ("read as GB18030",)

"""Stata files: codes as text, extended missing values that stay visible, old encodings."""

import pandas as pd
import pyreadstat
import pytest

from careeval.errors import TableError
from careeval.ingest.raw import read_file


@pytest.fixture
def saved(tmp_path):
    frame = pd.DataFrame({"sex": [1.0, "b", None], "letter": ["b", "", "留守"]})
    frame["day"] = [pd.Timestamp(2025, 9, 1).date(), None, None]
    labels = {"sex": {1: "男", "b": "refused"}}
    told = {"missing_user_values": {"sex": ["b"]}, "variable_value_labels": labels, "column_labels": {"sex": "性别"}}
    pyreadstat.write_dta(frame, tmp_path / "a.dta", **told)
    return read_file(tmp_path / "a.dta")


def test_an_extended_missing_value_keeps_its_letter_in_brackets_and_plain_missing_is_empty(saved):
    assert saved.frame["sex"].tolist() == ["1", "(.b)", ""] and saved.frame["day"].tolist() == ["2025-09-01", "", ""]
    assert saved.notes == ("extended missing values are kept as (.a) to (.z): sex",)


def test_a_letter_in_a_text_column_is_a_letter(saved):
    assert saved.frame["letter"].tolist() == ["b", "", "留守"]


def test_labels_and_places_are_those_of_any_statistics_file(saved):
    assert saved.labels == {"sex": "性别"} and saved.value_labels == {"sex": {"1": "男", "(.b)": "refused"}}
    assert saved.dialect == "stata" and saved.cell(2, "sex") == "case 2, variable sex"


@pytest.mark.parametrize(("encoding", "notes"), [("utf-8", ()), ("gbk", ("read as GB18030",))])
def test_chinese_of_an_old_stata_is_read_in_either_encoding(tmp_path, encoding, notes):
    pyreadstat.write_dta(pd.DataFrame({"name": ["留守"]}), path := tmp_path / "a.dta", version=12)
    path.write_bytes(path.read_bytes().replace("留守".encode(), "留守".encode(encoding).ljust(6, b"\0")))
    raw = read_file(path)
    assert raw.frame["name"].tolist() == ["留守"] and raw.notes == notes


def test_a_file_that_is_no_dta_says_so(tmp_path):
    (tmp_path / "a.dta").write_bytes(b"nothing")
    with pytest.raises(TableError, match=r"a.dta: it cannot be read as a Stata file.*export delimited"):
        read_file(tmp_path / "a.dta")

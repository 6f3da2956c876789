"""Where studies, notebooks and reports are looked for."""

import pytest

from careeval.specs.home import PACKAGE, root


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a chapter in it, as home and as a report's folder have; the working folder is inside it."""
    monkeypatch.delenv("CAREEVAL_HOME", raising=False)
    chapter = tmp_path / "notebooks" / "00_start_here.ipynb"
    chapter.parent.mkdir()
    chapter.write_text("{}", encoding="utf-8")
    monkeypatch.chdir(chapter.parent)
    return tmp_path


def test_home_is_the_nearest_folder_above_with_chapters_and_data(here):
    (here / "data").mkdir()
    assert root() == here


def test_a_report_with_its_executed_chapters_is_no_home(here):
    assert root() == PACKAGE.parent


def test_what_is_told_wins(here, monkeypatch):
    (here / "data").mkdir()
    monkeypatch.setenv("CAREEVAL_HOME", str(PACKAGE))
    assert root() == PACKAGE

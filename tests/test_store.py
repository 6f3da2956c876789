"""The store: made once from the same things, made again from others."""

import pytest

from careeval.store import files_fingerprint, fingerprint, kept


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_lists_of_texts_do_not_run_into_one_another():
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint(["a", b"b"]) == fingerprint(["a", "b"])


def test_files_are_the_same_in_any_order_and_differ_by_name_and_content(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("x", encoding="utf-8")
    two.write_text("y", encoding="utf-8")
    before = files_fingerprint(tmp_path, [one, two])
    assert files_fingerprint(tmp_path, [two, one]) == before
    two.write_text("z", encoding="utf-8")
    assert files_fingerprint(tmp_path, [one, two]) != before
    assert files_fingerprint(tmp_path, [one]) != files_fingerprint(tmp_path, [two])


def test_what_was_made_from_the_same_is_read_back(tmp_path):
    calls = []
    assert [kept(tmp_path, "scores", "a" * 64, lambda: calls.append(1) or len(calls)) for _ in range(3)] == [1, 1, 1]


def test_another_key_makes_it_again_and_the_old_file_goes(tmp_path):
    for key, value in (("a" * 64, 1), ("b" * 64, 2), ("a" * 64, 3)):
        assert kept(tmp_path, "scores", key, lambda value=value: value) == value
    assert files(tmp_path) == [f"scores.{'a' * 20}.pickle"]


def test_a_table_of_another_name_stays(tmp_path):
    for name in ("people-w1", "people-w10", "people-w1"):
        kept(tmp_path, name, "a" * 64, lambda: 1)
    kept(tmp_path, "people-w1", "b" * 64, lambda: 2)
    assert files(tmp_path) == [f"people-w1.{'b' * 20}.pickle", f"people-w10.{'a' * 20}.pickle"]


def test_a_make_that_fails_leaves_what_was_there(tmp_path):
    kept(tmp_path, "scores", "a" * 64, lambda: 1)
    with pytest.raises(ZeroDivisionError):
        kept(tmp_path, "scores", "b" * 64, lambda: 1 / 0)
    assert files(tmp_path) == [f"scores.{'a' * 20}.pickle"]

"""Words in two languages."""

import tomllib

import pytest

from careeval.errors import CareevalError
from careeval.present.words import LANGUAGES, WORDS, label, template, word


def entries(table, name):
    """(key, entry) for every entry of a words file; an entry is a table that holds texts."""
    for key, value in table.items():
        if any(isinstance(part, str) for part in value.values()):
            yield f"{name}.{key}", value
        else:
            yield from entries(value, f"{name}.{key}")


ENTRIES = [
    pair for path in sorted(WORDS.glob("*.toml")) for pair in entries(tomllib.loads(path.read_text("utf-8")), path.stem)
]


@pytest.mark.parametrize(("key", "entry"), ENTRIES, ids=[key for key, _ in ENTRIES])
def test_every_entry_has_both_languages_and_nothing_else(key, entry):
    assert set(entry) == set(LANGUAGES)
    assert all(text.strip() for text in entry.values())


def test_values_are_filled_in():
    assert word("document.numbered", "en", kind="Table", number=3, caption="Flow") == "Table 3. Flow"
    assert template("document.numbered", "en") == "{kind} {number}. {caption}"


def test_a_value_without_a_label_is_printed_as_it_is():
    assert label("group", "child", "zh") != "child"
    assert label("group", "village band", "zh") == "village band"
    assert label("no such kind", "3.5", "en") == "3.5"


@pytest.mark.parametrize(
    ("key", "lang", "words"),
    [
        ("documents.table", "zh", "words, documents: there is no such file of words. Allowed: .*'document'"),
        ("document.tabel", "zh", "document.tabel: there is no 'tabel'. Allowed: 'contents', 'table'"),
        ("document.table.deep", "zh", "there is no 'deep'. Allowed: 'zh', 'en'"),
        ("document.table", "fr", "document.table: there are no words in 'fr'. Allowed: 'zh', 'en'"),
        ("document", "zh", "document: there are no words in 'zh'"),
        ("document.numbered", "zh", "cannot be filled with nothing. Give 'kind'"),
    ],
)
def test_a_missing_word_is_named(key, lang, words):
    with pytest.raises(CareevalError, match=words):
        word(key, lang)

"""Words in Chinese and English, kept as data: one file a chapter in library/words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from careeval.errors import CareevalError, Problem, listed

LANGUAGES = ("zh", "en")
WORDS = Path(__file__).parents[1] / "library" / "words"


def word(key: str, lang: str, **values: object) -> str:
    """The words of a key ("file.name" or "file.section.name") in a language, with {values} filled in.

    A key, a language or a value that is missing is a CareevalError that says which and what there is.

    >>> word("document.table", "zh")
    '表'
    """
    text = template(key, lang)
    try:
        return text.format(**values)
    except (KeyError, IndexError, ValueError) as wrong:
        found = f"{text!r} cannot be filled with {listed(values)}"
        raise CareevalError(Problem(_file(key), f"{key}, {lang}", found, way_out=f"Give {wrong}.")) from None


def template(key: str, lang: str) -> str:
    """The words of a key as they stand in the file, with their {places} still open."""
    found: Any = _entries(key.partition(".")[0])
    for part in key.split(".")[1:]:
        if not isinstance(found, dict) or part not in found:
            there = listed(found) if isinstance(found, dict) else "nothing below it"
            raise CareevalError(Problem(_file(key), key, f"there is no {part!r}", there))
        found = found[part]
    if not isinstance(found, dict) or not isinstance(found.get(lang), str):
        there = listed(found) if isinstance(found, dict) else repr(found)
        raise CareevalError(Problem(_file(key), key, f"there are no words in {lang!r}", there))
    return found[lang]


def known_word(key: str, lang: str) -> str:
    """The words of a key, or '' where the file has none: for names that a study gives itself."""
    file, _, rest = key.partition(".")
    found: Any = _entries(file)
    for part in rest.split("."):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return found.get(lang, "") if isinstance(found, dict) else ""


def label(kind: str, value: str, lang: str) -> str:
    """The printed form of a value in a table (labels.toml, table [kind]); a value without a row is printed as it is.

    >>> label("group", "a group nobody named", "en")
    'a group nobody named'
    """
    known = _entries("labels").get(kind, {})
    return template(f"labels.{kind}.{value}", lang) if value in known and "." not in value else value


def in_brackets(text: str, inner: str, lang: str) -> str:
    """'text (inner)' with the brackets of the language.

    >>> in_brackets("数学", "期末", "zh")
    '数学（期末）'
    """
    return f"{text}（{inner}）" if lang == "zh" else f"{text} ({inner})"


def _file(key: str) -> str:
    return f"words/{key.partition('.')[0]}.toml"


@cache
def _entries(name: str) -> dict[str, Any]:
    path = WORDS / f"{name}.toml"
    if not path.is_file():
        there = listed(sorted(one.stem for one in WORDS.glob("*.toml")))
        raise CareevalError(Problem("library/words", name, "there is no such file of words", there))
    with path.open("rb") as file:
        return tomllib.load(file)

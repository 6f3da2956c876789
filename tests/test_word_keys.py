"""Every word that the code asks for is in the words files, and every label kind it names."""

import ast
import tomllib
from pathlib import Path

import pytest

import careeval
from careeval.clean import answers, identity, people, wave
from careeval.measure.flow import STEPS
from careeval.present.words import LANGUAGES, WORDS, label, template
from careeval.specs import vocabulary

FOLLOW_UP = vocabulary.canonical_tables()["people"].columns["follow_up"]
PACKAGE = Path(careeval.__file__).parent
# which argument of a function is a key of words
KEY_OF = {
    "word": 0,
    "template": 0,
    "sentence": 0,
    "paragraph": 1,
    "heading": 0,
    "table": 0,
    "_table": 1,
    "_quality_table": 0,
}
CALLS = [
    (path.relative_to(PACKAGE).as_posix(), call, call.func.id)
    for folder in ("present", "publish", "run")
    for path in sorted((PACKAGE / folder).glob("*.py"))
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
]


def constants(name):
    """(file, value) of the literal argument of each call of a function that takes a key."""
    for file, call, function in CALLS:
        place = KEY_OF.get(function) if name == "key" else 0 if function == name else None
        if place is not None and len(call.args) > place and isinstance(call.args[place], ast.Constant):
            yield file, call.args[place].value


KEYS = sorted({(file, key) for file, key in constants("key") if isinstance(key, str) and "." in key})


def test_the_keys_were_found():
    assert len(KEYS) > 60 and ("present/effects.py", "effects.method_note") in KEYS


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("file", "key"), KEYS, ids=[f"{file} {key}" for file, key in KEYS])
def test_every_key_in_the_code_has_words(file, key, lang):
    assert template(key, lang)


def test_every_kind_of_label_that_the_code_names_is_a_section():
    kinds = {kind for _, kind in constants("label")}
    assert len(kinds) > 8
    assert kinds <= set(tomllib.loads((WORDS / "labels.toml").read_text("utf-8"))) | {"note"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("group", vocabulary.Group.__args__),
        ("assigned_by", vocabulary.AssignedBy.__args__),
        ("role", vocabulary.EstimateRole.__args__),
        ("estimator", vocabulary.Estimator.__args__),
        ("missing_reason", vocabulary.MISSING_REASONS),
        ("link_key", vocabulary.LINK_KEYS),
        ("step", STEPS),
        ("step", [f"follow_up:{reason}" for reason in FOLLOW_UP.allowed]),
        ("table", ("people", "responses", "answers", "exams", "status", "*")),
    ],
)  # fmt: skip
def test_every_word_of_a_closed_list_has_a_label(kind, values, lang):
    labels = tomllib.loads((WORDS / "labels.toml").read_text("utf-8"))[kind]
    assert [value for value in values if value not in labels or not label(kind, value, lang)] == []


def test_every_reason_to_leave_a_row_has_words():
    written = {
        keyword.value.value
        for module in (answers, identity, people, wave)
        for call in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant) and keyword.value.value
    }
    assert "answered again later" in written
    written |= {"no consent", "consent not known"}
    assert [reason for reason in written if label("reason", reason, "zh") == reason] == []

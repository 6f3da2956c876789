"""The vendored Chinese fonts."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from careeval.present.words import WORDS
from careeval.publish.fonts import FACES, FONTS, font_rules, missing_characters


def embedded(rules):
    """The fonts inside CSS rules, in order."""
    return [TTFont(io.BytesIO(base64.b64decode(data))) for data in re.findall(r"base64,([^)]+)\)", rules)]


def test_all_of_gb2312_is_there():
    pairs = [bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    hanzi = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    assert len(hanzi) == 6763
    assert missing_characters(hanzi) == set()


def test_signs_of_numbers_and_of_sentences_are_there():
    assert missing_characters("−±×≥≤≈→↓αβχ²½é“”‘’—…·《》（）％①Ⅳ☆●□★¥€‰\n\t\u3000") == set()


def test_characters_of_names_and_villages_outside_gb2312_are_there():
    assert missing_characters("塱氹堃玥喆祎垚湉赟龑") == set()


def test_a_missing_character_is_named():
    assert missing_characters("村𰻝村") == {"𰻝"}


@pytest.mark.parametrize("path", sorted(WORDS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_word_of_the_reports_can_be_shown(path):
    assert missing_characters(path.read_text(encoding="utf-8")) == set()


def test_a_page_carries_only_the_characters_it_needs_in_each_weight():
    regular, bold = embedded(font_rules("村里的人", "村"))
    assert set(regular.getBestCmap()) == {ord(character) for character in "村里的人"}
    assert set(bold.getBestCmap()) == {ord("村")}


def test_the_same_words_give_the_same_font_bytes():
    assert font_rules("留守", "儿童") == font_rules("留守", "儿童")


def test_the_fonts_keep_their_copyright_and_the_licence_is_beside_them():
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "Copyright 2014-2021 Adobe" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for path in FACES.values():
        with TTFont(path, lazy=True) as font:
            assert "Adobe" in font["name"].getDebugName(0)
            assert "SIL Open Font License" in font["name"].getDebugName(13)

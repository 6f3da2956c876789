"""What lower floors say in English, in the reader's words: why a row left, how a file was read, notes on estimates."""

from __future__ import annotations

import re

from careeval.present.words import label, template

# a reason of the ledger that names its link keys: "nobody on the register with this name and class"
KEYS = re.compile(r"(.+? )?((?:name|class|birth|phone4)(?: and (?:name|class|birth|phone4))*)")
# remarks on reading that carry a number or names of the user's own
READINGS = {
    "separated": re.compile(r"separated by (\w+)"),
    "short_rows": re.compile(r"(\d+) rows end before the last column; their cells are empty"),
    "empty_columns": re.compile(r"(\d+) empty columns without a header left out"),
    "formulas": re.compile(r"(\d+) formulas were saved without a value; .*"),
    "sheet": re.compile(r"sheet (.+) read; not read: (.+)"),
    "merged": re.compile(r"merged cells below the header \((.+)\): .*"),
    "declared": re.compile(r"codes declared missing in the file stay codes: (.+)"),
}
NUMBER = re.compile(r"(fewer than )?(\d[\d,]*)")


def reason_in(reason: str, lang: str) -> str:
    """A reason of the ledger; what follows a colon is the user's own text and stays.

    >>> reason_in("nobody on the register with this name and class", "zh")
    '名册上没有此姓名和班级'
    """
    head, colon, rest = reason.partition(": ")
    if (named := KEYS.fullmatch(head)) and label("reason_with", start := (named[1] or "").strip(), "en") != start:
        keys = [label("link_key", key, lang) for key in named[2].split(" and ")]
        return label("reason_with", start, lang).format(("和" if lang == "zh" else " and ").join(keys))
    return label("reason", head, lang) + ("：" if colon and lang == "zh" else colon) + rest


def reading_in(note: str, lang: str) -> str:
    """A remark on reading a file; one that nobody worded stays as it is.

    >>> reading_in("sheet 成绩 read; not read: 备注", "zh")
    '读入工作表“成绩”，未读：备注'
    """
    for kind, pattern in READINGS.items():
        if found := pattern.fullmatch(note):
            parts = [label("separator", part, lang) for part in found.groups()]
            return template(f"labels.reading_with.{kind}", lang).format(*parts)
    return label("reading", note, lang)


def notes_in(notes: str, lang: str) -> str:
    """Notes `code: text; code: text` of an estimate, numbers kept; an unknown code keeps its text.

    >>> notes_in("no_baseline: 12 people without a baseline left out", "en")
    '12 people without a baseline left out.'
    """
    pieces = []
    for note in str(notes).split("; "):
        code, _, text = note.partition(": ")
        known = label("note_code", code, lang)
        fewer = label("note_code_part", "fewer than", lang)
        numbers = [f"{fewer} {number}" if few else number for few, number in NUMBER.findall(text)]
        pieces.append((text or note) if known == code else known.format(*numbers))
    return ("；" if lang == "zh" else "; ").join(pieces) + ("。" if lang == "zh" else ".")

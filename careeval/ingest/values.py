"""Text into values: the closed list of built-in recodes, and the words of recodes.csv before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from careeval.errors import listed
from careeval.ingest.dates import date_in_name, read_datetime

NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.IGNORECASE)
DURATION = re.compile(r"(?:(\d+)小时)?(?:(\d+)分钟?)?(?:(\d+(?:\.\d+)?)秒?)?")
# 4.40102E+17 is what Excel makes of a long number; 3E1 may be a class
SCIENTIFIC = re.compile(r"\d+(?:\.\d+E[+-]?|E[+-])\d+")
ID_WEIGHTS, ID_CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
YES_NO = {"是": "yes", "有": "yes", "yes": "yes", "否": "no", "无": "no", "no": "no"}


@dataclass(frozen=True)
class Converted:
    """values: typed, missing where special or unknown. special: '.missing', '.absent' ... or ''. unknown: bool."""

    values: pd.Series
    special: pd.Series
    unknown: pd.Series


def convert(text: pd.Series, recode: str, table: Mapping[str, str], *, file_name: str = "") -> Converted:
    """Values, special words and cells that are not understood, each with the index of `text`.

    table (the rows of recodes.csv of that name) comes first: a cell that equals a raw text after NFKC and trimming
    takes its value; one that begins with a dot is special. Then the built-in of that name, if there is one: number,
    mark and seconds give Float64, count and first_number (of "0 never") Int64, date and datetime and file_date
    datetime64, code and yes_no text. A
    blank cell without a row of its own is '.missing'. Whatever is left is unknown, for the caller to tell by cell.
    recode '' is text as it stands. file_date is the day in file_name, whatever the cell says.

    >>> made = convert(pd.Series(["９２", "缺考", "", "无"]), "mark", {"缺考": ".absent"})
    >>> made.special.tolist(), made.unknown.tolist()
    (['', '.absent', '.missing', ''], [False, False, False, True])
    """
    codes, uniques = pd.factorize(text.fillna(""))
    if recode == "file_date":
        day = date_in_name(PurePosixPath(file_name).name)
        results = [(day, "", day is None) for _ in uniques]
    else:
        rows = {_plain(raw): value for raw, value in table.items()}
        results = [_one(str(raw), recode, rows) for raw in uniques]
    values = pd.Series([value for value, _, _ in results], dtype=object)
    columns = (_typed(values, recode), [word for _, word, _ in results], [wrong for *_, wrong in results])
    kinds = (None, "str", "bool")
    made = [
        pd.Series(column, dtype=kind).take(codes).set_axis(text.index)
        for column, kind in zip(columns, kinds, strict=True)
    ]
    return Converted(*made)


def allowed(recode: str, table: Mapping[str, str]) -> str:
    """What a cell may hold, for a message.

    >>> allowed("mark", {"缺考": ".absent"})
    "'缺考' (recodes.csv), or a number such as 12, 12.5 or 1,200"
    """
    words = f"{listed(raw or '(empty)' for raw in table)} (recodes.csv)" if table else ""
    built_in = BUILT_INS[recode].taken if recode in BUILT_INS else ""
    return ", or ".join(part for part in (words, built_in) if part) or "any text"


def _one(raw: str, recode: str, rows: Mapping[str, str]) -> tuple[Any, str, bool]:
    """(value, special word, unknown) of one text."""
    plain = _plain(raw)
    built_in = BUILT_INS.get(recode)
    if plain in rows:
        told = rows[plain]
        if told.startswith("."):
            return None, told, False
        # recodes.csv may give a number where the cell has words, but not words where a number is needed
        value = built_in.read(_plain(told)) if built_in and built_in.kind != "str" else told
        return value, "", value is None
    if not plain:
        return None, ".missing", False
    if built_in:
        value = built_in.read(plain)
        return value, "", value is None
    return (raw, "", False) if not recode else (None, "", True)


def _typed(values: pd.Series, recode: str) -> pd.Series:
    kind = BUILT_INS[recode].kind if recode in BUILT_INS else "str"
    return values.astype(kind)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if NUMBER.fullmatch(text) else None


def _count(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number >= 0 and number.is_integer() else None


def _first_number(text: str) -> int | None:
    found = re.match(r"-?\d+(?![\d.])", text)
    return int(found.group()) if found else None


def _seconds(text: str) -> float | None:
    found = DURATION.fullmatch(text)
    if not text or not found:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _date(text: str) -> Any:
    moment = read_datetime(text)
    return moment and moment.replace(hour=0, minute=0, second=0)


def _code(text: str) -> str | None:
    """A code without inner blanks, in capitals; None where Excel has eaten digits of it."""
    code = "".join(text.split()).upper()
    if SCIENTIFIC.fullmatch(code):
        return None
    whole, point, rest = code.partition(".")
    if point and whole.isdecimal() and rest.strip("0") == "":
        code = whole
    cut = len(code) == 18 and code.isdecimal() and code.endswith("000") and not _checks(code)
    return None if cut else code


def _checks(number: str) -> bool:
    """Whether the last sign of an 18-digit identity number is right (GB 11643, ISO 7064 mod 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, number, strict=False))
    return ID_CHECKS[total % 11] == number[-1]


@dataclass(frozen=True)
class BuiltIn:
    """One built-in recode: how a text is read (None: it is not one), the type of its values, what it takes in words."""

    read: Callable[[str], Any]
    kind: str
    taken: str


DATE_WORDS = (
    "a day such as 2023-09-01, 2023.9.1, 2023/9/1, 20230901 or 2023年9月1日, or a month such as 2023年9月, 2023-09 or "
    "2023.09, with a four-digit year first (2016.5 is refused: 2016.1 may be January, or what a cell made of 2016.10)"
)
BUILT_INS: Mapping[str, BuiltIn] = {
    "number": BuiltIn(_number, "Float64", "a number such as 12, 12.5 or 1,200"),
    "count": BuiltIn(_count, "Int64", "a whole number from 0"),
    "date": BuiltIn(_date, "datetime64[us]", DATE_WORDS),
    "datetime": BuiltIn(read_datetime, "datetime64[us]", f"{DATE_WORDS}, and a time such as 8:30:00"),
    "first_number": BuiltIn(_first_number, "Int64", "a whole number, which words may follow: 1, 1 always"),
    "seconds": BuiltIn(_seconds, "Float64", "a duration such as 243, 243秒, 4分3秒 or 1小时2分3秒"),
    "mark": BuiltIn(_number, "Float64", "a number such as 12, 12.5 or 1,200"),
    "code": BuiltIn(_code, "str", "a code that Excel has not shortened: no 4.4E+17, no 18-digit number cut to ...000"),
    "yes_no": BuiltIn(lambda text: YES_NO.get(text.casefold()), "str", "是, 否, 有, 无, yes, no"),
    "file_date": BuiltIn(_date, "datetime64[us]", "a file name with one day in it, such as 花名册2025-03-05.xlsx"),
}

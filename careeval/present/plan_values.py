"""What stands at a key of a plan, and what it is to become, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from careeval.present.numbers import MISSING, shown
from careeval.present.promises import and_so_on
from careeval.present.words import known_word, label, word


def what_changes(rows: pd.DataFrame, lang: str) -> dict[str, list[str]]:
    """Columns for rows of proposals: field (or aim) in words, and change, 'from → to'."""
    names = rows["field"].where(rows["field"].ne(""), rows["aim"])
    values = zip(rows["from"], rows["to"], names, strict=True)
    return {
        "field": [label("plan_field", str(name).rpartition(".")[2], lang) or "—" for name in names],
        "change": [from_to(*three, lang) for three in values],
    }


def from_to(old: object, new: object, aim: str, lang: str) -> str:
    """'2 → 3'; what people still have to fill in is said so, and a promise (id) that is to become '' is withdrawn."""
    if aim == "review" or (aim == "id" and isinstance(new, str) and new == ""):
        return word("review.before_term" if aim == "review" else "review.withdrawn", lang)
    first, second = in_plain_words(old, aim, lang), in_plain_words(new, aim, lang)
    if first == second == MISSING:
        return word("review.to_fill", lang)
    lacks = "not_shown" if aim in ("dose", "value", "unknown") else "not_stated"
    first = word(f"review.{lacks}", lang) if first == MISSING else first
    return f"{first} → {word('review.to_fill', lang) if second == MISSING else second}"


def in_plain_words(value: object, aim: str, lang: str) -> str:
    """A value of a plan or of delivery as text: shares in percent, periods and kinds of standard in words."""
    if isinstance(value, Mapping) and lang in value:
        return str(value[lang])
    if isinstance(value, Mapping | list | tuple):
        pairs = value.items() if isinstance(value, Mapping) else [("", one) for one in value]
        return and_so_on([_key_in_words(*pair, aim, lang) for pair in pairs], lang)
    if pd.isna(value) or value == "":
        return MISSING
    if isinstance(value, bool | str):
        known = (known_word(f"promises.{table}.{value}", lang) for table in ("per", "calendar", "when", "item"))
        return next(filter(None, known), "") or label("standard_type", str(value), lang)
    if aim in ("dose", "value") or isinstance(value, date):
        return shown(value, "date" if isinstance(value, date) else "percent0")
    return shown(value, "count" if float(value).is_integer() else "number2")


def _key_in_words(key: str, value: object, aim: str, lang: str) -> str:
    """An entry of a table or an array of the plan; days and occasions speak for themselves."""
    text = in_plain_words(value, aim, lang)
    if key in ("", "days", "occasions", "day", "calendar"):
        return text
    return f"{known_word(f'promises.role.{key}', lang) or label('plan_field', key, lang)} {text}"

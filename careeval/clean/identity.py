"""Who a raw row is about: codes and names become salted pseudonyms, rows without a person leave with the reason."""

from __future__ import annotations

import hashlib
import unicodedata

import pandas as pd

from careeval.specs.columns import PERSON

KEYS = PERSON[1:]


def pseudonyms(texts: pd.Series, salt: bytes) -> pd.Series:
    """A salted code for each text, the same for the same text; missing stays missing; no way back without the salt."""
    codes = {
        text: "p" + hashlib.blake2b(text.encode(), key=salt, digest_size=8).hexdigest()
        for text in texts.dropna().unique()
    }
    return texts.map(codes).astype("str")


def identify_people(rows: pd.DataFrame, salt: bytes) -> pd.DataFrame:
    """Register rows with `person` as a pseudonym, and `link` columns (pseudonyms of the link keys) for `link_rows`.

    A register without codes is known by its link keys (name, class ...). `reason` says why a row cannot be used.
    """
    keys = _keys(rows)
    by_code = "person" in rows
    text = rows["person"] if by_code else joined_keys(rows, keys)
    people = rows.drop(columns=["person", *keys], errors="ignore").assign(
        person=pseudonyms(text, salt), code=text if by_code else pd.Series(pd.NA, index=rows.index, dtype="str")
    )
    people = people.assign(reason=people["person"].isna().map({True: "no code or name", False: ""}))
    if not by_code:
        twice = people.duplicated(["file", "person"], keep=False) & people["person"].notna()
        people.loc[twice, "reason"] = f"two people share the same {spoken(keys)}"
    for key in keys:
        people[key] = rows[key].map(normal_name, na_action="ignore")
    return people


def link_rows(rows: pd.DataFrame, people: pd.DataFrame, salt: bytes) -> pd.DataFrame:
    """The rows with `person` as a pseudonym of somebody on the register, and `reason` where there is none.

    By code where the file has one, else by exact normalised link keys. No match, or two, is a reason, never a guess:
    people that the register cannot tell apart (see `identify_people`) are two as well.
    """
    keys = _keys(rows)
    if "person" in rows:
        person = pseudonyms(rows["person"], salt)
        known = person.isin(people.loc[people["reason"].eq(""), "person"])
        reason = person.isna().map({True: "no code", False: "code is on no register of this wave"}).where(~known, "")
    else:
        person, reason = _by_keys(rows, people, keys)
    return rows.drop(columns=keys).assign(person=person.where(reason.eq("")), reason=reason)


def _by_keys(rows: pd.DataFrame, people: pd.DataFrame, keys: list[str]) -> tuple[pd.Series, pd.Series]:
    absent = [key for key in keys if key not in people]
    roster = joined_keys(people, keys) if not absent else pd.Series(dtype="str")
    wanted = joined_keys(rows, keys)
    pairs = pd.DataFrame({"key": roster, "person": people["person"].reindex(roster.index)}).drop_duplicates()
    counts = pairs["key"].value_counts()
    found = wanted.map(counts).fillna(0).mask(wanted.isin(roster[people["reason"].reindex(roster.index).ne("")]), 2)
    person = wanted.map(pairs.drop_duplicates("key", keep=False).set_index("key")["person"])
    names = spoken(keys)
    reason = pd.Series("", index=rows.index, dtype="str")
    reason = reason.mask(found.gt(1), f"more than one person on the register with this {names}")
    reason = reason.mask(found.eq(0), f"nobody on the register with this {names}")
    return person.astype("str"), reason.mask(wanted.isna(), f"no {names}")


def joined_keys(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    """One text of all link keys, normalised; missing where one of them is."""
    parts = [rows[key].map(normal_name, na_action="ignore") for key in keys]
    text = parts[0].astype("str").str.cat([part.astype("str") for part in parts[1:]], sep="|") if parts else None
    return text if text is not None else pd.Series(pd.NA, index=rows.index, dtype="str")


def normal_name(text: object) -> str:
    """A name as it is compared: full-width and half-width the same, no blanks, no capitals."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).casefold()


def spoken(keys: list[str]) -> str:
    """The link keys in words: 'name and class'."""
    return " and ".join(key.removeprefix("key:") for key in keys)


def _keys(rows: pd.DataFrame) -> list[str]:
    return [key for key in KEYS if key in rows]

"""The last look at what is about to be published: no path of this machine, no code, number or name of a person."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from careeval.clean.naming import held
from careeval.errors import CareevalError, Problem
from careeval.run.scrub import paths_in

MARKS = re.compile(r"<[^<>]*>")
MOBILE = re.compile(r"(?<![\w.+/-])(?:\+?86[- ]?)?1[3-9]\d{9}(?![\w.])")
ID_CARD = re.compile(r"(?<![\w.])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)")
ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
PICTURES = re.compile(r"(?:[A-Za-z0-9+/=]|\\n){160,}")  # base64, in which any short word turns up by chance


def check_leaks(folder: Path, identifiers: Iterable[str]) -> None:
    """Refuse a folder in which a file names a person or a path of this machine.

    identifiers: names, codes and phone numbers as the raw files write them. Numbers of fewer than 7 digits are not
    looked for: a count or an estimate has the same digits. Raises CareevalError with a problem a file, which does not
    repeat what was found: the message may be shown where the data may not.
    """
    problems, identifiers = [], set(identifiers)
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        text, place = _text_of(path), path.relative_to(folder).as_posix()
        if found := paths_in(text):
            problems.append(Problem(place, "", f"it names a folder of this machine: {found[0]}"))
        for kind in numbers_of_people(PICTURES.sub("", text)):
            way_out = "Leave the column it comes from out of columns.csv, or give it as key: in it"
            problems.append(Problem(place, "", f"it holds {kind}", "", way_out))
        if people := len(held(PICTURES.sub("", text), identifiers)):
            found = f"it names people: {people} of their names, codes or numbers stand in it"
            problems.append(Problem(place, "", found, "", "A report may not name anybody: use groups, not persons"))
    if problems:
        raise CareevalError(*problems)


def names_people(text: str, identifiers: Iterable[str]) -> bool:
    """Whether a text holds any of the identifiers (see `held`), pictures aside."""
    return bool(held(PICTURES.sub("", text), identifiers))


def numbers_of_people(text: str) -> list[str]:
    """Kinds of number that only a person or their machine has, of anybody, in the data or not.

    A mobile number of 11 digits, an ID card's 18 signs whose last one is the check of the others (GB 11643-1999), an
    address of the internet (not the own machine's, nor a version of a program).

    >>> numbers_of_people("13812345678"), numbers_of_people("0.13812345678"), numbers_of_people("11010519491231002X")
    (['a mobile number'], [], ['an ID card number'])
    """
    kinds = {"a mobile number": MOBILE.search(text) is not None}
    kinds["an ID card number"] = any(_checks(found.group()) for found in ID_CARD.finditer(text))
    addresses = (found.group().split(".") for found in ADDRESS.finditer(text))
    kinds["an IP address"] = any(
        parts[0] not in ("0", "127") and all(int(part) < 256 for part in parts) for parts in addresses
    )
    return [kind for kind, found in kinds.items() if found]


def _checks(number: str) -> bool:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _text_of(path: Path) -> str:
    """The text of a file: of Word and Excel files every part, with and without its marks; of a PDF its pages.

    '' for a picture and a font: what is drawn there comes from tables that are looked at themselves.
    """
    if path.suffix in (".png", ".otf", ".ttf", ".woff2"):
        return ""
    if path.suffix == ".pdf":
        return _pdf_text(path)
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as parts:
            # docProps/app.xml tells the version of the program, which looks like an address
            names = [one for one in parts.namelist() if one.endswith((".xml", ".rels")) and one != "docProps/app.xml"]
            return "\n".join(_plain(parts.read(name).decode()) for name in names)
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in (".json", ".ipynb"):
        text += json.dumps(_loaded(text), ensure_ascii=False)
    return _plain(text) if path.suffix == ".html" else text


def _plain(marked: str) -> str:
    """A name may be cut by marks (<b>An</b> Li) or written in entities: the text as it stands, and as it is read."""
    if "<" not in marked:
        return marked
    return marked + "\n" + html.unescape(MARKS.sub("", PICTURES.sub("", marked)))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ""


def _pdf_text(path: Path) -> str:
    """The pages' text as it is broken into lines, and in one piece: a line may end inside a name."""
    import pypdfium2  # only where there is a PDF

    document = pypdfium2.PdfDocument(path)
    try:
        pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
        about = document.get_metadata_dict().values()
    finally:
        document.close()
    text = "\n".join([*pages, *about])
    return text + "\n" + re.sub(r"\s+", "", text)

"""The library's instruments, read and checked whole; their worked cases lie beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from careeval.errors import Problem, SpecError, listed
from careeval.specs.check_instrument import check_instrument
from careeval.specs.home import LIBRARY
from careeval.specs.records import build, read_toml
from careeval.specs.scoring_keys import Instrument

FOLDER = LIBRARY / "instruments"


def instrument_names(*, unverified: bool = False) -> tuple[str, ...]:
    """The instruments of the library, sorted; with `unverified` those too whose key was only inferred."""
    return tuple(name for name in _folders() if unverified or _of_library(name).verified)


def read_instrument(name_or_path: str | Path, *, unverified: bool = False) -> Instrument:
    """An instrument of the library by its id, or of a folder (or its instrument.toml) by its path.

    Raises SpecError with every mistake of the file at once, or with the known ids where there is no such instrument;
    and for one whose key was only inferred, unless the caller says `unverified`.
    """
    path = Path(name_or_path)
    path = path / "instrument.toml" if path.is_dir() else path
    if str(name_or_path) in _folders():
        instrument = _of_library(str(name_or_path))
    elif path.is_file():
        instrument = _read(path)
    else:
        way_out = "Name one of these, or a folder that holds instrument.toml"
        raise SpecError(
            Problem(str(name_or_path), "", "there is no such instrument", listed(instrument_names(), most=99), way_out)
        )
    if not (instrument.verified or unverified):
        found = "its key was inferred, not seen in print"
        way_out = "Check it against the manual; then write unverified = true in study.toml, or pass it here"
        raise SpecError(Problem(instrument.id, "key 'verified'", found, listed(instrument_names(), most=99), way_out))
    return instrument


def _folders() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/instrument.toml"))


@cache
def _of_library(name: str) -> Instrument:
    return _read(FOLDER / name / "instrument.toml")


def _read(path: Path) -> Instrument:
    name = f"{path.parent.name}/{path.name}"
    section, problems = read_toml(path, name=name)
    if problems:
        raise SpecError(*problems)
    instrument, problems = build(Instrument, section, file=name)
    if instrument:
        problems = check_instrument(instrument, path)
    if problems:
        raise SpecError(*problems)
    return instrument

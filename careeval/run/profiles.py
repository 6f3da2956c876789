"""Which report the blocks make: a profile is a data file with section ids in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field

from careeval.errors import CareevalError, Problem, SpecError, listed
from careeval.present.blocks import Block
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, build, read_toml, repeated

FOLDER = LIBRARY / "profiles"


class Profile(Record):
    """An audience's report: the sections it shows, in order."""

    sections: tuple[str, ...] = Field(min_length=1)


def profile_names() -> list[str]:
    """The profiles of the library."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_profile(name_or_path: str | Path) -> Profile:
    """A profile of the library by name, or the one in a .toml file; SpecError with all that is wrong with it."""
    path = Path(name_or_path)
    path = path if path.suffix == ".toml" else FOLDER / f"{path}.toml"
    if not path.is_file():
        raise CareevalError(
            Problem("--profile", "", f"there is no profile {str(name_or_path)!r}", listed(profile_names()))
        )
    section, problems = read_toml(path)
    profile, found = build(Profile, section, file=path.name) if section else (None, [])
    twice = repeated(profile.sections) if profile else []
    problems += found + [Problem(path.name, "sections", f"{one!r} stands twice", "each section once") for one in twice]
    if problems:
        raise SpecError(*problems)
    return profile


def select(blocks: Iterable[Block], profile: Profile, *, known: Sequence[str] = (), file: str = "full") -> list[Block]:
    """The blocks of the profile's sections, in the profile's order; within a section as the notebooks show them.

    known: sections that exist even where this study has nothing to show in them. SpecError for any other section.
    """
    blocks = list(blocks)
    sections = list(dict.fromkeys([*known, *(block.section for block in blocks)]))
    unknown = [one for one in profile.sections if one not in sections]
    if unknown:
        raise SpecError(
            *(
                Problem(f"{file}.toml", "sections", f"no notebook has a section {one!r}", listed(sections))
                for one in unknown
            )
        )
    return [block for section in profile.sections for block in blocks if block.section == section]

"""Which report the blocks make: a profile is a data file with chapters, and patterns of the blocks in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field

from careeval.errors import CareevalError, Problem, SpecError, listed
from careeval.present.blocks import Block, Heading
from careeval.present.words import WORDS
from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, Words, build, read_toml, repeated

FOLDER = LIBRARY / "profiles"


class ProfileChapter(Record):
    """A chapter: its title ('' = none is printed), and the blocks that stand in it, by patterns such as "support.*".

    blocks: in this order, within a pattern as the notebooks show them. without: blocks that are left out.
    new_page: whether it begins on a new page.
    """

    id: str
    title: Words
    blocks: tuple[str, ...] = Field(min_length=1)
    without: tuple[str, ...] = ()
    new_page: bool = False


class Profile(Record):
    """An audience's report: what it is called, and its chapters in order."""

    title: Words
    chapters: tuple[ProfileChapter, ...] = Field(min_length=1)


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
    twice = repeated(chapter.id for chapter in profile.chapters) if profile else []
    problems += found + [Problem(path.name, "chapters", f"{one!r} stands twice", "each chapter once") for one in twice]
    if problems:
        raise SpecError(*problems)
    return profile


def select(blocks: Iterable[Block], profile: Profile, lang: str, *, file: str = "full") -> list[Block]:
    """The blocks of the profile's chapters, in its order; each block once, in the first chapter that names it.

    A chapter's title is a heading of level 1, and the notebooks' headings stand below it. A heading without anything
    under it is left out, a chapter too. SpecError for a pattern of a section that neither the notebooks nor the
    library know; one that only meets nothing in this study is no mistake.
    """
    left = {id(block): block for block in blocks}
    _check_sections(profile, {block.section for block in left.values()}, file)
    chosen: list[Block] = []
    for chapter in profile.chapters:
        own = list(_of_chapter(chapter, left.values()))
        for block in own:
            del left[id(block)]
        title = chapter.title.in_language(lang)
        head = [Heading(f"{chapter.id}.chapter", chapter.id, title, 1)] if title else []
        placed = _without_empty([*head, *_outlined(own)])
        if chapter.new_page and (first := next((one for one in placed if isinstance(one, Heading)), None)):
            placed[placed.index(first)] = replace(first, new_page=True)
        chosen += placed
    return chosen


def _check_sections(profile: Profile, shown: set[str], file: str) -> None:
    # each section has its words, also where this study has nothing to show in it
    known = sorted(shown | {path.stem for path in WORDS.glob("*.toml")})
    problems = [
        Problem(f"{file}.toml", f"chapters, {chapter.id}", f"no notebook has a block {pattern!r}", listed(known))
        for chapter in profile.chapters
        for pattern in (*chapter.blocks, *chapter.without)
        if not any(fnmatchcase(one, pattern.partition(".")[0]) for one in known)
    ]
    if problems:
        raise SpecError(*problems)


def _of_chapter(chapter: ProfileChapter, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that the chapter's patterns name, by pattern and then as they are shown."""
    wanted = [block for block in blocks if not any(fnmatchcase(block.id, one) for one in chapter.without)]
    told: set[int] = set()
    for pattern in chapter.blocks:
        found = [block for block in wanted if id(block) not in told and fnmatchcase(block.id, pattern)]
        told |= {id(block) for block in found}
        yield from found


def _outlined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings one level below the chapter, or below what they stand under in their section; no level is skipped."""
    open_levels: list[int] = []
    section = ""
    for block in blocks:
        if isinstance(block, Heading):
            own = open_levels if block.section == section else []
            open_levels, section = [one for one in own if one < block.level] + [block.level], block.section
            yield replace(block, level=1 + len(open_levels))
        else:
            yield block


def _without_empty(blocks: list[Block]) -> list[Block]:
    """Only headings that something stands under, before the next one of the same level or higher."""
    kept: list[Block] = []
    for block in reversed(blocks):
        after = kept[-1] if kept else None
        bare = after is None or (isinstance(after, Heading) and after.level <= getattr(block, "level", 0))
        if not (bare and isinstance(block, Heading)):
            kept.append(block)
    return kept[::-1]

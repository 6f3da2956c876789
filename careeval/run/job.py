"""What one run is asked for, checked before anything is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from careeval.errors import CareevalError, Problem, SpecError, listed
from careeval.run.profiles import Profile, read_profile
from careeval.specs.home import root
from careeval.specs.study import Study, Wave
from careeval.store import code_fingerprint, fingerprint

FORMATS = ("html", "docx", "pdf", "tables")


@dataclass(frozen=True)
class Job:
    """One report of one wave (and perhaps one site) in one language; `notebooks` in reading order."""

    study: Study
    wave: Wave
    site: str
    lang: str
    formats: tuple[str, ...]
    profile_name: str
    profile: Profile
    leaf: Path
    notebooks: tuple[Path, ...]

    def named(self, name: str) -> str:
        """A file's name in this language: report.html in the study's first one, else report.en.html."""
        stem, _, ending = name.rpartition(".")
        return name if self.lang == self.study.spec.languages[0] else f"{stem}.{self.lang}.{ending}"

    @property
    def parameters(self) -> dict[str, str]:
        """What is published of the notebooks' parameters: names, no folder."""
        return {"study": self.study.id, "wave": self.wave.id, "site": self.site, "lang": self.lang}

    @property
    def kernel_parameters(self) -> dict[str, str]:
        """What the notebooks are given: the study by its folder, so that it is found wherever it lies."""
        return {**self.parameters, "study": self.study.folder.as_posix()}

    def key(self, inputs: Mapping[str, str]) -> str:
        """A hash over everything that a report depends on, save the list of formats."""
        notebooks = [part for path in self.notebooks for part in (path.name, path.read_bytes())]
        asked = [*self.parameters.values(), self.profile.model_dump_json()]
        return fingerprint([code_fingerprint(), *asked, *(f"{one} {inputs[one]}" for one in inputs), *notebooks])


def prepare_job(
    study: Study, *, wave: str, site: str, lang: str, formats: Iterable[str], profile: str, out: str | Path | None
) -> Job:
    """The job, with defaults filled in (newest wave, the study's first language, the reports folder).

    SpecError with every option that cannot be met.
    """
    lang, formats = lang or study.spec.languages[0], tuple(dict.fromkeys(formats))
    problems = [*_language_problems(study, lang), *_format_problems(formats)]
    chosen, found = _tried(lambda: study.wave(wave))
    problems += found
    read, found = _tried(lambda: read_profile(profile))
    problems += found
    notebooks = tuple(sorted((root() / "notebooks").glob("[0-9][0-9]_*.ipynb")))
    if not notebooks:
        way_out = "Work in a clone of careeval, or set CAREEVAL_HOME to its folder"
        problems.append(Problem("notebooks/", "", "there are no chapters such as 00_start_here.ipynb", "", way_out))
    if problems:
        raise SpecError(*problems)
    leaf = Path(out) if out else root() / "reports" / study.id / chosen.id / folder_name(site or "all")
    return Job(study, chosen, site, lang, formats, Path(profile).stem, read, leaf.resolve(), notebooks)


def folder_name(site: str) -> str:
    """A site's name as a folder that every system can make."""
    return re.sub(r'[<>:"/\\|?*\s]+', "_", site).strip("._") or "_"


def _language_problems(study: Study, lang: str) -> list[Problem]:
    if lang in study.spec.languages:
        return []
    way_out = f"Choose one of them, or add {lang!r} to languages in study.toml" if lang in ("zh", "en") else ""
    return [Problem("--lang", "", f"{study.id} has no report in {lang!r}", listed(study.spec.languages), way_out)]


def _format_problems(formats: tuple[str, ...]) -> list[Problem]:
    unknown = [one for one in formats if one not in FORMATS]
    return [Problem("--format", "", f"there is no format {one!r}", listed(FORMATS)) for one in unknown]


def _tried(find: Callable) -> tuple:
    try:
        return find(), []
    except CareevalError as error:
        return None, list(error.problems)

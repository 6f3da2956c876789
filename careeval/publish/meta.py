"""What a document says about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportMeta:
    """The head of a report.

    lang: zh or en; simulated: every page says that the people are made up; lines: a few lines under the title
    (study, wave, site, source).
    """

    title: str
    subtitle: str
    lang: str
    simulated: bool
    lines: tuple[str, ...] = ()

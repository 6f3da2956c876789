"""The pieces a report is made of: they show themselves in a notebook and travel to the writers as JSON."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from careeval.present.numbers import shown

MIME = "application/vnd.careeval.block+json"


@dataclass(frozen=True)
class Reference:
    """Where a number in a sentence comes from: table, row key, column, the value itself and how it was printed."""

    table: str
    row: str
    column: str
    value: Any
    shown: str


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is a chapter, 2 a section."""

    id: str
    section: str
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A finished sentence or more; kind is text, note or warning."""

    id: str
    section: str
    text: str
    references: tuple[Reference, ...] = ()
    kind: str = "text"


@dataclass(frozen=True)
class Column:
    """One printed column: the frame's column, its title, its number format (see `numbers.shown`)."""

    name: str
    title: str
    format: str = "text"

    @property
    def align(self) -> str:
        return "left" if self.format == "text" else "right"


@dataclass(frozen=True)
class Table:
    """A frame of unrounded values, and the columns of it that are printed. Text in a number column is printed as is."""

    id: str
    section: str
    caption: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    def cells(self) -> list[list[str]]:
        """The printed text, a list a row."""
        by_column = [[shown(value, column.format) for value in self.frame[column.name]] for column in self.columns]
        return [list(row) for row in zip(*by_column, strict=True)]


@dataclass(frozen=True)
class Figure:
    """A picture: `draw(frame)` gives a matplotlib figure; `png` is filled when it has been drawn."""

    id: str
    section: str
    caption: str
    alt: str
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    draw: Callable[[pd.DataFrame], Any] | None = None
    png: bytes = b""

    def image(self) -> bytes:
        """The picture as PNG bytes."""
        from careeval.present.style import to_png

        return self.png or to_png(self.draw(self.frame))


Block = Heading | Paragraph | Table | Figure
KINDS: Mapping[str, type] = {"heading": Heading, "paragraph": Paragraph, "table": Table, "figure": Figure}

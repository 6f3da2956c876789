"""The pieces a report is made of: they show themselves in a notebook and travel to the writers as JSON."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import pandas as pd

from careeval.errors import CareevalError, Problem, listed
from careeval.present.html_view import figure_html, heading_html, in_notebook, paragraph_html, table_html
from careeval.present.numbers import shown

MIME = "application/vnd.careeval.block+json"


def _mimebundle(block: Block, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """What Jupyter shows and keeps: HTML for people, JSON for the writers, a Figure's picture as base64."""
    drawn = replace(block, png=block.image()) if isinstance(block, Figure) else block
    words = drawn.caption if isinstance(drawn, Table | Figure) else drawn.text
    # text/plain is given here because the default, the repr, would print columns that are not meant to be seen
    bundle = {"text/plain": words, "text/html": in_notebook(drawn.html()), MIME: to_json(drawn)}
    return bundle | ({"image/png": base64.b64encode(drawn.png).decode()} if isinstance(drawn, Figure) else {})


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
    """A title; level 1 is a chapter, 2 a section. new_page: in print it begins a page."""

    id: str
    section: str
    text: str
    level: int = 2
    new_page: bool = False

    _repr_mimebundle_ = _mimebundle

    def html(self) -> str:
        """The heading as HTML."""
        return heading_html(self.text, self.level, self.id, new_page=self.new_page)


@dataclass(frozen=True)
class Paragraph:
    """A finished sentence or more; kind is text, note or warning. An empty line in the text starts a new paragraph.

    lead: a few words in bold before the text.
    """

    id: str
    section: str
    text: str
    references: tuple[Reference, ...] = ()
    kind: str = "text"
    lead: str = ""

    _repr_mimebundle_ = _mimebundle

    def html(self) -> str:
        """The paragraph as HTML."""
        return paragraph_html(self.text, self.kind, self.lead)


@dataclass(frozen=True)
class Column:
    """One printed column: the frame's column, its title, its number format (see `numbers.shown`)."""

    name: str
    title: str
    format: str = "text"

    @property
    def align(self) -> str:
        """Words to the left, numbers to the right."""
        return "left" if self.format in ("text", "date") else "right"


@dataclass(frozen=True)
class Table:
    """A frame of unrounded values, and the columns of it that are printed. Text in a number column is printed as is."""

    id: str
    section: str
    caption: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    _repr_mimebundle_ = _mimebundle

    def cells(self) -> list[list[str]]:
        """The printed text, a list a row."""
        by_column = [[shown(value, column.format) for value in self.frame[column.name]] for column in self.columns]
        return [list(row) for row in zip(*by_column, strict=True)]

    def html(self) -> str:
        """The table as HTML, its caption above and its notes below."""
        return table_html(
            self.caption,
            titles=[column.title for column in self.columns],
            alignments=[column.align for column in self.columns],
            rows=self.cells(),
            notes=self.notes,
            anchor=self.id,
        )


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

    _repr_mimebundle_ = _mimebundle

    def image(self) -> bytes:
        """The picture as PNG bytes, drawn in the house's style unless it has been drawn before."""
        from careeval.present.style import drawn_png

        return self.png or drawn_png(self.draw, self.frame)

    def html(self) -> str:
        """The picture as HTML, its caption below."""
        return figure_html(self.caption, self.alt, self.image(), self.id)


Block = Heading | Paragraph | Table | Figure
KINDS: Mapping[str, type] = {"heading": Heading, "paragraph": Paragraph, "table": Table, "figure": Figure}


def to_json(block: Block) -> dict[str, Any]:
    """A block as plain JSON values.

    A Table keeps its printed columns only, as values (missing = null) and as shown cells; a column that is not printed
    stays behind, since it may hold what a printed one hides. A Figure leaves its frame and its picture behind: the
    picture travels beside the JSON, as image/png.
    """
    kind = next(name for name, cls in KINDS.items() if isinstance(block, cls))
    data = {one.name: getattr(block, one.name) for one in fields(block) if one.name not in ("frame", "draw", "png")}
    if isinstance(block, Paragraph):
        data["references"] = [asdict(one) | {"value": _plain(one.value)} for one in block.references]
    if isinstance(block, Table):
        values = [[_plain(value) for value in block.frame[column.name]] for column in block.columns]
        rows = [list(row) for row in zip(*values, strict=True)]
        columns = [asdict(column) for column in block.columns]
        data |= {"columns": columns, "values": rows, "cells": block.cells(), "notes": list(block.notes)}
    return {"block": kind, **data}


def from_json(data: Mapping[str, Any], png: bytes = b"") -> Block:
    """The block that `to_json` was given; `png` is a Figure's picture. An unknown kind is a CareevalError."""
    kind = data.get("block")
    if kind not in KINDS:
        raise CareevalError(Problem("block", str(data.get("id", "")), f"the kind is {kind!r}", listed(KINDS)))
    given = {name: value for name, value in data.items() if name not in ("block", "values", "cells")}
    if kind == "paragraph":
        given["references"] = tuple(Reference(**one) for one in data["references"])
    if kind == "table":
        columns = tuple(Column(**column) for column in data["columns"])
        # object: a whole number beside a missing one stays a whole number
        frame = pd.DataFrame(data["values"], columns=[column.name for column in columns], dtype=object)
        given |= {"frame": frame, "columns": columns, "notes": tuple(data["notes"])}
    if kind == "figure":
        given["png"] = png
    return KINDS[kind](**given)


def _plain(value: Any) -> Any:
    """A value that JSON knows. A date becomes its day, and what is not finite its printed sign: JSON has neither."""
    if pd.isna(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") else shown(value, "number1")
    return shown(value, "date")

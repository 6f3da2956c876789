"""The HTML of one block: read by people in a notebook, by browsers and by the Word writer."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

NOTEBOOK_STYLE = """<style>
.careeval {max-width: 56em; line-height: 1.6}
.careeval table {border-collapse: collapse; border: 0; border-top: 2px solid; border-bottom: 2px solid; margin: .2em 0}
.careeval thead {border-bottom: 1px solid}
.careeval tr, .careeval th, .careeval td {background: none !important; border: 0; padding: .2em .8em}
.careeval td, .careeval th {vertical-align: top}
.careeval caption {caption-side: top; text-align: left; font-weight: bold; color: inherit; padding: .3em 0}
.careeval figure {margin: .5em 0} .careeval img {max-width: 100%} .careeval figcaption {font-weight: bold}
.careeval .note {font-size: 90%} .careeval .warning {border-left: 4px solid #c8501e; padding-left: .8em}
</style>"""


def in_notebook(body: str) -> str:
    """The HTML of a block with the few rules that make three-line tables on a notebook's page."""
    return f'{NOTEBOOK_STYLE}<div class="careeval">{body}</div>'


def heading_html(text: str, level: int, anchor: str, *, new_page: bool = False) -> str:
    """A heading; the document's title is h1, so level 1 is h2."""
    marked = ' class="new-page"' if new_page else ""
    return f'<h{level + 1} id="{escape(anchor)}"{marked}>{escape(text)}</h{level + 1}>'


def paragraph_html(text: str, kind: str, lead: str = "") -> str:
    """A paragraph, more than one where the text has empty lines; notes and warnings are marked for both writers."""
    bold = f"<strong>{escape(lead)}</strong> " if lead else ""
    body = bold + "</p><p>".join(escape(part.strip()) for part in text.split("\n\n"))
    body = f"<p>{body}</p>"
    return body if kind == "text" else _marked(kind, body)


def table_html(
    caption: str,
    *,
    titles: Sequence[str],
    alignments: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    anchor: str,
) -> str:
    """A three-line table: caption above, one head row, notes below. alignments: left or right, one a column."""
    styles = [f' style="text-align: {alignment}"' for alignment in alignments]
    head = "".join(f'<th scope="col"{style}>{escape(title)}</th>' for title, style in zip(titles, styles, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{style}>{escape(cell)}</td>" for cell, style in zip(row, styles, strict=True)) + "</tr>"
        for row in rows
    )
    table = (
        f'<table id="{escape(anchor)}"><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
    below = _marked("note", "".join(f"<p>{escape(note)}</p>" for note in notes)) if notes else ""
    return f'<div class="table">{table}</div>{below}'


def figure_html(caption: str, alt: str, png: bytes, anchor: str) -> str:
    """A picture inside the page, with words for those who cannot see it and the caption below."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    image = f'<img src="{source}" alt="{escape(alt)}">'
    return f'<figure id="{escape(anchor)}">{image}<figcaption>{escape(caption)}</figcaption></figure>'


def _marked(kind: str, body: str) -> str:
    # the Word writer turns data-custom-style into a paragraph style of that name
    return f'<div class="{kind}" data-custom-style="{kind.capitalize()}">{body}</div>'

"""Blocks on a notebook's page."""

from __future__ import annotations

from collections.abc import Iterable

from careeval.present.blocks import Block


def show(blocks: Block | Iterable[Block]) -> None:
    """Show one block or several, one output each, in order."""
    from IPython.display import display

    for block in blocks if isinstance(blocks, Iterable) else [blocks]:
        display(block)

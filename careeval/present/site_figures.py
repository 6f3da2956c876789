"""Change at every site, one row a site and one panel an outcome: did it happen everywhere, or in a few places?"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from careeval.present.style import MARKERS, PALETTE, WIDTH_INCHES, figure_style, wrapped

ROW_INCHES = 0.2


def site_changes(frame: pd.DataFrame) -> Figure:
    """A filled point a site, a larger one an arm; the shaded band is too small to matter; n stands on the right.

    Columns: panel, x_title, row (its label), arm (words), whole (the row of all the arm's people), value (missing =
    hidden), n (text), worthwhile (half width of the band); right is better. Rows in the order of the frame.
    """
    with figure_style():
        panels = list(dict.fromkeys(frame["panel"]))
        rows = list(dict.fromkeys(zip(frame["arm"], frame["row"], strict=True)))
        height = ROW_INCHES * len(rows) + 1.15
        figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
        grid = figure.subplots(1, len(panels), squeeze=False, sharey=True).ravel()
        for axes, panel in zip(grid, panels, strict=True):
            own = frame[frame["panel"].eq(panel)]
            _panel(axes, own, rows)
            axes.set_title(wrapped(panel, 64 // len(panels)), fontsize=9)
            axes.set_xlabel(wrapped(own["x_title"].iloc[0], 78 // len(panels)), fontsize=8.5)
        whole = {(row["arm"], row["row"]) for row in frame[frame["whole"]].to_dict("records")}
        grid[0].set_yticks(range(len(rows)), [row for _, row in rows], fontsize=8)
        for label, row in zip(grid[0].get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if row in whole else "normal")
        grid[0].set_ylim(len(rows) - 0.4, -0.6)
    return figure


def _panel(axes: Axes, own: pd.DataFrame, rows: list[tuple[str, str]]) -> None:
    half, arms = own["worthwhile"].iloc[0], list(dict.fromkeys(arm for arm, _ in rows))
    axes.axvspan(-half, half, color="0.91", linewidth=0)
    axes.axvline(0, color="0.3", linewidth=0.8)
    for row in own.to_dict("records"):
        place, number = rows.index((row["arm"], row["row"])), arms.index(row["arm"])
        colour, size = PALETTE[number % len(PALETTE)], 7.5 if row["whole"] else 4.5
        axes.text(1.01, place, row["n"], transform=axes.get_yaxis_transform(), va="center", fontsize=7.5, color="0.3")
        if row["value"] == row["value"]:
            axes.plot([0, row["value"]], [place, place], color=colour, linewidth=0.7)
            face = "white" if number % 2 else colour
            marker = MARKERS[number % len(MARKERS)]
            axes.plot(row["value"], place, marker, color=colour, markerfacecolor=face, markersize=size)
    for place in range(1, len(rows)):
        if rows[place][0] != rows[place - 1][0]:
            axes.axhline(place - 0.5, color="0.75", linewidth=0.6)
    axes.text(1.01, -0.75, "n", transform=axes.get_yaxis_transform(), va="bottom", fontsize=7.5, color="0.3")
    axes.margins(x=0.08)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
    axes.spines["left"].set_visible(False)

"""A flow of people as boxes from top to bottom, a column an arm; who left stands beside the arrow."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from careeval.present.style import WIDTH_INCHES, figure_style, wrapped

TRACK = "#eceef1"
POINTS, LINE_INCHES, LETTER_INCHES = 8.5, 0.165, 0.062  # of a Latin letter; a Chinese one takes two
GAP, PADDING, INDENT = 0.1, 0.09, 0.3  # inches: between columns, inside a box, of what stands beside an arrow
SHORTEST_ARROW = 0.24


def flow_boxes(frame: pd.DataFrame) -> Figure:
    """Columns: column (its title), level (0 = top), kind (box, or note beside the arrow to the next box), text.

    Every column has the same boxes; a level is as high as its longest text. The last box is shaded.
    """
    with figure_style():
        columns = list(dict.fromkeys(frame["column"]))
        width = (WIDTH_INCHES - GAP * (len(columns) - 1)) / len(columns)
        text = [_fitted(row, width) for row in frame.to_dict("records")]
        frame = frame.assign(text=text, lines=[one.count("\n") + 1 if one else 0 for one in text])
        lines = frame.groupby("level")["lines"].max()
        boxes = set(frame.loc[frame["kind"].eq("box"), "level"])
        spare = {level: 2 * PADDING if level in boxes else SHORTEST_ARROW - LINE_INCHES for level in lines.index}
        heights = {level: max(count, 1) * LINE_INCHES + spare[level] for level, count in lines.items()}
        figure = Figure(figsize=(WIDTH_INCHES, sum(heights.values()) + 0.3))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH_INCHES), ylim=(sum(heights.values()) + 0.02, -0.28))
        axes.set_axis_off()
        for number, column in enumerate(columns):
            left = number * (width + GAP)
            axes.text(left + width / 2, -0.05, column, ha="center", va="bottom", fontweight="bold", fontsize=9.5)
            _column(axes, frame[frame["column"].eq(column)], heights, left, width, max(boxes))
    return figure


def _fitted(row: dict, width: float) -> str:
    free = width - 2 * PADDING if row["kind"] == "box" else width - INDENT
    return "\n".join(wrapped(line, int(free / LETTER_INCHES)) for line in row["text"].split("\n"))


def _column(axes: Axes, own: pd.DataFrame, heights: dict, left: float, width: float, last: int) -> None:
    top, edge = 0.0, left + INDENT / 2
    for row in own.sort_values("level").to_dict("records"):
        height = heights[row["level"]]
        if row["kind"] == "box":
            colour = TRACK if row["level"] == last else "white"
            line = 1.2 if row["level"] == last else 0.8
            box = Rectangle(
                (left + 0.01, top), width - 0.02, height, facecolor=colour, edgecolor="0.25", linewidth=line
            )
            axes.add_patch(box)
            axes.text(
                left + width / 2,
                top + height / 2,
                row["text"],
                ha="center",
                va="center",
                fontsize=POINTS,
                linespacing=1.3,
            )
        else:
            arrow = {"arrowstyle": "-|>", "color": "0.25", "shrinkA": 0, "shrinkB": 0, "linewidth": 0.9}
            axes.annotate("", (edge, top + height), (edge, top), arrowprops=arrow)
            middle = top + height / 2
            axes.text(left + INDENT, middle, row["text"], va="center", fontsize=POINTS - 0.5, linespacing=1.3)
        top += height

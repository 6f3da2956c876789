"""Figures of the support chapters, in neutral colours: a shortfall is shown by length, never by red."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from careeval.present.style import GREY, PALETTE, WIDTH_INCHES, figure_style, wrapped

MET, TRACK, HATCH = PALETTE[2], "#eceef1", "////"


def delivery_bars(frame: pd.DataFrame) -> Figure:
    """Share met of each promise in percent of what was due, one a row.

    Columns: name, value, low, high, target, previous (missing = none), unknown (share without a record), n (text),
    x_title, and key_value, key_unknown, key_interval, key_target, key_previous (the words of the key); shares of one.
    """
    with figure_style():
        names = [wrapped(name) for name in frame["name"]]
        tall = max(0.42, 0.165 * max(name.count("\n") + 1 for name in names))
        figure = Figure(figsize=(WIDTH_INCHES, tall * len(frame) + 1.2), layout="constrained")
        axes = figure.subplots()
        places = list(range(len(frame)))[::-1]
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            _promise(axes, place, {name: 100 * row[name] for name in SHARES})
            axes.text(1.02, place, row["n"], transform=axes.get_yaxis_transform(), va="center", fontsize=7.5)
        axes.set_yticks(places, names, fontsize=8.5)
        axes.set_ylim(-0.6, len(frame) - 0.4)
        axes.set_xlim(0, 102)
        axes.set_xlabel(frame["x_title"].iloc[0])
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        figure.legend(handles=_key(frame), loc="outside lower center", ncols=5, frameon=False, fontsize=8.5)
    return figure


SHARES = ("value", "low", "high", "target", "previous", "unknown")


def _promise(axes: Axes, place: int, row: dict[str, float]) -> None:
    axes.barh(place, 100, height=0.62, color=TRACK)
    axes.barh(place, row["value"], height=0.62, color=MET)
    if row["unknown"] > 0:
        axes.barh(
            place, row["unknown"], left=row["value"], height=0.62, facecolor="white", edgecolor=GREY, hatch=HATCH,
            linewidth=0.6,
        )  # fmt: skip
    if row["high"] > row["low"]:
        axes.plot([row["low"], row["high"]], [place, place], color=PALETTE[0], linewidth=1.6)
        axes.plot([row["low"], row["high"]], [place, place], "|", color=PALETTE[0], markersize=6)
    if row["target"] == row["target"]:
        axes.plot([row["target"]] * 2, [place - 0.42, place + 0.42], color="black", linewidth=2, clip_on=False)
    if row["previous"] == row["previous"]:
        axes.plot(row["previous"], place, "D", markerfacecolor="white", color=PALETTE[0], markersize=5, clip_on=False)


def _key(frame: pd.DataFrame) -> list:
    words = {name: frame[f"key_{name}"].iloc[0] for name in ("value", "unknown", "interval", "target", "previous")}
    handles = [
        Patch(facecolor=MET, label=words["value"]),
        Patch(facecolor="white", edgecolor=GREY, hatch=HATCH, label=words["unknown"]),
        Line2D([], [], color=PALETTE[0], linewidth=1.6, label=words["interval"]),
        Line2D(
            [], [], color="black", linestyle="", marker="|", markersize=11, markeredgewidth=2, label=words["target"]
        ),
    ]
    if frame["previous"].notna().any():
        marks = {"color": PALETTE[0], "linestyle": "", "marker": "D", "markerfacecolor": "white"}
        handles.append(Line2D([], [], label=words["previous"], **marks))
    return handles


def cascade_bars(frame: pd.DataFrame) -> Figure:
    """People at each step, a panel a promise; what was lost on the way to a step is pale, the largest loss hatched.

    Columns: panel, step, n (missing = hidden, drawn as a star), largest_loss (one step a panel, or none).
    """
    with figure_style():
        panels = list(dict.fromkeys(frame["panel"]))
        columns = min(2, len(panels))
        rows = -(-len(panels) // columns)
        steps = frame.groupby("panel").size().max()
        figure = Figure(figsize=(WIDTH_INCHES, (0.3 * steps + 0.75) * rows), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, panel in zip(grid, panels, strict=False):
            _steps(axes, frame[frame["panel"].eq(panel)])
            axes.set_title(wrapped(panel, 30), fontsize=9)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
    return figure


def _steps(axes: Axes, own: pd.DataFrame) -> None:
    places = list(range(len(own)))[::-1]
    before, whole = own["n"].shift(), max(own["n"].max(), 1)
    for place, row, last in zip(places, own.to_dict("records"), before, strict=True):
        if row["n"] != row["n"]:
            axes.text(0.01 * whole, place, "*", va="center", fontsize=10)
            continue
        if last > row["n"]:
            hatch = HATCH if row["largest_loss"] else ""
            axes.barh(
                place, last - row["n"], left=row["n"], height=0.7, facecolor=TRACK, edgecolor=GREY if hatch else TRACK,
                hatch=hatch, linewidth=0.6,
            )  # fmt: skip
        axes.barh(place, row["n"], height=0.7, color=MET)
        axes.text(1.03 * whole, place, f"{row['n']:,.0f}", va="center", fontsize=8)
    axes.set_yticks(places, list(own["step"]), fontsize=8)
    axes.set_xlim(0, 1.15 * whole)
    axes.set_ylim(-0.5, len(own) - 0.5)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="both", length=0)
    axes.set_xticks([])

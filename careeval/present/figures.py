"""Figures, one function each: a small tidy frame in, a matplotlib figure out. Colours also differ in grey."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from careeval.present.style import MARKERS, PALETTE, WIDTH_INCHES, figure_style, wrapped

COLUMNS = 3


def level_points(frame: pd.DataFrame) -> Figure:
    """Means with intervals: a panel an outcome, a line an arm, x the waves in the order of the frame.

    Columns: panel, y_title, x, line, value, conf_low, conf_high (missing interval: none drawn).
    """
    with figure_style():
        panels = list(dict.fromkeys(frame["panel"]))
        columns = 2 if len(panels) in (1, 2, 4) else COLUMNS
        rows = math.ceil(len(panels) / columns)
        figure = Figure(figsize=(WIDTH_INCHES, 2.2 * rows + 0.5), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, panel in zip(grid, panels, strict=False):
            own = frame[frame["panel"].eq(panel)]
            _lines(axes, own)
            axes.set_title(wrapped(panel, 66 // columns), fontsize=9.5)
            axes.set_ylabel(own["y_title"].iloc[0], fontsize=8.5)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        handles, names = grid[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    return figure


def _lines(axes: Axes, frame: pd.DataFrame) -> None:
    waves = list(dict.fromkeys(frame["x"]))
    lines = list(dict.fromkeys(frame["line"]))
    for number, line in enumerate(lines):
        own = frame[frame["line"].eq(line)]
        # shifted a little so that intervals do not hide one another
        x = own["x"].map(waves.index).to_numpy() + 0.08 * (number - (len(lines) - 1) / 2)
        down, up = own["value"] - own["conf_low"], own["conf_high"] - own["value"]
        errors = [down.fillna(0).clip(lower=0), up.fillna(0).clip(lower=0)]
        colour, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        axes.errorbar(x, own["value"], yerr=errors, color=colour, marker=marker, markersize=4, capsize=2, label=line)
    axes.set_xticks(range(len(waves)), [wrapped(wave, 14) for wave in waves], fontsize=8)
    if len(waves) > 2:
        axes.tick_params(axis="x", rotation=30)
    axes.set_xlim(-0.4, len(waves) - 0.6)


def forest(frame: pd.DataFrame) -> Figure:
    """Estimates with intervals, one a row, zero marked and the band that is too small to matter shaded.

    Columns: name, value, low, high, n (text), worthwhile (half width of the band), x_title; right is better.
    """
    with figure_style():
        figure = Figure(figsize=(WIDTH_INCHES, 0.5 * len(frame) + 1.1), layout="constrained")
        axes = figure.subplots()
        places = range(len(frame))[::-1]
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            half = row["worthwhile"]
            axes.fill_between([-half, half], place - 0.38, place + 0.38, color="0.9", linewidth=0)
            axes.plot([row["low"], row["high"]], [place, place], color=PALETTE[0], linewidth=1.6)
            axes.plot(row["value"], place, marker="s", color=PALETTE[0], markersize=5)
            axes.text(1.01, place, row["n"], transform=axes.get_yaxis_transform(), va="center", fontsize=8)
        axes.axvline(0, color="0.3", linewidth=0.8)
        axes.set_yticks(list(places), ["\n".join(map(wrapped, name.split("\n"))) for name in frame["name"]], fontsize=9)
        axes.set_ylim(-0.6, len(frame) - 0.4)
        axes.set_xlabel(frame["x_title"].iloc[0])
        axes.spines[["left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    return figure


def share_bars(frame: pd.DataFrame) -> Figure:
    """Grouped bars of percentages. Columns: x, bar, value (0 to 100), y_title."""
    with figure_style():
        figure = Figure(figsize=(WIDTH_INCHES, 2.8), layout="constrained")
        axes = figure.subplots()
        _bars(axes, frame)
        axes.set_ylim(0, 108)
        axes.set_ylabel(frame["y_title"].iloc[0])
        axes.legend(frameon=False, ncols=frame["bar"].nunique(), loc="upper center", bbox_to_anchor=(0.5, -0.12))
    return figure


def _bars(axes: Axes, frame: pd.DataFrame) -> None:
    groups, bars = list(dict.fromkeys(frame["x"])), list(dict.fromkeys(frame["bar"]))
    width = 0.8 / len(bars)
    for number, bar in enumerate(bars):
        own = frame[frame["bar"].eq(bar)]
        x = own["x"].map(groups.index).to_numpy() + width * (number - (len(bars) - 1) / 2)
        drawn = axes.bar(x, own["value"], width * 0.92, color=PALETTE[number % len(PALETTE)], label=bar)
        axes.bar_label(drawn, fmt="%.0f", padding=1, fontsize=8)
    axes.set_xticks(range(len(groups)), groups)

"""The shape of a scale by wave and arm: smooth densities, no single person's point."""

from __future__ import annotations

import math

import pandas as pd
import seaborn
from matplotlib.figure import Figure

from careeval.present.style import PALETTE, WIDTH_INCHES, figure_style, wrapped

COLUMNS = 2
PEOPLE_AT_LEAST = 30  # fewer make a curve that shows single people


def densities(frame: pd.DataFrame) -> Figure:
    """A panel an outcome and wave, a curve an arm over the whole range of the scale.

    Columns: panel, arm, value, low, high (the scale's range), x_title. Curves are kernel densities, each of area one;
    the numbers of people behind them stand below, in the order of the key.
    """
    with figure_style():
        panels = list(dict.fromkeys(frame["panel"]))
        columns = min(COLUMNS, len(panels))
        rows = math.ceil(len(panels) / columns)
        figure = Figure(figsize=(WIDTH_INCHES, 2.3 * rows + 0.5), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        arms = list(dict.fromkeys(frame["arm"]))
        colours = dict(zip(arms, PALETTE, strict=False))
        for axes, panel in zip(grid, panels, strict=False):
            own = frame[frame["panel"].eq(panel)]
            span = (own["low"].iloc[0], own["high"].iloc[0])
            for arm, style in zip(arms, ("-", "--", "-.", ":"), strict=False):
                values = own.loc[own["arm"].eq(arm), "value"].to_numpy(float)
                seaborn.kdeplot(x=values, ax=axes, color=colours[arm], linestyle=style, marker="", clip=span, label=arm)
            counts = " / ".join(f"{own['arm'].eq(arm).sum():,}" for arm in arms)
            axes.set(ylabel="", xlim=span, yticks=[])
            axes.set_xlabel(f"{own['x_title'].iloc[0]}  (n = {counts})", fontsize=8)
            axes.set_title("\n".join(map(wrapped, panel.split("\n"))), fontsize=9.5)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        handles, names = grid[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    return figure

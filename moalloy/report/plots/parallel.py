"""Parallel coordinates: each alloy a line through its properties, composition and treatment."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from moalloy.domain.values import FloatArray
from moalloy.report.diverse import spread_out, unit_scaled
from moalloy.report.quantities import Quantity
from moalloy.report.scales import Limits, limits_of, number, ticks_between
from moalloy.report.style import DOUBLE_MM, in_style, new_figure

__all__ = ["N_LINES", "Coordinate", "parallel_caption", "parallel_figure"]

# More lines than this run together.
N_LINES = 150
_LABEL_WIDTH = 12


@dataclass(frozen=True, slots=True, eq=False)
class Coordinate:
    """One vertical axis; ``values`` of shape ``(n_alloys,)``, ``names`` for a named choice's indices."""

    quantity: Quantity
    values: FloatArray
    names: tuple[str, ...] | None = None


@in_style
def parallel_figure(coordinates: Sequence[Coordinate]) -> Figure:
    """Draw the alloys as lines over the coordinates, colored by the first; up is better where a goal is."""
    figure = new_figure(DOUBLE_MM, 78.0)
    axes = figure.add_subplot()
    heights = np.column_stack([_draw_axis(axes, i, item) for i, item in enumerate(coordinates)])
    heights = heights[spread_out(heights, N_LINES)]
    order = np.argsort(heights[:, 0], kind="stable")
    lines = [np.column_stack([np.arange(len(coordinates)), heights[i]]) for i in order]
    colors = colormaps["cividis"](unit_scaled(heights[order, :1])[:, 0])
    width, alpha = (0.6, 0.6) if len(lines) > 50 else (0.9, 0.8)
    axes.add_collection(LineCollection(lines, colors=colors, linewidths=width, alpha=alpha, zorder=1))
    axes.set_xlim(-0.15, len(coordinates) - 0.4)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(range(len(coordinates)), [_wrapped(item.quantity) for item in coordinates])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, pad=5)
    axes.yaxis.set_visible(False)
    axes.spines[:].set_visible(False)
    return figure


def parallel_caption(n_alloys: int, first: Quantity, *, unit: str = "at.%") -> str:
    """Return the figure's caption."""
    which = f"{N_LINES} alloys spread over" if n_alloys > N_LINES else "The alloys of"
    return (
        f"{which} the front ({n_alloys}), each a line through its objectives, composition ({unit}) and "
        "treatment. On the objectives' axes up is better, so lines that cross there show what is given up "
        f"for what. Color follows {first.title}: yellow is best."
    )


def _draw_axis(axes: Axes, position: int, item: Coordinate) -> FloatArray:
    """Draw one vertical axis with its ticks and return the alloys' heights on it, shape ``(n_alloys,)``."""
    quantity = item.quantity
    limits = limits_of(quantity, item.values)
    axes.plot([position, position], [0.0, 1.0], color="black", linewidth=0.6, zorder=2)
    if item.names is None:
        ticks = ticks_between(quantity, limits)
        texts = [number(tick) for tick in ticks]
    else:
        ticks = np.unique(item.values)
        texts = [item.names[int(tick)] for tick in ticks]
    for height, text in zip(_heights(quantity, ticks, limits), texts, strict=True):
        axes.plot([position, position + 0.05], [height, height], color="black", linewidth=0.6, zorder=2)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}
        axes.text(position + 0.08, height, text, fontsize=6.0, va="center", ha="left", bbox=box, zorder=3)
    return np.nan_to_num(_heights(quantity, item.values, limits))


def _heights(quantity: Quantity, values: FloatArray, limits: Limits) -> FloatArray:
    low, high = quantity.scaled(np.array(limits))
    heights = (quantity.scaled(values) - low) / (high - low)
    return np.asarray(1.0 - heights if quantity.goal == "min" else heights)


def _wrapped(quantity: Quantity) -> str:
    arrow = {"max": "\n↑", "min": "\n↑ less", None: ""}[quantity.goal]
    return "\n".join(textwrap.wrap(quantity.label, _LABEL_WIDTH)) + arrow

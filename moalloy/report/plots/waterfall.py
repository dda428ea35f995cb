"""From the base to one alloy's prediction, feature by feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Quantity
from moalloy.report.scales import dress, limits_of, number
from moalloy.report.style import COLORS, DOUBLE_MM, SINGLE_MM, in_style, panels
from moalloy.report.wording import wrapped

__all__ = ["WaterfallPanel", "waterfall_figure"]

_UP, _DOWN = COLORS[1], COLORS[0]
_LABEL_WIDTH, _TITLE_WIDTH = 36, 42
# Chances that a logit axis may show as ticks.
_CHANCES = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)


@dataclass(frozen=True, slots=True, eq=False)
class WaterfallPanel:
    """One part of a prediction.

    Attributes:
        title: What is predicted.
        quantity: The horizontal axis; a chance where ``is_chance``.
        labels: Of the steps: a feature with its value.
        effects: Of the steps, in words: ``+0.12``, ``×1.8``.
        totals: The base, then the running total after each step, shape ``(n_steps + 1,)``.
        interval: The calibrated interval of the last total; None where it is of something else.
        is_chance: Drawn by its odds, in which steps add up.
    """

    title: str
    quantity: Quantity
    labels: tuple[str, ...]
    effects: tuple[str, ...]
    totals: FloatArray
    interval: tuple[float, float] | None
    is_chance: bool


@in_style
def waterfall_figure(items: Sequence[WaterfallPanel], *, title: str) -> Figure:
    """Draw a panel per part: a bar per step from total to total, the prediction below."""
    width = SINGLE_MM if len(items) == 1 else DOUBLE_MM / 2
    # A row holds two lines.
    height = 24.0 + 6.0 * max(len(item.labels) for item in items)
    figure, axes = panels(len(items), n_columns=2, panel_mm=(width, height))
    for panel, item in zip(axes, items, strict=True):
        _draw(panel, item)
    figure.suptitle(wrapped(title, 110 if len(items) > 1 else 50), fontsize=7.5)
    return figure


def _draw(axes: Axes, item: WaterfallPanel) -> None:
    n_steps = len(item.labels)
    places = np.arange(1, n_steps + 1)
    before, after = item.totals[:-1], item.totals[1:]
    colors = [_UP if end > start else _DOWN for start, end in zip(before, after, strict=True)]
    _scale(axes, item)
    axes.barh(places, after - before, left=before, height=0.7, color=colors, linewidth=0)
    for place in range(n_steps + 1):
        axes.plot([item.totals[place]] * 2, [place - 0.35, place + 1.35], color="black", linewidth=0.5)
    axes.plot(item.totals[:1], [0], "|", color="black", markersize=7)
    axes.plot(item.totals[-1:], [n_steps + 1], "o", color="black", markersize=3.5)
    if item.interval is not None:
        axes.plot(item.interval, [n_steps + 1] * 2, color="black", linewidth=0.8)
    for place, words in enumerate(item.effects, start=1):
        axes.text(1.01, place, words, transform=axes.get_yaxis_transform(), va="center", fontsize=5.5)
    end = number(float(f"{item.totals[-1]:.3g}"))
    labels = ["base", *(wrapped(label, _LABEL_WIDTH) for label in item.labels), f"= {end}"]
    axes.set_yticks(range(n_steps + 2), labels, fontsize=5.5, linespacing=0.95)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(n_steps + 1.7, -0.7)
    axes.set_title(wrapped(item.title, _TITLE_WIDTH))


def _scale(axes: Axes, item: WaterfallPanel) -> None:
    ends = np.array(item.interval) if item.interval is not None else np.zeros(0)
    if not item.is_chance:
        dress(axes, "x", item.quantity, limits_of(item.quantity, item.totals, ends), directed=False)
        return
    odds = np.log(item.totals / (1.0 - item.totals))
    low, high = 1.0 / (1.0 + np.exp(-np.array([odds.min() - 0.5, odds.max() + 0.5])))
    axes.set_xscale("logit")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([chance for chance in _CHANCES if low <= chance <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xlabel(item.quantity.label)

"""Searches held against each other: indicators seed by seed, and how their fronts grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Quantity
from moalloy.report.scales import dress, limits_of
from moalloy.report.style import COLORS, LINES, SINGLE_MM, in_style, new_figure, panels

__all__ = ["growth_figure", "indicator_figure"]

_INDICATORS = {
    "hypervolume": Quantity("hypervolume", "hypervolume (normalized)", goal="max"),
    "igd_plus": Quantity("igd_plus", "IGD+ (normalized)", goal="min"),
    "spread": Quantity("spread", "spread (0 is even)", goal="min"),
}
_EVALUATED = Quantity("evaluations", "alloys evaluated")
_HYPERVOLUME = Quantity("hypervolume", "hypervolume (normalized)")
# Longer names than this don't fit side by side.
_SHORT = 6
# Three names of this length share a line of the legend, which is so high.
_LEGEND = 10
_LINE_MM = 4.0
# Half the width over which the dots of one contender lie beside each other.
_DOTS = 0.16


@in_style
def indicator_figure(values: Mapping[str, Mapping[str, FloatArray]]) -> Figure:
    """Draw a panel per indicator: a box from quartile to quartile for each contender, a dot for each seed.

    Args:
        values: By indicator and contender, shape ``(n_seeds,)`` each. NaN isn't drawn, and an indicator
            that nobody has gets no panel.
    """
    drawn = {name: item for name, item in values.items() if any(np.isfinite(v).any() for v in item.values())}
    longest = max(len(name) for item in drawn.values() for name in item)
    height_mm = 58.0 if longest <= _SHORT else 58.0 + min(longest, 30)
    figure, all_axes = panels(len(drawn), n_columns=3, panel_mm=(59.0, height_mm))
    for axes, (name, item) in zip(all_axes, drawn.items(), strict=True):
        quantity = _INDICATORS[name]
        for i, own in enumerate(item.values()):
            _draw_contender(axes, i, own[np.isfinite(own)])
        dress(axes, "y", quantity, limits_of(quantity, *item.values()), label_width=30)
        _name_contenders(axes, list(item))
    return figure


@in_style
def growth_figure(curves: Mapping[str, tuple[FloatArray, FloatArray]]) -> Figure:
    """Draw the median hypervolume against evaluations, in a band from quartile to quartile.

    Args:
        curves: By contender, evaluations of shape ``(n_points,)`` and hypervolumes of shape
            ``(n_seeds, n_points)``.
    """
    n_columns = 3 if max(map(len, curves)) <= _LEGEND else 1
    figure = new_figure(SINGLE_MM, 60.0 + _LINE_MM * -(-len(curves) // n_columns))
    axes = figure.add_subplot()
    bands = []
    for i, (name, (evaluations, hypervolume)) in enumerate(curves.items()):
        low, middle, high = np.percentile(hypervolume, [25, 50, 75], axis=0)
        color = COLORS[i % len(COLORS)]
        axes.fill_between(evaluations, low, high, color=color, alpha=0.2, linewidth=0)
        axes.plot(
            evaluations,
            middle,
            color=color,
            linestyle=LINES[i // len(COLORS) % len(LINES)],
            marker="o" if len(evaluations) == 1 else None,
            markersize=3.0,
            label=name,
        )
        bands += [low, high]
    dress(axes, "x", _EVALUATED, limits_of(_EVALUATED, *(at for at, _ in curves.values())))
    dress(axes, "y", _HYPERVOLUME, limits_of(_HYPERVOLUME, *bands))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", "\u202f")))
    # Above the panel: some curve may lie in any corner of it.
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=n_columns)
    return figure


def _draw_contender(axes: Axes, place: int, values: FloatArray) -> None:
    color = COLORS[place % len(COLORS)]
    if len(values) > 1:
        axes.boxplot(
            [values],
            positions=[place],
            widths=0.55,
            showfliers=False,
            boxprops={"color": color},
            whiskerprops={"color": color},
            capprops={"color": color},
            medianprops={"color": color, "linewidth": 1.6},
        )
    beside = np.linspace(-_DOTS, _DOTS, len(values)) if len(values) > 1 else np.zeros(len(values))
    axes.plot(place + beside, values, "o", color=color, markersize=2.2, alpha=0.7, markeredgewidth=0)


def _name_contenders(axes: Axes, names: Sequence[str]) -> None:
    is_long = max(map(len, names)) > _SHORT
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_xticks(
        range(len(names)), names, rotation=35 if is_long else 0, ha="right" if is_long else "center"
    )
    if is_long:
        for label in axes.get_xticklabels():
            label.set_rotation_mode("anchor")

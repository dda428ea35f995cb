"""The front, two objectives at a time, before the measured alloys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.report.diverse import spread_out
from moalloy.report.measured import MeasuredPair
from moalloy.report.quantities import Estimates, Quantity
from moalloy.report.scales import Limits, dress, limits_of
from moalloy.report.style import (
    DOUBLE_MM,
    FRONT_COLOR,
    MEASURED_COLOR,
    SINGLE_MM,
    THRESHOLD_COLOR,
    in_style,
    panels,
)

__all__ = ["N_INTERVALS", "pareto_caption", "pareto_figure"]

# More error bars than this in a panel hide what they belong to.
N_INTERVALS = 12
# Characters of a label beside a panel, in one column and in three.
_LABEL_WIDTH, _NARROW_LABEL_WIDTH = 44, 27
# A threshold may stretch an axis by this factor; one farther off would squeeze the front.
_FARTHEST_THRESHOLD = 2.0
_EMPTY = MeasuredPair(np.empty(0), np.empty(0), np.empty(0), np.empty(0))


@in_style
def pareto_figure(
    estimates: Sequence[Estimates],
    *,
    in_domain: BoolArray,
    measured: Mapping[tuple[str, str], MeasuredPair],
) -> Figure:
    """Draw every pair of objectives as a scatter.

    Args:
        estimates: The front in each objective, at least two.
        in_domain: Which alloys lie where the models were trained, shape ``(n_alloys,)``.
        measured: Measured alloys by the names of the two objectives, x first.
    """
    pairs = list(combinations(estimates, 2))
    width = SINGLE_MM if len(pairs) == 1 else DOUBLE_MM / min(len(pairs), 3)
    label_width = _LABEL_WIDTH if width == SINGLE_MM else _NARROW_LABEL_WIDTH
    figure, axes = panels(len(pairs), n_columns=3, panel_mm=(width, width))
    goodness = np.column_stack([item.quantity.goodness(item.mean) for item in estimates])
    chosen = spread_out(goodness, N_INTERVALS)
    for panel, (x, y) in zip(axes, pairs, strict=True):
        behind = measured.get((x.quantity.name, y.quantity.name), _EMPTY)
        limits = _limits(x, chosen), _limits(y, chosen)
        dress(panel, "x", x.quantity, limits[0], label_width=label_width)
        dress(panel, "y", y.quantity, limits[1], label_width=label_width)
        _draw_measured(panel, behind, *limits)
        _draw_pair(panel, x, y, in_domain=in_domain, chosen=chosen)
    entries = {
        label: handle
        for panel in axes
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        entries.values(), entries.keys(), loc="outside upper center", ncols=4 if len(pairs) > 2 else 2
    )
    return figure


def pareto_caption(n_alloys: int, *, n_outside: int, interval: float) -> str:
    """Return the figure's caption."""
    whose = "each alloy" if n_alloys <= N_INTERVALS else f"{N_INTERVALS} alloys spread over the front"
    outside = (
        f" Open circles: {n_outside} of them lie outside the domain of the models and are guesses."
        if n_outside
        else ""
    )
    return (
        f"The front ({n_alloys} alloys, blue), two objectives at a time. An alloy may look beaten in one "
        f"panel; it is better in another.{outside} Bars: {interval:.0%} intervals, of {whose}. Gray points: "
        "measured alloys with both values; gray ticks on the axes: measured alloys with one of them only. "
        "The axes follow the front; measured alloys and thresholds far from it lie outside and aren't drawn. "
        "Orange lines: thresholds. A bar that runs into the edge of a logarithmic axis reaches down to 0."
    )


def _draw_pair(axes: Axes, x: Estimates, y: Estimates, *, in_domain: BoolArray, chosen: IntArray) -> None:
    axes.errorbar(
        x.mean[chosen],
        y.mean[chosen],
        xerr=_arms(x, chosen, axes.get_xlim()),
        yerr=_arms(y, chosen, axes.get_ylim()),
        fmt="none",
        ecolor=FRONT_COLOR,
        elinewidth=0.5,
        alpha=0.45,
        label="interval",
        zorder=3,
    )
    _draw_front(axes, x.mean, y.mean, in_domain)
    for line, quantity in ((axes.axvline, x.quantity), (axes.axhline, y.quantity)):
        if quantity.threshold is not None:
            line(quantity.threshold, color=THRESHOLD_COLOR, linewidth=0.7, linestyle="--", zorder=2)


def _limits(item: Estimates, chosen: IntArray) -> Limits:
    """Return limits around the front with the bars that are drawn, and the threshold where it is near.

    Measured alloys don't count: a single one of gold or platinum would make a line of the front.
    """
    quantity = item.quantity
    parts = (item.mean, item.low[chosen], item.high[chosen])
    limits = limits_of(quantity, *parts)
    if quantity.threshold is None:
        return limits
    with_threshold = limits_of(quantity, *parts, np.array([quantity.threshold]))
    is_near = _width(quantity, with_threshold) <= _FARTHEST_THRESHOLD * _width(quantity, limits)
    return with_threshold if is_near else limits


def _width(quantity: Quantity, limits: Limits) -> float:
    return float(np.ptp(quantity.scaled(np.array(limits))))


def _draw_measured(axes: Axes, behind: MeasuredPair, x_limits: Limits, y_limits: Limits) -> None:
    """Draw the measured alloys that fall inside the limits."""
    inside = _within(behind.x, x_limits) & _within(behind.y, y_limits)
    if inside.any():
        x, y = behind.x[inside], behind.y[inside]
        axes.plot(x, y, ".", color=MEASURED_COLOR, markersize=3.5, mew=0, label="measured", zorder=1)
    ticks = {
        "color": MEASURED_COLOR,
        "linestyle": "none",
        "markersize": 4.0,
        "mew": 0.4,
        "zorder": 1,
        "alpha": 0.7,
    }
    x_alone = behind.x_alone[_within(behind.x_alone, x_limits)]
    y_alone = behind.y_alone[_within(behind.y_alone, y_limits)]
    axes.plot(x_alone, np.full(len(x_alone), y_limits[0]), marker=2, **ticks)  # type: ignore[arg-type]
    axes.plot(np.full(len(y_alone), x_limits[0]), y_alone, marker=1, **ticks)  # type: ignore[arg-type]


def _within(values: FloatArray, limits: Limits) -> BoolArray:
    return (values >= limits[0]) & (values <= limits[1])


def _draw_front(axes: Axes, x: FloatArray, y: FloatArray, in_domain: BoolArray) -> None:
    look = {
        "linestyle": "none",
        "marker": "o",
        "markersize": 2.6,
        "mec": FRONT_COLOR,
        "mew": 0.5,
        "zorder": 4,
    }
    if in_domain.any():
        axes.plot(x[in_domain], y[in_domain], mfc=FRONT_COLOR, label="front", **look)  # type: ignore[arg-type]
    if not in_domain.all():
        label = "front, outside the domain"
        axes.plot(x[~in_domain], y[~in_domain], mfc="white", label=label, **look)  # type: ignore[arg-type]


def _arms(item: Estimates, chosen: IntArray, limits: Limits) -> FloatArray:
    """Return the lengths of error bars, shape ``(2, n_chosen)``; on a log axis they end at its edge."""
    low = np.maximum(item.low, limits[0]) if item.quantity.is_log else item.low
    return np.maximum(np.stack([item.mean - low, item.high - item.mean])[:, chosen], 0.0)

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
    figure, axes = panels(len(pairs), n_columns=3, panel_mm=(width, width))
    goodness = np.column_stack([item.quantity.goodness(item.mean) for item in estimates])
    chosen = spread_out(goodness, N_INTERVALS)
    for panel, (x, y) in zip(axes, pairs, strict=True):
        behind = measured.get((x.quantity.name, y.quantity.name), _EMPTY)
        _draw_pair(panel, x, y, behind, in_domain=in_domain, chosen=chosen)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4 if len(pairs) > 2 else 2)
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
        "Orange lines: thresholds. A bar that runs into the edge of a logarithmic axis reaches down to 0."
    )


def _draw_pair(
    axes: Axes,
    x: Estimates,
    y: Estimates,
    behind: MeasuredPair,
    *,
    in_domain: BoolArray,
    chosen: IntArray,
) -> None:
    bars = [part[chosen] for part in (x.low, x.high, y.low, y.high)]
    x_limits = limits_of(x.quantity, x.mean, *bars[:2], behind.x, behind.x_alone, _threshold(x.quantity))
    y_limits = limits_of(y.quantity, y.mean, *bars[2:], behind.y, behind.y_alone, _threshold(y.quantity))
    dress(axes, "x", x.quantity, x_limits)
    dress(axes, "y", y.quantity, y_limits)
    _draw_measured(axes, behind, x_limits, y_limits)
    axes.errorbar(
        x.mean[chosen],
        y.mean[chosen],
        xerr=_arms(x, chosen, x_limits),
        yerr=_arms(y, chosen, y_limits),
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


def _draw_measured(axes: Axes, behind: MeasuredPair, x_limits: Limits, y_limits: Limits) -> None:
    if len(behind.x):
        axes.plot(
            behind.x, behind.y, ".", color=MEASURED_COLOR, markersize=3.5, mew=0, label="measured", zorder=1
        )
    ticks = {
        "color": MEASURED_COLOR,
        "linestyle": "none",
        "markersize": 4.0,
        "mew": 0.4,
        "zorder": 1,
        "alpha": 0.7,
    }
    if len(behind.x_alone):
        axes.plot(behind.x_alone, np.full(len(behind.x_alone), y_limits[0]), marker=2, **ticks)  # type: ignore[arg-type]
    if len(behind.y_alone):
        axes.plot(np.full(len(behind.y_alone), x_limits[0]), behind.y_alone, marker=1, **ticks)  # type: ignore[arg-type]


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


def _threshold(quantity: Quantity) -> FloatArray:
    return np.array([] if quantity.threshold is None else [quantity.threshold])

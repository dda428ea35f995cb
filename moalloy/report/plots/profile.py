"""A property against one element or process variable, with its interval and the data behind."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Driver, Estimates
from moalloy.report.scales import Limits, dress, limits_of
from moalloy.report.style import (
    DOUBLE_MM,
    FRONT_COLOR,
    MEASURED_COLOR,
    SINGLE_MM,
    THRESHOLD_COLOR,
    in_style,
    new_figure,
    note,
)

__all__ = ["Profile", "profile_caption", "profile_figure"]


# Characters of a label that stand beside a row of panels, which is 36 mm high.
_LABEL_WIDTH = 18


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One quantity while one driver is varied.

    Attributes:
        driver: What is varied.
        at: Its values in rising order, shape ``(n_points,)``; at.% or wt.% for an element.
        estimates: The quantity at these values.
        start: The driver's value in the alloy that everything starts from.
        data_x: The driver in measured alloys, shape ``(n_measured,)``.
        data_y: What was measured on them, same shape.
    """

    driver: Driver
    at: FloatArray
    estimates: Estimates
    start: float
    data_x: FloatArray
    data_y: FloatArray


@in_style
def profile_figure(rows: Sequence[Sequence[Profile]]) -> Figure:
    """Draw a grid: a row per driver, a column per quantity, which shares its vertical axis."""
    n_columns = max(len(row) for row in rows)
    width = SINGLE_MM if n_columns == 1 else DOUBLE_MM
    figure = new_figure(width, 8.0 + 36.0 * len(rows))
    limits = [_limits([row[column] for row in rows]) for column in range(n_columns)]
    for i, row in enumerate(rows):
        for column, profile in enumerate(row):
            axes = figure.add_subplot(len(rows), n_columns, i * n_columns + column + 1)
            _draw(axes, profile, limits[column])
            # The columns share a line of about this many characters.
            axes.set_xlabel("\n".join(textwrap.wrap(profile.driver.label, 68 // n_columns)))
    return figure


def profile_caption(composition: str, *, n_shown: int, n_drivers: int) -> str:
    """Return the figure's caption."""
    left_out = (
        ""
        if n_shown == n_drivers
        else f" The {n_shown} of {n_drivers} that move the objectives most are shown."
    )
    return (
        f"Predictions around one alloy of the front, {composition} (open circle), when one element or "
        "process value is changed at a time; each point is the nearest alloy that the problem allows, so the "
        "other elements give way. Band: interval. Gray: measured alloys, which differ in everything else "
        f"too. Orange lines: thresholds.{left_out} A trend of the model isn't a law of nature."
    )


def _limits(column: Sequence[Profile]) -> Limits:
    quantity = column[0].estimates.quantity
    parts = [
        part for item in column for part in (item.estimates.low, item.estimates.high, item.estimates.mean)
    ]
    return limits_of(quantity, *parts)


def _draw(axes: Axes, profile: Profile, limits: Limits) -> None:
    item, at = profile.estimates, profile.at
    dress(axes, "y", item.quantity, limits, directed=False, label_width=_LABEL_WIDTH)
    axes.plot(
        profile.data_x, profile.data_y, ".", color=MEASURED_COLOR, markersize=2.5, mew=0, alpha=0.6, zorder=1
    )
    low = np.maximum(item.low, limits[0])
    if profile.driver.names is None:
        axes.fill_between(at, low, item.high, color=FRONT_COLOR, alpha=0.18, linewidth=0, zorder=2)
        axes.plot(at, item.mean, color=FRONT_COLOR, marker="." if len(at) < 6 else None, zorder=3)
        axes.xaxis.set_major_locator(MaxNLocator(5))
    else:
        arms = np.maximum(np.stack([item.mean - low, item.high - item.mean]), 0.0)
        axes.errorbar(at, item.mean, yerr=arms, fmt=".", color=FRONT_COLOR, elinewidth=0.8, zorder=3)
        axes.set_xticks(range(len(profile.driver.names)), profile.driver.names)
    if np.ptp(item.mean) == 0:
        low_end, here, high_end = item.quantity.scaled(np.array([limits[0], item.mean[0], limits[1]]))
        is_high = 2 * here > low_end + high_end
        note(axes, "no effect in the model", y=0.04 if is_high else 0.96)
    start = np.interp(profile.start, at, item.mean)
    axes.plot([profile.start], [start], "o", mfc="white", mec=FRONT_COLOR, markersize=4.0, zorder=4)
    if item.quantity.threshold is not None:
        axes.axhline(item.quantity.threshold, color=THRESHOLD_COLOR, linewidth=0.7, linestyle="--", zorder=2)
    margin = 0.04 * float(np.ptp(at)) if profile.driver.names is None else 0.4
    axes.set_xlim(at.min() - margin, at.max() + margin)

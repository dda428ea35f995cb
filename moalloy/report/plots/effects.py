"""How predictions change with one element or process value, and how much was measured along the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.report.quantities import Driver, Quantity
from moalloy.report.scales import Limits, dress, limits_of
from moalloy.report.style import DOUBLE_MM, FRONT_COLOR, MEASURED_COLOR, SINGLE_MM, in_style, new_figure, note
from moalloy.report.wording import wrapped

__all__ = ["Effect", "effects_caption", "effects_figure", "label_of", "stretches", "unbroken"]

_N_BINS = 20
# Characters of a line of text as long as a panel is high.
_LABEL_WIDTH = 15
_EMPTY_COLOR = "#E8E8E8"
# Where a logarithmic bar of no alloy stands.
_NONE = 0.7
# Values further apart than this many of the smallest step have forbidden ones between them.
_GAP = 2.5
_WHISKER: dict[str, Any] = {"fmt": ".", "color": FRONT_COLOR, "elinewidth": 0.8, "zorder": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """Predictions of one property while one driver is varied in many alloys.

    Attributes:
        driver: What is varied.
        quantity: The property.
        at: The driver's values in rising order, shape ``(n_points,)``; at.% or wt.% for an element.
        lower: First quartile of the predictions over the alloys, shape ``(n_points,)``.
        median: Their median.
        upper: Their third quartile.
        data: The driver in the alloys that were measured; None where the model doesn't read it.
    """

    driver: Driver
    quantity: Quantity
    at: FloatArray
    lower: FloatArray
    median: FloatArray
    upper: FloatArray
    data: FloatArray | None


@in_style
def effects_figure(rows: Sequence[Sequence[Effect]], *, balance: str) -> Figure:
    """Draw a grid: a row per driver, a column per property; under each panel how much was measured."""
    n_columns = max(len(row) for row in rows)
    figure = new_figure(SINGLE_MM if n_columns == 1 else DOUBLE_MM, 8.0 + 40.0 * len(rows))
    grid = figure.add_gridspec(len(rows), n_columns)
    limits = [_limits([row[column] for row in rows]) for column in range(n_columns)]
    for i, row in enumerate(rows):
        for column, effect in enumerate(row):
            cell = grid[i, column].subgridspec(2, 1, height_ratios=(4, 1), hspace=0.0)
            panel, strip = figure.add_subplot(cell[0]), figure.add_subplot(cell[1])
            _draw(panel, effect, limits[column])
            _draw_density(strip, effect)
            strip.set_ylabel("rows" if column == 0 else "")
            strip.set_xlabel(wrapped(label_of(effect.driver, balance), 68 // n_columns))
    return figure


def effects_caption(*, n_alloys: int, n_shown: int, n_drivers: int, balance: str) -> str:
    """Return the figure's caption."""
    left_out = (
        "" if n_shown == n_drivers else f" The {n_shown} of {n_drivers} with the largest effect are shown."
    )
    return (
        f"Predictions when one thing is changed in {n_alloys} alloys of the front: line, their median; "
        f"band, the middle half of them. An amount can't change alone: what an element gains, {balance} "
        "loses. Only alloys that the problem allows are counted, and only values that a quarter of them may "
        "take. Under each panel the alloys that the model learned from; in gray stretches none is near, and "
        "the line is a guess. Where there are some, they may still differ in everything else."
        f"{left_out} This is what the models do, and no law of nature: importance is no cause."
    )


def stretches(effect: Effect) -> tuple[FloatArray, IntArray, BoolArray]:
    """Return the bins under a panel and what was measured there.

    Returns:
        Edges, shape ``(n_bins + 1,)``; the number of measured alloys in each bin, and whether there is none
        in it nor in its neighbors, both of shape ``(n_bins,)``.
    """
    names = effect.driver.names
    if names is not None:
        edges = np.arange(len(names) + 1, dtype=np.float64) - 0.5
    else:
        margin = 0.5 * float(np.ptp(effect.at)) / _N_BINS
        edges = np.linspace(effect.at.min() - margin, effect.at.max() + margin, _N_BINS + 1)
    data = np.zeros(0) if effect.data is None else effect.data
    counts = np.histogram(data, edges)[0].astype(np.int64)
    if names is not None:
        return edges, counts, np.asarray(counts == 0, dtype=np.bool_)
    # Measured amounts come in round numbers, so a single empty bin between them says nothing.
    around = np.convolve(counts, np.ones(3, dtype=np.int64), mode="same")
    return edges, counts, np.asarray(around == 0, dtype=np.bool_)


def unbroken(at: FloatArray) -> list[slice]:
    """Return the stretches of values without a gap: what the space forbids in between isn't drawn.

    >>> unbroken(np.array([0.0, 2.0, 2.5, 3.0]))
    [slice(0, 1, None), slice(1, 4, None)]
    """
    steps = np.diff(at)
    breaks = np.flatnonzero(steps > _GAP * steps.min()) + 1 if len(steps) else np.zeros(0, dtype=np.int64)
    ends = [0, *map(int, breaks), len(at)]
    return [slice(start, end) for start, end in pairwise(ends)]


def label_of(driver: Driver, balance: str) -> str:
    """Return what is changed, with the element that gives way for an amount."""
    is_amount = driver.label.endswith(("(at.%)", "(wt.%)"))
    return f"{driver.label}, for {balance}" if is_amount else driver.label


def _limits(column: Sequence[Effect]) -> Limits:
    parts = [part for item in column for part in (item.lower, item.median, item.upper)]
    return limits_of(column[0].quantity, *parts)


def _draw(axes: Axes, effect: Effect, limits: Limits) -> None:
    dress(axes, "y", effect.quantity, limits, directed=False, label_width=_LABEL_WIDTH)
    at = effect.at
    _shade(axes, effect)
    arms = np.stack([effect.median - effect.lower, effect.upper - effect.median])
    for part in unbroken(at) if effect.driver.names is None else []:
        if part.stop - part.start > 1:
            band = (at[part], effect.lower[part], effect.upper[part])
            axes.fill_between(*band, color=FRONT_COLOR, alpha=0.22, linewidth=0, zorder=2)
        else:
            axes.errorbar(at[part], effect.median[part], yerr=arms[:, part], **_WHISKER)
        axes.plot(
            at[part], effect.median[part], color=FRONT_COLOR, marker="." if len(at) < 6 else None, zorder=3
        )
    if effect.driver.names is not None:
        axes.errorbar(at, effect.median, yerr=arms, **_WHISKER)
    if effect.data is None:
        low, here, high = effect.quantity.scaled(np.array([limits[0], effect.median[0], limits[1]]))
        note(axes, "the model doesn't read it", y=0.04 if 2 * here > low + high else 0.96)
    axes.tick_params(labelbottom=False)
    axes.yaxis.set_minor_locator(NullLocator())


def _draw_density(axes: Axes, effect: Effect) -> None:
    """Draw how many measured alloys lie where; most of them lack most elements, so by the logarithm.

    On a linear axis with its own labels, which takes half the time of a logarithmic one.
    """
    edges, counts, _ = stretches(effect)
    _shade(axes, effect)
    heights = np.log10(np.maximum(counts, _NONE))
    axes.stairs(heights, edges, baseline=np.log10(_NONE), fill=True, color=MEASURED_COLOR, zorder=2)
    top = max(10.0, float(counts.max(initial=0)))
    axes.set_ylim(np.log10(_NONE), np.log10(1.5 * top))
    ticks = [tick for tick in (1, 10, 100, 1000) if tick <= 1.5 * top]
    axes.set_yticks(np.log10(ticks), [f"{tick}" for tick in ticks], fontsize=5)


def _shade(axes: Axes, effect: Effect) -> None:
    """Gray the stretches without data, and set the range that panel and strip share."""
    edges, _, is_empty = stretches(effect)
    if effect.data is not None:
        whole_height = axes.get_xaxis_transform()
        axes.stairs(is_empty, edges, fill=True, color=_EMPTY_COLOR, transform=whole_height, zorder=0)
    axes.set_xlim(edges[0], edges[-1])
    if effect.driver.names is None:
        axes.xaxis.set_major_locator(MaxNLocator(5))
    else:
        axes.set_xticks(range(len(effect.driver.names)), effect.driver.names)

"""Whether intervals hold as many values as they promise, on groups that no model had seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from moalloy.domain.values import FloatArray
from moalloy.report.style import DOUBLE_MM, FRONT_COLOR, SINGLE_MM, in_style, note, panels
from moalloy.runs.cards.metrics import TOLERANCE

__all__ = ["CoveragePanel", "coverage_caption", "coverage_figure"]


@dataclass(frozen=True, slots=True, eq=False)
class CoveragePanel:
    """One property: what its intervals promise and hold.

    Attributes:
        title: The property.
        promised: Nominal coverage, 0 to 1, rising, shape ``(n_levels,)``.
        held: Share of the unseen groups' values inside, same shape.
        widths: The mean width of each in words: ``0.4 T``, ``a factor 12``.
    """

    title: str
    promised: FloatArray
    held: FloatArray
    widths: tuple[str, ...]


@in_style
def coverage_figure(items: Sequence[CoveragePanel]) -> Figure:
    """Draw a square panel per property, in percent."""
    width = SINGLE_MM if len(items) == 1 else DOUBLE_MM / min(len(items), 3)
    figure, axes = panels(len(items), n_columns=3, panel_mm=(width, width))
    for panel, item in zip(axes, items, strict=True):
        _draw(panel, item)
    return figure


def coverage_caption(grouping: str) -> str:
    """Return the figure's caption; ``grouping`` is what the unseen groups are, in the plural."""
    return (
        f"Share of measured values inside their intervals, for {grouping} that had no part in fitting or "
        "calibration, against what the intervals promise. On the line they keep their word; within the band "
        f"they miss it by at most {100 * TOLERANCE:.0f} points; below it they are too narrow. In the "
        "corner what each promises, what it holds, and its mean width from end to end: an interval that "
        "holds everything may say nothing."
    )


def _draw(axes: Axes, item: CoveragePanel) -> None:
    ends = np.array([0.0, 100.0])
    band = 100.0 * TOLERANCE
    axes.fill_between(ends, ends - band, ends + band, color="#DDDDDD", linewidth=0, zorder=0)
    axes.plot(ends, ends, color="black", linewidth=0.6, zorder=1)
    promised, held = 100.0 * item.promised, 100.0 * item.held
    axes.plot(promised, held, "o-", color=FRONT_COLOR, markersize=4, zorder=2)
    low = min(40.0, float(np.floor((min(held.min(), promised.min()) - 5.0) / 10.0) * 10.0))
    lines = [
        f"{x:.0f} %: {y:.0f} %, {width}" for x, y, width in zip(promised, held, item.widths, strict=True)
    ]
    # In the corner that the points keep away from.
    corner = {"x": 0.03, "y": 0.97} if (held - promised).mean() < 0 else {"x": 0.98, "y": 0.03}
    note(axes, "\n".join(lines), **corner)
    axes.set(xlim=(low, 100), ylim=(low, 100), title=item.title)
    axes.xaxis.set_major_locator(FixedLocator([*promised]))
    axes.set_box_aspect(1.0)
    axes.set_xlabel("promised coverage (%)")
    axes.set_ylabel("values inside (%)")

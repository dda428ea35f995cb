"""Three objectives at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from mpl_toolkits.mplot3d.axes3d import Axes3D  # type: ignore[import-untyped]

from moalloy.domain.values import BoolArray
from moalloy.report.diverse import unit_scaled
from moalloy.report.quantities import Estimates
from moalloy.report.scales import limits_of, number, ticks_between
from moalloy.report.style import SINGLE_MM, in_style, new_figure
from moalloy.report.wording import joined

__all__ = ["front3d_caption", "front3d_figure"]

_LABEL_WIDTH = 20


@in_style
def front3d_figure(estimates: Sequence[Estimates], *, in_domain: BoolArray) -> Figure:
    """Draw the front in its first three objectives, colored by the third.

    Args:
        estimates: The front in each objective, at least three.
        in_domain: Which alloys lie where the models were trained, shape ``(n_alloys,)``.
    """
    figure = new_figure(1.35 * SINGLE_MM, 1.1 * SINGLE_MM)
    axes = figure.add_subplot(projection="3d")
    x, y, z = (item.quantity.scaled(item.mean) for item in estimates[:3])
    shown = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    colors = colormaps["cividis"](unit_scaled(z[:, None])[:, 0])
    for rows, faces in ((shown & in_domain, colors), (shown & ~in_domain, np.ones_like(colors))):
        axes.scatter(
            x[rows],
            y[rows],
            z[rows],
            s=8,
            facecolors=faces[rows],
            edgecolors=colors[rows],
            linewidths=0.6,
            depthshade=False,
        )
    for which, item in zip("xyz", estimates[:3], strict=True):
        _dress(axes, which, item)
    axes.view_init(elev=24.0, azim=-55.0)
    axes.set_box_aspect((1.0, 1.0, 0.85), zoom=0.95)
    return figure


def front3d_caption(estimates: Sequence[Estimates]) -> str:
    """Return the figure's caption."""
    titles = [item.quantity.title for item in estimates]
    drawn = f"The front in {joined(titles[:3])}"
    if titles[3:]:
        drawn = f"The first three objectives only: {joined(titles[:3])}, without {joined(titles[3:])}"
    third = estimates[2].quantity
    return f"{drawn}. Color repeats {third.title}. Open circles: alloys outside the domain of the models."


def _dress(axes: Axes3D, which: str, item: Estimates) -> None:
    """Set one axis; logarithms stand under their values, which 3-D axes can't do by themselves."""
    quantity = item.quantity
    limits = limits_of(quantity, item.mean)
    ticks = ticks_between(quantity, limits)
    axis = {"x": axes.xaxis, "y": axes.yaxis, "z": axes.zaxis}[which]
    axis.set_major_locator(FixedLocator(list(quantity.scaled(ticks))))
    axis.set_major_formatter(
        FuncFormatter(
            lambda value, _: number(float(f"{10.0**value:.6g}")) if quantity.is_log else number(value)
        )
    )
    low, high = quantity.scaled(np.array(limits))
    axes.set(
        **{f"{which}lim": (low, high), f"{which}label": quantity.wrapped_label(_LABEL_WIDTH, directed=False)}
    )
    axis.pane.fill = False
    axis.pane.set_edgecolor("#CCCCCC")

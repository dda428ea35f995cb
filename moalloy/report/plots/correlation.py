"""Which objectives pull together along the front, and which against each other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import rankdata

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Estimates
from moalloy.report.style import in_style, new_figure

__all__ = ["correlation_caption", "correlation_figure", "rank_correlation"]

# Characters of a name that stand under a cell.
_NAME_WIDTH = 13


@in_style
def correlation_figure(estimates: Sequence[Estimates]) -> Figure:
    """Draw the rank correlations of the objectives, larger meaning better in each, as a table of colors."""
    values = rank_correlation(np.column_stack([item.quantity.goodness(item.mean) for item in estimates]))
    names = ["\n".join(textwrap.wrap(item.quantity.title, _NAME_WIDTH)) for item in estimates]
    size = 50.0 + 17.0 * len(names)
    figure = new_figure(size, 0.8 * size)
    axes = figure.add_subplot()
    image = axes.imshow(values, cmap="PuOr_r", vmin=-1.0, vmax=1.0)
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        text = "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")
        axes.text(column, row, text, ha="center", va="center", color="white" if abs(value) > 0.7 else "black")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, shrink=0.75, ticks=[-1.0, 0.0, 1.0])
    bar.ax.set_yticklabels(["against\neach other", "neither", "together"])
    bar.outline.set_linewidth(0.4)
    return figure


def correlation_caption(n_alloys: int) -> str:
    """Return the figure's caption."""
    return (
        f"Rank correlation (Spearman) of the objectives over the {n_alloys} alloys of the front, each "
        "turned so that larger is better. −1: one is bought with the other; +1: they improve together. It "
        "tells of this front, not of alloys at large."
    )


def rank_correlation(columns: FloatArray) -> FloatArray:
    """Return Spearman's rank correlation of columns, shape ``(n_columns, n_columns)``; NaN for a constant.

    >>> rank_correlation(np.array([[1.0, 9.0], [2.0, 4.0], [3.0, 1.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    ranks = np.column_stack([rankdata(column) for column in columns.T])
    ranks = ranks - ranks.mean(axis=0)
    norms = np.sqrt((ranks**2).sum(axis=0))
    outer = np.outer(norms, norms)
    return np.where(outer > 0, (ranks.T @ ranks) / np.where(outer > 0, outer, 1.0), np.nan).round(12)

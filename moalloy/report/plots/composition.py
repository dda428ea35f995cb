"""What the alloys are made of, along the front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from moalloy.domain.values import FloatArray
from moalloy.report.diverse import along
from moalloy.report.quantities import Quantity
from moalloy.report.style import COLORS, DOUBLE_MM, in_style, new_figure

__all__ = ["N_BARS", "composition_caption", "composition_figure"]

# A bar is then 3 mm wide at double-column width, which the eye still keeps apart.
N_BARS = 40
_FEWEST_WIDTHS = 12
_HATCHES = ("", "////", "....", "xxxx")
# An element that never falls below this is the balance; drawing all of it would hide the others.
_BALANCE_PCT = 40.0


@in_style
def composition_figure(
    elements: Sequence[str],
    percent: FloatArray,
    along_which: Quantity,
    values: FloatArray,
    *,
    unit: str = "at.%",
) -> Figure:
    """Draw stacked bars, one alloy each, in rising order of one objective.

    Args:
        elements: The columns of ``percent``.
        percent: Amounts, shape ``(n_alloys, n_elements)``.
        along_which: The objective that orders the bars.
        values: Its values, shape ``(n_alloys,)``.
        unit: Of the amounts, ``at.%`` or ``wt.%``.
    """
    chosen = along(values, N_BARS)
    figure = new_figure(DOUBLE_MM, 75.0)
    axes = figure.add_subplot()
    balance = balance_element(elements, percent)
    _stack(axes, elements, percent[chosen], balance)
    axes.set_ylabel(unit if balance is None else f"{unit}; the rest is {balance}")
    axes.set_xlabel(f"alloys of the front, by {along_which.label}")
    every = max(1, len(chosen) // 10)
    axes.set_xticks(range(0, len(chosen), every), [f"{values[i]:#.3g}".rstrip(".") for i in chosen[::every]])
    # The bars of a short front stay bars.
    axes.set_xlim(-0.7, max(len(chosen), _FEWEST_WIDTHS) - 0.3)
    figure.legend(*_legend(axes), loc="outside right center")
    return figure


def composition_caption(n_alloys: int, along_which: Quantity) -> str:
    """Return the figure's caption."""
    which = (
        f"all {n_alloys} alloys" if n_alloys <= N_BARS else f"{N_BARS} of {n_alloys} alloys, evenly picked"
    )
    return (
        f"Composition along the front: {which}, in rising order of {along_which.label}; the numbers below "
        "are its values."
    )


def balance_element(elements: Sequence[str], percent: FloatArray) -> str | None:
    """Return the element that makes up most of every alloy, None if there is none.

    >>> balance_element(["Fe", "B"], np.array([[80.0, 20.0], [85.0, 15.0]]))
    'Fe'
    """
    least = percent.min(axis=0)
    return elements[int(least.argmax())] if least.max() >= _BALANCE_PCT else None


def _stack(axes: Axes, elements: Sequence[str], percent: FloatArray, balance: str | None) -> None:
    floor = np.zeros(len(percent))
    shown = [i for i, symbol in enumerate(elements) if symbol != balance and percent[:, i].any()]
    for rank, column in enumerate(shown):
        axes.bar(
            np.arange(len(percent)),
            percent[:, column],
            0.86,
            bottom=floor,
            color=COLORS[rank % len(COLORS)],
            hatch=_HATCHES[rank // len(COLORS) % len(_HATCHES)],
            edgecolor="white",
            linewidth=0.2,
            label=elements[column],
        )
        floor += percent[:, column]


def _legend(axes: Axes) -> tuple[list[Artist], list[str]]:
    """Return the legend's entries from the top of the stack downwards."""
    handles, labels = axes.get_legend_handles_labels()
    return list(handles[::-1]), list(labels[::-1])

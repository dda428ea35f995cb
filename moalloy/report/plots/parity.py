"""Predicted against measured, for alloys of groups that the model had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from moalloy.domain.values import FloatArray
from moalloy.report.quantities import Quantity
from moalloy.report.scales import Limits, dress, limits_of
from moalloy.report.style import DOUBLE_MM, FRONT_COLOR, SINGLE_MM, in_style, note, panels
from moalloy.report.wording import plural

__all__ = ["ParityPanel", "parity_caption", "parity_figure"]

# About the room that a note takes, as shares of a panel.
_NOTE = (0.6, 0.28)


@dataclass(frozen=True, slots=True, eq=False)
class ParityPanel:
    """One property: measured and out-of-fold predicted values, both of shape ``(n_rows,)``.

    Attributes:
        quantity: The property.
        measured: In its unit.
        predicted: In its unit, by models that never saw the row's group.
        r2: Median over repeats, on the fitted scale.
        r2_random: The same for folds drawn at random.
        grouping: What a group is: ``paper``, ``chemical system``.
        n_groups: How many.
    """

    quantity: Quantity
    measured: FloatArray
    predicted: FloatArray
    r2: float
    r2_random: float
    grouping: str
    n_groups: int


@in_style
def parity_figure(properties: Sequence[ParityPanel]) -> Figure:
    """Draw a square panel per property."""
    width = SINGLE_MM if len(properties) == 1 else DOUBLE_MM / min(len(properties), 3)
    figure, axes = panels(len(properties), n_columns=3, panel_mm=(width, width))
    for panel, item in zip(axes, properties, strict=True):
        _draw(panel, item)
    return figure


def parity_caption(properties: Sequence[ParityPanel]) -> str:
    """Return the figure's caption."""
    groupings = " or ".join(dict.fromkeys(item.grouping for item in properties))
    return (
        "Predicted against measured values. Each point was predicted by models that never saw its "
        f"{groupings}, as no model has seen a new alloy. On the line the prediction is right. "
        f"{_about_random(properties)}"
    )


def _about_random(properties: Sequence[ParityPanel]) -> str:
    """Return what R² by random folds means; only where it is higher than the other it flatters."""
    flatters = [item.r2_random > item.r2 for item in properties]
    if not any(flatters):
        return "In brackets R² by random folds, which is no higher here."
    which = "" if all(flatters) else " where it is higher,"
    return (
        f"R² by random folds, in brackets,{which} flatters: there a model can look up near-duplicates from "
        "the same source."
    )


def _draw(axes: Axes, item: ParityPanel) -> None:
    limits = limits_of(item.quantity, item.measured, item.predicted)
    for which, word in (("x", "measured"), ("y", "predicted")):
        dress(axes, "x" if which == "x" else "y", item.quantity, limits, directed=False)
        axes.set(**{f"{which}label": f"{item.quantity.title} {word}{_unit(item.quantity)}"})
    axes.plot(limits, limits, color="black", linewidth=0.6, zorder=1)
    axes.plot(
        item.measured, item.predicted, "o", color=FRONT_COLOR, markersize=2.4, mew=0, alpha=0.45, zorder=2
    )
    axes.set_box_aspect(1.0)
    n_shown = int((np.isfinite(item.measured) & np.isfinite(item.predicted)).sum())
    note(
        axes,
        f"R² = {item.r2:.2f} by {item.grouping}\n({item.r2_random:.2f} at random)\nn = {n_shown}, "
        f"{item.n_groups} {plural(item.grouping)}",
        **_empty_corner(item, limits),
        alpha=0.5,
    )


def _empty_corner(item: ParityPanel, limits: Limits) -> dict[str, float]:
    """Return where a note hides the fewest points: above the line at the left, or below it at the right."""
    low, high = item.quantity.scaled(np.array(limits))
    across, up = ((item.quantity.scaled(v) - low) / (high - low) for v in (item.measured, item.predicted))
    width, height = _NOTE
    n_left = int(((across < width) & (up > 1.0 - height)).sum())
    n_right = int(((across > 1.0 - width) & (up < height)).sum())
    return {"x": 0.04, "y": 0.96} if n_left <= n_right else {"x": 0.97, "y": 0.04}


def _unit(quantity: Quantity) -> str:
    return f" ({quantity.unit})" if quantity.unit else ""

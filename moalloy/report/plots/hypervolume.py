"""How fast a search closes in: hypervolume against evaluated alloys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from moalloy.domain.values import FloatArray
from moalloy.optimize.record import EXHAUSTIVE
from moalloy.report.quantities import Quantity
from moalloy.report.run_data import SearchTrace
from moalloy.report.scales import Limits, dress, limits_of, number
from moalloy.report.style import COLORS, LINES, SINGLE_MM, in_style, new_figure

__all__ = ["hypervolume_caption", "hypervolume_figure"]

# A legend longer than this says less than it hides.
_MOST_NAMED = 10
# A smaller spread than this is none; an axis that resolved it would repeat one number.
_SMALLEST_SPREAD = 0.02
_EVALUATED = Quantity("evaluations", "alloys evaluated")
_HYPERVOLUME = Quantity("hypervolume", "hypervolume (normalized)")


@in_style
def hypervolume_figure(traces: Sequence[SearchTrace]) -> Figure:
    """Draw one line per search; searches of one chemical system share a color."""
    figure = new_figure(SINGLE_MM, 62.0)
    axes = figure.add_subplot()
    names = list(dict.fromkeys(_label(trace) for trace in traces))
    for trace in traces:
        i = names.index(_label(trace))
        axes.plot(
            trace.evaluations,
            trace.hypervolume,
            color=COLORS[i % len(COLORS)],
            linestyle=LINES[i // len(COLORS) % len(LINES)],
            # One generation leaves a single point, which no line shows.
            marker="o" if len(trace.evaluations) == 1 else None,
            markersize=3.0,
            label=_label(trace),
        )
    dress(
        axes,
        "x",
        _EVALUATED,
        limits_of(_EVALUATED, *(trace.evaluations.astype(np.float64) for trace in traces)),
    )
    dress(axes, "y", _HYPERVOLUME, _spread([trace.hypervolume for trace in traces]))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", "\u202f")))
    if len(names) <= _MOST_NAMED:
        title = traces[0].algorithm
        if traces[0].system:
            # Systems end far apart, so that their lines leave no corner free.
            lines = dict(zip(map(_label, traces), axes.lines, strict=True))
            figure.legend(lines.values(), lines.keys(), loc="outside right center", title=title)
        else:
            axes.legend(loc="lower right", title=title, title_fontsize=6.5)
    return figure


def hypervolume_caption(
    traces: Sequence[SearchTrace],
    objectives: Sequence[Quantity],
    *,
    ideal: Mapping[str, float],
    reference: Mapping[str, float],
) -> str:
    """Return the figure's caption.

    Args:
        traces: What is drawn.
        objectives: What the points below are given in.
        ideal: The point that has 1 for each objective's share, by name, in the objectives' units.
        reference: The point that has 0.
    """
    is_exhaustive = all(trace.algorithm == EXHAUSTIVE for trace in traces)
    seeds = f"one line for each of {len(traces)} seeds" if len(traces) > 1 else "one seed"
    lines = "Lines that still rise ask for more generations; lines that end far apart ask for more seeds."
    if traces[0].system:
        n_systems = len({trace.system for trace in traces})
        seeds = f"one line for each search, one color for each of {n_systems} chemical systems"
        lines = (
            "Lines that still rise ask for more generations; lines of one color far apart, for more seeds."
        )
    if is_exhaustive:
        seeds = "every alloy of the space, in the order of their numbers"
        lines = "The end of the line is the most that these models allow; its shape means nothing."
    ends = "the best and the worst of measured and sampled values"
    if any(quantity.is_chance for quantity in objectives):
        ends += ", of chances certain and impossible"
    return (
        "Hypervolume that the front dominates, against the number of evaluated alloys; "
        f"{seeds}. It is normalized by the ideal point ({_point(objectives, ideal)}) and the reference point "
        f"({_point(objectives, reference)}), {ends}: 1 is the box between the two. "
        "Alloys that are found may lie beyond the ideal point, so it may exceed 1. " + lines
    )


def _label(trace: SearchTrace) -> str:
    if trace.algorithm == EXHAUSTIVE:
        return "every alloy"
    return trace.system or f"seed {trace.seed}"


def _spread(parts: Sequence[FloatArray]) -> Limits:
    """Return the limits of the vertical axis, wide enough that its ticks differ."""
    low, high = limits_of(_HYPERVOLUME, *parts)
    lacking = max(0.0, _SMALLEST_SPREAD - (high - low)) / 2.0
    return low - lacking, high + lacking


def _point(objectives: Sequence[Quantity], point: Mapping[str, float]) -> str:
    return ", ".join(
        f"{q.title} {number(float(f'{point[q.name]:.3g}'))} {q.unit}".rstrip() for q in objectives
    )

"""How fast a search closes in: hypervolume against evaluated alloys."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from moalloy.report.run_data import SearchTrace
from moalloy.report.style import COLORS, LINES, SINGLE_MM, in_style, new_figure

__all__ = ["hypervolume_caption", "hypervolume_figure"]

# A legend longer than this says less than it hides.
_MOST_NAMED = 10


@in_style
def hypervolume_figure(traces: Sequence[SearchTrace]) -> Figure:
    """Draw one line per search."""
    figure = new_figure(SINGLE_MM, 62.0)
    axes = figure.add_subplot()
    for i, trace in enumerate(traces):
        axes.plot(
            trace.evaluations,
            trace.hypervolume,
            color=COLORS[i % len(COLORS)],
            linestyle=LINES[i // len(COLORS) % len(LINES)],
            # One generation leaves a single point, which no line shows.
            marker="o" if len(trace.evaluations) == 1 else None,
            markersize=3.0,
            label=f"seed {trace.seed}",
        )
    axes.set_xlabel("alloys evaluated")
    axes.set_ylabel("hypervolume (share of the box)")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", "\u202f")))
    if len(traces) <= _MOST_NAMED:
        axes.legend(loc="lower right", title=traces[0].algorithm, title_fontsize=6.5)
    return figure


def hypervolume_caption(traces: Sequence[SearchTrace]) -> str:
    """Return the figure's caption."""
    seeds = f"one line for each of {len(traces)} seeds" if len(traces) > 1 else "one seed"
    return (
        "Share of the box between the best and the worst measured and sampled values that the front "
        f"dominates, against the number of evaluated alloys; {seeds}. Lines that still rise ask for more "
        "generations; lines that end far apart ask for more seeds."
    )

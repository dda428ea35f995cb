"""Which features each property's model uses most, with the range over members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from moalloy.domain.values import FloatArray, IntArray
from moalloy.report.style import COLORS, DOUBLE_MM, SINGLE_MM, in_style, note, panels
from moalloy.report.wording import wrapped

__all__ = ["ImportancePanel", "importance_caption", "importance_figure"]

_LABEL_WIDTH = 30


@dataclass(frozen=True, slots=True, eq=False)
class ImportancePanel:
    """One part of a property's prediction; arrays have a value per feature, the most important first.

    Attributes:
        title: What is predicted.
        features: Labels of the features.
        kinds: What kind each of them is.
        share: Median share of importance over the members, 0 to 1.
        low: Its lowest value over the members.
        high: Its highest.
        n_in_top: In how many members the feature is in the top ten.
        n_members: Of how many.
        arrows: ``↑`` where more of the feature raises the prediction, ``↓`` where it lowers it.
        by_kind: Share of each kind of features as a whole, with its range.
    """

    title: str
    features: tuple[str, ...]
    kinds: tuple[str, ...]
    share: FloatArray
    low: FloatArray
    high: FloatArray
    n_in_top: IntArray
    n_members: int
    arrows: tuple[str, ...]
    by_kind: tuple[tuple[str, float, float, float], ...]


@in_style
def importance_figure(items: Sequence[ImportancePanel]) -> Figure:
    """Draw a panel of horizontal bars per part, colored by the kind of the feature."""
    width = SINGLE_MM if len(items) == 1 else DOUBLE_MM / 2
    # A row holds two lines; those of kinds are below the bars.
    height = 20.0 + 6.0 * max(len(item.features) + len(item.by_kind) for item in items)
    figure, axes = panels(len(items), n_columns=2, panel_mm=(width, height))
    kinds = list(dict.fromkeys(kind for item in items for kind, *_ in item.by_kind))
    colors = {kind: COLORS[i % len(COLORS)] for i, kind in enumerate(sorted(kinds))}
    for panel, item in zip(axes, items, strict=True):
        _draw(panel, item, colors)
    handles = [Patch(color=color, label=kind) for kind, color in colors.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=2 if len(items) == 1 else 4)
    return figure


def importance_caption(*, n_alloys: int, left_out: Sequence[str] = ()) -> str:
    """Return the figure's caption; ``left_out`` says what of the models isn't explained."""
    not_shown = "".join(f" {words}." for words in left_out)
    return (
        "What the models' predictions hang on: a feature's share of the mean absolute contribution "
        f"(TreeSHAP) over up to {n_alloys} measured alloys. Bar: median of the members, each trained without "
        "some groups; whisker: their range; beside it, in how many members the feature is among the top ten. "
        "↑ more of it raises the prediction, ↓ lowers it, ↕ both. In the corner the shares of whole kinds, "
        "the contributions of each kind added up first. Importance is no cause, and features that rise and "
        f"fall together share it: a small share may belong to a large one's twin.{not_shown}"
    )


def _draw(axes: Axes, item: ImportancePanel, colors: dict[str, str]) -> None:
    places = np.arange(len(item.features))
    percent, low, high = 100 * item.share, 100 * item.low, 100 * item.high
    axes.barh(places, percent, height=0.7, color=[colors[kind] for kind in item.kinds], linewidth=0)
    axes.errorbar(
        percent,
        places,
        xerr=np.stack([percent - low, high - percent]),
        fmt="none",
        ecolor="black",
        elinewidth=0.6,
    )
    end = max(1e-3, float(high.max(initial=0.0)))
    for place, top, count, arrow in zip(range(len(places)), high, item.n_in_top, item.arrows, strict=True):
        text = f"{arrow} {count}/{item.n_members}".strip()
        axes.text(top + 0.02 * end, place, text, va="center", fontsize=5.5)
    axes.set_xlim(0, 1.2 * end)
    labels = [wrapped(feature, _LABEL_WIDTH) for feature in item.features]
    axes.set_yticks(places, labels, fontsize=5.5, linespacing=0.95)
    axes.tick_params(axis="y", length=0)
    # Below the last bar there is room for the words, a line each.
    axes.set_ylim(len(places) - 0.3 + len(item.by_kind), -0.6)
    axes.set_xlabel("share of importance (%)")
    axes.set_title(item.title)
    words = [
        f"{kind} {100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        for kind, share, low, high in item.by_kind
    ]
    note(axes, "\n".join(words), x=0.99, y=0.02)

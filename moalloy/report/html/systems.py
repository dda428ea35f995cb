"""What each chemical system gave, where they were searched one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from moalloy.report.html.markup import Markup, join, table, tag
from moalloy.report.html.page import section
from moalloy.report.quantities import Quantity
from moalloy.report.run_data import RunData
from moalloy.report.wording import counted, joined

__all__ = ["systems_section"]

# The systems that a reader goes through; systems.csv has them all.
_MOST = 30


def systems_section(run: RunData) -> list[Markup]:
    """Return a section with a row per system, best first; none where one search was for all systems."""
    if run.systems.empty:
        return []
    shown = run.systems.head(_MOST)
    header = ("system", "alloys on the front", "hypervolume", "alloys evaluated")
    best = [f"best {quantity.label}" for quantity in run.objectives]
    rows = [_row(run, row) for _, row in shown.iterrows()]
    return [
        section("System by system", tag("p", _what(run)), table((*header, *best), rows), id_="systems"),
    ]


def _what(run: RunData) -> str:
    n_on_front = int((run.systems["on_front"] > 0).sum())
    titles = joined([quantity.title for quantity in run.objectives])
    rest = f" The first {_MOST} are shown; systems.csv has all." if len(run.systems) > _MOST else ""
    share = f"{run.interval:.0%}"
    return (
        f"Each of {counted(len(run.systems), 'chemical system')} was searched by itself; "
        f"{n_on_front} of them have alloys on the front. Hypervolumes are on one scale. The best values in "
        f"{titles} are predictions, mostly of different alloys, with their {share} intervals.{rest}"
    )


def _row(run: RunData, row: pd.Series) -> list[str]:
    counts = [f"{row['on_front']}", f"{row['hypervolume']:.4f}", f"{row['alloys_evaluated']:,}"]
    return [tag("b", str(row["system"])), *counts, *(_best(row, quantity) for quantity in run.objectives)]


def _best(row: pd.Series, quantity: Quantity) -> str:
    mean, low, high = (float(row[f"best_{quantity.name}{end}"]) for end in ("", "_low", "_high"))
    if np.isnan(mean):
        return "no alloy meets what is required"
    if low == high:
        return f"{mean:.4g}"
    return join([f"{mean:.3g} ", tag("span", f"[{low:.3g}, {high:.3g}]", class_="range")])

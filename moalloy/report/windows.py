"""Composition windows in words: ranges, what holds within them, and how that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem
from moalloy.domain.values import Objective
from moalloy.report.wording import counted, joined

__all__ = ["has_windows", "looked_at_text", "range_text", "window_sentences", "window_text"]

# None of n drawn alloys is worse: at most 3 / n of all are, with 95 % confidence (Hanley, Lippman-Hand,
# JAMA 249 (1983) 1743).
_OF_NONE = 3.0


def has_windows(front: pd.DataFrame) -> bool:
    """Return whether a front tells of windows; those of older runs don't."""
    return "window_checked" in front


def range_text(row: Mapping[str, object], symbol: str) -> str:
    """Return an element's range.

    >>> range_text({"B_from": 7.5, "B_to": 9.0}, "B"), range_text({"Nb_from": 0.0, "Nb_to": 0.0}, "Nb")
    ('7.5–9', '0')
    """
    ends = [f"{row[f'{symbol}_{end}']:.10g}" for end in ("from", "to")]
    return "–".join(dict.fromkeys(ends))


def window_text(row: Mapping[str, object], elements: Sequence[str]) -> str:
    """Return a window, without the elements that no alloy of it has; lines break between elements only.

    >>> row = {"Fe_from": 83.0, "Fe_to": 84.0, "B_from": 16.0, "B_to": 17.0, "Nb_from": 0.0, "Nb_to": 0.0}
    >>> window_text(row, ["Fe", "B", "Nb"])
    'Fe\\xa083–84, B\\xa016–17'
    """
    present = [symbol for symbol in elements if row[f"{symbol}_to"] != 0]
    return ", ".join(f"{symbol}\u00a0{range_text(row, symbol)}" for symbol in present)


def looked_at_text(row: Mapping[str, object]) -> str:
    """Return how much of a window was looked at.

    >>> looked_at_text({"window_checked": 1, "window_complete": True})
    'the alloy alone'
    >>> looked_at_text({"window_checked": 12, "window_complete": True})
    'all 12 looked at'
    """
    n_checked = row["window_checked"]
    if n_checked == 1:
        return "the alloy alone"
    return f"all {n_checked} looked at" if row["window_complete"] else f"{n_checked} looked at, drawn"


def window_sentences(front: pd.DataFrame, tolerance: Mapping[str, float], problem: Problem) -> list[str]:
    """Return what windows promise and how it was looked at; nothing for a front without them.

    Args:
        front: The rows of pareto.csv.
        tolerance: The manifest's ``window_tolerance``.
        problem: For units and scales, and for what is judged by its chance to meet a threshold.
    """
    if not has_windows(front) or front.empty:
        return []
    by_chance = problem.spec.optimize.risk == "p_all"
    allowed = [
        _allowed(o, tolerance[o.name], is_chance=by_chance and o.threshold is not None)
        for o in problem.objectives
    ]
    return [
        "Composition windows: every alloy of the space with all its amounts in an alloy's ranges, treated the"
        " same way, meets the limits and is predicted no worse than that alloy by more than"
        f" {joined(allowed)}.",
        _looked_at(front),
        "A window says where the predictions hold still and not how good they are: their intervals are as"
        " wide as those of the alloy.",
    ]


def _allowed(objective: Objective, value: float, *, is_chance: bool) -> str:
    """Return a tolerance, as in ``0.017 T in Bs`` and ``a factor 1.2 in Hc``."""
    if is_chance:
        return f"{value:.2g} in the chance of {objective.name}"
    amount = f"a factor {value:.3g}" if objective.is_log else f"{value:.2g} {objective.unit}".rstrip()
    return f"{amount} in {objective.name}"


def _looked_at(front: pd.DataFrame) -> str:
    is_complete = front["window_complete"].to_numpy(np.bool_)
    n_alone = int((front["window_checked"] == 1).sum())
    alone = (
        f" {counted(n_alone, 'window')} {'is' if n_alone == 1 else 'are'} the alloy alone." if n_alone else ""
    )
    if is_complete.all():
        return f"All alloys of each window were looked at.{alone}"
    least = int(front.loc[~is_complete, "window_checked"].min())
    return (
        f"All alloys were looked at in {int(is_complete.sum())} of {counted(len(front), 'window')}, in the"
        f" others at least {least}, drawn at random: up to {_OF_NONE / least:.0%} of theirs may be worse"
        f" (95 % confidence).{alone}"
    )

"""Alloys of a front that a stated rule picks out: each rule is a function from the front to rows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.study.outlook import Outlook

__all__ = [
    "Choice",
    "best_of_each",
    "compromise",
    "diverse",
    "knee",
    "likeliest",
    "look_at_first",
    "merged",
    "near",
]

# What the sum of all objectives adds to the largest one: it decides among alloys equal in that.
# Wierzbicki, OR Spektrum 8 (1986) 73.
_AUGMENTATION = 1e-3
# Below this a plane's direction is rounding.
_DEGENERATE = 1e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """One alloy of a front, and the rule that picked it; ``row`` counts from 0."""

    row: int
    rule: str


def best_of_each(view: Outlook) -> tuple[Choice, ...]:
    """Return the alloy with the best prediction of each objective."""
    best = view.minimized(view.values).argmin(axis=0)
    return tuple(Choice(int(row), f"best {name}") for row, name in zip(best, view.names, strict=True))


def knee(view: Outlook) -> Choice:
    """Return the alloy farthest below the plane through the best alloys of the objectives.

    Where these span no plane that faces the ideal point (one alloy is best in several objectives, or only
    one alloy is there), the plane counts all objectives alike.

    Source: Das, Struct. Optim. 18 (1999) 107; doi:10.1007/BF01195985.
    """
    normal = _facing_plane(view.Z[view.Z.argmin(axis=0)])
    return Choice(int((view.Z @ normal).argmin()), "knee")


def compromise(view: Outlook, weights: Mapping[str, float] | None = None) -> Choice:
    """Return the alloy whose worst weighted distance to the ideal point is least.

    Distances are counted in spans between ideal and reference point; a thousandth of their sum is added, so
    that no other alloy is better in everything (augmented Chebyshev: Wierzbicki 1986).

    Args:
        view: The front.
        weights: Above 0, by objective; 1 for those that aren't named.
    """
    given = weights or {}
    weighted = view.Z * np.array([given.get(name, 1.0) for name in view.names])
    distance = weighted.max(axis=1) + _AUGMENTATION * weighted.sum(axis=1)
    return Choice(int(distance.argmin()), f"compromise{_in_brackets(given)}")


def near(view: Outlook, point: Mapping[str, float]) -> Choice:
    """Return the alloy predicted nearest to a point; objectives that it doesn't name don't count.

    Args:
        view: The front.
        point: Values in the objectives' units.
    """
    named = [i for i, name in enumerate(view.names) if name in point]
    aim = np.array([[point.get(name, 1.0) for name in view.names]])
    gap = (view.minimized(view.values) - view.minimized(aim)) / view.spans
    return Choice(int(np.linalg.norm(gap[:, named], axis=1).argmin()), f"near{_in_brackets(point)}")


def diverse(
    view: Outlook, n: int, *, within: Literal["composition", "objectives"] = "composition"
) -> tuple[Choice, ...]:
    """Return ``n`` alloys far from each other, all where there are fewer; the compromise comes first.

    Each further one is the alloy farthest from those chosen (Gonzalez, Theor. Comput. Sci. 38 (1985) 293).

    Args:
        view: The front.
        n: At least 1.
        within: Whether half the L1 distance of amounts counts, or the distance in scaled objectives.
    """
    chosen = [compromise(view).row]
    gap = _gap(view, chosen[0], within)
    while len(chosen) < min(n, len(view.Z)):
        # Alloys of one composition may differ in treatment: what was chosen isn't chosen again.
        gap[chosen] = -1.0
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, _gap(view, chosen[-1], within))
    return tuple(Choice(row, f"diverse {i}") for i, row in enumerate(chosen, start=1))


def likeliest(view: Outlook, n: int) -> tuple[Choice, ...]:
    """Return the ``n`` alloys that most likely meet all thresholds; none where no objective has one."""
    if np.isnan(view.p_all).all():
        return ()
    order = np.argsort(-np.nan_to_num(view.p_all, nan=-1.0), kind="stable")[:n]
    return tuple(Choice(int(row), f"likeliest {i}") for i, row in enumerate(order, start=1))


def look_at_first(view: Outlook, *, n_likely: int = 5) -> tuple[Choice, ...]:
    """Return the few alloys of a front to look at first, by every rule that applies to it.

    Where a weighted sum was minimized, its alloys are what there is: they are the best of nothing else.
    """
    if view.weights:
        rule = f"least weighted sum{_in_brackets(view.weights)}"
        return tuple(Choice(row, rule) for row in range(min(len(view.Z), n_likely)))
    several = (knee(view), compromise(view)) if len(view.names) > 1 else ()
    return (*best_of_each(view), *several, *(c for c in likeliest(view, n_likely) if view.p_all[c.row] > 0))


def merged(choices: tuple[Choice, ...]) -> dict[int, str]:
    """Return the rules by row, in the order of the choices.

    >>> merged((Choice(4, "best Bs"), Choice(2, "knee"), Choice(4, "compromise")))
    {4: 'best Bs, compromise', 2: 'knee'}
    """
    rules: dict[int, str] = {}
    for choice in choices:
        rules[choice.row] = f"{rules[choice.row]}, {choice.rule}" if choice.row in rules else choice.rule
    return rules


def _facing_plane(corners: FloatArray) -> FloatArray:
    """Return the direction of the plane through points, one per objective; all ones where none faces 0."""
    ones = np.ones(corners.shape[1])
    _, sizes, directions = np.linalg.svd(corners[1:] - corners[0])
    if len(sizes) and sizes.min() < _DEGENERATE:
        return ones
    normal = directions[-1] * np.sign(directions[-1].sum())
    return np.asarray(normal / np.linalg.norm(normal)) if (normal > 0).all() else ones


def _gap(view: Outlook, row: int, within: Literal["composition", "objectives"]) -> FloatArray:
    if within == "composition":
        return np.asarray(0.5 * np.abs(view.percent - view.percent[row]).sum(axis=1))
    return np.asarray(np.linalg.norm(view.Z - view.Z[row], axis=1))


def _in_brackets(values: Mapping[str, float]) -> str:
    """Return what a rule was given, as in `` (Bs=2, Hc=1)``; nothing where it was given nothing."""
    return f" ({', '.join(f'{name}={value:g}' for name, value in values.items())})" if values else ""

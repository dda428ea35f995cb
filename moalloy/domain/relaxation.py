"""The smallest change of one bound that leaves an empty space with an alloy.

Without the bound, how near to it can a composition get that satisfies everything else? That is a small
integer program per bound (`moalloy.domain.program`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from moalloy.domain.constraints import CountConstraint, LinearConstraint
from moalloy.domain.program import Bounds, solution
from moalloy.errors import EmptySpaceError

if TYPE_CHECKING:
    from moalloy.domain.composition_space import CompositionSpace

__all__ = ["Relaxation", "relaxations"]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """``side`` bound of ``name`` moved from ``old`` to ``new``, which alone leaves an alloy."""

    name: str
    side: str
    old: Fraction
    new: Fraction
    unit: str = ""

    @property
    def size(self) -> Fraction:
        """The change over the larger of the two bounds, so that percent and counts compare."""
        return abs(self.new - self.old) / max(abs(self.new), abs(self.old))

    def __str__(self) -> str:
        verb = "raise" if self.new > self.old else "lower"
        bounds = f"from {_text(self.old)} to {_text(self.new)}{self.unit}"
        return f"{verb} the {self.side} bound of {self.name} {bounds}"


def relaxations(space: CompositionSpace) -> list[Relaxation]:
    """Return the changes of one bound each that make an empty space hold an alloy, the smallest first.

    Bounds of ranges, lines with amounts and counts are tried; a ratio or a window has none to shift.
    """
    total = LinearConstraint("sum", (1,) * len(space.ranges), space.n_steps, space.n_steps)
    found = [*_of_ranges(space, total), *_of_lines(space, total)]
    return sorted((change for change, relaxed in found if _is_inhabited(relaxed)), key=lambda item: item.size)


Found = Iterator[tuple[Relaxation, "CompositionSpace"]]


def _of_ranges(space: CompositionSpace, total: LinearConstraint) -> Found:
    unit = f" {space.basis}"
    for i, item in enumerate(space.ranges):
        amount = LinearConstraint("amount", tuple(int(i == j) for j in range(len(space.ranges))), None, None)
        for side, open_, sign in (
            ("upper", replace(item, upper=space.n_steps), 1),
            ("lower", replace(item, lower=1 if item.or_zero else 0), -1),
        ):
            ranges = (*space.ranges[:i], open_, *space.ranges[i + 1 :])
            bounds = _bounds(replace(space, ranges=ranges))
            point = solution([*space.constraints, total], bounds, least_of=amount, sign=sign)
            if point is None:
                continue
            old, new = (item.upper if sign == 1 else item.lower), int(point[i])
            moved = replace(item, upper=new) if sign == 1 else replace(item, lower=new)
            if sign * (new - old) > 0:
                change = Relaxation(item.symbol, side, old * space.step, new * space.step, unit)
                yield change, replace(space, ranges=(*space.ranges[:i], moved, *space.ranges[i + 1 :]))


def _of_lines(space: CompositionSpace, total: LinearConstraint) -> Found:
    bounds = _bounds(space)
    for i, item in enumerate(space.constraints):
        unit = _unit(item)
        if unit is None or not isinstance(item, LinearConstraint | CountConstraint):
            continue
        others = [*space.constraints[:i], *space.constraints[i + 1 :], total]
        for side, open_, old, sign in (
            ("upper", replace(item, upper=None), item.upper, 1),
            ("lower", replace(item, lower=None), item.lower, -1),
        ):
            point = None if old is None else solution([*others, open_], bounds, least_of=item, sign=sign)
            if old is None or point is None:
                continue
            new = sum(int(item.contributions(j, point[j : j + 1])[0]) for j in range(len(point)))
            if sign * (new - old) > 0:
                moved = replace(item, upper=new) if sign == 1 else replace(item, lower=new)
                constraints = (*space.constraints[:i], moved, *space.constraints[i + 1 :])
                change = Relaxation(f"'{item.label}'", side, old * unit, new * unit)
                yield change, replace(space, constraints=constraints)


def _unit(item: object) -> Fraction | None:
    """Return what one whole number of a bound means to the user, None where it means nothing."""
    if isinstance(item, CountConstraint):
        return Fraction(1) if item.is_plain else None
    return item.unit if isinstance(item, LinearConstraint) else None


def _bounds(space: CompositionSpace) -> Bounds:
    return Bounds(
        least=np.array([max(1, item.lower) for item in space.ranges]),
        most=np.array([item.upper for item in space.ranges]),
        may_be_absent=np.array([item.or_zero or item.lower == 0 for item in space.ranges]),
    )


def _is_inhabited(space: CompositionSpace) -> bool:
    """Return whether the limits that are no sums leave something as well."""
    if not space.descriptor_limits:
        return True
    try:
        return len(space.sample(1, np.random.default_rng(0))) == 1
    except EmptySpaceError:
        return False


def _text(number: Fraction) -> str:
    return f"{float(number):g}"

"""Which constraints of an empty space clash: a set of them that leaves no alloy, and none to spare.

A deletion filter: leave out one constraint after the other, for good if what remains still has no
solution (Chinneck, *Feasibility and Infeasibility in Optimization*, Springer 2008, section 6.2). Whether
something remains is a small integer program: amounts, and a yes or no per element for being present.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

import numpy as np

from moalloy.domain.constraints import LinearConstraint
from moalloy.domain.program import Bounds, solution
from moalloy.domain.relaxation import relaxations
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.domain.walk import climb

if TYPE_CHECKING:
    from moalloy.domain.composition_space import CompositionSpace, ElementRange

__all__ = ["clashing", "describe_clash", "range_label", "sum_constraint"]

_SUM = "amounts add up to 100 %"
# Where limits without a linear form are involved: walkers that look for an alloy, and their rounds.
_WALKERS = 256
_ROUNDS = 400


def clashing(space: CompositionSpace) -> tuple[str, ...]:
    """Return labels of constraints that together leave no composition; each of them is needed for that.

    Ranges read ``"Fe: 72 to 87 at%"``, constraints as the user wrote them. Empty if there is a
    composition. Exact but for limits on descriptors without a linear form, where a bounded search
    decides whether something is left.
    """
    ranges = [range_label(item, space) for item in space.ranges]
    constraints = [item.label for item in space.constraints]
    limits = [item.label for item in space.descriptor_limits]
    labels = list(dict.fromkeys([*ranges, *constraints, *limits, _SUM]))
    if _leaves_something(space, set(labels)):
        return ()
    kept = list(labels)
    # First out, first gone: a clash that needs neither the sum nor a nonlinear limit is easier to see.
    for label in dict.fromkeys([_SUM, *limits, *ranges, *constraints]):
        fewer = [item for item in kept if item != label]
        if not _leaves_something(space, set(fewer)):
            kept = fewer
    return tuple(kept)


def describe_clash(space: CompositionSpace) -> str:
    """Return what to tell the user about an empty space: the clash, and what to change."""
    quoted = [f"'{label}'" for label in clashing(space)]
    if not quoted:
        return "no composition satisfies all constraints"
    changes = relaxations(space)
    hint = f". The smallest change that helps: {changes[0]}" if changes else ""
    if len(quoted) == 1:
        return f"no composition satisfies {quoted[0]}; relax it{hint}"
    listed = ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
    return f"no composition satisfies {listed} together; relax one of them{hint}"


def range_label(item: ElementRange, space: CompositionSpace) -> str:
    """Return how the range of an element reads: ``"Fe: 72 to 87 at%"``."""
    lower, upper = (f"{float(bound * space.step):g}" for bound in (item.lower, item.upper))
    inside = lower if lower == upper else f"{lower} to {upper}"
    if item.or_zero:
        inside = f"0 or {inside}" if item.lower <= item.upper else "0"
    return f"{item.symbol}: {inside} {space.basis}"


def _leaves_something(space: CompositionSpace, kept: Set[str]) -> bool:
    """Return whether a composition satisfies those constraints whose labels are in ``kept``."""
    constraints = [item for item in space.constraints if item.label in kept]
    limits = [item for item in space.descriptor_limits if item.label in kept]
    bounds = _bounds(space, kept)
    # A descriptor is one of an alloy, whose amounts add up.
    if _SUM in kept or limits:
        constraints.append(sum_constraint(space))
    point = solution(constraints, bounds)
    if point is None or not limits:
        return point is not None

    def meets(amounts: IntArray) -> BoolArray:
        holds = [constraint.satisfied(np.maximum(amounts, 0)) for constraint in constraints]
        return np.asarray(np.logical_and.reduce([bounds.hold(amounts), *holds]), dtype=np.bool_)

    def excess(amounts: IntArray) -> FloatArray:
        fractions = space.fractions(amounts)
        return np.asarray(sum(limit.excess(fractions) / limit.scale for limit in limits), dtype=np.float64)

    starts = np.tile(point, (_WALKERS, 1))
    return len(climb(starts, meets, excess, np.random.default_rng(0), max_rounds=_ROUNDS)) > 0


def sum_constraint(space: CompositionSpace) -> LinearConstraint:
    """Return that the amounts add up to 100 %."""
    return LinearConstraint(_SUM, (1,) * len(space.ranges), space.n_steps, space.n_steps)


def _bounds(space: CompositionSpace, kept: Set[str]) -> Bounds:
    is_kept = np.array([range_label(item, space) in kept for item in space.ranges])
    least = np.where(is_kept, [max(1, item.lower) for item in space.ranges], 1)
    most = np.where(is_kept, [item.upper for item in space.ranges], space.n_steps)
    may_be_absent = ~is_kept | [item.or_zero or item.lower == 0 for item in space.ranges]
    return Bounds(least, most, may_be_absent)

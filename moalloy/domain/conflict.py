"""Which constraints of an empty space clash: a set of them that leaves no alloy, and none to spare.

A deletion filter: leave out one constraint after the other, for good if what remains still has no
solution (Chinneck, *Feasibility and Infeasibility in Optimization*, Springer 2008, section 6.2). Whether
something remains is a small integer program: amounts, and a yes or no per element for being present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np

from moalloy.domain.constraints import CountConstraint, GridConstraint, LinearConstraint
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.domain.walk import climb

if TYPE_CHECKING:
    from moalloy.domain.composition_space import CompositionSpace, ElementRange

__all__ = ["clashing", "describe_clash"]

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
    ranges = [_range_label(item, space) for item in space.ranges]
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
    """Return what to tell the user about an empty space, in a sentence or two."""
    quoted = [f"'{label}'" for label in clashing(space)]
    if not quoted:
        return "no composition satisfies all constraints"
    if len(quoted) == 1:
        return f"no composition satisfies {quoted[0]}; relax it"
    listed = ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
    return f"no composition satisfies {listed} together; relax one of them"


def _range_label(item: ElementRange, space: CompositionSpace) -> str:
    lower, upper = (f"{float(bound * space.step):g}" for bound in (item.lower, item.upper))
    inside = lower if lower == upper else f"{lower} to {upper}"
    if item.or_zero:
        inside = f"0 or {inside}" if item.lower <= item.upper else "0"
    return f"{item.symbol}: {inside} {space.basis}"


def _leaves_something(space: CompositionSpace, kept: Set[str]) -> bool:
    """Return whether a composition satisfies those constraints whose labels are in ``kept``."""
    constraints = [item for item in space.constraints if item.label in kept]
    limits = [item for item in space.descriptor_limits if item.label in kept]
    least, most, may_be_absent = _ranges(space, kept)
    # A descriptor is one of an alloy, whose amounts add up.
    n_steps = space.n_steps if _SUM in kept or limits else None
    point = _solution(constraints, (least, most), may_be_absent, n_steps)
    if point is None or not limits:
        return point is not None

    def meets(amounts: IntArray) -> BoolArray:
        valid = ((amounts >= least) & (amounts <= most)) | (may_be_absent & (amounts == 0))
        holds = [constraint.satisfied(np.maximum(amounts, 0)) for constraint in constraints]
        return np.asarray(np.logical_and.reduce([valid.all(axis=1), *holds]), dtype=np.bool_)

    def excess(amounts: IntArray) -> FloatArray:
        fractions = space.fractions(amounts)
        return np.asarray(sum(limit.excess(fractions) / limit.scale for limit in limits), dtype=np.float64)

    starts = np.tile(point, (_WALKERS, 1))
    return len(climb(starts, meets, excess, np.random.default_rng(0), max_rounds=_ROUNDS)) > 0


def _ranges(space: CompositionSpace, kept: Set[str]) -> tuple[IntArray, IntArray, BoolArray]:
    """Return per element the least amount above 0, the largest, and whether it may be absent."""
    is_kept = np.array([_range_label(item, space) in kept for item in space.ranges])
    least = np.where(is_kept, [max(1, item.lower) for item in space.ranges], 1)
    most = np.where(is_kept, [item.upper for item in space.ranges], space.n_steps)
    may_be_absent = ~is_kept | [item.or_zero or item.lower == 0 for item in space.ranges]
    return least, most, may_be_absent


def _solution(
    constraints: Iterable[GridConstraint],
    bounds: tuple[IntArray, IntArray],
    may_be_absent: BoolArray,
    n_steps: int | None,
) -> IntArray | None:
    """Return amounts that satisfy everything, shape ``(n_elements,)``, or None."""
    from scipy.optimize import Bounds, milp

    least, most = bounds
    n = len(least)
    if n_steps is not None:
        constraints = [*constraints, LinearConstraint(_SUM, (1,) * n, n_steps, n_steps)]
    constraints = list(constraints)
    # Variables: n amounts k, then n presences p, 0 or 1; p[i] * least[i] <= k[i] <= p[i] * most[i].
    limits = Bounds(
        np.concatenate([np.zeros(n), ~may_be_absent]), np.concatenate([np.maximum(most, 0), np.ones(n)])
    )
    result = milp(
        np.zeros(2 * n),
        integrality=np.ones(2 * n),
        bounds=limits,
        constraints=_rows(constraints, least, most),
    )
    if result.x is None:
        return None
    amounts = np.rint(result.x[:n]).astype(np.int64)
    # The solver works in floats: what it finds counts only if it holds exactly.
    holds = all(constraint.satisfied(amounts[None, :])[0] for constraint in constraints)
    return amounts if holds else None


def _rows(constraints: Sequence[GridConstraint], least: IntArray, most: IntArray) -> list[Any]:
    """Return the constraints as rows over amounts and presences, scaled to coefficients of about 1."""
    from scipy.optimize import LinearConstraint as Rows

    n = len(least)
    eye = np.eye(n)
    rows = [
        Rows(np.hstack([eye, -np.diag(most)]), -np.inf, 0.0),
        Rows(np.hstack([eye, -np.diag(least)]), 0.0, np.inf),
    ]
    for item in constraints:
        row, scale = np.zeros(2 * n), 1.0
        if isinstance(item, CountConstraint):
            row[n:] = item.members
        elif isinstance(item, LinearConstraint):
            scale = float(max(map(abs, item.coefficients)))
            row[:n] = [factor / scale for factor in item.coefficients]
        lower = -np.inf if item.lower is None else item.lower / scale
        upper = np.inf if item.upper is None else item.upper / scale
        rows.append(Rows(row, lower, upper))
    return rows

"""Constraints on amounts as a small integer program: is there a composition, and how far can a sum go?

Amounts, a yes or no per element for being present, and helpers: the distance from a center, whether
an amount releases a constraint, which of several options holds. Those are switched on and off by the
largest amount that a constraint can lack ('big M'; Chinneck, *Feasibility and Infeasibility in
Optimization*, Springer 2008, chapter 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from moalloy.domain.conditional import AnyOf, ReleasedConstraint
from moalloy.domain.constraints import (
    Constraint,
    CountConstraint,
    LinearConstraint,
    WindowConstraint,
)
from moalloy.domain.values import BoolArray, IntArray

__all__ = ["Bounds", "solution"]

_Sum = LinearConstraint | CountConstraint


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Per element the least amount above 0, the largest, and whether it may be absent."""

    least: IntArray
    most: IntArray
    may_be_absent: BoolArray

    def hold(self, amounts: IntArray) -> BoolArray:
        """Return which rows lie within, shape ``(n_alloys,)``."""
        inside = (amounts >= self.least) & (amounts <= self.most)
        return np.asarray((inside | (self.may_be_absent & (amounts == 0))).all(axis=1), dtype=np.bool_)


def solution(
    constraints: Sequence[Constraint], bounds: Bounds, *, least_of: _Sum | None = None, sign: int = 1
) -> IntArray | None:
    """Return amounts that satisfy everything, shape ``(n_elements,)``, or None.

    Args:
        constraints: What has to hold, the sum to 100 % included.
        bounds: The ranges of the elements.
        least_of: A constraint whose left-hand side is to be as small as possible; the first solution
            found is as good as any where it is None.
        sign: -1 for as large as possible.
    """
    from scipy.optimize import Bounds as Box
    from scipy.optimize import milp

    program = _Program(bounds)
    for item in constraints:
        program.add(item)
    cost = np.zeros(len(program.lower))
    if least_of is not None:
        for variable, factor in program.terms(least_of)[0].items():
            cost[variable] = sign * factor
    result = milp(
        cost,
        integrality=np.array(program.is_whole),
        bounds=Box(program.lower, program.upper),
        constraints=program.matrix(),
    )
    if result.x is None:
        return None
    amounts = np.rint(result.x[: program.n]).astype(np.int64)
    # The solver works in floats: what it finds counts only if it holds exactly.
    row = amounts[None, :]
    holds = bounds.hold(row)[0] and all(item.satisfied(row)[0] for item in constraints)
    return amounts if holds else None


@dataclass
class _Program:
    """Variables with their bounds, and rows over them. The first are amounts, the next presences."""

    bounds: Bounds
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    is_whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Mapping[int, float], float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.n = len(self.bounds.least)
        self.largest = [max(0, int(amount)) for amount in self.bounds.most]
        for amount in self.largest:
            self._variable(0, amount)
        for may_be_absent in self.bounds.may_be_absent:
            self._variable(0 if may_be_absent else 1, 1)
        for i, (least, most) in enumerate(zip(self.bounds.least, self.bounds.most, strict=True)):
            self.rows.append(({i: 1.0, self.n + i: -float(most)}, -np.inf, 0.0))
            self.rows.append(({i: 1.0, self.n + i: -float(least)}, 0.0, np.inf))

    def add(self, item: Constraint) -> None:
        """Add the rows of a constraint."""
        match item:
            case WindowConstraint():
                self._add_window(item)
            case ReleasedConstraint():
                switches = [self._release(*release) for release in item.releases]
                self._add_sum(item.inner, unless=switches)
            case AnyOf():
                self._add_any_of(item)
            case LinearConstraint() | CountConstraint():
                self._add_sum(item)
            case _:
                raise TypeError(f"{item.label}: no integer program is known for this kind of constraint")

    def terms(self, item: _Sum) -> tuple[dict[int, float], float]:
        """Return the left-hand side, coefficients of about 1, and what it was divided by."""
        if isinstance(item, CountConstraint):
            return {self.n + i: float(weight) for i, weight in enumerate(item.weights)}, 1.0
        scale = float(max(map(abs, item.coefficients)))
        return {i: factor / scale for i, factor in enumerate(item.coefficients)}, scale

    def matrix(self) -> Any:
        """Return the rows as SciPy wants them."""
        from scipy.optimize import LinearConstraint as Rows
        from scipy.sparse import csr_array

        entries = [(r, c, factor) for r, (terms, _, _) in enumerate(self.rows) for c, factor in terms.items()]
        r, c, factors = zip(*entries, strict=True)
        matrix = csr_array((factors, (r, c)), shape=(len(self.rows), len(self.lower)))
        return Rows(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])

    def _variable(self, lower: float, upper: float, *, is_whole: bool = True) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.is_whole.append(is_whole)
        return len(self.lower) - 1

    def _add_sum(self, item: _Sum, *, unless: Sequence[int] = ()) -> None:
        """Add a sum within its bounds; each of the yes-or-no variables ``unless`` lets it go."""
        terms, scale = self.terms(item)
        least, most = item.reach(self.largest)
        if item.lower is not None:
            slack = max(0, item.lower - least) / scale
            self.rows.append((terms | dict.fromkeys(unless, slack), item.lower / scale, np.inf))
        if item.upper is not None:
            slack = max(0, most - item.upper) / scale
            self.rows.append((terms | dict.fromkeys(unless, -slack), -np.inf, item.upper / scale))

    def _release(self, column: int, lower: int, upper: int) -> int:
        """Return a variable that may be 1 only if the amount lies within."""
        switch = self._variable(0, 1)
        highest = self.largest[column]
        self.rows.append(({column: 1.0, switch: -float(lower)}, 0.0, np.inf))
        self.rows.append(({column: 1.0, switch: float(max(0, highest - upper))}, -np.inf, highest))
        return switch

    def _add_any_of(self, item: AnyOf) -> None:
        is_off = [self._variable(0, 1) for _ in item.options]
        self.rows.append((dict.fromkeys(is_off, 1.0), -np.inf, len(is_off) - 1.0))
        for option, switch in zip(item.options, is_off, strict=True):
            for inner in option:
                self._add_sum(inner, unless=[switch])

    def _add_window(self, item: WindowConstraint) -> None:
        distances = {}
        for i, center in enumerate(item.center):
            at = center / item.scale
            distance = self._variable(0, np.inf, is_whole=False)
            self.rows.append(({distance: 1.0, i: -1.0}, -at, np.inf))
            self.rows.append(({distance: 1.0, i: 1.0}, at, np.inf))
            distances[distance] = 1.0
        self.rows.append((distances, -np.inf, item.upper / item.scale))

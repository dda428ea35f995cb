"""Constraints on grid amounts, each decided exactly.

A composition on the grid is a row of whole numbers ``k`` (multiples of the step) that add up to
``n_steps = 100 / step``. Linear constraints, counts of elements and limits on descriptors that are
ratios of linear forms become integer inequalities in ``k``, so no tolerance decides whether an alloy is
valid. Descriptors that aren't (mixing enthalpy is quadratic) are evaluated in floating point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, runtime_checkable

import numpy as np

from moalloy.domain.values import BoolArray, Descriptor, FloatArray, IntArray, LinearRatio
from moalloy.errors import SpaceError

__all__ = [
    "Constraint",
    "CountConstraint",
    "DescriptorLimit",
    "GridConstraint",
    "LinearConstraint",
    "WindowConstraint",
    "is_int64_safe",
    "linear_constraint",
    "ratio_constraint",
    "window_constraint",
]

# Below this, sums of coefficient times amount are exact in int64 with room to spare.
_INT64_SAFE = 2**61


class Constraint(Protocol):
    """A hard constraint on grid amounts; ``label`` is the user's line."""

    @property
    def label(self) -> str: ...

    def satisfied(self, amounts: IntArray) -> BoolArray:
        """Return which rows hold, shape ``(n_alloys,)``, for ``(n_alloys, n_elements)`` amounts."""
        ...

    def excess(self, amounts: IntArray) -> FloatArray:
        """Return how badly each row breaks it, 0 where it holds but for rounding, shape ``(n_alloys,)``.

        A direction for a search and no verdict: `satisfied` decides.
        """
        ...


@runtime_checkable
class GridConstraint(Constraint, Protocol):
    """A constraint whose left-hand side is a sum over elements of whole numbers: a diagram can hold it."""

    @property
    def lower(self) -> int | None: ...
    @property
    def upper(self) -> int | None: ...

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        """Return what ``amounts`` of one element add to the left-hand side, same shape."""
        ...

    def reach(self, largest: Sequence[int]) -> tuple[int, int]:
        """Return bounds on every partial sum, 0 between them, for amounts from 0 to ``largest``."""
        ...


def is_int64_safe(constraint: GridConstraint, largest: Sequence[int]) -> bool:
    """Return whether no partial sum can leave int64 for amounts from 0 to ``largest``, by element."""
    bounds = [bound for bound in (constraint.lower, constraint.upper) if bound is not None]
    return max(map(abs, [*constraint.reach(largest), *bounds])) < _INT64_SAFE


@dataclass(frozen=True, slots=True)
class LinearConstraint:
    """``lower <= sum_i coefficients[i] * k_i <= upper`` over grid amounts; ``label`` is the user's line.

    ``unit`` is what one whole number of the left-hand side means in the user's bounds, None where
    the line has no bounds of its own to shift, as a ratio that was multiplied out.
    """

    label: str
    coefficients: tuple[int, ...]
    lower: int | None
    upper: int | None
    unit: Fraction | None = None

    def reach(self, largest: Sequence[int]) -> tuple[int, int]:
        pairs = zip(self.coefficients, largest, strict=True)
        # The coefficients themselves must fit as well, even where an element is always absent.
        ends = [factor * max(1, amount) for factor, amount in pairs]
        return sum(min(0, end) for end in ends), sum(max(0, end) for end in ends)

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        return amounts * self.coefficients[column]

    def satisfied(self, amounts: IntArray) -> BoolArray:
        largest = amounts.max(axis=0, initial=0).tolist()
        if is_int64_safe(self, largest):
            return self._within(amounts @ np.array(self.coefficients, dtype=np.int64))
        # Weight-% terms in other-basis units have coefficients beyond int64: Python's integers decide.
        return self._within(amounts.astype(object) @ np.array(self.coefficients, dtype=object))

    def excess(self, amounts: IntArray) -> FloatArray:
        largest = float(max(map(abs, self.coefficients)))
        sums = amounts @ np.array([factor / largest for factor in self.coefficients])
        lower = -np.inf if self.lower is None else self.lower / largest
        upper = np.inf if self.upper is None else self.upper / largest
        return np.asarray(np.maximum(0.0, np.maximum(lower - sums, sums - upper)), dtype=np.float64)

    def _within(self, sums: IntArray) -> BoolArray:
        within = np.ones(len(sums), dtype=np.bool_)
        if self.lower is not None:
            within &= np.asarray(sums >= self.lower, dtype=np.bool_)
        if self.upper is not None:
            within &= np.asarray(sums <= self.upper, dtype=np.bool_)
        return within


@dataclass(frozen=True, slots=True)
class CountConstraint:
    """``lower <= sum of the weights of the elements that are present <= upper``.

    Weights of 0 and 1 count elements; -1 beside them says that one element needs another.
    """

    label: str
    weights: tuple[int, ...]
    lower: int | None
    upper: int | None

    @property
    def is_plain(self) -> bool:
        """Whether it counts elements, each as one."""
        return all(weight in (0, 1) for weight in self.weights)

    def reach(self, largest: Sequence[int]) -> tuple[int, int]:
        reached = [weight for weight, amount in zip(self.weights, largest, strict=True) if amount > 0]
        return sum(min(0, weight) for weight in reached), sum(max(0, weight) for weight in reached)

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        return (amounts > 0).astype(np.int64) * int(self.weights[column])

    def satisfied(self, amounts: IntArray) -> BoolArray:
        return np.asarray(self.excess(amounts) == 0, dtype=np.bool_)

    def excess(self, amounts: IntArray) -> FloatArray:
        counts = (amounts > 0).astype(np.int64) @ np.array(self.weights, dtype=np.int64)
        return _outside(counts, self.lower, self.upper)


@dataclass(frozen=True, slots=True)
class WindowConstraint:
    """``sum_i |scale * k_i - center_i| <= upper``: amounts near those of a named alloy."""

    label: str
    scale: int
    center: tuple[int, ...]
    upper: int
    lower: None = None

    def reach(self, largest: Sequence[int]) -> tuple[int, int]:
        pairs = zip(self.center, largest, strict=True)
        return 0, sum(max(at, self.scale * max(1, amount)) for at, amount in pairs)

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        return np.abs(amounts * self.scale - self.center[column])

    def satisfied(self, amounts: IntArray) -> BoolArray:
        return np.asarray(self._distances(amounts) <= self.upper, dtype=np.bool_)

    def excess(self, amounts: IntArray) -> FloatArray:
        distances = self._distances(amounts).astype(np.float64)
        return np.maximum(0.0, (distances - self.upper) / self.scale)

    def _distances(self, amounts: IntArray) -> IntArray:
        is_safe = is_int64_safe(self, amounts.max(axis=0, initial=0).tolist())
        # A center written to twelve decimals needs Python's integers.
        kind = np.int64 if is_safe else object
        offsets = amounts.astype(kind) * self.scale - np.array(self.center, dtype=kind)
        return np.asarray(np.abs(offsets).sum(axis=1))


@dataclass(frozen=True, slots=True)
class DescriptorLimit:
    """``minimum <= descriptor(composition) <= maximum`` for a descriptor without a linear form."""

    label: str
    descriptor: Descriptor
    elements: tuple[str, ...]
    minimum: float | None
    maximum: float | None

    @property
    def scale(self) -> float:
        """The size of the bounds, by which excesses of several limits can be compared."""
        return max(abs(bound) for bound in (self.minimum, self.maximum, 1e-3) if bound is not None)

    def excess(self, fractions: FloatArray) -> FloatArray:
        """Return by how much each row lies outside, 0 inside; shape ``(n_alloys,)``, descriptor's unit."""
        values = self.descriptor(fractions, self.elements)
        outside = np.zeros(len(values))
        if self.minimum is not None:
            outside = np.maximum(outside, self.minimum - values)
        if self.maximum is not None:
            outside = np.maximum(outside, values - self.maximum)
        return np.where(np.isnan(values), np.inf, outside)


def linear_constraint(
    label: str,
    coefficients: Mapping[str, Fraction],
    lower: Fraction | None,
    upper: Fraction | None,
    *,
    elements: Sequence[str],
    step: Fraction,
) -> LinearConstraint:
    """Return ``lower <= sum_i coefficients[i] * percent_i <= upper`` in whole numbers.

    Args:
        label: The line as the user wrote it, for messages.
        coefficients: Factors of the amounts in percent of the space's own basis, by element symbol.
        lower: Lower bound in percent, None for none.
        upper: Upper bound in percent, None for none.
        elements: The space's elements; the columns of the result.
        step: The grid step in percent.
    """
    factors = [coefficients.get(symbol, Fraction(0)) * step for symbol in elements]
    return _in_integers(label, factors, lower, upper, has_own_bounds=True)


def ratio_constraint(
    label: str,
    ratio: LinearRatio,
    lower: Fraction | None,
    upper: Fraction | None,
    *,
    fraction_weights: Sequence[Fraction],
) -> tuple[LinearConstraint, ...]:
    """Return ``lower <= sum_i p_i c_i / sum_i q_i c_i <= upper``, multiplied out, as linear constraints.

    Args:
        label: The line as the user wrote it, for messages.
        ratio: The descriptor's coefficients ``p`` and ``q`` per element, in atomic fractions ``c``.
        lower: Lower bound in the descriptor's unit, None for none.
        upper: Upper bound in the descriptor's unit, None for none.
        fraction_weights: ``c_i`` is proportional to ``fraction_weights[i] * k_i``: all 1 for a space in
            at.%, the inverse atomic masses for one in wt.%.
    """

    def against(bound: Fraction) -> list[Fraction]:
        pairs = zip(ratio.numerator, ratio.denominator, fraction_weights, strict=True)
        return [(above - bound * below) * weight for above, below, weight in pairs]

    zero = Fraction(0)
    sides = [
        (against(bound), least, most)
        for bound, least, most in ((lower, zero, None), (upper, None, zero))
        if bound is not None
    ]
    # A side without factors reads 0 <= 0: every alloy of these elements lies exactly on that bound.
    return tuple(_in_integers(label, factors, least, most) for factors, least, most in sides if any(factors))


def _outside(sums: IntArray, lower: int | None, upper: int | None) -> FloatArray:
    """Return how far each sum lies outside of bounds, 0 within."""
    below = 0 if lower is None else np.maximum(0, lower - sums)
    above = 0 if upper is None else np.maximum(0, sums - upper)
    return np.maximum(below, above).astype(np.float64) + np.zeros(len(sums))


def window_constraint(
    label: str,
    center: Mapping[str, Fraction],
    within: Fraction,
    *,
    elements: Sequence[str],
    step: Fraction,
) -> WindowConstraint:
    """Return ``1/2 sum_i |percent_i - center_i| <= within`` in whole numbers.

    Args:
        label: The line as the user wrote it, for messages.
        center: The named alloy, in percent; what it holds of elements that ``elements`` lacks differs always.
        within: How much of an alloy may differ, in percent.
        elements: The space's elements; the columns of the result.
        step: The grid step in percent.
    """
    lacking = sum((amount for symbol, amount in center.items() if symbol not in elements), start=Fraction(0))
    at = [center.get(symbol, Fraction(0)) for symbol in elements]
    unit = math.lcm(step.denominator, *(amount.denominator for amount in at))
    return WindowConstraint(
        label,
        int(step * unit),
        tuple(int(amount * unit) for amount in at),
        math.floor((2 * within - lacking) * unit),
    )


def _in_integers(
    label: str,
    factors: Sequence[Fraction],
    lower: Fraction | None,
    upper: Fraction | None,
    *,
    has_own_bounds: bool = False,
) -> LinearConstraint:
    """Multiply by the common denominator and divide by the common factor; round the bounds inwards."""
    if not any(factors):
        raise SpaceError(
            f"{label}: every element drops out of this constraint; it says nothing about the alloy"
        )
    scale = Fraction(math.lcm(*(factor.denominator for factor in factors)))
    scale /= math.gcd(*(int(factor * scale) for factor in factors))
    return LinearConstraint(
        label,
        tuple(int(factor * scale) for factor in factors),
        None if lower is None else math.ceil(lower * scale),
        None if upper is None else math.floor(upper * scale),
        1 / scale if has_own_bounds else None,
    )

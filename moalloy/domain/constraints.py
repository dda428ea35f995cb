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
from typing import Protocol

import numpy as np

from moalloy.domain.values import BoolArray, Descriptor, FloatArray, IntArray, LinearRatio
from moalloy.errors import SpaceError

__all__ = [
    "CountConstraint",
    "DescriptorLimit",
    "GridConstraint",
    "LinearConstraint",
    "linear_constraint",
    "ratio_constraint",
]

# Below this, sums of coefficient times amount are exact in int64 with room to spare.
_INT64_SAFE = 2**61


class GridConstraint(Protocol):
    """A constraint whose left-hand side is a sum over elements of whole numbers."""

    @property
    def label(self) -> str: ...
    @property
    def lower(self) -> int | None: ...
    @property
    def upper(self) -> int | None: ...

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        """Return what ``amounts`` of one element add to the left-hand side, same shape."""
        ...

    def satisfied(self, amounts: IntArray) -> BoolArray:
        """Return which rows hold, shape ``(n_alloys,)``, for ``(n_alloys, n_elements)`` amounts."""
        ...

    def excess(self, amounts: IntArray) -> FloatArray:
        """Return how badly each row breaks it, 0 where it holds but for rounding, shape ``(n_alloys,)``.

        A direction for a search and no verdict: `satisfied` decides.
        """
        ...


@dataclass(frozen=True, slots=True)
class LinearConstraint:
    """``lower <= sum_i coefficients[i] * k_i <= upper`` over grid amounts; ``label`` is the user's line."""

    label: str
    coefficients: tuple[int, ...]
    lower: int | None
    upper: int | None

    def is_int64_safe(self, largest: Sequence[int]) -> bool:
        """Return whether no partial sum can leave int64 for amounts from 0 to ``largest``, by element."""
        reach = sum(abs(factor) * amount for factor, amount in zip(self.coefficients, largest, strict=True))
        bounds = [abs(bound) for bound in (self.lower, self.upper) if bound is not None]
        return max([reach, *map(abs, self.coefficients), *bounds]) < _INT64_SAFE

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        return amounts * self.coefficients[column]

    def satisfied(self, amounts: IntArray) -> BoolArray:
        if self.is_int64_safe(amounts.max(axis=0, initial=0).tolist()):
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
    """``lower <= number of members that are present <= upper``."""

    label: str
    members: tuple[bool, ...]
    lower: int | None
    upper: int | None

    def contributions(self, column: int, amounts: IntArray) -> IntArray:
        return (amounts > 0).astype(np.int64) * int(self.members[column])

    def satisfied(self, amounts: IntArray) -> BoolArray:
        return np.asarray(self.excess(amounts) == 0, dtype=np.bool_)

    def excess(self, amounts: IntArray) -> FloatArray:
        counts = (amounts[:, np.array(self.members)] > 0).sum(axis=1)
        lower = 0 if self.lower is None else self.lower
        upper = len(self.members) if self.upper is None else self.upper
        return np.asarray(np.maximum(0, np.maximum(lower - counts, counts - upper)), dtype=np.float64)


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
    return _in_integers(label, factors, lower, upper)


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


def _in_integers(
    label: str, factors: Sequence[Fraction], lower: Fraction | None, upper: Fraction | None
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
    )

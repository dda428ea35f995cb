"""Whether grid points are valid: all sums over elements at once, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.constraints import (
    Constraint,
    CountConstraint,
    GridConstraint,
    LinearConstraint,
    is_int64_safe,
)
from moalloy.domain.values import BoolArray, IntArray

__all__ = ["GridCheck"]

_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """``lower <= values @ factors <= upper``, a column for each constraint."""

    factors: IntArray
    lower: IntArray
    upper: IntArray

    @classmethod
    def of(cls, factors: Sequence[Sequence[int]], constraints: Sequence[GridConstraint]) -> _Sums:
        lower = [_LEAST if item.lower is None else item.lower for item in constraints]
        upper = [_MOST if item.upper is None else item.upper for item in constraints]
        return cls(np.array(factors, dtype=np.int64).T, np.array(lower), np.array(upper))

    def are_within(self, values: IntArray) -> BoolArray:
        sums = values @ self.factors
        return np.asarray(((sums >= self.lower) & (sums <= self.upper)).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class GridCheck:
    """The constraints of a composition space but for limits on descriptors.

    Attributes:
        total: What each row sums to.
        lower: The least amount of each element, shape ``(n_elements,)``.
        upper: The most, shape ``(n_elements,)``.
        may_be_absent: Which of them may be 0 even so, shape ``(n_elements,)``.
        linear: Sums of amounts that int64 holds; None without any.
        counts: Sums over the elements that are present; None without any.
        others: Constraints that are asked one by one.
    """

    total: int
    lower: IntArray
    upper: IntArray
    may_be_absent: BoolArray
    linear: _Sums | None
    counts: _Sums | None
    others: tuple[Constraint, ...]

    @classmethod
    def of(
        cls,
        lower: Sequence[int],
        upper: Sequence[int],
        may_be_absent: Sequence[bool],
        constraints: Sequence[Constraint],
        *,
        total: int,
    ) -> GridCheck:
        """Return the check of ranges, in grid steps, and constraints."""
        # No valid row has more of an element than the whole.
        most = [min(amount, total) for amount in upper]
        linear = [c for c in constraints if isinstance(c, LinearConstraint) and is_int64_safe(c, most)]
        counts = [c for c in constraints if isinstance(c, CountConstraint) and is_int64_safe(c, most)]
        return cls(
            total,
            np.array(lower, dtype=np.int64),
            np.array(most, dtype=np.int64),
            np.array(may_be_absent, dtype=np.bool_),
            _Sums.of([item.coefficients for item in linear], linear) if linear else None,
            _Sums.of([item.weights for item in counts], counts) if counts else None,
            tuple(item for item in constraints if item not in linear and item not in counts),
        )

    def __call__(self, amounts: IntArray) -> BoolArray:
        """Return which rows are valid, shape ``(n_alloys,)``; any whole numbers may be asked."""
        is_absent = self.may_be_absent & (amounts == 0)
        in_range = ((amounts >= self.lower) & (amounts <= self.upper)) | is_absent
        valid = np.asarray(in_range.all(axis=1) & (amounts.sum(axis=1) == self.total), dtype=np.bool_)
        # Beyond the ranges, sums might leave int64.
        if self.linear is not None:
            valid[valid] = self.linear.are_within(amounts[valid])
        if self.counts is not None:
            valid[valid] = self.counts.are_within((amounts[valid] > 0).astype(np.int64))
        for constraint in self.others:
            valid[valid] = constraint.satisfied(amounts[valid])
        return valid

"""Whether grid points are valid: all sums over elements at once, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from moalloy.domain.constraints import (
    Constraint,
    CountConstraint,
    GridConstraint,
    LinearConstraint,
    is_int64_safe,
)
from moalloy.domain.values import BoolArray, IntArray

__all__ = ["GridCheck", "GridRules"]

_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class GridRules(NamedTuple):
    """Ranges and sums over elements as plain arrays, which compiled code can read.

    Attributes:
        total: What each row sums to.
        lower: The least amount of each element, shape ``(n_elements,)``.
        upper: The most, shape ``(n_elements,)``.
        may_be_absent: Which of them may be 0 even so, shape ``(n_elements,)``.
        linear: Factors of sums of amounts, shape ``(n_elements, n_sums)``.
        linear_lower: The least of each such sum, shape ``(n_sums,)``.
        linear_upper: The most.
        counts: Weights of sums over the elements that are present, shape ``(n_elements, n_counts)``.
        counts_lower: The least of each such sum, shape ``(n_counts,)``.
        counts_upper: The most.
    """

    total: int
    lower: IntArray
    upper: IntArray
    may_be_absent: BoolArray
    linear: IntArray
    linear_lower: IntArray
    linear_upper: IntArray
    counts: IntArray
    counts_lower: IntArray
    counts_upper: IntArray

    def in_order(self, columns: Sequence[int]) -> GridRules:
        """Return the same for amounts whose columns are these ones of the present order."""
        return self._replace(
            lower=self.lower[columns],
            upper=self.upper[columns],
            may_be_absent=self.may_be_absent[columns],
            linear=self.linear[columns],
            counts=self.counts[columns],
        )


@dataclass(frozen=True, slots=True, eq=False)
class GridCheck:
    """The constraints of a composition space but for limits on descriptors.

    Attributes:
        rules: Those that whole numbers of 64 bits decide.
        others: Constraints that are asked one by one.
    """

    rules: GridRules
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
        rules = GridRules(
            total,
            np.array(lower, dtype=np.int64),
            np.array(most, dtype=np.int64),
            np.array(may_be_absent, dtype=np.bool_),
            _factors([item.coefficients for item in linear], len(most)),
            *_bounds(linear),
            _factors([item.weights for item in counts], len(most)),
            *_bounds(counts),
        )
        return cls(rules, tuple(item for item in constraints if item not in linear and item not in counts))

    def __call__(self, amounts: IntArray) -> BoolArray:
        """Return which rows are valid, shape ``(n_alloys,)``; any whole numbers may be asked."""
        rules = self.rules
        is_absent = rules.may_be_absent & (amounts == 0)
        in_range = ((amounts >= rules.lower) & (amounts <= rules.upper)) | is_absent
        valid = np.asarray(in_range.all(axis=1) & (amounts.sum(axis=1) == rules.total), dtype=np.bool_)
        # Beyond the ranges, sums might leave int64.
        if rules.linear.size:
            sums = amounts[valid] @ rules.linear
            valid[valid] = _are_within(sums, rules.linear_lower, rules.linear_upper)
        if rules.counts.size:
            sums = (amounts[valid] > 0).astype(np.int64) @ rules.counts
            valid[valid] = _are_within(sums, rules.counts_lower, rules.counts_upper)
        valid[valid] = self.others_hold(amounts[valid])
        return valid

    def others_hold(self, amounts: IntArray) -> BoolArray:
        """Return which rows satisfy what isn't among the rules, shape ``(n_alloys,)``."""
        valid = np.ones(len(amounts), dtype=np.bool_)
        for constraint in self.others:
            valid[valid] = constraint.satisfied(amounts[valid])
        return valid


def _factors(rows: Sequence[Sequence[int]], n_elements: int) -> IntArray:
    """Return one column for each constraint, contiguous by element."""
    return np.ascontiguousarray(np.array(rows, dtype=np.int64).reshape(len(rows), n_elements).T)


def _bounds(constraints: Sequence[GridConstraint]) -> tuple[IntArray, IntArray]:
    lower = [_LEAST if item.lower is None else item.lower for item in constraints]
    upper = [_MOST if item.upper is None else item.upper for item in constraints]
    return np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)


def _are_within(sums: IntArray, lower: IntArray, upper: IntArray) -> BoolArray:
    return np.asarray(((sums >= lower) & (sums <= upper)).all(axis=1), dtype=np.bool_)

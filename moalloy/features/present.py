"""Alloys as short lists of the elements present in them, the form all features are computed from.

Every feature is summed slot by slot, in order of atomic number. So the value of an alloy is the
same to the last bit whatever other alloys are in the batch, however the columns are ordered and
however many absent elements have a column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from moalloy.domain.elements import SYMBOLS, atomic_number
from moalloy.domain.values import FloatArray, IntArray
from moalloy.errors import CompositionError

__all__ = ["N_ELEMENTS", "PresentElements", "present_elements"]

N_ELEMENTS = len(SYMBOLS)

# Room for the rounding of sums and conversions; anything larger is a fault of the caller.
_TOLERANCE = 1e-9
# Share of the columns that an alloy fills from which every column may as well have a slot.
_DENSE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class PresentElements:
    """The present elements of ``n_alloys`` alloys, in ``n_slots`` slots by atomic number.

    Attributes:
        indices: Index into ``SYMBOLS``, shape ``(n_slots, n_alloys)``. An alloy with fewer
            elements than slots repeats its first one with fraction 0, in any slot, which leaves
            sums, minima and maxima as they are.
        fractions: Atomic fractions, shape ``(n_slots, n_alloys)``.
        known: What was computed of them already, by name: several models ask for the same.
    """

    indices: IntArray
    fractions: FloatArray
    known: dict[str, FloatArray] = field(default_factory=dict, repr=False)

    @property
    def n_alloys(self) -> int:
        """Number of alloys."""
        return len(self.indices[0])

    def slots(self) -> Iterator[tuple[IntArray, FloatArray]]:
        """Yield ``(indices, fractions)`` per slot, each of shape ``(n_alloys,)``."""
        return zip(self.indices, self.fractions, strict=True)

    def weighted_sum(self, values: FloatArray) -> FloatArray:
        """Return ``sum_i c_i values_i``, shape ``(n_alloys,)``.

        Args:
            values: One number per element of ``SYMBOLS``, shape ``(118,)``; NaN where there is
                none, which makes the sum of an alloy with that element NaN.
        """
        total = np.zeros(self.n_alloys)
        for indices, fractions in self.slots():
            total += fractions * values[indices]
        return total

    def weighted_sums(self, values: FloatArray) -> FloatArray:
        """Return ``weighted_sum`` of each column of values, shape ``(n_alloys, n_columns)``.

        Args:
            values: Shape ``(118, n_columns)``.
        """
        total = np.zeros((self.n_alloys, values.shape[1]))
        for indices, fractions in self.slots():
            total += fractions[:, None] * values[indices]
        return total

    def columns(self, elements: Sequence[str]) -> FloatArray:
        """Return atomic fractions of ``elements``, shape ``(n_alloys, len(elements))``."""
        surplus = len(elements)
        column_of = np.full(N_ELEMENTS, surplus)
        column_of[[atomic_number(symbol) - 1 for symbol in elements]] = np.arange(surplus)
        table = np.zeros((self.n_alloys, surplus + 1))
        rows = np.arange(self.n_alloys)
        for indices, fractions in self.slots():
            table[rows, column_of[indices]] += fractions
        return table[:, :surplus]


def present_elements(fractions: FloatArray, elements: Sequence[str]) -> PresentElements:
    """Return the elements present in each alloy.

    Args:
        fractions: Atomic fractions, shape ``(n_alloys, n_elements)``; rows sum to 1.
        elements: Symbols of the columns, in any order.

    Raises:
        CompositionError: Columns that don't match ``elements``, an element that is named twice or
            is none, a negative or missing fraction, or a row that doesn't sum to 1 within 1e-9.

    Memory: 16 bytes per alloy and slot; slots are the largest number of elements in one alloy.

    >>> present_elements(np.array([[0.2, 0.0, 0.8], [0.0, 1.0, 0.0]]), ["B", "Si", "Fe"]).fractions
    array([[0.2, 0. ],
           [0. , 1. ],
           [0.8, 0. ]])
    """
    order, indices = _by_atomic_number(tuple(elements))
    fractions = np.asarray(fractions, dtype=np.float64)
    _check_shape(fractions, elements)
    by_element = np.ascontiguousarray(fractions.T)
    _check_fractions(by_element, elements)
    return _gather(by_element[order], indices)


def _gather(fractions: FloatArray, indices: IntArray) -> PresentElements:
    """Move the positive fractions of each alloy to its first slots, if that leaves far fewer of them.

    Args:
        fractions: Shape ``(n_elements, n_alloys)``, by atomic number.
        indices: The elements, shape ``(n_elements,)``.
    """
    is_present = fractions > 0
    counts = np.add.reduce(is_present, axis=0, dtype=np.int64)
    n_slots = int(counts.max(initial=1))
    if 0 < _DENSE * len(indices) <= n_slots:
        first = indices[is_present.argmax(axis=0)]
        return PresentElements(np.where(is_present, indices[:, None], first), np.maximum(fractions, 0.0))
    n_alloys = len(counts)
    alloys, elements = np.nonzero(is_present.T)
    starts = np.cumsum(counts) - counts
    slot = np.arange(len(alloys)) - starts[alloys]
    of_slots = np.empty((n_slots, n_alloys), dtype=np.int64)
    of_slots[:] = indices[elements[starts]]
    of_slots[slot, alloys] = indices[elements]
    amounts = np.zeros((n_slots, n_alloys))
    amounts[slot, alloys] = fractions[elements, alloys]
    return PresentElements(of_slots, amounts)


@lru_cache
def _by_atomic_number(elements: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Return the columns by atomic number, and which element each of them then is: an index."""
    repeated = sorted({symbol for symbol in elements if elements.count(symbol) > 1})
    if repeated:
        raise CompositionError(f"{', '.join(repeated)} named more than once in {', '.join(elements)}.")
    numbers = np.array([atomic_number(symbol) for symbol in elements], dtype=np.int64)
    order = np.argsort(numbers)
    return order, numbers[order] - 1


def _check_shape(fractions: FloatArray, elements: Sequence[str]) -> None:
    if fractions.ndim != 2 or fractions.shape[1] != len(elements):
        raise CompositionError(
            f"atomic fractions have shape {fractions.shape}; expected one row per alloy and "
            f"{len(elements)} columns: {', '.join(elements)}."
        )


def _check_fractions(by_element: FloatArray, elements: Sequence[str]) -> None:
    """Refuse what is no composition; shape ``(n_elements, n_alloys)``."""
    sums = by_element.sum(axis=0)
    is_negative = by_element < -_TOLERANCE
    # Written so that a NaN fails too.
    is_good = np.abs(sums - 1) <= _TOLERANCE
    if is_negative.any() or not is_good.all():
        row = int(np.argmin(is_good & ~is_negative.any(axis=0)))
        amounts = by_element[:, row]
        found = ", ".join(f"{s} {c:g}" for s, c in zip(elements, amounts, strict=True) if c != 0)
        raise CompositionError(
            f"row {row}: {found}, sum {sums[row]:.9g}; expected atomic fractions that are not "
            "negative and sum to 1. Divide at.% by 100."
        )

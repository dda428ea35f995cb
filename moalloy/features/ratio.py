"""Descriptors that are a ratio of two linear forms of the atomic fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from moalloy.domain.elements import SYMBOLS, atomic_number
from moalloy.domain.values import FloatArray, LinearRatio
from moalloy.errors import SpaceError
from moalloy.features.present import PresentElements, present_elements

__all__ = ["ONE_PER_ATOM", "RatioDescriptor"]

ONE_PER_ATOM: Mapping[str, Fraction] = dict.fromkeys(SYMBOLS, Fraction(1))
"""The denominator of a plain mean over atoms."""


@dataclass(frozen=True, slots=True)
class RatioDescriptor:
    """``sum_i p_i c_i / sum_i q_i c_i``, computed in floats and known exactly.

    Attributes:
        name: Name with the unit, as in ``density_g_per_cm3``.
        title: What it is, for people.
        unit: Unit, for people; "" for a plain number.
        source: Where the coefficients come from.
        numerator: ``p`` by symbol.
        denominator: ``q`` by symbol. An element that either form lacks has no data.
    """

    name: str
    title: str
    unit: str
    source: str
    numerator: Mapping[str, Fraction] = field(hash=False, repr=False)
    denominator: Mapping[str, Fraction] = field(hash=False, repr=False)
    _numerator_values: FloatArray = field(init=False, repr=False, compare=False)
    _denominator_values: FloatArray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_numerator_values", _values(self.numerator))
        object.__setattr__(self, "_denominator_values", _values(self.denominator))

    def __call__(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return the values, shape ``(n_alloys,)``; NaN for an alloy of an element without data."""
        return self.of(present_elements(fractions, elements))

    def of(self, present: PresentElements) -> FloatArray:
        """Return the values for alloys that are already in slots, shape ``(n_alloys,)``."""
        return present.weighted_sum(self._numerator_values) / present.weighted_sum(self._denominator_values)

    def missing(self, elements: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``elements`` for which the descriptor has no data."""
        known = self.numerator.keys() & self.denominator.keys()
        return tuple(symbol for symbol in elements if symbol not in known)

    def linear_ratio(self, elements: Sequence[str]) -> LinearRatio:
        """Return the exact coefficients of ``elements``.

        Raises:
            SpaceError: The descriptor has no data for one of ``elements``.
        """
        if missing := self.missing(elements):
            raise SpaceError(
                f"{self.name} has no data for {', '.join(missing)} (from {self.source}); leave the "
                "element out of the space or the descriptor out of the problem."
            )
        return LinearRatio(
            numerator=tuple(self.numerator[symbol] for symbol in elements),
            denominator=tuple(self.denominator[symbol] for symbol in elements),
        )


def _values(coefficients: Mapping[str, Fraction]) -> FloatArray:
    """Return coefficients as floats, shape ``(118,)``, NaN where there is none."""
    values = np.full(len(SYMBOLS), np.nan)
    for symbol, coefficient in coefficients.items():
        values[atomic_number(symbol) - 1] = float(coefficient)
    return values

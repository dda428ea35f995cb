"""Descriptors that are no ratio of linear forms: a formula, and the elements it has data for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moalloy.domain.elements import atomic_number
from moalloy.domain.values import FloatArray
from moalloy.features.present import PresentElements, present_elements

__all__ = ["FormulaDescriptor"]


@dataclass(frozen=True, slots=True)
class FormulaDescriptor:
    """A nonlinear descriptor.

    Attributes:
        name: Name with the unit, as in ``mixing_enthalpy_kJ_per_mol``.
        title: What it is, for people.
        unit: Unit, for people; "" for a plain number.
        source: Where formula and data come from.
        formula: The values, shape ``(n_alloys,)``, of alloys in slots; NaN where data lack.
        constants: One number per element of ``SYMBOLS``, shape ``(118,)``, NaN for an element
            that the formula has no data for.
    """

    name: str
    title: str
    unit: str
    source: str
    formula: Callable[[PresentElements], FloatArray]
    constants: Callable[[], FloatArray]

    def __call__(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return the values, shape ``(n_alloys,)``; NaN for an alloy of an element without data."""
        return self.formula(present_elements(fractions, elements))

    def of(self, present: PresentElements) -> FloatArray:
        """Return the values for alloys that are already in slots, shape ``(n_alloys,)``."""
        return self.formula(present)

    def missing(self, elements: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``elements`` for which the descriptor has no data."""
        has_none = np.isnan(self.constants())
        return tuple(symbol for symbol in elements if has_none[atomic_number(symbol) - 1])

    def linear_ratio(self, elements: Sequence[str]) -> None:
        """Return None: there is no exact linear form."""
        return

"""The small protocols and values that the layers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SMALLEST",
    "BoolArray",
    "Descriptor",
    "FloatArray",
    "Goal",
    "Grounded",
    "IntArray",
    "LinearRatio",
    "Objective",
    "Prediction",
    "Surrogate",
    "frozen",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Goal = Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class LinearRatio:
    """A descriptor that is exactly ``sum_i p_i c_i / sum_i q_i c_i`` in atomic fractions ``c``.

    A limit on such a descriptor multiplies out to a linear constraint, which moalloy then
    decides in integer arithmetic. One coefficient per element; ``q_i >= 0``.
    """

    numerator: tuple[Fraction, ...]
    denominator: tuple[Fraction, ...]


@runtime_checkable
class Descriptor(Protocol):
    """A number that can be computed from a composition alone.

    ``name`` carries the unit (``cost_USD_per_kg``); ``title`` and ``unit`` are for people.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def source(self) -> str: ...

    def __call__(self, fractions: FloatArray, elements: Sequence[str]) -> FloatArray:
        """Return the values, shape ``(n_alloys,)``, for ``(n_alloys, n_elements)`` fractions.

        The value of a row must not depend on the other rows of the array, to the last bit.
        """
        ...

    def missing(self, elements: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``elements`` for which the descriptor has no data."""
        ...

    def linear_ratio(self, elements: Sequence[str]) -> LinearRatio | None:
        """Return the exact linear form, or None where the descriptor has none."""
        ...


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a surrogate says of ``n_alloys`` alloys, in the property's unit.

    Four arrays of shape ``(n_alloys,)``; ``low <= mean <= high`` is the calibrated interval.
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    std: FloatArray

    def __len__(self) -> int:
        return len(self.mean)


class Surrogate(Protocol):
    """What a search asks of a fitted model. ``X`` has the columns of ``DesignSpace``."""

    def predict(self, X: FloatArray) -> Prediction:
        """Return the calibrated prediction for the alloys ``X``, shape ``(n_alloys, n_columns)``."""
        ...

    def predict_mean(self, X: FloatArray) -> FloatArray:
        """Return ``predict(X).mean`` alone, which is cheaper."""
        ...

    def probability(self, X: FloatArray, *, at_least: float | None, at_most: float | None) -> FloatArray:
        """Return the probability that the true value lies within the given limits."""
        ...


@runtime_checkable
class Grounded(Protocol):
    """What knows where it may be asked, because it was fitted to measurements."""

    def beyond_domain(self, X: FloatArray) -> FloatArray:
        """Return how far each alloy lies outside the domain, at most 0 inside, shape ``(n_alloys,)``.

        1 is about as far out again as the domain reaches.
        """
        ...


def frozen(X: FloatArray) -> FloatArray:
    """Return alloys that nobody can change, a copy if need be: surrogates keep what they find out about them.

    >>> frozen(np.ones((1, 2))).flags.writeable
    False
    """
    if X.flags.owndata and not X.flags.writeable:
        return X
    X = X.copy()
    X.flags.writeable = False
    return X


# The smallest number that a double holds with all its digits.
SMALLEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing to minimize or maximize: a property's name or a descriptor's.

    ``is_log`` says that the search sees the logarithm, of ``floor`` where the value is smaller;
    ``threshold`` is in the unit of the objective and never restricts the search.
    """

    name: str
    goal: Goal
    unit: str = ""
    is_log: bool = False
    threshold: float | None = None
    floor: float = SMALLEST

    @property
    def sign(self) -> float:
        """+1 for a minimized objective, -1 for a maximized one."""
        return 1.0 if self.goal == "min" else -1.0

    @property
    def wanted(self) -> dict[str, float | None]:
        """The side of the threshold that meets it, as ``probability`` takes it.

        >>> Objective("Bs", "max", threshold=1.5).wanted
        {'at_least': 1.5, 'at_most': None}
        """
        is_max = self.goal == "max"
        return {"at_least": self.threshold if is_max else None, "at_most": None if is_max else self.threshold}

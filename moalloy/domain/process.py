"""Process variables: how an alloy is treated, beside what it is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.errors import SpaceError

__all__ = ["ProcessVariable", "TreatmentLevels", "choices", "continuous", "stepped"]

_MAX_LEVELS = 1_000_000


@dataclass(frozen=True, slots=True)
class ProcessVariable:
    """One process variable, as a column of numbers.

    ``levels`` are its allowed values in rising order, None where it is continuous between ``lower``
    and ``upper``. A named choice is stored as its index, and ``names`` holds the names.
    """

    name: str
    lower: float
    upper: float
    levels: tuple[float, ...] | None
    names: tuple[str, ...] | None = None

    @property
    def is_continuous(self) -> bool:
        return self.levels is None

    @property
    def n_levels(self) -> int:
        """Number of levels.

        Raises:
            SpaceError: The variable is continuous.
        """
        if self.levels is None:
            raise SpaceError(
                f"{self.name} is continuous, so the space has no finite number of points; give it a step"
            )
        return len(self.levels)

    def snap(self, values: FloatArray) -> FloatArray:
        """Return the nearest allowed values, same shape; the smaller one where two are equally near."""
        if self.levels is None:
            return np.clip(values, self.lower, self.upper)
        return _array(self.levels)[self.level_of(values)]

    def level_of(self, values: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Return the index of the nearest level of a stepped or chosen variable, same shape."""
        if self.levels is None:
            raise SpaceError(f"{self.name} is continuous and has no levels")
        levels = _array(self.levels)
        last = len(levels) - 1
        right = np.minimum(np.searchsorted(levels, values), last)
        left = np.maximum(right - 1, 0)
        return np.where(values - levels[left] <= levels[right] - values, left, right).astype(np.int64)

    def contains(self, values: FloatArray) -> BoolArray:
        """Return which values are allowed exactly, same shape."""
        if self.levels is None:
            return np.asarray((values >= self.lower) & (values <= self.upper), dtype=np.bool_)
        levels = _array(self.levels)
        nearest = levels[np.minimum(np.searchsorted(levels, values), len(levels) - 1)]
        return np.asarray(nearest == values, dtype=np.bool_)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Return ``n`` values, uniform over the levels or the range, shape ``(n,)``."""
        if self.levels is None:
            return rng.uniform(self.lower, self.upper, n)
        return _array(self.levels)[rng.integers(len(self.levels), size=n)]

    def text(self, value: float) -> str:
        """Return ``value`` as people write it: a choice's name, or the number without trailing zeros."""
        return self.names[int(value)] if self.names is not None else f"{value:.10g}"


class TreatmentLevels(NamedTuple):
    """Process variables as plain arrays, which compiled code can read.

    Attributes:
        levels: The levels of all variables in a row.
        first: Where those of each variable begin, and at last where they end, shape ``(n_process + 1,)``;
            a continuous variable has none.
        lower: The least value of each variable, shape ``(n_process,)``.
        upper: The greatest.
    """

    levels: FloatArray
    first: IntArray
    lower: FloatArray
    upper: FloatArray

    @staticmethod
    @lru_cache
    def of(process: tuple[ProcessVariable, ...]) -> TreatmentLevels:
        """Return the arrays of some variables, made once."""
        levels = [variable.levels or () for variable in process]
        return TreatmentLevels(
            np.array([level for of_one in levels for level in of_one], dtype=np.float64),
            np.cumsum([0, *map(len, levels)], dtype=np.int64),
            np.array([variable.lower for variable in process], dtype=np.float64),
            np.array([variable.upper for variable in process], dtype=np.float64),
        )


@lru_cache
def _array(levels: tuple[float, ...]) -> FloatArray:
    """Return levels as an array that is made once: searches ask thousands of times."""
    array = np.asarray(levels, dtype=np.float64)
    array.flags.writeable = False
    return array


def continuous(name: str, lower: float, upper: float) -> ProcessVariable:
    """Return a variable that may take any value in the closed range."""
    _check_range(name, lower, upper)
    return ProcessVariable(name, lower, upper, None)


def stepped(name: str, lower: float, upper: float, step: float) -> ProcessVariable:
    """Return a variable with levels ``lower, lower + step, ...`` up to ``upper``, exact in decimals.

    >>> stepped("annealing_temperature_K", 653, 663, 5).levels
    (653.0, 658.0, 663.0)
    """
    _check_range(name, lower, upper)
    if not step > 0:
        raise SpaceError(f"{name}: step {step:g} must be above 0")
    start, end, width = (Fraction(repr(float(number))) for number in (lower, upper, step))
    n_levels = int((end - start) / width) + 1
    if n_levels > _MAX_LEVELS:
        raise SpaceError(f"{name}: {n_levels} levels are too many; raise the step or leave it out")
    unit = math.lcm(start.denominator, width.denominator)
    first, rise = int(start * unit), int(width * unit)
    # A quotient of whole numbers is rounded once: the double nearest to the decimal.
    levels = tuple((first + i * rise) / unit for i in range(n_levels))
    return ProcessVariable(name, levels[0], levels[-1], levels)


def choices(name: str, options: Sequence[float] | Sequence[str]) -> ProcessVariable:
    """Return a variable with the listed values; one value fixes it, text makes named choices."""
    if not options:
        raise SpaceError(f"{name}: no choices; list at least one")
    if len(set(options)) != len(options):
        raise SpaceError(f"{name}: a choice is listed twice")
    names = tuple(option for option in options if isinstance(option, str))
    if names and len(names) != len(options):
        raise SpaceError(f"{name}: choices mix numbers and names")
    if names:
        levels = tuple(float(i) for i in range(len(names)))
        return ProcessVariable(name, 0.0, levels[-1], levels, names)
    levels = tuple(sorted(float(option) for option in options))
    return ProcessVariable(name, levels[0], levels[-1], levels)


def _check_range(name: str, lower: float, upper: float) -> None:
    if not (np.isfinite(lower) and np.isfinite(upper)):
        raise SpaceError(f"{name}: the range must be finite")
    if lower > upper:
        raise SpaceError(f"{name}: range starts at {lower:g} and ends at {upper:g}; swap them")

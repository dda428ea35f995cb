"""What stands on an axis: a property or descriptor with its unit, scale and direction."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray, Goal

__all__ = ["Driver", "Estimates", "Quantity", "readable", "titled"]

# Endings of column names that are units, as the built-in tables write them.
_UNITS = {
    "K": "K",
    "C": "°C",
    "s": "s",
    "min": "min",
    "h": "h",
    "T": "T",
    "A_per_m": "A/m",
    "mm": "mm",
    "um": "μm",
    "nm": "nm",
    "MPa": "MPa",
    "GPa": "GPa",
    "K_per_s": "K/s",
    "K_per_min": "K/min",
    "m_per_s": "m/s",
}
_UNIT = re.compile(rf"^(.+?)_({'|'.join(sorted(_UNITS, key=len, reverse=True))})$")


def readable(name: str) -> str:
    """Return a column's name as people write it, its unit in brackets where the name ends in one.

    >>> readable("annealing_temperature_K")
    'annealing temperature (K)'
    >>> readable("annealing_temperature_K − estimated Tx2_K")
    'annealing temperature − estimated Tx2 (K)'
    >>> readable("annealing_temperature_K against composition")
    'annealing temperature against composition'
    """
    measure, against, other = name.partition(" against ")
    if against:
        return f"{readable(measure).partition(' (')[0]} against {other}"
    minuend, minus, subtrahend = name.partition(" − ")
    if minus:
        return f"{readable(minuend).partition(' (')[0]} − {readable(subtrahend)}"
    match = _UNIT.match(name)
    if match is None:
        return name.replace("_", " ")
    return f"{match.group(1).replace('_', ' ')} ({_UNITS[match.group(2)]})"


def titled(title: str) -> tuple[str, str]:
    """Return a descriptor's title without what it adds after a comma, and that addition.

    >>> titled("cost, element prices of 2003"), titled("density")
    (('cost', 'element prices of 2003'), ('density', ''))
    """
    short, _, remark = title.partition(", ")
    return short, remark


@dataclass(frozen=True, slots=True)
class Quantity:
    """A property or a descriptor, as an axis shows it.

    Attributes:
        name: The column of pareto.csv.
        title: What people call it.
        unit: Empty for a pure number.
        is_log: Whether it is drawn, and averaged, on a logarithmic scale.
        goal: The direction that is better, None where none is.
        threshold: The value worth having, in the unit.
        remark: What captions and texts say of it and axes have no room for, such as the years of prices.
        is_chance: Whether it is the probability of meeting a threshold instead of a value.
    """

    name: str
    title: str
    unit: str = ""
    is_log: bool = False
    goal: Goal | None = None
    threshold: float | None = None
    remark: str = ""
    is_chance: bool = False

    @property
    def label(self) -> str:
        """Name and unit.

        >>> Quantity("Hc", "Hc", "A/m").label
        'Hc (A/m)'
        """
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def worth_having(self) -> str:
        """What meets the threshold.

        >>> Quantity("Hc", "Hc", "A/m", goal="min", threshold=10.0).worth_having
        'Hc ≤ 10 A/m'
        """
        side = "≥" if self.goal == "max" else "≤"
        return f"{self.title} {side} {self.threshold:g} {self.unit}".rstrip()

    @property
    def directed_label(self) -> str:
        """Name, unit, and an arrow to where it is better.

        >>> Quantity("Hc", "Hc", "A/m", goal="min").directed_label
        '← better   Hc (A/m)'
        """
        if self.goal is None:
            return self.label
        return f"{self.label}   better →" if self.goal == "max" else f"← better   {self.label}"

    def wrapped_label(self, width: int, *, directed: bool = True) -> str:
        """Return the label, broken into lines of at most ``width`` characters where it is longer.

        The arrow, where it is asked for, then has a line of its own.

        >>> Quantity("Hc", "coercive field", "A/m", goal="min").wrapped_label(20)
        'coercive field (A/m)\\n← better'
        """
        whole = self.directed_label if directed else self.label
        if len(whole) <= width:
            return whole
        arrow = {"max": ["better →"], "min": ["← better"], None: []}[self.goal] if directed else []
        return "\n".join([*textwrap.wrap(self.label, width), *arrow])

    def scaled(self, values: FloatArray) -> FloatArray:
        """Return values on the scale that is drawn: decimal logarithms where ``is_log``, NaN for none."""
        if not self.is_log:
            return np.asarray(values, dtype=np.float64)
        return np.log10(np.where(values > 0, values, np.nan))

    def goodness(self, values: FloatArray) -> FloatArray:
        """Return values on the drawn scale, turned so that larger is better."""
        return -self.scaled(values) if self.goal == "min" else self.scaled(values)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """One quantity of ``n_alloys`` alloys with its interval; arrays of shape ``(n_alloys,)``."""

    quantity: Quantity
    mean: FloatArray
    low: FloatArray
    high: FloatArray

    def __len__(self) -> int:
        return len(self.mean)

    def take(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Estimates:
        """Return the estimates of some of the alloys."""
        return Estimates(self.quantity, self.mean[rows], self.low[rows], self.high[rows])


@dataclass(frozen=True, slots=True)
class Driver:
    """Something that is chosen: the amount of an element, or a process variable.

    ``names`` are the choices of a named variable, whose values are their indices.
    """

    name: str
    label: str
    names: tuple[str, ...] | None = None

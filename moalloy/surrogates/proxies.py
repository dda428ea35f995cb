"""Alloys whose property nobody measured, but something that goes with it: a permeability for a coercivity.

Both go by the same anisotropy, so a line through the alloys that have both says what the property of the
others may be (Herzer, IEEE Trans. Magn. 26 (1990) 1397, doi:10.1109/20.104389: the coercivity of nanocrystals
grows with the sixth power of their size, the permeability falls with it). Such a word is worth less than a
measurement: of these alloys a share joins in training that equals the squared correlation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.surrogates.scale import Scale, to_scale

__all__ = ["FEWEST_GROUPS", "FEWEST_ROWS", "Line", "ProxyRows", "StandIns"]

# With fewer alloys that have both, or from fewer groups, a line is drawn by chance.
FEWEST_ROWS, FEWEST_GROUPS = 20, 5
# How far beyond the alloys that have both a line is believed, as a share of what they span.
_REACH = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """What a proxy says of the property, on both fitted scales: ``intercept + slope * proxy``.

    ``r2`` is the squared correlation over the ``n_rows`` alloys that have both. From ``least`` to ``most``
    the line says something: half as far again as their proxies go.
    """

    slope: float
    intercept: float
    r2: float
    n_rows: int
    least: float
    most: float


@dataclass(frozen=True, slots=True, eq=False)
class StandIns:
    """Some of the rows of a proxy, by number, and what stands in for the property there."""

    rows: IntArray
    target: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ProxyRows:
    """Rows of a table that lack the property and have its proxy.

    Attributes:
        column: The table's column.
        scale: ``log`` if the decimal logarithm of it goes with the property.
        fractions: Shape ``(n_rows, n_elements)``, columns as in the training rows.
        process: Process inputs, shape ``(n_rows, n_process)``; NaN where the table is blank.
        values: The proxy in the table's unit, shape ``(n_rows,)``.
        groups: The group of each row, named as in the training rows.
        beside: The proxy of the training rows themselves, NaN where it wasn't measured, shape
            ``(n_training_rows,)``.
    """

    column: str
    scale: Scale
    fractions: FloatArray
    process: FloatArray
    values: FloatArray
    groups: tuple[str, ...]
    beside: FloatArray

    def __len__(self) -> int:
        return len(self.values)

    def line(self, target: FloatArray, groups: Collection[str], is_in: BoolArray) -> Line | None:
        """Return what the proxy says of the property, by least squares; None where too little is known.

        Args:
            target: The property of the training rows on the fitted scale, shape ``(n_training_rows,)``.
            groups: Their groups.
            is_in: Which of them have a say, same shape.
        """
        has_both = is_in & np.isfinite(self.beside)
        proxy, other = to_scale(self.beside[has_both], self.scale), target[has_both]
        n_groups = len({group for group, both in zip(groups, has_both, strict=True) if both})
        is_constant = len(proxy) == 0 or np.ptp(proxy) == 0 or np.ptp(other) == 0
        if len(proxy) < FEWEST_ROWS or n_groups < FEWEST_GROUPS or is_constant:
            return None
        deviation = proxy - proxy.mean()
        slope = float(deviation @ other / (deviation @ deviation))
        r2 = float(np.corrcoef(proxy, other)[0, 1] ** 2)
        intercept = float(other.mean() - slope * proxy.mean())
        beyond = _REACH * float(np.ptp(proxy))
        return Line(
            slope, intercept, r2, len(proxy), float(proxy.min()) - beyond, float(proxy.max()) + beyond
        )

    def has_say(self, line: Line) -> BoolArray:
        """Return which of the rows the line says something of, shape ``(n_rows,)``."""
        values = to_scale(self.values, self.scale)
        return np.asarray((values >= line.least) & (values <= line.most), dtype=np.bool_)

    def stand_ins(self, line: Line, may_join: BoolArray, *, seed: int | list[int]) -> StandIns:
        """Return which of the rows join in, drawn from those that may, and what stands in for them.

        Args:
            line: What the proxy says.
            may_join: Shape ``(n_rows,)``.
            seed: Of the draw.
        """
        is_drawn = np.random.default_rng(seed).random(len(self)) < line.r2
        rows = np.flatnonzero(is_drawn & may_join & self.has_say(line))
        return StandIns(rows, line.intercept + line.slope * to_scale(self.values[rows], self.scale))

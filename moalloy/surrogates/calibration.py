"""From out-of-fold errors to intervals and probabilities that hold on unseen groups.

A conformal scheme (Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World*, Springer 2005;
normalized scores after Papadopoulos et al., J. Artif. Intell. Res. 40 (2011) 815): each out-of-fold error
is divided by the error that was expected there, and the quantiles of these ratios scale the intervals of
new alloys. The folds are groups, so the errors are those on unseen papers. Errors up and down are taken
together: some dozens of papers tell the size of rare errors, but not of each sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray

__all__ = ["Calibration", "calibrate"]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How errors are distributed about zero, in units of the expected one.

    ``ratios`` are absolute errors over expected ones, rising, shape ``(n,)``.
    """

    ratios: FloatArray

    def half_width(self, coverage: float) -> float:
        """Return the ratio that a share ``coverage`` of the errors stays below.

        >>> Calibration(np.array([1.0, 2.0, 3.0])).half_width(0.5)
        2.0
        """
        return float(np.interp(coverage, self._shares, self._knots))

    def quantiles(self, levels: FloatArray) -> FloatArray:
        """Return the ratios, negative below the median, that a share ``levels`` of the errors lies below."""
        return np.sign(levels - 0.5) * np.interp(np.abs(2.0 * levels - 1.0), self._shares, self._knots)

    def quantile(self, level: float) -> float:
        """Return ``quantiles`` of one level."""
        return float(self.quantiles(np.array([level]))[0])

    def probability_below(self, ratios: FloatArray) -> FloatArray:
        """Return the share of errors below each ratio; it stays off 0 and 1 by half of ``1/(n+1)``."""
        return 0.5 * (1.0 + np.sign(ratios) * np.interp(np.abs(ratios), self._knots, self._shares))

    @property
    def std_ratio(self) -> float:
        """Root mean square of the ratios: an error's standard deviation in units of its difficulty."""
        return float(np.sqrt(np.mean(self.ratios**2)))

    @property
    def _knots(self) -> FloatArray:
        return np.concatenate([[0.0], self.ratios])

    @property
    def _shares(self) -> FloatArray:
        """The share of errors below each knot, ``k / (n + 1)``: the next one may well be the largest."""
        n = len(self.ratios)
        return np.arange(n + 1) / (n + 1)


def calibrate(errors: FloatArray, expected: FloatArray) -> Calibration:
    """Return the calibration for signed out-of-fold errors and those expected there, shape ``(n,)`` each."""
    return Calibration(np.sort(np.abs(errors) / expected))

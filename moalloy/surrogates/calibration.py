"""From out-of-fold errors to intervals and probabilities that hold on unseen groups.

A conformal scheme (Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World*, Springer 2005;
normalized scores after Papadopoulos et al., Expert Systems 2011): each out-of-fold error is divided by
the difficulty expected at that distance from other groups' alloys, and the quantiles of these ratios
scale the intervals of new alloys. The folds are groups, so the errors are those on unseen papers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray

__all__ = ["Calibration", "calibrate"]

_FARTHEST_AT_PCT = 20.0
# The distances that count as seen, as quantiles, and the least expected error in units of the mean one.
_SEEN_FROM, _SEEN_TO = 0.1, 0.95
_LEAST_SHARE = 0.5
# Distances that differ by less are one distance with rounding; no slope can be read from them.
_SAME_AT_PCT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Difficulty ``base + slope * clip(distance, nearest, farthest)`` and the ratios of errors to it, rising.

    Everything is on the scale that the model was fitted on.
    """

    base: float
    slope_per_at_pct: float
    nearest_at_pct: float
    farthest_at_pct: float
    ratios: FloatArray

    def difficulty(self, distance_at_pct: FloatArray) -> FloatArray:
        """Return the expected absolute error at each distance, shape ``(n_alloys,)``."""
        return self.base + self.slope_per_at_pct * np.clip(
            distance_at_pct, self.nearest_at_pct, self.farthest_at_pct
        )

    def quantile(self, level: float) -> float:
        """Return the ratio below which a share ``level`` of the errors lies."""
        return float(np.interp(level, self._levels, self.ratios))

    def quantiles(self, levels: FloatArray) -> FloatArray:
        """Return ``quantile`` of each level, same shape."""
        return np.interp(levels, self._levels, self.ratios)

    def probability_below(self, ratios: FloatArray) -> FloatArray:
        """Return the share of errors below each ratio, between ``1/(n+1)`` and ``n/(n+1)``."""
        return np.interp(ratios, self.ratios, self._levels)

    @property
    def std_ratio(self) -> float:
        """Root mean square of the ratios: an error's standard deviation in units of its difficulty."""
        return float(np.sqrt(np.mean(self.ratios**2)))

    @property
    def _levels(self) -> FloatArray:
        n = len(self.ratios)
        return np.arange(1, n + 1) / (n + 1)

    def to_dict(self) -> dict[str, object]:
        return {
            "base": self.base,
            "slope_per_at_pct": self.slope_per_at_pct,
            "nearest_at_pct": self.nearest_at_pct,
            "farthest_at_pct": self.farthest_at_pct,
            "ratios": [float(ratio) for ratio in self.ratios],
        }

    @classmethod
    def from_dict(cls, data: dict[str, object]) -> Calibration:
        ratios = np.array(data["ratios"], dtype=np.float64)
        names = ("base", "slope_per_at_pct", "nearest_at_pct", "farthest_at_pct")
        base, slope, nearest, farthest = (float(str(data[name])) for name in names)
        return cls(base, slope, nearest, farthest, ratios)


def calibrate(errors: FloatArray, distances_at_pct: FloatArray) -> Calibration:
    """Return the calibration for signed out-of-fold errors ``measured - predicted``.

    The expected error grows with distance as a line fitted to the errors, within bounds: it is flat below
    and above the distances that were seen, and never below half the mean error. An extrapolated line is a
    guess, and one far outlier must not make the model look exact where it knows the neighbors.

    Args:
        errors: On the fitted scale, shape ``(n,)``.
        distances_at_pct: Distance of each row to the nearest row of another group, same shape.
    """
    capped = np.minimum(distances_at_pct, _FARTHEST_AT_PCT)
    size = np.abs(errors)
    nearest, farthest = (float(value) for value in np.quantile(capped, [_SEEN_FROM, _SEEN_TO]))
    mean = max(float(size.mean()), np.finfo(np.float64).tiny)
    slope = 0.0
    if np.ptp(capped) > _SAME_AT_PCT:
        slope = max(0.0, float(np.polyfit(capped, size, 1)[0]))
        fall = float(capped.mean()) - nearest
        if fall > 0:
            slope = min(slope, (1.0 - _LEAST_SHARE) * mean / fall)
    base = mean - slope * float(capped.mean())
    difficulty = base + slope * np.clip(capped, nearest, farthest)
    return Calibration(base, slope, nearest, farthest, np.sort(errors / difficulty))

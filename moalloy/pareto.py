"""Dominance and hypervolume; everything here minimizes."""

from __future__ import annotations

from dataclasses import dataclass

import moocore
import numpy as np

from moalloy.domain.values import BoolArray, FloatArray

__all__ = ["HypervolumeScale", "non_dominated"]


def non_dominated(F: FloatArray) -> BoolArray:
    """Return which rows no other row dominates, shape ``(n_alloys,)``; equal rows don't dominate each other.

    ``O(n log n)`` for two and three objectives (Kung, Luccio, Preparata, J. ACM 22 (1975) 469).

    >>> non_dominated(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]]))
    array([ True,  True, False,  True])
    """
    if len(F) == 0:
        return np.zeros(0, dtype=np.bool_)
    if F.shape[1] == 1:
        return np.asarray(F[:, 0] == F[:, 0].min(), dtype=np.bool_)
    return np.asarray(moocore.is_nondominated(F, maximise=False, keep_weakly=True), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class HypervolumeScale:
    """Ideal and reference points, one number per objective, that make hypervolumes comparable.

    Objectives are scaled so that ``ideal`` is 0 and ``reference`` is 1; the hypervolume is what the front
    dominates in units of that box. It passes 1 only if points lie beyond the ideal one.
    """

    ideal: tuple[float, ...]
    reference: tuple[float, ...]

    @classmethod
    def around(cls, F: FloatArray) -> HypervolumeScale:
        """Return the scale spanned by the best and the worst of a set of points."""
        ideal, reference = F.min(axis=0), F.max(axis=0)
        reference = np.where(reference > ideal, reference, ideal + 1.0)
        return cls(tuple(map(float, ideal)), tuple(map(float, reference)))

    def hypervolume(self, F: FloatArray) -> float:
        """Return the normalized hypervolume that the rows of ``F`` dominate; 0 for no rows.

        Source: Zitzler, Thiele, PPSN V (1998) 292; computed by moocore.

        >>> HypervolumeScale((0.0, 0.0), (1.0, 1.0)).hypervolume(np.array([[0.5, 0.5]]))
        0.25
        """
        scaled = self.scaled(F)
        inside = scaled[(scaled < 1.0).all(axis=1)]
        if len(inside) == 0:
            return 0.0
        if inside.shape[1] == 1:
            return float(1.0 - inside.min())
        return float(moocore.hypervolume(inside, ref=np.ones(inside.shape[1])))

    def scaled(self, F: FloatArray) -> FloatArray:
        """Return ``F`` with the ideal point at 0 and the reference point at 1, shape kept."""
        ideal, reference = np.array(self.ideal), np.array(self.reference)
        return np.asarray((F - ideal) / (reference - ideal), dtype=np.float64)

"""Dominance, hypervolume and how near and how even a front is; everything here minimizes."""

from __future__ import annotations

from dataclasses import dataclass

import moocore
import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from moalloy.domain.values import BoolArray, FloatArray

__all__ = ["HypervolumeScale", "generalized_spread", "igd_plus", "non_dominated"]


def non_dominated(F: FloatArray, *, is_each_once: bool = False) -> BoolArray:
    """Return which rows no other row dominates, shape ``(n_alloys,)``.

    Equal rows don't dominate each other; with ``is_each_once`` the first of them stands for all.
    ``O(n log n)`` for two and three objectives (Kung, Luccio, Preparata, J. ACM 22 (1975) 469).

    >>> F = np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]])
    >>> non_dominated(F), non_dominated(F, is_each_once=True)
    (array([ True,  True, False,  True]), array([ True,  True, False, False]))
    """
    if len(F) == 0:
        return np.zeros(0, dtype=np.bool_)
    if F.shape[1] == 1:
        first = np.arange(len(F)) == F[:, 0].argmin()
        return first if is_each_once else np.asarray(F[:, 0] == F[:, 0].min(), dtype=np.bool_)
    found = moocore.is_nondominated(F, maximise=False, keep_weakly=not is_each_once)
    return np.asarray(found, dtype=np.bool_)


def igd_plus(F: FloatArray, reference: FloatArray) -> float:
    """Return the mean distance from a reference front to what falls short of it, IGD+; 0 is perfect.

    Unlike IGD it never gets worse when a point moves to dominate where it was. Objectives count alike, so
    both are to be normalized.

    Args:
        F: A front, shape ``(n_alloys, n_objectives)``.
        reference: The front to come near to, shape ``(n_reference, n_objectives)``.

    Returns:
        The distance; infinity for no rows in ``F``.

    Source: Ishibuchi, Masuda, Tanigaki, Nojima, EMO 2015, 110, doi:10.1007/978-3-319-15892-1_8.

    >>> igd_plus(np.array([[0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.2]]))
    0.4
    """
    if len(F) == 0:
        return float("inf")
    return float(moocore.igd_plus(F, ref=reference, maximise=False))


def generalized_spread(F: FloatArray, reference: FloatArray) -> float:
    """Return how unevenly a front is spread, and how far from the reference's ends; 0 is even and whole.

    With ``d(x)`` the distance to the nearest other point of the front, ``m`` its mean over ``n`` points and
    ``e_i`` the point of the reference front that is best in objective ``i``:
    ``(sum_i dist(e_i, F) + sum_x |d(x) - m|) / (sum_i dist(e_i, F) + n m)``. It says nothing of how good the
    front is. Equal rows count once.

    Args:
        F: A front, normalized, shape ``(n_alloys, n_objectives)``.
        reference: The whole front, normalized alike.

    Returns:
        The spread; NaN for fewer than two different points or fewer than two objectives.

    Source: Zhou et al., IEEE CEC 2006, 892, doi:10.1109/CEC.2006.1688406, summed over the front found.

    >>> generalized_spread(np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    0.0
    """
    points = np.unique(F, axis=0)
    if len(points) < 2 or points.shape[1] < 2:
        return float("nan")
    nearest = cKDTree(points).query(points, k=2)[0][:, 1]
    missed = cdist(reference[reference.argmin(axis=0)], points).min(axis=1).sum()
    uneven = np.abs(nearest - nearest.mean()).sum()
    return float((missed + uneven) / (missed + nearest.sum()))


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

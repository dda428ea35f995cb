"""The alloys that a search has evaluated so far, hashed by their place on the grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray, IntArray

__all__ = ["Evaluated"]

_Hashes = NDArray[np.uint64]

# Splitmix64: Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST_SHIFT = np.uint64(31)
# The newest hashes are sorted into the others when they are as many as this share of them.
_LATE_SHARE = 4


class Evaluated:
    """A set of alloys that grows while a search runs, 8 bytes an alloy.

    The recorder adds to it, and whatever makes offspring asks it what would be evaluated twice. It knows
    alloys by hashes of 64 bits: among a million, two share one with a chance of 3 in 10^8, and then the
    second one counts as known.
    """

    def __init__(self, space: DesignSpace) -> None:
        self._space = space
        self._sorted = self._late = np.zeros(0, dtype=np.uint64)

    def is_new(self, X: FloatArray) -> BoolArray:
        """Return which rows are neither in the set nor earlier among ``X``, shape ``(n_alloys,)``."""
        return self._are_new(_hashes(self._space.signatures(X)))

    def add(self, X: FloatArray) -> BoolArray:
        """Take ``X`` in and return which of its rows were new."""
        hashes = _hashes(self._space.signatures(X))
        new = self._are_new(hashes)
        # What is sorted in parts is merged, which takes less than sorting.
        self._late = np.sort(np.concatenate([self._late, np.sort(hashes[new])]), kind="stable")
        if _LATE_SHARE * len(self._late) > len(self._sorted):
            self._sorted = np.sort(np.concatenate([self._sorted, self._late]), kind="stable")
            self._late = self._late[:0]
        return new

    def _are_new(self, hashes: _Hashes) -> BoolArray:
        from moalloy.optimize.evaluated_kernel import are_new

        return are_new(hashes, self._sorted, self._late)


def _hashes(numbers: IntArray) -> _Hashes:
    """Return one hash per row: the sum of all columns, each mixed by itself."""
    columns = np.arange(1, numbers.shape[1] + 1, dtype=np.uint64) * _GOLDEN
    hashes: _Hashes = np.add.reduce(_mixed(numbers.astype(np.uint64) + columns), axis=1)
    return hashes


def _mixed(numbers: _Hashes) -> _Hashes:
    for shift, factor in _MIXERS:
        numbers = (numbers ^ (numbers >> shift)) * factor
    return numbers ^ (numbers >> _LAST_SHIFT)

"""The alloys that a search has evaluated so far, hashed by their place on the grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray

__all__ = ["Evaluated"]


class Evaluated:
    """A set of alloys that grows while a search runs; O(1) an alloy, at any size.

    The recorder adds to it, and whatever makes offspring asks it what would be evaluated twice.
    """

    def __init__(self, space: DesignSpace) -> None:
        self._space = space
        self._keys: set[bytes] = set()

    def is_new(self, X: FloatArray) -> BoolArray:
        """Return which rows are neither in the set nor earlier among ``X``, shape ``(n_alloys,)``."""
        return self._are_new(self._space.keys(X))

    def add(self, X: FloatArray) -> BoolArray:
        """Take ``X`` in and return which of its rows were new."""
        keys = self._space.keys(X)
        new = self._are_new(keys)
        self._keys.update(keys)
        return new

    def _are_new(self, keys: Sequence[bytes]) -> BoolArray:
        beside: set[bytes] = set()
        new = np.zeros(len(keys), dtype=np.bool_)
        for i, key in enumerate(keys):
            new[i] = key not in self._keys and key not in beside
            beside.add(key)
        return new

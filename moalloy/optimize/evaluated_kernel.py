"""Which of many hashes were seen before: what `Evaluated` asks, one hash after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moalloy.compiled import compiled
from moalloy.domain.values import BoolArray

__all__ = ["are_new"]


@compiled
def are_new(hashes: NDArray[np.uint64], known: NDArray[np.uint64], late: NDArray[np.uint64]) -> BoolArray:
    """Return which hashes are in neither sorted array and not earlier among them, shape ``(n,)``."""
    new = np.zeros(len(hashes), np.bool_)
    order = np.argsort(hashes, kind="mergesort")
    for i in range(len(order)):
        value = hashes[order[i]]
        if i > 0 and value == hashes[order[i - 1]]:
            continue
        place, late_place = np.searchsorted(known, value), np.searchsorted(late, value)
        is_known = place < len(known) and known[place] == value
        new[order[i]] = not is_known and not (late_place < len(late) and late[late_place] == value)
    return new

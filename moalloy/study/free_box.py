"""A large box around an alloy without any of the alloys that don't comply."""

from __future__ import annotations

import numpy as np

from moalloy.domain.box import Box
from moalloy.domain.values import IntArray

__all__ = ["free_box"]


def free_box(alloy: IntArray, within: Box, good: IntArray, bad: IntArray) -> Box:
    """Return a box within ``within`` that holds ``alloy`` and none of the ``bad`` ones.

    Each cut takes one side in so far that it leaves most bad alloys outside for what it costs: good
    alloys, and width where no good one is known. That is the greedy rule for weighted set cover, within a
    factor of ``ln n_bad`` of the least cost (Chvátal, Math. Oper. Res. 4 (1979) 233). Then every side goes
    back out as far as it can: no box that holds this one, and no bad alloy, is larger.

    Args:
        alloy: Its amounts, shape ``(n_elements,)``.
        within: A box that holds it.
        good: Amounts of alloys that are known to comply, shape ``(n_good, n_elements)``.
        bad: Amounts of alloys that don't; none of them is ``alloy``.

    >>> fe_b = Box(np.array([70, 10]), np.array([90, 30]), total=100)
    >>> box = free_box(np.array([80, 20]), fe_b, np.array([[81, 19]]), np.array([[78, 22]]))
    >>> box.lower.tolist(), box.upper.tolist()
    ([79, 10], [90, 21])
    """
    from moalloy.study.free_box_kernel import cut_sides, grow_sides

    # Seen from the alloy, and a bound from above on -k bounds k from below: one kind of side is enough.
    most = np.concatenate([within.upper - alloy, alloy - within.lower])
    good, bad = _both_ways(good - alloy), _both_ways(bad - alloy)
    reach = most.copy()
    cut_sides(good, bad, reach)
    while grow_sides(bad, reach, most):
        pass
    return Box(alloy - reach[len(alloy) :], alloy + reach[: len(alloy)], within.total)


def _both_ways(amounts: IntArray) -> IntArray:
    return np.ascontiguousarray(np.concatenate([amounts, -amounts], axis=-1))

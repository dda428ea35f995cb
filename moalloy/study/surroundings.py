"""What is known of the alloys around one alloy, and how its window is found from that.

A window is settled by questions: a generator yields amounts and is sent which of them comply. So one
caller can ask for all alloys of a front at once, and predictions come in large batches.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from moalloy.domain.box import Box
from moalloy.domain.values import BoolArray, IntArray
from moalloy.study.free_box import free_box

__all__ = ["Questions", "Window", "window_around"]

# A box of so many grid points is listed; of a larger one alloys are drawn.
_MOST_LISTED = 800
# Looks in the first question about a box; each further one has twice as many.
_FIRST_LOOKS = 16
# Draws at a time and at most for each alloy that is wanted; constraints let some of them pass.
_DRAWS, _MOST_DRAWS = 8, 64
_LOOKS_AT_AN_END = 2
# Boxes that are tried before a smaller neighborhood has to do.
_MOST_TRIES = 20

Questions = Generator[IntArray, BoolArray, "Window"]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A box that was looked at, in whole grid steps.

    Attributes:
        lower: Per element, the least amount of an alloy that was looked at in it.
        upper: The largest one.
        n_checked: Alloys of the space that were looked at in it; all of them comply.
        is_complete: Whether these are all that it holds.
    """

    lower: IntArray
    upper: IntArray
    n_checked: int
    is_complete: bool


def window_around(
    alloy: IntArray, boxes: list[Box], *, is_valid: Callable[[IntArray], BoolArray], n_looks: int
) -> Questions:
    """Ask which alloys comply, and return the window of one of them.

    Neighborhoods are explored from the smallest on, since what doesn't comply nearby says most about where
    a box can be. Then a box in the largest one is settled: each of its alloys complies, or ``n_looks``
    drawn uniformly do; where that fails, in the next smaller one, at last the alloy alone.

    Args:
        alloy: Its amounts, shape ``(n_elements,)``.
        boxes: Neighborhoods that hold it, each within the next.
        is_valid: Tells which amounts are alloys of the space.
        n_looks: At least 1.
    """
    # The alloy's own amounts seed the draws: its window doesn't depend on the others of a front.
    rng = np.random.default_rng(np.random.SeedSequence(alloy.tolist()))
    known = _Known(alloy, is_valid, rng)
    for box in boxes[:-1]:
        yield from _settled(known, box, n_looks=min(n_looks, _FIRST_LOOKS), is_last=False)
    for box in reversed(boxes):
        window = yield from _settled(known, box, n_looks=n_looks)
        if window is not None:
            return window
    return Window(alloy, alloy, 1, is_complete=True)


class _Known:
    """The alloys that were asked about so far: which comply and which don't."""

    def __init__(
        self, alloy: IntArray, is_valid: Callable[[IntArray], BoolArray], rng: np.random.Generator
    ) -> None:
        self.alloy, self.is_valid, self.rng = alloy, is_valid, rng
        self.good = alloy[None, :]
        self.bad = np.zeros((0, len(alloy)), dtype=np.int64)
        self._seen = {alloy.tobytes()}

    def new(self, amounts: IntArray) -> IntArray:
        """Return the rows that nobody asked about, each once."""
        keys = {row.tobytes(): i for i, row in reversed(list(enumerate(amounts)))}
        return amounts[sorted(i for key, i in keys.items() if key not in self._seen)]

    def add(self, amounts: IntArray, complies: BoolArray) -> None:
        self._seen.update(row.tobytes() for row in amounts)
        self.good = np.concatenate([self.good, amounts[complies]])
        self.bad = np.concatenate([self.bad, amounts[~complies]])

    def window(self, box: Box, *, is_complete: bool) -> Window:
        """Return the part of a box that good alloys span."""
        inside = self.good[box.holds(self.good)]
        return Window(inside.min(axis=0), inside.max(axis=0), len(inside), is_complete)


def _settled(
    known: _Known, within: Box, *, n_looks: int, is_last: bool = True
) -> Generator[IntArray, BoolArray, Window | None]:
    """Ask until a box within ``within`` has nothing against it; None where that takes too long."""
    for _ in range(_MOST_TRIES):
        box = free_box(known.alloy, within, known.good, known.bad)
        points = _listed(known, box)
        is_complete = points is not None and len(points) <= n_looks
        if points is None or not is_complete:
            points = _drawn(known, box, n_looks)
        if len(points) < n_looks and not is_complete:
            return None
        holds = yield from _all_comply(known, points)
        if holds and is_last and not is_complete:
            holds = yield from _all_comply(known, _ends(known, box))
        if holds:
            return known.window(box, is_complete=is_complete)
    return None


def _all_comply(known: _Known, points: IntArray) -> Generator[IntArray, BoolArray, bool]:
    """Ask about alloys, a few at first, and return whether all comply; the first that don't end it."""
    first, n_looks = 0, _FIRST_LOOKS
    while first < len(points):
        asked = known.new(points[first : first + n_looks])
        complies = yield asked
        known.add(asked, complies)
        if not complies.all():
            return False
        first, n_looks = first + n_looks, 2 * n_looks
    return True


def _listed(known: _Known, box: Box) -> IntArray | None:
    """Return every alloy of a box in random order; None where it has too many grid points."""
    if not box.is_numbered or box.n_points > _MOST_LISTED:
        return None
    points = box.unrank(known.rng.permutation(box.n_points))
    return points[known.is_valid(points)]


def _drawn(known: _Known, box: Box, n: int) -> IntArray:
    """Return ``n`` alloys drawn uniformly from a box; fewer where hardly any draw is an alloy."""
    found: list[IntArray] = []
    while box.is_numbered and sum(map(len, found)) < n and len(found) < _MOST_DRAWS // _DRAWS:
        points = box.unrank(known.rng.integers(box.n_points, size=n * _DRAWS))
        found.append(points[known.is_valid(points)])
    return np.concatenate([np.zeros((0, len(box.lower)), dtype=np.int64), *found])[:n]


def _ends(known: _Known, box: Box) -> IntArray:
    """Return some alloys at either end of each range, where what doesn't comply is most likely."""
    found = []
    for column in range(len(box.lower)):
        for end in (box.lower, box.upper):
            lower, upper = box.lower.copy(), box.upper.copy()
            lower[column] = upper[column] = end[column]
            found.append(_drawn(known, Box(lower, upper, box.total), _LOOKS_AT_AN_END))
    return np.concatenate(found)

"""What is known of the alloys around one alloy, and how its window is found from that.

A window is settled by questions: a generator yields amounts and is sent which of them are alloys of the
space, or which of these comply. So one caller can ask for all alloys of a front at once, in large batches.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from moalloy.domain.box import Box
from moalloy.domain.values import BoolArray, IntArray
from moalloy.study.free_box import free_box

__all__ = ["Question", "Questions", "Window", "window_around"]

# A box of so many grid points is listed; of a larger one alloys are drawn.
_MOST_LISTED = 800
# Looks in the first question about a box; each further one has twice as many.
_FIRST_LOOKS = 16
# Draws at a time for each alloy that is wanted, since constraints let only some of them pass, and how many
# times more are drawn before that is given up.
_DRAWS, _MOST_ROUNDS = 8, 8
_LOOKS_AT_AN_END, _DRAWS_AT_AN_END = 2, 32
# Boxes that are tried before a smaller neighborhood has to do.
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of some amounts.

    Attributes:
        amounts: Shape ``(n_alloys, n_elements)``.
        is_of_the_space: Whether to tell which are alloys of the space; else which of these comply.
    """

    amounts: IntArray
    is_of_the_space: bool


Questions = Generator[Question, BoolArray, "Window"]


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


def window_around(alloy: IntArray, boxes: list[Box], *, n_looks: int) -> Questions:
    """Ask which alloys comply, and return the window of one of them.

    Neighborhoods are explored from the smallest on, since what doesn't comply nearby says most about where
    a box can be. Then a box in the largest one is settled: each of its alloys complies, or ``n_looks``
    drawn uniformly do; where that fails, in the next smaller one, at last the alloy alone.

    Args:
        alloy: Its amounts, shape ``(n_elements,)``.
        boxes: Neighborhoods that hold it, each within the next.
        n_looks: At least 1.
    """
    # The alloy's own amounts seed the draws: its window doesn't depend on the others of a front.
    rng = np.random.default_rng(np.random.SeedSequence(alloy.tolist()))
    known = _Known(alloy, rng)
    for box in boxes[:-1]:
        yield from _settled(known, box, n_looks=min(n_looks, _FIRST_LOOKS), is_last=False)
    for box in reversed(boxes):
        window = yield from _settled(known, box, n_looks=n_looks)
        if window is not None:
            return window
    return Window(alloy, alloy, 1, is_complete=True)


class _Known:
    """The alloys that were asked about so far: which comply and which don't."""

    def __init__(self, alloy: IntArray, rng: np.random.Generator) -> None:
        self.alloy, self.rng = alloy, rng
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
) -> Generator[Question, BoolArray, Window | None]:
    """Ask until a box within ``within`` has nothing against it; None where that takes too long."""
    for _ in range(_MOST_TRIES):
        box = free_box(known.alloy, within, known.good, known.bad)
        points, is_complete = yield from _looks(known, box, n_looks)
        if len(points) < n_looks and not is_complete:
            return None
        holds = yield from _all_comply(known, points)
        if holds and is_last and not is_complete:
            ends = yield from _ends(known, box)
            holds = yield from _all_comply(known, ends)
        if holds:
            return known.window(box, is_complete=is_complete)
    return None


def _all_comply(known: _Known, points: IntArray) -> Generator[Question, BoolArray, bool]:
    """Ask about alloys, a few at first, and return whether all comply; the first that don't end it."""
    first, n_looks = 0, _FIRST_LOOKS
    while first < len(points):
        asked = known.new(points[first : first + n_looks])
        complies = yield Question(asked, is_of_the_space=False)
        known.add(asked, complies)
        if not complies.all():
            return False
        first, n_looks = first + n_looks, 2 * n_looks
    return True


def _looks(known: _Known, box: Box, n: int) -> Generator[Question, BoolArray, tuple[IntArray, bool]]:
    """Return the alloys of a box to look at, and whether they are all that it holds.

    All where they are ``n`` at most, else ``n`` drawn uniformly; fewer where hardly any draw is an alloy.
    """
    is_listed = box.is_numbered and box.n_points <= _MOST_LISTED
    order = known.rng.permutation(box.n_points) if is_listed else None
    found = [np.zeros((0, len(box.lower)), dtype=np.int64)]
    n_found = 0
    for ranks in _rounds(known, box, n * _DRAWS, order):
        points = box.unrank(ranks)
        is_alloy = yield Question(points, is_of_the_space=True)
        found.append(points[is_alloy])
        n_found += len(found[-1])
        if n_found > n or (n_found == n and not is_listed):
            break
    return np.concatenate(found)[:n], is_listed and n_found <= n


def _rounds(known: _Known, box: Box, size: int, order: IntArray | None) -> Iterator[IntArray]:
    """Yield numbers of a box's points: all in the order given, or drawn as often as it is worth it."""
    if order is not None:
        yield order[:size]
        if len(order) > size:
            yield order[size:]
    elif box.is_numbered:
        for _ in range(_MOST_ROUNDS):
            yield known.rng.integers(box.n_points, size=size)


def _ends(known: _Known, box: Box) -> Generator[Question, BoolArray, IntArray]:
    """Return some alloys at either end of each range, where what doesn't comply is most likely."""
    drawn = []
    for column in range(len(box.lower)):
        for end in (box.lower, box.upper):
            lower, upper = box.lower.copy(), box.upper.copy()
            lower[column] = upper[column] = end[column]
            face = Box(lower, upper, box.total)
            size = _DRAWS_AT_AN_END if face.is_numbered else 0
            drawn.append(face.unrank(known.rng.integers(face.n_points, size=size)))
    is_alloy = yield Question(np.concatenate(drawn), is_of_the_space=True)
    parts = np.split(is_alloy, np.cumsum([len(points) for points in drawn])[:-1])
    return np.concatenate(
        [points[good][:_LOOKS_AT_AN_END] for points, good in zip(drawn, parts, strict=True)]
    )

"""Composition windows: how far each alloy of a front may be off without being predicted worse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.box import Box
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.pareto import HypervolumeScale
from moalloy.study.surroundings import Question, Questions, Window, window_around
from moalloy.workers import ALONE, Workers, in_order, suited

__all__ = ["composition_windows", "window_columns", "window_tolerance"]

# How far a window may reach either way: as far as an alloy is still that alloy, in percent of the basis,
# and for fine grids in steps.
_REACH_PERCENT = 3
_REACH_STEPS = 30
# Alloys to look at in a window that isn't looked at as a whole. None of n is worse: then at most 3 / n of
# all are, with 95 % confidence (Hanley, Lippman-Hand, JAMA 249 (1983) 1743). 3 % here; and fewer looks
# where a front is so large that they would take minutes, 10 % at worst.
_LOOKS = 100
_LOOKS_AT_A_FRONT = 20_000
_LEAST_LOOKS = 30
# Alloys whose windows are looked for together, and how long one takes on one core.
_TOGETHER = 100
_SECONDS_A_WINDOW = 0.007
# Predictions that differ by less than this share of an objective's span are equal: sums of floats err.
_EQUAL = 1e-9


def window_tolerance(design: DesignProblem, scale: HypervolumeScale, share: float) -> dict[str, float]:
    """Return what counts as no worse, by objective: in its unit, a factor on a log scale, or a chance.

    Args:
        design: For the objectives.
        scale: Ideal and reference points, whose distance is each objective's span.
        share: Of that span.
    """
    allowed = share * (np.array(scale.reference) - np.array(scale.ideal))
    return {
        o.name: float(10.0**value if o.is_log and not design.is_chance(o) else value)
        for o, value in zip(design.objectives, allowed, strict=True)
    }


def composition_windows(
    design: DesignProblem,
    X: FloatArray,
    scale: HypervolumeScale,
    *,
    share: float,
    workers: Workers = ALONE,
) -> list[Window]:
    """Return the window of each alloy, in grid steps: a box in which every alloy is predicted no worse.

    Every valid alloy of the box, treated the same way, meets the limits, and none of its objectives is
    worse than the alloy's own by more than the tolerance. That was looked at for all of them, or, where
    there are many, for some at the ends of the ranges and others drawn uniformly. The surrogate's own
    error has no part in it.

    Args:
        design: What predicts, and the space.
        X: Valid alloys that meet the limits, shape ``(n_alloys, n_columns)``.
        scale: Ideal and reference points.
        share: The tolerance as a share of their distance; at 0 only what is no worse at all complies.
        workers: Who looks. A window depends on its alloy alone.
    """
    span = np.array(scale.reference) - np.array(scale.ideal)
    n_looks = int(np.clip(_LOOKS_AT_A_FRONT / max(1, len(X)), _LEAST_LOOKS, _LOOKS))
    look = _Look(design, (share + _EQUAL) * span, n_looks)
    parts = [X[first : first + _TOGETHER] for first in range(0, len(X), _TOGETHER)]
    workers = suited(workers, look, seconds=_SECONDS_A_WINDOW * len(X))
    return [window for found in in_order(workers, _windows_of, look, parts) for window in found]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What the windows of a front share.

    Attributes:
        design: What predicts, and the space.
        allowed: How much worse each minimized objective may be, shape ``(n_objectives,)``.
        n_looks: At each window that isn't looked at as a whole.
    """

    design: DesignProblem
    allowed: FloatArray
    n_looks: int


def _windows_of(look: _Look, X: FloatArray) -> list[Window]:
    """Return the windows of some alloys, which ask together: one prediction serves them all."""
    space = look.design.space
    worst = look.design.evaluate(X).F + look.allowed
    reach = _reach(space)
    asked = [_Asked(space, row, limit, reach, look.n_looks) for row, limit in zip(X, worst, strict=True)]
    judge = _Judge(look.design, {})
    while True:
        open_ = [item for item in asked if item.window is None]
        if not open_:
            return [item.window for item in asked if item.window is not None]
        # Predictions wait until nobody asks what is an alloy: so they come in the largest batches.
        of_the_space = [item for item in open_ if item.question.is_of_the_space]
        if of_the_space:
            _answer(of_the_space, lambda amounts, treatments, _: space.allows(amounts, treatments))
        else:
            _answer(open_, judge.complies)


def _answer(
    asked: Sequence[_Asked], answers: Callable[[IntArray, FloatArray, FloatArray], BoolArray]
) -> None:
    """Give each its part of one answer to all their questions."""
    sizes = [len(item.amounts) for item in asked]
    outcome = answers(
        np.concatenate([item.amounts for item in asked]),
        np.concatenate([item.treatments for item in asked]),
        np.repeat([item.worst for item in asked], sizes, axis=0),
    )
    for item, part in zip(asked, np.split(outcome, np.cumsum(sizes)[:-1]), strict=True):
        item.answer(part)


def window_columns(space: DesignSpace, windows: Sequence[Window]) -> pd.DataFrame:
    """Return the columns of pareto.csv that tell of windows, amounts in percent of the space's basis."""
    lower = space.composition.percent(np.stack([window.lower for window in windows]))
    upper = space.composition.percent(np.stack([window.upper for window in windows]))
    columns: dict[str, object] = {}
    for i, symbol in enumerate(space.elements):
        columns |= {f"{symbol}_from": lower[:, i], f"{symbol}_to": upper[:, i]}
    columns["window_checked"] = [window.n_checked for window in windows]
    columns["window_complete"] = [window.is_complete for window in windows]
    return pd.DataFrame(columns)


class _Asked:
    """One alloy's questions, and in the end its window.

    Attributes:
        worst: What the minimized objectives of an alloy that complies may be, shape ``(n_objectives,)``.
        question: The one that is open.
        window: None until the last question was answered.
    """

    def __init__(
        self, space: DesignSpace, row: FloatArray, worst: FloatArray, reach: Sequence[int], n_looks: int
    ) -> None:
        self._space, self._treatment = space, row[space.n_elements :]
        alloy = space.amounts(row[None])[0]
        boxes = [_neighborhood(space, alloy, steps) for steps in reach]
        self._questions: Questions = window_around(alloy, boxes, n_looks=n_looks)
        self.worst = worst
        self.question = Question(np.zeros((0, space.n_elements), dtype=np.int64), is_of_the_space=True)
        self.window: Window | None = None
        self._go_on(None)

    @property
    def amounts(self) -> IntArray:
        return self.question.amounts

    @property
    def treatments(self) -> FloatArray:
        """The alloy's own, for each row of its question."""
        return np.broadcast_to(self._treatment, (len(self.amounts), len(self._treatment)))

    def answer(self, answer: BoolArray) -> None:
        self._go_on(answer)

    def _go_on(self, answer: BoolArray | None) -> None:
        try:
            self.question = next(self._questions) if answer is None else self._questions.send(answer)
        except StopIteration as end:
            self.window = end.value


@dataclass(frozen=True, slots=True)
class _Judge:
    """Predicts each alloy once, whoever asks."""

    design: DesignProblem
    known: dict[bytes, tuple[FloatArray, bool]]

    def complies(self, amounts: IntArray, treatments: FloatArray, worst: FloatArray) -> BoolArray:
        """Return which alloys meet the limits and are no worse than ``worst``, shape ``(n_alloys,)``."""
        X = self.design.space.alloys(amounts, treatments)
        keys = self.design.space.keys(X)
        new = {key: i for i, key in enumerate(keys) if key not in self.known}
        if new:
            rows = list(new.values())
            evaluation = self.design.evaluate(X[rows])
            for key, F, G in zip(new, evaluation.F, evaluation.G, strict=True):
                self.known[key] = (F, bool((G <= 0).all()))
        F, is_met = zip(*(self.known[key] for key in keys), strict=True) if keys else ((), ())
        is_no_worse = np.array(F).reshape(worst.shape) <= worst
        return np.asarray(is_no_worse.all(axis=1) & np.array(is_met, dtype=np.bool_), dtype=np.bool_)


def _reach(space: DesignSpace) -> list[int]:
    """Return rising distances in grid steps, the last one as far as a window may reach."""
    step = space.composition.step
    most = min(_REACH_STEPS, max(1, int(_REACH_PERCENT / step)))
    return [*(2**i for i in range(most.bit_length()) if 2**i < most), most]


def _neighborhood(space: DesignSpace, alloy: IntArray, steps: int) -> Box:
    """Return the amounts at most so many steps away, within each element's own range."""
    ranges: Mapping[str, IntArray] = {item.symbol: item.values for item in space.composition.ranges}
    lower = np.array([ranges[symbol].min() for symbol in space.elements])
    upper = np.array([ranges[symbol].max() for symbol in space.elements])
    total = space.composition.n_steps
    return Box(np.maximum(alloy - steps, lower), np.minimum(alloy + steps, upper), total).tightened()

"""Evaluates for a search, remembers every alloy, and knows when the search is over.

A search is a function of its seed and of what is evaluated. What an interrupted one evaluated is therefore
all that it takes to go on: the search is made again from its seed, its earlier generations are looked up
instead of predicted, and the rest follows as if nothing had happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.record import Generation, GenerationReport, SearchRecord, StopReason
from moalloy.optimize.stopping import Budget, reason_to_stop
from moalloy.pareto import HypervolumeScale, non_dominated

__all__ = ["Recorder", "ReplayError"]


class ReplayError(Exception):
    """A search that was made again asks for other alloys than before: its program has changed since."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The new alloys of one generation, as small as they can be kept without loss.

    Attributes:
        amounts: In grid steps and the space's order, shape ``(n_alloys, n_elements)``.
        treatments: Shape ``(n_alloys, n_process)``.
        scores: Shape ``(n_alloys, n_objectives)``.
        G: Shape ``(n_alloys, n_limits)``.
    """

    amounts: NDArray[np.int32]
    treatments: FloatArray
    scores: FloatArray
    G: FloatArray

    @classmethod
    def of(cls, X: FloatArray, evaluation: Evaluation, is_new: BoolArray, space: DesignSpace) -> _Part:
        """Return what is new of an evaluation; ``X`` holds the new rows alone."""
        return cls(
            space.amounts(X).astype(np.int32),
            X[:, space.n_elements :].copy(),
            evaluation.scores[is_new],
            evaluation.G[is_new],
        )


class Recorder:
    """The one thing that changes while a search runs.

    Attributes:
        evaluated: The alloys evaluated so far.
        front: Those of them that meet the limits and that none dominates, shape ``(n_front, n_columns)``;
            of alloys with equal objectives the first.
        reason: What ended the search, None before.
    """

    def __init__(
        self,
        problem: DesignProblem,
        *,
        budget: Budget,
        scale: HypervolumeScale,
        earlier: Sequence[Generation] = (),
        keep: Callable[[Generation], None] | None = None,
        progress: Callable[[GenerationReport], None] | None = None,
    ) -> None:
        """Make a recorder for one search.

        Args:
            problem: What is searched.
            budget: When the search is over.
            scale: For the hypervolume per generation.
            earlier: Generations of the same search before it was interrupted.
            keep: Given every generation that isn't among them.
            progress: Called once a generation.
        """
        self.evaluated = Evaluated(problem.space)
        self.reason: StopReason | None = None
        self._problem = problem
        self._budget = budget
        self._scale = scale
        self._earlier = earlier
        self._keep = keep
        self._progress = progress
        self._parts: list[_Part] = []
        self._reports: list[GenerationReport] = []
        self.front = np.zeros((0, len(problem.space.columns)))
        self._front_F = np.zeros((0, len(problem.objectives)))
        self._seconds_before = earlier[-1].seconds if earlier else 0.0
        self._start = time.monotonic()

    def evaluate(self, X: FloatArray) -> Evaluation:
        """Return the evaluation of one generation of valid alloys, shape ``(n_alloys, n_columns)``.

        Raises:
            ReplayError: The earlier search evaluated others here.
        """
        number = len(self._reports)
        if number < len(self._earlier):
            evaluation = _looked_up(self._earlier[number], X, self._problem)
            self._start = time.monotonic()
        else:
            evaluation = self._problem.evaluate(X)
        self._take_in(X, evaluation)
        if number >= len(self._earlier) and self._keep is not None:
            self._keep(Generation(X, evaluation.scores, evaluation.G, self._seconds()))
        return evaluation

    def is_over(self) -> bool:
        """Return whether the generation was the last one; asked after each."""
        self.reason = reason_to_stop(self._budget, self._reports, seconds=self._seconds())
        return self.reason is not None

    def record(self, algorithm: str, seed: int) -> SearchRecord:
        """Return all that was evaluated, each alloy once."""
        if not self._parts:
            raise NoFeasibleAlloyError("the search evaluated nothing")
        generation = [np.full(len(part.scores), i + 1, dtype=np.int64) for i, part in enumerate(self._parts)]
        scores = np.concatenate([part.scores for part in self._parts])
        amounts = np.concatenate([part.amounts for part in self._parts]).astype(np.int64)
        treatments = np.concatenate([part.treatments for part in self._parts])
        X = self._problem.space.alloys(amounts, treatments)
        return SearchRecord(
            algorithm=algorithm,
            seed=seed,
            X=X,
            scores=scores,
            F=self._problem.minimized(scores),
            G=np.concatenate([part.G for part in self._parts]),
            generation=np.concatenate(generation),
            reports=tuple(self._reports),
            n_equal=np.ones(len(X), dtype=np.int64),
            n_alloys=len(X),
            stopped=self.reason or "exhausted",
        )

    def _seconds(self) -> float:
        """Return how long the search has taken, interruptions left out."""
        number = len(self._reports)
        if 0 < number < len(self._earlier):
            return self._earlier[number - 1].seconds
        return self._seconds_before + time.monotonic() - self._start

    def _take_in(self, X: FloatArray, evaluation: Evaluation) -> None:
        is_new = self.evaluated.add(X)
        self._parts.append(_Part.of(X[is_new], evaluation, is_new, self._problem.space))
        is_met = (evaluation.G <= 0).all(axis=1)
        front_F = np.concatenate([self._front_F, evaluation.F[is_met]])
        kept = non_dominated(front_F, is_each_once=True)
        self.front, self._front_F = np.concatenate([self.front, X[is_met]])[kept], front_F[kept]
        n_before = self._reports[-1].n_evaluations if self._reports else 0
        report = GenerationReport(
            len(self._parts), n_before + len(X), self._scale.hypervolume(self._front_F), len(self.front)
        )
        self._reports.append(report)
        if self._progress is not None:
            self._progress(report)


def _looked_up(generation: Generation, X: FloatArray, problem: DesignProblem) -> Evaluation:
    if not np.array_equal(generation.X, X):
        raise ReplayError
    return Evaluation(generation.scores, problem.minimized(generation.scores), generation.G)

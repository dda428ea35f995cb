"""One search with one seed, recorded alloy by alloy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.algorithms import run_algorithm
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.preference import Preference
from moalloy.optimize.record import GenerationReport, SearchRecord, StopReason
from moalloy.optimize.stopping import Budget, reason_to_stop
from moalloy.pareto import HypervolumeScale, non_dominated

__all__ = ["hypervolume_scale", "search"]

# Alloys drawn to span the hypervolume's scale; the same for every algorithm and seed.
_N_SPAN = 2000


def search(
    problem: DesignProblem,
    *,
    algorithm: str,
    budget: Budget,
    seed: int,
    scale: HypervolumeScale,
    known: FloatArray,
    n_named: int = 0,
    reference_points: FloatArray | None = None,
    progress: Callable[[GenerationReport], None] | None = None,
) -> SearchRecord:
    """Run one search; the same arguments give the same record, to the last bit, without a time limit.

    Args:
        problem: What to search.
        algorithm: A name that `run_algorithm` knows.
        budget: Population, generations, and what may end the search before.
        seed: Everything random comes from its SeedSequence.
        scale: For the hypervolume per generation.
        known: Alloys of the space to start from, shape ``(n_known, n_columns)``.
        n_named: How many of them, from the first, must be in the first population as far as they fit.
        reference_points: Minimized objectives for `rnsga2` to aim at, shape ``(n_points, n_objectives)``.
        progress: Called once a generation.
    """
    log = _Log(problem, scale, budget.population, progress)
    referee = _Referee(budget, log.reports)
    # Distances to a point are counted in the box of the hypervolume: the same for every seed and budget.
    preference = (
        None
        if reference_points is None
        else Preference(reference_points, np.subtract(scale.reference, scale.ideal))
    )
    run_algorithm(
        algorithm,
        problem,
        budget=budget,
        seed=seed,
        known=known,
        n_named=n_named,
        evaluated=log.evaluated,
        listener=log.add,
        preference=preference,
        is_over=referee.is_over,
    )
    return log.record(algorithm, seed, stopped=referee.reason or "exhausted")


def hypervolume_scale(problem: DesignProblem, known: FloatArray) -> HypervolumeScale:
    """Return the scale spanned by a uniform sample of the space and the known alloys in it.

    It depends on the problem and its models only, so hypervolumes of different algorithms, seeds and
    budgets on one problem can be compared. Chances have a scale of their own, from 1 down to 0: where all
    objectives are chances, a single alloy's hypervolume is its ``p_all``.
    """
    X = np.concatenate([problem.space.sample(_N_SPAN, seed=0), known])
    F = problem.evaluate(X).F
    chances = [i for i, objective in enumerate(problem.objectives) if problem.is_chance(objective)]
    ends = np.repeat(F[:1], 2, axis=0)
    ends[:, chances] = [[-1.0], [0.0]]
    return HypervolumeScale.around(np.concatenate([F, ends]))


class _Referee:
    """Ends a search, and remembers why."""

    def __init__(self, budget: Budget, reports: Sequence[GenerationReport]) -> None:
        self.reason: StopReason | None = None
        self._budget = budget
        self._reports = reports
        self._start = time.monotonic()

    def is_over(self) -> bool:
        seconds = time.monotonic() - self._start
        self.reason = reason_to_stop(self._budget, self._reports, seconds=seconds)
        return self.reason is not None


class _Log:
    """Collects evaluations; the only thing that changes while a search runs."""

    def __init__(
        self,
        problem: DesignProblem,
        scale: HypervolumeScale,
        population: int,
        progress: Callable[[GenerationReport], None] | None,
    ) -> None:
        self.evaluated = Evaluated(problem.space)
        self._scale = scale
        self._progress = progress
        self._parts: list[tuple[FloatArray, Evaluation]] = []
        self._front = np.zeros((0, len(problem.objectives)))
        self._n_evaluations = 0
        self.reports: list[GenerationReport] = []

    def add(self, X: FloatArray, evaluation: Evaluation) -> None:
        """Take in one generation."""
        self._n_evaluations += len(X)
        is_new = self.evaluated.add(X)
        self._parts.append((X[is_new], _rows(evaluation, is_new)))
        is_met = (evaluation.G <= 0).all(axis=1)
        front = np.concatenate([self._front, evaluation.F[is_met]])
        self._front = np.unique(front[non_dominated(front)], axis=0)
        report = GenerationReport(
            len(self._parts), self._n_evaluations, self._scale.hypervolume(self._front), len(self._front)
        )
        self.reports.append(report)
        if self._progress is not None:
            self._progress(report)

    def record(self, algorithm: str, seed: int, *, stopped: StopReason) -> SearchRecord:
        if not self._parts:
            raise NoFeasibleAlloyError("the search evaluated nothing")
        X = np.concatenate([X for X, _ in self._parts])
        generation = [np.full(len(X), i + 1, dtype=np.int64) for i, (X, _) in enumerate(self._parts)]
        return SearchRecord(
            algorithm=algorithm,
            seed=seed,
            X=X,
            scores=np.concatenate([e.scores for _, e in self._parts]),
            F=np.concatenate([e.F for _, e in self._parts]),
            G=np.concatenate([e.G for _, e in self._parts]),
            generation=np.concatenate(generation),
            reports=tuple(self.reports),
            n_equal=np.ones(len(X), dtype=np.int64),
            n_alloys=len(X),
            stopped=stopped,
        )


def _rows(evaluation: Evaluation, chosen: BoolArray) -> Evaluation:
    return Evaluation(evaluation.scores[chosen], evaluation.F[chosen], evaluation.G[chosen])

"""One search with one seed, recorded alloy by alloy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.optimize.algorithms import Setup, run_algorithm
from moalloy.optimize.preference import Preference
from moalloy.optimize.record import Generation, GenerationReport, SearchRecord
from moalloy.optimize.recorder import Recorder
from moalloy.optimize.stopping import Budget
from moalloy.pareto import HypervolumeScale

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
    earlier: Sequence[Generation] = (),
    keep: Callable[[Generation], None] | None = None,
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
        earlier: What the same search evaluated before it was interrupted; looked up, not predicted again.
        keep: Given each generation after those, so that an interrupted search can go on.

    Raises:
        ReplayError: ``earlier`` isn't how this search begins.
    """
    recorder = Recorder(problem, budget=budget, scale=scale, earlier=earlier, keep=keep, progress=progress)
    # Distances to a point are counted in the box of the hypervolume: the same for every seed and budget.
    preference = (
        None
        if reference_points is None
        else Preference(reference_points, np.subtract(scale.reference, scale.ideal))
    )
    run_algorithm(algorithm, Setup(problem, budget, known, recorder, n_named, preference), seed)
    return recorder.record(algorithm, seed)


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

"""Search algorithms by name, each set up so that it obeys the space and repeats at one seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.errors import InputError
from moalloy.optimize.adapter import (
    AlloyCrossover,
    AlloyDuplicates,
    AlloyMutation,
    AlloyProblem,
    AlloyRepair,
    AlloySampling,
    FreshRepair,
    Listener,
)
from moalloy.optimize.evaluated import Evaluated

__all__ = ["ALGORITHMS", "Budget", "population_of", "run_algorithm"]

# Matings a generation to fill it up with new alloys; where these find none, the search has run dry.
_N_MATINGS = 40


@dataclass(frozen=True, slots=True)
class Budget:
    """``population`` alloys a generation, ``generations`` of them, the first included."""

    population: int
    generations: int


def run_algorithm(
    name: str,
    problem: DesignProblem,
    *,
    budget: Budget,
    seed: int,
    known: FloatArray,
    evaluated: Evaluated,
    listener: Listener,
) -> None:
    """Search within a budget.

    Args:
        name: One of `ALGORITHMS`.
        problem: What to search.
        budget: Population and generations.
        seed: Everything random comes from its SeedSequence.
        known: Alloys of the space to start from, shape ``(n_known, n_columns)``.
        evaluated: What was evaluated; offspring keep out of it, and the listener is to add to it.
        listener: Told of every evaluated alloy, generation by generation.

    Raises:
        InputError: There is no such algorithm.
    """
    if name not in ALGORITHMS:
        raise InputError(f"there is no algorithm {name!r}; there are {', '.join(ALGORITHMS)}")
    ALGORITHMS[name](_Parts(problem, budget, known, evaluated, listener), seed)


def population_of(name: str, *, n_objectives: int, population: int) -> int:
    """Return the population that an algorithm really uses when it is asked for ``population``.

    NSGA-III's is its number of reference directions, the most that fit.

    >>> population_of("nsga2", n_objectives=3, population=200)
    200
    >>> population_of("nsga3", n_objectives=3, population=200)
    190
    """
    if name != "nsga3":
        return population
    return _n_directions(n_objectives, _partitions(n_objectives, population))


def _random(parts: _Parts, seed: int) -> None:
    """Draw uniformly over the valid grid; the bar that every search must clear."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    for _ in range(parts.budget.generations):
        X = parts.problem.space.sample(parts.budget.population, rng)
        parts.listener(X, parts.problem.evaluate(X))


def _nsga2(parts: _Parts) -> Any:
    from pymoo.algorithms.moo.nsga2 import NSGA2

    return NSGA2(pop_size=parts.budget.population, **parts.genetic())


def _nsga3(parts: _Parts) -> Any:
    """NSGA-III; its population follows from the reference directions, the most that fit."""
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.operators.selection.tournament import TournamentSelection

    directions = _directions(len(parts.problem.objectives), parts.budget.population)
    return NSGA3(
        ref_dirs=directions,
        pop_size=len(directions),
        selection=TournamentSelection(func_comp=_smaller_violation),
        **parts.genetic(),
    )


def _gde3(parts: _Parts) -> Any:
    from pymoo.algorithms.moo.gde3 import GDE3

    return parts.with_mating_repair(GDE3(pop_size=parts.budget.population, **parts.differential()))


def _nsde(parts: _Parts) -> Any:
    from pymoo.algorithms.moo.nsde import NSDE

    return parts.with_mating_repair(NSDE(pop_size=parts.budget.population, **parts.differential()))


def _de(parts: _Parts) -> Any:
    """Differential evolution for one objective, rand/1/bin (Storn, Price, J. Glob. Optim. 11 (1997) 341)."""
    from pymoo.algorithms.soo.nonconvex.de import DE

    algorithm = DE(pop_size=parts.budget.population, variant="DE/rand/1/bin", CR=0.5, **parts.differential())
    return parts.with_mating_repair(algorithm)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What every pymoo algorithm is built from."""

    problem: DesignProblem
    budget: Budget
    known: FloatArray
    evaluated: Evaluated
    listener: Listener

    def genetic(self) -> dict[str, Any]:
        space = self.problem.space
        return {
            "sampling": AlloySampling(space, self.known),
            "crossover": AlloyCrossover(space),
            "mutation": AlloyMutation(space),
            "repair": AlloyRepair(space),
            "eliminate_duplicates": AlloyDuplicates(space, self.evaluated),
        }

    def differential(self) -> dict[str, Any]:
        space = self.problem.space
        return {"sampling": AlloySampling(space, self.known), "repair": AlloyRepair(space)}

    def with_mating_repair(self, algorithm: Any) -> Any:
        """Have children repaired too; pymoo 0.6.2 repairs no more than their first population."""
        algorithm.mating.repair = FreshRepair(self.problem.space, self.evaluated)
        return algorithm


def _run_pymoo(build: Callable[[_Parts], Any]) -> _Runner:
    """Return a runner that drives one of pymoo's algorithms for the budget."""

    def run(parts: _Parts, seed: int) -> None:
        from pymoo.termination.max_gen import MaximumGenerationTermination

        algorithm = build(parts)
        algorithm.mating.n_max_iterations = _N_MATINGS
        algorithm.setup(
            AlloyProblem(parts.problem, parts.listener),
            seed=int(np.random.SeedSequence(seed).generate_state(1)[0]),
            termination=MaximumGenerationTermination(parts.budget.generations),
            verbose=False,
        )
        while algorithm.has_next():
            algorithm.next()

    return run


def _directions(n_objectives: int, population: int) -> FloatArray:
    """Return Das and Dennis's reference directions, as many as fit into the population."""
    from pymoo.util.ref_dirs import get_reference_directions

    partitions = _partitions(n_objectives, population)
    directions = get_reference_directions("das-dennis", n_objectives, n_partitions=partitions)
    return np.asarray(directions, dtype=np.float64)


def _partitions(n_objectives: int, population: int) -> int:
    if n_objectives < 2:
        raise InputError("nsga3 needs at least two objectives; take de for one")
    partitions = 1
    while _n_directions(n_objectives, partitions + 1) <= population:
        partitions += 1
    return partitions


def _n_directions(n_objectives: int, partitions: int) -> int:
    return math.comb(n_objectives + partitions - 1, partitions)


def _smaller_violation(pop: Any, P: Any, random_state: Any = None, **kwargs: Any) -> Any:
    """Tournament by constraint violation, ties by the algorithm's own generator.

    pymoo 0.6.2 breaks these ties with an unseeded generator (anyoptimization/pymoo#794).
    """
    violation = np.asarray(pop.get("CV"), dtype=np.float64)[:, 0]
    first, second = P[:, 0], P[:, 1]
    coin = random_state.random(len(P)) < 0.5
    is_first = (violation[first] < violation[second]) | ((violation[first] == violation[second]) & coin)
    return np.where(is_first, first, second)[:, None]


_Runner = Callable[[_Parts, int], None]

ALGORITHMS: Mapping[str, _Runner] = {
    "nsga2": _run_pymoo(_nsga2),
    "nsga3": _run_pymoo(_nsga3),
    "gde3": _run_pymoo(_gde3),
    "nsde": _run_pymoo(_nsde),
    "de": _run_pymoo(_de),
    "random": _random,
}

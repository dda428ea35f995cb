"""Search algorithms by name, each set up so that it obeys the space and repeats at one seed."""

from __future__ import annotations

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
from moalloy.optimize.directions import n_directions, reference_directions
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.preference import Preference
from moalloy.optimize.stopping import Budget
from moalloy.optimize.tournaments import smaller_violation, unified

__all__ = ["ALGORITHMS", "Budget", "population_of", "run_algorithm"]

# Matings a generation to fill it up with new alloys; where these find none, the search has run dry.
_N_MATINGS = 40
_NEEDS_SEVERAL = frozenset({"nsga3", "unsga3", "sms_emoa", "rnsga2"})
_BY_DIRECTIONS = frozenset({"nsga3", "unsga3"})


def run_algorithm(
    name: str,
    problem: DesignProblem,
    *,
    budget: Budget,
    seed: int,
    known: FloatArray,
    evaluated: Evaluated,
    listener: Listener,
    n_named: int = 0,
    preference: Preference | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Search within a budget.

    Args:
        name: One of `ALGORITHMS`.
        problem: What to search.
        budget: Population and generations; what else ends a search is for ``is_over`` to know.
        seed: Everything random comes from its SeedSequence.
        known: Alloys of the space to start from, shape ``(n_known, n_columns)``.
        evaluated: What was evaluated; offspring keep out of it, and the listener is to add to it.
        listener: Told of every evaluated alloy, generation by generation.
        n_named: How many of the known alloys, from the first, must be among those started from.
        preference: What `rnsga2` aims at; the others look for the whole front.
        is_over: Asked after each generation whether it was the last.

    Raises:
        InputError: There is no such algorithm, or it can't search this problem.
    """
    if name not in ALGORITHMS:
        raise InputError(f"there is no algorithm {name!r}; there are {', '.join(ALGORITHMS)}")
    if name in _NEEDS_SEVERAL and len(problem.objectives) < 2:
        raise InputError(f"{name} needs at least two objectives; take de for one")
    ALGORITHMS[name](_Parts(problem, budget, known, n_named, evaluated, listener, preference, is_over), seed)


def population_of(name: str, *, n_objectives: int, population: int) -> int:
    """Return the population that an algorithm really uses when it is asked for ``population``.

    NSGA-III's and U-NSGA-III's is their number of reference directions, the most that fit.

    >>> population_of("nsga2", n_objectives=3, population=200)
    200
    >>> population_of("nsga3", n_objectives=3, population=200)
    190
    """
    return n_directions(n_objectives, population) if name in _BY_DIRECTIONS else population


def _random(parts: _Parts, seed: int) -> None:
    """Draw uniformly over the valid grid; the bar that every search must clear."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    for _ in range(parts.budget.generations):
        X = parts.problem.space.sample(parts.budget.population, rng)
        parts.listener(X, parts.problem.evaluate(X))
        if parts.is_over():
            return


def _nsga2(parts: _Parts) -> Any:
    from pymoo.algorithms.moo.nsga2 import NSGA2

    return NSGA2(pop_size=parts.budget.population, **parts.genetic())


def _nsga3(parts: _Parts) -> Any:
    """NSGA-III (Deb, Jain, IEEE Trans. Evol. Comput. 18 (2014) 577), on the directions that fit."""
    from pymoo.algorithms.moo.nsga3 import NSGA3

    return _by_directions(NSGA3, parts, smaller_violation)


def _unsga3(parts: _Parts) -> Any:
    """U-NSGA-III: NSGA-III whose parents are chosen by tournaments within a niche."""
    from pymoo.algorithms.moo.unsga3 import UNSGA3

    return _by_directions(UNSGA3, parts, unified)


def _by_directions(algorithm: Callable[..., Any], parts: _Parts, tournament: Callable[..., Any]) -> Any:
    from pymoo.operators.selection.tournament import TournamentSelection

    directions = reference_directions(len(parts.problem.objectives), parts.budget.population)
    return algorithm(
        ref_dirs=directions,
        pop_size=len(directions),
        selection=TournamentSelection(func_comp=tournament),
        **parts.genetic(),
    )


def _sms_emoa(parts: _Parts) -> Any:
    """Drop what adds least hypervolume (Beume, Naujoks, Emmerich, Eur. J. Oper. Res. 181 (2007) 1653)."""
    from pymoo.algorithms.moo.sms import SMSEMOA

    return SMSEMOA(pop_size=parts.budget.population, **parts.genetic())


def _rnsga2(parts: _Parts) -> Any:
    """R-NSGA-II: the part of the front that is nearest to points named by the user.

    Source: Deb, Sundar, GECCO '06, 635, doi:10.1145/1143997.1144112.
    """
    from pymoo.algorithms.moo.rnsga2 import RNSGA2

    if parts.preference is None:
        raise InputError("rnsga2 needs reference points to aim at; take nsga2 for the whole front")
    n_objectives = len(parts.problem.objectives)
    return RNSGA2(
        ref_points=parts.preference.points,
        pop_size=parts.budget.population,
        # pymoo's own normalization divides by the front's range, which is 0 where trees are flat.
        normalization="no",
        weights=1.0 / (n_objectives * parts.preference.spans**2),
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
    n_named: int
    evaluated: Evaluated
    listener: Listener
    preference: Preference | None
    is_over: Callable[[], bool]

    def genetic(self) -> dict[str, Any]:
        space = self.problem.space
        return {
            "sampling": AlloySampling(space, self.known, self.n_named),
            "crossover": AlloyCrossover(space),
            "mutation": AlloyMutation(space),
            "repair": AlloyRepair(space),
            "eliminate_duplicates": AlloyDuplicates(space, self.evaluated),
        }

    def differential(self) -> dict[str, Any]:
        space = self.problem.space
        return {
            "sampling": AlloySampling(space, self.known, self.n_named),
            "repair": AlloyRepair(space),
        }

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
            if parts.is_over():
                return

    return run


_Runner = Callable[[_Parts, int], None]

ALGORITHMS: Mapping[str, _Runner] = {
    "nsga2": _run_pymoo(_nsga2),
    "nsga3": _run_pymoo(_nsga3),
    "unsga3": _run_pymoo(_unsga3),
    "sms_emoa": _run_pymoo(_sms_emoa),
    "rnsga2": _run_pymoo(_rnsga2),
    "gde3": _run_pymoo(_gde3),
    "nsde": _run_pymoo(_nsde),
    "de": _run_pymoo(_de),
    "random": _random,
}

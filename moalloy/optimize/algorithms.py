"""Search algorithms by name, each set up so that it obeys the space and repeats at one seed.

Another package adds one by an entry point of the group ``moalloy.algorithms``: its name, and a function
that takes a `Setup` and returns a pymoo algorithm, made of what the setup holds. Whatever it does, alloys
are brought back into the space before they are evaluated; and it is refused unless it repeats itself.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.errors import InputError
from moalloy.features.registry import Registry
from moalloy.optimize.adapter import (
    AlloyCrossover,
    AlloyDuplicates,
    AlloyMutation,
    AlloyProblem,
    AlloyRepair,
    AlloySampling,
    FreshRepair,
)
from moalloy.optimize.directions import n_directions, reference_directions
from moalloy.optimize.nsga2 import N_MATINGS, nsga2
from moalloy.optimize.preference import Preference
from moalloy.optimize.recorder import Recorder
from moalloy.optimize.stopping import Budget
from moalloy.optimize.tournaments import smaller_violation, unified
from moalloy.optimize.trial import trial_problem
from moalloy.optimize.variation import AlloyVariation
from moalloy.pareto import HypervolumeScale

__all__ = ["ALGORITHMS", "GROUP", "Budget", "Setup", "population_of", "run_algorithm"]

GROUP = "moalloy.algorithms"

_TRIAL_GENERATIONS = 8
_NEEDS_SEVERAL = frozenset({"nsga3", "unsga3", "sms_emoa", "rnsga2"})
_BY_DIRECTIONS = frozenset({"nsga3", "unsga3"})


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """What an algorithm is built from.

    Attributes:
        problem: What to search.
        budget: Population and generations; what else ends a search is for the recorder to know.
        known: Alloys of the space to start from, shape ``(n_known, n_columns)``.
        recorder: Evaluates, and knows what was evaluated.
        n_named: How many of the known alloys, from the first, must be among those started from.
        preference: What `rnsga2` aims at; the others look for the whole front.
    """

    problem: DesignProblem
    budget: Budget
    known: FloatArray
    recorder: Recorder
    n_named: int = 0
    preference: Preference | None = None

    def genetic(self) -> dict[str, Any]:
        """Return the keyword arguments of pymoo's genetic algorithms: operators that keep the space."""
        space = self.problem.space
        return {
            "sampling": AlloySampling(space, self.known, self.n_named),
            "crossover": AlloyCrossover(space),
            "mutation": AlloyMutation(space),
            "repair": AlloyRepair(space),
            "eliminate_duplicates": AlloyDuplicates(space, self.recorder.evaluated),
        }

    def differential(self) -> dict[str, Any]:
        """Return the keyword arguments of pymoo's differential evolution; see `with_mating_repair`."""
        space = self.problem.space
        return {"sampling": AlloySampling(space, self.known, self.n_named), "repair": AlloyRepair(space)}

    def with_mating_repair(self, algorithm: Any) -> Any:
        """Have children repaired too; pymoo 0.6.2 repairs no more than their first population."""
        algorithm.mating.repair = FreshRepair(self.problem.space, self.recorder.evaluated)
        return algorithm


def run_algorithm(name: str, setup: Setup, seed: int) -> None:
    """Search until the recorder says that it is over, or nothing new is found.

    Args:
        name: One of `ALGORITHMS`, or what an installed package offers.
        setup: What to search, with what.
        seed: Everything random comes from its SeedSequence.

    Raises:
        InputError: There is no such algorithm, or it can't search this problem.
    """
    if name in _NEEDS_SEVERAL and len(setup.problem.objectives) < 2:
        raise InputError(f"{name} needs at least two objectives; take de for one")
    runner = ALGORITHMS.get(name) or _foreign(name)
    runner(setup, seed)


def population_of(name: str, *, n_objectives: int, population: int) -> int:
    """Return the population that an algorithm really uses when it is asked for ``population``.

    NSGA-III's and U-NSGA-III's is their number of reference directions, the most that fit.

    >>> population_of("nsga2", n_objectives=3, population=200)
    200
    >>> population_of("nsga3", n_objectives=3, population=200)
    190
    """
    return n_directions(n_objectives, population) if name in _BY_DIRECTIONS else population


def _random(setup: Setup, seed: int) -> None:
    """Draw uniformly over the valid grid; the bar that every search must clear."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    while True:
        setup.recorder.evaluate(setup.problem.space.sample(setup.budget.population, rng))
        if setup.recorder.is_over():
            return


def _nsga2(setup: Setup, seed: int) -> None:
    def evaluate(X: FloatArray) -> tuple[FloatArray, FloatArray]:
        evaluation = setup.recorder.evaluate(X)
        return evaluation.F, np.maximum(evaluation.G, 0.0).sum(axis=1)

    nsga2(
        AlloyVariation(
            setup.problem.space,
            setup.known,
            setup.recorder.evaluated,
            setup.n_named,
            front=lambda: setup.recorder.front,
        ),
        evaluate,
        population=setup.budget.population,
        rng=np.random.default_rng(np.random.SeedSequence(seed)),
        is_over=setup.recorder.is_over,
    )


def _nsga3(setup: Setup) -> Any:
    """NSGA-III (Deb, Jain, IEEE Trans. Evol. Comput. 18 (2014) 577), on the directions that fit."""
    from pymoo.algorithms.moo.nsga3 import NSGA3

    return _by_directions(NSGA3, setup, smaller_violation)


def _unsga3(setup: Setup) -> Any:
    """U-NSGA-III: NSGA-III whose parents are chosen by tournaments within a niche."""
    from pymoo.algorithms.moo.unsga3 import UNSGA3

    return _by_directions(UNSGA3, setup, unified)


def _by_directions(algorithm: Callable[..., Any], setup: Setup, tournament: Callable[..., Any]) -> Any:
    from pymoo.operators.selection.tournament import TournamentSelection

    directions = reference_directions(len(setup.problem.objectives), setup.budget.population)
    return algorithm(
        ref_dirs=directions,
        pop_size=len(directions),
        selection=TournamentSelection(func_comp=tournament),
        **setup.genetic(),
    )


def _sms_emoa(setup: Setup) -> Any:
    """Drop what adds least hypervolume (Beume, Naujoks, Emmerich, Eur. J. Oper. Res. 181 (2007) 1653)."""
    from pymoo.algorithms.moo.sms import SMSEMOA

    return SMSEMOA(pop_size=setup.budget.population, **setup.genetic())


def _rnsga2(setup: Setup) -> Any:
    """R-NSGA-II: the part of the front that is nearest to points named by the user.

    Source: Deb, Sundar, GECCO '06, 635, doi:10.1145/1143997.1144112.
    """
    from pymoo.algorithms.moo.rnsga2 import RNSGA2

    if setup.preference is None:
        raise InputError("rnsga2 needs reference points to aim at; take nsga2 for the whole front")
    n_objectives = len(setup.problem.objectives)
    return RNSGA2(
        ref_points=setup.preference.points,
        pop_size=setup.budget.population,
        # pymoo's own normalization divides by the front's range, which is 0 where trees are flat.
        normalization="no",
        weights=1.0 / (n_objectives * setup.preference.spans**2),
        **setup.genetic(),
    )


def _gde3(setup: Setup) -> Any:
    from pymoo.algorithms.moo.gde3 import GDE3

    return setup.with_mating_repair(GDE3(pop_size=setup.budget.population, **setup.differential()))


def _nsde(setup: Setup) -> Any:
    from pymoo.algorithms.moo.nsde import NSDE

    return setup.with_mating_repair(NSDE(pop_size=setup.budget.population, **setup.differential()))


def _de(setup: Setup) -> Any:
    """Differential evolution for one objective, rand/1/bin (Storn, Price, J. Glob. Optim. 11 (1997) 341)."""
    from pymoo.algorithms.soo.nonconvex.de import DE

    algorithm = DE(pop_size=setup.budget.population, variant="DE/rand/1/bin", CR=0.5, **setup.differential())
    return setup.with_mating_repair(algorithm)


def _run_pymoo(build: Callable[[Setup], Any]) -> _Runner:
    """Return a runner that drives one of pymoo's algorithms for the budget."""

    def run(setup: Setup, seed: int) -> None:
        from pymoo.termination.max_gen import MaximumGenerationTermination

        algorithm = build(setup)
        algorithm.mating.n_max_iterations = N_MATINGS
        algorithm.setup(
            AlloyProblem(setup.problem, setup.recorder.evaluate),
            seed=int(np.random.SeedSequence(seed).generate_state(1)[0]),
            termination=MaximumGenerationTermination(setup.budget.generations),
            verbose=False,
        )
        # pymoo's NSGA-III turns all warnings off and leaves them so.
        with warnings.catch_warnings():
            while algorithm.has_next():
                algorithm.next()
                if setup.recorder.is_over():
                    return

    return run


def _foreign(name: str) -> _Runner:
    """Return the algorithm that an installed package offers as ``name``, to be tried before it is used."""
    offered = Registry[Callable[[Setup], Any]]("algorithm", group=GROUP, built_in={}, accepts=callable)
    if name not in offered:
        raise InputError(f"there is no algorithm {name!r}; there are {', '.join([*ALGORITHMS, *offered])}")
    run = _run_pymoo(offered[name])

    def try_and_run(setup: Setup, seed: int) -> None:
        if _trial(run, setup, seed) != _trial(run, setup, seed):
            raise InputError(
                f"the algorithm {name!r} of an installed package finds something else each time, at one seed:"
                " its runs could be neither verified nor resumed. It has to draw from the generator that"
                " pymoo hands to its operators."
            )
        run(setup, seed)

    return try_and_run


def _trial(run: _Runner, setup: Setup, seed: int) -> bytes:
    """Return what a few generations evaluate, on objectives that cost nothing."""
    problem = trial_problem(setup.problem)
    budget = Budget(setup.budget.population, _TRIAL_GENERATIONS)
    n_objectives = len(problem.objectives)
    scale = HypervolumeScale((0.0,) * n_objectives, (1.0,) * n_objectives)
    recorder = Recorder(problem, budget=budget, scale=scale)
    run(replace(setup, problem=problem, budget=budget, recorder=recorder), seed)
    return recorder.record("trial", seed).X.tobytes()


_Runner = Callable[[Setup, int], None]

ALGORITHMS: Mapping[str, _Runner] = {
    "nsga2": _nsga2,
    "nsga3": _run_pymoo(_nsga3),
    "unsga3": _run_pymoo(_unsga3),
    "sms_emoa": _run_pymoo(_sms_emoa),
    "rnsga2": _run_pymoo(_rnsga2),
    "gde3": _run_pymoo(_gde3),
    "nsde": _run_pymoo(_nsde),
    "de": _run_pymoo(_de),
    "random": _random,
}

"""moalloy's problem as pymoo sees it: the problem, the repair, the operators, the duplicates.

Sign flips, ``G <= 0`` and pymoo's conventions live here and nowhere above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pymoo.core.crossover import Crossover
from pymoo.core.duplicate import DuplicateElimination
from pymoo.core.mutation import Mutation
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.repair import Repair
from pymoo.core.sampling import Sampling

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.optimize.evaluated import Evaluated
from moalloy.optimize.moves import cross, mutate
from moalloy.optimize.variation import MATED, first_population

__all__ = [
    "AlloyCrossover",
    "AlloyDuplicates",
    "AlloyMutation",
    "AlloyProblem",
    "AlloyRepair",
    "AlloySampling",
    "FreshRepair",
]

# Attempts to move on to an alloy that wasn't evaluated before.
_N_TRIES = 8


class AlloyRepair(Repair):  # type: ignore[misc]
    """Brings rows back into the space, exactly."""

    def __init__(self, space: DesignSpace) -> None:
        super().__init__()
        self.space = space

    def _do(self, problem: Problem, X: FloatArray, **kwargs: Any) -> FloatArray:
        return self.space.repair(np.asarray(X, dtype=np.float64))


class AlloyProblem(Problem):  # type: ignore[misc]
    """A `DesignProblem` for any pymoo algorithm.

    pymoo's own operators leave the simplex. Every row is therefore repaired before it is evaluated:
    ``F`` belongs to ``space.repair(X)``. Pass ``problem.repair`` on as the algorithm's ``repair=`` so
    that its population holds the repaired rows as well (GDE3, NSDE and NSDER ignore the argument: set
    ``algorithm.mating.repair`` too).
    """

    def __init__(
        self, problem: DesignProblem, evaluate: Callable[[FloatArray], Evaluation] | None = None
    ) -> None:
        space = problem.space
        lower = np.zeros(len(space.columns))
        upper = np.ones(len(space.columns))
        for i, variable in enumerate(space.process):
            lower[space.n_elements + i], upper[space.n_elements + i] = variable.lower, variable.upper
        super().__init__(
            n_var=len(space.columns),
            n_obj=1 if problem.weights else len(problem.objectives),
            n_ieq_constr=problem.n_limits,
            xl=lower,
            xu=upper,
        )
        self.design = problem
        self.repair = AlloyRepair(space)
        self._evaluate_valid = evaluate or problem.evaluate

    def __deepcopy__(self, memo: dict[int, Any]) -> AlloyProblem:
        """Return itself: nothing in it changes, and pymoo would copy the models every generation."""
        return self

    def _evaluate(self, X: FloatArray, out: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        valid = self.design.space.repair(np.asarray(X, dtype=np.float64))
        evaluation = self._evaluate_valid(valid)
        out["F"] = self.design.scalarized(evaluation.F) if self.design.weights else evaluation.F
        if self.n_ieq_constr:
            out["G"] = evaluation.G


class FreshRepair(AlloyRepair):
    """Repairs, then moves on what was evaluated before.

    Differential evolution compares each child with its own parent, so a child that repeats an earlier
    alloy can't be dropped; up to two in three do on a coarse grid. It is mutated instead.
    """

    def __init__(self, space: DesignSpace, evaluated: Evaluated) -> None:
        super().__init__(space)
        self.evaluated = evaluated

    def _do(self, problem: Problem, X: FloatArray, random_state: Any = None, **kwargs: Any) -> FloatArray:
        X = super()._do(problem, X)
        for _ in range(_N_TRIES):
            is_stale = ~self.evaluated.is_new(X)
            if not is_stale.any():
                break
            X[is_stale] = mutate(self.space, X[is_stale], random_state)
        return X


class AlloySampling(Sampling):  # type: ignore[misc]
    """The first population: named alloys, known ones and others, as `first_population` has it."""

    def __init__(self, space: DesignSpace, known: FloatArray, n_named: int = 0) -> None:
        super().__init__()
        self.space = space
        self.known = known
        self.n_named = n_named

    def _do(
        self, problem: Problem, n_samples: int, *args: Any, random_state: Any = None, **kwargs: Any
    ) -> FloatArray:
        return first_population(self.space, self.known, n_samples, random_state, n_named=self.n_named)


class AlloyCrossover(Crossover):  # type: ignore[misc]
    """Mixtures of the parents, or an exchange of element subsets; two children a pair."""

    def __init__(self, space: DesignSpace) -> None:
        super().__init__(n_parents=2, n_offsprings=2, prob=MATED)
        self.space = space

    def _do(
        self, problem: Problem, X: FloatArray, *args: Any, random_state: Any = None, **kwargs: Any
    ) -> FloatArray:
        one, other = X
        return np.stack(
            [cross(self.space, one, other, random_state), cross(self.space, other, one, random_state)]
        )


class AlloyMutation(Mutation):  # type: ignore[misc]
    """Transfer between two elements, swap, drop, add, step; or a step of the treatment."""

    def __init__(self, space: DesignSpace) -> None:
        super().__init__(prob=1.0)
        self.space = space

    def _do(
        self, problem: Problem, X: FloatArray, *args: Any, random_state: Any = None, **kwargs: Any
    ) -> FloatArray:
        return mutate(self.space, X, random_state)


class AlloyDuplicates(DuplicateElimination):  # type: ignore[misc]
    """Drops alloys that the search evaluated before, in any generation: O(n), where pymoo's own is O(n²)."""

    def __init__(self, space: DesignSpace, evaluated: Evaluated) -> None:
        super().__init__()
        self.space = space
        self.evaluated = evaluated

    def _do(self, pop: Population, other: Population | None, is_duplicate: BoolArray) -> BoolArray:
        X = _design(pop)
        if other is None:
            return ~self.evaluated.is_new(X)
        taken = set(self.space.keys(_design(other)))
        return np.array([key in taken for key in self.space.keys(X)], dtype=np.bool_)


def _design(population: Population) -> FloatArray:
    return np.array(population.get("X"), dtype=np.float64)

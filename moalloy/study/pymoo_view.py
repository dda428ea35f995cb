"""moalloy's problem for any pymoo algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from moalloy.build.problem import Problem, design_problem
from moalloy.domain.values import Surrogate

if TYPE_CHECKING:
    from moalloy.optimize.adapter import AlloyProblem

__all__ = ["as_pymoo"]


def as_pymoo(problem: Problem, models: Mapping[str, Surrogate]) -> AlloyProblem:
    """Return the problem as a pymoo ``Problem``.

    A row is repaired before it is evaluated: ``F`` belongs to ``problem.space.repair(X)``. Pass
    ``.repair`` on to the algorithm so that its population holds the repaired rows as well.

    Args:
        problem: What to solve.
        models: Surrogates by property, from `moalloy.fit`.
    """
    from moalloy.optimize.adapter import AlloyProblem

    return AlloyProblem(design_problem(problem, models))

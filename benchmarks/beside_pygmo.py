"""pygmo's NSGA-II, which is written in C++, on the problems that moalloy's is timed and judged on.

No script of its own: overhead.py takes it in where pygmo is installed (`pip install pygmo`). The operators'
settings are those of moalloy's side: SBX at 0.9 and 15, polynomial mutation at one over the number of
variables and 20. Objectives are the same Python functions, a population at a time on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pygmo
from pymoo.core.problem import Problem
from pymoo.problems import get_problem
from search_quality import evaluated_by_moalloy, front_of

from moalloy.pareto import HypervolumeScale

__all__ = ["evaluated_by_pygmo", "hypervolume_ratios", "nothing_but_pygmo"]

JUDGED_ON = ("zdt1", "zdt2", "dtlz2")


@dataclass
class Batched:
    """A problem of pymoo's as pygmo wants it, which keeps what was evaluated."""

    problem: Problem
    seen: list[np.ndarray] = field(default_factory=list)

    def __deepcopy__(self, memo: object) -> Batched:
        return self

    def get_nobj(self) -> int:
        return int(self.problem.n_obj)

    def get_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        return self.problem.xl, self.problem.xu

    def fitness(self, x: np.ndarray) -> np.ndarray:
        return self.batch_fitness(x)

    def batch_fitness(self, x: np.ndarray) -> np.ndarray:
        self.seen.append(self.problem.evaluate(x.reshape(-1, self.problem.n_var)))
        return self.seen[-1].ravel()


def evaluated_by_pygmo(problem: Any, *, population: int, generations: int, seed: int) -> np.ndarray:
    """Return the objectives of all that pygmo's NSGA-II evaluates, the first population included."""
    batched, at_once = Batched(problem), pygmo.bfe()
    algorithm = _nsga2(problem.n_var, generations, seed)
    algorithm.set_bfe(at_once)
    first = pygmo.population(pygmo.problem(batched), size=population, seed=seed, b=at_once)
    pygmo.algorithm(algorithm).evolve(first)
    return np.concatenate(batched.seen)


def nothing_but_pygmo(n_var: int, *, population: int, generations: int, seed: int) -> None:
    """Search pygmo's own ZDT1, which is in C++ too: no Python between two generations."""
    first = pygmo.population(pygmo.problem(pygmo.zdt(1, n_var)), size=population, seed=seed)
    pygmo.algorithm(_nsga2(n_var, generations, seed)).evolve(first)


def hypervolume_ratios(seeds: range, *, population: int, generations: int) -> dict[str, list[float]]:
    """Return moalloy's hypervolume over pygmo's: of the medians, and the least and greatest seed by seed."""
    found = {}
    budget = {"population": population, "generations": generations}
    for name in JUDGED_ON:
        problem = get_problem(name)
        truth = problem.pareto_front()
        ideal, nadir = truth.min(axis=0), truth.max(axis=0)
        # The usual reference point: a tenth of the range beyond the worst of the true front.
        scale = HypervolumeScale(tuple(ideal), tuple(ideal + 1.1 * (nadir - ideal)))
        ours, theirs = (
            np.array([scale.hypervolume(front_of(run(problem, seed=seed, **budget))) for seed in seeds])
            for run in (evaluated_by_moalloy, evaluated_by_pygmo)
        )
        ratios = ours / theirs
        of_medians = np.median(ours) / np.median(theirs)
        found[name] = [round(float(value), 4) for value in (of_medians, ratios.min(), ratios.max())]
    return found


def _nsga2(n_var: int, generations: int, seed: int) -> Any:
    """Return the algorithm; the first population counts as a generation, as on the other side."""
    return pygmo.nsga2(gen=generations - 1, cr=0.9, eta_c=15.0, m=1.0 / n_var, eta_m=20.0, seed=seed)

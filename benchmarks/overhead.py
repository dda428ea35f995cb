"""What a search costs beside its objectives: CPU time an evaluation where objectives are free.

    python benchmarks/overhead.py [--rounds 5] [--seeds 10]

pymoo's NSGA-II and moalloy's, the same operators (SBX, polynomial mutation) on ZDT1 (30 variables, 2
objectives) and DTLZ2 (7 and 3), population 500, in turns in one process; that both find the same
hypervolume is for search_quality.py to show. And moalloy's own search for alloys with its moves, repair and
record, in the space of the home problem, on made-up objectives that cost next to nothing. Prints
microseconds an evaluation and the ratio, median and range over the rounds.

Where pygmo is installed (`pip install pygmo`), its NSGA-II in C++ takes part too, on the same Python function
and once more on its own ZDT1 in C++; and hypervolumes after equal evaluations are compared, seed by seed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.optimize import minimize
from pymoo.problems import get_problem
from search_quality import RealVariation

import moalloy
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import Objective
from moalloy.optimize.nsga2 import nsga2
from moalloy.optimize.search import search
from moalloy.optimize.stopping import Budget
from moalloy.optimize.trial import Terraced
from moalloy.pareto import HypervolumeScale

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
POPULATION, GENERATIONS = 500, 20
JUDGED_AFTER = 100  # generations, where hypervolumes are compared


@dataclass
class Free:
    """Objectives that cost next to nothing, counted by the generation."""

    problem: object
    n: int = 0

    def __call__(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.n += 1
        return self.problem.evaluate(X), np.zeros(len(X))  # type: ignore[attr-defined]


def main() -> None:
    """Time all three in turns and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=10, help="For the hypervolumes beside pygmo's.")
    arguments = parser.parse_args()
    design = alloys()
    has_pygmo = find_spec("pygmo") is not None
    sides: dict[str, Callable[[int], object]] = {
        "pymoo": by_pymoo,
        "moalloy": by_moalloy,
        "pymoo_dtlz2": lambda seed: by_pymoo(seed, dtlz2()),
        "moalloy_dtlz2": lambda seed: by_moalloy(seed, dtlz2()),
        "moalloy_alloys": lambda seed: of_alloys(design, seed),
    }
    if has_pygmo:
        sides |= {"pygmo": by_pygmo, "pygmo_native_zdt1": by_pygmo_alone}
    for run in sides.values():
        run(0)
    times = {name: [] for name in sides}
    for seed in range(1, arguments.rounds + 1):
        for name, run in sides.items():
            times[name].append(1e6 * cpu_seconds(run, seed) / (POPULATION * GENERATIONS))
    print(
        json.dumps(
            {
                "benchmark": "overhead",
                "us_an_evaluation": {
                    name: round(float(np.median(found)), 1) for name, found in times.items()
                },
                "over_moalloy": {
                    name: over(times[name], times["moalloy_dtlz2" if "dtlz2" in name else "moalloy"])
                    for name in sides
                    if not name.startswith("moalloy")
                },
                "hypervolume_over_pygmo": beside_pygmo(arguments.seeds)
                if has_pygmo
                else "pygmo isn't installed",
            }
        )
    )


def over(slow: list[float], fast: list[float]) -> list[float]:
    """Return the median, least and greatest ratio, round by round."""
    ratios = np.array(slow) / np.array(fast)
    return [round(float(value), 2) for value in (np.median(ratios), ratios.min(), ratios.max())]


def cpu_seconds(run: Callable[[int], object], seed: int) -> float:
    start = time.process_time()
    run(seed)
    return time.process_time() - start


def dtlz2() -> Problem:
    return get_problem("dtlz2", n_var=7, n_obj=3)


def by_pymoo(seed: int, problem: Problem | None = None) -> None:
    problem = problem or get_problem("zdt1")
    minimize(problem, NSGA2(pop_size=POPULATION), ("n_gen", GENERATIONS), seed=seed)


def by_moalloy(seed: int, problem: Problem | None = None) -> None:
    problem = problem or get_problem("zdt1")
    free = Free(problem)
    nsga2(
        RealVariation(problem),
        free,
        population=POPULATION,
        rng=np.random.default_rng(seed),
        is_over=lambda: free.n == GENERATIONS,
    )


def by_pygmo(seed: int) -> None:
    from beside_pygmo import evaluated_by_pygmo

    evaluated_by_pygmo(get_problem("zdt1"), population=POPULATION, generations=GENERATIONS, seed=seed)


def by_pygmo_alone(seed: int) -> None:
    from beside_pygmo import nothing_but_pygmo

    nothing_but_pygmo(get_problem("zdt1").n_var, population=POPULATION, generations=GENERATIONS, seed=seed)


def beside_pygmo(n_seeds: int) -> dict[str, list[float]]:
    from beside_pygmo import hypervolume_ratios

    return hypervolume_ratios(range(1, n_seeds + 1), population=POPULATION, generations=JUDGED_AFTER)


def alloys() -> DesignProblem:
    """Return the home space with three free objectives."""
    space = moalloy.load_problem(HOME).space
    rng = np.random.default_rng(0)
    names = ("one", "two", "three")
    spans = [1.0] * space.n_elements + [1.0 / max(v.upper - v.lower, 1e-9) for v in space.process]
    surrogates = {name: Terraced(rng.normal(size=len(spans)) * spans) for name in names}
    return DesignProblem(space, tuple(Objective(name, "min") for name in names), surrogates)


def of_alloys(design: DesignProblem, seed: int) -> None:
    search(
        design,
        algorithm="nsga2",
        budget=Budget(POPULATION, GENERATIONS),
        seed=seed,
        scale=HypervolumeScale((900.0,) * 3, (1100.0,) * 3),
        known=np.zeros((0, len(design.space.columns))),
    )


if __name__ == "__main__":
    main()

"""How much of the exact front a search finds after looking at 1, 2 and 5 % of the space.

    python benchmarks/exact_front.py [--seeds 10] [--problem home] [--cache FOLDER]

Three real problems of about a million alloys each are predicted in full, which gives their exact fronts.
Searches then look predictions up. Printed for each: the share of the exact hypervolume that the archive
holds, median and worst over the seeds, for moalloy's default search, for pymoo's NSGA-II with its default
operators and the same repair, for the same with divide-by-sum instead of repair (each composition then
rounded to the grid before it is scored, and left out where that breaks a constraint), and for random
sampling on the grid.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import HypervolumeScale, non_dominated
from moalloy.study.start import known_alloys

FOLDER = Path(__file__).parent.parent / "problems"
PROBLEMS = {
    "home": (
        "fe_soft_magnetic_glass.yaml",
        [
            "space.process.annealing_time_s=3600",
            "space.process.annealing_temperature_K={range: [713, 873], step: 40}",
        ],
    ),
    "nanoperm": ("nanoperm.yaml", ["space.step=0.25"]),
    "six-elements": (
        "fe_6_element_systems.yaml",
        ["space.elements.Fe=[40, 85]", "space.elements.Co.max=45", "space.elements.P.max=18"],
    ),
}
SHARES = (0.01, 0.02, 0.05)
POPULATION = 200


@dataclass(frozen=True)
class Solved:
    """A space with every prediction known."""

    problem: moalloy.Problem
    design: DesignProblem
    codes: np.ndarray
    F: np.ndarray
    known: np.ndarray
    scale: HypervolumeScale
    exact: float

    def look_up(self, X: np.ndarray) -> np.ndarray:
        """Return the objectives of valid alloys, shape ``(n_alloys, n_objectives)``."""
        return self.F[np.searchsorted(self.codes, encode(self.problem, X))]


@dataclass(frozen=True)
class LookedUp(DesignProblem):
    """A design problem whose predictions are looked up."""

    solved: Solved | None = None

    def evaluate(self, X: np.ndarray) -> Evaluation:
        F = self.solved.look_up(X)  # type: ignore[union-attr]
        signed = F * [objective.sign for objective in self.objectives]
        # A record keeps scores, and makes of them what was minimized.
        scores = np.where([objective.is_log for objective in self.objectives], 10.0**signed, signed)
        return Evaluation(scores, F, np.zeros((len(X), 0)))


def main() -> None:
    """Solve each problem exactly, search it, and print a line per problem and method."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--problem", choices=PROBLEMS, action="append")
    parser.add_argument("--cache", type=Path, help="Keep the predictions of the grids here.")
    parser.add_argument("--only", choices=METHODS, action="append")
    arguments = parser.parse_args()
    for name in arguments.problem or PROBLEMS:
        solved = solve(name, arguments.cache)
        for method in arguments.only or METHODS:
            shares = np.array(
                [trace(METHODS[method], solved, seed) for seed in range(1, arguments.seeds + 1)]
            )
            print(
                json.dumps(
                    {
                        "problem": name,
                        "points": len(solved.F),
                        "method": method,
                        "evaluated": list(SHARES),
                        "median": np.round(np.median(shares, axis=0), 4).tolist(),
                        "worst": np.round(shares.min(axis=0), 4).tolist(),
                        "seeds": arguments.seeds,
                    }
                ),
                flush=True,
            )


def solve(name: str, cache: Path | None) -> Solved:
    """Predict the whole grid of a problem."""
    file, changes = PROBLEMS[name]
    problem = moalloy.load_problem(FOLDER / file, [*changes, "model.repeats=1"])
    models = moalloy.fit(problem, jobs=2, cache=cache_folder())
    design = design_problem(problem, models)
    path = None if cache is None else cache / f"{name}.npz"
    if path is not None and path.is_file():
        stored = np.load(path)
        codes, F = stored["codes"], stored["F"]
    else:
        parts = [(encode(problem, X), design.evaluate(X).F) for X in problem.space.enumerate(10_000)]
        codes = np.concatenate([part[0] for part in parts])
        F = np.concatenate([part[1] for part in parts])[np.argsort(codes)]
        codes = np.sort(codes)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(path, codes=codes, F=F)
    known = known_alloys(problem, models)
    scale = hypervolume_scale(design, known)
    return Solved(problem, design, codes, F, known, scale, scale.hypervolume(F[non_dominated(F)]))


def encode(problem: moalloy.Problem, X: np.ndarray) -> np.ndarray:
    """Return one whole number per alloy."""
    code = np.zeros(len(X), dtype=np.int64)
    for column in problem.space.amounts(X).T:
        code = code * (problem.space.composition.n_steps + 1) + column
    for i, variable in enumerate(problem.space.process):
        code = code * variable.n_levels + variable.level_of(X[:, problem.space.n_elements + i])
    return code


def trace(method: Callable[[Solved, int, int], np.ndarray], solved: Solved, seed: int) -> list[float]:
    """Return the share of the exact hypervolume after each share of the space was evaluated."""
    n_most = int(SHARES[-1] * len(solved.F))
    F = method(solved, seed, n_most)
    shares = []
    for share in SHARES:
        part = F[: int(share * len(solved.F))]
        part = part[np.isfinite(part).all(axis=1)]
        shares.append(solved.scale.hypervolume(part[non_dominated(part)]) / solved.exact)
    return shares


def default_search(solved: Solved, seed: int, n: int) -> np.ndarray:
    """Moalloy's default, started from measured alloys as a run is."""
    design = LookedUp(solved.design.space, solved.design.objectives, solved.design.surrogates, solved=solved)
    budget = Budget(POPULATION, -(-n // POPULATION))
    record = search(
        design, algorithm="nsga2", budget=budget, seed=seed, scale=solved.scale, known=solved.known
    )
    return record.F


def pymoo_with_repair(solved: Solved, seed: int, n: int) -> np.ndarray:
    """Pymoo's NSGA-II with its default operators; every row is brought back into the space."""
    return _pymoo(solved, seed, n, solved.problem.space.repair)


def divide_by_sum(solved: Solved, seed: int, n: int) -> np.ndarray:
    """The same, fractions divided by their sum and rounded to the grid; what is invalid scores nothing."""
    space = solved.problem.space

    def onto_grid(X: np.ndarray) -> np.ndarray:
        X = X.copy()
        fractions = X[:, : space.n_elements] / np.maximum(
            X[:, : space.n_elements].sum(axis=1, keepdims=True), 1e-9
        )
        steps = space.composition.n_steps
        X[:, : space.n_elements] = np.rint(fractions * steps) / steps
        for i, variable in enumerate(space.process):
            X[:, space.n_elements + i] = variable.snap(X[:, space.n_elements + i])
        return X

    return _pymoo(solved, seed, n, onto_grid)


def random_sampling(solved: Solved, seed: int, n: int) -> np.ndarray:
    """Uniform draws from the valid grid."""
    return solved.look_up(solved.problem.space.sample(n, seed))


def _pymoo(solved: Solved, seed: int, n: int, place: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    space = solved.problem.space
    log: list[np.ndarray] = []
    lower = [0.01 * float(solved.problem.spec.space.elements[e].min) for e in space.elements]
    upper = [0.01 * float(solved.problem.spec.space.elements[e].max) for e in space.elements]
    lower = [
        0.0 if solved.problem.spec.space.elements[e].or_zero else b
        for e, b in zip(space.elements, lower, strict=True)
    ]

    class Looked(Problem):  # type: ignore[misc]
        def _evaluate(
            self, X: np.ndarray, out: dict[str, np.ndarray], *args: object, **kwargs: object
        ) -> None:
            placed = place(X)
            is_valid = space.contains(placed)
            F = np.full((len(X), solved.F.shape[1]), np.inf)
            F[is_valid] = solved.look_up(placed[is_valid])
            log.append(F)
            out["F"] = np.where(np.isfinite(F), F, 1e6)

    bounds = [(v.lower, v.upper) for v in space.process]
    problem = Looked(
        n_var=len(space.columns),
        n_obj=solved.F.shape[1],
        xl=np.array(lower + [b[0] for b in bounds]),
        xu=np.array(upper + [b[1] for b in bounds]),
    )
    minimize(problem, NSGA2(pop_size=POPULATION), ("n_gen", -(-n // POPULATION)), seed=seed)
    return np.concatenate(log)


METHODS: dict[str, Callable[[Solved, int, int], np.ndarray]] = {
    "moalloy": default_search,
    "pymoo operators, repaired": pymoo_with_repair,
    "pymoo operators, divided by the sum": divide_by_sum,
    "random": random_sampling,
}

if __name__ == "__main__":
    main()

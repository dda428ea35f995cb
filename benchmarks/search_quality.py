"""Is the search any good: on textbook problems beside pymoo's NSGA-II, on alloys beside the exact front.

    python benchmarks/search_quality.py [--seeds 10] [--part textbook] [--part alloys] [--cache FOLDER]

Textbook (ZDT1-4, ZDT6, DTLZ1, 2 and 7; Zitzler, Deb, Thiele, Evol. Comput. 8 (2000) 173; Deb, Thiele,
Laumanns, Zitzler, CEC 2002, 825): moalloy's NSGA-II and pymoo's with the same operators (SBX, polynomial
mutation), population and evaluations. Printed: ratio of the hypervolumes of all that was evaluated, median
over the seeds, and its range.

Alloys: the three problems of exact_front.py, every prediction known. After one per cent of the space:
share of the exact hypervolume for moalloy's searches, for random drawing, and for differential evolution
on weighted sums, the same evaluations shared out over ten weights; and for the measured alloys in the space
as the same surrogates predict them, which a search has to beat to be worth anything.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from exact_front import POPULATION, PROBLEMS, LookedUp, Solved, random_sampling, solve
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.operators.crossover.sbx import cross_sbx
from pymoo.operators.mutation.pm import mut_pm
from pymoo.optimize import minimize
from pymoo.problems import get_problem

from moalloy.optimize.nsga2 import nsga2
from moalloy.optimize.search import search
from moalloy.optimize.stopping import Budget
from moalloy.pareto import HypervolumeScale, non_dominated

# Generations: those with many local fronts need more before hypervolumes mean anything.
TEXTBOOK = {
    "zdt1": 200,
    "zdt2": 200,
    "zdt3": 200,
    "zdt4": 600,
    "zdt6": 400,
    "dtlz1": 600,
    "dtlz2": 200,
    "dtlz7": 200,
}
TEXTBOOK_POPULATION = 100
# Ends of the true front of DTLZ7 with three objectives, which pymoo would have to download.
DTLZ7 = np.array([[0.0, 0.0, 2.6140], [0.8594, 0.8594, 6.0]])
SHARE = 0.01
N_WEIGHTS = 10
SEARCHES = ("nsga2", "nsga3", "gde3", "sms_emoa")


@dataclass(frozen=True)
class RealVariation:
    """Real numbers in a box, varied as pymoo's NSGA-II does by default."""

    problem: Problem

    def first(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return rng.uniform(self.problem.xl, self.problem.xu, (n, self.problem.n_var))

    def children(self, one: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        problem, n_pairs = self.problem, len(one)
        pairs = np.stack([one, other])
        crossed = cross_sbx(
            pairs,
            problem.xl,
            problem.xu,
            np.full((n_pairs, 1), 15.0),
            0.5,
            np.full((n_pairs, 1), 0.5),
            random_state=rng,
        )
        is_crossed = rng.random(n_pairs) < 0.9
        children = np.concatenate(np.where(is_crossed[:, None], crossed, pairs))
        mutants = mut_pm(
            children,
            problem.xl,
            problem.xu,
            np.full(len(children), 20.0),
            np.full(len(children), min(0.5, 1.0 / problem.n_var)),
            at_least_once=False,
            random_state=rng,
        )
        return np.where(rng.random((len(children), 1)) < 0.9, mutants, children)

    def is_new(self, X: np.ndarray) -> np.ndarray:
        keys = np.ascontiguousarray(X).view(f"V{X.itemsize * X.shape[1]}").ravel().tolist()
        new = np.zeros(len(X), dtype=bool)
        new[list({key: i for i, key in reversed(list(enumerate(keys)))}.values())] = True
        return new


def main() -> None:
    """Print a JSON line per problem."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--part", choices=("textbook", "alloys"), action="append")
    parser.add_argument("--cache", type=Path, help="Keep the predictions of the grids here.")
    arguments = parser.parse_args()
    seeds = range(1, arguments.seeds + 1)
    parts = arguments.part or ("textbook", "alloys")
    for line in [
        *(textbook(name, seeds) for name in TEXTBOOK if "textbook" in parts),
        *(alloys(name, seeds, arguments.cache) for name in PROBLEMS if "alloys" in parts),
    ]:
        for record in line:
            print(json.dumps(record), flush=True)


def textbook(name: str, seeds: range) -> Iterator[dict[str, object]]:
    """Compare with pymoo on one problem."""
    problem = get_problem(name)
    truth = DTLZ7 if name == "dtlz7" else problem.pareto_front()
    ideal, nadir = truth.min(axis=0), truth.max(axis=0)
    # The usual reference point: a tenth of the range beyond the worst of the true front.
    scale = HypervolumeScale(tuple(ideal), tuple(ideal + 1.1 * (nadir - ideal)))
    budget = {"population": TEXTBOOK_POPULATION, "generations": TEXTBOOK[name]}
    ours, theirs = [], []
    for seed in seeds:
        ours.append(scale.hypervolume(front_of(evaluated_by_moalloy(problem, **budget, seed=seed))))
        theirs.append(scale.hypervolume(front_of(_evaluated_by_pymoo(problem, **budget, seed=seed))))
    ratios = np.array(ours) / np.array(theirs)
    yield {
        "problem": name,
        "hypervolume_over_pymoo": round(float(np.median(ours) / np.median(theirs)), 4),
        "median_of_ratios": round(float(np.median(ratios)), 4),
        "range_of_ratios": [round(float(ratios.min()), 4), round(float(ratios.max()), 4)],
        "seeds": len(ratios),
    }


def front_of(F: np.ndarray) -> np.ndarray:
    return F[non_dominated(F)]


def evaluated_by_moalloy(problem: Problem, *, population: int, generations: int, seed: int) -> np.ndarray:
    """Return the objectives of all that moalloy's NSGA-II evaluates, the first population included."""
    seen: list[np.ndarray] = []

    def evaluate(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.append(problem.evaluate(X))
        return seen[-1], np.zeros(len(X))

    nsga2(
        RealVariation(problem),
        evaluate,
        population=population,
        rng=np.random.default_rng(seed),
        is_over=lambda: len(seen) == generations,
    )
    return np.concatenate(seen)


def _evaluated_by_pymoo(problem: Problem, *, population: int, generations: int, seed: int) -> np.ndarray:
    seen: list[np.ndarray] = []

    def note(algorithm: Any) -> None:
        seen.append(algorithm.off.get("F") if algorithm.off is not None else algorithm.pop.get("F"))

    algorithm = NSGA2(pop_size=population)
    minimize(problem, algorithm, ("n_gen", generations), seed=seed, callback=note)
    return np.concatenate(seen)


def alloys(name: str, seeds: range, cache: Path | None) -> Iterator[dict[str, object]]:
    """Compare searches after one per cent of a space that is known in full."""
    solved = solve(name, cache)
    n = int(SHARE * len(solved.F))
    methods: dict[str, Callable[[int], np.ndarray]] = {
        algorithm: lambda seed, algorithm=algorithm: _searched(solved, algorithm, seed, n)  # type: ignore[misc]
        for algorithm in SEARCHES
    }
    methods["differential evolution on weighted sums"] = lambda seed: _weighted(solved, seed, n)
    methods["random"] = lambda seed: random_sampling(solved, seed, n)
    for method, run in methods.items():
        shares = [_share(solved, run(seed)[:n]) for seed in seeds]
        yield {
            "problem": name,
            "method": method,
            "evaluated": n,
            "share_of_exact": round(float(np.median(shares)), 4),
            "range": [round(min(shares), 4), round(max(shares), 4)],
            "seeds": len(shares),
        }
    measured = _share(solved, solved.look_up(solved.known))
    yield {
        "problem": name,
        "method": "measured alloys",
        "evaluated": len(solved.known),
        "share_of_exact": round(measured, 4),
    }


def _share(solved: Solved, F: np.ndarray) -> float:
    return solved.scale.hypervolume(front_of(F)) / solved.exact


def _design(solved: Solved, **changes: object) -> LookedUp:
    plain = LookedUp(solved.design.space, solved.design.objectives, solved.design.surrogates, solved=solved)
    return replace(plain, **changes)  # type: ignore[arg-type]


def _searched(solved: Solved, algorithm: str, seed: int, n: int) -> np.ndarray:
    budget = Budget(POPULATION, -(-n // POPULATION) + 1)
    record = search(
        _design(solved), algorithm=algorithm, budget=budget, seed=seed, scale=solved.scale, known=solved.known
    )
    return record.F


def _weighted(solved: Solved, seed: int, n: int) -> np.ndarray:
    """Spread weights evenly over the simplex, on objectives brought to the scale of the hypervolume."""
    objectives = solved.design.objectives
    rng = np.random.default_rng(seed)
    spans = np.subtract(solved.scale.reference, solved.scale.ideal)
    # `scalarized` takes natural logarithms of what is logarithmic; F has decadic ones.
    units = np.array([np.log(10.0) if o.is_log else 1.0 for o in objectives]) * spans
    found = []
    for weights in rng.dirichlet(np.ones(len(objectives)), N_WEIGHTS):
        design = _design(
            solved, weights={o.name: float(w) for o, w in zip(objectives, weights / units, strict=True)}
        )
        record = search(
            design,
            algorithm="de",
            budget=Budget(50, n // N_WEIGHTS // 50),
            seed=int(rng.integers(2**31)),
            scale=solved.scale,
            known=solved.known,
        )
        found.append(record.F)
    return np.concatenate(found)


if __name__ == "__main__":
    main()

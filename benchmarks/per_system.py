"""Hypervolume of one search that chooses among all chemical systems, against one search for each of them.

    python benchmarks/per_system.py [--seeds 5] [--population 20] [--generations 40]

The problem is `problems/fe_6_element_systems.yaml`. Every system gets a search of the given population and
generations; what they find together is one front. A single search over the whole space then gets as many
evaluations as they used, with the population of the file. Printed: one line of JSON with the hypervolumes of
both, seed by seed on one scale, and the ratio of the single search's to the other.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.record import SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import HypervolumeScale, non_dominated
from moalloy.study.one_search import SearchPlan
from moalloy.study.stages import Progress, Stages
from moalloy.study.start import known_alloys
from moalloy.study.systems import search_systems

PROBLEM = Path(__file__).parent.parent / "problems" / "fe_6_element_systems.yaml"


def main() -> None:
    """Run both kinds of search with every seed and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--population", type=int, default=20)
    parser.add_argument("--generations", type=int, default=40)
    arguments = parser.parse_args()
    changes = [f"optimize.population={arguments.population}", f"optimize.generations={arguments.generations}"]
    problem = moalloy.load_problem(PROBLEM, ["model.repeats=1", "optimize.per_system=true", *changes])
    single_population = moalloy.load_problem(PROBLEM).spec.optimize.population
    models = moalloy.fit(problem, cache=cache_folder())
    design = design_problem(problem, models)
    known = known_alloys(problem, models)
    scale = hypervolume_scale(design, known)
    single, separate, evaluations = [], [], []
    for seed in range(1, arguments.seeds + 1):
        quiet = Stages(None, Progress())
        plan = SearchPlan(with_seed(problem, seed), design, "nsga2", scale, known, 0, quiet)
        records = search_systems(plan)
        n_evaluations = sum(record.reports[-1].n_evaluations for record in records)
        budget = Budget(
            single_population, n_evaluations // single_population + 1, max_evaluations=n_evaluations
        )
        record = search(design, algorithm="nsga2", budget=budget, seed=seed, scale=scale, known=known)
        evaluations.append([record.reports[-1].n_evaluations, n_evaluations])
        single.append(hypervolume([record], scale))
        separate.append(hypervolume(records, scale))
    ratios = np.array(single) / np.array(separate)
    print(
        json.dumps(
            {
                "systems": len(problem.systems),
                "evaluations": evaluations,
                "single": np.round(single, 4).tolist(),
                "per_system": np.round(separate, 4).tolist(),
                "ratio_median": round(float(np.median(ratios)), 4),
                "ratio_range": [round(float(ratios.min()), 4), round(float(ratios.max()), 4)],
            }
        )
    )


def with_seed(problem: moalloy.Problem, seed: int) -> moalloy.Problem:
    """Return the problem with one seed."""
    optimize = problem.spec.optimize.model_copy(update={"seeds": (seed,)})
    return replace(problem, spec=problem.spec.model_copy(update={"optimize": optimize}))


def hypervolume(records: list[SearchRecord], scale: HypervolumeScale) -> float:
    """Return the hypervolume of what several searches found together."""
    F = np.concatenate([record.F for record in records])
    return scale.hypervolume(F[non_dominated(F)])


if __name__ == "__main__":
    main()

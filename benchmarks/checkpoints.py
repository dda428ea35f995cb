"""What it costs to keep a search while it runs, so that a kill at any moment loses next to nothing.

    python benchmarks/checkpoints.py [--rounds 5] [--problem problems/fe_soft_magnetic_glass.yaml]

Prints the share of a search's CPU time that goes into its journal, median and range over the rounds: both
are taken from one search, since two searches differ by more than the journal costs.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.optimize.record import Generation
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.optimize.stopping import Budget
from moalloy.runs.journal import Journal
from moalloy.study.start import known_alloys
from moalloy.surrogates.fitted import FittedSurrogate

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
BUDGET = Budget(population=200, generations=40)


def main() -> None:
    """Measure it in some searches and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--problem", type=Path, default=HOME)
    arguments = parser.parse_args()
    problem = moalloy.load_problem(arguments.problem, ["model.repeats=1"])
    models = moalloy.fit(problem, jobs=2, cache=cache_folder())
    found = [measured(problem, models) for _ in range(arguments.rounds + 1)][1:]  # the first one warms up
    shares = [share for share, _ in found]
    print(
        json.dumps(
            {
                "benchmark": "checkpoints",
                "share_of_cpu": round(float(np.median(shares)), 5),
                "range": [round(min(shares), 5), round(max(shares), 5)],
                "files_written": [n_files for _, n_files in found],
                "evaluations": BUDGET.population * BUDGET.generations,
            }
        )
    )


def measured(problem: moalloy.Problem, models: Mapping[str, FittedSurrogate]) -> tuple[float, int]:
    """Return the journal's share of one search's CPU time, and how many files it wrote."""
    design, known = design_problem(problem, models), known_alloys(problem, models)
    scale, spent = hypervolume_scale(design, known), 0.0
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "search")

        def keep(generation: Generation) -> None:
            nonlocal spent
            start = time.process_time()
            journal.add(generation)
            spent += time.process_time() - start

        start = time.process_time()
        search(design, algorithm="nsga2", budget=BUDGET, seed=1, scale=scale, known=known, keep=keep)
        return spent / (time.process_time() - start), len(list(Path(folder).rglob("*.npz")))


if __name__ == "__main__":
    main()

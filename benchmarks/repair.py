"""How near repair comes to the nearest valid composition, and what it costs beside a prediction.

    python benchmarks/repair.py [--spaces 40] [--rows 50] [--batches 20]

Prints a line each. Excess: how much farther the repaired row lies from its target than the nearest valid
composition, found by trying all of them, for targets where ranges and sum alone don't give a valid one; on
random small spaces some of whose constraints stay outside the diagram, and on others repaired by support, as
a large diagram is. Median over rows, and quartiles of the medians of the spaces. Cost: time of `repair` over
that of predicting the same rows with the surrogates of the home problem, for mixtures of two parents; median
and range over batches of 200.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

import moalloy
import moalloy.domain.composition_space as engine
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.build.space import build_space
from moalloy.domain.composition_space import CompositionSpace
from moalloy.domain.projection import nearest_in_box
from moalloy.spec import parse_spec
from tests.domain.checker import to_yaml
from tests.domain.random_words import random_words

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
N_ROWS_OF_A_BATCH = 200
LARGEST = 50_000
LEAST_ROWS = 5


def main() -> None:
    """Measure both and print a JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spaces", type=int, default=40)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--batches", type=int, default=20)
    arguments = parser.parse_args()
    print(json.dumps({"excess": "behind filters", **excess("filters", arguments)}), flush=True)
    print(json.dumps({"excess": "by support", **excess("support", arguments)}), flush=True)
    print(json.dumps({"cost": "repair / prediction", **cost(arguments.batches)}), flush=True)


def excess(kind: str, arguments: argparse.Namespace) -> dict[str, object]:
    """Return the relative excess distance over random spaces of one kind."""
    by_space, seed = [], 0
    while len(by_space) < arguments.spaces:
        seed += 1
        space = small_space(seed, kind)
        ratios = [] if space is None else of_space(space, arguments.rows, seed, by_support=kind == "support")
        if len(ratios) >= LEAST_ROWS:
            by_space.append(ratios)
    rows = np.concatenate(by_space)
    medians = [float(np.median(item)) for item in by_space]
    return {
        "median_pct": round(100 * float(np.median(rows)), 2),
        "mean_pct": round(100 * float(rows.mean()), 2),
        "quartiles_of_spaces_pct": np.round(100 * np.quantile(medians, [0.25, 0.75]), 2).tolist(),
        "worst_space_pct": round(100 * max(medians), 2),
        "share_exact": round(float((rows < 1e-9).mean()), 3),
        "spaces": len(by_space),
        "rows": len(rows),
    }


def small_space(seed: int, kind: str) -> CompositionSpace | None:
    """Return a random space of 100 to 50,000 compositions, None where this seed gives none of the kind."""
    words = random_words(seed, max_elements=8).without_process()
    if kind == "support":
        words = replace(words, limits=())
    space = build_space(parse_spec(to_yaml(words)).space).composition
    if kind == "filters" and not space.has_filters:
        return None
    if kind == "support" and (space.has_filters or not space.constraints):
        return None
    return space if 100 <= space.n_ranks <= LARGEST and space.count() >= 20 else None


def of_space(space: CompositionSpace, n_rows: int, seed: int, *, by_support: bool) -> np.ndarray:
    """Return ``(d - d_nearest) / d_nearest`` of targets whose nearest point by ranges alone is invalid."""
    rng = np.random.default_rng(seed)
    points = np.concatenate(list(space.enumerate(0, space.n_ranks, chunk=10_000)))
    pairs = points[rng.integers(len(points), size=(n_rows, 2))]
    share = rng.uniform(-0.25, 1.25, (n_rows, 1))
    targets = pairs[:, 0] + share * (pairs[:, 1] - pairs[:, 0]) + rng.normal(0, 2, pairs[:, 0].shape)
    lower = np.array([0 if item.or_zero else item.lower for item in space.ranges])
    upper = np.array([item.upper for item in space.ranges])
    targets = targets[~space.contains(nearest_in_box(targets, lower, upper, total=space.n_steps))]
    usual = engine._SEARCHABLE_EDGES
    if by_support:
        engine._SEARCHABLE_EDGES = -1  # as if the diagram were large
    try:
        repaired = space.repair(targets)
    finally:
        engine._SEARCHABLE_EDGES = usual
    found = np.sqrt(((repaired - targets) ** 2).sum(axis=1))
    nearest = np.sqrt(np.array([((points - target) ** 2).sum(axis=1).min() for target in targets]))
    return (found - nearest) / np.maximum(nearest, 1e-9)


def cost(n_batches: int) -> dict[str, object]:
    """Return the time of repair over that of prediction, on the home problem."""
    problem = moalloy.load_problem(HOME, ["model.repeats=1"])
    models = moalloy.fit(problem, jobs=2, cache=cache_folder())
    design, space = design_problem(problem, models), problem.space
    rng = np.random.default_rng(0)
    ratios, repairs = [], []
    for _ in range(n_batches + 1):
        one, other = space.sample(N_ROWS_OF_A_BATCH, rng), space.sample(N_ROWS_OF_A_BATCH, rng)
        X = one + rng.uniform(-0.25, 1.25, (N_ROWS_OF_A_BATCH, 1)) * (other - one)
        started = time.perf_counter()
        valid = space.repair(X)
        repaired = time.perf_counter()
        design.evaluate(valid)
        repairs.append((repaired - started) / N_ROWS_OF_A_BATCH)
        ratios.append((repaired - started) / (time.perf_counter() - repaired))
    ratios, repairs = ratios[1:], repairs[1:]  # the first batch builds the diagram
    return {
        "median": round(float(np.median(ratios)), 3),
        "range": [round(min(ratios), 3), round(max(ratios), 3)],
        "repair_us_per_row": round(1e6 * float(np.median(repairs)), 1),
        "batches": n_batches,
    }


if __name__ == "__main__":
    main()

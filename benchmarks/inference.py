"""How much faster packed trees are read than XGBoost reads them, at the sizes that searches and screens have.

    python benchmarks/inference.py [--rounds 9]

15 members x 400 trees of depth 6 on 100 features (alloys of the home space and random numbers), and the
models of the home problem itself with their own features. Scores are compared to the last bit before anything
is timed. Both read in turns in one process on one thread. Prints one JSON line: CPU time a row, the ratio and
its range over the rounds, comparisons a second, and what a process pays once before the first row.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.models import cache_folder, fit
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.forest import Forest
from moalloy.surrogates.trees import Trees, TreeSettings, fit_trees

PROBLEM = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
SIZES = (100, 500, 10_000)
N_MEMBERS, N_FEATURES, N_ROWS = 15, 100, 2000
SETTINGS = TreeSettings(n_trees=400, depth=6)


def main() -> None:
    """Time both and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    problem = moalloy.load_problem(PROBLEM)
    rng = np.random.default_rng(0)
    members = [trees(seed, rows(problem, N_ROWS, rng)) for seed in range(N_MEMBERS)]
    start = time.process_time()
    from moalloy.surrogates.forest_kernel import read_forest

    forests = [Forest.of(json.loads(member.booster.save_raw("json"))) for member in members]
    read_forest(forests[0], rows(problem, 1, rng))
    seconds = time.process_time() - start
    found: dict[str, object] = {}
    for n in SIZES:
        X = rows(problem, n, rng)
        by_xgboost = [member.booster.inplace_predict(X, predict_type="margin") for member in members]
        assert all(map(np.array_equal, by_xgboost, [read_forest(forest, X) for forest in forests]))
        times = in_turns(
            lambda X=X: [member.predict(X) for member in members],
            lambda X=X: [read_forest(forest, X) for forest in forests],
            n=n,
            rounds=rounds,
        )
        visits = sum(len(forest.feature) for forest in forests) / np.median(times[1]) / 1e3
        found[f"{n} rows"] = described(times) | {"comparisons_per_s_e9": round(float(visits), 2)}
    found["home problem"] = home(problem, rounds)
    versions = {name: metadata.version(name) for name in ("xgboost-cpu", "numba", "numpy")}
    print(json.dumps({"benchmark": "inference", **found, "start_s": round(seconds, 1), "versions": versions}))


def home(problem: moalloy.Problem, rounds: int) -> dict[str, object]:
    """Compare the whole predictions of the home problem's models, features and all."""
    models = fit(problem, jobs=2, cache=cache_folder())
    packed = {name: model.packed() for name, model in models.items()}
    found: dict[str, object] = {}
    for n in SIZES:
        X = problem.space.sample(n, seed=n)
        assert all(
            np.array_equal(models[name].predict_mean(X), packed[name].predict_mean(X)) for name in models
        )
        times = in_turns(lambda X=X: predict(models, X), lambda X=X: predict(packed, X), n=n, rounds=rounds)
        found[f"{n} rows"] = described(times)
    return found


def predict(models: dict[str, FittedSurrogate], X: np.ndarray) -> list[np.ndarray]:
    return [model.predict_mean(X) for model in models.values()]


def rows(problem: moalloy.Problem, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return alloys of the home space beside random numbers, as float32 features."""
    X = problem.space.sample(n, rng)
    others = rng.normal(size=(n, N_FEATURES - X.shape[1]))
    return np.ascontiguousarray(np.column_stack([X, others]), dtype=np.float32)


def trees(seed: int, X: np.ndarray) -> Trees:
    """Return a member that grows to the full depth."""
    rng = np.random.default_rng(seed)
    target = (
        np.sin(30.0 * X[:, :6] @ rng.normal(size=6)) + 0.3 * X[:, 20] * X[:, 21] + rng.normal(size=len(X))
    )
    return fit_trees(X, target.astype(np.float64), settings=SETTINGS, seed=seed)


def in_turns(
    one: Callable[[], object], other: Callable[[], object], *, n: int, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return microseconds of CPU time a row in each round."""
    repeats = max(1, 2000 // n)
    times = np.empty((2, rounds))
    for i in range(rounds):
        for side, run in enumerate((one, other)):
            start = time.process_time()
            for _ in range(repeats):
                run()
            times[side, i] = 1e6 * (time.process_time() - start) / (repeats * n)
    return times[0], times[1]


def described(times: tuple[np.ndarray, np.ndarray]) -> dict[str, object]:
    ratios = times[0] / times[1]
    return {
        "xgboost_us": round(float(np.median(times[0])), 2),
        "packed_us": round(float(np.median(times[1])), 2),
        "ratio": round(float(np.median(ratios)), 1),
        "range": [round(float(ratios.min()), 1), round(float(ratios.max()), 1)],
    }


if __name__ == "__main__":
    main()

"""What a GPU is worth: training and screening with `device: cuda` against the CPU.

    pip install xgboost   # in place of xgboost-cpu
    python benchmarks/cuda.py [--rounds 5]

Trains one member of a model (300 trees of depth 6) on 2,000 and on 100,000 made-up rows of 50 features, and
reads the same trees for 1,000,000 alloys, 10,000 at a time as an exhaustive search does: by XGBoost on either
device, the copy of features to it included, and by packed trees on the CPU, which is what a search without a
GPU does. Wall time, one CPU thread, in turns; predictions are compared first. Prints CPU over GPU, median and
range over the rounds. Where XGBoost finds no GPU it says so and ends.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from typing import Literal

import numpy as np
import xgboost

from moalloy.surrogates.forest import Forest
from moalloy.surrogates.learner import Scorer
from moalloy.surrogates.packed import PackedTrees
from moalloy.surrogates.trees import GpuTrees, Trees, TreeSettings, fit_trees, why_no_gpu

N_FEATURES, N_SCREENED, CHUNK = 50, 1_000_000, 10_000
TRAINING_ROWS = (2_000, 100_000)
# Scores are sums of float32, in another order on a GPU.
TOLERANCE = 1e-4
Device = Literal["cpu", "cuda"]


def main() -> None:
    """Time both devices and print one JSON line, or why there is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    n_rounds = parser.parse_args().rounds
    reason = why_no_gpu()
    if reason is not None:
        print(json.dumps({"benchmark": "cuda", "skipped": reason}))
        return
    training = {str(n): ratios(*training_on(n), n_rounds) for n in TRAINING_ROWS}
    by_xgboost, by_packed, by_gpu = screening()
    print(
        json.dumps(
            {
                "benchmark": "cuda",
                "training_cpu_over_gpu": training,
                "screening_cpu_over_gpu": ratios(by_xgboost, by_gpu, n_rounds),
                "screening_packed_over_gpu": ratios(by_packed, by_gpu, n_rounds),
                "versions": {"xgboost": xgboost.__version__, "moalloy": metadata.version("moalloy")},
            }
        )
    )


def made_up(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features and a target that trees of full depth are needed for."""
    rng = np.random.default_rng(0)
    features = rng.random((n_rows, N_FEATURES), dtype=np.float32)
    target = np.sin(8.0 * features @ rng.normal(size=N_FEATURES)) + 0.1 * rng.normal(size=n_rows)
    return features, target


def trained(features: np.ndarray, target: np.ndarray, device: Device) -> Trees:
    return fit_trees(features, target, settings=TreeSettings(), seed=0, device=device)


def training_on(n_rows: int) -> tuple[Callable[[], object], Callable[[], object]]:
    features, target = made_up(n_rows)
    return lambda: trained(features, target, "cpu"), lambda: trained(features, target, "cuda")


def screening() -> list[Callable[[], np.ndarray]]:
    """Return predictions of many alloys by XGBoost, by packed trees and on the GPU, after comparing them."""
    trees = trained(*made_up(TRAINING_ROWS[0]), "cpu")
    features = made_up(N_SCREENED)[0]
    packed = PackedTrees(trees, Forest.of(json.loads(trees.booster.save_raw("json"))))

    def read_by(reader: Scorer) -> np.ndarray:
        return np.concatenate([reader.predict(part) for part in np.split(features, N_SCREENED // CHUNK)])

    readers = [partial(read_by, reader) for reader in (trees, packed, GpuTrees.of(trees))]
    first, *others = [read() for read in readers]
    assert all(np.abs(first - other).max() <= TOLERANCE for other in others)
    return readers


def ratios(by_cpu: Callable[[], object], by_gpu: Callable[[], object], n_rounds: int) -> dict[str, object]:
    """Return CPU over GPU wall time, median, least and greatest, and both medians, after a warm-up."""
    wall_seconds(by_cpu), wall_seconds(by_gpu)
    pairs = np.array([(wall_seconds(by_cpu), wall_seconds(by_gpu)) for _ in range(n_rounds)])
    found = pairs[:, 0] / pairs[:, 1]
    return {
        "ratio": [round(float(value), 2) for value in (np.median(found), found.min(), found.max())],
        "seconds": [round(float(value), 3) for value in np.median(pairs, axis=0)],
    }


def wall_seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

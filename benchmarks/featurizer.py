"""How much faster moalloy computes the same features of elements than matminer.

    pip install matminer
    python benchmarks/featurizer.py [--rounds 5] [--alloys 500]

The block `statistics` (22 element properties, 5 statistics each) against matminer's `ElementProperty` with
the preset `magpie`. The alloys are built-in measured ones, each different. First it counts the columns that
agree within 1e-6 relative in every alloy and names those that don't; then it times both sides in turns in one
process: the ratio of CPU time a row, median and range over the rounds. `ratio` is to matminer asked for the
columns that both have, `ratio_to_preset` to the preset as it is, with the mode as a sixth statistic. matminer
gets its alloys parsed beforehand, moalloy starts from atomic fractions.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Callable
from importlib import metadata

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from matminer.featurizers.composition import ElementProperty
from pymatgen.core import Composition

from moalloy.domain.composition import parse_formula
from moalloy.features.present import present_elements
from moalloy.features.statistics import PROPERTIES, STATISTICS, elemental_statistics
from moalloy.tables import builtin_path

# matminer's names of the statistics, in moalloy's order.
MATMINER_STATISTICS = ("mean", "avg_dev", "minimum", "maximum", "range")
TOLERANCE = 1e-6
# A call of moalloy takes about a millisecond; this many are timed together.
REPEATS = 50


def main() -> None:
    """Compare, then time, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alloys", type=int, default=500)
    arguments = parser.parse_args()
    elements, fractions = measured_alloys(arguments.alloys)
    compositions = [
        Composition({e: float(c) for e, c in zip(elements, row, strict=True) if c > 0}) for row in fractions
    ]
    preset = ElementProperty.from_preset("magpie", impute_nan=False)
    alike = ElementProperty("magpie", list(PROPERTIES), list(MATMINER_STATISTICS), impute_nan=False)

    def by_moalloy() -> np.ndarray:
        return elemental_statistics(present_elements(fractions, elements))

    def by_matminer(featurizer: ElementProperty) -> np.ndarray:
        return np.array([featurizer.featurize(composition) for composition in compositions])

    agreement = compared(by_moalloy(), by_matminer(alike))
    times = [
        (
            cpu_us(lambda: by_matminer(preset), len(fractions)),
            cpu_us(lambda: by_matminer(alike), len(fractions)),
            cpu_us(lambda: [by_moalloy() for _ in range(REPEATS)], REPEATS * len(fractions)),
        )
        for _ in range(arguments.rounds)
    ]
    preset_us, alike_us, ours_us = (float(np.median(side)) for side in zip(*times, strict=True))
    print(
        json.dumps(
            {
                "benchmark": "featurizer",
                "ratio": spread([alike / ours for _, alike, ours in times]),
                "ratio_to_preset": spread([whole / ours for whole, _, ours in times]),
                "alloys": len(fractions),
                "columns": agreement,
                "us_a_row": {
                    "matminer_preset": round(preset_us, 1),
                    "matminer": round(alike_us, 1),
                    "moalloy": round(ours_us, 2),
                },
                "versions": {
                    name: metadata.version(name) for name in ("moalloy", "matminer", "pymatgen", "numpy")
                },
            }
        )
    )


def measured_alloys(n: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Return element symbols, and atomic fractions of the first ``n`` different built-in alloys."""
    with builtin_path("glass_forming").open(encoding="utf-8") as file:
        formulas = [row["formula"] for row in csv.DictReader(line for line in file if line[0] != "#")]
    alloys = [parse_formula(formula).at_pct for formula in dict.fromkeys(formulas)][:n]
    elements = tuple(sorted({symbol for alloy in alloys for symbol in alloy}))
    fractions = np.array([[float(alloy.get(symbol, 0)) for symbol in elements] for alloy in alloys]) / 100.0
    return elements, fractions / fractions.sum(axis=1, keepdims=True)


def compared(ours: np.ndarray, theirs: np.ndarray) -> dict[str, object]:
    """Return how many columns agree, the largest relative difference in them, and which don't."""
    # matminer goes property by property, moalloy statistic by statistic.
    theirs = theirs.reshape(-1, len(PROPERTIES), len(STATISTICS)).swapaxes(1, 2).reshape(ours.shape)
    size = np.maximum(np.abs(ours), np.abs(theirs))
    # A spread that should be 0 is left with the rounding of the numbers that it is the difference of.
    smallest = np.maximum(TOLERANCE * size.max(axis=0), np.finfo(float).tiny)
    difference = np.abs(ours - theirs) / np.maximum(size, smallest)
    is_equal = (difference <= TOLERANCE).all(axis=0)  # a NaN is unequal
    labels = [f"{statistic} {name}" for statistic in MATMINER_STATISTICS for name in PROPERTIES]
    return {
        "equal": int(is_equal.sum()),
        "of": len(is_equal),
        "largest_difference": float(f"{difference[:, is_equal].max():.1e}"),
        "unequal": [label for label, equal in zip(labels, is_equal, strict=True) if not equal],
    }


def cpu_us(work: Callable[[], object], n_rows: int) -> float:
    start = time.process_time()
    work()
    return 1e6 * (time.process_time() - start) / n_rows


def spread(ratios: list[float]) -> list[int]:
    """Return the median, the least and the greatest."""
    return [round(float(value)) for value in (np.median(ratios), min(ratios), max(ratios))]


if __name__ == "__main__":
    main()

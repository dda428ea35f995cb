"""Where the time and the memory of a default search go.

    python benchmarks/shares.py [--rounds 5] [--generations 20] [--population 500] [--problem FILE]

Time: shares of a search's CPU time, each moment counted once: inside the surrogates' predictions
(`inference`), in keeping what was evaluated (`recording`, with the journal on disk) and its `hypervolume`,
in `moves` that make children, in telling which of them are `duplicates`, in `ranking`, and in the `rest`.
Real surrogates of the home problem, median and range over the rounds, with packed trees, as the home
problem's searches have them, and with XGBoost's; `within_inference` splits the first of the shares, as
parts of the whole.

Memory: what a generation leaves behind for good, by Python's own count of what it holds (`tracemalloc`), with
the lines of code that hold most. From 200 generations drawn at random in the same space, on made-up
objectives: what is kept of an alloy depends neither on where it came from nor on what predicts it.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from overhead import alloys
from part_clock import Part, measured

import moalloy
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.optimize import nsga2
from moalloy.optimize.record import GenerationReport
from moalloy.optimize.recorder import Recorder
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.optimize.stopping import Budget
from moalloy.optimize.variation import AlloyVariation
from moalloy.pareto import HypervolumeScale
from moalloy.runs.journal import Journal
from moalloy.study.start import known_alloys
from moalloy.surrogates import transitions
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.packed import PackedTrees
from moalloy.surrogates.training import Inputs
from moalloy.surrogates.trees import Trees

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
# What is timed, and the part of a search that it belongs to; a part holds what none inside it does.
PARTS: tuple[Part, ...] = (
    (FittedSurrogate, "predict_mean", "inference"),
    (FittedSurrogate, "predict", "inference"),
    (FittedSurrogate, "probability", "inference"),
    (Recorder, "_take_in", "recording"),
    (Recorder, "record", "recording"),
    (Journal, "add", "recording"),
    (HypervolumeScale, "hypervolume", "hypervolume"),
    (AlloyVariation, "first", "moves"),
    (AlloyVariation, "children", "moves"),
    (AlloyVariation, "is_new", "duplicates"),
    (nsga2, "_best", "ranking"),
    (nsga2, "_tournaments", "ranking"),
)
WITHIN_INFERENCE: tuple[Part, ...] = (
    (Trees, "predict", "trees"),
    (PackedTrees, "predict", "trees"),
    (Inputs, "features_of", "features"),
    (transitions, "_differences", "transitions"),
    (PropertyModel, "_highest", "ceiling"),
)
MEMORY_BETWEEN = (40, 200)  # generations; before, buffers and caches are filled


def main() -> None:
    """Measure shares, then memory, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--generations", type=int, default=20)
    parser.add_argument("--population", type=int, default=500)
    parser.add_argument("--problem", type=Path, default=HOME)
    arguments = parser.parse_args()
    problem = moalloy.load_problem(arguments.problem, ["model.repeats=1"])
    models = moalloy.fit(problem, jobs=2, cache=cache_folder())
    budget = Budget(arguments.population, arguments.generations)
    seconds_by(PARTS, problem, models, Budget(arguments.population, 2), seed=0)
    rounds = range(1, arguments.rounds + 1)
    engines = {"packed": {name: item.packed() for name, item in models.items()}, "xgboost": models}
    shares: dict[str, object] = {}
    for engine, surrogates in engines.items():
        found = [seconds_by(PARTS, problem, surrogates, budget, seed=seed) for seed in rounds]
        within = [
            seconds_by(PARTS + WITHIN_INFERENCE, problem, surrogates, budget, seed=seed) for seed in rounds
        ]
        totals = [1e6 * sum(one.values()) / (budget.population * budget.generations) for one in found]
        shares[engine] = {
            "share_of_cpu": {part: spread(found, part) for _, _, part in PARTS}
            | {"rest": spread(found, "rest")},
            "within_inference": {part: spread(within, part) for _, _, part in WITHIN_INFERENCE},
            "us_an_evaluation": round(float(np.median(totals)), 1),
        }
    print(json.dumps({"benchmark": "shares", **shares, "memory": memory(arguments.population)}))


def seconds_by(
    parts: tuple[Part, ...],
    problem: moalloy.Problem,
    models: Mapping[str, FittedSurrogate],
    budget: Budget,
    *,
    seed: int,
) -> dict[str, float]:
    """Return the CPU seconds of one search by part."""
    design, known = design_problem(problem, models), known_alloys(problem, models)
    scale = hypervolume_scale(design, known)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "search")
        with measured(parts) as clock:
            search(
                design,
                algorithm="nsga2",
                budget=budget,
                seed=seed,
                scale=scale,
                known=known,
                keep=journal.add,
            )
    return clock.spent


def spread(found: list[dict[str, float]], part: str) -> list[float]:
    """Return the median, least and greatest share of a part."""
    shares = [one[part] / sum(one.values()) for one in found]
    return [round(float(value), 4) for value in (np.median(shares), min(shares), max(shares))]


def memory(population: int) -> dict[str, object]:
    """Return the kB that a generation leaves behind, in all and by the lines that hold most of it."""
    design = alloys()
    snapshots: list[tracemalloc.Snapshot] = []

    def look(report: GenerationReport) -> None:
        if report.generation in MEMORY_BETWEEN:
            snapshots.append(tracemalloc.take_snapshot())

    tracemalloc.start()
    search(
        design,
        algorithm="random",
        budget=Budget(population, MEMORY_BETWEEN[1]),
        seed=1,
        scale=HypervolumeScale((900.0,) * 3, (1100.0,) * 3),
        known=np.zeros((0, len(design.space.columns))),
        progress=look,
    )
    tracemalloc.stop()
    grown = snapshots[1].compare_to(snapshots[0], "lineno")
    each = 1e3 * (MEMORY_BETWEEN[1] - MEMORY_BETWEEN[0])
    by_line = {}
    for line in grown[:4]:
        frame = line.traceback[0]
        by_line[f"{Path(frame.filename).name}:{frame.lineno}"] = round(line.size_diff / each, 1)
    return {"kB_a_generation": round(sum(line.size_diff for line in grown) / each, 1), "by_line": by_line}


if __name__ == "__main__":
    main()

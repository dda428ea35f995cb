"""How the cost of evaluating every alloy of a space grows with the space: it should be in proportion.

    python benchmarks/screening.py [--rounds 3] [--largest 1e7] [--model]

Spaces of five elements (Fe, B, Si, Nb, Cu) on a grid of 0.5 at.%; the least iron decides how many alloys
there are, about 1e5, 3e5 and 1e6, with `--largest` up to about 1e7. Objectives are made up and cost next to
nothing, so what is timed is what moalloy adds: enumeration, ranking, merging. With `--model` the surrogates
of the home problem predict, in spaces of 3e4 to 3e5 alloys.

Each search has a fresh process. Prints the slope of the logarithm of CPU time against the logarithm of size,
fitted to all rounds together, the least and greatest slope of single rounds, and that of the fastest search
of each size, which other work on the machine disturbed least; microseconds an alloy; and by how much each
process's peak memory (its largest resident set) grew while it searched.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.models import cache_folder
from moalloy.build.problem import design_problem
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import Objective
from moalloy.optimize.exhaustive import search_everything
from moalloy.optimize.search import hypervolume_scale
from moalloy.optimize.trial import Terraced
from moalloy.study.exhaustive import closeness_to_measured

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
# Steps of 0.5 at.% that the other four elements share: n give C(n + 4, 4) alloys.
STEPS = {101_270: 37, 316_251: 50, 971_635: 67, 3_183_545: 91, 10_334_625: 123}
STEPS_WITH_MODEL = {31_465: 27, 101_270: 37, 316_251: 50}
LARGEST = 1e6


def main() -> None:
    """Search every space in a process of its own and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=float, default=LARGEST, help="About how many alloys, 1e5 to 1e7.")
    parser.add_argument("--model", action="store_true", help="Real surrogates, in small spaces.")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(searched(arguments.one, has_model=arguments.model)))
        return
    sizes = STEPS_WITH_MODEL if arguments.model else STEPS
    steps = [n for size, n in sizes.items() if size <= 1.1 * arguments.largest]
    rounds = [[in_a_process(n, has_model=arguments.model) for n in steps] for _ in range(arguments.rounds)]
    by_size = list(zip(*rounds, strict=True))
    slopes = [slope([one]) for one in rounds]
    fastest = [min(found, key=lambda one: one["cpu_s"]) for found in by_size]
    print(
        json.dumps(
            {
                "benchmark": "screening",
                "slope": round(slope(rounds), 3),
                "range": [round(min(slopes), 3), round(max(slopes), 3)],
                "slope_of_fastest": round(slope([fastest]), 3),
                "alloys": [found[0]["alloys"] for found in by_size],
                "us_an_alloy": [
                    round(1e6 * median(found, "cpu_s") / found[0]["alloys"], 2) for found in by_size
                ],
                "peak_MB": [round(median(found, "peak_MB"), 1) for found in by_size],
                "grown_MB": [round(median(found, "grown_MB"), 1) for found in by_size],
                "front": [found[0]["front"] for found in by_size],
                "surrogates": "home problem" if arguments.model else "made up",
            }
        )
    )


def in_a_process(n_steps: int, *, has_model: bool) -> dict[str, float]:
    asked = [sys.executable, __file__, "--one", str(n_steps), *(["--model"] if has_model else [])]
    return json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def searched(n_steps: int, *, has_model: bool) -> dict[str, float]:
    """Search one space; return its size, CPU seconds, peak memory and the front's size."""
    design = with_models(n_steps) if has_model else made_up(n_steps)
    scale, closeness = hypervolume_scale(design, design.space.sample(1, 0)), closeness_to_measured(design)
    before, start = peak_MB(), time.process_time()
    record = search_everything(design, scale=scale, closeness=closeness)
    seconds, peak = time.process_time() - start, peak_MB()
    return {
        "alloys": record.n_alloys,
        "cpu_s": seconds,
        "peak_MB": peak,
        "grown_MB": peak - before,
        "front": len(record.X),
    }


def problem_of(n_steps: int) -> moalloy.Problem:
    """Return the home problem in a space of C(n_steps + 4, 4) alloys."""
    most = n_steps / 2
    others = ", ".join(f"{symbol}: [0, {most}]" for symbol in ("B", "Si", "Nb", "Cu"))
    changes = [
        f"space.elements={{Fe: [{100 - most}, 100], {others}}}",
        "space.count={min: 1, max: 5}",
        "space.groups={}",
        "space.constraints=[]",
        "space.process={annealing_temperature_K: 753, annealing_time_s: 3600}",
        "model.repeats=1",
    ]
    return moalloy.load_problem(HOME, changes)


def with_models(n_steps: int) -> DesignProblem:
    problem = problem_of(n_steps)
    models = moalloy.fit(problem, cache=cache_folder())
    return design_problem(problem, {name: model.packed() for name, model in models.items()})


def made_up(n_steps: int) -> DesignProblem:
    """Return a space with three objectives that cost next to nothing."""
    space = problem_of(n_steps).space
    rng = np.random.default_rng(0)
    slopes = 10.0 * rng.normal(size=(3, space.n_elements)) @ np.eye(space.n_elements, len(space.columns))
    names = ("one", "two", "three")
    surrogates = {name: Terraced(slope) for name, slope in zip(names, slopes, strict=True)}
    return DesignProblem(space, tuple(Objective(name, "min") for name in names), surrogates)


def slope(rounds: list[list[dict[str, float]]]) -> float:
    """Return the slope of log CPU time over log size."""
    found = [one for searches in rounds for one in searches]
    size, seconds = (np.log([one[name] for one in found]) for name in ("alloys", "cpu_s"))
    return float(np.polyfit(size, seconds, 1)[0])


def median(found: tuple[dict[str, float], ...], name: str) -> float:
    return float(np.median([one[name] for one in found]))


def peak_MB() -> float:
    """Return the largest resident set of this process so far; Linux counts it in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

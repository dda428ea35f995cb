"""What two processes are worth, and what it costs not to tell OpenMP how many threads to use.

    python benchmarks/processes.py [--rounds 5] [--generations 400] [--part efficiency|threads]

The efficiency is the time of two searches one after the other, before and after, over twice the time of
both side by side in processes that are there already, as in all stages of a run but the first. What their
start costs is told beside it, in seconds. A pair of spin loops before and after says how many cores were
free meanwhile: with fewer than 1.8 a round is void, and left out. The ratio is the CPU time of a whole run
in a fresh process with OMP_NUM_THREADS unset over that of one with it set to 1, in turns.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HOME = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Cores that have to be free for a pair of anything to run side by side.
FREE_CORES = 1.8
# Some seconds: next to less, the start of two processes would read as cores that aren't free.
SPINS = 60_000_000
SMALL = ("model.members=3", "model.repeats=1", "optimize.window=none")


def main() -> None:
    """Measure both in some rounds and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--problem", type=Path, default=HOME)
    parser.add_argument("--generations", type=int, default=400)
    parser.add_argument("--part", choices=["efficiency", "threads"], help="measure this alone")
    arguments = parser.parse_args()
    result: dict[str, object] = {"benchmark": "processes"}
    if arguments.part != "threads":
        start, found = efficiencies(arguments.problem, arguments.rounds, arguments.generations)
        valid = [efficiency for efficiency, cores in found if cores >= FREE_CORES]
        result |= {
            "efficiency": median(valid) if valid else "void: two cores were never free",
            "efficiency_range": spread(valid),
            "start_seconds": round(start, 1),
            "rounds": [{"efficiency": round(e, 3), "free_cores": round(c, 2)} for e, c in found],
        }
    if arguments.part != "efficiency":
        ratios = [unset_over_one(arguments.problem) for _ in range(arguments.rounds)]
        result |= {"omp_unset_over_one": median(ratios), "omp_range": spread(ratios)}
    print(json.dumps(result))


def efficiencies(path: Path, rounds: int, generations: int) -> tuple[float, list[tuple[float, float]]]:
    """Return what the start of processes costs; per round the efficiency and the cores that were free."""
    import moalloy
    from moalloy.build.models import cache_folder
    from moalloy.study.one_search import SearchUnit
    from moalloy.study.preparation import checked_starts, prepared
    from moalloy.study.side_searches import side_by_side
    from moalloy.study.stages import Progress, Stages
    from moalloy.study.stopping import budget_of
    from moalloy.workers import ALONE, Processes, Workers

    problem = moalloy.load_problem(path, [*SMALL, f"optimize.generations={generations}"])
    starts, stages = checked_starts(problem, is_fitted=False), Stages(None, Progress())
    plan = prepared(problem, None, starts, stages, workers=ALONE, cache=cache_folder()).plan
    units = [SearchUnit(seed, budget_of(problem.spec.optimize)) for seed in (1, 2)]

    def seconds(workers: Workers) -> float:
        start = time.perf_counter()
        side_by_side(plan, units, workers=workers, tell=lambda unit, record, is_done: None)
        return time.perf_counter() - start

    together = Processes(2)
    first = seconds(together)
    start = first - seconds(together)
    found = []
    for _ in range(rounds):
        cores = free_cores()
        before, both, after = seconds(ALONE), seconds(together), seconds(ALONE)
        found.append(((before + after) / (4.0 * both), min(cores, free_cores())))
    return start, found


def free_cores() -> float:
    """Return how many cores two spin loops get: their CPU time over the time that passes."""
    start, cpu = time.perf_counter(), cpu_seconds()
    pair(spin)
    return (cpu_seconds() - cpu) / (time.perf_counter() - start)


def cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def pair(work: Callable[[], None]) -> None:
    processes = [multiprocessing.Process(target=work) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def spin() -> None:
    total = 0
    for i in range(SPINS):
        total += i


def unset_over_one(path: Path) -> float:
    """Return the ratio of the CPU time of two whole runs, the surrogates fitted anew."""
    unset = {name: value for name, value in os.environ.items() if name not in THREADS}
    return run_seconds(path, unset) / run_seconds(path, unset | dict.fromkeys(THREADS, "1"))


def run_seconds(path: Path, environment: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        settings = [*SMALL, "optimize.seeds=[1, 2]", "optimize.generations=20"]
        command = [sys.executable, "-m", "moalloy", "run", str(path), "--out", f"{folder}/run", "-q"]
        command += [part for setting in settings for part in ("--set", setting)]
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            command, env=environment | {"MOALLOY_CACHE": folder}, check=True, stdout=subprocess.DEVNULL
        )
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def median(values: list[float]) -> float:
    middle = sorted(values)[(len(values) - 1) // 2 : len(values) // 2 + 1]
    return round(sum(middle) / len(middle), 3)


def spread(values: list[float]) -> list[float]:
    return [round(min(values), 3), round(max(values), 3)] if values else []


if __name__ == "__main__":
    main()

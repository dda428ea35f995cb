"""Several algorithms on one problem: the same surrogates, seeds and number of evaluations for all."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from moalloy.build.choice import choose_algorithm, expected_seconds
from moalloy.build.engine import ready_to_search
from moalloy.build.problem import Problem, design_problem, load_problem
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.errors import InputError, NoFeasibleAlloyError, ProblemFileError
from moalloy.optimize.algorithms import population_of
from moalloy.optimize.record import EXHAUSTIVE, SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.optimize.stopping import Budget
from moalloy.pareto import HypervolumeScale
from moalloy.runs.comparisons import ComparisonFolder
from moalloy.study.comparison import Comparison, judge, trial_of
from moalloy.study.exhaustive import exhausted
from moalloy.study.start import known_alloys
from moalloy.study.study import Progress
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.workers import Local, suited

__all__ = ["Contest", "check_algorithms", "check_settings", "compare_algorithms"]

# Generations may bring fewer new alloys than the population; so many times the usual number are allowed.
_PATIENCE = 4
_UNFIT = {
    "auto": "it is no algorithm: it chooses one. Name those to compare",
    "rnsga2": "it aims at points and not at the whole front, which is what is judged here",
}


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """A comparison of algorithms.

    Attributes:
        comparison: The scores.
        design: What was searched; its objectives give the reference point its units.
        evaluations: Of every search.
        front_reason: Where the reference front comes from, as a clause.
        warnings: What a reader must know, such as searches that ran dry.
    """

    comparison: Comparison
    design: DesignProblem
    evaluations: int
    front_reason: str
    warnings: tuple[str, ...]


def check_algorithms(path: Path, overrides: Sequence[str], algorithms: Sequence[str]) -> None:
    """Refuse algorithms that can't search the problem, all at once.

    Args:
        path: The problem file.
        overrides: Changes of it.
        algorithms: Names.

    Raises:
        InputError: With each algorithm that doesn't fit and why.
    """
    faults = [f"{name}: {_reason(path, overrides, name)}" for name in algorithms]
    unfit = [fault for fault in faults if not fault.endswith(": ")]
    unfit += [f"{name}: it is named twice" for name in sorted(set(algorithms)) if algorithms.count(name) > 1]
    if unfit:
        raise InputError("these algorithms can't be compared on this problem:\n  " + "\n  ".join(unfit))
    if not set(algorithms) - {EXHAUSTIVE}:
        raise InputError("there is nothing to compare: name an algorithm beside exhaustive, such as nsga2")


def check_settings(problem: Problem, evaluations: int) -> None:
    """Refuse budgets and aims that leave nothing to compare.

    Raises:
        InputError: There are fewer evaluations than a population, or weights instead of a front.
    """
    optimize = problem.spec.optimize
    if evaluations < optimize.population:
        raise InputError(
            f"{evaluations} evaluations are fewer than the population of {optimize.population}: no search "
            "would get beyond its first alloys. Raise --evaluations or lower optimize.population"
        )
    if optimize.scalarize is not None:
        raise InputError(
            "scalarize looks for one optimum, and hypervolume and IGD+ judge fronts: delete it to compare"
        )


def compare_algorithms(
    problem: Problem,
    algorithms: Sequence[str],
    models: Mapping[str, FittedSurrogate],
    *,
    seeds: Sequence[int],
    evaluations: int,
    folder: ComparisonFolder | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Contest:
    """Search with every algorithm and seed, and score what was known after exactly so many evaluations.

    What else could end a search (``generations``, ``stagnation``, ``max_seconds``) is left aside. Where
    every alloy can be evaluated in little time, or ``exhaustive`` is among the algorithms, the reference
    front is the exact one.

    Args:
        problem: What to search; ``optimize.population`` counts.
        algorithms: Names that `check_algorithms` let pass.
        models: The surrogates, the same for all.
        seeds: One search of each algorithm per seed.
        evaluations: Of every search.
        folder: Where searches are kept, and taken from if they are there.
        jobs: Searches at a time. The scores don't depend on it.
        progress: Where to report to.

    Raises:
        InputError: There are fewer evaluations than a population, or weights instead of a front.
        NoFeasibleAlloyError: A search found no alloy that meets the limits.
    """
    check_settings(problem, evaluations)
    progress = progress or Progress()
    n_alloys = len(algorithms) * len(seeds) * evaluations
    design = design_problem(problem, ready_to_search(models, n_alloys=n_alloys))
    known = known_alloys(problem, models)
    scale = hypervolume_scale(design, known)
    arena = _Arena(problem, design, scale, known, evaluations)
    guided = [name for name in algorithms if name != EXHAUSTIVE]
    tasks = [(name, seed) for name in guided for seed in seeds]
    records = _all_searched(arena, tasks, folder=folder, jobs=jobs, progress=progress)
    trials = [
        trial_of(record, problem.space, contender=record.algorithm, evaluations=evaluations)
        for record in records
    ]
    blank = [f"{trial.contender} with seed {trial.seed}" for trial in trials if not len(trial.F)]
    if blank:
        raise NoFeasibleAlloyError(
            f"no alloy meets what is required (limits, domain) after {evaluations} evaluations of "
            f"{', '.join(blank)}; loosen that or allow more evaluations"
        )
    exact, reason = _exact_front(
        arena, is_asked=EXHAUSTIVE in algorithms, folder=folder, jobs=jobs, progress=progress
    )
    comparison = judge(trials, scale=scale, front=exact, front_kind="joint" if exact is None else "exact")
    return Contest(comparison, design, evaluations, reason, _ran_dry(comparison, evaluations))


def _reason(path: Path, overrides: Sequence[str], name: str) -> str:
    """Return why an algorithm can't search a problem; empty if it can."""
    if name in _UNFIT:
        return _UNFIT[name]
    try:
        load_problem(path, [*overrides, f"optimize.algorithm={name}"])
    except ProblemFileError as error:
        # Hints are for the file, and may name what can't be compared either.
        return "; ".join(f"{fault.found}, expected {fault.expected}" for fault in error.faults)
    return ""


def _ran_dry(comparison: Comparison, evaluations: int) -> tuple[str, ...]:
    return tuple(
        f"{score.contender} with seed {score.seed} ran dry after {score.evaluations} of {evaluations} "
        "evaluations: it found no alloy that was new"
        for score in comparison.scores
        if score.evaluations < evaluations
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Arena:
    """What all searches share."""

    problem: Problem
    design: DesignProblem
    scale: HypervolumeScale
    known: FloatArray
    evaluations: int

    def budget(self, algorithm: str) -> Budget:
        """Return what makes at least so many evaluations; what is beyond them is cut."""
        asked = self.problem.spec.optimize.population
        used = population_of(algorithm, n_objectives=len(self.design.objectives), population=asked)
        return Budget(
            population=asked,
            generations=_PATIENCE * -(-self.evaluations // used),
            max_evaluations=self.evaluations + used - 1,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Timed:
    """A search and what it took."""

    record: SearchRecord
    wall: float
    cpu: float


def _searched(arena: _Arena, task: tuple[str, int]) -> _Timed:
    algorithm, seed = task
    wall, cpu = time.perf_counter(), time.thread_time()
    record = search(
        arena.design,
        algorithm=algorithm,
        budget=arena.budget(algorithm),
        seed=seed,
        scale=arena.scale,
        known=arena.known,
    )
    return _Timed(record, time.perf_counter() - wall, time.thread_time() - cpu)


def _all_searched(
    arena: _Arena,
    tasks: Sequence[tuple[str, int]],
    *,
    folder: ComparisonFolder | None,
    jobs: int,
    progress: Progress,
) -> list[SearchRecord]:
    """Return the record of each search, made or finished before; each is kept as soon as it is there."""
    records: dict[tuple[str, int], SearchRecord] = {}
    for algorithm, seed in tasks:
        record = None if folder is None else folder.searches.read_search(algorithm, seed, arena.problem)
        if record is not None:
            progress.message(f"{algorithm}, seed {seed}: finished before")
            records[algorithm, seed] = record
    missing = [task for task in tasks if task not in records]
    seconds = expected_seconds(arena.problem, arena.evaluations * len(missing))
    workers = suited(Local(jobs), arena, seconds=seconds)
    with closing(workers.finished(_searched, arena, missing)) as finished:
        for number, timed in finished:
            algorithm, seed = missing[number]
            records[algorithm, seed] = timed.record
            if folder is not None:
                folder.searches.write_search(timed.record, arena.problem)
                folder.add_seconds(algorithm, seed, wall=timed.wall, cpu=timed.cpu)
            progress.message(f"{algorithm}, seed {seed}: {timed.wall:.1f} s")
    return [records[task] for task in tasks]


def _exact_front(
    arena: _Arena, *, is_asked: bool, folder: ComparisonFolder | None, jobs: int, progress: Progress
) -> tuple[FloatArray | None, str]:
    """Return the minimized objectives of the exact front where it can be had, and why or why not."""
    problem = arena.problem
    choice = choose_algorithm(problem.with_optimize(algorithm="auto"))
    if not (is_asked or choice.is_exhaustive):
        return None, f"the joint front of all searches, since {choice.reason}"
    progress.message("every alloy is evaluated for the exact front")
    record = exhausted(
        problem,
        arena.design,
        arena.scale,
        folder=None if folder is None else folder.searches,
        workers=Local(jobs),
        say=progress.message,
        progress=progress.generation,
    )
    return record.F[record.is_feasible], f"the exact front of all {record.n_alloys:,} alloys"

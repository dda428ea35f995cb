"""One optimization from a problem to its front, seeded, in memory or in a run folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from moalloy.build.checks import check_tables, support_warnings
from moalloy.build.choice import Choice, choose_algorithm
from moalloy.build.models import fit
from moalloy.build.problem import Problem, design_problem
from moalloy.build.starts import each_once, read_starts
from moalloy.domain.problem import DesignProblem
from moalloy.domain.systems import systems_of
from moalloy.domain.values import FloatArray
from moalloy.optimize.algorithms import population_of
from moalloy.optimize.record import GenerationReport, SearchRecord
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.pareto import HypervolumeScale
from moalloy.runs import RunFolder, open_run
from moalloy.study.exhaustive import exhausted
from moalloy.study.front import Front, pareto_front
from moalloy.study.rescoring import drop_of_front, unseen_columns, unseen_predictions
from moalloy.study.start import known_alloys, starts_in_words
from moalloy.study.stopping import as_long_as, budget_of, limits_in_words, stop_in_words, stops, time_warnings
from moalloy.study.systems import search_systems, summary_of_systems, systems_table
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["Progress", "StudyResult", "run"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a study reports to while it works; each call is cheap and may be left out."""

    message: Callable[[str], None] = lambda text: None
    generation: Callable[[int, GenerationReport], None] = lambda seed, report: None


@dataclass(frozen=True, slots=True, eq=False)
class StudyResult:
    """What a study found.

    Attributes:
        front: The Pareto front over all seeds and systems, the columns of pareto.csv.
        X: The front's alloys, shape ``(n_alloys, n_columns)``.
        F: Their minimized objectives as printed, shape ``(n_alloys, n_objectives)``.
        hypervolume: Hypervolume of the front, normalized by ``scale``; above 1 where alloys pass its ideal.
        winners_curse: By how much the front drops when models judge it that never saw its neighbors, as
            `drop_of_front` tells it; empty where nothing was learned.
        scale: The ideal and reference points that it was normalized by.
        records: Every evaluated alloy, search by search.
        models: The surrogates.
        out: The run folder, None if nothing was written.
    """

    front: pd.DataFrame
    X: FloatArray
    F: FloatArray
    hypervolume: float
    winners_curse: Mapping[str, object]
    scale: HypervolumeScale
    records: tuple[SearchRecord, ...]
    models: Mapping[str, FittedSurrogate]
    out: Path | None


def run(
    problem: Problem,
    models: Mapping[str, FittedSurrogate] | None = None,
    seed: int | None = None,
    jobs: int = 1,
    out: str | Path | None = None,
    *,
    resume: bool = False,
    cache: Path | None = None,
    progress: Progress | None = None,
    lengths: Mapping[int, int] | None = None,
) -> StudyResult:
    """Fit where needed, search with every seed, and return the front.

    Args:
        problem: What to solve.
        models: Surrogates from `fit`; fitted here where omitted.
        seed: One search with this seed; the problem's ``seeds`` where omitted.
        jobs: Members trained and searches run at a time. The result doesn't depend on it.
        out: A folder to write the run into; nothing is written where omitted.
        resume: Go on in ``out`` where an interrupted run of the same problem stopped.
        cache: A folder that keeps fits between runs.
        progress: Where to report to.
        lengths: Generations by seed, in place of a time limit: how to repeat a run that a clock ended.

    Raises:
        EmptySpaceError: The constraints leave no alloy.
        ProblemFileError: A file to start from can't be used, or there are too many systems.
        TableError: A table can't be trained on.
        NoFeasibleAlloyError: No alloy that was found meets the limits.
        RunFolderError: ``out`` holds another run, or anything else, and ``resume`` isn't set.
        MachineError: ``out`` can't be written.
    """
    if seed is not None:
        problem = _with_seeds(problem, (seed,))
    progress = progress or Progress()
    # Before anything is fitted or written: an empty space or a table without numbers makes it all vain.
    problem.space.sample(1)
    starts, systems = read_starts(problem), problem.systems
    if models is None and not resume:
        check_tables(problem)
    folder = None if out is None else open_run(Path(out), problem, resume=resume)
    if folder is not None and models is not None:
        folder.note_given_models()
    stages = _Stages(folder, progress)
    with stages.timed("fit"):
        fitted = stages.models(problem, models, jobs=jobs, cache=cache)
    for text in starts.said:
        stages.say(text)
    warnings = [*support_warnings(problem, fitted), *starts.warnings]
    for warning in warnings:
        stages.say(f"warning: {warning}")
    design = design_problem(problem, fitted)
    with stages.timed("search"):
        measured = known_alloys(problem, fitted)
        # Without the alloys that are started from: so hypervolumes with and without them can be compared.
        scale = hypervolume_scale(design, measured)
        known = each_once(problem.space, np.concatenate([starts.X, measured]))
        choice = choose_algorithm(problem)
        if systems:
            records = search_systems(
                problem,
                design,
                algorithm=choice.algorithm,
                scale=scale,
                known=known,
                n_named=len(starts.X),
                reference_points=_reference_points(design, problem.spec.optimize.reference_points),
                folder=folder,
                jobs=jobs,
                say=stages.say,
            )
        else:
            records = _search_all(
                problem,
                design,
                scale,
                known,
                stages,
                choice=choice,
                jobs=jobs,
                lengths=lengths or {},
                n_named=len(starts.X),
            )
        warnings = [*warnings, *time_warnings(records)]
    with stages.timed("front"):
        front = pareto_front(problem, design, fitted, records)
        hypervolume = scale.hypervolume(front.F)
        if systems:
            front = replace(front, table=front.table.assign(system=systems_of(problem.space, front.X)))
    with stages.timed("rescoring"):
        stages.say(
            f"front: {len(front.table)} alloys, judged again by models that never saw what is near them"
        )
        unseen = unseen_predictions(problem, fitted, front.X, jobs=jobs)
        front = replace(front, table=pd.concat([front.table, unseen_columns(unseen)], axis=1))
        drop = drop_of_front(design, front, unseen, scale)
        if folder is not None:
            folder.write_front(front.table)
            if systems:
                folder.write_systems(systems_table(design, front, records, scale))
    if folder is not None:
        summary = _summary(design, front, records, scale, hypervolume)
        summary |= {"winners_curse": drop, "warnings": warnings}
        summary |= {"algorithm": choice.algorithm, "algorithm_reason": choice.reason}
        if systems:
            summary |= summary_of_systems(records, scale, n_systems=len(systems))
        folder.finish(summary, stages.seconds)
    return StudyResult(
        front=front.table,
        X=front.X,
        F=front.F,
        hypervolume=hypervolume,
        winners_curse=drop,
        scale=scale,
        records=tuple(records),
        models=fitted,
        out=None if folder is None else folder.path,
    )


def _with_seeds(problem: Problem, seeds: tuple[int, ...]) -> Problem:
    optimize = problem.spec.optimize.model_copy(update={"seeds": seeds})
    return replace(problem, spec=problem.spec.model_copy(update={"optimize": optimize}))


class _Stages:
    """The stages of one run: what is done already is read from its folder, what isn't is done and kept."""

    def __init__(self, folder: RunFolder | None, progress: Progress) -> None:
        self.folder = folder
        self.progress = progress
        self.seconds: dict[str, float] = {}

    def timed(self, stage: str) -> _Timer:
        return _Timer(stage, self.seconds)

    def say(self, text: str) -> None:
        self.progress.message(text)
        if self.folder is not None:
            self.folder.log(text)

    def models(
        self,
        problem: Problem,
        given: Mapping[str, FittedSurrogate] | None,
        *,
        jobs: int,
        cache: Path | None,
    ) -> Mapping[str, FittedSurrogate]:
        if self.folder is not None and given is None:
            given = self.folder.read_models(problem)
        if given is not None:
            self.say("surrogates: taken as given")
        fitted = given or fit(problem, jobs=jobs, cache=cache, progress=self.say)
        if self.folder is not None:
            self.folder.write_models(fitted)
        return fitted


@dataclass(slots=True)
class _Timer:
    stage: str
    seconds: dict[str, float]
    start: float = 0.0

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.stage] = round(time.perf_counter() - self.start, 3)


def _search_all(
    problem: Problem,
    design: DesignProblem,
    scale: HypervolumeScale,
    known: FloatArray,
    stages: _Stages,
    *,
    choice: Choice,
    jobs: int,
    lengths: Mapping[int, int],
    n_named: int,
) -> list[SearchRecord]:
    if choice.is_exhaustive:
        stages.say(
            f"search: {_named(choice)}, {choice.n_evaluations:,} alloys, each once, whatever the seeds"
        )
        keeping, telling = stages.folder, stages.progress.generation
        record = exhausted(
            problem, design, scale, folder=keeping, jobs=jobs, say=stages.say, progress=telling
        )
        return [record]
    settings = problem.spec.optimize
    budget = budget_of(settings)
    population = population_of(
        choice.algorithm, n_objectives=len(problem.objectives), population=budget.population
    )
    asked = (
        "" if population == budget.population else f" (the most reference directions in {budget.population})"
    )
    stages.say(
        f"search: {_named(choice)}, {_counted(len(settings.seeds))}, population {population}{asked}, "
        f"{limits_in_words(budget)}, {starts_in_words(len(known), n_named=n_named, population=population)}"
    )

    def search_one(seed: int) -> SearchRecord:
        folder = stages.folder
        done = None if folder is None else folder.read_search(choice.algorithm, seed, problem)
        if done is not None:
            stages.say(f"search: seed {seed} was finished before")
            return done
        record = search(
            design,
            algorithm=choice.algorithm,
            budget=as_long_as(budget, lengths.get(seed)),
            seed=seed,
            scale=scale,
            known=known,
            n_named=n_named,
            reference_points=_reference_points(design, settings.reference_points),
            progress=lambda report: stages.progress.generation(seed, report),
        )
        if folder is not None:
            folder.write_search(record, problem)
        if record.stopped != "generations":
            ended = stop_in_words(seed, reason=record.stopped, generations=len(record.reports))
            stages.say(f"search: {ended}")
        return record

    # Threads: trees are read outside Python's lock, models are shared, and progress needs no channel.
    parallel = joblib.Parallel(n_jobs=min(jobs, len(settings.seeds)), prefer="threads")
    return list(parallel(joblib.delayed(search_one)(seed) for seed in settings.seeds))


def _named(choice: Choice) -> str:
    return f"{choice.algorithm} (auto: {choice.reason})" if choice.reason else choice.algorithm


def _reference_points(
    design: DesignProblem, points: Sequence[Mapping[str, float]] | None
) -> FloatArray | None:
    """Return points in the objectives' units as minimized objectives, shape ``(n_points, n_objectives)``."""
    if points is None:
        return None
    return design.minimized(np.array([[point[o.name] for o in design.objectives] for point in points]))


def _counted(n_seeds: int) -> str:
    return "1 seed" if n_seeds == 1 else f"{n_seeds} seeds"


def _summary(
    design: DesignProblem,
    front: Front,
    records: Sequence[SearchRecord],
    scale: HypervolumeScale,
    hypervolume: float,
) -> dict[str, object]:
    return {
        "front_size": len(front.table),
        "alloys_evaluated": sum(record.n_alloys for record in records),
        "hypervolume": hypervolume,
        "hypervolume_ideal": _in_units(design, scale.ideal),
        "hypervolume_reference": _in_units(design, scale.reference),
        "stopped": stops(records),
        "hypervolume_by_seed": {str(r.seed): r.reports[-1].hypervolume for r in records},
        "median_hypervolume": float(np.median([r.reports[-1].hypervolume for r in records])),
    }


def _in_units(design: DesignProblem, point: Sequence[float]) -> dict[str, float]:
    """Return a point of minimized objectives by name: in the user's sign and units, chances as they are."""
    found = {}
    for objective, value in zip(design.objectives, point, strict=True):
        if design.is_chance(objective):
            found[objective.name] = abs(value)
        else:
            signed = objective.sign * value
            found[objective.name] = 10.0**signed if objective.is_log else signed
    return found

"""One optimization from a problem to its front, seeded, in memory or in a run folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from moalloy.build.problem import Problem, design_problem
from moalloy.domain.systems import systems_of
from moalloy.domain.values import FloatArray
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.record import SearchRecord
from moalloy.pareto import HypervolumeScale
from moalloy.runs import open_run
from moalloy.study.front import Front, pareto_front
from moalloy.study.one_search import SearchPlan
from moalloy.study.preparation import check_given, checked_starts, prepared
from moalloy.study.rescoring import drop_of_front, unseen_columns, unseen_predictions
from moalloy.study.searches import search_all
from moalloy.study.stages import Progress, Stages
from moalloy.study.stopping import stops, time_warnings
from moalloy.study.systems import summary_of_systems, systems_table
from moalloy.study.windows import composition_windows, window_columns, window_tolerance
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.workers import Local, Workers

__all__ = ["Progress", "StudyResult", "run"]


@dataclass(frozen=True, slots=True, eq=False)
class StudyResult:
    """What a study found.

    Attributes:
        front: The Pareto front over all seeds and systems, the columns of pareto.csv.
        X: The front's alloys, shape ``(n_alloys, n_columns)``.
        F: Their minimized objectives as printed, shape ``(n_alloys, n_objectives)``.
        hypervolume: Hypervolume of the front, normalized by ``scale``; above 1 where alloys pass its ideal.
        window_tolerance: How much worse an alloy within a composition window may be predicted, by
            objective, as `moalloy.study.windows.window_tolerance` tells it; empty without windows.
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
    window_tolerance: Mapping[str, float]
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
    workers: Workers | None = None,
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
        workers: Who trains and searches, in the place of ``jobs``.

    Raises:
        InputError: ``models`` holds what no property of the problem can use.
        EmptySpaceError: The constraints leave no alloy.
        ProblemFileError: A file to start from can't be used, there are too many systems, or ``models`` lacks
            a property.
        TableError: A table can't be trained on.
        NoFeasibleAlloyError: No alloy that was found meets the limits.
        RunFolderError: ``out`` holds another run, or anything else, and ``resume`` isn't set.
        MachineError: ``out`` can't be written.
    """
    if seed is not None:
        problem = problem.with_optimize(seeds=(seed,))
    workers = workers or Local(jobs)
    if models is not None:
        check_given(problem, models)
    starts = checked_starts(problem, is_fitted=models is not None or resume)
    folder = None if out is None else open_run(Path(out), problem, resume=resume)
    if folder is not None and models is not None:
        folder.check_models(models)
        folder.note_given_models()
    stages = Stages(folder, progress or Progress())
    stages.tell_folder()
    study = prepared(problem, models, starts, stages, workers=workers, cache=cache)
    with stages.timed("search"):
        records = search_all(study.plan, study.choice, workers=workers, lengths=lengths)
    try:
        result = _judged(study.plan, study.models, records, workers=workers)
    except NoFeasibleAlloyError as error:
        if folder is not None:
            folder.note_nothing_found(str(error))
        raise
    if folder is not None:
        summary = _summary(study.plan, result)
        summary |= {"warnings": [*study.warnings, *time_warnings(records)]}
        summary |= {"algorithm": study.choice.algorithm, "algorithm_reason": study.choice.reason}
        folder.finish(summary, stages.seconds)
    return result


def _judged(
    plan: SearchPlan,
    models: Mapping[str, FittedSurrogate],
    records: Sequence[SearchRecord],
    *,
    workers: Workers,
) -> StudyResult:
    """Return the front with all that is said of each alloy, and keep it."""
    problem, stages = plan.problem, plan.stages
    # What people see is predicted by XGBoost, whatever read the trees for the search.
    design = design_problem(problem, models)
    with stages.timed("front"):
        front = pareto_front(problem, design, models, records)
        if problem.systems:
            front = replace(front, table=front.table.assign(system=systems_of(problem.space, front.X)))
    share = problem.spec.optimize.window
    tolerance = {} if share == "none" else window_tolerance(design, plan.scale, share)
    if share != "none":
        with stages.timed("windows"):
            stages.say(f"front: composition windows of {len(front.table)} alloys")
            front = _with_windows(plan, front, share, workers=workers)
    with stages.timed("rescoring"):
        if models:
            stages.say(
                f"front: {len(front.table)} alloys, judged again by models that never saw what is near them"
            )
        unseen = unseen_predictions(problem, models, front.X, workers=workers)
        front = replace(front, table=pd.concat([front.table, unseen_columns(unseen)], axis=1))
    if stages.folder is not None:
        stages.folder.write_front(front.table)
        if problem.systems:
            stages.folder.write_systems(systems_table(design, front, records, plan.scale))
    return StudyResult(
        front=front.table,
        X=front.X,
        F=front.F,
        hypervolume=plan.scale.hypervolume(front.F),
        window_tolerance=tolerance,
        winners_curse=drop_of_front(design, front, unseen, plan.scale),
        scale=plan.scale,
        records=tuple(records),
        models=models,
        out=None if stages.folder is None else stages.folder.path,
    )


def _with_windows(plan: SearchPlan, front: Front, share: float, *, workers: Workers) -> Front:
    windows = composition_windows(plan.design, front.X, plan.scale, share=share, workers=workers)
    columns = window_columns(plan.design.space, windows)
    return replace(front, table=pd.concat([front.table, columns], axis=1))


def _summary(plan: SearchPlan, result: StudyResult) -> dict[str, object]:
    """Return what the manifest says of the result."""
    records, scale = result.records, plan.scale
    summary: dict[str, object] = {
        "front_size": len(result.front),
        "alloys_evaluated": sum(record.n_alloys for record in records),
        "hypervolume": result.hypervolume,
        "hypervolume_ideal": plan.design.in_units(scale.ideal),
        "hypervolume_reference": plan.design.in_units(scale.reference),
        "stopped": stops(records),
        "hypervolume_by_seed": {str(r.seed): r.reports[-1].hypervolume for r in records},
        "median_hypervolume": float(np.median([r.reports[-1].hypervolume for r in records])),
        "window_tolerance": result.window_tolerance,
        "winners_curse": result.winners_curse,
    }
    if plan.problem.systems:
        summary |= summary_of_systems(records, scale, n_systems=len(plan.problem.systems))
    return summary

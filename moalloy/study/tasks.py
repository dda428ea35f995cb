"""A run in several tasks that share nothing but a folder, such as a job array: each does its units.

Fits are made by whoever finds none, to the same bytes. What all tasks leave is merged by `merge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from moalloy.build.choice import choose_algorithm
from moalloy.build.problem import Problem
from moalloy.domain.systems import system_name
from moalloy.errors import InputError
from moalloy.optimize.exhaustive import SEED, n_parts
from moalloy.optimize.record import EXHAUSTIVE, SearchRecord
from moalloy.runs import RunFolder, join_run
from moalloy.study.exhaustive import evaluate_parts
from moalloy.study.one_search import SearchPlan, SearchUnit
from moalloy.study.preparation import Prepared, checked_starts, prepared
from moalloy.study.searches import seed_units
from moalloy.study.side_searches import sent, side_by_side
from moalloy.study.stages import Progress, Stages
from moalloy.study.stopping import counted
from moalloy.study.systems import system_units
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.workers import Local, Workers, suited

__all__ = ["Task", "run_task", "unfinished"]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Task:
    """One of several tasks, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Task:
        """Return the task that ``I/N`` stands for.

        Raises:
            InputError: It isn't two whole numbers with ``1 <= I <= N``.

        >>> Task.parse("3/8")
        Task(number=3, of=8)
        """
        found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
        if found is None:
            raise InputError(
                f"--task is {text!r}; expected I/N, such as 1/8 for the first of eight. In a job array that"
                ' is "${SLURM_ARRAY_TASK_ID}/8", with --array=1-8'
            )
        task = cls(int(found[1]), int(found[2]))
        if not 1 <= task.number <= task.of:
            raise InputError(
                f"--task is {text!r}: there is no task {task.number} of {task.of}; tasks are counted from 1"
            )
        return task

    def share(self, items: Sequence[Item]) -> list[Item]:
        """Return the items of this task: one here and one there, so that tasks take about equally long.

        >>> Task(2, 3).share("abcdefg")
        ['b', 'e']
        """
        return list(items[self.number - 1 :: self.of])

    def __str__(self) -> str:
        return f"task {self.number} of {self.of}"


def run_task(
    problem: Problem,
    models: Mapping[str, FittedSurrogate] | None,
    task: Task,
    *,
    out: Path,
    jobs: int = 1,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Do the units of one task that aren't done yet, and leave them in the folder.

    A task that was killed goes on when it is started again.

    Args:
        problem: What to solve.
        models: Surrogates; fitted here where omitted and the folder has none.
        task: Which units.
        out: The folder that all tasks share; made by the first.
        jobs: Members trained and units done at a time. The result doesn't depend on it.
        cache: A folder that keeps fits between runs.
        progress: Where to report to.

    Raises:
        RunFolderError: ``out`` holds something else, or a run of other or of more tasks.
        MachineError: ``out`` can't be written.
    """
    starts = checked_starts(problem, is_fitted=models is not None)
    folder = join_run(out, problem, n_tasks=task.of, is_given=models is not None)
    folder.check_models(models or {})
    stages = Stages(folder, progress or Progress())
    if folder.is_finished:
        stages.say(f"{task}: the run is merged already; nothing to do")
        return
    stages.tell_folder()
    workers = Local(jobs)
    study = prepared(problem, models, starts, stages, workers=workers, cache=cache)
    n_units = _parts(study, task, workers) if study.choice.is_exhaustive else _searches(study, task, workers)
    why = "" if n_units else ", since there are fewer than tasks"
    stages.say(f"{task} is done, {counted(n_units, 'unit')}{why}; once all are: moalloy merge {out}")


def unfinished(folder: RunFolder, problem: Problem) -> list[tuple[int, str]]:
    """Return the units that are missing, each with its number from 0 and its name."""
    choice = choose_algorithm(problem)
    if choice.is_exhaustive:
        if folder.has_search(EXHAUSTIVE, SEED):
            return []
        n = n_parts(problem.space)
        return [(i, f"part {i + 1} of {n}") for i in range(n) if not folder.part_path(i).is_file()]
    names = [system_name(system) for system in problem.systems] or [""]
    pairs = [(name, seed) for name in names for seed in problem.spec.optimize.seeds]
    return [
        (i, f"{name}, seed {seed}" if name else f"seed {seed}")
        for i, (name, seed) in enumerate(pairs)
        if not folder.has_search(choice.algorithm, seed, system=name)
    ]


def _searches(study: Prepared, task: Task, workers: Workers) -> int:
    """Do the searches of a task and return how many it has."""
    plan = study.plan
    every = system_units(plan) if plan.problem.systems else seed_units(plan, {})
    units = task.share(every)
    plan.stages.say(f"search: {task}: {len(units)} of {counted(len(every), 'search')}")
    _search(plan, units, suited(workers, sent(plan), seconds=study.choice.seconds * len(units) / len(every)))
    return len(units)


def _search(plan: SearchPlan, units: Sequence[SearchUnit], workers: Workers) -> None:
    def tell(unit: SearchUnit, record: SearchRecord, is_done: bool) -> None:
        found = "was finished before" if is_done else f"{record.n_alloys:,} alloys"
        plan.stages.say(f"search: {unit.name}: {found}")

    side_by_side(plan, units, workers=workers, tell=tell)


def _parts(study: Prepared, task: Task, workers: Workers) -> int:
    """Evaluate the parts of a task and return how many it has."""
    design, stages = study.plan.design, study.plan.stages
    assert stages.folder is not None
    n = n_parts(design.space)
    parts = task.share(range(n))
    stages.say(f"search: {task}: {len(parts)} of {counted(n, 'part')} of the space, each alloy once")
    evaluate_parts(design, parts, folder=stages.folder, workers=workers, say=stages.say)
    return len(parts)

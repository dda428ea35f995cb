"""What all tasks of a run left, made one run."""

from __future__ import annotations

from moalloy.build.problem import Problem
from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder
from moalloy.study.stages import Progress
from moalloy.study.study import StudyResult, run
from moalloy.study.tasks import unfinished

__all__ = ["merge"]

_MOST_NAMED = 10


def merge(
    folder: RunFolder, problem: Problem, *, jobs: int = 1, progress: Progress | None = None
) -> StudyResult:
    """Return the result of a run in tasks, as if one had made it, and complete its folder.

    Args:
        folder: The folder that the tasks share.
        problem: Its problem.
        jobs: Refits at a time; the result doesn't depend on it.
        progress: Where to report to.

    Raises:
        RunFolderError: The run wasn't made in tasks, or units are missing; nothing is written then.
        NoFeasibleAlloyError: No alloy that was found meets the limits.
    """
    n_tasks = folder.n_tasks
    if n_tasks is None:
        raise RunFolderError(
            f"{folder.path} wasn't begun with --task; go on with moalloy run PROBLEM --out {folder.path}"
            " --resume"
        )
    missing = unfinished(folder, problem)
    if missing:
        raise RunFolderError(_lacking(folder, missing, n_tasks))
    return run(problem, jobs=jobs, out=folder.path, resume=True, progress=progress)


def _lacking(folder: RunFolder, missing: list[tuple[int, str]], n_tasks: int) -> str:
    """Return which units are missing and which tasks have to be repeated, as a sentence."""
    named = "; ".join(name for _, name in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    tasks = sorted({number % n_tasks + 1 for number, _ in missing})
    again = ", ".join(f"{task}/{n_tasks}" for task in tasks)
    return (
        f"{folder.path} lacks {named}{more}; wait for these tasks, or start them again: --task {again}."
        " Nothing was written."
    )

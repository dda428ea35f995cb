"""A run folder that several tasks write into at a time."""

from __future__ import annotations

from pathlib import Path

from moalloy.build.problem import Problem
from moalloy.errors import RunFolderError
from moalloy.files import machine_faults, write_json, write_text
from moalloy.runs.folder import RunFolder, check_same, is_leftover
from moalloy.runs.manifest import first_manifest
from moalloy.spec import dump

__all__ = ["join_run"]


def join_run(path: Path, problem: Problem, *, n_tasks: int, is_given: bool) -> RunFolder:
    """Return the run folder at ``path``, made by whichever task comes first.

    Tasks that come at the same moment all make it: what they write is whole, and alike but for the time.
    Leftovers of killed tasks stay until the run is merged, since others may be writing theirs.

    Args:
        path: The folder.
        problem: Of all tasks.
        n_tasks: How many there are.
        is_given: Whether the surrogates come from elsewhere.

    Raises:
        RunFolderError: The folder holds a run of another problem, of another number of tasks, or
            something else.
        MachineError: The folder can't be written.
    """
    folder = RunFolder(path)
    found = _entries(path)
    if (path / "manifest.json").is_file():
        check_same(folder, problem)
        _check_tasks(folder, n_tasks)
    elif not all(is_leftover(entry) for entry in found):
        raise RunFolderError(f"{path} isn't empty; choose another folder. Nothing was touched.")
    else:
        with machine_faults(path):
            path.mkdir(parents=True, exist_ok=True)
        given = {"models": "given"} if is_given else {}
        write_json(path / "manifest.json", first_manifest(problem) | {"tasks": n_tasks} | given)
    if not (path / "problem.yaml").is_file():
        write_text(path / "problem.yaml", dump(problem.spec))
    return folder


def _entries(path: Path) -> list[Path]:
    """Return what a folder holds, by one question: another task may make it at this moment."""
    try:
        return list(path.iterdir())
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        return [path]


def _check_tasks(folder: RunFolder, n_tasks: int) -> None:
    if folder.n_tasks is None:
        raise RunFolderError(
            f"{folder.path} holds a run that wasn't begun with --task; go on with --resume, or choose another"
            " folder. Nothing was touched."
        )
    if folder.n_tasks != n_tasks:
        raise RunFolderError(
            f"{folder.path} was begun with --task I/{folder.n_tasks}, and this is one of {n_tasks}: tasks"
            " would do units twice. Keep to one number, or choose another folder. Nothing was touched."
        )

"""Proof that a run is what it says: its hashes hold, and running it again gives the same front."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moalloy.build.problem import Problem
from moalloy.errors import MoalloyError, RunFolderError
from moalloy.runs import Check, RunFolder, model_checks, read_run, recorded_checks
from moalloy.study.front_differences import RowDifference, compare_fronts
from moalloy.study.study import Progress, run

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared, and the alloys that aren't the same.

    Attributes:
        checks: Files, tables, code and versions, then fits and front where the run was repeated.
        rows: Alloys of either front that differ.
        is_repeated: Whether it was run again.
    """

    checks: tuple[Check, ...]
    rows: tuple[RowDifference, ...] = ()
    is_repeated: bool = False

    @property
    def is_same(self) -> bool:
        return not any(check.is_fatal for check in self.checks)

    @property
    def changed(self) -> tuple[Check, ...]:
        """What differs, whether it decides or only explains."""
        return tuple(check for check in self.checks if check.verdict == "differs")


def verify(
    folder: RunFolder, *, jobs: int = 1, is_quick: bool = False, progress: Progress | None = None
) -> Verification:
    """Check a finished run against its manifest and run it again, in a temporary folder.

    Nothing is taken from the cache of fits. Surrogates that were given to the run are taken from its
    folder, since nobody can know how they were fitted; searches with a time limit make as many generations
    as they made. A run whose tables or starts have changed, or whose front is gone, isn't repeated: the
    answer is known.

    Args:
        folder: The run; nothing in it is changed.
        jobs: Members trained and searches run at a time.
        is_quick: Check hashes and versions only.
        progress: Where to report to.

    Raises:
        RunFolderError: The run isn't finished, or its manifest or models can't be read.
        NoFeasibleAlloyError: It found nothing that could be verified.
        ProblemFileError: Its problem.yaml can't be read.
    """
    if not folder.is_finished:
        folder.refuse_unfinished("there is nothing to verify")
    problem = folder.problem()
    checks = recorded_checks(folder, problem)
    is_hopeless = any(check.is_fatal and check.what.startswith(("table", "start")) for check in checks)
    if is_quick or is_hopeless or not (folder.path / "pareto.csv").is_file():
        return Verification(checks)
    with tempfile.TemporaryDirectory(prefix="moalloy-verify-") as scratch:
        return _repeated(folder, problem, checks, Path(scratch) / "run", jobs=jobs, progress=progress)


def _repeated(
    folder: RunFolder,
    problem: Problem,
    checks: tuple[Check, ...],
    scratch: Path,
    *,
    jobs: int,
    progress: Progress | None,
) -> Verification:
    manifest = folder.manifest
    is_given = manifest.get("models") == "given"
    try:
        run(
            problem,
            read_run(folder)[1] if is_given else None,
            jobs=jobs,
            out=scratch,
            progress=progress,
            lengths=_lengths(problem, manifest),
        )
    except RunFolderError:
        raise
    except MoalloyError as error:
        failed = Check("front, again", "differs", f"running it again fails: {error}", decides=True)
        return Verification((*checks, failed), is_repeated=True)
    fits = () if is_given else tuple(model_checks(manifest["sha256"]["model"], scratch / "model"))
    recorded, again = (_front(path) for path in (folder.path, scratch))
    process = [variable.name for variable in problem.space.process]
    rows = compare_fronts(recorded, again, process=process)
    front = Check("front, again", decides=True)
    if rows:
        front = Check("front, again", "differs", _counted(rows, recorded), decides=True)
    return Verification((*checks, *fits, front), rows, is_repeated=True)


def _lengths(problem: Problem, manifest: Mapping[str, Any]) -> dict[int, int] | None:
    """Return how many generations each search made, where a clock could have ended it."""
    if problem.spec.optimize.max_seconds is None:
        return None
    stopped = manifest["result"].get("stopped", {})
    return {int(seed): entry["generations"] for seed, entry in stopped.items()}


def _front(path: Path) -> str:
    # newline="": a changed line end is a changed byte.
    with (path / "pareto.csv").open(encoding="utf-8", newline="") as file:
        return file.read()


def _counted(rows: tuple[RowDifference, ...], recorded: str) -> str:
    n_alloys = sum(bool(row.alloy) for row in rows)
    n_rows = max(0, recorded.count("\n") - 1)
    counted = "1 alloy differs" if n_alloys == 1 else f"{n_alloys} alloys differ"
    return f"{counted}; the run has {n_rows}" if n_alloys else rows[0].text

"""An exhaustive search inside a study: told, kept part by part, and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from moalloy.build.problem import Problem
from moalloy.domain.problem import DesignProblem
from moalloy.domain.values import FloatArray
from moalloy.optimize.exhaustive import (
    SEED,
    Checkpoint,
    joined_parts,
    n_parts,
    search_everything,
    search_parts,
)
from moalloy.optimize.record import EXHAUSTIVE, GenerationReport, SearchRecord
from moalloy.optimize.shortlist import Closeness
from moalloy.pareto import HypervolumeScale
from moalloy.runs import RunFolder
from moalloy.runs.checkpoint import read_checkpoint, write_checkpoint
from moalloy.study.stopping import counted
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.neighbors import nearest
from moalloy.surrogates.training import TrainingRows
from moalloy.workers import Workers

__all__ = ["closeness_to_measured", "evaluate_parts", "exhausted"]


def exhausted(
    problem: Problem,
    design: DesignProblem,
    scale: HypervolumeScale,
    *,
    folder: RunFolder | None,
    workers: Workers,
    say: Callable[[str], None],
    progress: Callable[[int, GenerationReport], None],
) -> SearchRecord:
    """Return the record of an exhaustive search, finished before or gone on with where it was.

    Args:
        problem: What to search.
        design: The same with its surrogates.
        scale: For the hypervolume.
        folder: Where the record and checkpoints are kept; nothing is written without one.
        workers: Who evaluates chunks. The result doesn't depend on it.
        say: Told in words where the search starts.
        progress: Told the seed and a report after each part of the space.
    """
    done = None if folder is None else folder.read_search(EXHAUSTIVE, SEED, problem)
    if done is not None:
        say("search: every alloy was evaluated before")
        return done
    if folder is not None and folder.has_parts:
        return _joined(problem, design, scale, folder=folder, workers=workers, say=say)
    path = None if folder is None else folder.checkpoint_path(EXHAUSTIVE, SEED)
    start = None if path is None else read_checkpoint(path)
    if start is not None:
        say(f"search: going on after {start.n_alloys:,} alloys, front {len(start.front)}")
    record = search_everything(
        design,
        scale=scale,
        closeness=closeness_to_measured(design),
        workers=workers,
        start=start,
        keep=_keeper(path),
        progress=lambda report: progress(SEED, report),
    )
    if folder is not None and path is not None:
        folder.write_search(record, problem)
        path.unlink(missing_ok=True)
    return record


def evaluate_parts(
    design: DesignProblem,
    parts: Sequence[int],
    *,
    folder: RunFolder,
    workers: Workers,
    say: Callable[[str], None],
) -> None:
    """Leave in the folder what some parts of the space hold, each once, as soon as it is known."""
    missing = [part for part in parts if not folder.part_path(part).is_file()]
    if len(missing) < len(parts):
        say(f"search: finished before: {len(parts) - len(missing)} of {counted(len(parts), 'part')}")
    found = search_parts(design, missing, closeness=closeness_to_measured(design), workers=workers)
    for part, left in zip(missing, found, strict=True):
        write_checkpoint(left, folder.part_path(part))
        say(f"search: part {part + 1}: {left.n_alloys:,} alloys, front {len(left.front)}")


def _joined(
    problem: Problem,
    design: DesignProblem,
    scale: HypervolumeScale,
    *,
    folder: RunFolder,
    workers: Workers,
    say: Callable[[str], None],
) -> SearchRecord:
    """Return the record of a search that tasks have begun, and forget its parts."""
    parts = range(n_parts(design.space))
    evaluate_parts(design, parts, folder=folder, workers=workers, say=say)
    left = [read_checkpoint(folder.part_path(part)) for part in parts]
    record = joined_parts(design, [part for part in left if part is not None], scale=scale)
    folder.write_search(record, problem)
    folder.forget_parts()
    return record


def closeness_to_measured(design: DesignProblem) -> Closeness:
    """Return what tells the distance of alloys to the rows behind the objectives, in at.%; 0 without any."""
    asked = [design.surrogates[objective.name] for objective in design.objectives]
    known = [surrogate.model.rows for surrogate in asked if isinstance(surrogate, FittedSurrogate)]
    return partial(_closeness, elements=design.space.elements, known=known)


def _closeness(X: FloatArray, *, elements: Sequence[str], known: Sequence[TrainingRows]) -> FloatArray:
    fractions = X[:, : len(elements)]
    found = [nearest(fractions, elements, rows.fractions, rows.elements)[1] for rows in known]
    return np.min(found, axis=0) if found else np.zeros(len(X))


def _keeper(path: Path | None) -> Callable[[Checkpoint], None] | None:
    return None if path is None else lambda checkpoint: write_checkpoint(checkpoint, path)

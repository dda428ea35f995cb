"""Every alloy of a space, evaluated: the exact front of the surrogates, in bounded memory.

Ranks are cut into chunks, chunks are evaluated by workers, and what each leaves is merged in rank order:
the result depends neither on who the workers are nor on how the ranks were cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DesignProblem, Evaluation
from moalloy.domain.values import FloatArray
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.record import EXHAUSTIVE, GenerationReport, SearchRecord
from moalloy.optimize.shortlist import Closeness, Shortlist, shortlist
from moalloy.pareto import HypervolumeScale
from moalloy.workers import ALONE, Workers, in_order

__all__ = ["CHUNK", "SEED", "Checkpoint", "joined_parts", "n_parts", "search_everything", "search_parts"]

# Nothing is drawn, so one record stands for every seed.
SEED = 0
# Alloys in memory at a time, for each worker.
CHUNK = 10_000
# Reports and checkpoints of a whole search, at most.
_MOST_PARTS = 100
# Alloys drawn to compare limits of different units with each other.
_N_SPAN = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Miss:
    """The alloy that misses the limits by least, with its evaluation; no row before one was seen."""

    X: FloatArray
    evaluation: Evaluation
    lack: float = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """How far a search has come, and all that it takes to go on from there.

    Attributes:
        next_rank: The first rank that wasn't looked at.
        n_alloys: Alloys evaluated so far.
        front: What the ranks before leave.
        miss: What to tell where no alloy meets the limits.
        reports: One per part of the space.
    """

    next_rank: int
    n_alloys: int
    front: Shortlist
    miss: Miss
    reports: tuple[GenerationReport, ...] = ()


def n_parts(space: DesignSpace, *, chunk: int = CHUNK) -> int:
    """Return how many times a search reports."""
    n_chunks = -(-space.n_ranks // chunk)
    return -(-n_chunks // _chunks_per_part(n_chunks))


def search_everything(
    design: DesignProblem,
    *,
    scale: HypervolumeScale,
    closeness: Closeness,
    workers: Workers = ALONE,
    chunk: int = CHUNK,
    start: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
    progress: Callable[[GenerationReport], None] | None = None,
) -> SearchRecord:
    """Evaluate every alloy and return one for each printed outcome that no other dominates.

    Args:
        design: What to search; none of its process variables is continuous.
        scale: For the hypervolume after each part.
        closeness: Distance to what was measured; the nearest of alloys with equal outcomes is kept.
        workers: Who evaluates chunks. The result doesn't depend on it.
        chunk: Ranks in each. The front doesn't depend on it.
        start: Where an interrupted search stopped.
        keep: Given a checkpoint after each part.
        progress: Called after each part.

    Raises:
        SpaceError: A process variable is continuous.
        NoFeasibleAlloyError: The space holds no alloy.
    """
    state = start or _beginning(design)
    n_ranks = design.space.n_ranks
    screen = _Screen(design, closeness, _spread_of_limits(design), chunk)
    per_part = _chunks_per_part(-(-n_ranks // chunk))
    firsts = range(state.next_rank, n_ranks, chunk)
    with closing(in_order(workers, _looked_at, screen, firsts)) as chunks:
        for number, found in enumerate(chunks, start=1):
            state = _merged(state, found, design)
            if number % per_part and number < len(firsts):
                continue
            state = _reported(state, design, scale)
            if keep is not None:
                keep(state)
            if progress is not None:
                progress(state.reports[-1])
    return _record(state, design)


def search_parts(
    design: DesignProblem,
    parts: Sequence[int],
    *,
    closeness: Closeness,
    workers: Workers = ALONE,
    chunk: int = CHUNK,
) -> Iterator[Checkpoint]:
    """Yield what each of some parts of the space leaves by itself, without a report.

    Args:
        design: What to search; none of its process variables is continuous.
        parts: Their numbers, from 0 and below `n_parts`.
        closeness: As in `search_everything`.
        workers: Who evaluates chunks.
        chunk: Ranks in each.
    """
    n_ranks = design.space.n_ranks
    size = chunk * _chunks_per_part(-(-n_ranks // chunk))
    screen = _Screen(design, closeness, _spread_of_limits(design), chunk)
    for part in parts:
        firsts = range(part * size, min((part + 1) * size, n_ranks), chunk)
        found = in_order(workers, _looked_at, screen, firsts)
        yield reduce(lambda state, later: _merged(state, later, design), found, _beginning(design))


def joined_parts(
    design: DesignProblem, parts: Sequence[Checkpoint], *, scale: HypervolumeScale
) -> SearchRecord:
    """Return the record that `search_everything` makes, of what all parts leave, first to last.

    Raises:
        NoFeasibleAlloyError: The space holds no alloy.
    """
    state = _beginning(design)
    for part in parts:
        state = _reported(_merged(state, part, design), design, scale)
    return _record(state, design)


def _chunks_per_part(n_chunks: int) -> int:
    return max(1, -(-n_chunks // _MOST_PARTS))


def _beginning(design: DesignProblem) -> Checkpoint:
    front = Shortlist.empty(design)
    nothing = Evaluation(front.scores, design.minimized(front.scores), front.G)
    return Checkpoint(0, 0, front, Miss(front.X, nothing))


def _spread_of_limits(design: DesignProblem) -> FloatArray:
    """Return by how much each limit's quantity varies in the space, shape ``(n_limits,)``."""
    if not design.n_limits:
        return np.ones(0)
    spread = design.evaluate(design.space.sample(_N_SPAN, seed=0)).G.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Screen:
    """What all chunks share."""

    design: DesignProblem
    closeness: Closeness
    spread: FloatArray
    chunk: int


def _looked_at(screen: _Screen, first: int) -> Checkpoint:
    """Return what the chunk from rank ``first`` on leaves by itself."""
    design = screen.design
    stop = min(first + screen.chunk, design.space.n_ranks)
    state = replace(_beginning(design), next_rank=stop)
    # More than one array where conditions part the space.
    for X in design.space.enumerate(chunk=stop - first, start=first, stop=stop):
        if len(X) == 0:
            continue
        evaluation = design.evaluate(X)
        listed = shortlist(design, X, evaluation, closeness=screen.closeness)
        here = Checkpoint(stop, len(X), listed, _nearest_miss(X, evaluation, screen.spread))
        state = _merged(state, here, design)
    return state


def _nearest_miss(X: FloatArray, evaluation: Evaluation, spread: FloatArray) -> Miss:
    lack = (np.maximum(evaluation.G, 0.0) / spread).sum(axis=1)
    row = int(lack.argmin())
    one = slice(row, row + 1)
    closest = Evaluation(evaluation.scores[one], evaluation.F[one], evaluation.G[one])
    return Miss(X[one], closest, float(lack[row]))


def _merged(state: Checkpoint, later: Checkpoint, design: DesignProblem) -> Checkpoint:
    return Checkpoint(
        next_rank=later.next_rank,
        n_alloys=state.n_alloys + later.n_alloys,
        front=state.front.merged(later.front, design),
        miss=later.miss if later.miss.lack < state.miss.lack else state.miss,
        reports=state.reports,
    )


def _reported(state: Checkpoint, design: DesignProblem, scale: HypervolumeScale) -> Checkpoint:
    volume = scale.hypervolume(design.minimized(state.front.scores))
    report = GenerationReport(len(state.reports) + 1, state.n_alloys, volume, len(state.front))
    return replace(state, reports=(*state.reports, report))


def _record(state: Checkpoint, design: DesignProblem) -> SearchRecord:
    """Return the front, or the nearest miss where there is none."""
    if not state.n_alloys:
        raise NoFeasibleAlloyError("the space holds no alloy")
    front, miss = state.front, state.miss
    is_found = len(front) > 0
    scores = front.scores if is_found else miss.evaluation.scores
    return SearchRecord(
        algorithm=EXHAUSTIVE,
        seed=SEED,
        X=front.X if is_found else miss.X,
        scores=scores,
        F=design.minimized(scores),
        G=front.G if is_found else miss.evaluation.G,
        generation=np.ones(len(scores), dtype=np.int64),
        reports=state.reports,
        n_equal=front.n_equal if is_found else np.ones(1, dtype=np.int64),
        n_alloys=state.n_alloys,
    )

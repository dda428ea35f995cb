"""How long a search goes on, and why it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moalloy.optimize.record import GenerationReport, StopReason

__all__ = ["Budget", "Stagnation", "reason_to_stop", "share_done"]


@dataclass(frozen=True, slots=True)
class Stagnation:
    """The hypervolume grew by ``tolerance`` of itself or less within ``generations``."""

    generations: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may spend; whichever limit comes first ends it.

    Attributes:
        population: Alloys a generation.
        generations: The first included.
        max_evaluations: Never passed; but one generation is always made.
        max_seconds: Looked at after each generation; the one limit that depends on the machine.
        stagnation: When to give up.
    """

    population: int
    generations: int
    max_evaluations: int | None = None
    max_seconds: float | None = None
    stagnation: Stagnation | None = None


def reason_to_stop(
    budget: Budget, reports: Sequence[GenerationReport], *, seconds: float
) -> StopReason | None:
    """Return why a search should end after the generations in ``reports``, None if it should go on.

    Where several limits are reached at once, those that every machine reaches come first.

    >>> reports = [GenerationReport(n, 100 * n, 0.5, 7) for n in (1, 2, 3)]
    >>> reason_to_stop(Budget(100, 3), reports, seconds=0.1)
    'generations'
    >>> reason_to_stop(Budget(100, 9, max_evaluations=350), reports, seconds=0.1)
    'evaluations'
    >>> reason_to_stop(Budget(100, 9, stagnation=Stagnation(2, 0.001)), reports, seconds=0.1)
    'stagnation'
    """
    if len(reports) >= budget.generations:
        return "generations"
    if budget.max_evaluations is not None and _next_total(reports) > budget.max_evaluations:
        return "evaluations"
    if budget.stagnation is not None and _is_stagnant(reports, budget.stagnation):
        return "stagnation"
    if budget.max_seconds is not None and seconds >= budget.max_seconds:
        return "time"
    return None


def share_done(budget: Budget, report: GenerationReport, *, seconds: float) -> float:
    """Return how much of its budget a search has spent, from 0 to 1, by the limit that is nearest.

    Stagnation can't be foreseen: a search that watches for it may be over sooner.

    >>> share_done(Budget(100, 40, max_evaluations=2000), GenerationReport(10, 1000, 0.5, 7), seconds=3.0)
    0.5
    """
    shares = [report.generation / budget.generations]
    if budget.max_evaluations is not None:
        shares.append(report.n_evaluations / budget.max_evaluations)
    if budget.max_seconds is not None:
        shares.append(seconds / budget.max_seconds)
    return min(max(shares), 1.0)


def _next_total(reports: Sequence[GenerationReport]) -> int:
    """Return the evaluations after one more generation, as large as the first."""
    return reports[-1].n_evaluations + reports[0].n_evaluations


def _is_stagnant(reports: Sequence[GenerationReport], stagnation: Stagnation) -> bool:
    # Without a hypervolume no alloy has met the limits yet: a reason to look on and not to give up.
    if len(reports) <= stagnation.generations or reports[-1].hypervolume == 0.0:
        return False
    before, now = reports[-1 - stagnation.generations].hypervolume, reports[-1].hypervolume
    return now - before <= stagnation.tolerance * now

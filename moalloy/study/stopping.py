"""What may end the searches of a study, what did, and what that means for repeating it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from moalloy.optimize.record import EXHAUSTIVE, SearchRecord, StopReason
from moalloy.optimize.stopping import Budget, Stagnation
from moalloy.spec import OptimizeSpec

__all__ = ["as_long_as", "budget_of", "counted", "limits_in_words", "stop_in_words", "stops", "time_warnings"]

_WORDS: Mapping[StopReason, str] = {
    "generations": "all of them",
    "evaluations": "one more would have passed max_evaluations",
    "stagnation": "the hypervolume had stopped growing",
    "time": "max_seconds were over",
    "exhausted": "no alloy was found that was new",
}


def budget_of(settings: OptimizeSpec) -> Budget:
    """Return what the problem file allows each search."""
    stagnation = settings.stagnation
    return Budget(
        population=settings.population,
        generations=settings.generations,
        max_evaluations=settings.max_evaluations,
        max_seconds=settings.max_seconds,
        stagnation=None if stagnation is None else Stagnation(stagnation.generations, stagnation.tolerance),
    )


def as_long_as(budget: Budget, generations: int | None) -> Budget:
    """Return a budget of so many generations in place of its time limit; the same one for None."""
    return budget if generations is None else replace(budget, generations=generations, max_seconds=None)


def limits_in_words(budget: Budget) -> str:
    """Return what may end a search, as a phrase.

    >>> limits_in_words(Budget(100, 200, max_evaluations=5000, stagnation=Stagnation(30, 0.001)))
    '200 generations or 5000 evaluations or until 30 generations bring 0.1 % or less'
    """
    parts = [f"{budget.generations} generations"]
    if budget.max_evaluations is not None:
        parts.append(f"{budget.max_evaluations} evaluations")
    if budget.max_seconds is not None:
        parts.append(f"{budget.max_seconds:g} s")
    if budget.stagnation is not None:
        given = budget.stagnation
        parts.append(f"until {given.generations} generations bring {100 * given.tolerance:g} % or less")
    return " or ".join(parts)


def stop_in_words(seed: int | str, *, reason: StopReason, generations: int) -> str:
    """Return where and why a search ended.

    >>> stop_in_words(1, reason="stagnation", generations=57)
    'seed 1 ended after 57 generations: the hypervolume had stopped growing'
    """
    return f"seed {seed} ended after {counted(generations, 'generation')}: {_WORDS[reason]}"


def stops(records: Sequence[SearchRecord]) -> dict[str, dict[str, object]]:
    """Return why each search ended and after how many generations, by seed, for the manifest.

    An exhaustive search has no generations, and ends with the space.
    """
    seeded = [r for r in records if r.algorithm != EXHAUSTIVE]
    return {str(r.seed): {"reason": r.stopped, "generations": len(r.reports)} for r in seeded}


def time_warnings(records: Sequence[SearchRecord]) -> list[str]:
    """Return what a reader must know of searches that a clock ended."""
    timed = [r for r in records if r.stopped == "time"]
    if not timed:
        return []
    seeds = ", ".join(f"{r.seed} after {counted(len(r.reports), 'generation')}" for r in timed)
    return [
        f"the time limit ended seed {seeds}: another machine, or this one when it is busy, comes to another "
        "front; moalloy verify repeats as many generations"
    ]


def counted(n: int, noun: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "seed"), counted(3, "seed"), counted(2, "search")
    ('1 seed', '3 seeds', '2 searches')
    """
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{n} {noun if n == 1 else plural}"

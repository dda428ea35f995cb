"""The searches of a study: every alloy, one search for each chemical system, or one for each seed."""

from __future__ import annotations

from collections.abc import Mapping

from moalloy.build.choice import Choice
from moalloy.optimize.algorithms import population_of
from moalloy.optimize.record import SearchRecord
from moalloy.study.exhaustive import exhausted
from moalloy.study.one_search import SearchPlan, SearchUnit
from moalloy.study.side_searches import sent, side_by_side
from moalloy.study.start import starts_in_words
from moalloy.study.stopping import as_long_as, budget_of, counted, limits_in_words, stop_in_words
from moalloy.study.systems import search_systems
from moalloy.workers import ALONE, Workers, suited

__all__ = ["search_all", "seed_units"]


def search_all(
    plan: SearchPlan, choice: Choice, *, workers: Workers = ALONE, lengths: Mapping[int, int] | None = None
) -> list[SearchRecord]:
    """Return the records of all searches that the problem asks for.

    Args:
        plan: What they share.
        choice: Which algorithm was chosen, and why.
        workers: Who searches. The result doesn't depend on it.
        lengths: Generations by seed, in place of a time limit.
    """
    if choice.is_exhaustive:
        # Large batches leave little to Python, so threads do.
        return [_every_alloy(plan, choice, workers=workers)]
    workers = suited(workers, sent(plan), seconds=choice.seconds)
    if plan.problem.systems:
        return search_systems(plan, workers=workers)
    return _every_seed(plan, choice, workers=workers, lengths=lengths or {})


def _every_alloy(plan: SearchPlan, choice: Choice, *, workers: Workers) -> SearchRecord:
    stages = plan.stages
    stages.say(f"search: {_named(choice)}, {choice.n_evaluations:,} alloys, each once, whatever the seeds")
    return exhausted(
        plan.problem,
        plan.design,
        plan.scale,
        folder=stages.folder,
        workers=workers,
        say=stages.say,
        progress=stages.progress.generation,
    )


def _every_seed(
    plan: SearchPlan, choice: Choice, *, workers: Workers, lengths: Mapping[int, int]
) -> list[SearchRecord]:
    plan.stages.say(_beginning(plan, choice))

    def tell(unit: SearchUnit, record: SearchRecord, is_done: bool) -> None:
        if is_done:
            plan.stages.say(f"search: seed {unit.seed} was finished before")
        elif record.stopped != "generations":
            ended = stop_in_words(unit.seed, reason=record.stopped, generations=len(record.reports))
            plan.stages.say(f"search: {ended}")

    return side_by_side(plan, seed_units(plan, lengths), workers=workers, tell=tell)


def seed_units(plan: SearchPlan, lengths: Mapping[int, int]) -> list[SearchUnit]:
    """Return the search with each seed.

    Args:
        plan: What they share.
        lengths: Generations by seed, in place of a time limit.
    """
    optimize = plan.problem.spec.optimize
    budget = budget_of(optimize)
    return [SearchUnit(seed, as_long_as(budget, lengths.get(seed))) for seed in optimize.seeds]


def _beginning(plan: SearchPlan, choice: Choice) -> str:
    settings = plan.problem.spec.optimize
    asked = settings.population
    used = population_of(plan.algorithm, n_objectives=len(plan.problem.objectives), population=asked)
    directions = "" if used == asked else f" (the most reference directions in {asked})"
    starts = starts_in_words(len(plan.known), n_named=plan.n_named, population=used)
    return (
        f"search: {_named(choice)}, {counted(len(settings.seeds), 'seed')}, population {used}{directions}, "
        f"{limits_in_words(budget_of(settings))}, {starts}"
    )


def _named(choice: Choice) -> str:
    return f"{choice.algorithm} (auto: {choice.reason})" if choice.reason else choice.algorithm

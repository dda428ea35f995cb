"""The searches of a study: every alloy, one search for each chemical system, or one for each seed."""

from __future__ import annotations

from collections.abc import Mapping

import joblib

from moalloy.build.choice import Choice
from moalloy.optimize.algorithms import population_of
from moalloy.optimize.record import SearchRecord
from moalloy.study.exhaustive import exhausted
from moalloy.study.one_search import SearchPlan, SearchUnit, kept_search
from moalloy.study.start import starts_in_words
from moalloy.study.stopping import as_long_as, budget_of, counted, limits_in_words, stop_in_words
from moalloy.study.systems import search_systems

__all__ = ["search_all"]


def search_all(
    plan: SearchPlan, choice: Choice, *, jobs: int = 1, lengths: Mapping[int, int] | None = None
) -> list[SearchRecord]:
    """Return the records of all searches that the problem asks for.

    Args:
        plan: What they share.
        choice: Which algorithm was chosen, and why.
        jobs: Searches run at a time. The result doesn't depend on it.
        lengths: Generations by seed, in place of a time limit.
    """
    if choice.is_exhaustive:
        return [_every_alloy(plan, choice, jobs=jobs)]
    if plan.problem.systems:
        return search_systems(plan, jobs=jobs)
    return _every_seed(plan, choice, jobs=jobs, lengths=lengths or {})


def _every_alloy(plan: SearchPlan, choice: Choice, *, jobs: int) -> SearchRecord:
    stages = plan.stages
    stages.say(f"search: {_named(choice)}, {choice.n_evaluations:,} alloys, each once, whatever the seeds")
    return exhausted(
        plan.problem,
        plan.design,
        plan.scale,
        folder=stages.folder,
        jobs=jobs,
        say=stages.say,
        progress=stages.progress.generation,
    )


def _every_seed(
    plan: SearchPlan, choice: Choice, *, jobs: int, lengths: Mapping[int, int]
) -> list[SearchRecord]:
    seeds = plan.problem.spec.optimize.seeds
    budget = budget_of(plan.problem.spec.optimize)
    plan.stages.say(_beginning(plan, choice))

    def search_one(seed: int) -> SearchRecord:
        unit = SearchUnit(seed, as_long_as(budget, lengths.get(seed)))
        record, is_done = kept_search(plan, unit)
        if is_done:
            plan.stages.say(f"search: seed {seed} was finished before")
        elif record.stopped != "generations":
            ended = stop_in_words(seed, reason=record.stopped, generations=len(record.reports))
            plan.stages.say(f"search: {ended}")
        return record

    # Threads: trees are read outside Python's lock, models are shared, and progress needs no channel.
    parallel = joblib.Parallel(n_jobs=min(jobs, len(seeds)), prefer="threads")
    return list(parallel(joblib.delayed(search_one)(seed) for seed in seeds))


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

"""One search for each chemical system of a space: run side by side, kept one by one, compared in a table."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from moalloy.domain.elements import atomic_number
from moalloy.domain.printed import round_significant
from moalloy.domain.problem import DesignProblem
from moalloy.domain.systems import is_of_system, restricted, system_name, systems_of
from moalloy.optimize.algorithms import population_of
from moalloy.optimize.record import SearchRecord
from moalloy.pareto import HypervolumeScale, non_dominated
from moalloy.study.front import Front
from moalloy.study.one_search import SearchPlan, SearchUnit
from moalloy.study.side_searches import side_by_side
from moalloy.study.start import starts_in_words
from moalloy.study.stopping import budget_of, counted, limits_in_words, stop_in_words
from moalloy.workers import ALONE, Workers

__all__ = ["search_systems", "summary_of_systems", "system_seed", "system_units", "systems_table"]


def search_systems(plan: SearchPlan, *, workers: Workers = ALONE) -> list[SearchRecord]:
    """Search every system of a problem with every seed, each with the whole budget of the problem.

    Args:
        plan: What the searches share; its scale is of the whole space, so that systems can be compared.
        workers: Who searches. The result doesn't depend on it.

    Returns:
        One record per system and seed, systems in the order of ``problem.systems``.
    """
    units = system_units(plan)
    n_done = itertools.count(1)
    plan.stages.say(_beginning(plan))

    def tell(unit: SearchUnit, record: SearchRecord, is_done: bool) -> None:
        told = f"{unit.name} was finished before" if is_done else _ending(record, unit.system)
        plan.stages.say(f"search: {next(n_done)} of {len(units)}: {told}")

    return side_by_side(plan, units, workers=workers, tell=tell)


def system_units(plan: SearchPlan) -> list[SearchUnit]:
    """Return the search of each system with each seed, systems in the order of ``problem.systems``."""
    problem = plan.problem
    budget = budget_of(problem.spec.optimize)
    return [
        SearchUnit(
            seed,
            budget,
            system=system_name(system),
            space=restricted(problem.space, system),
            drawn_from=system_seed(seed, system),
            known=is_of_system(problem.space, plan.known, system),
        )
        for system, seed in itertools.product(problem.systems, problem.spec.optimize.seeds)
    ]


def system_seed(seed: int, system: Sequence[str]) -> int:
    """Return the seed of one system's search: a child of ``seed`` that other systems have no part in.

    >>> system_seed(1, ("Fe", "B")) == system_seed(1, ("B", "Fe")) != system_seed(1, ("Fe", "Si"))
    True
    """
    numbers = sorted(atomic_number(symbol) for symbol in system)
    return int(np.random.SeedSequence(seed, spawn_key=numbers).generate_state(1, np.uint64)[0])


def systems_table(
    design: DesignProblem, front: Front, records: Sequence[SearchRecord], scale: HypervolumeScale
) -> pd.DataFrame:
    """Return the columns of systems.csv, one row per system, the one with most of the front first.

    ``alloys_evaluated`` over all seeds; ``hypervolume`` of what they found together, on the scale of the
    whole space; ``on_front``: alloys of pareto.csv; ``generations`` of the longest search; ``stopped``:
    what ended them; per objective ``best_<name>`` of the system's best alloy in it, with its interval
    ``_low`` and ``_high``, blank where no alloy meets the limits.
    """
    names = [systems_of(design.space, record.X[:1])[0] for record in records]
    on_front = systems_of(design.space, front.X)
    rows = []
    for name in dict.fromkeys(names):
        own = [record for record, other in zip(records, names, strict=True) if other == name]
        row: dict[str, object] = {
            "system": name,
            "alloys_evaluated": sum(record.n_alloys for record in own),
            "hypervolume": float(round_significant(np.array([_hypervolume(own, scale)]))[0]),
            "on_front": on_front.count(name),
            "generations": max(len(record.reports) for record in own),
            "stopped": "; ".join(sorted({record.stopped for record in own})),
        }
        rows.append(row | _best(design, own))
    table = pd.DataFrame(rows)
    return table.sort_values(["on_front", "hypervolume"], ascending=False, kind="stable", ignore_index=True)


def summary_of_systems(
    records: Sequence[SearchRecord], scale: HypervolumeScale, *, n_systems: int
) -> dict[str, object]:
    """Return what the manifest says otherwise of a run system by system.

    A seed's hypervolume is that of all its searches together; how each of them ended is in systems.csv.
    """
    by_seed: dict[str, list[SearchRecord]] = {}
    for record in records:
        by_seed.setdefault(str(record.seed), []).append(record)
    volumes = {seed: _hypervolume(own, scale) for seed, own in by_seed.items()}
    median = float(np.median(list(volumes.values())))
    return {
        "systems": n_systems,
        "hypervolume_by_seed": volumes,
        "median_hypervolume": median,
        "stopped": {},
    }


def _beginning(plan: SearchPlan) -> str:
    problem = plan.problem
    settings = problem.spec.optimize
    population = population_of(
        plan.algorithm, n_objectives=len(problem.objectives), population=settings.population
    )
    n_systems, n_seeds = len(problem.systems), len(settings.seeds)
    n_units = n_systems * n_seeds
    starts = starts_in_words(len(plan.known), n_named=plan.n_named, population=population)
    budget, n_most = budget_of(settings), n_units * settings.most_evaluations
    return (
        f"search: {plan.algorithm}, {n_systems} chemical systems one by one, {counted(n_seeds, 'seed')}, "
        f"each population {population}, {limits_in_words(budget)}: at most {n_most:,} evaluations in all; "
        f"{starts}, each in its system"
    )


def _ending(record: SearchRecord, name: str) -> str:
    ended = stop_in_words(f"{record.seed} in {name}", reason=record.stopped, generations=len(record.reports))
    return f"{ended}; {record.n_alloys:,} alloys, hypervolume {record.reports[-1].hypervolume:.4f}"


def _hypervolume(records: Sequence[SearchRecord], scale: HypervolumeScale) -> float:
    """Return the hypervolume of what several searches found together."""
    F = np.concatenate([record.F[record.is_feasible] for record in records])
    return scale.hypervolume(F[non_dominated(F)])


def _best(design: DesignProblem, records: Sequence[SearchRecord]) -> dict[str, float]:
    """Return per objective the prediction and interval of the best alloy in it."""
    X = np.concatenate([record.X[record.is_feasible] for record in records])
    F = np.concatenate([record.F[record.is_feasible] for record in records])
    found: dict[str, float] = {}
    for i, objective in enumerate(design.objectives):
        columns = [f"best_{objective.name}{end}" for end in ("", "_low", "_high")]
        if len(F) == 0:
            found |= dict.fromkeys(columns, np.nan)
            continue
        best = int(F[:, i].argmin())
        prediction = design.surrogates[objective.name].predict(X[best : best + 1])
        values = np.concatenate([prediction.mean, prediction.low, prediction.high])
        found |= dict(zip(columns, map(float, round_significant(values)), strict=True))
    return found

"""The search for alloys that come near targets on properties.

A first search, one for each seed, brings predictions as near to the targets as they go together; a second
one goes on from the best of its alloys by what is asked for, the chance to meet all targets, or, where no
alloy has enough of it, by how little the targets would have to give way.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from moalloy.build.choice import Choice, expected_seconds
from moalloy.build.engine import ready_to_search
from moalloy.build.problem import Problem, design_problem
from moalloy.build.targets import Asked
from moalloy.domain.problem import DesignProblem
from moalloy.domain.targets import (
    ChanceOfTargets,
    RelaxationOfTargets,
    ShortOfTarget,
    Target,
    TargetedProperties,
)
from moalloy.domain.values import BoolArray, FloatArray, Goal, IntArray, Objective, Surrogate, frozen
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.record import EXHAUSTIVE, SearchRecord
from moalloy.optimize.search import hypervolume_scale
from moalloy.pareto import non_dominated
from moalloy.study.front import nearest_miss
from moalloy.study.one_search import SearchPlan
from moalloy.study.searches import search_all
from moalloy.study.stages import Stages
from moalloy.study.start import known_alloys
from moalloy.study.stopping import counted
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.scale import to_scale
from moalloy.workers import Workers

__all__ = ["Found", "Targeted", "kept", "searched", "searched_as", "targeted"]

_ALGORITHM = "nsga2"
# A space with no more alloys than this is looked through; about 10 s on one core.
_MOST_LOOKED_THROUGH = 30_000
# The chance is asked of the alloys of a search that are predicted no farther from any target, in spreads, ...
_MOST_SHORT = 1.5
# ... and of so many that come nearest, and most of those that none is better than in everything.
_MOST_CANDIDATES = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Alloys that keep all limits, each once, which search found them and how many it evaluated."""

    X: FloatArray
    algorithm: str
    seeds: IntArray
    n_evaluated: int


@dataclass(frozen=True, slots=True, eq=False)
class Targeted:
    """What is asked for.

    Attributes:
        problem: With the targeted properties among its objectives, and targets on descriptors as limits.
        view: The same with its surrogates.
        properties: The targeted ones.
        models: Of all properties.
    """

    problem: Problem
    view: DesignProblem
    properties: TargetedProperties
    models: Mapping[str, FittedSurrogate]

    @property
    def surrogates(self) -> list[FittedSurrogate]:
        """The models of the targeted properties."""
        return [self.models[target.name] for target in self.properties.targets]


def targeted(problem: Problem, wanted: Asked, models: Mapping[str, FittedSurrogate]) -> Targeted:
    """Return what targets ask for of a problem whose surrogates are there."""
    targets = tuple(_with_spread(target, models[target.name]) for target in wanted.targets)
    known = {objective.name for objective in problem.objectives}
    problem = replace(
        problem,
        objectives=(*problem.objectives, *(_told(t) for t in targets if t.name not in known)),
        limits=(*problem.limits, *wanted.limits),
    )
    properties = TargetedProperties(targets, {target.name: models[target.name] for target in targets})
    return Targeted(problem, _view(problem, properties, models), properties, models)


def _view(
    problem: Problem, properties: TargetedProperties, models: Mapping[str, FittedSurrogate]
) -> DesignProblem:
    """Return the problem with its surrogates; only the domains of targeted properties count."""
    view = design_problem(problem, models)
    return replace(view, grounds={name: view.grounds[name] for name in properties.surrogates if view.grounds})


def searched_as(problem: Problem, seed: int | None = None) -> Problem:
    """Return the problem with what the search for targets does its own way, and with one seed if given."""
    own = {"algorithm": _ALGORITHM, "risk": "mean", "scalarize": None, "reference_points": None}
    changes: dict[str, object] = {**own, "per_system": None}
    if seed is not None:
        changes["seeds"] = (seed,)
    return problem.with_optimize(**changes)


def _with_spread(target: Target, surrogate: FittedSurrogate) -> Target:
    model = surrogate.model
    spread = float(np.std(to_scale(model.rows.values, model.scale)))
    return replace(target, spread=spread or 1.0)


def _told(target: Target) -> Objective:
    """Return a targeted property that is no objective as one that is only told of."""
    goal: Goal = "max" if target.at_most is None else "min"
    return Objective(target.name, goal, target.unit, target.is_log)


def searched(asked: Targeted, *, named: FloatArray, level: float, stages: Stages, workers: Workers) -> Found:
    """Return the alloys that come near the targets: all of a small space, else what two searches found."""
    problem, models = asked.problem, asked.models
    is_counted = not any(variable.is_continuous for variable in problem.space.process)
    if is_counted and problem.space.n_points() <= _MOST_LOOKED_THROUGH:
        X = np.concatenate(list(problem.space.enumerate()))
        stages.say(f"search: {counted(len(X), 'alloy')}, each once")
        G = asked.view.evaluate(X).G
        _require_some(asked, X, G, n_evaluated=len(X))
        keeps = np.asarray((G <= 0).all(axis=1), dtype=np.bool_)
        return kept(Found(X, EXHAUSTIVE, np.zeros(len(X), dtype=np.int64), len(X)), keeps)
    n_alloys = problem.spec.optimize.most_evaluations * (len(problem.spec.optimize.seeds) + 1)
    searched = ready_to_search(models, n_alloys=n_alloys)
    names = asked.properties.surrogates
    quick = replace(asked.properties, surrogates={name: searched[name] for name in names})
    known = np.concatenate([named, known_alloys(problem, models)])
    scores: dict[str, Surrogate] = {
        f"{target.name} to its target": ShortOfTarget(target, searched[target.name])
        for target in quick.targets
    }
    stages.say("search for predictions near the targets")
    limited = _view(problem, asked.properties, searched)
    search = functools.partial(_search, limited=limited, stages=stages, workers=workers)
    records = search(problem, scores, known=known, n_named=len(named))
    _require_some(
        asked,
        np.concatenate([record.X for record in records]),
        np.concatenate([record.G for record in records]),
        n_evaluated=sum(record.n_alloys for record in records),
    )
    first = _gathered(problem, records)
    first = kept(first, _near_targets(quick, first.X))
    chance = quick.chance(first.X)
    if chance.max() >= level:
        aim: Surrogate = ChanceOfTargets(quick)
        stages.say(f"search for the largest chance to meet all targets, from {chance.max():.2g}")
        best = np.argsort(-chance, kind="stable")
    else:
        aim = RelaxationOfTargets(quick, level)
        stages.say(f"search for what comes near the targets: the largest chance is {chance.max():.2g}")
        best = np.argsort(aim.predict_mean(first.X), kind="stable")
    again = problem.with_optimize(seeds=problem.spec.optimize.seeds[:1])
    starts = first.X[best[: again.spec.optimize.population]]
    second = _gathered(again, search(again, {"targets": aim}, known=starts, n_named=len(starts)))
    second = kept(second, _near_targets(quick, second.X))
    return _together(problem, first, second)


def _search(
    problem: Problem,
    scores: Mapping[str, Surrogate],
    *,
    limited: DesignProblem,
    known: FloatArray,
    n_named: int,
    stages: Stages,
    workers: Workers,
) -> list[SearchRecord]:
    """Return the records of searches that minimize some scores within the limits of a problem."""
    aimed = replace(
        limited,
        objectives=tuple(Objective(name, "min") for name in scores),
        surrogates={**limited.surrogates, **scores},
    )
    optimize = problem.spec.optimize
    n_evaluations = optimize.most_evaluations * len(optimize.seeds)
    choice = Choice(_ALGORITHM, "", n_evaluations, expected_seconds(problem, n_evaluations))
    scale = hypervolume_scale(aimed, known)
    plan = SearchPlan(problem, aimed, _ALGORITHM, scale, known, n_named, stages)
    return search_all(plan, choice, workers=workers)


def _require_some(asked: Targeted, X: FloatArray, G: FloatArray, *, n_evaluated: int) -> None:
    """Refuse alloys of which none keeps the limits.

    Raises:
        NoFeasibleAlloyError: None does; the message names the one that misses them by the least.
    """
    if not (G <= 0).all(axis=1).any():
        raise NoFeasibleAlloyError(nearest_miss(asked.problem, asked.view, X, G, n_evaluated=n_evaluated))


def _gathered(problem: Problem, records: Sequence[SearchRecord]) -> Found:
    """Return the alloys of some searches that keep the limits, each once."""
    X = np.concatenate([record.X[record.is_feasible] for record in records])
    seeds = np.concatenate(
        [np.full(int(record.is_feasible.sum()), record.seed, dtype=np.int64) for record in records]
    )
    n_evaluated = sum(record.n_alloys for record in records)
    return _once(problem, Found(X, _ALGORITHM, seeds, n_evaluated))


def _together(problem: Problem, one: Found, other: Found) -> Found:
    X, seeds = np.concatenate([one.X, other.X]), np.concatenate([one.seeds, other.seeds])
    return _once(problem, Found(X, _ALGORITHM, seeds, one.n_evaluated + other.n_evaluated))


def _once(problem: Problem, found: Found) -> Found:
    return kept(found, problem.space.first_of_each(found.X))


def kept(found: Found, rows: IntArray | BoolArray) -> Found:
    return replace(found, X=found.X[rows], seeds=found.seeds[rows])


def _near_targets(properties: TargetedProperties, X: FloatArray) -> IntArray:
    """Return the rows that may have a chance, those nearest to the targets, and most that none beats."""
    X = frozen(X)
    short = np.column_stack(
        [ShortOfTarget(t, properties.surrogates[t.name]).predict_mean(X) for t in properties.targets]
    )
    order = np.lexsort((short.max(axis=1), np.maximum(short, 0.0).sum(axis=1)))
    front = np.flatnonzero(non_dominated(short))[:_MOST_CANDIDATES]
    near = np.flatnonzero((short <= _MOST_SHORT).all(axis=1))
    return np.union1d(np.union1d(order[:_MOST_CANDIDATES], front), near)

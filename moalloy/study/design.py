"""Inverse design: from targets on properties to the likeliest alloys, or to targets that data support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from moalloy.build.checks import support_warnings
from moalloy.build.problem import Problem
from moalloy.build.targets import read_targets
from moalloy.domain.printed import meets_limits_as_printed, round_significant
from moalloy.domain.problem import Limit
from moalloy.domain.targets import Target, TargetedProperties
from moalloy.domain.values import BoolArray, FloatArray, IntArray, frozen
from moalloy.errors import InputError, NoFeasibleAlloyError
from moalloy.study.front import describe_alloys, nearest_measured
from moalloy.study.preparation import check_given, checked_starts
from moalloy.study.rescoring import unseen_columns, unseen_predictions
from moalloy.study.stages import Progress, Stages
from moalloy.study.stopping import counted
from moalloy.study.target_search import Found, Targeted, kept, searched, searched_as, targeted
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.unseen import Unseen
from moalloy.workers import Local, Workers

__all__ = ["DesignResult", "SupportedTargets", "design"]

# Chances are printed with three digits: one larger by this share is printed as no smaller.
_ROUNDING = 1.005
# Relaxed targets are told with so many digits, rounded to the easy side.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class SupportedTargets:
    """Targets that some alloy meets with the chance that was asked for.

    Attributes:
        targets: All of them, in the order in which they were asked for.
        relaxed: Names of those that gave way.
        chance: Of the alloy to meet all.
        chance_unseen: The same by models that never saw the groups near it; NaN where nothing can be said.
        X: The alloy, shape ``(1, n_columns)``.
        in_domain: Whether it lies in the domain of every targeted property.
    """

    targets: tuple[Target, ...]
    relaxed: tuple[str, ...]
    chance: float
    chance_unseen: float
    X: FloatArray
    in_domain: bool


@dataclass(frozen=True, slots=True, eq=False)
class DesignResult:
    """What was found for some targets.

    Attributes:
        problem: What was searched, with the targeted properties among its objectives.
        table: The likeliest alloys, one row for each composition, best first: the columns of pareto.csv,
            ``p_target``, the chance to meet all targets, and ``p_target_unseen``, the same by models that
            never saw the groups near the alloy. Empty where no alloy has the chance that was asked for.
        X: The same alloys, shape ``(n_alloys, n_columns)``.
        targets: What was asked of properties.
        limits: What was asked of descriptors.
        min_probability: The chance that was asked for.
        n_supported: How many compositions were found that have it.
        nearest: Where no alloy has it, what some alloy has: all targets giving way by equal shares of what
            measured values differ by, then each alone where that is enough. Empty if no bounds are.
        largest: The largest chance that any alloy has to meet all targets as they are.
        n_evaluated: How many alloys were evaluated.
        models: The surrogates.
    """

    problem: Problem
    table: pd.DataFrame
    X: FloatArray
    targets: tuple[Target, ...]
    limits: tuple[Limit, ...]
    min_probability: float
    n_supported: int
    nearest: tuple[SupportedTargets, ...]
    largest: float
    n_evaluated: int
    models: Mapping[str, FittedSurrogate]


def design(
    problem: Problem,
    targets: Sequence[str],
    models: Mapping[str, FittedSurrogate] | None = None,
    *,
    n: int = 10,
    min_probability: float = 0.5,
    apart_at_pct: float = 0.0,
    seed: int | None = None,
    jobs: int = 1,
    cache: Path | None = None,
    progress: Progress | None = None,
    workers: Workers | None = None,
) -> DesignResult:
    """Return the compositions that most likely meet all targets, with the treatment that suits each best.

    Constraints, limits and ``optimize.domain`` of the problem hold; its thresholds, ``risk`` and algorithm
    don't count. Targets on descriptors are exact limits.

    Args:
        problem: The space, the data and how to learn from them.
        targets: Such as ``"Bs >= 1.6 T"`` or ``"-1 <= magnetostriction <= 1 ppm"``, on any property of the
            problem, whether it is an objective or not, or on a descriptor.
        models: Surrogates from `fit`; fitted here where omitted.
        n: How many compositions to return at most.
        min_probability: The chance to meet all targets that an alloy must have, above 0, at most 1.
        apart_at_pct: How far compositions must lie from each other, half the sum of differences in at.%.
        seed: Of the search, in the place of the problem's ``seeds``.
        jobs: Members trained and searches run at a time. The result doesn't depend on it.
        cache: A folder that keeps fits between calls.
        progress: Where to report to.
        workers: Who trains and searches, in the place of ``jobs``.

    Raises:
        InputError: A target can't be read, or a number is out of place.
        EmptySpaceError: The constraints leave no alloy.
        TableError: A table can't be trained on.
        NoFeasibleAlloyError: No alloy keeps the limits.
    """
    wanted = read_targets(problem, targets)
    _check(n, min_probability, apart_at_pct)
    problem = searched_as(problem, seed)
    if models is not None:
        check_given(problem, models)
    starts = checked_starts(problem, is_fitted=models is not None)
    stages = Stages(None, progress or Progress())
    workers = workers or Local(jobs)
    fitted = stages.models(problem, models, workers=workers, cache=cache)
    for text in starts.said:
        stages.say(text)
    for warning in (*support_warnings(problem, fitted), *starts.warnings):
        stages.say(f"warning: {warning}")
    asked = targeted(problem, wanted, fitted)
    found = searched(asked, named=starts.X, level=min_probability, stages=stages, workers=workers)
    found = kept(found, meets_limits_as_printed(asked.view, found.X))
    if len(found.X) == 0:
        raise NoFeasibleAlloyError(
            f"none of {found.n_evaluated} evaluated alloys keeps the limits with its numbers as printed"
        )
    X = frozen(found.X)
    chance = round_significant(asked.properties.chance(X), 3)
    ranked = _ranked(asked, X, chance)
    supported = ranked[chance[ranked] >= min_probability]
    chosen = _apart(asked.problem, X, supported, n=n, at_pct=apart_at_pct)
    if len(chosen):
        stages.say(f"{counted(len(chosen), 'alloy')}, judged again by models that never saw what is near")
    return DesignResult(
        problem=asked.problem,
        table=_table(asked, kept(found, chosen), chance[chosen], workers=workers),
        X=X[chosen],
        targets=asked.properties.targets,
        limits=wanted.limits,
        min_probability=min_probability,
        n_supported=len(supported),
        nearest=() if len(chosen) else _nearest(asked, X, level=min_probability, workers=workers),
        largest=float(chance.max()),
        n_evaluated=found.n_evaluated,
        models=fitted,
    )


def _check(n: int, min_probability: float, apart_at_pct: float) -> None:
    if n < 1:
        raise InputError(f"n is {n}; expected a number of alloys, 1 at least")
    if not 0.0 < min_probability <= 1.0:
        raise InputError(f"the minimum probability is {min_probability:g}; expected one above 0, at most 1")
    if not 0.0 <= apart_at_pct <= 100.0:
        raise InputError(f"alloys apart by {apart_at_pct:g} at.%; expected 0 to 100")


def _ranked(asked: Targeted, X: FloatArray, chance: FloatArray) -> IntArray:
    """Return the rows by falling chance, one for each composition; of equals, that nearest to a measured."""
    space = asked.problem.space
    near = nearest_measured(asked.surrogates, X[:, : space.n_elements], space.elements)
    order = np.lexsort((*X.T[::-1], cast(FloatArray, near["nearest_distance_at_pct"]), -chance))
    _, first = np.unique(X[order, : space.n_elements], axis=0, return_index=True)
    return order[np.sort(first)]


def _apart(problem: Problem, X: FloatArray, ranked: IntArray, *, n: int, at_pct: float) -> IntArray:
    """Return the first ``n`` rows that lie so far from those before them."""
    chosen: list[int] = []
    amounts = 100.0 * X[:, : problem.space.n_elements]
    for row in ranked:
        gap = 0.5 * np.abs(amounts[chosen] - amounts[row]).sum(axis=1)
        if (gap >= at_pct - 1e-9).all():
            chosen.append(int(row))
        if len(chosen) == n:
            break
    return np.array(chosen, dtype=np.int64)


def _table(asked: Targeted, found: Found, chance: FloatArray, *, workers: Workers) -> pd.DataFrame:
    """Return the columns of pareto.csv, and the chance of each alloy by both kinds of models."""
    targets = asked.properties.targets
    table = describe_alloys(asked.problem, asked.view, asked.models, found.X)
    place = list(table).index("p_all") + 1
    table.insert(place, "p_target", chance)
    table = table.assign(in_domain=_in_domain(asked, found.X), algorithm=found.algorithm, seed=found.seeds)
    if len(table) == 0:
        return table
    unseen = _unseen(asked, found.X, workers=workers)
    again = np.prod([unseen[target.name].probability(**target.wanted) for target in targets], axis=0)
    table.insert(place + 1, "p_target_unseen", round_significant(again, 3))
    return pd.concat([table, unseen_columns(unseen)], axis=1)


def _unseen(asked: Targeted, X: FloatArray, *, workers: Workers) -> dict[str, Unseen]:
    """Return what models say of the targeted properties that never saw the groups near each alloy."""
    names = asked.properties.surrogates
    judged = tuple(objective for objective in asked.problem.objectives if objective.name in names)
    problem = replace(asked.problem, objectives=judged, limits=())
    return unseen_predictions(problem, asked.models, X, workers=workers)


def _in_domain(asked: Targeted, X: FloatArray) -> BoolArray:
    """Return which alloys lie in the domain of every targeted property, shape ``(n_alloys,)``."""
    inside = [model.is_in_domain(X) for model in asked.surrogates]
    return np.asarray(np.logical_and.reduce(inside), dtype=np.bool_)


def _nearest(
    asked: Targeted, X: FloatArray, *, level: float, workers: Workers
) -> tuple[SupportedTargets, ...]:
    """Return what alloys meet with a chance of ``level``: all targets relaxed alike, then each alone.

    What need not be relaxed for that alloy isn't; the latter replaces what so comes out twice.
    """
    properties = asked.properties
    level = min(_ROUNDING * level, 0.5 * (1.0 + level))
    names = tuple(target.name for target in properties.targets)
    ways = [names, *((name,) for name in names if len(names) > 1)]
    found: dict[tuple[str, ...], tuple[tuple[Target, ...], int]] = {}
    for way in ways:
        needed = properties.steps_needed(X, level, relaxed=way)
        row = int(needed.argmin())
        if np.isfinite(needed[row]):
            eased = _eased(properties, way, X[row : row + 1], level=level)
            changed = [old.name for old, new in zip(properties.targets, eased, strict=True) if new != old]
            found[tuple(changed)] = eased, row
    if not found:
        return ()
    alloys = X[[row for _, row in found.values()]]
    unseen = _unseen(asked, alloys, workers=workers)
    in_domain = _in_domain(asked, alloys)
    items = []
    for i, (relaxed, (eased, _)) in enumerate(found.items()):
        chance = replace(properties, targets=eased).chance(alloys[i : i + 1])
        again = np.prod([unseen[target.name].probability(**target.wanted)[i] for target in eased])
        both = round_significant(np.array([chance[0], again]), 3)
        items.append(
            SupportedTargets(
                eased, relaxed, float(both[0]), float(both[1]), alloys[i : i + 1], bool(in_domain[i])
            )
        )
    return tuple(items)


def _eased(
    properties: TargetedProperties, way: Sequence[str], alloy: FloatArray, *, level: float
) -> tuple[Target, ...]:
    """Return the targets with those of ``way`` relaxed, but for what the alloy meets as it is."""
    asked, steps = properties.targets, properties.least_steps(alloy, level, relaxed=way)
    eased = tuple(t.relaxed(steps, digits=_DIGITS) if t.name in way else t for t in asked)
    for i, target in enumerate(asked):
        spared = (*eased[:i], target, *eased[i + 1 :])
        if replace(properties, targets=spared).chance(alloy)[0] >= level:
            eased = spared
    return eased

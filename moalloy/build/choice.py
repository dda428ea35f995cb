"""Which algorithm searches a problem, and why: ``algorithm: auto`` weighs the size of the space."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

from moalloy.build.effort import N_TREES, exhaustive_seconds, search_seconds, window_seconds
from moalloy.build.learners import n_trees
from moalloy.build.models import HURDLE_MEMBERS
from moalloy.build.problem import Problem
from moalloy.optimize.record import EXHAUSTIVE

__all__ = ["Choice", "choose_algorithm", "expected_seconds", "expected_window_seconds", "suggestion"]

_AUTO, _GUIDED = "auto", "nsga2"
# An exact answer is worth waiting this long for, however short the guided search would be.
_SHORT_SECONDS = 120.0
_FRONT_PER_POPULATION = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An algorithm that can be run.

    Attributes:
        algorithm: Its name.
        reason: Why it was chosen, as a clause; empty where the file names it.
        n_evaluations: Alloys that it will evaluate over all seeds and systems, about, where they are too many
            to count.
        seconds: Expected time of the search on one core, good to a factor of three.
    """

    algorithm: str
    reason: str
    n_evaluations: int
    seconds: float

    @property
    def is_exhaustive(self) -> bool:
        return self.algorithm == EXHAUSTIVE


def choose_algorithm(problem: Problem) -> Choice:
    """Return the algorithm that the problem names, or for ``auto`` the one that suits it.

    That is the exhaustive one where it takes no longer than the NSGA-II of the file would, all seeds
    together, or less than two minutes on one core. Sizes decide and not a clock: the choice is the same on
    every machine.
    """
    named = problem.spec.optimize.algorithm
    if named == EXHAUSTIVE:
        return _exhaustive(problem)
    guided = _guided(problem)
    return _weighed(problem, guided) if named == _AUTO else guided


def expected_seconds(problem: Problem, n_evaluations: int) -> float:
    """Return the time of searches with so many evaluations on one core, good to a factor of three."""
    return search_seconds(n_evaluations, _n_models(problem), n_bounded=_n_bounded(problem))


def expected_window_seconds(problem: Problem) -> float:
    """Return the time that composition windows take on one core, good to a factor of three.

    How large a front gets nobody knows; with several objectives it holds a few times a population.
    """
    optimize = problem.spec.optimize
    if optimize.window == "none":
        return 0.0
    is_front = len(problem.objectives) > 1 and optimize.scalarize is None
    n_front = _FRONT_PER_POPULATION * optimize.population * len(optimize.seeds) if is_front else 1
    return window_seconds(n_front, _n_models(problem), n_bounded=_n_bounded(problem))


def suggestion(problem: Problem) -> str:
    """Return why the exhaustive search would be better than the one that the file names; empty if it isn't.

    Weighted sums and searches system by system are left alone, and so is what names no algorithm to replace.
    """
    optimize = problem.spec.optimize
    is_whole = optimize.algorithm in (_AUTO, EXHAUSTIVE)
    if is_whole or optimize.scalarize is not None or optimize.per_system:
        return ""
    choice = _weighed(problem, _guided(problem))
    return choice.reason if choice.is_exhaustive else ""


def _guided(problem: Problem) -> Choice:
    optimize = problem.spec.optimize
    name = _GUIDED if optimize.algorithm == _AUTO else optimize.algorithm
    n_searches = len(optimize.seeds) * max(1, len(problem.systems))
    n_evaluations = optimize.most_evaluations * n_searches
    return Choice(name, "", n_evaluations, expected_seconds(problem, n_evaluations))


def _exhaustive(problem: Problem) -> Choice:
    n_alloys = int(problem.space.n_points())
    seconds = exhaustive_seconds(n_alloys, _n_models(problem), n_bounded=_n_bounded(problem))
    return Choice(EXHAUSTIVE, "", n_alloys, seconds)


def _weighed(problem: Problem, guided: Choice) -> Choice:
    """Return the exhaustive search or the guided one, with the reason."""
    uncounted = [variable.name for variable in problem.space.process if variable.is_continuous]
    if uncounted:
        reason = f"{', '.join(uncounted)} has any value within its range, so alloys can't be counted"
        return replace(guided, reason=reason)
    whole = _exhaustive(problem)
    every = (
        f"evaluating every one of {_counted(whole.n_evaluations)} alloys takes about"
        f" {_duration(whole.seconds)} on one core"
    )
    if whole.seconds < _SHORT_SECONDS:
        return replace(whole, reason=f"{every}, which is below {_duration(_SHORT_SECONDS)}")
    beside = f"the {_duration(guided.seconds)} of {guided.algorithm}"
    if whole.seconds <= guided.seconds:
        return replace(whole, reason=f"{every}, no longer than {beside}")
    return replace(guided, reason=f"{every}, longer than {beside}")


def _n_bounded(problem: Problem) -> int:
    """Return of how many properties a search asks which errors to expect."""
    optimize = problem.spec.optimize
    return len(problem.spec.properties) if optimize.risk != "mean" or optimize.domain == "inside" else 0


def _n_models(problem: Problem) -> Counter[str]:
    """Return how many models of each kind predict an alloy; of XGBoost's, by the trees of a default one."""
    model, properties = problem.spec.model, problem.spec.properties
    found = Counter({kind: len(properties) * model.members for kind in model.kinds})
    found["xgboost"] += HURDLE_MEMBERS * sum(item.hurdle is not None for item in properties.values())
    found["xgboost"] = math.ceil(found["xgboost"] * n_trees(problem.spec) / N_TREES)
    return found


def _counted(number: int) -> str:
    return f"{number:,}" if number < 10**9 else f"{float(number):.3g}"


def _duration(seconds: float) -> str:
    """Return a time in words of one unit.

    >>> _duration(0.2), _duration(120), _duration(86400 * 400)
    ('1 s', '2 min', '400 d')
    """
    for unit, size, most in (("s", 1.0, 90.0), ("min", 60.0, 5400.0), ("h", 3600.0, 172800.0)):
        if seconds < most:
            return f"{max(1, round(seconds / size))} {unit}"
    return f"{seconds / 86400:,.0f} d"

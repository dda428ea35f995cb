"""A problem file, joined with what it needs to run: its space, objectives and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from moalloy.build.space import build_space
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.problem import DescriptorSurrogate, DesignProblem, Limit
from moalloy.domain.systems import systems
from moalloy.domain.values import Grounded, Objective, Surrogate
from moalloy.errors import ProblemFileError, SpaceError
from moalloy.features.descriptors import get_descriptor
from moalloy.spec import ProblemSpec, load_spec

__all__ = ["Problem", "build_problem", "design_problem", "load_problem"]

# Searching more systems than this one by one would take days, and nobody would read the list.
_MOST_SYSTEMS = 2000
# The chance below which a hurdle says no, whatever it says: thousands of rows tell no smaller ones apart.
_LEAST_CHANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Problem:
    """A design problem as its file states it; it has no models yet.

    Attributes:
        spec: What the file says.
        space: The alloys that it allows.
        objectives: What to minimize and maximize, in file order.
        limits: Hard limits on properties and descriptors.
    """

    spec: ProblemSpec
    space: DesignSpace
    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...]

    @property
    def name(self) -> str:
        return self.spec.name

    def is_property(self, name: str) -> bool:
        """Return whether ``name`` is learned from a table; a descriptor is computed."""
        return name in self.spec.properties

    def with_optimize(self, **changes: object) -> Problem:
        """Return the problem with other keys of ``optimize``, which are taken as they are."""
        optimize = self.spec.optimize.model_copy(update=changes)
        return replace(self, spec=self.spec.model_copy(update={"optimize": optimize}))

    @cached_property
    def systems(self) -> tuple[tuple[str, ...], ...]:
        """The chemical systems to search one by one, small ones first; empty where one search is for all.

        Raises:
            ProblemFileError: There are more of them than can be searched one by one.
        """
        if not self.spec.optimize.per_system:
            return ()
        found = list(islice(systems(self.space), _MOST_SYSTEMS + 1))
        if len(found) > _MOST_SYSTEMS:
            said = (
                f"the space holds more than {_MOST_SYSTEMS:,} chemical systems, each with a search of its own"
            )
            hint = (
                "Lower space.count, forbid combinations, or delete per_system: one search finds its system."
            )
            raise ProblemFileError([self.spec.fault("optimize", "per_system", found=said, hint=hint)])
        place = {symbol: i for i, symbol in enumerate(self.space.elements)}
        return tuple(sorted(found, key=lambda system: (len(system), [place[symbol] for symbol in system])))


def load_problem(path: str | Path, overrides: Sequence[str] = ()) -> Problem:
    """Read a problem file.

    Args:
        path: The YAML file.
        overrides: Changes such as ``"optimize.population=50"``, applied before validation.

    Raises:
        ProblemFileError: With every fault that was found, each with its line.
    """
    return build_problem(load_spec(path, overrides))


def build_problem(spec: ProblemSpec) -> Problem:
    """Return the problem that a spec describes.

    Raises:
        ProblemFileError: The space can't be built.
    """
    try:
        space = build_space(spec.space)
    except SpaceError as error:
        raise ProblemFileError([spec.fault("space", found=str(error))]) from None
    objectives = tuple(
        Objective(name, item.goal, _unit(spec, name), _is_log(spec, name), item.threshold)
        for name, item in spec.objectives.items()
    )
    limits = tuple(Limit(name, item.min, item.max, _is_log(spec, name)) for name, item in spec.limits.items())
    problem = Problem(spec, space, objectives, limits)
    _check_descriptors(problem)
    return problem


def design_problem(problem: Problem, models: Mapping[str, Surrogate]) -> DesignProblem:
    """Return what a solver sees: the problem with a surrogate for each objective and limit.

    Raises:
        ProblemFileError: ``models`` lacks a property.
    """
    names = [item.name for item in problem.objectives] + [item.name for item in problem.limits]
    missing = [name for name in dict.fromkeys(names) if problem.is_property(name) and name not in models]
    if missing:
        found = f"no model of {', '.join(missing)} was given"
        raise ProblemFileError([problem.spec.fault("properties", found=found, hint="Fit the problem first.")])
    surrogates: dict[str, Surrogate] = {}
    for name in names:
        is_property = problem.is_property(name)
        surrogates[name] = (
            models[name] if is_property else DescriptorSurrogate(get_descriptor(name), problem.space.elements)
        )
    return DesignProblem(
        space=problem.space,
        objectives=tuple(_objective_with_floor(item, surrogates[item.name]) for item in problem.objectives),
        surrogates=surrogates,
        limits=tuple(_limit_with_floor(item, surrogates[item.name]) for item in problem.limits),
        risk=problem.spec.optimize.risk,
        weights=dict(problem.spec.optimize.scalarize or {}),
        grounds=_grounds(problem, models) if problem.spec.optimize.domain == "inside" else {},
    )


def _grounds(problem: Problem, models: Mapping[str, Surrogate]) -> dict[str, Grounded]:
    """Return the models behind the objectives, which alone decide what counts as in the domain.

    Raises:
        SpaceError: A model that was given knows of no domain.
    """
    grounds: dict[str, Grounded] = {}
    for objective in problem.objectives:
        if problem.is_property(objective.name):
            model = models[objective.name]
            if not isinstance(model, Grounded):
                raise SpaceError(f"domain: inside, but the model of {objective.name} knows of no domain")
            grounds[objective.name] = model
    return grounds


def _is_log(spec: ProblemSpec, name: str) -> bool:
    return name in spec.properties and spec.properties[name].scale == "log"


def _objective_with_floor(objective: Objective, surrogate: Surrogate) -> Objective:
    """Return an objective with what its value may sink to before the logarithm is taken."""
    least = _least_value(surrogate)
    return objective if least is None else replace(objective, floor=least)


def _limit_with_floor(limit: Limit, surrogate: Surrogate) -> Limit:
    """Return a limit with such a floor, below the limit, so that what misses it doesn't meet it."""
    least = _least_value(surrogate)
    if least is None:
        return limit
    given = [bound for bound in (limit.minimum, limit.maximum) if bound is not None and bound > 0]
    return replace(limit, floor=min([least, *(_LEAST_CHANCE * bound for bound in given)]))


def _least_value(surrogate: Surrogate) -> float | None:
    """Return what counts as nothing where a hurdle may leave nothing, or only a bad end of 0; else None.

    The smallest measured value times the least chance: far from the alloys that have the property, but not
    so far that these look all alike.
    """
    if isinstance(surrogate, DescriptorSurrogate):
        return None
    from moalloy.surrogates.fitted import FittedSurrogate  # Loads XGBoost, which `check` can do without.

    if not isinstance(surrogate, FittedSurrogate) or surrogate.model.hurdle is None:
        return None
    return _LEAST_CHANCE * float(surrogate.model.rows.values.min())


def _unit(spec: ProblemSpec, name: str) -> str:
    if name in spec.properties:
        return spec.properties[name].unit or ""
    return get_descriptor(name).unit


def _check_descriptors(problem: Problem) -> None:
    """Refuse descriptors as objectives or limits that lack data for an element of the space."""
    faults = []
    for section, items in (("objectives", problem.objectives), ("limits", problem.limits)):
        for item in items:
            if problem.is_property(item.name):
                continue
            missing = get_descriptor(item.name).missing(problem.space.elements)
            if missing:
                found = f"{item.name} has no data for {', '.join(missing)}"
                faults.append(problem.spec.fault(section, item.name, found=found))
    if faults:
        raise ProblemFileError(faults)

"""Checks of ``optimize.reference_points``: where a search by preference aims."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue

_AIMS = "rnsga2"
_PATH = ("optimize", "reference_points")


def aims_are_given_where_used(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """`rnsga2` needs points to aim at, and nothing else looks at them."""
    optimize = spec.optimize
    if optimize.algorithm == _AIMS and optimize.reference_points is None:
        values = ", ".join(f"{name}: ..." for name in names.objectives)
        hint = f"Add reference_points: [{{{values}}}], in the objectives' units, or take nsga2."
        yield Issue(("optimize", "algorithm"), f"{_AIMS} without a point to aim at", "reference_points", hint)
    if optimize.algorithm != _AIMS and optimize.reference_points is not None:
        found = f"{optimize.algorithm} looks for the whole front and uses no reference points"
        yield Issue(_PATH, found, severity="note")


def aims_name_every_objective(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A point has one value for each objective, above 0 on a log scale."""
    for number, point in enumerate(spec.optimize.reference_points or ()):
        missing = [name for name in names.objectives if name not in point]
        if missing:
            found = f"the point has no value for {', '.join(missing)}"
            yield Issue((*_PATH, number), found, "one for each objective")
        for name, value in point.items():
            if name not in names.objectives:
                hint = did_you_mean(name, names.objectives)
                expected = f"one of {listing(names.objectives)}"
                yield Issue((*_PATH, number, name), f"{name!r} isn't among the objectives", expected, hint)
            elif name in spec.properties and spec.properties[name].scale == "log" and value <= 0:
                found = f"{value:g} for {name}, which has scale: log"
                hint = "Points are in the property's unit and not logarithms."
                yield Issue((*_PATH, number, name), found, "a number above 0", hint)


def aims_are_values_and_not_chances(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A value in the objective's unit can't be aimed at where the chance of a threshold is judged."""
    optimize = spec.optimize
    if optimize.algorithm == _AIMS and optimize.risk == "p_all":
        found = f"{_AIMS} with risk: p_all, which judges chances and not values"
        hint = "Thresholds already say what p_all aims at: take nsga2, or risk: mean."
        yield Issue(("optimize", "risk"), found, "mean or lower", hint)

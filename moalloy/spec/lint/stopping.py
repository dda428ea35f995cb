"""Checks of what ends a search: evaluations, time, stagnation."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.spec.lint.names import Names
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue


def evaluations_make_a_generation(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A search makes one generation at least."""
    most, population = spec.optimize.max_evaluations, spec.optimize.population
    if most is not None and most < population:
        found = f"{most} evaluations, with a population of {population}"
        hint = "Lower the population, or allow more evaluations."
        yield Issue(("optimize", "max_evaluations"), found, f"at least {population}", hint)


def time_limits_are_no_seeds(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Where a clock ends the search, a seed no longer gives one result."""
    if spec.optimize.max_seconds is not None:
        found = (
            "a time limit makes the front depend on the machine and on what else it does: one seed no longer "
            "gives one front"
        )
        hint = "The run records where each search ended; max_evaluations or stagnation end it anywhere alike."
        yield Issue(("optimize", "max_seconds"), found, hint=hint, severity="note")


def stagnation_can_be_seen(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Stagnation needs generations to look back on, and a hypervolume that the search is after."""
    optimize = spec.optimize
    if optimize.stagnation is None:
        return
    if optimize.stagnation.generations >= optimize.generations:
        found = (
            f"the search ends after {optimize.generations} generations, before it can stagnate for "
            f"{optimize.stagnation.generations}"
        )
        yield Issue(("optimize", "stagnation"), found, severity="note")
    if optimize.scalarize is not None:
        found = (
            "stagnation watches the hypervolume of all objectives, and not the weighted sum that is minimized"
        )
        yield Issue(("optimize", "stagnation"), found, severity="note")

"""Checks of what searches begin with, and of how they share the space out."""

from __future__ import annotations

from collections.abc import Iterator

from moalloy.spec.lint.names import Names
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue

_STARTS_NOWHERE = frozenset({"random", "exhaustive"})
_WHOLE_SPACE = frozenset({"auto", "exhaustive"})


def starts_are_used(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Where nothing is bred, no alloy is started from."""
    algorithm, start = spec.optimize.algorithm, spec.optimize.start
    if start is None:
        return
    if algorithm in _STARTS_NOWHERE:
        yield Issue(("optimize", "start"), f"{algorithm} starts from no alloys", severity="note")
    for number, source in enumerate(start):
        if source in start[:number]:
            yield Issue(("optimize", "start", number), f"{source} is listed twice", "each start once")


def systems_are_searched(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """Searches of single systems have an algorithm and an end that every machine repeats."""
    optimize = spec.optimize
    if not optimize.per_system:
        return
    if optimize.algorithm in _WHOLE_SPACE:
        found = f"per_system with {optimize.algorithm}"
        expected = "an algorithm that searches, such as nsga2"
        hint = "An exhaustive search finds the front of every system anyway: delete per_system for it."
        yield Issue(("optimize", "per_system"), found, expected, hint)
    if optimize.max_seconds is not None:
        found = "per_system with max_seconds: how long each system was searched couldn't be repeated"
        hint = "Take max_evaluations or stagnation, which count for each system."
        yield Issue(("optimize", "per_system"), found, "a budget that doesn't depend on the machine", hint)

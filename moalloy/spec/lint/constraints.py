"""Checks of ``space.constraints``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moalloy.domain.elements import is_element
from moalloy.domain.expressions import parse_constraint
from moalloy.errors import SpaceError
from moalloy.spec.constraint import DescriptorLimitSpec, LinearConstraintSpec
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue, Path

__all__ = ["bounds_of", "descriptor_limits_are_usable", "lines_are_linear", "unknown_names", "without_data"]


def lines_are_linear(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A constraint line is linear, in elements and groups that are there."""
    for position, constraint in enumerate(spec.space.constraints):
        if isinstance(constraint, LinearConstraintSpec):
            yield from _line(constraint.text, ("space", "constraints", position), names)


def _line(text: str, path: Path, names: Names) -> Iterator[Issue]:
    try:
        terms = parse_constraint(text)
    except SpaceError as error:
        yield Issue(path, str(error))
        return
    yield from unknown_names([name for term in terms for name in term.coefficients], path, names)


def unknown_names(found: Iterable[str], path: Path, names: Names) -> Iterator[Issue]:
    """Yield which of the names of elements and groups aren't there."""
    for name in dict.fromkeys(found):
        if name not in names.elements and name not in names.groups:
            yield _unknown(name, path, names)


def _unknown(name: str, path: Path, names: Names) -> Issue:
    known = (*names.elements, *names.groups)
    if name in names.process:
        return Issue(path, f"{name} is a process variable", "elements and groups", "Set its range instead.")
    if name in names.descriptors:
        hint = f"Write {{descriptor: {name}, max: ...}}."
        return Issue(path, f"{name} is a descriptor", "elements and groups", hint)
    hint = "Add it there, or drop it here." if is_element(name) else did_you_mean(name, known)
    found = f"{name!r} is neither among space.elements nor a group"
    return Issue(path, found, f"one of {listing(known)}", hint)


def descriptor_limits_are_usable(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A descriptor limit names a descriptor with data for the elements, and has bounds that ascend."""
    for position, constraint in enumerate(spec.space.constraints):
        if not isinstance(constraint, DescriptorLimitSpec):
            continue
        path: Path = ("space", "constraints", position)
        name = constraint.descriptor
        yield from bounds_of(path, name, constraint.min, constraint.max)
        if name in names.descriptors:
            yield from without_data(path, name, names)
        else:
            found = f"there is no descriptor {name!r}"
            hint = did_you_mean(name, names.descriptors)
            yield Issue((*path, "descriptor"), found, f"one of {listing(names.descriptors)}", hint)


def bounds_of(path: Path, name: str, low: float | None, high: float | None) -> Iterator[Issue]:
    """Yield what is wrong with the limits ``low`` and ``high`` on ``name``."""
    if low is None and high is None:
        yield Issue(path, f"the limit on {name} has neither min nor max", "min, max or both")
    elif low is not None and high is not None and low > high:
        yield Issue(path, f"{name} has min {low:g} > max {high:g}", "min <= max", "Swap them.")


def without_data(path: Path, name: str, names: Names) -> Iterator[Issue]:
    """Yield the elements of the space for which descriptor ``name`` has no data."""
    elements = [element for element in names.elements if is_element(element)]
    if missing := names.descriptors[name].missing(elements):
        hint = "Drop them from the space, or do without this descriptor."
        yield Issue(path, f"{name} has no data for {listing(missing)}", "elements with data", hint)

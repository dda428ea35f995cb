"""Checks of constraints on which elements are present, and on windows around a named alloy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moalloy.domain.composition import parse_formula
from moalloy.errors import CompositionError
from moalloy.spec.around import AroundSpec
from moalloy.spec.lint.constraints import bounds_of, unknown_names
from moalloy.spec.lint.names import Names
from moalloy.spec.nearest import listing
from moalloy.spec.presence import ForbidSpec, GroupCountSpec, RequireSpec
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue, Path

__all__ = ["presence_is_possible", "windows_name_alloys"]


def presence_is_possible(spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Counts, forbidden and required elements are there, and a count can be reached."""
    for position, item in enumerate(spec.space.constraints):
        path: Path = ("space", "constraints", position)
        match item:
            case GroupCountSpec():
                yield from unknown_names(item.count, path, names)
                yield from _count(item, path, spec)
            case ForbidSpec():
                yield from _forbidden(item.forbid, path, names)
            case RequireSpec():
                yield from unknown_names([item.require, item.with_], path, names)


def _count(item: GroupCountSpec, path: Path, spec: ProblemSpec) -> Iterator[Issue]:
    yield from bounds_of(path, f"the count of {listing(item.count)}", item.min, item.max)
    members = {symbol for name in item.count for symbol in spec.space.groups.get(name, (name,))}
    if item.min is not None and item.min > len(members):
        found = f"{item.min} elements of {listing(item.count)} are to be present"
        yield Issue(path, found, f"at most {len(members)}")


def _forbidden(symbols: Sequence[str], path: Path, names: Names) -> Iterator[Issue]:
    groups = [name for name in symbols if name in names.groups and name not in names.elements]
    if groups:
        hint = f"Write {{count: {groups[0]}, max: ...}}."
        yield Issue(path, f"{groups[0]} is a group", "elements", hint)
        return
    yield from unknown_names(symbols, path, names)
    if len(set(symbols)) < len(symbols):
        yield Issue(path, f"{listing(symbols)} names an element twice", "each element once")


def windows_name_alloys(spec: ProblemSpec, _names: Names) -> Iterator[Issue]:
    """A window names an alloy by its formula, in a space whose amounts are at.%."""
    for position, item in enumerate(spec.space.constraints):
        if not isinstance(item, AroundSpec):
            continue
        path: Path = ("space", "constraints", position)
        if spec.space.basis != "at%":
            found = f"around measures in at.%, but the basis of this space is {spec.space.basis}"
            yield Issue(path, found, "basis: at%", "Bound the elements by their ranges instead.")
        try:
            parse_formula(item.around)
        except CompositionError as error:
            yield Issue((*path, "around"), str(error), "a formula such as Fe73.5Si13.5B9Nb3Cu1")

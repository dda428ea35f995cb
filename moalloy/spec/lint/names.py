"""The names in a problem file, and what they may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moalloy.domain.elements import is_element
from moalloy.domain.values import Descriptor
from moalloy.spec.problem import ProblemSpec
from moalloy.spec.tree import Issue, Node, Path

__all__ = ["Names", "are_identifiers", "are_unique", "leave_columns_free"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# The columns of pareto.csv that aren't named in the problem file.
_COLUMNS = frozenset(
    (
        *("formula", "p_all", "p_target", "in_domain", "algorithm", "seed", "system"),
        *("nearest_formula", "nearest_distance_at_pct", "nearest_reference"),
    )
)
_SUFFIXES = ("_low", "_high", "_score")
_REQUIRED: frozenset[Path] = frozenset({("space",), ("space", "elements"), ("objectives",)})


class _Unknown(tuple[str, ...]):
    """The names in a section that could not be understood: any name may be among them."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a problem file gives, in its order, and the descriptors, kinds and features there are.

    A section that could not be understood has no names to go through, and yet holds any name that
    is looked for, so that one fault doesn't cause others.
    """

    elements: tuple[str, ...]
    groups: tuple[str, ...]
    process: tuple[str, ...]
    data: tuple[str, ...]
    properties: tuple[str, ...]
    objectives: tuple[str, ...]
    descriptors: Mapping[str, Descriptor]
    kinds: tuple[str, ...]
    feature_sets: tuple[str, ...]

    @classmethod
    def of(
        cls,
        root: Node,
        descriptors: Mapping[str, Descriptor],
        *,
        kinds: tuple[str, ...],
        feature_sets: tuple[str, ...],
    ) -> Names:
        """Return the names in the tree of a file."""
        return cls(
            elements=_names(root, "space", "elements"),
            groups=_names(root, "space", "groups"),
            process=_names(root, "space", "process"),
            data=_names(root, "data"),
            properties=_names(root, "properties"),
            objectives=_names(root, "objectives"),
            descriptors=descriptors,
            kinds=kinds,
            feature_sets=feature_sets,
        )

    @property
    def predictable(self) -> tuple[str, ...]:
        """The names that an objective or a limit may speak of."""
        return (*self.properties, *self.descriptors)

    @property
    def chosen(self) -> tuple[tuple[str, Path], ...]:
        """The names that are the user's choice and get into expressions and columns, with their paths."""
        sections: tuple[tuple[Path, tuple[str, ...]], ...] = (
            (("space", "groups"), self.groups),
            (("space", "process"), self.process),
            (("properties",), self.properties),
        )
        return tuple((name, (*path, name)) for path, names in sections for name in names)


def _names(root: Node, *path: str) -> tuple[str, ...]:
    node = root
    for depth, step in enumerate(path, start=1):
        child = node.find(step)
        if child is None:
            return _Unknown() if path[:depth] in _REQUIRED else ()
        if not isinstance(child.content, Mapping):
            return _Unknown()
        node = child
    return tuple(str(name) for name in node.children())


def are_identifiers(_spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """Groups stand in constraints, properties in targets: their names must be words."""
    for name, path in names.chosen:
        if not _IDENTIFIER.fullmatch(name):
            expected = "letters, digits and underscores, beginning with a letter"
            yield Issue(path, f"the name {name!r}", expected, "Rename it.")


def are_unique(_spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """One name, one thing: columns and expressions know things by name alone."""
    taken: dict[str, str] = dict.fromkeys(names.descriptors, "a descriptor")
    for name, path in names.chosen:
        if is_element(name):
            yield Issue(path, f"{name} is the symbol of an element", "another name", "Rename it.")
        elif name in taken:
            yield Issue(path, f"{name} is the name of {taken[name]} already", "another name", "Rename it.")
        else:
            taken[name] = {"groups": "a group", "process": "a process variable"}.get(
                str(path[-2]), "a property"
            )


def leave_columns_free(_spec: ProblemSpec, names: Names) -> Iterator[Issue]:
    """A property ``Bs_low`` beside ``Bs`` would make two columns of one name in the results."""
    for name, path in names.chosen:
        stem = next((name.removesuffix(s) for s in _SUFFIXES if name.endswith(s)), None)
        is_amount = name.endswith("_wt") and is_element(name.removesuffix("_wt"))
        if name in _COLUMNS or stem in names.properties or is_amount:
            yield Issue(path, f"{name} is a column of the results already", "another name", "Rename it.")

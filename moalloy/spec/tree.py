"""The tree of a problem file: every value with its file, its line and its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from moalloy.errors import Fault, Severity
from moalloy.spec.scalars import Scalar

__all__ = ["Issue", "Node", "Path", "Plain"]

Path = tuple[str | int, ...]
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault that knows its path in the tree and not yet its file and line."""

    path: Path
    found: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands; ``line`` is that of its key, None where there is no file.

    ``place`` is what people read: ``space.elements.Si``, and ``space.constraints#2`` for the
    second entry of a list. A broken node stands for a value that was refused already.
    """

    content: Scalar | tuple[Node, ...] | Mapping[str, Node]
    file: str
    line: int | None
    place: str = ""
    is_broken: bool = False

    def children(self) -> Mapping[str | int, Node]:
        """Return the nodes below this one by key or by position; empty for a single value."""
        below: dict[str | int, Node] = {}
        if isinstance(self.content, Mapping):
            below.update(self.content)
        elif isinstance(self.content, tuple):
            below.update(enumerate(self.content))
        return below

    def find(self, *path: str | int) -> Node | None:
        """Return the node at ``path``, or None."""
        node: Node | None = self
        for step in path:
            node = node.children().get(step) if node is not None else None
        return node

    def deepest(self, path: Path) -> Node:
        """Return the node at ``path``, or the last one on the way to it.

        Steps that the tree doesn't have are skipped, since ``[1, 15]`` has no ``max`` in the file.
        """
        node = self
        for step in path:
            node = node.children().get(step, node)
        return node

    def plain(self) -> Plain:
        """Return the values alone, as lists and dictionaries."""
        if isinstance(self.content, Mapping):
            return {key: child.plain() for key, child in self.content.items()}
        if isinstance(self.content, tuple):
            return [child.plain() for child in self.content]
        return self.content

    def without(self, paths: Collection[Path]) -> Node:
        """Return the tree less what stands at ``paths``."""
        below = {
            step: child.without([path[1:] for path in paths if path[0] == step])
            for step, child in self.children().items()
            if (step,) not in paths
        }
        if isinstance(self.content, Mapping):
            return replace(self, content={str(step): child for step, child in below.items()})
        return replace(self, content=tuple(below.values())) if isinstance(self.content, tuple) else self

    def at(self, place: str) -> Node:
        """Return the same values at another place, for an anchor that is used again."""
        if isinstance(self.content, Mapping):
            below = {key: child.at(child_place(place, key)) for key, child in self.content.items()}
            return replace(self, content=below, place=place)
        if isinstance(self.content, tuple):
            items = tuple(child.at(child_place(place, i)) for i, child in enumerate(self.content))
            return replace(self, content=items, place=place)
        return replace(self, place=place)

    def walk(self) -> Iterator[tuple[Path, Node]]:
        """Yield every node of the tree with its path from here, this one first."""
        yield (), self
        for step, child in self.children().items():
            for path, node in child.walk():
                yield (step, *path), node

    def size(self) -> int:
        """Return the number of nodes in this tree."""
        return 1 + sum(child.size() for child in self.children().values())

    def fault(self, issue: Issue) -> Fault:
        """Return ``issue`` with the file, line and place where it arose."""
        node = self.deepest(issue.path)
        return Fault(
            node.file, node.line, node.place, issue.found, issue.expected, issue.hint, issue.severity
        )


def child_place(place: str, step: str | int) -> str:
    """Return the place of a child: a key after a dot, the n-th entry of a list as ``#n``.

    >>> child_place("space.constraints", 1)
    'space.constraints#2'
    """
    if isinstance(step, int):
        return f"{place}#{step + 1}"
    return f"{place}.{step}" if place else step

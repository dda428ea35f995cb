"""Named things that moalloy has and that other packages may add to by entry points."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from moalloy.errors import SpaceError

__all__ = ["Registry", "package_of"]

T = TypeVar("T")


def package_of(point: EntryPoint) -> str:
    """Return the package behind an entry point, with its version: ``mine 1.0``."""
    return point.value if point.dist is None else f"{point.dist.name} {point.dist.version}"


class Registry(Mapping[str, T], Generic[T]):
    """A mapping from names to built-in things first, then to those of other packages.

    Nothing is built or imported before it is asked for by name, and installed packages are looked
    through only for a name that isn't built in or for the list of all names.
    """

    def __init__(
        self,
        kind: str,
        *,
        group: str,
        built_in: Mapping[str, Callable[[], T]],
        accepts: Callable[[object], bool],
    ) -> None:
        """Make a registry.

        Args:
            kind: What the things are called in messages.
            group: Entry-point group in which other packages offer theirs.
            built_in: A function per name that makes the thing.
            accepts: Whether an object from another package is such a thing.
        """
        self._kind = kind
        self._group = group
        self._built_in = built_in
        self._accepts = accepts
        self._made: dict[str, T] = {}
        self._plugins: dict[str, EntryPoint] | None = None

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            make = self._built_in.get(name)
            self._made[name] = make() if make else self._load(self._offered()[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._built_in
        yield from self._offered()

    def __len__(self) -> int:
        return len(self._built_in) + len(self._offered())

    def __contains__(self, name: object) -> bool:
        return name in self._built_in or name in self._offered()

    def named(self, name: str) -> T:
        """Return the thing called ``name``.

        Raises:
            SpaceError: There is none; the message names the nearest. Or another package offers
                something under the name that can't be used.
        """
        if name not in self:
            self._plugins = None  # a package may have come while a session runs
        if name in self:
            return self[name]
        near = difflib.get_close_matches(name, list(self), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"There are {', '.join(sorted(self))}."
        raise SpaceError(f"there is no {self._kind} {name!r}; {hint}")

    def offer(self, name: str) -> EntryPoint | None:
        """Return the entry point of another package under ``name``; None for what is built in."""
        return None if name in self._built_in else self._offered().get(name)

    def _offered(self) -> dict[str, EntryPoint]:
        """Return what other packages offer, by name."""
        if self._plugins is None:
            self._plugins = {}
            for point in entry_points(group=self._group):
                if point.name in self._built_in or point.name in self._plugins:
                    raise SpaceError(
                        f"{point.value} offers a {self._kind} {point.name!r}, but there is one of that "
                        "name; uninstall one of the packages."
                    )
                self._plugins[point.name] = point
        return self._plugins

    def _load(self, point: EntryPoint) -> T:
        place = f"the {self._kind} {point.name!r} of an installed package ({point.value})"
        try:
            thing = point.load()
        except Exception as error:  # whatever a foreign module does when it is imported
            raise SpaceError(f"{place} can't be imported: {error}.") from error
        if not self._accepts(thing):
            raise SpaceError(f"{place} is a {type(thing).__name__}; expected a {self._kind}.")
        return cast(T, thing)

"""What workers are asked, and how their answers are put in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Literal, Protocol, TypeVar

__all__ = ["Where", "Workers", "in_order"]

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

Where = Literal["here", "beside", "away"]
"""In this process; in others that see the same files; on other machines, which may see none of them."""


class Workers(Protocol):
    """Whoever works on units side by side."""

    @property
    def where(self) -> Where:
        """Where units are done."""

    def finished(
        self, function: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]
    ) -> Generator[tuple[int, Result]]:
        """Yield the number and the result of each unit as soon as it is done.

        Args:
            function: Of a module; called as ``function(shared, item)``. It must not change ``shared``.
            shared: What all units read; sent once where it is sent at all.
            items: What tells one unit from the others.
        """


def in_order(
    workers: Workers, function: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]
) -> Generator[Result]:
    """Yield ``function(shared, item)`` in the order of the items; whatever is early waits in memory.

    >>> from moalloy.workers import Local
    >>> list(in_order(Local(2), pow, 2, [3, 4, 5]))
    [8, 16, 32]
    """
    early: dict[int, Result] = {}
    following = 0
    with closing(workers.finished(function, shared, items)) as finished:
        for number, result in finished:
            early[number] = result
            while following in early:
                yield early.pop(following)
                following += 1

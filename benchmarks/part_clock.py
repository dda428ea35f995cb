"""A clock that says which part of the program CPU time goes into; no script of its own.

Functions are wrapped by name, which costs a microsecond a call: wrap what is called by the generation, not by
the alloy. A profiler counts every call and makes small functions look slow.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

__all__ = ["Clock", "Part", "measured"]

# What owns a function, the function's name, and the part of the program that it is counted as.
Part = tuple[Any, str, str]


@dataclass
class Clock:
    """CPU seconds by part, each moment in the innermost part alone."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    inside: list[str] = field(default_factory=lambda: ["rest"])
    last: float = field(default_factory=time.process_time)

    def enter(self, part: str) -> None:
        self._count()
        self.inside.append(part)

    def leave(self) -> None:
        self._count()
        self.inside.pop()

    def _count(self) -> None:
        now = time.process_time()
        self.spent[self.inside[-1]] += now - self.last
        self.last = now

    def timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self.enter(part)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return run


@contextmanager
def measured(parts: tuple[Part, ...]) -> Iterator[Clock]:
    """Time parts of the program inside the block."""
    clock = Clock()
    with ExitStack() as stack:
        for owner, name, part in parts:
            stack.enter_context(patch.object(owner, name, clock.timed(getattr(owner, name), part)))
        clock.enter("rest")
        yield clock
        clock.leave()

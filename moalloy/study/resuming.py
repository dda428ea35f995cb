"""A search that can be killed at any moment and go on: what it evaluates is kept while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from moalloy.optimize.record import Generation, SearchRecord
from moalloy.optimize.recorder import ReplayError
from moalloy.runs.journal import Journal

__all__ = ["Searching", "kept_while_it_runs"]


class Searching(Protocol):
    """One search with all of its settings."""

    def __call__(
        self, *, earlier: list[Generation], keep: Callable[[Generation], None] | None
    ) -> SearchRecord: ...


def kept_while_it_runs(
    searching: Searching, journal: Journal | None, *, name: str, say: Callable[[str], None]
) -> SearchRecord:
    """Return the record of a search, gone on with where its journal ends.

    The record is the same as that of a search which nothing interrupted. The journal is left for the
    caller to clear, once the record is safe.

    Args:
        searching: The search; made again from its seed, with what the journal holds looked up.
        journal: None where nothing is written.
        name: Of the search, for messages.
        say: Told where it goes on.

    Raises:
        RunFolderError: The journal is damaged.
    """
    if journal is None:
        return searching(earlier=[], keep=None)
    earlier = journal.read()
    if earlier:
        say(f"search: {name} goes on after {len(earlier)} generations")
    try:
        return searching(earlier=earlier, keep=journal.add)
    except ReplayError:
        say(f"search: {name} begins anew: moalloy or a package below it has changed since it was interrupted")
        journal.clear()
        return searching(earlier=[], keep=journal.add)
    except BaseException:
        journal.flush()
        raise

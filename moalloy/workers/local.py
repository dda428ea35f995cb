"""Units on this machine: in threads, or in processes where each unit is long."""

from __future__ import annotations

import functools
import os
import threading
import time
import warnings
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from moalloy.workers.order import Where, Workers
from moalloy.workers.parcel import opened, sealed

__all__ = ["ALONE", "Local", "Processes", "suited"]

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

_WATCH_SECONDS = 0.2
# Processes take some seconds to start.
_WORTH_PROCESSES_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Local:
    """Threads: libraries let go of Python's lock while they train and predict, and models are shared.

    Attributes:
        jobs: Units at a time.
    """

    jobs: int = 1

    @property
    def where(self) -> Where:
        return "here"

    def finished(
        self, function: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]
    ) -> Generator[tuple[int, Result]]:
        """Yield the number and result of each unit as soon as it is done; in this thread with one job."""
        import joblib

        parallel = joblib.Parallel(
            n_jobs=max(1, min(self.jobs, len(items))), prefer="threads", return_as="generator_unordered"
        )
        yield from _until_closed(
            parallel(
                joblib.delayed(_numbered)(function, shared, number, item) for number, item in enumerate(items)
            )
        )


ALONE = Local()
"""One unit after the other, in the thread that asks."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Processes of this machine: they don't share Python's lock, and take some seconds to start once.

    Attributes:
        jobs: Units at a time.
    """

    jobs: int

    @property
    def where(self) -> Where:
        return "beside"

    def finished(
        self, function: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]
    ) -> Generator[tuple[int, Result]]:
        """Yield the number and result of each unit as soon as it is done.

        The processes stay for the next stage; joblib ends those that have had nothing to do for minutes.
        """
        import joblib
        from joblib.externals.loky import get_reusable_executor

        parcel = sealed(shared)
        with joblib.parallel_config("loky", inner_max_num_threads=1):
            parallel = joblib.Parallel(n_jobs=self.jobs, return_as="generator_unordered", max_nbytes=None)
        are_all_done = False
        try:
            yield from _until_closed(
                parallel(
                    joblib.delayed(_from_parcel)(function, parcel, os.getpid(), number, item)
                    for number, item in enumerate(items)
                )
            )
            are_all_done = True
        finally:
            if not are_all_done:
                # Units that nobody waits for would go on.
                get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def suited(workers: Workers, shared: object, *, seconds: float) -> Workers:
    """Return who does work in the place of threads that would wait for each other's Python.

    Two searches in threads were measured slower than one after the other. Processes take their place where
    the work is long enough to pay for their start, else this thread. Nothing that is found depends on it.

    Args:
        workers: Who was asked; only threads are replaced.
        shared: What the units share; a model of another package may not be fit to be sent.
        seconds: Expected time of all units on one core, much of it in Python.
    """
    if not isinstance(workers, Local):
        return workers
    if workers.jobs == 1 or seconds < _WORTH_PROCESSES_SECONDS:
        return ALONE
    try:
        sealed(shared)
    except Exception:  # whatever another package's object raises when it is pickled
        return workers
    return Processes(workers.jobs)


def _until_closed(found: Generator[Result]) -> Generator[Result]:
    """Yield what comes until nobody asks any more; that units are given up then is no news."""
    try:
        # Not `yield from`, which would close what gives them first.
        for result in found:  # noqa: UP028
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found.close()


def _numbered(
    function: Callable[[Shared, Item], Result], shared: Shared, number: int, item: Item
) -> tuple[int, Result]:
    return number, function(shared, item)


def _from_parcel(
    function: Callable[[Shared, Item], Result], parcel: bytes, parent: int, number: int, item: Item
) -> tuple[int, Result]:
    _end_with(parent)
    shared: Shared = _opened_once(parcel)
    return number, function(shared, item)


# One at a time: a study's stages come one after the other.
_opened_once = functools.lru_cache(maxsize=1)(opened)


@functools.cache
def _end_with(parent: int) -> None:
    """End this process soon after the one that started it, even if that was killed.

    An orphan would go on writing into a run folder that somebody else goes on with meanwhile.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

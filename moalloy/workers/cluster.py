"""Units on the workers of a Dask cluster: the one module that imports distributed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from moalloy.errors import InputError, MachineError
from moalloy.workers.order import Where
from moalloy.workers.parcel import opened, sealed
from moalloy.workers.same import differences, what_decides

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["Cluster", "connected", "required"]

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Seconds that a scheduler has to answer.
_PATIENCE_SECONDS = 10
# A unit that failed for a reason of the machine is tried again so often; dead workers are counted apart.
_RETRIES = 2
_ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
_MOST_PORT = 65535
_INSTALL = "pip install 'moalloy[cluster]'"


class DifferentWorkerError(MachineError):
    """A worker has other versions than the client, so that its bytes would differ."""


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """The workers of a Dask scheduler, however many there are at a time.

    A unit has no journal there: a worker that is killed costs the unit that it was at, which another one
    begins anew.
    """

    client: Client

    @property
    def where(self) -> Where:
        return "away"

    def __post_init__(self) -> None:
        # Of a scheduler that is gone it tells by exceptions, too; nobody needs its tracebacks beside them.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)

    @property
    def has_workers(self) -> bool:
        """Whether anybody is there to do a unit now."""
        return bool(self.client.scheduler_info()["workers"])

    def finished(
        self, function: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]
    ) -> Generator[tuple[int, Result]]:
        """Yield the number and result of each unit as soon as it is done.

        What units share is a task and not scattered: that is lost with the worker that holds it, while a
        task is done again. Units that are under way when the caller stops are given up.

        Raises:
            MachineError: The scheduler is gone, a unit's workers were killed again and again, or a worker
                has other versions.
        """
        from dask import config
        from distributed import as_completed

        # The models of a study are large on purpose, and sent once.
        with config.set({"distributed.admin.large-graph-warning-threshold": "2GB"}):
            given = self.client.submit(opened, sealed(shared), pure=False)
            numbers: dict[Future[Any], int] = {
                self.client.submit(
                    _done, function, given, item, what_decides(), pure=False, retries=_RETRIES
                ): number
                for number, item in enumerate(items)
            }
        waiting = as_completed(list(numbers), loop=self.client.loop)
        try:
            with _machine_faults():
                for future in waiting:
                    yield numbers[future], future.result()
                    future.release()
        finally:
            waiting.clear()
            self.client.cancel([given, *numbers], force=True)


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Yield the cluster of the scheduler at ``address``.

    Raises:
        InputError: The address can't be one, or Dask isn't installed.
        MachineError: No scheduler answers.
    """
    if not _is_address(address):
        raise InputError(
            f"{address!r} isn't the address of a scheduler; expected one such as tcp://host:8786"
        )
    with required():
        from distributed import Client
    try:
        client = Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False)
    except OSError as error:
        raise MachineError(
            f"no Dask scheduler answers at {address} within {_PATIENCE_SECONDS} s"
            f" ({type(error).__name__}); is it running, and can this machine reach it?"
        ) from None
    try:
        yield Cluster(client)
    finally:
        client.close()


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return found is not None and 1 <= int(found["port"]) <= _MOST_PORT


@contextmanager
def required() -> Iterator[None]:
    """Say what to install where a package of the extra ``cluster`` is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(f"--cluster needs the package {error.name}: {_INSTALL}") from None


@contextmanager
def _machine_faults() -> Iterator[None]:
    """Turn what happens to workers and scheduler into messages."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise MachineError(
            f"the workers of one unit died one after the other ({error.task}); they may lack memory. Finished"
            " units are kept: give workers more, and --resume goes on"
        ) from None
    except (CancelledError, OSError) as error:
        raise MachineError(
            f"the connection to the scheduler was lost ({type(error).__name__}). Finished units are kept:"
            " --resume goes on"
        ) from None
    except ModuleNotFoundError as error:
        raise DifferentWorkerError(
            f"a worker lacks the package {error.name}; install there what is installed here"
        ) from None


def _done(
    function: Callable[[Shared, Item], Result], shared: Shared, item: Item, wanted: Mapping[str, str]
) -> Result:
    """Do one unit on a worker: with one thread in each library, and the versions of the client."""
    from threadpoolctl import threadpool_limits

    if differ := differences(wanted, what_decides()):
        raise DifferentWorkerError(
            f"a worker would give other bytes: {differ}; install there what is installed here"
        )
    # For good: the process does nothing but units.
    threadpool_limits(limits=1)
    return function(shared, item)

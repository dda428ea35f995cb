"""A cluster that is started through a batch system: SLURM, PBS and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moalloy.errors import InputError, MachineError
from moalloy.workers.cluster import Cluster, required

__all__ = ["KINDS", "JobQueue", "job_script", "started"]

# By the names that people know, what dask-jobqueue calls them.
KINDS: Mapping[str, str] = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
    "oar": "OARCluster",
    "moab": "MoabCluster",
    "htcondor": "HTCondorCluster",
}

# Before Python starts: libraries read them when they are loaded.
_ONE_THREAD = tuple(f"export {name}_NUM_THREADS=1" for name in ("OMP", "OPENBLAS", "MKL"))
_SCHEDULER = "tcp://SCHEDULER:PORT"


@dataclass(frozen=True, slots=True)
class JobQueue:
    """Jobs to submit, all alike.

    Attributes:
        kind: A name in `KINDS`.
        workers: Jobs to submit.
        cores: Of each job; each is a worker process of one thread.
        memory: Of each job, such as ``16GB``.
        options: What else dask-jobqueue is told, by its own names.
        prologue: Shell lines before the workers start.
    """

    kind: str
    workers: int
    cores: int
    memory: str
    options: Mapping[str, object]
    prologue: tuple[str, ...] = ()

    def settings(self) -> dict[str, object]:
        """Return the job as dask-jobqueue wants it."""
        return {
            "cores": self.cores,
            "processes": self.cores,
            "memory": self.memory,
            "job_name": "moalloy",
            "job_script_prologue": [*_ONE_THREAD, *self.prologue],
            **self.options,
        }


def job_script(queue: JobQueue) -> str:
    """Return the script that is submitted for each job; the scheduler's address is filled in at the start.

    Raises:
        InputError: dask-jobqueue isn't installed, or this kind doesn't know a setting.
    """
    with _explained(queue):
        script = _class(queue).job_cls(scheduler=_SCHEDULER, name="moalloy", **queue.settings()).job_script()
    return str(script)


@contextmanager
def started(queue: JobQueue) -> Iterator[Cluster]:
    """Submit the jobs and yield their cluster; units wait for the first job to start.

    Raises:
        InputError: dask-jobqueue isn't installed, or this kind doesn't know a setting.
        MachineError: The jobs can't be submitted.
    """
    with required():
        from distributed import Client
    with _explained(queue):
        # A dashboard at any free port: several runs may be started on one head node.
        anywhere = {"scheduler_options": {"dashboard_address": ":0"}}
        cluster = _class(queue)(**anywhere | queue.settings())
    try:
        _submit(cluster, queue)
        with Client(cluster, set_as_default=False) as client:
            yield Cluster(client)
    finally:
        cluster.close()


def _submit(cluster: Any, queue: JobQueue) -> None:
    import shutil

    program = str(cluster.job_cls.submit_command).partition(" ")[0]
    if shutil.which(program) is None:
        raise MachineError(f"{program} isn't here, so {queue.kind} jobs can't be submitted from this machine")
    cluster.scale(jobs=queue.workers)


def _class(queue: JobQueue) -> Any:
    with required():
        import dask_jobqueue
    return getattr(dask_jobqueue, KINDS[queue.kind])


@contextmanager
def _explained(queue: JobQueue) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError) as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        said = f"they know no {unknown[1]!r}" if unknown else str(error)
        hint = "; take project in its place" if unknown and unknown[1] == "account" else ""
        raise InputError(f"dask-jobqueue can't make {queue.kind} jobs of this: {said}{hint}") from None

"""Who does the work of a command: threads and processes here, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from moalloy.errors import InputError

if TYPE_CHECKING:
    from moalloy.workers import Workers

__all__ = ["cluster", "opened_workers", "print_job_script"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def cluster(function: _Command) -> _Command:
    """Add ``--cluster``."""
    return click.option(
        "--cluster",
        metavar="WHERE",
        help="Work on a Dask cluster: a scheduler's address such as tcp://host:8786, or a YAML file that"
        " describes jobs (kind: slurm, workers, cores, memory, ...). The result doesn't depend on it.",
    )(function)


@contextmanager
def opened_workers(where: str | None, *, jobs: int, say: Callable[[str], None]) -> Iterator[Workers]:
    """Yield the workers that the options ask for, and let them go in the end.

    ``say`` is told where there is nobody yet to do the work.

    Raises:
        InputError: ``where`` is neither an address nor a file that describes jobs.
        MachineError: No scheduler answers, or jobs can't be submitted.
    """
    from moalloy.workers import Local

    if where is None:
        yield Local(jobs)
        return
    if "://" in where:
        from moalloy.workers.cluster import connected

        with connected(where) as workers:
            if not workers.has_workers:
                say(f"the scheduler at {where} has no workers: work begins with the first that joins")
            yield workers
        return
    from moalloy.spec.cluster import read_cluster
    from moalloy.workers.job_queue import started

    with started(read_cluster(_file(where))) as workers:
        yield workers


def print_job_script(where: str | None) -> None:
    """Print the script that would be submitted for each job.

    Raises:
        InputError: ``where`` isn't a file that describes jobs.
    """
    if where is None or "://" in where:
        raise click.UsageError("--job-script needs --cluster with a file that describes jobs")
    from moalloy.spec.cluster import read_cluster
    from moalloy.workers.job_queue import job_script

    click.echo(job_script(read_cluster(_file(where))))


def _file(where: str) -> Path:
    if not where:
        raise click.UsageError("--cluster is empty; name a scheduler's address or a file that describes jobs")
    path = Path(where)
    host, _, port = where.rpartition(":")
    if host and port.isdigit() and not path.exists():
        raise InputError(f"--cluster {where}: no such file; for a scheduler, write tcp://{where}")
    return path

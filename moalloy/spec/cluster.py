"""A file that describes the jobs of a cluster: plain names, in the words of dask-jobqueue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from moalloy.errors import Fault, ProblemFileError
from moalloy.spec.base import Listed, Strict, Text, Whole, unrecognized
from moalloy.spec.load import read_text
from moalloy.spec.nearest import did_you_mean, listing, nearest
from moalloy.spec.source import read_tree
from moalloy.spec.tree import Issue, Node
from moalloy.spec.wording import is_echo, words
from moalloy.workers.job_queue import JobQueue

__all__ = ["read_cluster"]

_KEYS = "a mapping with kind, workers, cores and memory"
_OWN = ("kind", "workers", "cores", "memory", "job_script_prologue")
_Count = Annotated[Whole, Field(ge=1)]


def _written_like(pattern: str, expected: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise unrecognized(expected)
        return text

    return AfterValidator(check)


_Size = Annotated[Text, _written_like(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", "a size such as 16GB")]
_Time = Annotated[Text, _written_like(r"[0-9]+([:-][0-9]+)*", 'a time such as "04:00:00"')]


class ClusterSpec(Strict):
    """The keys of a cluster file; those after ``memory`` may be left out."""

    kind: Literal["slurm", "pbs", "sge", "lsf", "oar", "moab", "htcondor"]
    workers: _Count
    cores: _Count
    memory: _Size
    walltime: _Time | None = None
    queue: Text | None = None
    account: Text | None = None
    project: Text | None = None
    interface: Text | None = None
    python: Text | None = None
    log_directory: Text | None = None
    job_extra_directives: Listed = ()
    job_script_prologue: Listed = ()


def read_cluster(path: Path) -> JobQueue:
    """Return the jobs that a YAML file describes.

    Raises:
        InputError: There is no such file, or it can't be read as text.
        ProblemFileError: The file has faults; all of them are in the exception.
    """
    root, faults = read_tree(read_text(path, expected="a cluster file"), file=str(path))
    if root is None or not isinstance(root.content, Mapping):
        line = None if root is None else root.line
        raise ProblemFileError(
            faults or [Fault(str(path), line, "", "this doesn't describe a cluster", _KEYS)]
        )
    try:
        spec = ClusterSpec.model_validate(root.plain())
    except ValidationError as error:
        raise ProblemFileError([*faults, *_faults(root, error.errors(include_url=False))]) from None
    if faults:
        raise ProblemFileError(faults)
    said = spec.model_dump(exclude_none=True, exclude_defaults=True)
    options = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in said.items()
        if key not in _OWN
    }
    return JobQueue(spec.kind, spec.workers, spec.cores, spec.memory, options, spec.job_script_prologue)


def _faults(root: Node, errors: list[ErrorDetails]) -> list[Fault]:
    known = list(ClusterSpec.model_fields)
    unknown = [str(error["loc"][-1]) for error in errors if error["type"] == "extra_forbidden"]
    meant = {nearest(key, known) for key in unknown}
    found = []
    for error in errors:
        key = str(error["loc"][0])
        if error["type"] == "extra_forbidden":
            issue = Issue(
                (key,), f"unknown key {key!r}", f"one of {listing(known)}", did_you_mean(key, known)
            )
        elif error["type"] == "missing":
            if key in meant:
                continue
            issue = Issue((), f"the key {key!r} is missing", "", "Add it.")
        elif is_echo(error):
            continue
        else:
            issue = Issue((key,), *words(error))
        found.append(root.fault(issue))
    return found

"""Flags that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "RESULTS",
    "jobs",
    "output_format",
    "overrides",
    "problem_argument",
    "quiet",
    "run_argument",
    "seeds",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

# Where runs go and are looked for; relative to the folder that the command is called in.
RESULTS = Path("results")


def problem_argument(function: _Command) -> _Command:
    return click.argument("problem", type=click.Path(path_type=Path))(function)


def run_argument(function: _Command) -> _Command:
    return click.argument("run")(function)


def overrides(function: _Command) -> _Command:
    return click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="A.B=C",
        help="Change a key of the problem file, such as optimize.population=50; repeatable.",
    )(function)


def seeds(function: _Command) -> _Command:
    return click.option(
        "--seed",
        type=click.IntRange(min=0),
        help="One search with this seed; short for --set optimize.seeds=[N].",
    )(function)


def jobs(function: _Command) -> _Command:
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=_n_cores,
        show_default="all cores",
        help="Models trained and searches run at a time; the result doesn't depend on it.",
    )(function)


def output_format(function: _Command) -> _Command:
    return click.option(
        "--format",
        "style",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        show_default=True,
        help="Form of what goes to standard output.",
    )(function)


def quiet(function: _Command) -> _Command:
    function = click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")(function)
    return click.option("-v", "--verbose", count=True, help="Say more.")(function)


def with_seed(changes: tuple[str, ...], seed: int | None) -> tuple[str, ...]:
    """Return the overrides with ``--seed`` among them."""
    return changes if seed is None else (*changes, f"optimize.seeds=[{seed}]")


def _n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

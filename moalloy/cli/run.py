"""``moalloy run``: from a problem file to a finished run folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli.options import (
    RESULTS,
    jobs,
    output_format,
    overrides,
    problem_argument,
    quiet,
    seeds,
    with_seed,
)
from moalloy.cli.workers import cluster, opened_workers, print_job_script

if TYPE_CHECKING:
    from moalloy.build.problem import Problem
    from moalloy.cli.console import Console
    from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy run problems/fe_soft_magnetic_glass.yaml
  moalloy run my.yaml --set optimize.generations=50 --seed 7 --out runs/first
  moalloy run my.yaml --out runs/first --resume
  moalloy run other.yaml --model runs/first
  moalloy run my.yaml --start runs/first --start wishes.csv
  moalloy run my.yaml --per-system --jobs 4
  moalloy run my.yaml --cluster tcp://head:8786
  moalloy run my.yaml --cluster slurm.yaml --job-script
  moalloy run my.yaml --out runs/array --task ${SLURM_ARRAY_TASK_ID}/8"""


@click.command(epilog=_EPILOG)
@problem_argument
@click.option(
    "--out", type=click.Path(path_type=Path), help="Run folder; results/<name>/<time>-<hash> if omitted."
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out; a finished run is left as it is.")
@click.option(
    "--model", "model_run", metavar="RUN", help="Take the surrogates of this run instead of fitting."
)
@click.option(
    "--start",
    "starts",
    multiple=True,
    metavar="PATH",
    help="Start from the front of a run folder or the alloys of a table; repeatable. Short for --set"
    " optimize.start=[...], with paths relative to the current folder.",
)
@click.option(
    "--per-system",
    is_flag=True,
    help="One search for each chemical system of the space; short for --set optimize.per_system=true.",
)
@click.option(
    "--task",
    metavar="I/N",
    help="Do the I-th of N shares of the work in --out, for job arrays; `moalloy merge` makes the front.",
)
@cluster
@click.option("--job-script", is_flag=True, help="Print the script of one job of --cluster and end.")
@overrides
@seeds
@jobs
@output_format
@quiet
def command(
    *,
    problem: Path,
    out: Path | None,
    resume: bool,
    model_run: str | None,
    starts: tuple[str, ...],
    per_system: bool,
    task: str | None,
    cluster: str | None,
    job_script: bool,
    overrides: tuple[str, ...],
    seed: int | None,
    jobs: int,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """The main job: fit, search, front, figures, report.

    Standard output gets the path of the run folder, standard error progress and a summary.
    """
    from moalloy.build.problem import load_problem
    from moalloy.cli.console import say_faults, watching
    from moalloy.runs import new_run_path

    if job_script:
        print_job_script(cluster)
        return
    _check_options(out, resume=resume, task=task, cluster=cluster)
    changes = with_seed((*overrides, *_beginnings(starts, per_system=per_system)), seed)
    loaded = load_problem(problem, changes)
    path = out or new_run_path(loaded, results=RESULTS)
    with watching(loaded, is_quiet=quiet, verbosity=verbose) as console:
        say_faults(console, loaded.spec.faults)
        if task is not None:
            _run_task(console, loaded, task, path, model_run, jobs=jobs)
        else:
            _run(console, loaded, path, model_run, resume=resume, cluster=cluster, jobs=jobs)
    click.echo(json.dumps({"run": str(path)}) if style == "json" else str(path))


def _check_options(out: Path | None, *, resume: bool, task: str | None, cluster: str | None) -> None:
    if resume and out is None:
        raise click.UsageError("--resume needs --out, the folder of the run to go on with")
    if task is not None and out is None:
        raise click.UsageError("--task needs --out, the folder that all tasks share")
    if task is not None and cluster is not None:
        raise click.UsageError("--task and --cluster are two ways to share work; take one of them")


def _run(
    console: Console,
    problem: Problem,
    path: Path,
    model_run: str | None,
    *,
    resume: bool,
    cluster: str | None,
    jobs: int,
) -> None:
    """Run a problem from where its folder stands to figures and report."""
    from moalloy.build.models import cache_folder
    from moalloy.cli.finishing import finish
    from moalloy.runs import RunFolder
    from moalloy.study.study import run

    is_there = resume and (path / "manifest.json").is_file()
    if resume and not is_there:
        console.say("there is nothing to resume: starting anew")
    if is_there and RunFolder(path).is_done_with(problem):
        console.say(f"{path} is finished; nothing to do")
        return
    models = _models(console, model_run, problem)
    with opened_workers(cluster, jobs=jobs, say=console.say) as workers:
        result = run(
            problem,
            models,
            workers=workers,
            out=path,
            resume=resume,
            cache=cache_folder(),
            progress=console.as_progress(),
        )
    finish(console, RunFolder(path), result, problem, jobs=jobs)


def _run_task(
    console: Console, problem: Problem, task: str, path: Path, model_run: str | None, *, jobs: int
) -> None:
    from moalloy.build.models import cache_folder
    from moalloy.study.tasks import Task, run_task

    run_task(
        problem,
        _models(console, model_run, problem),
        Task.parse(task),
        out=path,
        jobs=jobs,
        cache=cache_folder(),
        progress=console.as_progress(),
    )


def _models(console: Console, model_run: str | None, problem: Problem) -> dict[str, FittedSurrogate] | None:
    """Return the surrogates that ``--model`` names, and say what they overrule."""
    from moalloy.cli.reuse import models_of
    from moalloy.runs import find_run

    return None if model_run is None else models_of(find_run(model_run, results=RESULTS), problem, console)


def _beginnings(starts: tuple[str, ...], *, per_system: bool) -> list[str]:
    """Return ``--start`` and ``--per-system`` as overrides; a list in JSON is one in YAML, too."""
    if "" in starts:
        raise click.UsageError("--start is empty; name a run folder or a table")
    paths = [path if path.startswith("builtin:") else str(Path(path).absolute()) for path in starts]
    changes = [f"optimize.start={json.dumps(paths)}"] if paths else []
    return [*changes, "optimize.per_system=true"] if per_system else changes

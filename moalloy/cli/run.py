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

if TYPE_CHECKING:
    from moalloy.build.problem import Problem
    from moalloy.cli.console import Console
    from moalloy.study.study import StudyResult

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy run problems/fe_soft_magnetic_glass.yaml
  moalloy run my.yaml --set optimize.generations=50 --seed 7 --out runs/first
  moalloy run my.yaml --out runs/first --resume
  moalloy run other.yaml --model runs/first
  moalloy run my.yaml --start runs/first --start wishes.csv
  moalloy run my.yaml --per-system --jobs 4"""


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
    from moalloy.build.models import cache_folder
    from moalloy.build.problem import load_problem
    from moalloy.cli.console import say_faults, watching
    from moalloy.report.figures import write_figures
    from moalloy.report.html import write_report
    from moalloy.report.run_data import read_run_data
    from moalloy.runs import RunFolder, find_run, new_run_path
    from moalloy.study.reuse import reusable_models
    from moalloy.study.study import run

    if resume and out is None:
        raise click.UsageError("--resume needs --out, the folder of the run to go on with")
    changes = with_seed((*overrides, *_beginnings(starts, per_system=per_system)), seed)
    loaded = load_problem(problem, changes)
    path = out or new_run_path(loaded, results=RESULTS)
    with watching(loaded, is_quiet=quiet, verbosity=verbose) as console:
        say_faults(console, loaded.spec.faults)
        console.say(f"run folder: {path}")
        if resume and not (path / "manifest.json").is_file():
            console.say("there is nothing to resume: starting anew")
        if resume and (path / "manifest.json").is_file() and RunFolder(path).is_done_with(loaded):
            console.say(f"{path} is finished; nothing to do")
        else:
            models = (
                None if model_run is None else reusable_models(find_run(model_run, results=RESULTS), loaded)
            )
            result = run(
                loaded,
                models,
                jobs=jobs,
                out=path,
                resume=resume,
                cache=cache_folder(),
                progress=console.as_progress(),
            )
            console.say("figures and report")
            folder = RunFolder(path)
            data = read_run_data(folder)
            write_figures(folder, run=data)
            write_report(folder, run=data)
            if not quiet:
                _say_what_came_of_it(console, result, loaded)
    click.echo(json.dumps({"run": str(path)}) if style == "json" else str(path))


def _beginnings(starts: tuple[str, ...], *, per_system: bool) -> list[str]:
    """Return ``--start`` and ``--per-system`` as overrides; a list in JSON is one in YAML, too."""
    paths = [path if path.startswith("builtin:") else str(Path(path).absolute()) for path in starts]
    changes = [f"optimize.start={json.dumps(paths)}"] if paths else []
    return [*changes, "optimize.per_system=true"] if per_system else changes


def _say_what_came_of_it(console: Console, result: StudyResult, problem: Problem) -> None:
    """Print the scores, by how much the front drops, and a few of its alloys."""
    from moalloy.cli.console import print_table
    from moalloy.report.curse import curse_sentences, group_word
    from moalloy.report.summary import highlights, score_table
    from moalloy.report.windows import window_sentences

    if result.models:
        print_table(score_table(result.models), style="table", err=True)
    console.say(f"\n{len(result.front)} alloys on the front, hypervolume {result.hypervolume:.4f}")
    groups = group_word(result.models.values())
    for line in curse_sentences(result.winners_curse, problem.objectives, groups=groups):
        console.say(line)
    for line in window_sentences(result.front, result.window_tolerance, problem):
        console.say(line)
    console.say("to look at first:")
    print_table(highlights(result.front, problem, result.scale), style="table", err=True)

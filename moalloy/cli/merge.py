"""``moalloy merge``: what all tasks left, made one run."""

from __future__ import annotations

import json

import click

from moalloy.cli.options import RESULTS, jobs, output_format, quiet, run_argument

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy run my.yaml --out runs/array --task 1/2
  moalloy run my.yaml --out runs/array --task 2/2
  moalloy merge runs/array"""


@click.command(epilog=_EPILOG)
@run_argument
@jobs
@output_format
@quiet
def command(*, run: str, jobs: int, style: str, quiet: bool, verbose: int) -> None:
    """Make the front, figures and report of a run whose searches were done by `moalloy run --task`.

    The front is the one that a run without tasks makes, to the last byte. Where something is missing, it
    says which task to start again and writes nothing. Standard output gets the path of the run folder.
    """
    from moalloy.cli.console import watching
    from moalloy.cli.finishing import finish
    from moalloy.runs import find_run
    from moalloy.study.merging import merge

    folder = find_run(run, results=RESULTS)
    problem = folder.problem()
    with watching(problem, is_quiet=quiet, verbosity=verbose) as console:
        if folder.is_done_with(problem):
            console.say(f"{folder.path} is finished; nothing to do")
        else:
            result = merge(folder, problem, jobs=jobs, progress=console.as_progress())
            finish(console, folder, result, problem, jobs=jobs)
    click.echo(json.dumps({"run": str(folder.path)}) if style == "json" else str(folder.path))

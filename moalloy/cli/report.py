"""``moalloy report``: the HTML report of a run."""

from __future__ import annotations

import click

from moalloy.cli.options import RESULTS, quiet, run_argument

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy report fe-soft-magnetic-glass"""


@click.command(epilog=_EPILOG)
@run_argument
@quiet
def command(run: str, quiet: bool, verbose: int) -> None:
    """Write report.html into RUN: figures, the front, scores; one file that needs no network.

    Standard output gets its path.
    """
    from moalloy.report.html import write_report
    from moalloy.runs import find_run

    click.echo(write_report(find_run(run, results=RESULTS)))

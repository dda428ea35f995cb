"""``moalloy runs``: what has been run."""

from __future__ import annotations

import click

from moalloy.cli.options import RESULTS, output_format

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy runs
  moalloy runs fe-soft-magnetic-glass --format json"""


@click.command(epilog=_EPILOG)
@click.argument("name", required=False)
@output_format
def command(name: str | None, style: str) -> None:
    """List the runs in results/, newest first, or those of the problem NAME."""
    from moalloy.cli.console import print_table
    from moalloy.runs import list_runs

    print_table(list_runs(RESULTS, name), style=style)

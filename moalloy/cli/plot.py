"""``moalloy plot``: the figures of a run."""

from __future__ import annotations

import click

from moalloy.cli.options import RESULTS, quiet, run_argument

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy plot fe-soft-magnetic-glass
  moalloy plot results/fe-soft-magnetic-glass/RUN --only pareto --as pdf"""


@click.command(epilog=_EPILOG)
@run_argument
@click.option("--only", "names", multiple=True, help="Draw this figure only; repeatable.")
@click.option(
    "--as",
    "formats",
    multiple=True,
    type=click.Choice(["png", "svg", "pdf"]),
    default=("png", "svg"),
    show_default=True,
    help="File format; repeatable.",
)
@quiet
def command(run: str, names: tuple[str, ...], formats: tuple[str, ...], quiet: bool, verbose: int) -> None:
    """Draw the figures of RUN, a run folder or a problem's name (its newest run).

    Standard output gets the paths of the files.
    """
    from moalloy.report.figures import write_figures
    from moalloy.runs import find_run

    for path in write_figures(find_run(run, results=RESULTS), names=names or None, formats=formats):
        click.echo(path)

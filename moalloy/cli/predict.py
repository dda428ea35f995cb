"""``moalloy predict``: a table in, the table with predictions out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from moalloy.cli.options import RESULTS, quiet, run_argument

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy predict fe-soft-magnetic-glass my_alloys.csv > predicted.csv
  printf 'formula,annealing_temperature_K,annealing_time_s\\nFe83.3Si4B8P4Cu0.7,748,600\\n' |
      moalloy predict results/RUN -"""


@click.command(epilog=_EPILOG)
@run_argument
@click.argument("table")
@click.option(
    "--basis",
    type=click.Choice(["at%", "wt%"]),
    help="Of the amounts, if the headers don't say it; else at% for formulas, the problem's for elements.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@quiet
def command(*, run: str, table: str, basis: str | None, out: Path | None, quiet: bool, verbose: int) -> None:
    """Predict the alloys of TABLE with the surrogates of RUN.

    TABLE is a CSV file, or - for standard input, with a column 'formula' or columns named as elements.
    Process values such as annealing_temperature_K are read from its columns; a blank one is predicted as
    missing. Any alloy of known elements will do, inside the problem's space or not.
    """
    from moalloy.files import write_text
    from moalloy.runs import find_run, read_run
    from moalloy.study.prediction import predict_table
    from moalloy.tables import read_alloys

    problem, models = read_run(find_run(run, results=RESULTS))
    assumed: list[str] = []
    frame, entries = read_alloys(
        sys.stdin.buffer if table == "-" else table,
        basis="wt%" if basis == "wt%" else "at%" if basis else None,
        usual_basis=problem.space.composition.basis,
        say=lambda text: assumed.append(f"note: {text}; --basis says it."),
    )
    predicted = predict_table(models, [o.name for o in problem.objectives], frame, entries)
    for message in (*predicted.messages, *(() if quiet else (*assumed, *predicted.notes))):
        click.echo(message, err=True)
    text = predicted.table.to_csv(index=False, lineterminator="\n")
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text)

"""``moalloy explain``: what drives each property, and one alloy's prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli.options import RESULTS, output_format, quiet, run_argument

if TYPE_CHECKING:
    from moalloy.report.run_data import RunData
    from moalloy.runs import RunFolder
    from moalloy.study.query import Query
    from moalloy.study.reasons import Reasons
    from moalloy.surrogates.fitted import FittedSurrogate
    from moalloy.surrogates.parts import Grouping

__all__ = ["command"]

_CAUTION = (
    "Importance is what the model uses, and no cause: features that rise and fall together share it, and"
    " another model may share it out differently."
)
_EFFECTS = (
    "The table says between which values the median prediction moves while one thing is changed in alloys of"
    " the front, and how many measured alloys there are along the way. That is what the models do."
)
_EPILOG = """\b
Examples:
  moalloy explain fe-soft-magnetic-glass
  moalloy explain fe-soft-magnetic-glass --by kind --format csv
  moalloy explain results/RUN --alloy Fe83.3Si4B8P4Cu0.7 -p annealing_temperature_K=748
  moalloy explain results/RUN --row 1 --property Bs"""


@dataclass(frozen=True, slots=True)
class _Output:
    """What a row of the table is, how many there are, where figures go if anywhere, the table's form."""

    by: Grouping
    n_rows: int
    figures: Path | None
    style: str


@click.command(epilog=_EPILOG)
@run_argument
@click.option(
    "--alloy", metavar="FORMULA", help="Explain the predictions for this alloy; any elements will do."
)
@click.option(
    "-p",
    "--process",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A process value of --alloy; repeatable. What isn't given is predicted as missing.",
)
@click.option(
    "--basis", type=click.Choice(["at%", "wt%"]), default="at%", show_default=True, help="Of --alloy."
)
@click.option("--row", type=click.IntRange(min=1), help="Explain this alloy of pareto.csv; the first is 1.")
@click.option("--property", "properties", multiple=True, help="Explain this property only; repeatable.")
@click.option(
    "--by",
    type=click.Choice(["feature", "family", "kind"]),
    default="feature",
    show_default=True,
    help="Single features; statistics of one element property together; or kinds of features.",
)
@click.option(
    "-n", "n_rows", type=click.IntRange(min=1), default=10, show_default=True, help="Rows per part."
)
@click.option("--figures/--no-figures", "has_figures", default=True, help="Draw figures; they take seconds.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the figures; RUN/figures if omitted."
)
@output_format
@quiet
def command(
    *,
    run: str,
    alloy: str | None,
    settings: tuple[str, ...],
    basis: str,
    row: int | None,
    properties: tuple[str, ...],
    by: Grouping,
    n_rows: int,
    has_figures: bool,
    out: Path | None,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Say which features drive each property of RUN, or why one alloy is predicted as it is.

    Without an alloy: each feature's share of importance (mean absolute TreeSHAP value; median over the
    members, with their range), in how many members it is in the top ten, and what more of it does. With
    --alloy or --row: what each feature adds on the way from the base to the prediction, with its range over
    the members; the last row of a property is its prediction with the calibrated interval.

    TreeSHAP is for XGBoost. Of an average with it, it explains XGBoost's part; where no model is XGBoost's,
    the table says what a change does to the predictions, as the figure effects draws it, whatever --by and -n
    are.

    Importance is no cause. Figures go to RUN/figures, notes to standard error.
    """
    from moalloy.report.run_data import read_run_data
    from moalloy.runs import find_run
    from moalloy.study.drivers import what_is_left_out
    from moalloy.study.query import parse_query

    if alloy is not None and row is not None:
        raise click.UsageError("--alloy and --row name two alloys; give one of them")
    if settings and alloy is None:
        raise click.UsageError("--process goes with --alloy; an alloy of pareto.csv has its own treatment")
    folder = find_run(run, results=RESULTS)
    data = read_run_data(folder)
    chosen = _asked_for(data.models, properties)
    notes = what_is_left_out(chosen)
    figures = (folder.path / "figures" if out is None else out) if has_figures else None
    output = _Output(by, n_rows, figures, style)
    if alloy is not None:
        query = parse_query(alloy, settings, data.models, basis="wt%" if basis == "wt%" else "at%")
        notes += _explain_alloy(chosen, query, output)
    elif row is not None:
        notes += _explain_alloy(chosen, _alloy_of_front(data, row), output)
    else:
        notes += _explain_run(folder, data, list(chosen), output)
    if not quiet:
        for note in (*notes, _CAUTION):
            click.echo(note, err=True)


def _asked_for(
    models: Mapping[str, FittedSurrogate], properties: tuple[str, ...]
) -> Mapping[str, FittedSurrogate]:
    from moalloy.errors import InputError
    from moalloy.spec.nearest import did_you_mean

    if not models:
        raise InputError("nothing was learned in this run: every objective is computed from the composition")
    for name in properties:
        if name not in models:
            hint = did_you_mean(name, models)
            raise InputError(f"--property {name}: the run has models of {', '.join(models)}. {hint}".rstrip())
    return {name: models[name] for name in properties or models}


def _explain_run(folder: RunFolder, run: RunData, names: list[str], output: _Output) -> tuple[str, ...]:
    """Print what drives the properties, write the figures, and return what is to be said."""
    from moalloy.cli.console import print_table
    from moalloy.report.effects import effect_table, effects
    from moalloy.report.figures import write_figures
    from moalloy.report.reasons import drivers_of
    from moalloy.study.drivers import driver_table

    found = [item for item in drivers_of(run) if item.part.name in names]
    if found:
        table = driver_table(found, n=output.n_rows, by=output.by)
        idle = dict.fromkeys(item.part.name for item in found if item.part.name not in set(table["property"]))
        notes = tuple(f"{name}: nothing drives it: one value is predicted for every alloy" for name in idle)
    else:
        table, notes = effect_table(effects(run), names), (_EFFECTS,)
    print_table(table, style=output.style)
    if output.figures is None:
        return notes
    paths = write_figures(
        folder, names=("importance", "effects"), formats=("png",), run=run, out=output.figures
    )
    return (*notes, *(f"figure: {path}" for path in paths))


def _alloy_of_front(run: RunData, row: int) -> Query:
    """Return an alloy of pareto.csv, whose first is 1."""
    from moalloy.errors import InputError
    from moalloy.study.query import alloy_of_space

    if row > len(run.front):
        raise InputError(f"--row {row}: pareto.csv has {len(run.front)} alloys; the first is 1")
    return alloy_of_space(run.problem.space, run.X[row - 1], str(run.front["formula"].iloc[row - 1]))


def _explain_alloy(models: Mapping[str, FittedSurrogate], query: Query, output: _Output) -> tuple[str, ...]:
    """Print the steps to the predictions, draw them, and return what is to be said."""
    from moalloy.cli.console import print_table
    from moalloy.report.reasons import write_reasons
    from moalloy.study.reasons import explain_alloy, reasons_table

    reasons = explain_alloy(models, query, by=output.by)
    print_table(reasons_table(reasons, n=output.n_rows), style=output.style)
    paths = [] if output.figures is None else write_reasons(query, reasons, output.figures)
    return (*_said(query, reasons, models), *(f"figure: {path}" for path in paths))


def _said(query: Query, reasons: Sequence[Reasons], models: Mapping[str, FittedSurrogate]) -> tuple[str, ...]:
    from moalloy.study.reasons_wording import prediction_words, treatment_words

    lines = [f"{query.formula} at {query.words}" if query.words else query.formula]
    for item in reasons:
        lines += prediction_words(item)
    for item in reasons:
        lines += treatment_words(models[item.name].model, query)
    # Properties share treatments: what is missing for two is said once.
    return tuple(dict.fromkeys(lines))

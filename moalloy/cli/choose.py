"""``moalloy choose``: a handful of alloys of a front, by a stated rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from moalloy.cli.options import RESULTS, output_format, quiet, run_argument

if TYPE_CHECKING:
    import pandas as pd

    from moalloy.build.problem import Problem
    from moalloy.study.choices import Choice
    from moalloy.study.outlook import Outlook

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy choose fe-soft-magnetic-glass
  moalloy choose fe-soft-magnetic-glass --knee --compromise Bs=2,Hc=1
  moalloy choose results/RUN --near "Bs=1.6,Hc=5" --format json
  moalloy choose results/RUN --diverse 5 --format csv > melts.csv"""

_IN_WORDS = {
    "best": "best: the best prediction of one objective.",
    "knee": "knee: farthest below the plane through the best alloys of the objectives; beyond it a little"
    " more of one costs much of another.",
    "compromise": "compromise: the worst weighted distance to the ideal point is least.",
    "near": "near: predicted nearest to the point; objectives that it doesn't name don't count.",
    "diverse": "diverse: the compromise first, then each time the alloy farthest from those chosen",
    "likeliest": "likeliest: the largest chance to meet all thresholds (p_all), errors taken as independent.",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for on the command line; None and False where it wasn't."""

    knee: bool
    compromise: str | None
    near: str | None
    diverse: int | None
    diverse_in: Literal["composition", "objectives"]
    likeliest: int | None


@click.command(epilog=_EPILOG)
@run_argument
@click.option("--knee", is_flag=True, help="The alloy with the largest trade-off.")
@click.option(
    "--compromise",
    is_flag=False,
    flag_value="",
    metavar="[NAME=WEIGHT,...]",
    help="The alloy least far from the ideal; weights are 1 where they aren't given. Put RUN before it.",
)
@click.option("--near", metavar="NAME=VALUE,...", help="The alloy predicted nearest to values in your units.")
@click.option("--diverse", type=click.IntRange(min=1), metavar="K", help="K alloys far from each other.")
@click.option(
    "--diverse-in",
    type=click.Choice(["composition", "objectives"]),
    default="composition",
    show_default=True,
    help="What --diverse measures: half the sum of differences in at.%, or distances of scaled objectives.",
)
@click.option(
    "--likeliest",
    type=click.IntRange(min=1),
    metavar="K",
    help="The K alloys likeliest to meet all thresholds.",
)
@output_format
@quiet
def command(
    *,
    run: str,
    knee: bool,
    compromise: str | None,
    near: str | None,
    diverse: int | None,
    diverse_in: Literal["composition", "objectives"],
    likeliest: int | None,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Pick alloys of the front of RUN by a rule; without one, by every rule that applies.

    A table has a line for each alloy; csv and json have all columns of pareto.csv after the rule and the
    row, which --row of explain takes. What the rules mean goes to standard error.
    """
    from moalloy.cli.console import print_table
    from moalloy.report.summary import chosen_alloys
    from moalloy.runs import find_run
    from moalloy.study.choices import merged
    from moalloy.study.outlook import outlook, scale_of

    told = click.core.ParameterSource.COMMANDLINE
    if diverse is None and click.get_current_context().get_parameter_source("diverse_in") == told:
        raise click.UsageError("--diverse-in says what --diverse measures; add --diverse K")
    folder = find_run(run, results=RESULTS)
    front, problem = folder.read_front(), folder.problem()
    if not folder.is_finished:
        folder.refuse_unfinished("there is no front to choose from")
    view = outlook(problem, front, scale_of(problem, folder.manifest["result"]))
    choices = _chosen(view, _Asked(knee, compromise, near, diverse, diverse_in, likeliest))
    if style == "table":
        table = chosen_alloys(front, problem, merged(choices))
    else:
        table = _all_columns(front, choices)
    print_table(table, style=style)
    if not quiet:
        for line in _said(choices, problem, n_front=len(front), within=diverse_in):
            click.echo(line, err=True)


def _chosen(view: Outlook, asked: _Asked) -> tuple[Choice, ...]:
    """Return the choices of the rules that were asked for, or of all that apply."""
    from moalloy.cli.pairs import parse_pairs
    from moalloy.errors import InputError
    from moalloy.study import choices

    found: list[Choice] = []
    if asked.knee:
        found.append(choices.knee(view))
    if asked.compromise is not None:
        pairs = parse_pairs("--compromise", asked.compromise, view.names, example=2.0, positive=view.names)
        found.append(choices.compromise(view, pairs))
    if asked.near is not None:
        example = float(f"{view.values[0, 0]:.3g}")
        pairs = parse_pairs("--near", asked.near, view.names, example=example, positive=view.log_names)
        if not pairs:
            raise InputError(
                f"--near: no point is given; expected NAME=VALUE, such as {view.names[0]}={example:g}"
            )
        found.append(choices.near(view, pairs))
    if asked.diverse is not None:
        found += choices.diverse(view, asked.diverse, within=asked.diverse_in)
    if asked.likeliest is not None:
        likely = choices.likeliest(view, asked.likeliest)
        if not likely:
            raise InputError(
                "--likeliest: no objective of this run has a threshold, so there is nothing to be likely; add"
                " one to the problem file, such as {goal: max, threshold: 1.5}, and run it again"
            )
        found += likely
    return tuple(found) or choices.look_at_first(view, n_likely=1)


def _all_columns(front: pd.DataFrame, choices: Sequence[Choice]) -> pd.DataFrame:
    """Return a row for each choice: its rule, its row in pareto.csv, and what stands there."""
    table = front.iloc[[choice.row for choice in choices]].reset_index(drop=True)
    table.insert(0, "rule", [choice.rule for choice in choices])
    table.insert(1, "row", [choice.row + 1 for choice in choices])
    return table


def _said(
    choices: Sequence[Choice], problem: Problem, *, n_front: int, within: Literal["composition", "objectives"]
) -> list[str]:
    """Return what the rules mean, and what else is to be known of the choice."""
    rules = dict.fromkeys(choice.rule.split()[0] for choice in choices)
    lines = [_IN_WORDS[rule] for rule in rules]
    if "diverse" in rules:
        measure = "half the sum of differences in at.%" if within == "composition" else "scaled objectives"
        lines[list(rules).index("diverse")] += f", in {measure}."
    if rules.keys() & {"knee", "compromise", "near"} or within == "objectives":
        lines.append("Objectives are counted in their spans between the ideal and the reference point.")
    if rules.keys() & {"diverse", "likeliest"}:
        lines.append(f"The front has {n_front} alloys." if n_front > 1 else "The front has 1 alloy.")
    if problem.spec.optimize.risk != "mean":
        lines.append(
            "Knee and compromise are chosen in what the search judged by (the columns <name>_score)."
        )
    return lines

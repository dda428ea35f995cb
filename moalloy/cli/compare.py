"""``moalloy compare``: algorithms on one problem, or finished runs, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli.options import RESULTS, jobs, output_format, overrides, quiet

if TYPE_CHECKING:
    from moalloy.build.problem import Problem
    from moalloy.cli.console import Console
    from moalloy.runs import RunFolder
    from moalloy.runs.comparisons import ComparisonFolder
    from moalloy.study.comparison import Comparison
    from moalloy.study.contest import Contest
    from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy compare my.yaml --algorithms nsga2,nsga3,random --seeds 10 --evaluations 5000
  moalloy compare my.yaml --model results/my/RUN --out results/which-algorithm
  moalloy compare my.yaml --out results/which-algorithm --resume --seeds 20
  moalloy compare results/my/RUN results/my/OTHER --out results/side-by-side"""


@click.command(epilog=_EPILOG)
@click.argument("what", nargs=-1, required=True, metavar="PROBLEM | RUN RUN...")
@click.option(
    "--algorithms",
    default="nsga2,nsga3,random",
    show_default=True,
    help="Algorithms to compare, with commas; exhaustive among them makes the reference front exact.",
)
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Searches per algorithm, with seeds 1, 2, ...; fewer than 5 can't tell luck from skill.",
)
@click.option(
    "--evaluations",
    type=click.IntRange(min=1),
    default=5000,
    show_default=True,
    help="Alloys that every search may evaluate.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder; results/<name>/compare-<time>-<hash> for algorithms.",
)
@click.option(
    "--resume", is_flag=True, help="Keep the searches that are finished in --out, add those missing."
)
@click.option("--model", "model_run", metavar="RUN", help="Take the surrogates of this run.")
@overrides
@jobs
@output_format
@quiet
@click.pass_context
def command(
    context: click.Context,
    *,
    what: tuple[str, ...],
    algorithms: str,
    n_seeds: int,
    evaluations: int,
    out: Path | None,
    resume: bool,
    model_run: str | None,
    overrides: tuple[str, ...],
    jobs: int,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Hold algorithms on one PROBLEM against each other, or finished runs.

    Standard output gets the table, standard error the reference point and what can be told.
    """
    from moalloy.cli.console import Console

    is_problem = Path(what[0]).suffix in {".yaml", ".yml"}
    with Console(is_quiet=quiet, verbosity=verbose) as console:
        if not is_problem:
            _refuse_search_options(context)
            _compare_runs(what, out=out, console=console, style=style)
            return
        if len(what) > 1:
            raise click.UsageError("compare one problem file, or several runs")
        if resume and out is None:
            raise click.UsageError("--resume needs --out, the folder of the comparison to go on with")
        names = [name.strip() for name in algorithms.split(",") if name.strip()]
        _compare_algorithms(
            Path(what[0]),
            overrides,
            names,
            n_seeds=n_seeds,
            evaluations=evaluations,
            out=out,
            resume=resume,
            model_run=model_run,
            jobs=jobs,
            style=style,
            console=console,
        )


def _compare_algorithms(
    path: Path,
    changes: tuple[str, ...],
    names: list[str],
    *,
    n_seeds: int,
    evaluations: int,
    out: Path | None,
    resume: bool,
    model_run: str | None,
    jobs: int,
    style: str,
    console: Console,
) -> None:
    from moalloy.build.problem import load_problem
    from moalloy.runs import find_run
    from moalloy.runs.comparisons import new_comparison_path, open_comparison
    from moalloy.study.contest import check_algorithms, check_settings, compare_algorithms

    problem = load_problem(path, changes)
    check_algorithms(path, changes, names)
    check_settings(problem, evaluations)
    problem.space.sample(1)
    given = None if model_run is None else find_run(model_run, results=RESULTS)
    hashes = None if given is None else given.model_hashes
    place = out or new_comparison_path(problem, results=RESULTS)
    folder = open_comparison(place, problem, evaluations=evaluations, models=hashes, resume=resume)
    console.say(f"comparison folder: {place}")
    models = _models(problem, given, jobs=jobs, console=console)
    contest = compare_algorithms(
        problem,
        names,
        models,
        seeds=range(1, n_seeds + 1),
        evaluations=evaluations,
        folder=folder,
        jobs=jobs,
        progress=console.as_progress(),
    )
    _write_contest(contest, folder, names, n_seeds)
    _show_contest(contest, folder, style=style, console=console)


def _models(
    problem: Problem, given: RunFolder | None, *, jobs: int, console: Console
) -> dict[str, FittedSurrogate]:
    from moalloy.build.checks import check_tables
    from moalloy.build.models import cache_folder, fit
    from moalloy.cli.reuse import models_of

    if given is not None:
        return models_of(given, problem, console)
    check_tables(problem)
    return fit(problem, jobs=jobs, cache=cache_folder(), progress=console.say)


def _write_contest(contest: Contest, folder: ComparisonFolder, names: list[str], n_seeds: int) -> None:
    _write_scores(contest.comparison, folder)
    folder.finish(
        {
            "algorithms": names,
            "seeds": list(range(1, n_seeds + 1)),
            "hypervolume_ideal": contest.design.in_units(contest.comparison.scale.ideal),
            "hypervolume_reference": contest.design.in_units(contest.comparison.scale.reference),
            "reference_front": contest.front_reason,
            "reference_front_hypervolume": contest.comparison.front_hypervolume,
            "warnings": list(contest.warnings),
        }
    )


def _write_scores(comparison: Comparison, folder: ComparisonFolder) -> None:
    from moalloy.report.comparison import pair_table, write_comparison

    folder.write_table("comparison.csv", comparison.table)
    folder.write_table("summary.csv", comparison.summary)
    folder.write_table("tests.csv", pair_table(comparison))
    write_comparison(comparison, folder.path / "figures")


def _show_contest(contest: Contest, folder: ComparisonFolder, *, style: str, console: Console) -> None:
    from moalloy.cli.console import print_table
    from moalloy.report.comparison import conclusion, contest_table, scale_sentence

    for line in contest.warnings:
        console.say(f"warning: {line}")
    comparison = contest.comparison
    console.say(scale_sentence(contest.design, comparison.scale))
    console.say(
        f"IGD+ is the distance to {contest.front_reason}; its hypervolume is "
        f"{comparison.front_hypervolume:.4f}"
    )
    table = contest_table(comparison, folder.seconds) if style == "table" else comparison.summary
    print_table(table, style=style)
    for line in conclusion(comparison):
        console.say(line)
    console.say("The surrogates judge all of it: this tells searches apart, not alloys.")


def _compare_runs(what: tuple[str, ...], *, out: Path | None, console: Console, style: str) -> None:
    from moalloy.cli.console import print_table
    from moalloy.report.comparison import conclusion, run_table, scale_sentence
    from moalloy.runs import find_run
    from moalloy.runs.comparisons import new_table_folder
    from moalloy.study.side_by_side import compare_runs

    found = compare_runs([find_run(text, results=RESULTS) for text in what])
    for line in found.warnings:
        console.say(f"warning: {line}")
    console.say(
        f"{scale_sentence(found.design, found.scale)}: the best and the worst of these fronts, and a tenth "
        "beyond the worst; IGD+ is the distance to their joint front"
    )
    print_table(run_table(found.table) if style == "table" else found.table, style=style)
    if found.comparison is not None:
        for line in conclusion(found.comparison):
            console.say(line)
    if out is not None:
        folder = new_table_folder(out, found.content)
        folder.write_table("runs.csv", found.table)
        if found.comparison is not None:
            _write_scores(found.comparison, folder)
        console.say(f"comparison folder: {out}")


def _refuse_search_options(context: click.Context) -> None:
    """Refuse options that finished runs have no use for, rather than ignore them."""
    told = click.core.ParameterSource.COMMANDLINE
    options = ("algorithms", "n_seeds", "evaluations", "resume", "model_run", "overrides", "jobs")
    given = [name for name in options if context.get_parameter_source(name) == told]
    if given:
        flags = [option.opts[0] for option in context.command.params if option.name in given]
        raise click.UsageError(
            f"only with a problem file: {', '.join(flags)}; finished runs are compared as they are"
        )

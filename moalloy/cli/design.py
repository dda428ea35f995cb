"""``moalloy design``: from targets on properties to the compositions that most likely meet them."""

from __future__ import annotations

from pathlib import Path

import click

from moalloy.cli.options import RESULTS, jobs, output_format, overrides, problem_argument, quiet, seeds

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy design problems/fe_soft_magnetic_glass.yaml --target "Bs >= 1.6 T" --target "Hc <= 20 A/m"
  moalloy design my.yaml --target "-1 <= magnetostriction <= 1 ppm" --model runs/first -n 5 --apart 3
  moalloy design my.yaml --target "Bs >= 1.7" --set optimize.domain=inside --format csv > melts.csv"""


@click.command(epilog=_EPILOG)
@problem_argument
@click.option(
    "--target",
    "targets",
    multiple=True,
    required=True,
    metavar="TEXT",
    help='What a property is to be, such as "Bs >= 1.6 T" or "-1 <= magnetostriction <= 1 ppm"; repeatable.'
    " On a descriptor it is an exact limit.",
)
@click.option(
    "-n", "n", type=click.IntRange(min=1), default=10, show_default=True, help="Compositions to print."
)
@click.option(
    "--min-probability",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True),
    default=0.5,
    show_default=True,
    help="The chance to meet all targets that an alloy must have.",
)
@click.option(
    "--apart",
    type=click.FloatRange(min=0.0, max=100.0),
    default=0.0,
    show_default=True,
    metavar="AT_PCT",
    help="How far the compositions must lie from each other, half the sum of differences in at.%.",
)
@click.option(
    "--model", "model_run", metavar="RUN", help="Take the surrogates of this run instead of fitting."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write CSV to this file, not standard output.")
@overrides
@seeds
@jobs
@output_format
@quiet
def command(
    *,
    problem: Path,
    targets: tuple[str, ...],
    n: int,
    min_probability: float,
    apart: float,
    model_run: str | None,
    out: Path | None,
    overrides: tuple[str, ...],
    seed: int | None,
    jobs: int,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Rank the compositions of PROBLEM's space by their chance to meet all targets.

    Each stands with the treatment that suits it best. Where no alloy has the chance that is asked for, the
    targets that the data do support are told, and the exit code is 4. Constraints, limits and
    optimize.domain (of the targeted properties) hold; thresholds, risk and algorithm of the problem don't
    count here.
    """
    from moalloy.build.models import cache_folder
    from moalloy.build.problem import load_problem
    from moalloy.cli.console import print_table, say_faults, watching
    from moalloy.cli.reuse import models_of
    from moalloy.errors import NoFeasibleAlloyError
    from moalloy.files import write_text
    from moalloy.report.targets import designed_alloys, supported_sentences, unsupported_text
    from moalloy.runs import find_run
    from moalloy.study.design import design
    from moalloy.study.target_search import searched_as

    loaded = searched_as(load_problem(problem, overrides), seed)
    with watching(loaded, is_quiet=quiet, verbosity=verbose) as console:
        # Notes say what a search for a front would do; here the targets say what counts.
        say_faults(console, tuple(fault for fault in loaded.spec.faults if fault.severity == "warning"))
        models = None
        if model_run is not None:
            models = models_of(find_run(model_run, results=RESULTS), loaded, console)
        result = design(
            loaded,
            targets,
            models,
            n=n,
            min_probability=min_probability,
            apart_at_pct=apart,
            jobs=jobs,
            cache=cache_folder(),
            progress=console.as_progress(),
        )
        if len(result.table) == 0:
            raise NoFeasibleAlloyError(unsupported_text(result))
        for line in supported_sentences(result):
            console.say(line)
    if out is not None:
        write_text(out, result.table.to_csv(index=False, lineterminator="\n"))
        click.echo(str(out))
    else:
        print_table(designed_alloys(result) if style == "table" else result.table, style=style)

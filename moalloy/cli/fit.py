"""``moalloy fit``: surrogates and their honest scores."""

from __future__ import annotations

from pathlib import Path

import click

from moalloy.cli.options import jobs, output_format, overrides, problem_argument, quiet
from moalloy.cli.workers import cluster, opened_workers

__all__ = ["command"]

_EPILOG = """\b
Examples:
  moalloy fit problems/fe_soft_magnetic_glass.yaml
  moalloy fit my.yaml --repeats 20 --format csv
  moalloy fit my.yaml --set model.members=20 --out models/my"""


@click.command(epilog=_EPILOG)
@problem_argument
@click.option(
    "--repeats", type=click.IntRange(min=1), help="Repeats of the validation; short for model.repeats."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the models, their cards and the figures of parity and calibration into this folder too.",
)
@cluster
@overrides
@jobs
@output_format
@quiet
def command(
    *,
    problem: Path,
    repeats: int | None,
    out: Path | None,
    cluster: str | None,
    overrides: tuple[str, ...],
    jobs: int,
    style: str,
    quiet: bool,
    verbose: int,
) -> None:
    """Fit the surrogates of a problem and print how far they can be trusted.

    The scores that count are those by group: on papers that the model never saw. The random split beside
    them flatters, because papers report near-duplicates.
    """
    from moalloy.build.checks import check_tables, support_warnings
    from moalloy.build.models import cache_folder, fit
    from moalloy.build.problem import load_problem
    from moalloy.cli.console import Console, print_table, say_faults
    from moalloy.report.summary import trust_table, turned
    from moalloy.report.validation import write_validation
    from moalloy.runs import open_run

    changes = overrides if repeats is None else (*overrides, f"model.repeats={repeats}")
    loaded = load_problem(problem, changes)
    with Console(is_quiet=quiet, verbosity=verbose) as console:
        say_faults(console, loaded.spec.faults)
        check_tables(loaded)
        folder = None if out is None else open_run(out, loaded, resume=False)
        with opened_workers(cluster, jobs=jobs, say=console.say) as workers:
            models = fit(loaded, workers=workers, cache=cache_folder(), progress=console.say)
        if folder is not None:
            folder.write_models(models)
            for path in write_validation(folder.path / "figures", models, loaded):
                console.say(f"wrote {path}")
        for warning in support_warnings(loaded, models):
            console.say(f"warning: {warning}")
    scores = trust_table(models)
    print_table(turned(scores) if style == "table" else scores, style=style)

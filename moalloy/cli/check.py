"""``moalloy check``: faults, size, support, expected time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moalloy.cli.options import output_format, overrides, problem_argument, quiet, seeds, with_seed

if TYPE_CHECKING:
    from moalloy.build.checks import Inspection
    from moalloy.build.choice import Choice
    from moalloy.build.problem import Problem

__all__ = ["command"]

_N_TIGHTEST = 3

_EPILOG = """\b
Examples:
  moalloy check problems/fe_soft_magnetic_glass.yaml
  moalloy check my.yaml --set space.step=0.25 --format json"""


@click.command(epilog=_EPILOG)
@problem_argument
@overrides
@seeds
@output_format
@quiet
def command(
    *, problem: Path, overrides: tuple[str, ...], seed: int | None, style: str, quiet: bool, verbose: int
) -> None:
    """Say what is wrong with a problem file, all of it at once, and how large its space is.

    Exit code 2: the file has faults. 3: the constraints leave no alloy; those that clash are named.
    """
    from moalloy.build.checks import inspect_problem
    from moalloy.build.problem import load_problem

    loaded = load_problem(problem, with_seed(overrides, seed))
    loaded.space.sample(1)  # an empty space says which constraints clash
    inspection = inspect_problem(loaded)
    if style == "json":
        click.echo(json.dumps(_facts(loaded, inspection), indent=2, ensure_ascii=False))
        return
    for fault in loaded.spec.faults:
        click.echo(f"{fault.severity}: {fault}")
    for warning in inspection.warnings:
        click.echo(f"warning: {warning}")
    for note in inspection.notes if verbose else ():
        click.echo(f"note: {note}")
    for line in _lines(loaded, inspection):
        click.echo(line)


def _lines(problem: Problem, inspection: Inspection) -> list[str]:
    alloys = (
        "a continuous treatment"
        if inspection.n_alloys is None
        else f"{_number(inspection.n_alloys)} alloys with their treatment"
    )
    rows = ", ".join(f"{name} {n}" for name, n in inspection.rows.items())
    return [
        f"{problem.name}: no faults",
        f"  space      {_number(inspection.n_compositions)} compositions, {alloys}",
        *_tightest(inspection),
        f"  data       measured rows: {rows or 'none'}",
        *([f"  models     {_models(problem)}"] if problem.spec.properties else []),
        f"  search     {_search(problem, inspection.choice)}",
        *([f"  better     exhaustive: {inspection.suggestion}"] if inspection.suggestion else []),
        f"  time       about {_duration(inspection.seconds)} on one core, unless the fits are cached",
    ]


def _search(problem: Problem, choice: Choice) -> str:
    why = f" (auto: {choice.reason})" if choice.reason else ""
    if choice.is_exhaustive:
        return f"{choice.algorithm}{why}, every alloy once"
    optimize = problem.spec.optimize
    most = "at most " if optimize.may_end_early or problem.systems else ""
    seeds = _seeds(len(optimize.seeds))
    if problem.systems:
        seeds += f" and {len(problem.systems):,} chemical systems, one by one"
    return f"{choice.algorithm}{why}, {most}{choice.n_evaluations} evaluations over {seeds}"


def _models(problem: Problem) -> str:
    model = problem.spec.model
    tuning = f", settings tried in every fold: {model.tune}" if model.tune else ""
    return f"{' and '.join(model.kinds)}, {model.members} members a property{tuning}"


def _tightest(inspection: Inspection) -> list[str]:
    """Return the constraints that remove the most, one a line."""
    heads = ["tightest", *[""] * _N_TIGHTEST]
    removing = [item for item in inspection.removals[:_N_TIGHTEST] if item.share > 0]
    return [
        f"  {head:<10} {item.label}: removes {'' if item.is_exact else 'about '}{100 * item.share:.3g} %"
        " of what the others leave"
        for head, item in zip(heads, removing, strict=False)
    ]


def _facts(problem: Problem, inspection: Inspection) -> dict[str, object]:
    count, alloys = inspection.n_compositions, inspection.n_alloys
    return {
        "name": problem.name,
        "compositions": int(count),
        "compositions_exact": count.is_exact,
        "compositions_relative_error": count.relative_error,
        "alloys": None if alloys is None else int(alloys),
        "removed_shares": {item.label: round(item.share, 6) for item in inspection.removals},
        "rows": dict(inspection.rows),
        "algorithm": inspection.choice.algorithm,
        "algorithm_reason": inspection.choice.reason,
        "systems": len(problem.systems),
        "suggestion": inspection.suggestion,
        "expected_seconds": round(inspection.seconds, 1),
        "faults": [{"severity": fault.severity, "text": str(fault)} for fault in problem.spec.faults],
        "warnings": list(inspection.warnings),
        "notes": list(inspection.notes),
    }


def _number(count: int) -> str:
    from moalloy.domain.composition_space import PointCount

    if isinstance(count, PointCount) and not count.is_exact:
        return f"about {int(count):.3g} (± {100 * count.relative_error:.1g} %)"
    return f"{count:,}" if count < 10**12 else f"{float(count):.4g}"


def _seeds(n_seeds: int) -> str:
    return "1 seed" if n_seeds == 1 else f"{n_seeds} seeds"


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{seconds / 60:.0f} min"

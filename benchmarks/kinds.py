"""How well each kind of model predicts papers that it never saw, on the built-in tables.

    python benchmarks/kinds.py [--repeats 5] [--kind xgboost --kind xgboost,extra_trees]

R2 by group: five grouped folds, pooled over the folds of a repeat, median and range over the repeats; all
kinds with their default settings and on the same folds. The last column is the time of all fits.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import cast

os.environ.setdefault("OMP_NUM_THREADS", "1")

import moalloy

PROBLEMS = Path(__file__).parent.parent / "problems"
KINDS = (
    "xgboost",
    "random_forest",
    "extra_trees",
    "hist_gradient_boosting",
    "gaussian_process",
    "ridge",
    "xgboost,extra_trees",
    "xgboost,gaussian_process",
    "xgboost,extra_trees,gaussian_process",
)
# The hurdle of Dmax is the same whatever the kind, and not scored here.
NO_HURDLE = "properties.Dmax={data: glass, column: Dmax_mm, unit: mm, scale: log}"
# Its other properties are those of the home problem.
ALONE = (
    "properties={magnetostriction: {data: soft, column: magnetostriction_ppm, unit: ppm,"
    " inputs: [annealing_temperature_K, annealing_time_s]}}",
    "objectives={cost_USD_per_kg: {goal: min}}",
    "model.features={magnetostriction: [fractions]}",
)


def main() -> None:
    """Fit, score and print one row per kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kind", action="append", help="A kind, or several to average, by commas.")
    arguments = parser.parse_args()
    print("| kind | Bs | Hc | Dmax | magnetostriction | time |\n|---|---|---|---|---|---|")
    for kind in arguments.kind or KINDS:
        start = time.perf_counter()
        scores = _scores(kind, arguments.repeats, arguments.jobs)
        cells = " | ".join(scores[name] for name in ("Bs", "Hc", "Dmax", "magnetostriction"))
        print(f"| {kind.replace(',', ' and ')} | {cells} | {time.perf_counter() - start:.0f} s |", flush=True)


def _scores(kind: str, n_repeats: int, jobs: int) -> dict[str, str]:
    """Return R2 by group of each property, median and range."""
    changes = [f"model.kind=[{kind}]", f"model.repeats={n_repeats}", "model.members=5"]
    home = moalloy.load_problem(PROBLEMS / "fe_soft_magnetic_glass.yaml", [*changes, NO_HURDLE])
    models = moalloy.fit(home, jobs=jobs)
    finemet = moalloy.load_problem(PROBLEMS / "finemet_low_magnetostriction.yaml", [*changes, *ALONE])
    models |= moalloy.fit(finemet, jobs=jobs)
    return {name: _cell(model.metrics) for name, model in models.items()}


def _cell(metrics: dict[str, object]) -> str:
    r2 = cast(dict[str, dict[str, float]], metrics["by_group"])["r2"]
    return f"{r2['median']:.2f} [{r2['min']:.2f}, {r2['max']:.2f}]"


if __name__ == "__main__":
    main()

"""How well each kind of model, and averages of them, predict papers that they never saw.

    python benchmarks/kinds.py [--repeats 5]

R2 by group on the built-in tables: five grouped folds, pooled over the folds of a repeat, median and range
over the repeats; default settings, the same folds for all. An average of kinds is the mean of their
predictions, as in a run. The last column is the CPU time of one fit, over all
properties.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.training import process_inputs, property_rows, read_tables, surrogate_inputs
from moalloy.domain.values import FloatArray
from moalloy.surrogates.fitting import N_FOLDS, FitPlan, cross_predict, split_by_group, to_scale
from moalloy.surrogates.kinds import KINDS, get_learner
from moalloy.surrogates.model import Scale
from moalloy.surrogates.scores import score
from moalloy.surrogates.training import Inputs, TrainingRows

PROBLEMS = Path(__file__).parent.parent / "problems"
ASKED = {
    "fe_soft_magnetic_glass": ("Bs", "Hc", "Dmax"),
    "finemet_low_magnetostriction": ("magnetostriction",),
}
AVERAGES = (
    ("xgboost", "extra_trees"),
    ("xgboost", "gaussian_process"),
    ("xgboost", "random_forest"),
    ("xgboost", "extra_trees", "gaussian_process"),
)


@dataclass(frozen=True, eq=False)
class Case:
    """What one property is learned from."""

    rows: TrainingRows
    inputs: Inputs
    scale: Scale

    @property
    def target(self) -> FloatArray:
        return to_scale(self.rows.values, self.scale)


def main() -> None:
    """Predict every property by every kind, and print one row per kind and average."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    cases = {name: case for stem, names in ASKED.items() for name, case in _cases(stem, names).items()}
    print("| kind | " + " | ".join(cases) + " | a fit |\n|" + "---|" * (len(cases) + 2))
    predicted: dict[str, Mapping[str, FloatArray]] = {}
    for kind in KINDS:
        start = time.process_time()
        predicted[kind] = {name: _out_of_fold(case, kind, arguments.repeats) for name, case in cases.items()}
        seconds = (time.process_time() - start) / (len(cases) * N_FOLDS * arguments.repeats)
        _print_row(kind, cases, predicted[kind], f"{seconds:.2f} s")
    for kinds in AVERAGES:
        mean = {name: np.mean([predicted[kind][name] for kind in kinds], axis=0) for name in cases}
        _print_row(" and ".join(kinds), cases, mean, "the sum")


def _cases(stem: str, names: Sequence[str]) -> dict[str, Case]:
    problem = moalloy.load_problem(PROBLEMS / f"{stem}.yaml")
    tables = read_tables(problem.spec)
    cases = {}
    for name in names:
        item = problem.spec.properties[name]
        process = process_inputs(item.inputs, problem.space.process)
        rows = property_rows(problem.spec, name, tables, process)
        cases[name] = Case(rows, surrogate_inputs(problem.spec, name, rows, process), item.scale)
    return cases


def _out_of_fold(case: Case, kind: str, n_repeats: int) -> FloatArray:
    """Return predictions on unseen groups on the fitted scale, shape ``(n_repeats, n_rows)``."""
    rows = case.rows
    plan = FitPlan(case.scale, 0.9, N_FOLDS * n_repeats, seed=0, learners=(get_learner(kind),))
    features = case.inputs.features(rows.fractions, rows.elements, rows.process)
    codes = rows.group_codes
    return cross_predict(features, case.target, split_by_group(codes), groups=codes, plan=plan).predicted


def _print_row(
    kind: str, cases: Mapping[str, Case], predicted: Mapping[str, FloatArray], seconds: str
) -> None:
    cells = []
    for name, case in cases.items():
        known = case.rows.has_known_treatment
        r2 = [score(case.target[known], repeat[known]).r2 for repeat in predicted[name]]
        cells.append(f"{np.median(r2):.2f} [{min(r2):.2f}, {max(r2):.2f}]")
    print(f"| {kind} | {' | '.join(cells)} | {seconds} |", flush=True)


if __name__ == "__main__":
    main()

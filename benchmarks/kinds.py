"""How well each kind of model, and averages of them, predict papers that they never saw; what choices bring.

    python benchmarks/kinds.py [--repeats 5] [--at-random]

R2 by group on the built-in tables: five grouped folds, or random ones, pooled over the folds of a repeat,
median and range over the repeats; default settings, the same folds for all. An average of kinds is the mean
of their predictions, as in a run. The last column is the CPU time of one fit, over all properties. Then the
default kind without one of its choices at a time: by how much R2 changes, repeat by repeat, median and range,
and R2 of the mean over the repeats.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.training import process_inputs, property_rows, read_tables, surrogate_inputs
from moalloy.domain.values import FloatArray
from moalloy.surrogates.background import Background
from moalloy.surrogates.fitting import N_FOLDS, FitPlan, cross_predict, split_at_random, split_by_group
from moalloy.surrogates.kinds import KINDS, get_learner
from moalloy.surrogates.learner import Learner
from moalloy.surrogates.scale import Scale, to_scale
from moalloy.surrogates.scores import score
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.trees import TreeLearner, TreeSettings

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
# What was best of XGBoost's own thresholds on the same folds.
PLACED = TreeSettings(depth=5, min_child_weight=4.0, reg_lambda=2.0, n_thresholds=0)


@dataclass(frozen=True, eq=False)
class Case:
    """What one property is learned from."""

    rows: TrainingRows
    inputs: Inputs
    scale: Scale
    split: str

    @property
    def target(self) -> FloatArray:
        return to_scale(self.rows.values, self.scale)


@dataclass(frozen=True, eq=False)
class Choice:
    """A choice of the default kind that may be left out: other rows, or another learner."""

    name: str
    rows: Callable[[TrainingRows], TrainingRows] = lambda rows: rows
    learner: Learner | None = None


CHOICES = (
    Choice("thresholds at random", learner=TreeLearner(PLACED)),
    Choice("proxies", lambda rows: replace(rows, proxies=())),
    Choice("the first crystallization", lambda rows: replace(rows, transitions=rows.transitions[1:])),
    Choice("any crystallization", lambda rows: replace(rows, transitions=(), tilted=())),
    Choice("random sums", lambda rows: replace(rows, tilted=())),
)


def main() -> None:
    """Predict every property by every kind, and print one row per kind and average."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--at-random", action="store_true", help="Folds of rows in place of groups.")
    arguments = parser.parse_args()
    split = "random" if arguments.at_random else "group"
    cases = {name: case for stem, names in ASKED.items() for name, case in _cases(stem, names, split).items()}
    print("| kind | " + " | ".join(cases) + " | a fit |\n|" + "---|" * (len(cases) + 2))
    predicted: dict[str, Mapping[str, FloatArray]] = {}
    for kind in KINDS:
        start = time.process_time()
        learner = get_learner(kind)
        predicted[kind] = {
            name: _out_of_fold(case, learner, arguments.repeats) for name, case in cases.items()
        }
        seconds = (time.process_time() - start) / (len(cases) * N_FOLDS * arguments.repeats)
        _print_row(kind, cases, predicted[kind], f"{seconds:.2f} s")
    for kinds in AVERAGES:
        mean = {name: np.mean([predicted[kind][name] for kind in kinds], axis=0) for name in cases}
        _print_row(" and ".join(kinds), cases, mean, "the sum")
    print("\n| without | " + " | ".join(cases) + " |\n|" + "---|" * (len(cases) + 1))
    together = [
        f"together {_r2(case, predicted['xgboost'][name].mean(axis=0)):.2f}" for name, case in cases.items()
    ]
    print(f"| nothing | {' | '.join(together)} |", flush=True)
    for choice in CHOICES:
        cells = [
            _change(case, choice, predicted["xgboost"][name], arguments.repeats)
            for name, case in cases.items()
        ]
        print(f"| {choice.name} | {' | '.join(cells)} |", flush=True)


def _change(case: Case, choice: Choice, default: FloatArray, n_repeats: int) -> str:
    """Return what leaving out a choice changes; nothing where a property has nothing of the kind."""
    rows = choice.rows(case.rows)
    before, after = ((len(each.proxies), len(each.transitions), each.tilted) for each in (case.rows, rows))
    if before == after and choice.learner is None:
        return ""
    predicted = _out_of_fold(replace(case, rows=rows), choice.learner or TreeLearner(), n_repeats)
    change = [_r2(case, mine) - _r2(case, theirs) for mine, theirs in zip(predicted, default, strict=True)]
    spread = f"{np.median(change):+.3f} [{min(change):+.3f}, {max(change):+.3f}]"
    return f"{spread}, together {_r2(case, predicted.mean(axis=0)):.2f}"


def _cases(stem: str, names: Sequence[str], split: str) -> dict[str, Case]:
    problem = moalloy.load_problem(PROBLEMS / f"{stem}.yaml")
    tables = read_tables(problem.spec)
    cases = {}
    for name in names:
        item = problem.spec.properties[name]
        process = process_inputs(item.inputs, problem.space.process)
        rows = property_rows(problem.spec, name, tables, process)
        cases[name] = Case(rows, surrogate_inputs(problem.spec, name, rows, process), item.scale, split)
    return cases


def _out_of_fold(case: Case, learner: Learner, n_repeats: int) -> FloatArray:
    """Return predictions of what was left out on the fitted scale, shape ``(n_repeats, n_rows)``."""
    # As in a fit: random sums are for boosted trees.
    rows = case.rows if isinstance(learner, TreeLearner) else replace(case.rows, tilted=())
    plan = FitPlan(case.scale, 0.9, N_FOLDS * n_repeats, seed=0, learners=(learner,))
    features = case.inputs.features(rows.fractions, rows.elements, rows.process)
    codes = rows.group_codes
    out_of_fold = cross_predict(
        features,
        case.target,
        split_by_group(codes) if case.split == "group" else split_at_random(len(rows)),
        groups=codes,
        plan=plan,
        background=Background.of(rows, case.inputs),
    )
    return out_of_fold.predicted


def _print_row(
    kind: str, cases: Mapping[str, Case], predicted: Mapping[str, FloatArray], seconds: str
) -> None:
    cells = []
    for name, case in cases.items():
        r2 = [_r2(case, repeat) for repeat in predicted[name]]
        cells.append(f"{np.median(r2):.2f} [{min(r2):.2f}, {max(r2):.2f}]")
    print(f"| {kind} | {' | '.join(cells)} | {seconds} |", flush=True)


def _r2(case: Case, predicted: FloatArray) -> float:
    known = case.rows.has_known_treatment
    return score(case.target[known], predicted[known]).r2


if __name__ == "__main__":
    main()

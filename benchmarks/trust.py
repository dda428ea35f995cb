"""What intervals and domains are worth on papers that no part of a fit has seen, on the built-in tables.

    python benchmarks/trust.py [--seeds 8] [--markdown]

A fifth of the papers is left out, everything (members, expected errors, calibration, domain) is fitted to
the others as a user would fit it, and the left-out papers are predicted; so five times, pooled. Median and
range over fits of several seeds, each with folds of its own. `fit` tells the same of all papers, but
cross-fitted: that leaves more to learn from, and the limit of the domain is chosen on the errors that it is
judged by.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from surrogates import show

import moalloy
from moalloy.build.learners import problem_learners
from moalloy.build.problem import Problem
from moalloy.build.training import process_inputs, property_rows, read_tables, surrogate_inputs
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.surrogates.coverage import interval_scores
from moalloy.surrogates.fitting import FitPlan, fit_property
from moalloy.surrogates.folds import group_folds
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.proxies import ProxyRows
from moalloy.surrogates.scale import to_scale
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.transitions import TransitionRows
from moalloy.workers import Local

PROBLEMS = Path(__file__).parent.parent / "problems"
HOME, FINEMET = PROBLEMS / "fe_soft_magnetic_glass.yaml", PROBLEMS / "finemet_low_magnetostriction.yaml"
PROPERTIES = {"Bs": HOME, "Hc": HOME, "Dmax": HOME, "magnetostriction": FINEMET}
LEVELS = (0.5, 0.8, 0.9)
N_FOLDS = 5


def main() -> None:
    """Measure and print one row per property."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", action="store_true", help="Print a table for benchmarks/README.md.")
    arguments = parser.parse_args()
    rows = []
    for name, path in PROPERTIES.items():
        problem = moalloy.load_problem(path)
        found = [measured(problem, name, seed, arguments.jobs) for seed in range(arguments.seeds)]
        rows.append({"property": name} | {key: in_words([each[key] for each in found]) for key in found[0]})
    show(pd.DataFrame(rows), as_markdown=arguments.markdown)


def measured(problem: Problem, name: str, seed: int, jobs: int) -> dict[str, float]:
    """Return coverage by level, width and interval score over those of the plain quantile, and errors inside
    over outside.
    """
    tested = list(left_out(problem, name, seed, jobs))
    errors = np.abs(np.concatenate([each.errors for each in tested]))
    is_inside = np.concatenate([each.is_inside for each in tested])
    found = {}
    for i, level in enumerate(LEVELS):
        half = np.concatenate([each.half_widths[i] for each in tested])
        plain = np.concatenate([np.full(len(each.errors), each.plain[i]) for each in tested])
        found[f"{level:.0%} hold"] = float((errors <= half).mean())
        found[f"{level:.0%} width"] = float(half.mean() / plain.mean())
        own, plains = (interval_scores(errors, each, level=level).mean() for each in (half, plain))
        found[f"{level:.0%} score"] = float(own / plains)
    found["in domain"] = float(is_inside.mean())
    found["error inside over outside"] = float(errors[is_inside].mean() / errors[~is_inside].mean())
    return found


class Tested:
    """What a model says of the rows of left-out papers, on the fitted scale."""

    def __init__(self, model: PropertyModel, alloys: Alloys, target: FloatArray, plain: FloatArray) -> None:
        model = replace(model, hurdle=None)  # the size of bulk glasses, which is what was measured
        center = to_scale(model.predict_mean(alloys), model.scale)
        self.errors = target - center
        self.plain = [float(np.quantile(np.abs(plain), level)) for level in LEVELS]
        said = [replace(model, interval=level).predict(alloys) for level in LEVELS]
        self.half_widths = [
            0.5 * (to_scale(each.high, model.scale) - to_scale(each.low, model.scale)) for each in said
        ]
        self.is_inside = model.is_in_domain(alloys)


def left_out(problem: Problem, name: str, seed: int, jobs: int) -> Iterator[Tested]:
    """Yield what models of the other papers say of each fifth of the papers."""
    spec = problem.spec.properties[name]
    process = process_inputs(spec.inputs, problem.space.process)
    rows = property_rows(problem.spec, name, read_tables(problem.spec), process)
    plan = FitPlan(
        scale=spec.scale,
        interval=problem.spec.model.interval,
        n_members=problem.spec.model.members,
        seed=seed,
        learners=problem_learners(problem.spec),
        workers=Local(jobs),
    )
    folds = group_folds(rows.group_codes, N_FOLDS, np.random.default_rng([seed, 1]))
    for fold in range(N_FOLDS):
        learned = chosen(rows, folds != fold)
        inputs = surrogate_inputs(problem.spec, name, learned, process)
        model, out_of_fold = fit_property(name, spec.unit or "", learned, inputs, plan=plan)
        is_asked = (folds == fold) & rows.has_known_treatment
        alloys = Alloys(rows.fractions[is_asked], rows.elements, rows.process[is_asked])
        own_errors = (to_scale(learned.values, spec.scale) - out_of_fold.mean)[learned.has_known_treatment]
        yield Tested(model, alloys, to_scale(rows.values[is_asked], spec.scale), own_errors)


def chosen(rows: TrainingRows, is_chosen: BoolArray) -> TrainingRows:
    """Return some of the rows, and transitions and proxies without the groups of the others."""
    gone = set(picked(rows.groups, ~is_chosen))

    def kept(item: TransitionRows) -> TransitionRows:
        is_kept = np.array([group not in gone for group in item.groups])
        return replace(
            item,
            fractions=item.fractions[is_kept],
            values=item.values[is_kept],
            groups=picked(item.groups, is_kept),
        )

    def kept_proxies(item: ProxyRows) -> ProxyRows:
        is_kept = np.array([group not in gone for group in item.groups], dtype=np.bool_)
        return replace(
            item,
            fractions=item.fractions[is_kept],
            process=item.process[is_kept],
            values=item.values[is_kept],
            groups=picked(item.groups, is_kept),
            beside=item.beside[is_chosen],
        )

    return replace(
        rows,
        fractions=rows.fractions[is_chosen],
        process=rows.process[is_chosen],
        values=rows.values[is_chosen],
        groups=picked(rows.groups, is_chosen),
        formulas=picked(rows.formulas, is_chosen),
        references=picked(rows.references, is_chosen),
        transitions=tuple(map(kept, rows.transitions)),
        proxies=tuple(map(kept_proxies, rows.proxies)),
    )


def picked(items: Sequence[str], is_picked: BoolArray) -> tuple[str, ...]:
    return tuple(item for item, one in zip(items, is_picked, strict=True) if one)


def in_words(values: Sequence[float]) -> str:
    """Return median and range."""
    return f"{np.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    main()

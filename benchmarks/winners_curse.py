"""How much of a front is luck, with and without caution: one half of the papers searches, the other judges.

    python benchmarks/winners_curse.py [--splits 5] [--population 100] [--generations 60]

The papers behind the home problem are split into two disjoint halves, at random but alike: of any two that
report about as many rows, each half gets one. Both halves are fitted. The front that a search finds with
the models of one half is scored by those of the other, in both directions, for ``risk: mean``, for
``risk: lower`` and for ``risk: mean`` with ``domain: inside``.

The drop is what the search claims (its score: the mean, or the unfavorable end of the interval) minus what
the other half's models expect of the same alloy (their mean), each property in units of the standard
deviation of its measured values, median over the front; the drop of a front is the mean over the properties.
Log scales count logarithms, and nothing below the smallest measured value where more is better. Beside it
stands the drop of the predictions, the same with the mean for the claim whatever was searched for: it tells
whether caution also picks alloys whose predictions hold better, or only claims less. What the other half
expects of the fronts tells what the caution costs.

Printed: a line per attitude, then the ratios of the drops, `lower` and `inside` over `mean`, pooled over all
searches, each with its range when one split at a time is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import moalloy
from moalloy.build.problem import design_problem
from moalloy.build.training import read_tables
from moalloy.domain.problem import DesignProblem
from moalloy.errors import NoFeasibleAlloyError
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.study.front import pareto_front
from moalloy.study.start import known_alloys
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.tables import AlloyTable

PROBLEM = Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml"
CHANGES = ("model.repeats=1",)
# What a search is careful about: nothing, the ends of intervals, the domain.
ATTITUDES = ("mean", "lower", "inside")


@dataclass(frozen=True)
class Half:
    """One half of the papers: its problem and the models that saw nothing else."""

    problem: moalloy.Problem
    models: dict[str, FittedSurrogate]


@dataclass(frozen=True)
class Drop:
    """What one search claimed and its models predicted, minus what the other half's models expect."""

    claimed: dict[str, float]
    predicted: dict[str, float]
    hypervolume_claimed: float
    hypervolume_expected: float


def main() -> None:
    """Split, fit, search, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--population", type=int, default=100)
    parser.add_argument("--generations", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    budget = Budget(arguments.population, arguments.generations)
    found: dict[str, list[Drop | None]] = {attitude: [] for attitude in ATTITUDES}
    with tempfile.TemporaryDirectory() as folder:
        for split in range(arguments.splits):
            halves = fit_halves(split, Path(folder), jobs=arguments.jobs)
            for searching, judging in (halves, halves[::-1]):
                fronts = drops(searching, judging, budget)
                for attitude in ATTITUDES:
                    found[attitude].append(fronts.get(attitude))
    for attitude in ATTITUDES:
        print(json.dumps(summary(found[attitude]) | {"attitude": attitude}))
    print(json.dumps({"benchmark": "winners_curse", "searches": len(found["mean"])} | ratios(found)))


def fit_halves(split: int, folder: Path, *, jobs: int) -> tuple[Half, Half]:
    """Return models of two disjoint halves of the papers."""
    tables = read_tables(moalloy.load_problem(PROBLEM).spec)
    rng = np.random.default_rng([20, split])
    sides = {name: halved(table.groups, rng) for name, table in tables.items()}
    return tuple(fit_half(side, sides, tables, folder, jobs=jobs) for side in (0, 1))  # type: ignore[return-value]


def halved(groups: tuple[str, ...], rng: np.random.Generator) -> dict[str, int]:
    """Return the half of each group: neighbors in size go to different ones, by the toss of a coin."""
    names, sizes = np.unique(np.array(groups), return_counts=True)
    order = np.lexsort((rng.random(len(names)), -sizes))
    sides = np.concatenate([rng.permutation(2) for _ in range(-(-len(names) // 2))])[: len(names)]
    return dict(zip(names[order].tolist(), sides.tolist(), strict=True))


def fit_half(
    side: int,
    sides: dict[str, dict[str, int]],
    tables: dict[str, AlloyTable],
    folder: Path,
    *,
    jobs: int,
) -> Half:
    """Write the tables of one half and fit the home problem on them."""
    changes = list(CHANGES)
    for name, table in tables.items():
        is_in = [sides[name][group] == side for group in table.groups]
        path = folder / f"{name}-{side}.csv"
        table.frame[is_in].to_csv(path, index=False)
        changes.append(f"data.{name}.table={path}")
    problem = moalloy.load_problem(PROBLEM, changes)
    return Half(problem, moalloy.fit(problem, jobs=jobs))


def careful(base: DesignProblem, models: dict[str, FittedSurrogate], attitude: str) -> DesignProblem:
    """Return the problem as a search with this attitude sees it."""
    if attitude == "inside":
        return replace(
            base, grounds={objective.name: models[objective.name] for objective in base.objectives}
        )
    return replace(base, risk="lower") if attitude == "lower" else base


def drops(searching: Half, judging: Half, budget: Budget) -> dict[str, Drop]:
    """Search with one half and score with the other, once per attitude; one scale for all.

    An attitude for which the search finds no alloy is left out: no one may be in every domain.
    """
    base = design_problem(searching.problem, searching.models)
    known = known_alloys(searching.problem, searching.models)
    scale = hypervolume_scale(base, known)
    judge = design_problem(judging.problem, judging.models)
    found = {}
    for attitude in ATTITUDES:
        design = careful(base, searching.models, attitude)
        record = search(design, algorithm="nsga2", budget=budget, seed=1, scale=scale, known=known)
        try:
            front = pareto_front(searching.problem, design, searching.models, [record])
        except NoFeasibleAlloyError:
            continue
        predicted = base.evaluate(front.X).F
        expected = judge.evaluate(front.X).F
        found[attitude] = Drop(
            medians(front.F, expected, searching),
            medians(predicted, expected, searching),
            scale.hypervolume(front.F),
            scale.hypervolume(expected),
        )
    return found


def medians(promised: np.ndarray, expected: np.ndarray, half: Half) -> dict[str, float]:
    """Return the median drop over the alloys, by property, in standard deviations of the measured values.

    Where more is better, what lies below the smallest measured value on a log scale counts as that: half a
    micrometer in place of twenty is no drop of a castable diameter.
    """
    found = {}
    for i, objective in enumerate(half.problem.objectives):
        values = half.models[objective.name].model.rows.values
        spread = float(np.std(np.log10(values) if objective.is_log else values))
        most = -np.log10(values.min()) if objective.is_log and objective.goal == "max" else np.inf
        drop = np.minimum(expected[:, i], most) - np.minimum(promised[:, i], most)
        found[objective.name] = float(np.median(drop)) / spread
    return found


def summary(tried: list[Drop | None]) -> dict[str, object]:
    """Return what the searches with one attitude came to: means, with the range over the searches."""
    found = [drop for drop in tried if drop is not None]
    line: dict[str, object] = {"searches": len(found), "without_an_alloy": len(tried) - len(found)}
    for what in ("claimed", "predicted"):
        table = pd.DataFrame([getattr(drop, what) for drop in found])
        drops_of_fronts = table.mean(axis=1)
        line[f"drop_of_what_is_{what}"] = round(float(drops_of_fronts.mean()), 3)
        line[f"its_range_{what}"] = [
            round(float(v), 3) for v in (drops_of_fronts.min(), drops_of_fronts.max())
        ]
        line[f"by_property_{what}"] = table.mean().round(3).to_dict()
    claimed = np.array([drop.hypervolume_claimed for drop in found])
    expected = np.array([drop.hypervolume_expected for drop in found])
    line["hypervolume_claimed"] = round(float(claimed.mean()), 3)
    line["hypervolume_expected"] = round(float(expected.mean()), 3)
    return line


def ratios(found: dict[str, list[Drop | None]]) -> dict[str, object]:
    """Return the drops of careful searches over those of `mean`, with their ranges, where both found any."""
    line: dict[str, object] = {}
    for what in ("claimed", "predicted"):
        drops_of_fronts = {
            attitude: np.array(
                [np.nan if d is None else np.mean(list(getattr(d, what).values())) for d in found[attitude]]
            )
            for attitude in ATTITUDES
        }
        # Two searches a split, one in each direction.
        splits = np.arange(len(found["mean"])) // 2
        kept = [splits != split for split in np.unique(splits)] if splits.max() else []
        plain = drops_of_fronts["mean"]
        for attitude in ATTITUDES[1:]:
            drop = drops_of_fronts[attitude]
            both = np.isfinite(drop)
            without = [drop[rows & both].mean() / plain[rows & both].mean() for rows in kept]
            line[f"{attitude}_{what}"] = round(float(drop[both].mean() / plain[both].mean()), 3)
            line[f"range_{attitude}_{what}"] = [round(float(f(without)), 3) for f in (min, max) if without]
    return line


if __name__ == "__main__":
    main()

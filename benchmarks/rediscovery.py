"""Would the search have found FINEMET and NANOMET, had nobody measured them?

    python benchmarks/rediscovery.py [--seeds 3] [--population 200] [--generations 100]

Every row within 3 at.% of the alloy (half the sum of the differences) is deleted from the table, so that
neither models nor search ever see the family. Then the window in which it lies is searched for high Bs and
low Hc, one search per seed.

Printed per family and property: the share of the deleted measured values inside the 90 % interval of the
models that were fitted without them. Per family: the distance of the nearest front member to the alloy and
to the nearest deleted row, and its ranks in the front, median and range over the seeds: by each objective,
best first, and by compromise, which is the distance from the best of both, each brought to 0..1 over the
front. Beside it, how near as many alloys come that are drawn from the window at random.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import moalloy
from moalloy.build.problem import design_problem
from moalloy.build.training import property_rows, read_tables
from moalloy.domain.composition import fractions_matrix, parse_formula
from moalloy.optimize.algorithms import Budget
from moalloy.optimize.search import hypervolume_scale, search
from moalloy.study.front import Front, pareto_front
from moalloy.study.start import known_alloys
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.neighbors import nearest

FOLDER = Path(__file__).parent.parent / "problems"
WITHIN_AT_PCT = 3.0
# A window is searched for what its family is famous for; what else its file asks is left out.
_SOFT = "data: soft, inputs: [annealing_temperature_K, annealing_time_s]"
_BS = f"Bs: {{column: Bs_T, unit: T, {_SOFT}}}"
_HC = f"Hc: {{column: Hc_A_per_m, unit: A/m, scale: log, {_SOFT}}}"
SHARED = (
    f"properties={{{_BS}, {_HC}}}",
    "objectives={Bs: {goal: max}, Hc: {goal: min}}",
    "limits={}",
    "model={repeats: 1}",
)


@dataclass(frozen=True)
class Family:
    """An alloy, and the problem whose window it lies in."""

    alloy: str
    file: str


FAMILIES = {
    "FINEMET": Family("Fe73.5Si13.5B9Nb3Cu1", "finemet_low_magnetostriction.yaml"),
    "NANOMET": Family("Fe83.3Si4B8P4Cu0.7", "fe_soft_magnetic_glass.yaml"),
}


def main() -> None:
    """Delete, fit, search and print, family by family."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--population", type=int, default=200)
    parser.add_argument("--generations", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    budget = Budget(arguments.population, arguments.generations)
    for name, family in FAMILIES.items():
        full = load(family)
        with tempfile.TemporaryDirectory() as folder:
            problem = load(family, without_family(full, family, Path(folder)))
            models = moalloy.fit(problem, jobs=arguments.jobs)
        for line in coverage(full, models, family):
            print(json.dumps({"family": name} | line), flush=True)
        line = rediscovery(full, problem, models, family, budget, n_seeds=arguments.seeds)
        print(json.dumps({"benchmark": "rediscovery", "family": name} | line), flush=True)


def load(family: Family, table: str = "builtin:fe_soft_magnetic") -> moalloy.Problem:
    """Return the problem of a family's window, on the full table or on another one."""
    soft = f'data={{soft: {{table: "{table}", composition: formula, group_by: paper_group, reference: doi}}}}'
    return moalloy.load_problem(FOLDER / family.file, [soft, *SHARED])


def without_family(problem: moalloy.Problem, family: Family, folder: Path) -> str:
    """Write the table without the family and return its path."""
    table = read_tables(problem.spec)["soft"]
    is_kept = distances(table.fractions, table.elements, family) > WITHIN_AT_PCT
    path = folder / "soft.csv"
    table.frame[is_kept].to_csv(path, index=False)
    return str(path)


def distances(fractions: np.ndarray, elements: Sequence[str], family: Family) -> np.ndarray:
    """Return how many at.% of its atoms each alloy differs in from the family's, shape ``(n_alloys,)``."""
    alloy = parse_formula(family.alloy)
    known = tuple(alloy.elements)
    return nearest(fractions, elements, fractions_matrix([alloy], known), known)[1]


def coverage(
    full: moalloy.Problem, models: dict[str, FittedSurrogate], family: Family
) -> list[dict[str, object]]:
    """Return per property how many deleted values lie inside the intervals of models without them."""
    tables = read_tables(full.spec)
    lines = []
    for name, surrogate in models.items():
        model = surrogate.model
        rows = property_rows(full.spec, name, tables, model.inputs.process)
        is_out = distances(rows.fractions, rows.elements, family) <= WITHIN_AT_PCT
        alloys = Alloys(rows.fractions[is_out], rows.elements, rows.process[is_out])
        prediction, values = model.predict(alloys), rows.values[is_out]
        is_inside = (prediction.low <= values) & (values <= prediction.high)
        lines.append(
            {
                "property": name,
                "rows_deleted": int(is_out.sum()),
                "rows_left": len(model.rows),
                "inside_90_pct": round(float(is_inside.mean()), 3),
            }
        )
    return lines


def rediscovery(
    full: moalloy.Problem,
    problem: moalloy.Problem,
    models: dict[str, FittedSurrogate],
    family: Family,
    budget: Budget,
    *,
    n_seeds: int,
) -> dict[str, object]:
    """Return how near the fronts of several searches come to the family, and how high what is near ranks."""
    design = design_problem(problem, models)
    known = known_alloys(problem, models)
    scale = hypervolume_scale(design, known)
    found: list[dict[str, float]] = []
    for seed in range(1, n_seeds + 1):
        record = search(design, algorithm="nsga2", budget=budget, seed=seed, scale=scale, known=known)
        front = pareto_front(problem, design, models, [record])
        found.append(of_front(front, full, family, seed=seed))
    return {
        key: [round(float(value), 2) for value in (np.median(values), min(values), max(values))]
        for key in found[0]
        for values in [[item[key] for item in found]]
    } | {"seeds": n_seeds}


def of_front(front: Front, full: moalloy.Problem, family: Family, *, seed: int) -> dict[str, float]:
    """Return distances, rank and size of one front."""
    space = full.space
    fractions = front.X[:, : space.n_elements]
    away = distances(fractions, space.elements, family)
    table = read_tables(full.spec)["soft"]
    is_family = distances(table.fractions, table.elements, family) <= WITHIN_AT_PCT
    from_rows = nearest(fractions, space.elements, table.fractions[is_family], table.elements)[1]
    at_random = distances(space.sample(len(front.X), seed)[:, : space.n_elements], space.elements, family)
    nearest_member = int(away.argmin())
    orders = {o.name: front.F[:, i] for i, o in enumerate(full.objectives)}
    orders["compromise"] = by_compromise(front.F)
    ranks = {
        f"rank_by_{name}": 1 + int((order < order[nearest_member]).sum()) for name, order in orders.items()
    }
    return {
        "distance_to_alloy_at_pct": away.min(),
        "distance_to_nearest_deleted_row_at_pct": from_rows.min(),
        "at_random_distance_to_alloy_at_pct": at_random.min(),
        "front": len(front.X),
    } | ranks


def by_compromise(F: np.ndarray) -> np.ndarray:
    """Return the distance from the ideal point, objectives brought to 0..1, shape ``(n_alloys,)``."""
    low, high = F.min(axis=0), F.max(axis=0)
    return np.linalg.norm((F - low) / np.where(high > low, high - low, 1.0), axis=1)


if __name__ == "__main__":
    main()

"""A problem so small that a whole run takes a second or two: 48 invented alloys, one truth, no files of ours.

The numbers obey a rule that a few trees can learn (iron raises Bs, niobium lowers Hc, Dmax has an optimum),
with a little seeded noise. They mean nothing.
"""

from __future__ import annotations

import atexit
import csv
import functools
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moalloy.build.models import fit
from moalloy.build.problem import Problem, load_problem
from moalloy.surrogates.fitted import FittedSurrogate

__all__ = ["BARE_SPACE", "PROBLEM", "Small", "small", "write_problem", "write_table"]

PROBLEM = """\
version: 1
name: small

space:
  basis: at%
  elements:
    Fe: [70, 86]
    B:  [6, 16]
    Si: {min: 1, max: 12, or_zero: true}
    Nb: {min: 0.5, max: 4, or_zero: true}
  step: 0.5
  count: {min: 3, max: 4}
  groups: {metalloid: [B, Si]}
  constraints:
    - 12 <= metalloid <= 26
    - Si/B <= 2
  process:
    anneal_K: {range: [700, 800], step: 10}
    route: {choices: [ribbon, rod]}

data:
  measured: {table: alloys.csv, composition: formula, group_by: paper, reference: doi}

properties:
  Bs:   {data: measured, column: Bs_T, unit: T, inputs: [anneal_K]}
  Hc:   {data: measured, column: Hc_A_per_m, unit: A/m, scale: log, inputs: [anneal_K, route]}
  Dmax: {data: measured, column: Dmax_mm, unit: mm}

objectives:
  Bs:   {goal: max, threshold: 1.3}
  Hc:   {goal: min, threshold: 20}
  Dmax: {goal: max, threshold: 2}

model: {members: 2, repeats: 1, features: [fractions], settings: {n_trees: 60, depth: 4}}
optimize: {algorithm: nsga2, population: 20, generations: 5, seeds: [1, 2], window: none}
"""

# The beginning of a problem whose objectives are descriptors: nothing is learned, and searches take a moment.
BARE_SPACE = """\
version: 1
name: bare
space:
  elements:
    Fe: [70, 86]
    B: [6, 16]
    Si: {min: 1, max: 12, or_zero: true}
    Nb: {min: 0.5, max: 4, or_zero: true}
  step: 0.5
  count: {min: 3, max: 4}
"""


def write_table(path: Path, *, n_rows: int = 48) -> Path:
    """Write the invented alloys as CSV and return the path."""
    rng = np.random.default_rng(20)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["formula", "anneal_K", "route", "Bs_T", "Hc_A_per_m", "Dmax_mm", "paper", "doi"])
        for row in range(n_rows):
            writer.writerow(_alloy(row, rng))
    return path


def write_problem(folder: Path, text: str = PROBLEM, *, name: str = "small.yaml") -> Path:
    """Write the problem file and its table into ``folder`` and return the problem's path."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "alloys.csv").exists():
        write_table(folder / "alloys.csv")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _alloy(row: int, rng: np.random.Generator) -> list[object]:
    nb = 0.5 * int(rng.integers(0, 8))
    si = float(rng.integers(0, 12))
    b = 0.5 * int(rng.integers(14, 31))
    fe = 100.0 - b - si - nb
    anneal_K, route = 700 + 10 * int(rng.integers(0, 11)), ["ribbon", "rod"][row % 2]
    bs_T = 2.1 * fe / 100.0 - 0.03 * nb + 0.01 * rng.standard_normal()
    log_hc = 1.6 - 0.3 * nb + (anneal_K - 750) ** 2 / 4000 + 0.2 * (row % 2) + 0.05 * rng.standard_normal()
    dmax_mm = 3.0 - 0.05 * (b - 10) ** 2 - 0.02 * (fe - 76) ** 2 / 4 + 0.1 * rng.standard_normal()
    parts = [("Fe", fe), ("B", b), ("Si", si), ("Nb", nb)]
    formula = "".join(f"{symbol}{amount:g}" for symbol, amount in parts if amount)
    numbers = [f"{bs_T:.3f}", f"{10.0**log_hc:.4g}", f"{max(dmax_mm, 0.2):.2f}"]
    return [formula, anneal_K if row % 7 else "", route, *numbers, f"paper {row % 8}", f"10.1000/{row % 8}"]


@dataclass(frozen=True, slots=True)
class Small:
    """The problem on disk, loaded and fitted, and the cache that holds the fits."""

    path: Path
    problem: Problem
    models: Mapping[str, FittedSurrogate]
    cache: Path

    def variant(self, *changes: str) -> Problem:
        """Return the problem with changes such as ``"optimize.risk=lower"``."""
        return load_problem(self.path, changes)


@functools.cache
def small() -> Small:
    """Return the fitted problem, made once for all tests of a session."""
    folder = Path(tempfile.mkdtemp(prefix="moalloy-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path, cache = write_problem(folder), folder / "cache"
    problem = load_problem(path)
    return Small(path, problem, fit(problem, cache=cache), cache)

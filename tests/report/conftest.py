"""One small run, made once through the real interface: every test of this folder reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import moalloy
from moalloy.report.run_data import RunData, read_run_data
from moalloy.runs import RunFolder

N_ROWS = 40

# Names and units that would break a page or an axis which takes them as they are.
PROBLEM = """\
version: 1
name: small-example
space:
  elements:
    Fe: [70, 85]
    B:  [5, 20]
    Si: {min: 1, max: 10, or_zero: true}
  step: 1
  count: {min: 2, max: 3}
  constraints: [B + Si <= 28]
  process:
    annealing_temperature_K: {range: [600, 800], step: 20}
    route: {choices: [ribbon, rod]}
data:
  ours: {table: alloys.csv, group_by: paper_group, reference: source}
properties:
  Bs: {data: ours, column: Bs_T, unit: "<script>T</script>", inputs: [annealing_temperature_K]}
  Hc: {data: ours, column: Hc, unit: A/m, scale: log, inputs: [annealing_temperature_K, route]}
objectives:
  Bs: {goal: max, threshold: 1.5}
  Hc: {goal: min, threshold: 10}
  density_g_per_cm3: {goal: min}
limits:
  Bs: {min: 0.5}
model: {members: 2, repeats: 1, settings: {n_trees: 60, depth: 4}}
optimize: {population: 12, generations: 3, seeds: [1, 2]}
"""

WEIGHT_PROBLEM = """\
version: 1
name: by-weight
space:
  basis: wt%
  elements: {Fe: [85, 96], B: [1, 6], Si: [0, 10]}
  step: 0.5
data:
  ours: {table: alloys.csv, group_by: paper_group, reference: source}
properties:
  Bs: {data: ours, column: Bs_T, unit: T}
objectives:
  Bs: {goal: min, threshold: 1.6}
  cost_USD_per_kg: {goal: min}
model: {members: 2, repeats: 1, settings: {n_trees: 60, depth: 4}}
optimize: {population: 12, generations: 3, seeds: [1]}
"""


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Return a finished run: three objectives, one of them a descriptor and one on a log scale."""
    return make_run(tmp_path_factory.mktemp("report"), PROBLEM)


@pytest.fixture(scope="session")
def run(run_folder: RunFolder) -> RunData:
    """Return what a report reads of that run."""
    return read_run_data(run_folder)


@pytest.fixture(scope="session")
def wt_run(tmp_path_factory: pytest.TempPathFactory) -> RunData:
    """Return a run in wt.% with a descriptor whose title is too long for an axis."""
    return read_run_data(make_run(tmp_path_factory.mktemp("weight"), WEIGHT_PROBLEM))


@pytest.fixture
def own_run_folder(run_folder: RunFolder, tmp_path: Path) -> RunFolder:
    """Return a copy of the run that a test may write into."""
    return RunFolder(Path(shutil.copytree(run_folder.path, tmp_path / "copy")))


def make_run(folder: Path, problem: str) -> RunFolder:
    """Write the table and the problem into ``folder``, run it, and return the run folder."""
    (folder / "alloys.csv").write_text(_table(), encoding="utf-8")
    path = folder / "problem.yaml"
    path.write_text(problem, encoding="utf-8")
    moalloy.run(moalloy.load_problem(path), out=folder / "run")
    return RunFolder(folder / "run")


def _table() -> str:
    """Return measurements of eight papers: Bs and Hc rise with iron, with a little noise."""
    rng = np.random.default_rng(0)
    lines = ["formula,annealing_temperature_K,route,Bs_T,Hc,source,paper_group"]
    for i in range(N_ROWS):
        fe, si = int(rng.integers(70, 86)), int(rng.integers(1, 10))
        bs = 0.02 * fe + 0.02 * rng.normal()
        # Every fourth alloy has no coercivity: there are alloys with one value only.
        hc = "" if i % 4 == 0 else f"{10 ** (0.1 * (fe - 70) + 0.1 * rng.normal()):.4g}"
        kelvin, route = int(rng.integers(60, 80)) * 10, "rod" if i % 3 else "ribbon"
        formula, paper = f"Fe{fe}B{100 - fe - si}Si{si}", i % 8
        lines.append(f"{formula},{kelvin},{route},{bs:.4g},{hc},10.1000/p.{paper},P{paper}")
    return "\n".join(lines) + "\n"

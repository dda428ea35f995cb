"""What every algorithm must pass in a whole study: valid alloys, any number of jobs, resuming."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moalloy.build.problem import Problem, load_problem
from moalloy.optimize.record import GenerationReport
from moalloy.spec import ALGORITHMS
from moalloy.study.study import Progress, run

BARE = """\
version: 1
name: battery
space:
  elements:
    Fe: [60, 90]
    Co: {min: 2, max: 40, or_zero: true}
    B: [5, 20]
    Si: {min: 1, max: 12, or_zero: true}
  step: 0.5
  constraints: [Si/B <= 2]
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}, density_g_per_cm3: {goal: min}}
limits: {radius_mismatch_pct: {max: 12}}
optimize: {population: 12, generations: 3, seeds: [1, 2, 3], window: none}
"""
EXTRAS = {
    "de": ["optimize.scalarize={cost_USD_per_kg: 1, density_g_per_cm3: 2}"],
    "rnsga2": [
        "optimize.reference_points=[{cost_USD_per_kg: 2, dilution_ceiling_T: 1.9, density_g_per_cm3: 7.5}]"
    ],
}


# Every alloy of a space has no seeds and no generations; it has tests of its own.
SEARCHES = [name for name in ALGORITHMS if name not in ("exhaustive", "auto")]


@pytest.fixture(params=SEARCHES)
def problem(request: pytest.FixtureRequest, tmp_path: Path) -> Problem:
    path = tmp_path / "battery.yaml"
    path.write_text(BARE, encoding="utf-8")
    return load_problem(path, [f"optimize.algorithm={request.param}", *EXTRAS.get(request.param, [])])


def interrupt(seed: int, report: GenerationReport) -> None:
    if (seed, report.generation) == (2, 2):
        raise KeyboardInterrupt


def test_every_evaluated_alloy_lies_in_the_space_at_any_number_of_jobs(problem: Problem) -> None:
    one, three = (run(problem, jobs=jobs) for jobs in (1, 3))
    for a, b in zip(one.records, three.records, strict=True):
        assert problem.space.contains(a.X).all()
        amounts = np.rint(a.X * 200)
        assert (amounts.sum(axis=1) == 200).all()
        assert (a.X.tobytes(), a.F.tobytes(), a.reports) == (b.X.tobytes(), b.F.tobytes(), b.reports)
    assert one.front.to_csv() == three.front.to_csv()


@pytest.mark.slow
def test_an_interrupted_run_resumes_to_the_same_front(problem: Problem, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(problem, out=tmp_path / "run", progress=Progress(generation=interrupt))
    assert not (tmp_path / "run" / "pareto.csv").exists()
    run(problem, out=tmp_path / "run", resume=True)
    run(problem, out=tmp_path / "whole")
    fronts = [(tmp_path / name / "pareto.csv").read_bytes() for name in ("run", "whole")]
    assert fronts[0] == fronts[1]


def test_a_run_interrupted_in_a_search_doesn_t_evaluate_its_generations_again(
    problem: Problem, tmp_path: Path
) -> None:
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        run(problem, out=tmp_path / "run", progress=Progress(generation=interrupt))
    resumed = run(problem, out=tmp_path / "run", resume=True, progress=Progress(message=said.append))
    assert "search: seed 1 was finished before" in said
    assert "search: seed 2 goes on after 1 generation" in said
    whole = run(problem)
    for a, b in zip(resumed.records, whole.records, strict=True):
        assert (a.X.tobytes(), a.scores.tobytes(), a.reports) == (
            b.X.tobytes(),
            b.scores.tobytes(),
            b.reports,
        )
    assert [path.name for path in (tmp_path / "run" / "search").iterdir() if path.suffix] == []

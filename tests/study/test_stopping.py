"""Studies whose searches end early: why is written down, and verified again."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.problem import Problem, load_problem
from moalloy.optimize.record import GenerationReport
from moalloy.runs import RunFolder
from moalloy.study.stopping import stop_in_words
from moalloy.study.study import Progress, run
from moalloy.study.verification import verify

pytestmark = pytest.mark.slow

BARE = """\
version: 1
name: bare
space: {elements: {Fe: [60, 90], Co: [2, 30], B: [5, 20]}, step: 0.5}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 12, generations: 30, seeds: [1, 2]}
"""


def bare(folder: Path, *changes: str) -> Problem:
    (folder / "bare.yaml").write_text(BARE, encoding="utf-8")
    return load_problem(folder / "bare.yaml", changes)


def interrupt(seed: int, report: GenerationReport) -> None:
    if (seed, report.generation) == (2, 2):
        raise KeyboardInterrupt


def test_the_manifest_says_why_each_search_ended(tmp_path: Path) -> None:
    heard: list[str] = []
    problem = bare(tmp_path, "optimize.max_evaluations=60")
    run(problem, out=tmp_path / "run", progress=Progress(message=heard.append))
    ended = {"reason": "evaluations", "generations": 5}
    assert RunFolder(tmp_path / "run").manifest["result"]["stopped"] == {"1": ended, "2": ended}
    assert any("30 generations or 60 evaluations" in line for line in heard)
    assert "search: seed 1 ended after 5 generations: one more would have passed max_evaluations" in heard


def test_an_interrupted_run_that_stagnates_resumes_to_the_same_end(tmp_path: Path) -> None:
    problem = bare(tmp_path, "optimize.stagnation={generations: 3, tolerance: 0.02}")
    with pytest.raises(KeyboardInterrupt):
        run(problem, out=tmp_path / "run", progress=Progress(generation=interrupt))
    run(problem, out=tmp_path / "run", resume=True)
    run(problem, out=tmp_path / "whole")
    resumed, whole = (RunFolder(tmp_path / name) for name in ("run", "whole"))
    assert resumed.manifest["result"] == whole.manifest["result"]
    assert {entry["reason"] for entry in whole.manifest["result"]["stopped"].values()} == {"stagnation"}
    assert (resumed.path / "pareto.csv").read_bytes() == (whole.path / "pareto.csv").read_bytes()


def test_a_run_that_a_clock_ended_warns_and_can_still_be_verified(tmp_path: Path) -> None:
    problem = bare(tmp_path, "optimize.max_seconds=1.0e-9")
    run(problem, out=tmp_path / "run", lengths={2: 4})
    folder = RunFolder(tmp_path / "run")
    result = folder.manifest["result"]
    assert result["stopped"]["1"] == {"reason": "time", "generations": 1}
    assert result["stopped"]["2"] == {"reason": "generations", "generations": 4}
    assert any("the time limit ended seed 1 after 1 generation" in text for text in result["warnings"])
    found = verify(folder)
    assert found.is_repeated
    assert found.is_same


def test_a_search_of_an_older_run_ended_with_its_generations(tmp_path: Path) -> None:
    problem = bare(tmp_path, "optimize.generations=2")
    run(problem, out=tmp_path / "run")
    (tmp_path / "run" / "search" / "nsga2-s1" / "search.json").unlink()
    record = RunFolder(tmp_path / "run").read_search("nsga2", 1, problem)
    assert record is not None
    assert record.stopped == "generations"


def test_words_for_an_end_count_its_generations() -> None:
    assert (
        stop_in_words(3, reason="time", generations=1)
        == "seed 3 ended after 1 generation: max_seconds were over"
    )

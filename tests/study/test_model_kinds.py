"""Runs with tuned models of another kind: what was chosen lies in the run and serves the next one."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from moalloy.runs import RunFolder
from moalloy.study.reuse import reusable_models
from moalloy.study.study import run
from tests.build.problems import small_problem
from tests.measured_alloys import write_measured

FEW = ("objectives={Bs: {goal: max}, cost_USD_per_kg: {goal: min}}", "optimize.generations=2")


@pytest.mark.slow
def test_tuned_settings_lie_in_the_run_and_are_reused(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv", n_papers=5, n_per_paper=4)
    changes = (*FEW, "optimize.population=8", "model.kind=ridge", "model.tune=3")
    problem = small_problem(tmp_path, *changes, only_bs=True)
    first = run(problem, out=tmp_path / "first")
    metrics = json.loads((tmp_path / "first" / "model" / "Bs" / "metrics.json").read_text(encoding="utf-8"))
    assert {"kind": "ridge", "alpha": 300.0} not in metrics["settings"]

    models = reusable_models(RunFolder(tmp_path / "first"), problem)
    second = run(problem, models, out=tmp_path / "second")
    assert models["Bs"].metrics["settings"] == metrics["settings"]
    pd.testing.assert_frame_equal(second.front, first.front)
    described = [tmp_path / name / "model" / "Bs" / "model.json" for name in ("first", "second")]
    assert described[0].read_bytes() == described[1].read_bytes()

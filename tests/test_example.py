"""The committed example is what its command makes."""

from __future__ import annotations

import json
import platform
import shutil
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import moalloy
from moalloy.spec import spec_hash

EXAMPLE = Path(__file__).parent.parent / "results" / "example"


def test_the_example_is_of_the_problem_that_is_shipped() -> None:
    shipped = moalloy.load_problem(
        Path(__file__).parent.parent / "problems" / "fe_soft_magnetic_glass.yaml",
        [
            "model.members=5",
            "model.repeats=2",
            "optimize.population=60",
            "optimize.generations=40",
            "optimize.seeds=[1]",
        ],
    )
    manifest = json.loads((EXAMPLE / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sha256"]["problem"] == spec_hash(shipped.spec)


def test_the_examples_front_lies_in_its_space_and_is_exact() -> None:
    problem = moalloy.load_problem(EXAMPLE / "problem.yaml")
    front = pd.read_csv(EXAMPLE / "pareto.csv")
    amounts = front[list(problem.space.elements)].to_numpy(np.float64)
    X = np.column_stack([amounts / 100.0, front[[v.name for v in problem.space.process]]])
    assert problem.space.contains(X).all()
    assert (amounts * 2 == np.rint(amounts * 2)).all()
    assert (amounts.sum(axis=1) == 100.0).all()


@pytest.mark.slow
def test_running_the_example_again_gives_the_same_front(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "problem.yaml", tmp_path / "problem.yaml")
    problem = moalloy.load_problem(tmp_path / "problem.yaml")
    result = moalloy.run(problem, jobs=2, out=tmp_path / "run")
    manifest = json.loads((EXAMPLE / "manifest.json").read_text(encoding="utf-8"))
    installed = {name: metadata.version(name) for name in manifest["versions"] if name != "python"}
    same_versions = manifest["versions"] == installed | {"python": platform.python_version()}
    if same_versions and manifest["platform"] == platform.platform():
        assert (tmp_path / "run" / "pareto.csv").read_bytes() == (EXAMPLE / "pareto.csv").read_bytes()
    # Another processor or another version may round differently while it grows trees, and a search follows.
    assert result.hypervolume == pytest.approx(manifest["result"]["hypervolume"], rel=0.03)
    assert list(result.front.columns) == list(pd.read_csv(EXAMPLE / "pareto.csv", nrows=1).columns)

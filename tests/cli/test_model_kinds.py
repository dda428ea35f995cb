"""Runs with another kind of model, from the command line to predictions."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from tests.build.problems import small_problem
from tests.cli.conftest import Command
from tests.measured_alloys import write_measured

CHEAP = "objectives={Bs: {goal: max}, cost_USD_per_kg: {goal: min}}"
FEW = ("--set", CHEAP, "--set", "optimize.generations=2", "--set", "optimize.population=8")


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Return the file of a problem with Bs alone, which anneals leave alone."""
    write_measured(tmp_path / "alloys.csv", n_papers=5, n_per_paper=4)
    small_problem(tmp_path, only_bs=True)
    return tmp_path / "small.yaml"


@pytest.mark.slow
def test_a_fit_with_extra_trees_is_predicted_from(problem: Path, moalloy: Command, tmp_path: Path) -> None:
    folder, table = tmp_path / "fit", tmp_path / "table.csv"
    assert moalloy("fit", problem, "--set", "model.kind=extra_trees", "--out", folder).code == 0
    written = {path.name for path in (folder / "model" / "Bs").iterdir()}
    # Of the property itself no model: it is fitted again. The error to expect is a forest of its own.
    assert written == {"model.json", "metrics.json", "oof.csv", "card.md", "difficulty.ubj"}
    table.write_text("formula\nFe80B12Si8\nFe84B10Si6\n", encoding="utf-8")
    poor, rich = csv.DictReader(io.StringIO(moalloy("predict", folder, table).out))
    assert 1.3 < float(poor["Bs"]) < float(rich["Bs"]) < 1.9


@pytest.mark.slow
def test_a_run_with_extra_trees_goes_to_its_report_and_predicts_its_front(
    problem: Path, moalloy: Command, tmp_path: Path
) -> None:
    folder, table = tmp_path / "run", tmp_path / "table.csv"
    assert moalloy("run", problem, *FEW, "--set", "model.kind=extra_trees", "--out", folder).code == 0
    assert "Models: extra_trees, 2 members" in (folder / "report.html").read_text(encoding="utf-8")
    alloy = pd.read_csv(folder / "pareto.csv").iloc[0]
    table.write_text(f"formula\n{alloy['formula']}\n", encoding="utf-8")
    (predicted,) = csv.DictReader(io.StringIO(moalloy("predict", folder, table).out))
    assert float(predicted["Bs"]) == alloy["Bs"]


def test_check_says_which_models_and_how_long(problem: Path, moalloy: Command) -> None:
    outcome = moalloy("check", problem, "--set", "model.kind=[xgboost, ridge]", "--set", "model.tune=4")
    expected = "models     xgboost and ridge, 2 members a property, settings tried in every fold: 4"
    assert expected in outcome.out


def test_an_unknown_kind_is_bad_input_with_its_place(problem: Path, moalloy: Command) -> None:
    outcome = moalloy("fit", problem, "--set", "model.kind=forest")
    assert outcome.code == 2
    assert "model.kind: there is no model kind 'forest'" in outcome.err
    assert "Did you mean 'random_forest'?" in outcome.err

"""Surrogates of one run for another problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder, open_run
from moalloy.study.reuse import overruled_settings, reusable_models
from tests.small_problem import small


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """Return a run folder that holds the models of the small problem."""
    folder = open_run(tmp_path / "run", small().problem, resume=False)
    folder.write_models(small().models)
    return folder


def test_models_are_bound_to_the_space_of_the_other_problem(folder: RunFolder) -> None:
    other = small().variant("space.elements={Nb: [0, 4], Fe: [60, 90], B: [5, 20], Si: [0, 12]}")
    models = reusable_models(folder, other)
    X = other.space.sample(5, seed=1)
    columns = [other.space.columns.index(name) for name in small().problem.space.columns]
    expected = small().models["Hc"].predict(X[:, columns]).mean
    assert models["Hc"].predict(X).mean.tobytes() == expected.tobytes()


def test_a_property_without_a_model_is_named(folder: RunFolder) -> None:
    other = small().variant(
        "properties.Bs2={data: measured, column: Bs_T, unit: T}", "objectives.Bs2={goal: max}"
    )
    with pytest.raises(RunFolderError, match="has no model of Bs2; it has Bs, Hc, Dmax"):
        reusable_models(folder, other)


def test_a_process_variable_that_is_missing_is_named(folder: RunFolder) -> None:
    other = small().variant("space.process={anneal_K: 750}", "properties.Hc.inputs=[anneal_K]")
    with pytest.raises(
        RunFolderError, match=r"the model of Hc .* depends on route with the choices ribbon, rod"
    ):
        reusable_models(folder, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("properties.Bs.unit=mT", r"has properties\.Bs\.unit T, and this problem mT: take the same here"),
        ("properties.Dmax.scale=log", r"has properties\.Dmax\.scale linear, and this problem log"),
        ("model.interval=0.6", r"has model\.interval 0\.9, and this problem 0\.6"),
    ],
)
def test_a_model_whose_numbers_mean_something_else_is_refused(
    folder: RunFolder, change: str, message: str
) -> None:
    with pytest.raises(RunFolderError, match=message):
        reusable_models(folder, small().variant(change))


def test_settings_that_the_models_overrule_are_named(folder: RunFolder) -> None:
    assert overruled_settings(folder, small().problem) == ()
    other = small().variant("model.kind=random_forest", "model.seed=7", "properties.Bs.ceiling=none")
    assert overruled_settings(folder, other) == (
        "model.kind (xgboost there)",
        "model.seed (0 there)",
        "properties.Bs.ceiling",
    )

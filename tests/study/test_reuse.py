"""Surrogates of one run for another problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder, open_run
from moalloy.study.reuse import reusable_models
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

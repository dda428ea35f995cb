"""Trees on a GPU predict what they predict on the CPU.

XGBoost without a GPU does the same work on the CPU, so these tests run everywhere; where there is one, they
try it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moalloy.build import engine
from moalloy.build.engine import ready_to_screen
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Average, Features
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.on_gpu import on_gpu
from moalloy.surrogates.trees import GpuTrees
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.small_problem import small
from tests.surrogates.small import INPUTS


@pytest.mark.parametrize("name", ["linear_model", "log_model", "hurdle_model"])
def test_a_model_on_the_gpu_says_the_same(name: str, alloys: Alloys, request: pytest.FixtureRequest) -> None:
    model: PropertyModel = request.getfixturevalue(name)
    other = on_gpu(model)
    members = (*other.members, *(other.hurdle.members if other.hurdle else ()))
    assert all(isinstance(member, GpuTrees) for member in members)
    np.testing.assert_allclose(other.predict_mean(alloys), model.predict_mean(alloys), rtol=1e-4)


def test_other_kinds_stay_on_the_cpu(linear_model: PropertyModel) -> None:
    rows = measured_rows()
    ridge = get_learner("ridge").fit(
        INPUTS.features(rows.fractions, ELEMENTS, rows.process), rows.values, seed=1
    )
    (member,) = on_gpu(replace(linear_model, members=(Average((ridge, linear_model.members[0])),))).members
    assert isinstance(member, Average)
    assert member.scorers[0] is ridge
    assert isinstance(member.scorers[1], GpuTrees)


def test_a_gpu_that_reads_something_else_is_not_used(
    linear_model: PropertyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = GpuTrees.predict

    def wrong(self: GpuTrees, features: Features) -> np.ndarray:
        return honest(self, features) + 1e-3

    monkeypatch.setattr(GpuTrees, "predict", wrong)
    assert on_gpu(linear_model).members == linear_model.members


def test_a_screen_reads_trees_on_the_gpu_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "why_no_gpu", lambda: None)
    said: list[str] = []
    models = ready_to_screen(small().models, n_alloys=1e9, device="cuda", say=said.append)
    members = [member for surrogate in models.values() for member in surrogate.model.members]
    assert all(isinstance(member, GpuTrees) for member in members)
    assert said == ["search: trees are read on the GPU"]


def test_a_screen_on_the_cpu_says_nothing() -> None:
    said: list[str] = []
    models = small().models
    assert ready_to_screen(models, n_alloys=100, device="cpu", say=said.append) is models
    assert said == []


def test_without_a_gpu_a_screen_says_why_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "why_no_gpu", lambda: "XGBoost finds no CUDA device here")
    said: list[str] = []
    models = small().models
    assert ready_to_screen(models, n_alloys=100, device="cuda", say=said.append) is models
    assert said == [
        "search: model.device is cuda, but trees are read on the CPU: XGBoost finds no CUDA device here"
    ]

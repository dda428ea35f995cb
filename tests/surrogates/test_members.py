"""Members of every kind on disk: as they were when they come back, or a clear no."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from moalloy.domain.composition_space import CompositionSpace, ElementRange
from moalloy.domain.design_space import DesignSpace
from moalloy.domain.process import choices
from moalloy.errors import RunFolderError
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.fitting import fit_property
from moalloy.surrogates.kinds import KINDS, get_learner
from moalloy.surrogates.store import load_surrogate, save_surrogate
from moalloy.surrogates.training import ProcessInput
from tests.measured_alloys import measured_rows
from tests.surrogates.small import INPUTS, small_plan

pytestmark = pytest.mark.slow

REFITTED = [*((kind,) for kind in KINDS if kind != "xgboost"), ("xgboost", "extra_trees")]
_RANGES = (
    ElementRange("B", 8, 16, False),
    ElementRange("Si", 2, 14, False),
    ElementRange("Fe", 70, 90, False),
)
SPACE = DesignSpace(
    ("Fe", "B", "Si"),
    CompositionSpace(_RANGES, step=Fraction(1), basis="at%"),
    (choices("anneal_K", [600.0, 700.0]),),
)


@functools.cache
def _fitted(*kinds: str, jobs: int = 1, n_tune: int = 0) -> FittedSurrogate:
    rows = measured_rows(n_papers=6, with_process=True)  # some anneals are blank
    inputs = replace(INPUTS, process=(ProcessInput("anneal_K"),))
    learners = tuple(get_learner(kind) for kind in kinds)
    plan = replace(small_plan(n_members=2, jobs=jobs, n_tune=n_tune, scale="log"), learners=learners)
    model, out_of_fold = fit_property("Bs", "T", rows, inputs, plan=plan)
    return FittedSurrogate(model, SPACE, {"property": "Bs"}, 10.0**out_of_fold.mean)


def _bits(surrogate: FittedSurrogate) -> bytes:
    X = SPACE.sample(40, seed=1)
    X[:4, -1] = np.nan
    prediction = surrogate.predict(X)
    return b"".join(part.tobytes() for part in (prediction.mean, prediction.low, prediction.high))


@pytest.mark.parametrize("kinds", REFITTED, ids=" and ".join)
def test_members_come_back_bit_by_bit_from_numbers_and_text(kinds: tuple[str, ...], tmp_path: Path) -> None:
    surrogate = _fitted(*kinds)
    save_surrogate(surrogate, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".ubj", ".json", ".csv"}
    loaded = load_surrogate(tmp_path, SPACE)
    assert _bits(loaded) == _bits(surrogate)
    assert loaded.model.origins == surrogate.model.origins


@pytest.mark.parametrize("kind", KINDS)
def test_two_jobs_fit_the_same_bits_as_one(kind: str) -> None:
    assert _bits(_fitted(kind, jobs=2)) == _bits(_fitted(kind))


def test_saving_what_was_loaded_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    save_surrogate(_fitted("gaussian_process", "ridge"), first)
    save_surrogate(load_surrogate(first, SPACE), second)
    assert {p.name: p.read_bytes() for p in second.iterdir()} == {
        p.name: p.read_bytes() for p in first.iterdir()
    }


def test_every_member_is_written_down_with_the_groups_that_it_left_out(tmp_path: Path) -> None:
    surrogate = _fitted("xgboost")
    save_surrogate(surrogate, tmp_path)
    members = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["members"]
    groups = set(surrogate.model.rows.groups)
    assert sorted(group for member in members for group in member["left_out"]) == sorted(groups)
    assert len({member["seed"] for member in members}) == 2


def test_tuned_settings_are_written_down_and_reused(tmp_path: Path) -> None:
    surrogate = _fitted("ridge", n_tune=3)
    save_surrogate(surrogate, tmp_path)
    members = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["members"]
    chosen = [member.learners[0].settings_to_dict() for member in surrogate.model.members]
    assert [member["models"][0]["settings"] for member in members] == chosen
    assert {"alpha": 300.0} not in chosen
    loaded = load_surrogate(tmp_path, SPACE)
    assert [member.learners for member in loaded.model.members] == [
        m.learners for m in surrogate.model.members
    ]


def test_a_model_is_fitted_again_once_however_often_it_is_read(tmp_path: Path) -> None:
    save_surrogate(_fitted("ridge"), tmp_path)
    assert load_surrogate(tmp_path, SPACE).model is load_surrogate(tmp_path, SPACE).model


def test_members_that_predict_otherwise_than_before_are_refused_with_versions(tmp_path: Path) -> None:
    save_surrogate(_fitted("ridge"), tmp_path)
    content = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    content["members"][1]["models"][0]["settings"]["alpha"] *= 1.01  # as if another version took it otherwise
    content["fitted_with"] = ["scikit-learn 0.1"]
    (tmp_path / "model.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(
        RunFolderError, match=r"fitted with scikit-learn 0\.1, can't be had again.* numpy .*; install those"
    ):
        load_surrogate(tmp_path, SPACE)


def test_a_kind_that_is_no_longer_installed_is_named(tmp_path: Path) -> None:
    save_surrogate(_fitted("ridge"), tmp_path)
    text = (tmp_path / "model.json").read_text(encoding="utf-8")
    (tmp_path / "model.json").write_text(text.replace('"ridge"', '"gone"'), encoding="utf-8")
    with pytest.raises(RunFolderError, match="there is no model kind 'gone'"):
        load_surrogate(tmp_path, SPACE)

"""One boosted model: reproducible, portable, and never a crash on a damaged file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xgboost

from moalloy.domain.values import FloatArray
from moalloy.errors import InputError, RunFolderError
from moalloy.surrogates.trees import Features, Trees, fit_trees
from tests.surrogates.small import SMALL


def _data(n: int = 60) -> tuple[Features, FloatArray]:
    rng = np.random.default_rng(0)
    features = rng.random((n, 4)).astype(np.float32)
    features[::5, 3] = np.nan
    return features, features[:, 0] + rng.normal(0.0, 0.05, n)


def _bytes(trees: Trees, folder: Path) -> bytes:
    trees.save(folder / "trees.ubj")
    return (folder / "trees.ubj").read_bytes()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (fit_trees(*_data(), settings=SMALL, seed=seed) for seed in (1, 1, 2))
    assert _bytes(first, tmp_path) == _bytes(again, tmp_path)
    assert _bytes(first, tmp_path) != _bytes(other, tmp_path)


def test_saved_trees_predict_the_same_to_the_last_bit(tmp_path: Path) -> None:
    features, target = _data()
    trees = fit_trees(features, target, settings=SMALL, seed=1)
    trees.save(tmp_path / "trees.ubj")
    loaded = Trees.load(tmp_path / "trees.ubj", SMALL)
    np.testing.assert_array_equal(loaded.predict(features), trees.predict(features))


def test_a_row_is_predicted_the_same_in_any_batch() -> None:
    features, target = _data()
    trees = fit_trees(features, target, settings=SMALL, seed=1)
    np.testing.assert_array_equal(trees.predict(features[7:8]), trees.predict(features)[7:8])


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_a_fold_of_one_class_gives_certain_but_finite_log_odds(label: float) -> None:
    features, target = _data()
    trees = fit_trees(features, np.full(len(target), label), settings=SMALL, seed=1, is_classifier=True)
    scores = trees.predict(features)
    assert np.isfinite(scores).all()
    assert (np.sign(scores) == 2.0 * label - 1.0).all()


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"gone\.ubj can't be read as a model"):
        Trees.load(tmp_path / "gone.ubj", SMALL)


@pytest.mark.skipif(xgboost.build_info().get("USE_CUDA", False), reason="this XGBoost can use a GPU")
def test_asking_for_a_gpu_that_xgboost_cannot_use_is_refused() -> None:
    with pytest.raises(InputError, match=r"model\.device is 'cuda', but this XGBoost is built for the CPU"):
        fit_trees(*_data(), settings=SMALL, seed=1, device="cuda")


@pytest.mark.skipif(xgboost.build_info().get("USE_CUDA", False), reason="this XGBoost can use a GPU")
def test_a_gpu_that_is_not_there_is_not_replaced_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    """XGBoost's build for GPUs falls back to the CPU with a warning."""
    monkeypatch.setattr(xgboost, "build_info", lambda: {"USE_CUDA": True})
    with pytest.raises(InputError, match="XGBoost finds no CUDA device here"):
        fit_trees(*_data(), settings=SMALL, seed=1, device="cuda")


def test_contributions_and_the_base_sum_to_the_prediction() -> None:
    features, target = _data()
    trees = fit_trees(features, target, settings=SMALL, seed=1)
    shares = trees.contributions(features)
    assert shares.shape == (len(features), features.shape[1] + 1)
    np.testing.assert_allclose(shares.sum(axis=1), trees.predict(features), atol=1e-5)
    assert len(np.unique(shares[:, -1])) == 1


def test_permuting_the_rows_permutes_their_contributions() -> None:
    features, target = _data()
    trees = fit_trees(features, target, settings=SMALL, seed=1)
    order = np.random.default_rng(3).permutation(len(features))
    np.testing.assert_array_equal(trees.contributions(features[order]), trees.contributions(features)[order])


def test_a_feature_without_any_split_contributes_nothing() -> None:
    features, target = _data()
    features[:, 2] = 1.0
    shares = fit_trees(features, target, settings=SMALL, seed=1).contributions(features)
    assert (shares[:, 2] == 0).all()
    assert np.abs(shares[:, 0]).mean() > 10 * np.abs(shares[:, 1]).mean()

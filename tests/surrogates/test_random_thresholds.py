"""Thresholds drawn at random: where they may lie, and that values are compared as places were."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from moalloy.surrogates.learner import Features
from moalloy.surrogates.random_thresholds import Gaps, places, restore_values
from moalloy.surrogates.trees import Trees, TreeSettings, fit_trees

values = st.one_of(st.floats(-1e6, 1e6, width=32), st.just(float("nan")), st.sampled_from([0.0, 1.0, 2.0]))
tables = arrays(np.float32, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=values)


def drawn(features: Features, *, n: int = 5, seed: int = 0) -> NDArray[np.float32]:
    return Gaps.of(features).draw(n, np.random.default_rng(seed))


@given(tables, st.integers(0, 1000))
def test_every_threshold_parts_two_neighbors(features: Features, seed: int) -> None:
    for column, thresholds in zip(features.T, drawn(features, seed=seed), strict=True):
        known = column[~np.isnan(column)]
        if len(np.unique(known)) < 2:
            assert np.isinf(thresholds).all()
            continue
        assert (np.diff(thresholds) >= 0).all()
        for threshold in thresholds:
            assert (known < threshold).any()
            assert (known >= threshold).any()


@given(tables, st.integers(0, 1000))
def test_a_comparison_of_places_is_one_of_values(features: Features, seed: int) -> None:
    thresholds = drawn(features, seed=seed)
    placed = places(features, thresholds)
    for feature in range(features.shape[1]):
        for condition in (-0.5, 0.0, 0.5, 1.0, 2.3, 4.0, 5.0, 5.5, 6.0):
            conditions = [condition, 0.25, 0.75]
            nodes = {"left_children": [1, -1, -1], "split_indices": [feature, 0, 0]}
            restore_values([{**nodes, "split_conditions": conditions}], thresholds)
            threshold, *leaves = conditions
            assert leaves == [0.25, 0.75]
            known = ~np.isnan(features[:, feature])
            by_place = placed[known, feature] < condition
            by_value = features[known, feature] < np.float32(threshold)
            np.testing.assert_array_equal(by_value, by_place)


def test_a_missing_value_has_no_place() -> None:
    features = np.array([[np.nan], [1.0], [2.0]], dtype=np.float32)
    placed = places(features, drawn(features, n=3))
    np.testing.assert_array_equal(np.isnan(placed[:, 0]), [True, False, False])
    assert placed[1:, 0].tolist() == [0.0, 3.0]


def test_gaps_are_as_likely_as_each_other_however_wide() -> None:
    features = np.array([[0.0], [1.0], [1000.0]], dtype=np.float32)
    thresholds = drawn(features, n=2000)
    assert (thresholds < 1.0).mean() == pytest.approx(0.5, abs=0.05)


def noisy_steps(n: int = 300) -> tuple[Features, NDArray[np.float64]]:
    rng = np.random.default_rng(3)
    features = rng.random((n, 3)).astype(np.float32)
    features[::9, 1] = np.nan
    return features, np.sin(6.0 * features[:, 0]) + 0.5 * (features[:, 2] > 0.5) + rng.normal(0.0, 0.3, n)


def fitted(*, n_thresholds: int, n_trees: int = 25, seed: int = 0, is_classifier: bool = False) -> Trees:
    features, target = noisy_steps()
    settings = TreeSettings(n_trees=n_trees, learning_rate=0.2, n_parallel=2, n_thresholds=n_thresholds)
    target = (target > 0.5).astype(np.float64) if is_classifier else target
    return fit_trees(features, target, settings=settings, seed=seed, is_classifier=is_classifier)


def thresholds_of(trees: Trees) -> set[float]:
    content = json.loads(trees.booster.save_raw("json"))
    return {
        condition
        for tree in content["learner"]["gradient_booster"]["model"]["trees"]
        for condition, child, feature in zip(
            tree["split_conditions"], tree["left_children"], tree["split_indices"], strict=True
        )
        if child >= 0 and feature == 0
    }


def test_all_rounds_are_in_one_model_that_learned() -> None:
    features, target = noisy_steps()
    trees = fitted(n_thresholds=8)
    assert trees.booster.num_boosted_rounds() == 25
    error = trees.predict(features) - target
    assert error.std() < 0.35 < target.std()
    assert abs(error.mean()) < 0.05


def test_joined_trees_predict_to_the_last_bit_what_boosting_ended_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features, target = noisy_steps()
    margins: list[NDArray[np.float32]] = []
    predict = xgboost.Booster.predict

    def listened(booster: xgboost.Booster, *args: Any, **options: Any) -> NDArray[np.float32]:
        margins.append(predict(booster, *args, **options))
        return margins[-1]

    monkeypatch.setattr(xgboost.Booster, "predict", listened)
    trees = fitted(n_thresholds=8, n_trees=45)
    assert len(margins) == 3
    assert trees.predict(features).astype(np.float32).tobytes() == margins[-1].tobytes()
    # Whatever piece it comes from, a tree adds to what those before it said.
    rounds = range(0, 46, 5)
    said = [trees.booster[:n].inplace_predict(features, predict_type="margin") for n in rounds if n]
    errors = [float(np.mean((one - target) ** 2)) for one in said]
    assert errors == sorted(errors, reverse=True)
    assert said[-1].tobytes() == trees.booster.inplace_predict(features, predict_type="margin").tobytes()


def test_every_threshold_may_be_used_however_many_there_are() -> None:
    features = np.arange(600, dtype=np.float32)[:, None]
    target = np.random.default_rng(4).normal(size=600)
    settings = TreeSettings(n_trees=20, depth=16, min_child_weight=0.0, reg_lambda=0.0, n_thresholds=500)
    assert len(thresholds_of(fit_trees(features, target, settings=settings, seed=0))) > 200


def test_rounds_draw_thresholds_of_their_own() -> None:
    # Three draws of two, however many trees there are.
    assert 4 < len(thresholds_of(fitted(n_thresholds=2, n_trees=60))) <= 6


def test_a_seed_gives_the_same_trees_and_another_one_others() -> None:
    features, _ = noisy_steps()
    one, same, other = (fitted(n_thresholds=8, seed=seed).predict(features) for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_contributions_add_up_to_the_prediction() -> None:
    features, _ = noisy_steps()
    trees = fitted(n_thresholds=8)
    np.testing.assert_allclose(trees.contributions(features).sum(axis=1), trees.predict(features), atol=1e-5)


def test_a_classifier_gives_log_odds() -> None:
    features, target = noisy_steps()
    log_odds = fitted(n_thresholds=8, is_classifier=True).predict(features)
    assert ((log_odds > 0) == (target > 0.5)).mean() > 0.85


def test_a_constant_target_is_predicted_as_it_is() -> None:
    features, _ = noisy_steps()
    settings = TreeSettings(n_trees=12)
    trees = fit_trees(features, np.full(len(features), 1.7), settings=settings, seed=0)
    np.testing.assert_allclose(trees.predict(features), 1.7, rtol=1e-6)


def test_constant_and_blank_features_are_never_asked() -> None:
    features, target = noisy_steps()
    features[:, 1], features[:, 2] = np.nan, 4.0
    trees = fit_trees(features, target, settings=TreeSettings(n_trees=12), seed=0)
    assert set(np.flatnonzero(np.abs(trees.contributions(features)[:, :-1]).sum(axis=0))) == {0}

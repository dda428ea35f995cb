"""Packed trees are XGBoost's to the last bit, whatever is asked of them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from moalloy.surrogates.forest import MOST_LEAVES, Forest
from moalloy.surrogates.forest_kernel import read_forest
from moalloy.surrogates.learner import Features
from moalloy.surrogates.trees import Trees, TreeSettings, fit_trees
from tests.surrogates.small import SMALL

FULL = replace(SMALL, n_trees=60, depth=5)


def rows(n: int, *, seed: int = 0, missing: float = 0.1, n_features: int = 7) -> Features:
    """Return rows with gaps, and with a feature of three levels."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, n_features)).astype(np.float32)
    features[:, 0] = rng.integers(0, 3, n)
    features[rng.random(features.shape) < missing] = np.nan
    return features


def grown(settings: TreeSettings = FULL, *, missing: float = 0.1, is_classifier: bool = False) -> Trees:
    features = rows(400, seed=9, missing=missing)
    filled = np.nan_to_num(features)
    target = filled[:, 1] * filled[:, 2] + np.sin(3 * filled[:, 3]) + filled[:, 0]
    if is_classifier:
        target = (target > 0).astype(np.float64)
    return fit_trees(
        features, target.astype(np.float64), settings=settings, seed=1, is_classifier=is_classifier
    )


def packed(trees: Trees) -> Forest:
    return Forest.of(json.loads(trees.booster.save_raw("json")))


def assert_same(trees: Trees, features: Features) -> None:
    expected = trees.booster.inplace_predict(features, predict_type="margin")
    np.testing.assert_array_equal(read_forest(packed(trees), features), expected)


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 512, 513, 1100])
def test_any_number_of_rows_is_read_as_xgboost_reads_it(n: int) -> None:
    assert_same(grown(), rows(n, seed=2))


@pytest.mark.parametrize("missing", [0.0, 0.5, 1.0])
def test_missing_values_take_the_branch_that_training_gave_them(missing: float) -> None:
    assert_same(grown(), rows(200, seed=3, missing=missing))
    assert_same(grown(missing=0.0), rows(200, seed=3, missing=missing))


def test_infinite_values_are_read_as_xgboost_reads_them_or_refused() -> None:
    features = rows(50, seed=4, missing=0.0)
    features[::3, 1], features[::4, 2] = np.float32(3e38), np.float32(-3e38)
    assert_same(grown(), features)


def test_values_on_a_threshold_go_right_and_those_just_below_left() -> None:
    trees = grown()
    forest = packed(trees)
    features = np.zeros((len(forest.threshold), 7), dtype=np.float32)
    at = np.arange(len(features))
    features[at, forest.feature] = forest.threshold
    below = features.copy()
    below[at, forest.feature] = np.nextafter(forest.threshold, np.float32(-np.inf))
    assert_same(trees, features)
    assert_same(trees, below)


@pytest.mark.parametrize("depth", [1, 6, 9])
def test_trees_of_any_depth_are_packed(depth: int) -> None:
    trees = grown(replace(FULL, depth=depth, min_child_weight=0.0, reg_lambda=0.0, subsample=1.0))
    forest = packed(trees)
    leaves = np.diff([*forest.first_leaf, len(forest.leaf)])
    assert leaves.max() <= MOST_LEAVES
    # Deep trees are taken apart, shallow ones aren't.
    assert (len(forest.first_leaf) > FULL.n_trees) == (depth > 5)
    assert_same(trees, rows(300, seed=5))


def test_log_odds_begin_with_the_share_of_the_classes() -> None:
    assert_same(grown(is_classifier=True), rows(200, seed=6))


def test_a_random_forest_is_packed() -> None:
    assert_same(grown(replace(FULL, n_trees=1, n_parallel=20, learning_rate=1.0)), rows(200, seed=7))


def test_trees_without_a_branching_are_constants() -> None:
    features = rows(30)
    trees = fit_trees(features, np.full(30, 2.5), settings=SMALL, seed=1)
    assert_same(trees, features)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 1.5), st.integers(1, 40))
def test_what_a_group_of_rows_has_in_common_changes_no_bit(seed: int, spread: float, n: int) -> None:
    """Rows near each other answer most comparisons alike, which are settled before."""
    rng = np.random.default_rng(seed)
    center = rows(1, seed=seed, missing=0.0)
    near = (center + spread * rng.normal(size=(n, 7))).astype(np.float32)
    near[rng.random(near.shape) < 0.05] = np.nan
    assert_same(TREES, near)


TREES = grown()


def test_a_model_with_categories_or_several_outputs_is_refused() -> None:
    features, target = rows(60, missing=0.0), np.arange(60) % 3
    data = xgboost.DMatrix(features, label=target)
    several = xgboost.train({"objective": "multi:softprob", "num_class": 3, "nthread": 1}, data, 2)
    linear = xgboost.train({"booster": "gblinear", "nthread": 1}, data, 2)
    for booster in (several, linear):
        with pytest.raises(ValueError, match="expected boosted trees on numbers with one output"):
            Forest.of(json.loads(booster.save_raw("json")))

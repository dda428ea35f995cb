"""Packed models predict what they predicted before."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from moalloy.build.engine import ready_to_search
from moalloy.surrogates.forest import Forest
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Average
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.packed import PackedTrees, _has_kernel, n_trees, packed
from moalloy.surrogates.transitions import Relative
from moalloy.surrogates.trees import TreeSettings
from tests.measured_alloys import ELEMENTS, measured_rows
from tests.small_problem import small
from tests.surrogates.small import INPUTS, SMALL


@pytest.mark.parametrize("name", ["linear_model", "log_model", "hurdle_model"])
def test_a_packed_model_says_the_same_to_the_last_bit(
    name: str, alloys: Alloys, request: pytest.FixtureRequest
) -> None:
    model: PropertyModel = request.getfixturevalue(name)
    other = packed(model)
    assert all(isinstance(member, PackedTrees) for member in other.members)
    np.testing.assert_array_equal(other.predict_mean(alloys), model.predict_mean(alloys))
    ours, theirs = other.predict(alloys), model.predict(alloys)
    np.testing.assert_array_equal(ours.low, theirs.low)
    np.testing.assert_array_equal(ours.high, theirs.high)
    np.testing.assert_array_equal(
        other.probability(alloys, at_least=1.0), model.probability(alloys, at_least=1.0)
    )


def test_the_hurdle_is_packed_as_well(hurdle_model: PropertyModel) -> None:
    hurdle = packed(hurdle_model).hurdle
    assert hurdle is not None
    assert all(isinstance(member, PackedTrees) for member in hurdle.members)


def test_other_kinds_stay_and_trees_beside_them_are_packed(linear_model: PropertyModel) -> None:
    rows = measured_rows()
    features = INPUTS.features(rows.fractions, ELEMENTS, rows.process)
    ridge = get_learner("ridge").fit(features, rows.values, seed=1)
    both = Average((ridge, linear_model.members[0]))
    (member,) = packed(replace(linear_model, members=(both,))).members
    assert isinstance(member, Average)
    assert member.scorers[0] is ridge
    assert isinstance(member.scorers[1], PackedTrees)


def test_trees_that_count_from_transitions_are_packed_inside(linear_model: PropertyModel) -> None:
    relative = Relative(linear_model.members[0], (), INPUTS.names)
    (member,) = packed(replace(linear_model, members=(relative,))).members
    assert isinstance(member, Relative)
    assert isinstance(member.scorer, PackedTrees)


def test_what_differs_by_a_bit_is_left_to_xgboost(
    linear_model: PropertyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Forest.of

    def wrong(model: Mapping[str, Any]) -> Forest:
        forest = honest(model)
        return forest._replace(base=np.nextafter(forest.base, np.float32(np.inf)))

    monkeypatch.setattr(Forest, "of", wrong)
    assert packed(linear_model).members == linear_model.members


def test_without_numba_models_stay_as_they_are(
    linear_model: PropertyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "moalloy.surrogates.forest_kernel", None)
    _has_kernel.cache_clear()
    try:
        assert packed(linear_model) is linear_model
    finally:
        _has_kernel.cache_clear()


def test_every_tree_counts(hurdle_model: PropertyModel) -> None:
    assert hurdle_model.hurdle is not None
    n_of_hurdle = len(hurdle_model.hurdle.members) * TreeSettings().n_trees
    assert n_trees(hurdle_model) == len(hurdle_model.members) * SMALL.n_trees + n_of_hurdle


def test_a_long_search_reads_packed_trees_and_a_short_one_xgboost() -> None:
    models = small().models
    assert ready_to_search(models, n_alloys=1000) is models
    ready = ready_to_search(models, n_alloys=1e9)
    X = small().problem.space.sample(20)
    for name, model in ready.items():
        assert model.model is not models[name].model
        np.testing.assert_array_equal(model.predict_mean(X), models[name].predict_mean(X))

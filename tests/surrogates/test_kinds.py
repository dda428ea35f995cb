"""Every built-in kind: reproducible, not thrown by what is missing, and tuned where it can be."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from moalloy.build.effort import Learning, training_seconds
from moalloy.domain.values import FloatArray
from moalloy.errors import SpaceError
from moalloy.spec import KINDS as NAMES
from moalloy.spec import parse_spec
from moalloy.surrogates.estimators import EstimatorLearner, steady
from moalloy.surrogates.kinds import KINDS, get_learner
from moalloy.surrogates.learner import Average, Features, fit_average
from moalloy.surrogates.trees import TreeLearner

pytestmark = pytest.mark.slow


def _data(n: int = 80, *, seed: int = 0) -> tuple[Features, FloatArray]:
    """Return features with blanks, a column of blanks only, and a target that two of them decide."""
    rng = np.random.default_rng(seed)
    features = rng.random((n, 5)).astype(np.float32)
    target = 2.0 * features[:, 0] - features[:, 1] + rng.normal(0.0, 0.05, n)
    features[::5, 3] = np.nan
    features[:, 4] = np.nan
    return features, target


def test_the_problem_file_knows_the_kinds_that_there_are() -> None:
    assert tuple(KINDS) == NAMES


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_learns_and_predicts_with_values_missing_or_not(kind: str) -> None:
    features, target = _data()
    fresh, expected = _data(seed=1)
    fresh[:, 2:] = np.nan  # blanks where the fit saw none
    with steady():
        predicted = get_learner(kind).fit(features, target, seed=3).predict(fresh)
    assert predicted.dtype == np.float64
    assert np.corrcoef(predicted, expected)[0, 1] > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_model_three_times_over(kind: str) -> None:
    features, target = _data()
    with steady():
        first, *again = (get_learner(kind).fit(features, target, seed=3).predict(features) for _ in range(3))
    for predicted in again:
        np.testing.assert_array_equal(predicted, first)


@pytest.mark.parametrize("kind", ["xgboost", "random_forest", "extra_trees", "hist_gradient_boosting"])
def test_another_seed_gives_another_model_where_anything_is_drawn(kind: str) -> None:
    features, target = _data()
    fresh, _ = _data(seed=1)  # a forest that splits to the end knows its own rows by heart
    one, other = (get_learner(kind).fit(features, target, seed=seed).predict(fresh) for seed in (1, 2))
    assert np.abs(one - other).max() > 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_settings_come_back_from_what_is_written_down(kind: str) -> None:
    learner = get_learner(kind)
    assert get_learner(kind).with_settings(learner.settings_to_dict()) == learner


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_speaks_of_tuning_agrees_which_kinds_it_changes(kind: str) -> None:
    drawn = get_learner(kind).drawn(np.random.default_rng(0))
    text = f"""{{version: 1, name: x, objectives: {{cost_USD_per_kg: {{goal: min}}}},
        space: {{step: 1, elements: {{Fe: [60, 100]}}}}, model: {{kind: {kind}, tune: 3}}}}"""
    is_said = any("tune has no effect" in str(fault) for fault in parse_spec(text).faults)
    seconds = [training_seconds(200, 10, n_members=2, by=Learning((kind,), n)) for n in (0, 3)]
    assert is_said == (drawn is None) == (seconds[0] == seconds[1])


@pytest.mark.parametrize("kind", ["random_forest", "extra_trees", "hist_gradient_boosting", "ridge"])
def test_drawn_settings_differ_and_can_be_fitted(kind: str) -> None:
    features, target = _data(30)
    rng = np.random.default_rng(0)
    learners = [get_learner(kind).drawn(rng) for _ in range(3)]
    assert len(set(learners)) == 3
    for learner in learners:
        assert learner is not None
        assert np.isfinite(learner.fit(features, target, seed=1).predict(features)).all()


def test_a_gaussian_process_writes_down_what_it_found_and_needs_no_second_search() -> None:
    features, target = _data()
    with steady():
        first = get_learner("gaussian_process").fit(features, target, seed=1)
        (found,) = first.learners
        again = found.fit(features, target, seed=1)
    assert set(found.settings_to_dict()) == {"signal", "length", "noise"}
    assert again.learners == (found,)
    np.testing.assert_array_equal(again.predict(features), first.predict(features))


def test_a_gaussian_process_finds_the_noise_that_was_put_in() -> None:
    rng = np.random.default_rng(0)
    features = rng.random((150, 1)).astype(np.float32)
    clean = np.sin(6.0 * features[:, 0].astype(np.float64))
    target = clean + rng.normal(0.0, 0.2, len(clean))
    with steady():
        (found,) = get_learner("gaussian_process").fit(features, target, seed=1).learners
    # Its noise is a variance in units of the target's own.
    noise = float(found.settings_to_dict()["noise"])
    assert np.sqrt(noise) * target.std() == pytest.approx(0.2, rel=0.15)


def test_rows_beyond_the_most_are_left_out_at_random() -> None:
    features, target = _data()
    learner = get_learner("ridge")
    assert isinstance(learner, EstimatorLearner)
    few = replace(learner, recipe=replace(learner.recipe, most_rows=20))
    one, again, other = (few.fit(features, target, seed=seed).predict(features) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 1e-3
    np.testing.assert_array_equal(
        few.fit(features[:20], target[:20], seed=1).predict(features),
        learner.fit(features[:20], target[:20], seed=1).predict(features),
    )


def test_blocks_of_alloys_are_predicted_like_single_ones_and_none_like_none() -> None:
    features, target = _data()
    scorer = get_learner("ridge").fit(features, target, seed=1)
    many = np.tile(features, (130, 1))
    np.testing.assert_allclose(scorer.predict(many), np.tile(scorer.predict(features), 130), rtol=1e-12)
    assert scorer.predict(features[:0]).shape == (0,)


def test_an_average_is_the_mean_of_its_models() -> None:
    features, target = _data()
    learners = (get_learner("xgboost"), get_learner("ridge"))
    average = fit_average(learners, features, target, seed=2)
    alone = [learner.fit(features, target, seed=2).predict(features) for learner in learners]
    assert isinstance(average, Average)
    assert average.learners == learners
    np.testing.assert_allclose(average.predict(features), np.mean(alone, axis=0), rtol=1e-14)


def test_only_xgboost_goes_to_another_device() -> None:
    assert get_learner("xgboost", device="cuda") == TreeLearner(device="cuda")
    assert get_learner("ridge", device="cuda") == get_learner("ridge")


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    with pytest.raises(SpaceError, match=re.escape("no model kind 'xgbost'; did you mean 'xgboost'")):
        get_learner("xgbost")


def test_fits_leave_the_threads_of_blas_as_they_were() -> None:
    def threads() -> list[int]:
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    before = threads()
    with steady():
        assert set(threads()) == {1}
    assert threads() == before

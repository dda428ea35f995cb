"""Estimators that installed packages offer: taken as they are, and blamed by name where they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import InputError, ProblemFileError, SpaceError
from moalloy.spec import json_schema, parse_spec
from moalloy.surrogates.kinds import GROUP, get_learner
from tests.installed import install

Offer = Callable[[str, str], None]

FEATURES = np.arange(24, dtype=np.float32).reshape(12, 2)
TARGET = FEATURES[:, 0].astype(np.float64)

_REGRESSOR = """\
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

class Mine(RegressorMixin, BaseEstimator):
    def __init__(self, factor=1.0, random_state=None):
        self.factor = factor
        self.random_state = random_state

    def fit(self, X, y):
        assert np.isfinite(X).all(), "blanks should have been filled"
        {fit}
        return self

    def predict(self, X):
        {predict}
"""
_SOUND = {"fit": "self.mean_ = self.factor * y.mean()", "predict": "return np.full(len(X), self.mean_)"}


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Install a package that offers the kind ``mine``."""

    def install_kind(name: str, code: str, thing: str = "Mine") -> None:
        entry = f"mine = {name}:{thing}"
        install(tmp_path, monkeypatch, name, group=GROUP, code=code, entry_points=entry)

    return install_kind


@pytest.mark.parametrize(
    ("name", "thing", "more", "expected"),
    [
        ("moalloy_kind_class", "Mine", "", 11.0),
        ("moalloy_kind_function", "make", "def make(): return Mine(factor=2.0)", 22.0),
        ("moalloy_kind_instance", "made", "made = Mine(factor=3.0)", 33.0),
    ],
)
def test_a_class_a_function_and_an_estimator_will_do(
    offer: Callable[..., None], name: str, thing: str, more: str, expected: float
) -> None:
    offer(name, f"{_REGRESSOR.format(**_SOUND)}\n{more}\n", thing)
    learner = get_learner("mine")
    scorer = learner.fit(FEATURES, TARGET, seed=1)
    np.testing.assert_array_equal(scorer.predict(FEATURES), np.full(12, expected))
    assert learner.engine.startswith(f"{name} 1.0, scikit-learn ")
    assert learner.drawn(np.random.default_rng(0)) is None


def test_scikit_learns_own_classes_go_in_as_they_are(offer: Callable[..., None]) -> None:
    code = "from sklearn.neighbors import KNeighborsRegressor\n"
    offer("moalloy_kind_neighbors", code, "KNeighborsRegressor")
    blank = FEATURES.copy()
    blank[3, 1] = np.nan
    scorer = get_learner("mine").fit(blank, TARGET, seed=1)
    assert np.isfinite(scorer.predict(blank)).all()


def test_a_column_of_predictions_will_do(offer: Offer) -> None:
    code = {"predict": "return np.full((len(X), 1), self.mean_)"}
    offer("moalloy_kind_column", _REGRESSOR.format(**{**_SOUND, **code}))
    predicted = get_learner("mine").fit(FEATURES, TARGET, seed=1).predict(FEATURES)
    np.testing.assert_array_equal(predicted, np.full(12, 11.0))


def test_seeds_are_set_wherever_an_estimator_has_one(offer: Callable[..., None]) -> None:
    seeded = {"fit": "self.seed_ = self.random_state", "predict": "return np.full(len(X), float(self.seed_))"}
    code = _REGRESSOR.format(**seeded) + (
        "\nfrom sklearn.ensemble import BaggingRegressor\nfrom sklearn.pipeline import make_pipeline\n"
        "def make(): return make_pipeline(Mine())\n"
    )
    offer("moalloy_kind_seeded", code, "make")
    assert set(get_learner("mine").fit(FEATURES, TARGET, seed=17).predict(FEATURES)) == {17.0}


def test_the_problem_file_takes_an_offered_kind_without_importing_it(offer: Offer) -> None:
    text = """{version: 1, name: x, objectives: {cost_USD_per_kg: {goal: min}},
        space: {step: 1, elements: {Fe: [60, 100]}}, model: {kind: [mine, xgboost]}}"""
    with pytest.raises(ProblemFileError, match="there is no model kind 'mine'"):
        parse_spec(text)
    offer("moalloy_kind_unread", "raise RuntimeError('imported')\n")
    assert parse_spec(text).model.kinds == ("mine", "xgboost")
    assert "mine" in json_schema()["$defs"]["ModelSpec"]["properties"]["kind"]["oneOf"][0]["enum"]


def test_a_package_that_cannot_be_imported_is_named(offer: Offer) -> None:
    offer("moalloy_kind_broken", "raise RuntimeError('boom')\n")
    with pytest.raises(SpaceError, match=r"kind 'mine' .*moalloy_kind_broken.* can't be imported: boom"):
        get_learner("mine")


def test_what_is_no_estimator_is_refused(offer: Offer) -> None:
    offer("moalloy_kind_word", "Mine = 'seven'\n")
    with pytest.raises(SpaceError, match="is a str; expected a model kind"):
        get_learner("mine")


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("moalloy_kind_raises", {"fit": "raise ValueError('too hot')"}, "fitted to 12 rows: ValueError: too"),
        ("moalloy_kind_shape", {"predict": "return np.zeros((2, 2))"}, r"can't predict: .* shape \(2, 2\)"),
        ("moalloy_kind_nan", {"predict": "return np.full(len(X), np.nan)"}, "predictions are not finite"),
    ],
)
def test_an_estimator_that_fails_is_named_with_its_package(
    offer: Offer, name: str, code: dict[str, str], words: str
) -> None:
    offer(name, _REGRESSOR.format(**{**_SOUND, **code}))
    with pytest.raises(InputError, match=rf"'mine' of an installed package \({name}:Mine\).*{words}"):
        get_learner("mine").fit(FEATURES, TARGET, seed=1).predict(FEATURES)


def test_a_function_that_makes_no_estimator_is_named_too(offer: Callable[..., None]) -> None:
    offer("moalloy_kind_none", "def make(): return 7\n", "make")
    with pytest.raises(InputError, match=r"'mine' .*moalloy_kind_none:make.* can't be fitted to 12 rows"):
        get_learner("mine").fit(FEATURES, TARGET, seed=1)

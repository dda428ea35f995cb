"""Random search over settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from moalloy.domain.values import FloatArray
from moalloy.surrogates.learner import Features, Learner, Setting, squared_error
from moalloy.surrogates.trees import TreeLearner
from moalloy.surrogates.tuning import n_tuning_fits, tune
from tests.measured_alloys import measured_rows
from tests.surrogates.small import INPUTS

ROWS = measured_rows(n_papers=6, n_per_paper=4)
FEATURES = INPUTS.features(ROWS.fractions, ROWS.elements, ROWS.process)


def _tune(groups: list[int], *, n_tries: int, is_classifier: bool = False) -> Learner:
    target = (ROWS.values > np.median(ROWS.values)).astype(np.float64) if is_classifier else ROWS.values
    learner = TreeLearner(is_classifier=is_classifier)
    return tune(learner, FEATURES, target, np.array(groups), n_tries=n_tries, seed=3)


@pytest.mark.parametrize("is_classifier", [False, True])
@pytest.mark.slow
def test_the_same_seed_chooses_the_same_settings(is_classifier: bool) -> None:
    groups = ROWS.group_codes.tolist()
    first, again = (_tune(groups, n_tries=1, is_classifier=is_classifier) for _ in range(2))
    assert first == again


def test_the_defaults_win_where_nothing_else_is_tried() -> None:
    assert _tune(ROWS.group_codes.tolist(), n_tries=0) == TreeLearner()


def test_a_single_group_leaves_nothing_to_choose_by() -> None:
    assert _tune([0] * len(ROWS), n_tries=5) == TreeLearner()


@dataclass(frozen=True)
class _Constant:
    """A learner whose only setting is what its scorers predict; it counts them."""

    value: float = 0.0
    fits: list[float] = field(default_factory=list, compare=False)
    kind: str = "constant"
    engine: str = "none"
    most_rows: None = None

    def settings_to_dict(self) -> dict[str, Setting]:
        return {"value": self.value}

    def with_settings(self, settings: Mapping[str, Any]) -> _Constant:
        return replace(self, value=float(settings["value"]))

    def drawn(self, rng: np.random.Generator) -> _Constant:
        return replace(self, value=float(rng.uniform(-1.0, 1.0)))

    def fit(self, _features: Features, _target: FloatArray, *, seed: int) -> _Constant:
        self.fits.append(self.value)
        return self

    @property
    def learners(self) -> tuple[_Constant, ...]:
        return (self,)

    def predict(self, features: Features) -> FloatArray:
        return np.full(len(features), self.value)

    def loss(self, scores: FloatArray, target: FloatArray) -> float:
        return squared_error(scores, target)


def _tune_constant(*, given: float, wanted: float, n_tries: int) -> tuple[float, list[float]]:
    learner = _Constant(given)
    target = np.full(len(ROWS), wanted)
    best = tune(learner, FEATURES, target, ROWS.group_codes, n_tries=n_tries, seed=3)
    return float(best.settings_to_dict()["value"]), learner.fits


def test_the_best_of_what_was_tried_is_chosen() -> None:
    best, fits = _tune_constant(given=-5.0, wanted=0.3, n_tries=20)
    assert best == min(fits, key=lambda value: abs(value - 0.3)) != -5.0


def test_the_given_settings_stay_where_nothing_beats_them() -> None:
    best, fits = _tune_constant(given=0.3, wanted=0.3, n_tries=20)
    assert best == 0.3
    assert fits.count(0.3) == 3  # on every fold


@pytest.mark.parametrize("n_tries", [1, 2, 20])
def test_tuning_takes_as_many_fits_as_it_says(n_tries: int) -> None:
    assert len(_tune_constant(given=0.0, wanted=0.3, n_tries=n_tries)[1]) == n_tuning_fits(n_tries)

"""scikit-learn's estimators, and any that behave like them, as learners.

What an estimator lacks is put in front of it: a filler for missing values, with a column that says
where one was, and standardized features for the kinds that measure distances or penalize slopes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np

from moalloy.domain.values import FloatArray, IntArray
from moalloy.errors import InputError
from moalloy.surrogates.learner import Features, Setting, squared_error

__all__ = ["EstimatorLearner", "FittedEstimator", "Recipe", "scikit_learn", "steady"]

_BLOCK = 10_000
Settings = tuple[tuple[str, Setting], ...]
# Something with scikit-learn's get_params, set_params, fit and predict; the library has no types.
Estimator = Any


def scikit_learn() -> str:
    """Return scikit-learn with its version."""
    return f"scikit-learn {version('scikit-learn')}"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the estimators of one kind are made and fed.

    Attributes:
        make: From settings to an estimator that isn't fitted yet.
        draw: Settings at random; None if there is nothing to tune.
        found: What the fit itself chose, as settings with which `make` doesn't search again; None if
            a fit chooses nothing.
        is_scaled: Standardize the features.
        most_rows: From how many rows to learn at most, where the time grows faster than they do.
        engine: The library behind it, with its version.
        source: Which installed package offers it, in words; empty for our own.
    """

    make: Callable[[Mapping[str, Setting]], Estimator]
    engine: str
    draw: Callable[[np.random.Generator], dict[str, Setting]] | None = None
    found: Callable[[Estimator], dict[str, Setting]] | None = None
    is_scaled: bool = False
    most_rows: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class EstimatorLearner:
    """A kind that scikit-learn, or an estimator like its own, fits."""

    kind: str
    recipe: Recipe
    settings: Settings = ()

    @property
    def engine(self) -> str:
        return self.recipe.engine

    @property
    def most_rows(self) -> int | None:
        return self.recipe.most_rows

    def settings_to_dict(self) -> dict[str, Setting]:
        return dict(self.settings)

    def with_settings(self, settings: Mapping[str, Setting]) -> EstimatorLearner:
        return replace(self, settings=tuple(settings.items()))

    def drawn(self, rng: np.random.Generator) -> EstimatorLearner | None:
        return None if self.recipe.draw is None else self.with_settings(self.recipe.draw(rng))

    def loss(self, scores: FloatArray, target: FloatArray) -> float:
        return squared_error(scores, target)

    def fit(self, features: Features, target: FloatArray, *, seed: int) -> FittedEstimator:
        """Fit one estimator.

        Args:
            features: Shape ``(n_rows, n_features)``; NaN is a missing value.
            target: On the fitted scale, shape ``(n_rows,)``.
            seed: Becomes the ``random_state`` of whatever in the estimator has one.

        Raises:
            InputError: The estimator is another package's, and can't be made or fitted.
        """
        picked = self._rows(len(target), seed)
        # A treatment that no row states is a column of blanks, which says nothing and which some can't read.
        columns = np.flatnonzero(~np.isnan(features[picked]).all(axis=0))
        with _blaming(self, f"can't be fitted to {len(picked)} rows"):
            estimator = self.recipe.make(dict(self.settings))
            fed = _fed(_seeded(estimator, seed), is_scaled=self.recipe.is_scaled)
            with _one_openmp_thread(self.kind):
                fed.fit(features[np.ix_(picked, columns)].astype(np.float64), target[picked])
        found = self.recipe.found
        learner = self if found is None else self.with_settings(found(estimator))
        return FittedEstimator(learner, fed, columns)

    def _rows(self, n_rows: int, seed: int) -> IntArray:
        """Return the rows to learn from, in order."""
        if self.most_rows is None or n_rows <= self.most_rows:
            return np.arange(n_rows)
        return np.sort(np.random.default_rng(seed).choice(n_rows, self.most_rows, replace=False))


@dataclass(frozen=True, slots=True, eq=False)
class FittedEstimator:
    """A fitted estimator, the learner that would fit it again, and the features that it reads."""

    learner: EstimatorLearner
    estimator: Estimator
    columns: IntArray

    @property
    def learners(self) -> tuple[EstimatorLearner, ...]:
        return (self.learner,)

    def predict(self, features: Features) -> FloatArray:
        """Return the scores, shape ``(n_alloys,)``.

        Done in blocks: a Gaussian process holds a number per alloy and row that it learned from, 80 MB.

        Raises:
            InputError: The estimator is another package's, and predicts no number for each alloy.
        """
        blocks = [features[start : start + _BLOCK] for start in range(0, len(features), _BLOCK)]
        with _blaming(self.learner, "can't predict"), _one_openmp_thread(self.learner.kind):
            return np.concatenate([np.zeros(0), *map(self._predict_block, blocks)])

    def _predict_block(self, features: Features) -> FloatArray:
        read = features[:, self.columns].astype(np.float64)
        scores = np.asarray(self.estimator.predict(read), dtype=np.float64)
        if scores.shape == (len(features), 1):  # One target, as an estimator of several gives it.
            scores = scores[:, 0]
        if scores.shape != (len(features),):
            raise ValueError(f"{len(features)} alloys gave predictions of shape {scores.shape}")
        if not np.isfinite(scores).all():
            raise ValueError("some predictions are not finite")
        return scores


@contextmanager
def _blaming(learner: EstimatorLearner, what: str) -> Iterator[None]:
    """Turn whatever another package's estimator raises into a message that names the package."""
    try:
        yield
    except Exception as error:
        if not learner.recipe.source:
            raise
        raise InputError(
            f"the model kind {learner.kind!r} of an installed package ({learner.recipe.source}) {what}:"
            f" {type(error).__name__}: {error}. Mend the package, or choose another model.kind."
        ) from error


@contextmanager
def steady() -> Iterator[None]:
    """Keep BLAS to one thread, and optimizers from warning of a bound, while members are fitted.

    The number of threads decides in what order BLAS adds, hence the last bits. An amount of noise at the
    end of its range is no reason for a warning: the validation says how good the model is. Both are
    settings of the whole process, so enter it around the threads that fit and not within one of them.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _seeded(estimator: Estimator, seed: int) -> Estimator:
    """Set every seed in an estimator, and one worker: members are fitted side by side instead."""
    fixed = {"random_state": seed, "n_jobs": 1}
    names = {name: name.rpartition("__")[2] for name in estimator.get_params()}
    return estimator.set_params(**{name: fixed[last] for name, last in names.items() if last in fixed})


def _fed(estimator: Estimator, *, is_scaled: bool) -> Estimator:
    """Return the estimator behind what it needs in front of it."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils import get_tags

    steps: list[Estimator] = []
    if not get_tags(estimator).input_tags.allow_nan:
        steps.append(SimpleImputer(add_indicator=True))
    if is_scaled:
        steps.append(StandardScaler())
    return make_pipeline(*steps, estimator) if steps else estimator


@contextmanager
def _one_openmp_thread(kind: str) -> Iterator[None]:
    """Keep OpenMP to one thread; a setting of each thread that calls, unlike that of BLAS."""
    with _openmp(kind).limit(limits=1):
        yield


@functools.cache
def _openmp(kind: str) -> Any:
    """Return the handle of the OpenMP libraries that are loaded once an estimator of ``kind`` is made."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="openmp")

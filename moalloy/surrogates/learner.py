"""What all kinds of models have in common: a learner with its settings makes scorers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from moalloy.domain.values import FloatArray

__all__ = ["Average", "Features", "Learner", "Origin", "Scorer", "Setting", "fit_average", "squared_error"]

Features = NDArray[np.float32]
Setting = float | str


class Scorer(Protocol):
    """A fitted model."""

    @property
    def learners(self) -> tuple[Learner, ...]:
        """What made it, with its settings; several where it is an average."""
        ...

    def predict(self, features: Features) -> FloatArray:
        """Return the scores, shape ``(n_alloys,)``: the fitted scale, or log-odds."""
        ...


class Learner(Protocol):
    """A kind of model with its settings; equal and hashable by value."""

    @property
    def kind(self) -> str: ...

    @property
    def engine(self) -> str:
        """The library that fits it, with its version."""
        ...

    @property
    def most_rows(self) -> int | None:
        """From how many rows it learns at most; of more it draws as many. None: from all."""
        ...

    def settings_to_dict(self) -> dict[str, Setting]: ...

    def with_settings(self, settings: Mapping[str, Setting]) -> Learner:
        """Return the same kind with the settings that ``settings_to_dict`` gave."""
        ...

    def drawn(self, rng: np.random.Generator) -> Learner | None:
        """Return the same kind with settings drawn at random; None if there is nothing to choose."""
        ...

    def fit(self, features: Features, target: FloatArray, *, seed: int) -> Scorer:
        """Fit one model.

        Args:
            features: Shape ``(n_rows, n_features)``; NaN is a missing value.
            target: On the fitted scale, shape ``(n_rows,)``.
            seed: Decides whatever is drawn; below 2**31.
        """
        ...

    def loss(self, scores: FloatArray, target: FloatArray) -> float:
        """Return what tuning makes small."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """What a member was fitted from beside its settings: its seed, and the groups that it never saw."""

    seed: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Average:
    """The mean of several scorers that were fitted to the same rows."""

    scorers: tuple[Scorer, ...]

    @property
    def learners(self) -> tuple[Learner, ...]:
        return tuple(learner for scorer in self.scorers for learner in scorer.learners)

    def predict(self, features: Features) -> FloatArray:
        """Return the mean score, shape ``(n_alloys,)``, summed in order so that the bits repeat."""
        total = np.zeros(len(features))
        for scorer in self.scorers:
            total += scorer.predict(features)
        return total / len(self.scorers)


def fit_average(
    learners: tuple[Learner, ...], features: Features, target: FloatArray, *, seed: int
) -> Scorer:
    """Fit every learner to the same rows and return their average, or the one model of a single learner."""
    scorers = tuple(learner.fit(features, target, seed=seed) for learner in learners)
    return scorers[0] if len(scorers) == 1 else Average(scorers)


def squared_error(scores: FloatArray, target: FloatArray) -> float:
    """Return the mean squared error.

    >>> squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    return float(np.mean((scores - target) ** 2))

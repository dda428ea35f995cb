"""A property model bound to the columns of a design space, with the scores that say how to trust it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from moalloy.domain.design_space import DesignSpace
from moalloy.domain.values import BoolArray, FloatArray, Prediction
from moalloy.features.present import PresentElements, present_elements
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.near_groups import NEAR_AT_PCT
from moalloy.surrogates.on_gpu import on_gpu
from moalloy.surrogates.packed import packed
from moalloy.surrogates.training import TrainingRows
from moalloy.surrogates.unseen import Unseen, predict_unseen
from moalloy.workers import ALONE, Workers

__all__ = ["FittedSurrogate"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedSurrogate:
    """A surrogate that reads ``X`` as a space lays it out.

    Attributes:
        model: The property model, which knows nothing of the space.
        space: The space whose columns ``X`` has.
        metrics: Scores by group beside random ones, coverage, baselines: what metrics.json holds.
        predicted: Out-of-fold predictions of the training rows in the property's unit, shape ``(n_rows,)``.
    """

    model: PropertyModel
    space: DesignSpace
    metrics: dict[str, object]
    predicted: FloatArray

    def predict(self, X: FloatArray) -> Prediction:
        """Return mean, calibrated interval and standard deviation in the property's unit.

        Args:
            X: Alloys, shape ``(n_alloys, n_columns)`` in the space's columns.
        """
        return self.model.predict(self._alloys(X))

    def predict_mean(self, X: FloatArray) -> FloatArray:
        """Return ``predict(X).mean`` alone, shape ``(n_alloys,)``, at a fraction of the cost."""
        return self.model.predict_mean(self._alloys(X))

    def probability(
        self, X: FloatArray, *, at_least: float | None = None, at_most: float | None = None
    ) -> FloatArray:
        """Return the probability that the true value lies within the limits, shape ``(n_alloys,)``."""
        return self.model.probability(self._alloys(X), at_least=at_least, at_most=at_most)

    def predict_unseen(
        self,
        X: FloatArray,
        *,
        hurdle_rows: TrainingRows | None = None,
        seed: int = 0,
        within_at_pct: float = NEAR_AT_PCT,
        workers: Workers = ALONE,
    ) -> Unseen:
        """Return what models say of the alloys that never saw the groups near them: see `predict_unseen`."""
        return predict_unseen(
            self.model,
            self._alloys(X),
            hurdle_rows=hurdle_rows,
            seed=seed,
            within_at_pct=within_at_pct,
            workers=workers,
        )

    def is_in_domain(self, X: FloatArray) -> BoolArray:
        """Return which alloys lie where the model was trained, shape ``(n_alloys,)``."""
        return self.model.is_in_domain(self._alloys(X))

    def beyond_domain(self, X: FloatArray) -> FloatArray:
        """Return how far alloys lie outside the domain, at most 0 inside, shape ``(n_alloys,)``."""
        return self.model.beyond_domain(self._alloys(X))

    def packed(self) -> FittedSurrogate:
        """Return the same surrogate with its trees packed for many predictions: see `packed`."""
        return replace(self, model=packed(self.model))

    def on_gpu(self) -> FittedSurrogate:
        """Return the same surrogate with its trees read on the GPU: see `on_gpu`."""
        return replace(self, model=on_gpu(self.model))

    def _alloys(self, X: FloatArray) -> Alloys:
        return _LAST.alloys(X, self.model, self.space)


class _Last(threading.local):
    """What this thread read last: the surrogates of a problem are asked for the same alloys in turn.

    Only for arrays that nobody can write into, not even through the array that they are a view of: these are
    known by what they are.
    """

    X: FloatArray | None = None
    elements: tuple[str, ...] = ()
    slots: PresentElements
    known: dict[tuple[PropertyModel, tuple[str, ...]], Alloys]

    def alloys(self, X: FloatArray, model: PropertyModel, space: DesignSpace) -> Alloys:
        if X.flags.writeable or not X.flags.owndata:
            return _read(X, model, space)
        if self.X is not X or self.elements != space.elements:
            self.slots = present_elements(X[:, : space.n_elements], space.elements)
            self.X, self.elements, self.known = X, space.elements, {}
        key = model, space.columns
        if key not in self.known:
            self.known[key] = _read(X, model, space, self.slots)
        return self.known[key]


def _read(
    X: FloatArray, model: PropertyModel, space: DesignSpace, slots: PresentElements | None = None
) -> Alloys:
    columns = [space.columns.index(item.name) for item in model.inputs.process]
    return Alloys(X[:, : space.n_elements], space.elements, X[:, columns], slots)


_LAST = _Last()

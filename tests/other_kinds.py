"""Fitted models with members that aren't XGBoost's in place of theirs, or averaged with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.kinds import get_learner
from moalloy.surrogates.learner import Average, Features, Learner, Scorer
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.transitions import Relative

__all__ = ["Flat", "averaged", "averaged_model", "of_another_kind"]


@dataclass(frozen=True, slots=True)
class Flat:
    """A member of kind ridge that says the same of every alloy."""

    score: float = 1.0

    @property
    def learners(self) -> tuple[Learner, ...]:
        return (get_learner("ridge"),)

    def predict(self, features: Features) -> FloatArray:
        return np.full(len(features), self.score)


def of_another_kind(surrogate: FittedSurrogate) -> FittedSurrogate:
    """Return a surrogate without any of XGBoost's trees but those of its hurdle."""
    members = tuple(Flat() for _ in surrogate.model.members)
    return replace(surrogate, model=replace(surrogate.model, members=members))


def averaged(surrogate: FittedSurrogate) -> FittedSurrogate:
    """Return a surrogate of which XGBoost is a half."""
    return replace(surrogate, model=averaged_model(surrogate.model))


def averaged_model(model: PropertyModel) -> PropertyModel:
    """Return a model whose members average theirs with a `Flat` one each."""
    members = tuple(_averaged(member, Flat(1.0 + 0.1 * i)) for i, member in enumerate(model.members))
    return replace(model, members=members)


def _averaged(member: Scorer, other: Flat) -> Scorer:
    if isinstance(member, Relative):
        return replace(member, scorer=_averaged(member.scorer, other))
    return Average((member, other))

"""Who reads the boosted trees of a model: others may, wherever they stand in it, instead of XGBoost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from moalloy.surrogates.learner import Average, Features, Scorer
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.training import Inputs, TrainingRows
from moalloy.surrogates.transitions import Relative
from moalloy.surrogates.trees import Trees

__all__ = ["Reader", "read_by"]

# Training rows on which a reader is compared with XGBoost.
_N_COMPARED = 100

Reader = Callable[[Trees, Features], Scorer]
"""From trees, and some features to compare on, to what reads them; or the trees as they are."""


def read_by(reader: Reader, model: PropertyModel) -> PropertyModel:
    """Return the model with what ``reader`` makes of its trees, those of averages and hurdles included."""
    rows, hurdle = model.rows, model.hurdle
    if hurdle is not None:
        hurdle = replace(hurdle, members=_read(reader, hurdle.members, _some_features(hurdle.inputs, rows)))
    return replace(
        model, members=_read(reader, model.members, _some_features(model.inputs, rows)), hurdle=hurdle
    )


def _some_features(inputs: Inputs, rows: TrainingRows) -> Features:
    process = rows.process[:_N_COMPARED, : len(inputs.process)]
    return inputs.features(rows.fractions[:_N_COMPARED], rows.elements, process)


def _read(reader: Reader, scorers: tuple[Scorer, ...], features: Features) -> tuple[Scorer, ...]:
    return tuple(_read_one(reader, scorer, features) for scorer in scorers)


def _read_one(reader: Reader, scorer: Scorer, features: Features) -> Scorer:
    if isinstance(scorer, Relative):
        return replace(scorer, scorer=_read_one(reader, scorer.scorer, scorer.extended(features)))
    if isinstance(scorer, Average):
        return replace(scorer, scorers=_read(reader, scorer.scorers, features))
    return reader(scorer, features) if isinstance(scorer, Trees) else scorer

"""What has to be said beside the reasons of a prediction: its interval, its ground, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moalloy.runs.cards.metrics import plain
from moalloy.study.query import Query
from moalloy.study.reasons import Reasons
from moalloy.surrogates.model import PropertyModel

__all__ = ["prediction_words", "treatment_words"]


def prediction_words(reasons: Reasons) -> Iterator[str]:
    """Yield the prediction with its interval and ground, foreign elements, and the nearest alloys."""
    mean, low, high = (
        plain(float(values[0]), 3)
        for values in (reasons.prediction.mean, reasons.prediction.low, reasons.prediction.high)
    )
    unit = f" {reasons.unit}" if reasons.unit else ""
    ground = "in the domain" if reasons.is_in_domain else "OUTSIDE the domain: a guess"
    yield (f"{reasons.name}: {mean}{unit}, {reasons.interval:.0%} interval {low} to {high}{unit}; {ground}")
    if any(part.part.has_hurdle for part in reasons.parts):
        yield "  the prediction is the value where it exists times the chance that it does"
    if reasons.foreign:
        yield (
            f"  none of its measured alloys holds {', '.join(reasons.foreign)}: the model never saw"
            " it and knows it by tabulated element data alone, if at all"
        )
    for item in reasons.neighbors:
        treated = f" ({item.treatment})" if item.treatment else ""
        yield (
            f"  measured: {item.formula}{treated}, {item.distance_at_pct:.3g} at.% away:"
            f" {item.value:.4g}{unit}, {item.reference}"
        )


def treatment_words(model: PropertyModel, query: Query) -> Iterator[str]:
    """Yield what is missing of a treatment, or lies beyond what was measured."""
    for i, item in enumerate(model.inputs.process):
        if item.name not in query.process:
            yield f"{item.name} isn't given; predicted as missing"
            continue
        known = model.rows.process[:, i]
        known = known[np.isfinite(known)]
        value = query.process[item.name]
        if item.names is None and len(known) and not known.min() <= value <= known.max():
            yield (
                f"{item.name} = {value:g} lies outside what was measured for {model.name},"
                f" {known.min():g} to {known.max():g}; the prediction is a guess"
            )

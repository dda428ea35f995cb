"""Where a model is weak, read off its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moalloy.runs.cards.data import element_support, treatment_support
from moalloy.runs.cards.metrics import (
    TOLERANCE,
    coverage_levels,
    error_in_words,
    number,
    percent,
    rows_in_words,
    width_in_words,
)
from moalloy.surrogates.model import PropertyModel

__all__ = ["weak_spots"]

# Rules of thumb, each worded with the number that it was held against.
_FEW_GROUPS = 10
_FEW_ROWS = 5
_FLATTERS = 0.15
_UNSTEADY = 0.2
_MANY_MISSING = 0.25
_WIDE_FACTOR = 10.0
_WORSE_OUTSIDE = 1.5
_WORST_GROUP = 3.0
_WEAK_AUC = 0.8


def weak_spots(model: PropertyModel, metrics: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a reader should know before using the model, each in a sentence; may be empty."""
    return (
        *(f"{warning[0].upper()}{warning[1:]}." for warning in metrics.get("warnings", [])),
        *_of_scores(metrics),
        *_of_intervals(metrics),
        *_of_ground(metrics),
        *_of_data(model, metrics),
        *_of_hurdle(metrics),
    )


def _of_scores(metrics: Mapping[str, Any]) -> Iterator[str]:
    r2, random = metrics["by_group"]["r2"], metrics["random"]["r2"]["median"]
    nearest = metrics["baseline_nearest"]["r2"]
    median = r2["median"]
    if median is None:
        yield "Its R² on unseen groups can't be computed."
        return
    if median <= max(0.0, nearest or 0.0):
        yield (
            f"On unseen groups R² is {number(median)}, no better than the mean or copying the nearest alloy"
            f" ({number(nearest)}): don't decide by it."
        )
    elif median < 0.5:
        yield f"On unseen groups it explains less than half of the variance (R² {number(median)})."
    if random is not None and random - median > _FLATTERS:
        yield (
            f"A random split scores R² {number(random)} where unseen groups score {number(median)}:"
            " near-duplicates in one group make it look better than it is."
        )
    if r2["max"] - r2["min"] > _UNSTEADY:
        yield (
            f"The score depends on which groups are left out: R² from {number(r2['min'])} to"
            f" {number(r2['max'])}."
        )


def _of_intervals(metrics: Mapping[str, Any]) -> Iterator[str]:
    for item in coverage_levels(metrics):
        if abs(item.gap) > TOLERANCE:
            side = "too narrow" if item.gap < 0 else "wider than need be"
            yield (
                f"Its {percent(item.level)} intervals hold {percent(item.coverage)} of unseen groups' values:"
                f" they are {side}."
            )
    widest = coverage_levels(metrics)[-1]
    if metrics["scale"] == "log" and 10.0**widest.mean_width > _WIDE_FACTOR:
        width = width_in_words(widest.mean_width, scale="log", unit="")
        yield (
            f"Its {percent(widest.level)} interval spans {width}: enough to order alloys, not to"
            " promise a value."
        )


def _of_ground(metrics: Mapping[str, Any]) -> Iterator[str]:
    domain, worst = metrics.get("domain") or {}, metrics.get("worst_group") or {}
    words = {"scale": metrics["scale"], "unit": metrics["unit"]}
    inside, outside = domain.get("mae_inside"), domain.get("mae_outside")
    if inside is not None and outside is not None:
        both = f"{error_in_words(outside, **words)}, inside {error_in_words(inside, **words)}"
        if outside > _WORSE_OUTSIDE * inside:
            yield f"Outside its domain the typical error is {both}."
        elif outside <= inside:
            yield f"Its domain doesn't tell where it errs: outside the typical error is {both}."
    typical = metrics["by_group"]["mae"]["median"]
    if worst.get("rows", 0) >= _FEW_ROWS and typical and worst["mae"] > _WORST_GROUP * typical:
        yield (
            f"It fails for {worst['group']} ({rows_in_words(worst['rows'])}): error"
            f" {error_in_words(worst['mae'], **words)}, where {error_in_words(typical, **words)} is typical."
        )


def _of_data(model: PropertyModel, metrics: Mapping[str, Any]) -> Iterator[str]:
    if metrics["groups"] < _FEW_GROUPS:
        yield f"It has seen {metrics['groups']} groups only; a new one may be unlike all of them."
    rare = [item for item in element_support(model) if item.n_rows < _FEW_ROWS]
    if rare:
        listed = ", ".join(f"{item.symbol} {item.n_rows}" for item in rare)
        yield f"Elements in fewer than {_FEW_ROWS} rows, of which it knows next to nothing: {listed}."
    for item in treatment_support(model):
        if item.missing > _MANY_MISSING:
            yield f"{item.name} is blank in {percent(item.missing)} of the rows."


def _of_hurdle(metrics: Mapping[str, Any]) -> Iterator[str]:
    hurdle = metrics.get("hurdle")
    if hurdle is None:
        return
    if hurdle["auc_by_group"] < _WEAK_AUC:
        yield (
            f"Whether an alloy has the property at all is told badly (area under the ROC curve"
            f" {number(hurdle['auc_by_group'])}; 0.5 is chance)."
        )
    yield (
        "Scores and intervals above are of the value where it exists; the prediction is that value times the"
        " chance that it does, and errs in both."
    )

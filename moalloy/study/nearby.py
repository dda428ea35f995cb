"""The measured alloys nearest to one that is asked about, in composition first and then in treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.study.query import Query
from moalloy.surrogates.model import PropertyModel
from moalloy.surrogates.neighbors import align

__all__ = ["Neighbor", "nearest_alloys"]

_N_NEIGHBORS = 3


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A measured alloy near the one that is explained; ``treatment`` is in words, empty for none."""

    formula: str
    distance_at_pct: float
    value: float
    treatment: str
    reference: str


def nearest_alloys(model: PropertyModel, query: Query) -> tuple[Neighbor, ...]:
    """Return the nearest measured alloys, each composition once."""
    rows = model.rows
    union = tuple(dict.fromkeys((*rows.elements, *query.elements)))
    known, asked = (
        align(fractions, elements, union)
        for fractions, elements in ((rows.fractions, rows.elements), (query.fractions, query.elements))
    )
    distance = 50.0 * np.abs(known - asked).sum(axis=1)
    chosen: dict[str, int] = {}
    # Rows of one alloy differ in their treatment: the one most like the query's comes first.
    for row in np.lexsort((_treatment_gap(model, query), distance.round(9))):
        chosen.setdefault(rows.formulas[row], int(row))
        if len(chosen) == _N_NEIGHBORS:
            break
    return tuple(_neighbor(model, row, float(distance[row])) for row in chosen.values())


def _treatment_gap(model: PropertyModel, query: Query) -> FloatArray:
    """Return how far each row's treatment is from the query's, shape ``(n_rows,)``.

    Per variable a share of its measured range; 1 for another choice, or where the row says nothing.
    """
    gap = np.zeros(len(model.rows))
    for i, item in enumerate(model.inputs.process):
        asked, known = query.process.get(item.name, np.nan), model.rows.process[:, i]
        if np.isnan(asked) or np.isnan(known).all():
            continue
        span = float(np.nanmax(known) - np.nanmin(known)) if item.names is None else 0.0
        away = np.abs(known - asked) / span if span > 0 else (known != asked).astype(np.float64)
        gap += np.where(np.isnan(known), 1.0, away)
    return gap


def _neighbor(model: PropertyModel, row: int, distance: float) -> Neighbor:
    rows = model.rows
    words = []
    for item, value in zip(model.inputs.process, rows.process[row], strict=True):
        if np.isfinite(value) and (item.names is None or value >= 0):
            words.append(f"{item.name} = {value:.4g}" if item.names is None else item.names[int(value)])
    return Neighbor(
        formula=rows.formulas[row],
        distance_at_pct=round(distance, 3),
        value=float(rows.values[row]),
        treatment=", ".join(words),
        reference=rows.references[row],
    )

"""Measured alloys, as the background against which a front is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.values import FloatArray
from moalloy.features.descriptors import get_descriptor
from moalloy.report.run_data import RunData
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.training import TrainingRows

__all__ = ["MeasuredPair", "measured_pair"]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredPair:
    """Measured alloys in two quantities.

    ``x`` and ``y``, both of shape ``(n_both,)``, belong to alloys with both; ``x_alone`` and
    ``y_alone`` to those with one only.
    """

    x: FloatArray
    y: FloatArray
    x_alone: FloatArray
    y_alone: FloatArray


def measured_pair(run: RunData, first: str, second: str) -> MeasuredPair:
    """Return what is known by measurement of two objectives.

    Two properties belong together where formula and shared treatment are the same and, if they come
    from one table, the reference too; repeats enter as their median. A descriptor is computed for the
    alloys that the other one was measured on, and for all measured alloys if both are descriptors.
    """
    if first in run.models and second in run.models:
        return _of_two_properties(run, first, second)
    names = [name for name in (first, second) if name in run.models] or list(run.models)
    if not names:
        return MeasuredPair(*(np.empty(0) for _ in range(4)))
    parts = [run.models[name].model.rows for name in names]
    columns = [np.concatenate([_values(run, name, rows) for rows in parts]) for name in (first, second)]
    known = np.isfinite(columns[0]) & np.isfinite(columns[1])
    none = np.empty(0)
    return MeasuredPair(columns[0][known], columns[1][known], none, none)


def _of_two_properties(run: RunData, first: str, second: str) -> MeasuredPair:
    a, b = _table(run.models[first]), _table(run.models[second])
    keys = [name for name in a.columns if name in b.columns and name not in ("value", "reference")]
    properties = run.problem.spec.properties
    if properties[first].data == properties[second].data:
        keys.append("reference")
    a, b = (table.groupby(keys, dropna=False)["value"].median().reset_index() for table in (a, b))
    both = a.merge(b, on=keys, how="outer", suffixes=("_x", "_y"))
    x, y = both["value_x"].to_numpy(np.float64), both["value_y"].to_numpy(np.float64)
    has_x, has_y = np.isfinite(x), np.isfinite(y)
    return MeasuredPair(x[has_x & has_y], y[has_x & has_y], x[has_x & ~has_y], y[has_y & ~has_x])


def _table(surrogate: FittedSurrogate) -> pd.DataFrame:
    rows = surrogate.model.rows
    columns: dict[str, object] = {"formula": rows.formulas, "reference": rows.references}
    for i, item in enumerate(surrogate.model.inputs.process):
        columns[item.name] = rows.process[:, i]
    return pd.DataFrame(columns | {"value": rows.values})


def _values(run: RunData, name: str, rows: TrainingRows) -> FloatArray:
    """Return a property's values, or a descriptor's for the same alloys; NaN where it lacks element data."""
    if name in run.models:
        return rows.values
    descriptor = get_descriptor(name)
    unknown = set(descriptor.missing(rows.elements))
    covered = [i for i, symbol in enumerate(rows.elements) if symbol not in unknown]
    is_known = rows.fractions[:, covered].sum(axis=1) > 1.0 - 1e-9
    values = np.full(len(rows), np.nan)
    if is_known.any():
        fractions = np.ascontiguousarray(rows.fractions[np.ix_(is_known, covered)])
        values[is_known] = descriptor(fractions, [rows.elements[i] for i in covered])
    return values

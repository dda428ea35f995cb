"""Predictions for alloys of a table, inside the space or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.composition import Composition, fractions_matrix
from moalloy.domain.elements import atomic_number
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import CompositionError, InputError
from moalloy.study.front import nearest_measured, round_significant
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys
from moalloy.surrogates.training import ProcessInput
from moalloy.tables import is_missing, parse_numbers

__all__ = ["TablePrediction", "predict_table"]


@dataclass(frozen=True, slots=True, eq=False)
class TablePrediction:
    """The table with its predictions, row by row, and what has to be said about single rows."""

    table: pd.DataFrame
    messages: tuple[str, ...]


def predict_table(
    models: Mapping[str, FittedSurrogate],
    objectives: Sequence[str],
    frame: pd.DataFrame,
    entries: Sequence[Composition | CompositionError],
) -> TablePrediction:
    """Predict every property of every row.

    Args:
        models: The surrogates by property.
        objectives: Names of the objectives; domain and nearest alloy are judged over their models.
        frame: The table's columns as text, one row per entry.
        entries: The alloy of each row, or why it can't be read; such a row gets blanks.

    Returns:
        One output row per input row, in order: the table's columns, then per property ``<name>``,
        ``<name>_low``, ``<name>_high``, then domain and nearest measured alloy. Process values come from
        the table's columns; where they are absent or blank they are missing, which a message says.

    Raises:
        InputError: No row can be read.
    """
    messages = [str(entry) for entry in entries if isinstance(entry, CompositionError)]
    is_read = np.array([isinstance(entry, Composition) for entry in entries], dtype=np.bool_)
    if not is_read.any():
        raise InputError("no row of the table can be read:\n" + "\n".join(messages[:10]))
    compositions = [entry for entry in entries if isinstance(entry, Composition)]
    elements = tuple(sorted({e for c in compositions for e in c.elements}, key=atomic_number))
    fractions = fractions_matrix(compositions, elements)
    treatment, said = _treatments(models, frame[is_read])
    columns: dict[str, object] = {}
    alloys = {
        name: Alloys(fractions, elements, _process(surrogate, treatment, len(fractions)))
        for name, surrogate in models.items()
    }
    for name, surrogate in models.items():
        prediction = surrogate.model.predict(alloys[name])
        columns[name] = round_significant(prediction.mean)
        columns[f"{name}_low"] = round_significant(prediction.low)
        columns[f"{name}_high"] = round_significant(prediction.high)
    judged = [name for name in objectives if name in models] or list(models)
    asked = [models[name] for name in judged]
    columns["in_domain"] = np.logical_and.reduce(
        [models[name].model.is_in_domain(alloys[name]) for name in judged]
    )
    columns |= nearest_measured(asked, fractions, elements)
    return TablePrediction(_beside(frame, columns, is_read, said), tuple(messages + said))


def _process(surrogate: FittedSurrogate, treatment: Mapping[str, FloatArray], n_alloys: int) -> FloatArray:
    """Return the process columns that a model asks for, shape ``(n_alloys, n_process)``."""
    columns = [treatment[item.name] for item in surrogate.model.inputs.process]
    return np.column_stack(columns) if columns else np.empty((n_alloys, 0))


def _beside(
    frame: pd.DataFrame, columns: Mapping[str, object], is_read: BoolArray, said: list[str]
) -> pd.DataFrame:
    """Return the table's columns and the predicted ones, blank where a row wasn't read."""
    clashing = [name for name in frame.columns if name in columns]
    if clashing:
        renamed = ", ".join(f"{name} -> {name}_table" for name in clashing)
        said.append(f"columns of the table were renamed to make room: {renamed}")
    table = frame.rename(columns={name: f"{name}_table" for name in clashing}).reset_index(drop=True)
    predicted = pd.DataFrame(columns, index=np.flatnonzero(is_read)).reindex(range(len(frame)))
    return pd.concat([table, predicted], axis=1)


def _treatments(
    models: Mapping[str, FittedSurrogate], frame: pd.DataFrame
) -> tuple[dict[str, FloatArray], list[str]]:
    """Return the process columns that the models ask for, and what to say of those that are missing."""
    asked = {item.name: item for surrogate in models.values() for item in surrogate.model.inputs.process}
    treatment, said = {}, []
    for name, item in asked.items():
        if name not in frame.columns:
            treatment[name] = np.full(len(frame), np.nan)
            said.append(f"{name}: the table has no such column; predicted as missing")
            continue
        cells = [str(cell) for cell in frame[name]]
        treatment[name], unread = _numbers(item, cells)
        n_blank = int(np.isnan(treatment[name]).sum())
        if n_blank:
            which = f"; not readable: {', '.join(map(repr, unread[:5]))}" if unread else ""
            said.append(f"{name}: {n_blank} of {len(frame)} rows are predicted as missing{which}")
        said += _outside(name, treatment[name], models)
    return treatment, said


def _outside(name: str, values: FloatArray, models: Mapping[str, FittedSurrogate]) -> list[str]:
    """Return a word on treatments beyond those that were measured; the domain is one of composition only."""
    measured = [
        surrogate.model.rows.process[:, column]
        for surrogate in models.values()
        for column, item in enumerate(surrogate.model.inputs.process)
        if item.name == name and item.names is None
    ]
    known = np.concatenate([*measured, np.zeros(0)])
    known = known[np.isfinite(known)]
    if len(known) == 0:
        return []
    n_outside = int(((values < known.min()) | (values > known.max())).sum())
    if n_outside == 0:
        return []
    return [
        f"{name}: {n_outside} of {len(values)} rows lie outside what was measured,"
        f" {known.min():g} to {known.max():g}; their predictions are guesses"
    ]


def _numbers(item: ProcessInput, cells: Sequence[str]) -> tuple[FloatArray, list[str]]:
    """Return a process column as the models read it, and the cells that couldn't be read."""
    if item.names is None:
        values, faults = parse_numbers(cells)
        return values, [cells[i] for i in faults]
    index = {name: float(i) for i, name in enumerate(item.names)}
    # A treatment that no choice names is none of them: that is how the table's other rows were learned.
    values = np.array([np.nan if is_missing(cell) else index.get(cell.strip(), -1.0) for cell in cells])
    return values, []

"""Predictions for alloys of a table, inside the space or not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.composition import Composition, fractions_matrix
from moalloy.domain.elements import atomic_number
from moalloy.domain.values import BoolArray, FloatArray
from moalloy.errors import CompositionError, InputError
from moalloy.spec.nearest import did_you_mean
from moalloy.study.front import nearest_measured, round_significant
from moalloy.surrogates.fitted import FittedSurrogate
from moalloy.surrogates.model import Alloys, PropertyModel
from moalloy.surrogates.training import ProcessInput
from moalloy.tables import is_missing, parse_numbers

__all__ = ["TablePrediction", "predict_table"]

_LISTED = 5
_TOLERATED_AT_PCT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class TablePrediction:
    """The table with its predictions, row by row.

    Attributes:
        table: One output row per input row.
        messages: What is wrong with rows, and which predictions are guesses.
        notes: What is missing, and what was renamed.
    """

    table: pd.DataFrame
    messages: tuple[str, ...]
    notes: tuple[str, ...]


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
    treatment, wrong, missing = _treatments(models, frame[is_read])
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
        wrong += _unlike(alloys[name], surrogate.model)
    judged = [name for name in objectives if name in models] or list(models)
    asked = [models[name] for name in judged]
    columns["in_domain"] = np.logical_and.reduce(
        [models[name].model.is_in_domain(alloys[name]) for name in judged]
    )
    columns |= nearest_measured(asked, fractions, elements)
    table, notes = _beside(frame, columns, is_read)
    return TablePrediction(table, tuple(messages + wrong), (*missing, *notes))


def _process(surrogate: FittedSurrogate, treatment: Mapping[str, FloatArray], n_alloys: int) -> FloatArray:
    """Return the process columns that a model asks for, shape ``(n_alloys, n_process)``."""
    columns = [treatment[item.name] for item in surrogate.model.inputs.process]
    return np.column_stack(columns) if columns else np.empty((n_alloys, 0))


def _beside(
    frame: pd.DataFrame, columns: Mapping[str, object], is_read: BoolArray
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table with predictions beside it, blank where a row wasn't read, and a note on new names."""
    renamed: dict[str, str] = {}
    for name in frame.columns:
        if name in columns:
            taken = {*frame.columns, *columns, *renamed.values()}
            names = (f"{name}_table{number or ''}" for number in itertools.count())
            renamed[name] = next(free for free in names if free not in taken)
    table = frame.rename(columns=renamed).reset_index(drop=True)
    predicted = pd.DataFrame(columns, index=np.flatnonzero(is_read)).reindex(range(len(frame)))
    told = ", ".join(f"{old} -> {new}" for old, new in renamed.items())
    notes = (f"columns of the table were renamed to make room: {told}",) if renamed else ()
    return pd.concat([table, predicted], axis=1), notes


def _treatments(
    models: Mapping[str, FittedSurrogate], frame: pd.DataFrame
) -> tuple[dict[str, FloatArray], list[str], list[str]]:
    """Return the process columns that the models ask for, what is wrong with them, and what is missing."""
    asked = {item.name: item for surrogate in models.values() for item in surrogate.model.inputs.process}
    treatment: dict[str, FloatArray] = {}
    wrong: list[str] = []
    missing: list[str] = []
    for name, item in asked.items():
        if name not in frame.columns:
            treatment[name] = np.full(len(frame), np.nan)
            missing.append(f"{name}: the table has no such column; predicted as missing")
            continue
        cells = [str(cell) for cell in frame[name]]
        treatment[name], unread = _numbers(item, cells)
        n_blank = int(np.isnan(treatment[name]).sum())
        if n_blank:
            which = f"; not readable: {', '.join(map(repr, unread[:_LISTED]))}" if unread else ""
            text = f"{name}: {n_blank} of {len(frame)} rows are predicted as missing{which}"
            (wrong if unread else missing).append(text)
        wrong += _unknown(item, cells) + _outside(name, treatment[name], models)
    return treatment, wrong, missing


def _unknown(item: ProcessInput, cells: Sequence[str]) -> list[str]:
    """Return a word on cells of a named treatment that are none of its choices."""
    if item.names is None:
        return []
    strange = [cell.strip() for cell in cells if not is_missing(cell) and cell.strip() not in item.names]
    if not strange:
        return []
    found = list(dict.fromkeys(strange))
    listed = ", ".join(map(repr, found[:_LISTED])) + (", ..." if len(found) > _LISTED else "")
    hint = did_you_mean(found[0], item.names)
    return [
        f"{item.name}: {len(strange)} of {len(cells)} rows say {listed}, which is none of"
        f" {', '.join(item.names)}; they are predicted as treated otherwise. {hint}".rstrip()
    ]


def _outside(name: str, values: FloatArray, models: Mapping[str, FittedSurrogate]) -> list[str]:
    """Return a word on treatments beyond those that were measured, for each property that they matter to."""
    found = []
    for surrogate in models.values():
        model = surrogate.model
        for column, item in enumerate(model.inputs.process):
            known = model.rows.process[:, column][np.isfinite(model.rows.process[:, column])]
            if item.name != name or item.names is not None or len(known) == 0:
                continue
            n_outside = int(((values < known.min()) | (values > known.max())).sum())
            if n_outside:
                found.append(
                    f"{name}: {n_outside} of {len(values)} rows lie outside what was measured for"
                    f" {model.name}, {known.min():g} to {known.max():g}; their predictions are guesses"
                )
    return found


def _unlike(alloys: Alloys, model: PropertyModel) -> list[str]:
    """Return a word on elements that no measured row holds, and on more or less of one than any does."""
    foreign, beyond = [], []
    for i, symbol in enumerate(alloys.elements):
        amounts = 100.0 * alloys.fractions[:, i]
        present = amounts > model.domain.foreign_at_pct
        known = symbol in model.rows.used_elements
        if not known and present.any():
            foreign.append(f"{symbol} ({int(present.sum())})")
        elif known:
            measured = 100.0 * model.rows.fractions[:, model.rows.elements.index(symbol)]
            n_more = int((amounts > measured.max() + _TOLERATED_AT_PCT).sum())
            if n_more:
                beyond.append(f"more {symbol} than {measured.max():g} at.% ({n_more})")
    said = []
    if foreign:
        said.append(
            f"{model.name}: no measured row holds {', '.join(foreign)}; predictions of such rows are guesses"
        )
    if beyond:
        said.append(
            f"{model.name}: no measured row holds {', '.join(beyond)}; predictions of such rows are guesses"
        )
    return said


def _numbers(item: ProcessInput, cells: Sequence[str]) -> tuple[FloatArray, list[str]]:
    """Return a process column as the models read it, and the cells that couldn't be read."""
    if item.names is None:
        values, faults = parse_numbers(cells)
        return values, [cells[i] for i in faults]
    index = {name: float(i) for i, name in enumerate(item.names)}
    # A treatment that no choice names is none of them: that is how the table's other rows were learned.
    values = np.array([np.nan if is_missing(cell) else index.get(cell.strip(), -1.0) for cell in cells])
    return values, []

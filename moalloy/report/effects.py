"""What one element or process value does to the predictions, over many alloys of the front at once.

An amount can't change alone: what an element gains, the balance loses. Only alloys that the space allows
are asked about. Source of the idea: Goldstein et al., J. Comput. Graph. Stat. 24 (2015) 44,
doi:10.1080/10618600.2014.907095.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moalloy.domain.values import BoolArray, FloatArray, IntArray
from moalloy.report.plots.effects import Effect, label_of, stretches
from moalloy.report.profiles import N_DRIVERS, driver_of, measured_with, process_levels
from moalloy.report.quantities import Driver, Quantity
from moalloy.report.run_data import RunData
from moalloy.study.front import round_significant

__all__ = ["Effects", "effect_table", "effects"]

_MOST_ALLOYS = 40
_MOST_POINTS = 25
# A median over fewer alloys than this share of those that were asked says more about which they are.
_FEWEST_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Effects of several drivers on every learned property.

    Attributes:
        rows: A row per driver, one effect per property; the drivers with the largest effect, in file order.
        n_drivers: How many there were to choose from.
        balance: The element that gives way: the one that the alloys hold most of.
        n_alloys: Alloys of the front that were varied.
    """

    rows: tuple[tuple[Effect, ...], ...]
    n_drivers: int
    balance: str
    n_alloys: int


@dataclass(frozen=True, slots=True, eq=False)
class _Varied:
    """Alloys with one driver varied: ``X[i, j]`` is alloy ``i`` at value ``j``, if the space allows it."""

    driver: Driver
    at: FloatArray
    X: FloatArray
    is_allowed: BoolArray


@functools.lru_cache(maxsize=1)
def effects(run: RunData) -> Effects:
    """Return the effects of elements and process values; no rows where nothing can be varied.

    The last run's are remembered: figure and table ask for the same.
    """
    alloys = _start(run)
    balance = int(run.problem.space.percent(alloys).mean(axis=0).argmax())
    columns = [column for column in range(len(run.problem.space.columns)) if column != balance]
    varied = [_vary(run, alloys, column, balance) for column in columns]
    fewest = max(1, int(np.ceil(_FEWEST_SHARE * len(alloys))))
    rows = [
        tuple(_effect(run, item, name, fewest) for name in run.models)
        for item in varied
        if (item.is_allowed.sum(axis=0) >= fewest).sum() > 1
    ]
    strength = np.array([_strength(row) for row in rows])
    chosen = np.sort(np.argsort(-strength, kind="stable")[:N_DRIVERS])
    symbol = run.problem.space.elements[balance]
    return Effects(tuple(rows[i] for i in chosen), len(rows), symbol, len(alloys))


def effect_table(found: Effects, properties: Collection[str]) -> pd.DataFrame:
    """Return what the figure shows in numbers, a row per property and driver that its model reads.

    Columns: property, what is changed, the least and the most of the median predictions with the values at
    which they are, the unit, how many measured alloys lie in the range, and the share of it without any near.
    """
    rows = [
        _table_row(effect, found.balance)
        for name in properties
        for row in found.rows
        for effect in row
        if effect.quantity.name == name and effect.data is not None
    ]
    columns = ["property", "changed", "least", "least_at", "most", "most_at", "unit"]
    return pd.DataFrame(rows, columns=[*columns, "measured", "without_data"])


def _table_row(effect: Effect, balance: str) -> dict[str, object]:
    _, counts, is_empty = stretches(effect)
    row: dict[str, object] = {
        "property": effect.quantity.name,
        "changed": label_of(effect.driver, balance),
        "unit": effect.quantity.unit,
        "measured": int(counts.sum()),
        "without_data": round(float(is_empty.mean()), 3),
    }
    for word, i in (("least", int(effect.median.argmin())), ("most", int(effect.median.argmax()))):
        at = float(round_significant(effect.at[[i]])[0])
        row[word] = float(round_significant(effect.median[[i]])[0])
        row[f"{word}_at"] = at if effect.driver.names is None else effect.driver.names[int(at)]
    return row


def _start(run: RunData) -> FloatArray:
    """Return alloys of the front, evenly from its first to its last."""
    n = min(len(run.X), _MOST_ALLOYS)
    return run.X[np.unique(np.linspace(0, len(run.X) - 1, n).round().astype(np.int64))]


def _vary(run: RunData, alloys: FloatArray, column: int, balance: int) -> _Varied:
    """Return alloys that differ in one column from those given, and in the balance by as much."""
    space = run.problem.space
    if column >= space.n_elements:
        at = process_levels(run, column)
        at = at[_thinned(len(at))]
        X = np.repeat(alloys[:, None, :], len(at), axis=1)
        X[:, :, column] = at
    else:
        values = _amounts(run, column)
        amounts = np.repeat(space.amounts(alloys)[:, None, :], len(values), axis=1)
        amounts[:, :, balance] += amounts[:, :, column] - values
        amounts[:, :, column] = values
        X = np.repeat(alloys[:, None, :], len(values), axis=1)
        # A negative balance is no alloy: NaN, which no space contains.
        possible = (amounts >= 0).all(axis=2)
        X[:, :, : space.n_elements] = np.nan
        X[possible, : space.n_elements] = space.fractions(amounts[possible])
        at = space.composition.percent(values)
    allowed = space.contains(X.reshape(-1, X.shape[2])).reshape(X.shape[:2])
    return _Varied(driver_of(run, column), at, X, allowed)


def _amounts(run: RunData, column: int) -> IntArray:
    """Return an element's amounts in grid steps, thinned where they are many."""
    symbol = run.problem.space.elements[column]
    values = next(item.values for item in run.problem.space.composition.ranges if item.symbol == symbol)
    return values[_thinned(len(values))]


def _thinned(n: int) -> IntArray:
    return np.unique(np.linspace(0, n - 1, min(n, _MOST_POINTS)).round().astype(np.int64))


def _effect(run: RunData, varied: _Varied, name: str, fewest: int) -> Effect:
    """Return median and quartiles of the predictions at each value that enough alloys may take."""
    predicted = np.full(varied.is_allowed.shape, np.nan)
    predicted[varied.is_allowed] = run.models[name].predict_mean(varied.X[varied.is_allowed])
    enough = varied.is_allowed.sum(axis=0) >= fewest
    quartiles = np.nanquantile(predicted[:, enough], (0.25, 0.5, 0.75), axis=0)
    quantity = run.property_quantity(name)
    return Effect(
        driver=varied.driver,
        quantity=Quantity(name, quantity.title, quantity.unit, quantity.is_log),
        at=varied.at[enough],
        lower=quartiles[0],
        median=quartiles[1],
        upper=quartiles[2],
        data=_measured(run, name, varied.driver.name),
    )


def _measured(run: RunData, name: str, driver: str) -> FloatArray | None:
    """Return the driver in the alloys that the model learned from; None where it isn't an input."""
    is_input = driver in [item.name for item in run.models[name].model.inputs.process]
    if driver not in run.problem.space.elements and not is_input:
        return None
    values = measured_with(run, name, driver)[0]
    return values[np.isfinite(values)]


def _strength(row: tuple[Effect, ...]) -> float:
    """Return how far a driver moves its most sensitive property, in spreads of that property's medians."""
    moved = []
    for item in row:
        median = item.quantity.scaled(item.median)
        spread = item.quantity.scaled(item.upper) - item.quantity.scaled(item.lower)
        scale = float(np.nanmedian(spread)) or 1.0
        moved.append(float(np.nanmax(median) - np.nanmin(median)) / scale)
    return max(moved)

"""How the predictions change around one alloy of the front when one thing is varied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moalloy.domain.elements import masses_u
from moalloy.domain.values import FloatArray
from moalloy.report.diverse import unit_scaled
from moalloy.report.plots.profile import Profile
from moalloy.report.quantities import Driver, Estimates, readable
from moalloy.report.run_data import RunData
from moalloy.surrogates.training import TrainingRows
from moalloy.units import atomic_to_weight_fractions, weight_to_atomic_fractions

__all__ = [
    "N_DRIVERS",
    "Profiles",
    "driver_of",
    "measured_with",
    "middle_alloy",
    "process_levels",
    "profiles",
]

# As many rows of panels as stand on a page.
N_DRIVERS = 6
_N_POINTS = 61


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Profiles around one alloy.

    Attributes:
        alloy: Index of that alloy in the front.
        rows: A row per driver, one profile per objective; the drivers with the largest effect, in file order.
        n_drivers: How many there were to choose from.
    """

    alloy: int
    rows: tuple[tuple[Profile, ...], ...]
    n_drivers: int


def profiles(run: RunData) -> Profiles:
    """Return the profiles around the front's middle alloy; no rows where the space leaves nothing to vary."""
    alloy = middle_alloy(run)
    all_rows = [_row(run, alloy, column) for column in range(len(run.problem.space.columns))]
    rows = [row for row in all_rows if row]
    effects = np.array([_effect(row) for row in rows])
    chosen = np.sort(np.argsort(-effects, kind="stable")[:N_DRIVERS])
    return Profiles(alloy, tuple(rows[i] for i in chosen), len(rows))


def middle_alloy(run: RunData) -> int:
    """Return the index of the alloy that most likely meets all thresholds, in the domain where one is.

    Without thresholds, or where no alloy has a chance, it is the one nearest to the best of everything.
    """
    in_domain = run.front["in_domain"].to_numpy(dtype=bool)
    candidates = np.flatnonzero(in_domain if in_domain.any() else ~in_domain)
    chance = run.front["p_all"].to_numpy(np.float64)[candidates]
    if np.isfinite(chance).any() and np.nanmax(chance) > 0:
        return int(candidates[np.nanargmax(chance)])
    goodness = unit_scaled(np.column_stack([e.quantity.goodness(e.mean) for e in run.estimates]))
    return int(candidates[np.linalg.norm(1.0 - goodness[candidates], axis=1).argmin()])


def _row(run: RunData, alloy: int, column: int) -> tuple[Profile, ...]:
    """Return one driver's profiles in all objectives, empty where it can't be varied."""
    X, at = _varied(run, alloy, column)
    if len(at) < 2:
        return ()
    driver = driver_of(run, column)
    start = float(_amount(run, run.X[alloy : alloy + 1], column)[0])
    row = []
    for quantity in run.objectives:
        prediction = run.surrogates[quantity.name].predict(X)
        estimates = Estimates(quantity, prediction.mean, prediction.low, prediction.high)
        row.append(Profile(driver, at, estimates, start, *measured_with(run, quantity.name, driver.name)))
    return tuple(row)


def _varied(run: RunData, alloy: int, column: int) -> tuple[FloatArray, FloatArray]:
    """Return valid alloys that differ in one column as widely as the space allows, and the column's values.

    An element takes its share from the others in proportion; repair then finds the nearest alloy of the
    space. Of alloys with the same amount the one nearest to the start stays.
    """
    space, start = run.problem.space, run.X[alloy]
    if column >= space.n_elements:
        levels = np.union1d(process_levels(run, column), start[column])
        X = np.repeat(start[None, :], len(levels), axis=0)
        X[:, column] = levels
        is_allowed = space.contains(X)
        return X[is_allowed], levels[is_allowed]
    shares = space.percent(start[None, :])[0] / 100.0
    asked = np.linspace(0.0, _largest(run, column), _N_POINTS)
    rest = 1.0 - shares[column]
    varied = shares * ((1.0 - asked) / rest if rest > 0 else np.ones(_N_POINTS))[:, None]
    varied[:, column] = asked
    if space.composition.basis == "wt%":
        varied = weight_to_atomic_fractions(varied, masses_u(space.elements))
    X = np.repeat(start[None, :], _N_POINTS, axis=0)
    X[:, : space.n_elements] = varied
    # The alloy itself is drawn, too, whatever the points beside it.
    X = np.concatenate([space.repair(X), start[None, :]])
    distance = np.abs(X[:, : space.n_elements] - start[: space.n_elements]).sum(axis=1)
    amounts = _amount(run, X, column)
    order = np.lexsort((distance, amounts))
    at, first = np.unique(amounts[order], return_index=True)
    return X[order[first]], at


def process_levels(run: RunData, column: int) -> FloatArray:
    """Return the values of a process variable, thinned where they are many."""
    variable = run.problem.space.process[column - run.problem.space.n_elements]
    if variable.levels is None:
        return np.linspace(variable.lower, variable.upper, _N_POINTS)
    every = -(-len(variable.levels) // _N_POINTS)
    return np.array(variable.levels[::every])


def _largest(run: RunData, column: int) -> float:
    """Return the upper bound of an element, as a share of the space's own basis."""
    space = run.problem.space
    symbol = space.elements[column]
    return next(r.upper for r in space.composition.ranges if r.symbol == symbol) / space.composition.n_steps


def _amount(run: RunData, X: FloatArray, column: int) -> FloatArray:
    """Return a column as people read it: percent of an element, the value of a process variable."""
    space = run.problem.space
    return space.percent(X)[:, column] if column < space.n_elements else X[:, column]


def driver_of(run: RunData, column: int) -> Driver:
    """Return what a column of the space is, for an axis."""
    space = run.problem.space
    if column < space.n_elements:
        return Driver(space.elements[column], f"{space.elements[column]} ({run.percent_unit})")
    variable = space.process[column - space.n_elements]
    return Driver(variable.name, readable(variable.name), variable.names)


def measured_with(run: RunData, name: str, driver: str) -> tuple[FloatArray, FloatArray]:
    """Return a driver and a property of measured alloys, both of shape ``(n_measured,)``."""
    if name not in run.models:
        return np.empty(0), np.empty(0)
    model = run.models[name].model
    inputs = [item.name for item in model.inputs.process]
    if driver in inputs:
        return model.rows.process[:, inputs.index(driver)], model.rows.values
    if driver in run.problem.space.elements:
        return _measured_percent(model.rows, driver, run.percent_unit), model.rows.values
    return np.empty(0), np.empty(0)


def _measured_percent(rows: TrainingRows, symbol: str, unit: str) -> FloatArray:
    if symbol not in rows.elements:
        return np.zeros(len(rows))
    fractions = rows.fractions
    if unit == "wt.%":
        fractions = atomic_to_weight_fractions(fractions, masses_u(rows.elements))
    return 100.0 * fractions[:, rows.elements.index(symbol)]


def _effect(row: tuple[Profile, ...]) -> float:
    """Return how far a driver moves its most sensitive objective, in interval widths."""
    effects = []
    for profile in row:
        item = profile.estimates
        mean, low, high = (item.quantity.scaled(part) for part in (item.mean, item.low, item.high))
        width = np.nan_to_num(high - low)
        scale = float(np.median(width)) or float(np.abs(np.nan_to_num(mean)).max()) or 1.0
        effects.append(float(np.nanmax(mean) - np.nanmin(mean)) / scale)
    return max(effects)

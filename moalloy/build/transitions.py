"""Which transitions of an alloy a property's treatments are counted from, and the rows that measured them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moalloy.errors import TableError
from moalloy.spec import ProblemSpec, PropertySpec
from moalloy.surrogates.transitions import TransitionRows
from moalloy.tables import AlloyTable

__all__ = ["tilted_temperatures", "transition_columns", "transition_rows"]

# What the built-in table calls them; another table is asked only if it has the same names.
_ANNEALING, _CRYSTALLIZATIONS = "annealing_temperature_K", ("Tx1_peak_K", "Tx2_K")
# Fewer say too little for about twenty slopes, or leave a fold without any.
_FEWEST_ROWS, _FEWEST_GROUPS = 40, 5


def transition_columns(item: PropertySpec) -> tuple[str, ...]:
    """Return the columns that the problem file names for the property."""
    return tuple(column for columns in (item.relative_to or {}).values() for column in columns)


def tilted_temperatures(
    spec: ProblemSpec, name: str, transitions: Sequence[TransitionRows]
) -> tuple[str, ...]:
    """Return the temperatures of a property that are counted from random sums beside the transitions.

    Those of properties on a log scale, such as the coercivity, which the second crystallization raises by
    decades. A saturation hardly knows it: there, slants only tell papers from each other (R2 of Bs on unseen
    papers fell from 0.78 to 0.73). And for boosted trees that see amounts: others gain nothing.
    """
    is_asked = spec.properties[name].scale == "log" and _ANNEALING in {rows.process for rows in transitions}
    is_seen = spec.model.kinds == ("xgboost",) and "fractions" in spec.model.features_of(name)
    return (_ANNEALING,) if is_asked and is_seen else ()


def transition_rows(
    item: PropertySpec, table: AlloyTable, groups: tuple[str, ...]
) -> tuple[TransitionRows, ...]:
    """Return the measured transitions behind a property, from all rows of its table.

    Args:
        item: What the problem file says of the property.
        table: Its table.
        groups: The group of each row of the table, named as in the training rows.

    Raises:
        TableError: A column that the problem file names is missing, not numeric, nearly empty or constant.
    """
    if item.relative_to is not None:
        return tuple(
            _asked(table, variable, column, groups)
            for variable, columns in item.relative_to.items()
            for column in columns
        )
    if _ANNEALING not in item.inputs:
        return ()
    there = [column for column in _CRYSTALLIZATIONS if column in table.columns]
    found = [_measured(table, _ANNEALING, column, groups) for column in there]
    return tuple(
        rows for rows in found if len(rows) >= _FEWEST_ROWS and len(set(rows.groups)) >= _FEWEST_GROUPS
    )


def _asked(table: AlloyTable, variable: str, column: str, groups: tuple[str, ...]) -> TransitionRows:
    rows = _measured(table, variable, column, groups)
    if len(rows) < _FEWEST_ROWS:
        raise TableError(
            f"{table.place}, column '{column}': {len(rows)} rows have a value, but at least {_FEWEST_ROWS}"
            f" are needed to estimate what {variable} is counted from; leave it out of relative_to."
        )
    if np.ptp(rows.values) == 0:
        raise TableError(
            f"{table.place}, column '{column}': every value is {rows.values[0]:g}, so nothing can be counted"
            " from it; leave it out of relative_to."
        )
    return rows


def _measured(table: AlloyTable, variable: str, column: str, groups: tuple[str, ...]) -> TransitionRows:
    values = table.numbers(column)
    picked = np.isfinite(values)
    return TransitionRows(
        process=variable,
        column=column,
        elements=table.elements,
        fractions=table.fractions[picked],
        values=values[picked],
        groups=tuple(np.array(groups)[picked].tolist()),
    )

"""Which transitions of an alloy a property's treatments are counted from, and the rows that measured them."""

from __future__ import annotations

import numpy as np

from moalloy.errors import TableError
from moalloy.spec import ProblemSpec, PropertySpec
from moalloy.surrogates.transitions import TransitionRows
from moalloy.tables import AlloyTable

__all__ = ["transition_columns", "transition_rows"]

# What the built-in table calls them; another table is asked only if it has the same names.
_ANNEALING, _SECOND_CRYSTALLIZATION = "annealing_temperature_K", "Tx2_K"
# Fewer say too little for about twenty slopes, or leave a fold without any.
_FEWEST_ROWS, _FEWEST_GROUPS = 40, 5


def transition_columns(item: PropertySpec) -> tuple[str, ...]:
    """Return the columns that the problem file names for the property."""
    return tuple((item.relative_to or {}).values())


def transition_rows(
    spec: ProblemSpec, name: str, table: AlloyTable, grouped_by: str
) -> tuple[TransitionRows, ...]:
    """Return the measured transitions behind property ``name``, from all rows of its table.

    Raises:
        TableError: A column that the problem file names is missing, not numeric, or nearly empty.
    """
    item = spec.properties[name]
    # Where nothing but single formulas could be told apart, these are the groups.
    groups = table.formulas if grouped_by in ("formula", "row") else table.groups
    if item.relative_to is not None:
        return tuple(_asked(table, variable, column, groups) for variable, column in item.relative_to.items())
    if _ANNEALING not in item.inputs or _SECOND_CRYSTALLIZATION not in table.columns:
        return ()
    rows = _measured(table, _ANNEALING, _SECOND_CRYSTALLIZATION, groups)
    is_enough = len(rows) >= _FEWEST_ROWS and len(set(rows.groups)) >= _FEWEST_GROUPS
    return (rows,) if is_enough else ()


def _asked(table: AlloyTable, variable: str, column: str, groups: tuple[str, ...]) -> TransitionRows:
    rows = _measured(table, variable, column, groups)
    if len(rows) < _FEWEST_ROWS:
        raise TableError(
            f"{table.place}, column '{column}': {len(rows)} rows have a value, but at least {_FEWEST_ROWS}"
            f" are needed to estimate what {variable} is counted from; leave it out of relative_to."
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

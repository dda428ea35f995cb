"""Files and columns that a problem names and that aren't there: every one of them, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from moalloy.errors import Fault, TableError
from moalloy.spec import ProblemSpec
from moalloy.spec.nearest import did_you_mean, listing
from moalloy.tables import table_headers

__all__ = ["missing_columns"]


# What to do, by key, where no column has a like name.
_HINTS = {
    "composition": "Name the column of formulas, or give {Fe: column of Fe, ...}.",
    "group_by": "Without group_by, rows are grouped by chemical system.",
}


class _Named(NamedTuple):
    """A column that a problem names, and the key that names it."""

    table: str
    column: str
    path: tuple[str | int, ...]


def missing_columns(spec: ProblemSpec) -> list[Fault]:
    """Return a fault for each table that can't be opened and each column that isn't in its table."""
    headers: dict[str, Sequence[str]] = {}
    faults = []
    for name, table in spec.data.items():
        try:
            headers[name] = table_headers(table.table, folder=spec.folder, sheet=table.sheet)
        except TableError as error:
            faults.append(spec.fault("data", name, "table", found=str(error).rstrip(".")))
    for item in _named(spec):
        options = headers.get(item.table, (item.column,))
        if item.column not in options:
            found = f"the table {item.table} has no column {item.column!r}"
            expected, hint = f"one of {listing(options)}", did_you_mean(item.column, options)
            hint = hint or _HINTS.get(str(item.path[-1]), "")
            faults.append(spec.fault(*item.path, found=found, expected=expected, hint=hint))
    return sorted(faults, key=lambda fault: fault.line or 0)


def _named(spec: ProblemSpec) -> Iterator[_Named]:
    """Yield every column that the problem names."""
    for name, table in spec.data.items():
        if isinstance(table.composition, Mapping):
            for symbol, column in table.composition.items():
                yield _Named(name, column, ("data", name, "composition", symbol))
        else:
            yield _Named(name, table.composition, ("data", name, "composition"))
        for key in ("group_by", "reference"):
            column = getattr(table, key)
            if column is not None:
                yield _Named(name, column, ("data", name, key))
    for name, item in spec.properties.items():
        yield _Named(item.data, item.column, ("properties", name, "column"))
        for column in item.inputs:
            yield _Named(item.data, column, ("properties", name, "inputs"))
        for variable, columns in (item.relative_to or {}).items():
            for column in columns:
                yield _Named(item.data, column, ("properties", name, "relative_to", variable))
        for column in item.proxies or ():
            yield _Named(item.data, column, ("properties", name, "proxies", column))
        if item.hurdle is not None:
            yield _Named(item.hurdle.data, item.hurdle.column, ("properties", name, "hurdle", "column"))

"""What the columns of a table are for: how an alloy was made, what was measured, or words about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from moalloy.domain.values import FloatArray
from moalloy.tables.audit.dimensions import Unit, plain_unit, units_like
from moalloy.tables.audit.quantities import Quantity, Role, quantity_named
from moalloy.tables.cells import is_missing, parse_numbers
from moalloy.tables.compositions import CompositionColumns
from moalloy.tables.describe import unit_of
from moalloy.tables.raw import RawTable

__all__ = ["Column", "columns_of", "composition_headers", "is_treatment"]

# A column in which fewer cells are odd than this was meant to hold numbers.
_MOST_ODD = 0.5
# Values that span more than this factor differ by factors, as coercivities do.
_LOG_FACTOR = 30.0
_TREATMENT = re.compile(
    r"state|route|process|method|atmosphere|treatment|condition|field|.*_field|form$|shape|preparation"
    r"|.*(heating|cooling|quench|scan|strain)\w*[ _]?rate|pressure|.*speed|.*anneal|wheel"
    r"|temper(ing)?(?![a-z])|age?ing|solution|homogeni|quench|rolling|extrusion|heat[ _-]?treat",
    re.IGNORECASE,
)
_BOOKKEEPING = re.compile(
    r"(n|no|nr|id|index|idx|row|line|year|number|count|sample|entry|batch|page|#)(?![a-z])|n_|.*_(id|std|err|error)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column beside the composition.

    Attributes:
        name: Its name in the file.
        role: What it is for.
        cells: Its text, one cell per row.
        values: Its numbers, shape ``(n_rows,)``, NaN where there is none.
        odd: By row, what to do about a cell among the numbers that isn't one.
        unit: The unit it is in: that of its header, else the usual one of its quantity.
        says_unit: Whether the header says it.
        quantity: What it holds, where the audit knows that.
        is_log: Whether its values differ by factors.
    """

    name: str
    role: Role
    cells: tuple[str, ...]
    values: FloatArray
    odd: Mapping[int, str]
    unit: str
    says_unit: bool
    quantity: Quantity | None
    is_log: bool

    @property
    def own_unit(self) -> Unit | None:
        """The unit, where others of its dimension are known."""
        return next((unit for unit in units_like(self.unit) if unit.name == self.unit), None)

    @property
    def levels(self) -> FloatArray:
        """The values as they are compared: their decimal logarithms where they differ by factors."""
        if not self.is_log:
            return self.values
        return np.log10(np.where(self.values > 0, self.values, np.nan))

    def without(self, rows: list[int]) -> Column:
        """Return this column with no numbers in some rows."""
        values = self.values.copy()
        values[rows] = np.nan
        return replace(self, values=values)


def columns_of(raw: RawTable, *, without: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table but for those in ``without``, and those that bound another's values."""
    left_out = {*without}
    headers = [header for header in raw.headers if header not in left_out]
    bounds = {
        header
        for header in headers
        for word in ("min", "max")
        if re.sub(rf"_{word}(?=_|$)", "", header) in {*headers} - {header}
    }
    return tuple(_column(header, raw.column(header)) for header in headers if header not in bounds)


def composition_headers(composition: CompositionColumns) -> tuple[str, ...]:
    """Return the names of the columns that hold the composition."""
    return (composition,) if isinstance(composition, str) else tuple(composition.values())


def _column(name: str, cells: tuple[str, ...]) -> Column:
    given = sum(not is_missing(cell) for cell in cells)
    values, odd = parse_numbers(cells)
    is_numeric = len(odd) < _MOST_ODD * given
    said = plain_unit(unit_of(name))
    quantity = quantity_named(name, said) if is_numeric else None
    return Column(
        name,
        role=_role(name, quantity, is_numeric=is_numeric),
        cells=cells,
        values=values if is_numeric else np.full(len(cells), np.nan),
        odd=odd if is_numeric else {},
        unit=said or (quantity.unit if quantity else ""),
        says_unit=bool(said),
        quantity=quantity,
        is_log=_is_log(values, quantity) if is_numeric else False,
    )


def is_treatment(header: str) -> bool:
    """Return whether a column says how an alloy was made, by its name.

    >>> is_treatment("Ageing temperature (°C)"), is_treatment("temper"), is_treatment("Curie temperature (K)")
    (True, True, False)
    """
    quantity = quantity_named(header, plain_unit(unit_of(header)))
    return quantity.role == "treatment" if quantity is not None else _TREATMENT.match(header) is not None


def _role(name: str, quantity: Quantity | None, *, is_numeric: bool) -> Role:
    if quantity is not None:
        return quantity.role
    if _TREATMENT.match(name):
        return "treatment"
    return "measured" if is_numeric and not _BOOKKEEPING.match(name) else "words"


def _is_log(values: FloatArray, quantity: Quantity | None) -> bool:
    if quantity is not None:
        return quantity.is_log
    given = values[np.isfinite(values)]
    return len(given) > 0 and given.min() > 0 and bool(given.max() / given.min() > _LOG_FACTOR)

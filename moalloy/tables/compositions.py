"""From the columns of a table to compositions, row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from moalloy.domain.composition import Basis, Composition, parse_formula
from moalloy.domain.elements import is_element
from moalloy.errors import CompositionError, TableError
from moalloy.tables.cells import is_missing, is_number, parse_numbers
from moalloy.tables.raw import RawTable
from moalloy.tables.wording import did_you_mean, listing

__all__ = [
    "CompositionColumns",
    "composition_and_basis",
    "composition_labels",
    "find_composition",
    "is_balance",
    "is_element_column",
    "read_compositions",
    "require_composition",
    "said_basis",
]

CompositionColumns = str | Mapping[str, str]
"""The name of a formula column, or for each element the name of its column."""

_FORMULA_COLUMNS = ("formula", "composition", "alloy")
_IN_BRACKETS = re.compile(r"\s*[(\[].*")
_BALANCE = re.compile(r"bal(ance)?\.?", re.IGNORECASE)
_ELEMENT_COLUMN = re.compile(
    r"([A-Z][a-z]?)(?:[\s_]*[(\[]?\s*(at|wt|weight|mass)\.?[\s_-]*(?:%|pct|percent)?\s*[)\]]?)?"
)
# A unit and not a word within: '(as-cast state)' and '(measured at 300 K)' say nothing.
_PERCENT = r"\.?[\s_-]*(?:%|pct|per ?cent|[)\]]|$)"
_SAYS: Mapping[Basis, re.Pattern[str]] = {
    "at%": re.compile(rf"(?<![a-z])(?:at|atomic|mol)(?![a-z]){_PERCENT}", re.IGNORECASE),
    "wt%": re.compile(rf"(?<![a-z])(?:wt|weight|mass)(?![a-z]){_PERCENT}", re.IGNORECASE),
}

_LISTED_COLUMNS = 12
# A column of row numbers; nobody alloys nobelium.
_ROW_NUMBER = "No"


def find_composition(
    headers: Sequence[str], *, place: str = "the table"
) -> tuple[CompositionColumns, Basis | None] | None:
    """Return where the composition stands among the columns, and the basis where a header says it.

    A column ``formula``, ``composition`` or ``alloy`` comes first; else columns named as elements: ``Fe``,
    ``Fe_at``, ``Fe_at%``, ``Fe (wt.%)``. A column ``No`` counts the rows.

    Raises:
        TableError: Some element columns say at.%, others wt.%, or a header says both.

    >>> find_composition(["Fe_wt%", "B_wt%", "Bs_T"])
    ({'Fe': 'Fe_wt%', 'B': 'B_wt%'}, 'wt%')
    """
    bare = {_IN_BRACKETS.sub("", header).strip().lower(): header for header in reversed(headers)}
    for name in _FORMULA_COLUMNS:
        if name in bare:
            return bare[name], said_basis(bare[name], place=place)
    columns: dict[str, str] = {}
    said: set[Basis] = set()
    for header in headers:
        match = _ELEMENT_COLUMN.fullmatch(header) if header != _ROW_NUMBER else None
        if match and is_element(match.group(1)) and match.group(1) not in columns:
            columns[match.group(1)] = header
            if match.group(2):
                said.add("at%" if match.group(2) == "at" else "wt%")
    if len(said) > 1:
        raise TableError(
            f"{place}: some element columns say at.%, others wt.%; leave one set out, or give a 'formula'."
        )
    return (columns, said.pop() if said else None) if columns else None


def require_composition(raw: RawTable) -> tuple[CompositionColumns, Basis | None]:
    """Return where the composition of a table stands: see `find_composition`.

    Raises:
        TableError: No column holds compositions, or some say at.% and others wt.%.
    """
    found = find_composition(raw.headers, place=raw.place)
    if found is None:
        raise TableError(
            f"{raw.place} has no column of compositions among {listing(raw.headers, limit=_LISTED_COLUMNS)}. "
            "Expected a first line with a column 'formula', or with columns named as elements: Fe, B "
            "(Fe_wt, B_wt for weight percent). If the formulas stand in a column of another name, rename it"
            f" or say which.{''.join(f' {note}' for note in raw.notes)}"
        )
    return found


def composition_and_basis(
    raw: RawTable, composition: CompositionColumns | None = None, basis: Basis | None = None
) -> tuple[CompositionColumns, Basis]:
    """Return where the composition of a table stands and what the amounts are, at.% unless something says it.

    Args:
        raw: The table.
        composition: Its columns; by default found by their names.
        basis: What the amounts are, where no header says it.

    Raises:
        TableError: No column holds compositions, or headers and ``basis`` contradict each other.
    """
    if composition is None:
        composition, said = require_composition(raw)
    else:
        said = said_basis(composition, place=raw.place) if isinstance(composition, str) else None
    if basis and said and basis != said:
        raise TableError(
            f"{raw.place}: its header says {said}, but {basis} was asked for; correct the header, or"
            " leave the basis out."
        )
    return composition, said or basis or "at%"


def said_basis(header: str, *, place: str = "the table") -> Basis | None:
    """Return the basis that a header carries in its brackets, if it does.

    Raises:
        TableError: It says at.% and wt.%.

    >>> said_basis("Composition (at.%)"), said_basis("alloy [weight %]"), said_basis("alloy (as-cast state)")
    ('at%', 'wt%', None)
    """
    unit = header[len(_IN_BRACKETS.sub("", header)) :]
    said = [basis for basis, pattern in _SAYS.items() if pattern.search(unit)]
    if len(said) > 1:
        raise TableError(f"{place}: the column '{header}' says at.% and wt.%; leave one of them in its name.")
    return said[0] if said else None


def is_element_column(header: str) -> bool:
    """Whether a column is named as one of amounts of an element.

    >>> is_element_column("Cu"), is_element_column("Cu (wt.%)"), is_element_column("Curie")
    (True, True, False)
    """
    match = _ELEMENT_COLUMN.fullmatch(header) if header != _ROW_NUMBER else None
    return match is not None and is_element(match.group(1))


def is_balance(cell: str) -> bool:
    """Whether a cell says that its element is the rest."""
    return _BALANCE.fullmatch(cell) is not None


def read_compositions(
    raw: RawTable, columns: CompositionColumns, *, basis: Basis
) -> list[Composition | CompositionError]:
    """Return one composition, or the reason why there is none, for each row.

    In element columns a blank is 0, and one cell may say ``bal.``.

    Raises:
        TableError: A column that isn't there, or an unknown element.
    """
    if isinstance(columns, str):
        if columns not in raw.headers:
            raise _no_formula_column(raw, columns)
        known: dict[str, Composition | CompositionError] = {}
        cells = raw.column(columns)
        for cell in cells:
            if cell not in known:
                known[cell] = _from_formula(cell, basis=basis)
        return [known[cell] for cell in cells]
    for element in columns:
        if not is_element(element):
            raise TableError(
                f"{raw.place}: '{element}' in 'composition' isn't an element symbol; expected one such as Fe."
            )
    amounts = [raw.column(column) for column in columns.values()]
    return [
        _from_amounts(dict(zip(columns, row, strict=True)), basis=basis) for row in zip(*amounts, strict=True)
    ]


def composition_labels(raw: RawTable, columns: CompositionColumns) -> list[str]:
    """Return what names each row in a message: its formula cell, or its amounts run together."""
    if isinstance(columns, str):
        return list(raw.column(columns))
    amounts = [raw.column(column) for column in columns.values()]
    return [
        "".join(
            f"{element}{cell}" for element, cell in zip(columns, row, strict=True) if cell not in {"", "0"}
        )
        for row in zip(*amounts, strict=True)
    ]


def _no_formula_column(raw: RawTable, column: str) -> TableError:
    """Return the error for a formula column that isn't there, with where the composition may stand."""
    found = find_composition(raw.headers, place=raw.place)
    hint = f" Set 'composition' to {found[0]}, perhaps?" if found else did_you_mean(column, raw.headers)
    return TableError(f"{raw.place} has no column '{column}'.{hint} Its columns: {', '.join(raw.headers)}.")


def _from_formula(cell: str, *, basis: Basis) -> Composition | CompositionError:
    if not cell:
        return CompositionError("there is no formula; a merged cell, perhaps")
    try:
        return parse_formula(cell, basis=basis)
    except CompositionError as error:
        return error


def _from_amounts(cells: Mapping[str, str], *, basis: Basis) -> Composition | CompositionError:
    given = {element: cell for element, cell in cells.items() if not is_missing(cell)}
    balance = [element for element, cell in given.items() if is_balance(cell)]
    for element, cell in given.items():
        if element not in balance and not is_number(cell):
            (advice,) = parse_numbers([cell]).faults.values()
            return CompositionError(f"{element} is '{cell}'; {advice}")
    amounts = {
        element: Fraction(cell.replace("−", "-")) for element, cell in given.items() if element not in balance
    }
    if not given:
        return CompositionError("it has no amounts")
    if len(balance) > 1:
        return CompositionError(f"{' and '.join(balance)} are both the balance")
    if balance:
        amounts[balance[0]] = 100 - sum(amounts.values(), start=Fraction(0))
    try:
        return Composition.from_percent(amounts, basis=basis)
    except CompositionError as error:
        return error

"""What a cell of a table says: a number, nothing, or something to ask about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from moalloy.domain.values import FloatArray

__all__ = ["MISSING_MARKERS", "Numbers", "is_missing", "is_number", "parse_numbers"]

MISSING_MARKERS = frozenset({"n/a", "n.a.", "na", "nan", "none", "null", "-", "–", "—"})
"""Words, in any case, that say 'no value'; a table's notes count them."""

# Models hold single floats, up to 3e38; what is a sum or a square of values has to fit as well.
_MOST = 1e30
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ADVICE = (
    (
        re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+"),
        "write thousands without a comma (1234), decimals with a point (1.234)",
    ),
    (re.compile(r"[+-]?\d+,\d+"), "write decimals with a point (0.5)"),
    (re.compile(r"[<>≤≥].*"), "a bound isn't a value: leave it blank, or write the number you stand by"),
    (re.compile(r"(~|≈|≃|ca\.?|about|approx\.?).*"), "write the number alone, or leave it blank"),
    (re.compile(r".*\d\s*%"), "leave the percent sign out and say it in the header"),
    (re.compile(r"[+-]?inf(inity)?", re.IGNORECASE), "write a finite number, or leave it blank"),
    (re.compile(r".*\d\s*(±|\+/-|\+-).*"), "leave the ± part out, or give it a column of its own"),
    (re.compile(r"[+-]?\d.*"), "write the number alone; its unit belongs in the header"),
    (re.compile(r"#.*"), "the spreadsheet couldn't work this out; correct its formula, or leave it blank"),
)


class Numbers(NamedTuple):
    """Values with NaN where there is none, and the advice for each cell that isn't a number."""

    values: FloatArray
    faults: dict[int, str]


def is_missing(cell: str) -> bool:
    """Whether a cell is blank or says that there is no value.

    >>> is_missing(""), is_missing("N/A"), is_missing("0")
    (True, True, False)
    """
    return not cell or cell.lower() in MISSING_MARKERS


def is_number(cell: str) -> bool:
    """Whether a cell is a plain number that can have been measured; a typographic minus counts as a minus.

    >>> is_number("−1.5e3"), is_number("1e300")
    (True, False)
    """
    plain = cell.replace("−", "-")
    return _NUMBER.fullmatch(plain) is not None and abs(float(plain)) <= _MOST


def parse_numbers(cells: Sequence[str]) -> Numbers:
    """Return the numbers in stripped cells, shape ``(n_cells,)``, NaN for missing and bad ones.

    >>> parse_numbers(["1.5", "", "<0.5"])  # doctest: +NORMALIZE_WHITESPACE
    Numbers(values=array([1.5, nan, nan]),
            faults={2: "a bound isn't a value: leave it blank, or write the number you stand by"})
    """
    values = np.full(len(cells), np.nan)
    faults: dict[int, str] = {}
    for index, cell in enumerate(cells):
        if is_missing(cell):
            continue
        if is_number(cell):
            values[index] = float(cell.replace("−", "-"))
        else:
            faults[index] = _advice(cell)
    return Numbers(values, faults)


def _advice(cell: str) -> str:
    if _NUMBER.fullmatch(cell.replace("−", "-")):
        return "no measured value is beyond 1e30: correct it, or leave it blank"
    for pattern, advice in _ADVICE:
        if pattern.fullmatch(cell):
            return advice
    return "write a number, or leave it blank"

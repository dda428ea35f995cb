"""Cost of the elements in an alloy, from a dated list of prices."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

from moalloy.domain.elements import atomic_number, exact_masses
from moalloy.errors import CompositionError, TableError
from moalloy.features.ratio import RatioDescriptor

__all__ = ["Price", "cost", "cost_descriptor"]

_HEADER = ("symbol", "price_USD_per_kg", "year")


@dataclass(frozen=True, slots=True)
class Price:
    """Price of an element and the year of the quote."""

    USD_per_kg: Fraction
    year: int


@cache
def cost() -> RatioDescriptor:
    """Return the cost of the elements in USD/kg by moalloy's own prices of 2003-2020.

    A rough guide: boron is priced by its content in boric acid, thulium by a quote of 2003, and
    foundries buy ferroboron and ferroniobium, at a third of the metal's price or less. Give your
    own prices to ``cost_descriptor``.
    """
    text = files("moalloy.features").joinpath("data", "element_prices.csv").read_text(encoding="utf-8")
    source = "'Prices of chemical elements', Wikipedia, version of 2020-09-08"
    return _descriptor(_parse(text, file="element_prices.csv"), source=source)


def cost_descriptor(price_csv_path: Path | str) -> RatioDescriptor:
    """Return the cost of the elements in USD/kg by the prices in a CSV file.

    Args:
        price_csv_path: A file with the columns symbol, price_USD_per_kg and year.

    Raises:
        TableError: The file can't be read, or one of its rows is no price.
    """
    path = Path(price_csv_path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: can't be read as a price list ({error}); give a CSV in UTF-8.") from error
    return _descriptor(_parse(text, file=str(path)), source=path.name)


def _descriptor(prices: Mapping[str, Price], *, source: str) -> RatioDescriptor:
    masses = dict(zip(prices, exact_masses(prices), strict=True))
    years = sorted({price.year for price in prices.values()})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    return RatioDescriptor(
        name="cost_USD_per_kg",
        title=f"cost, element prices of {span}",
        unit="USD/kg",
        source=f"element prices of {span}: {source}",
        numerator={symbol: price.USD_per_kg * masses[symbol] for symbol, price in prices.items()},
        denominator=masses,
    )


def _parse(text: str, *, file: str) -> Mapping[str, Price]:
    reader = csv.DictReader(text.splitlines())
    if reader.fieldnames is None or not set(_HEADER) <= set(reader.fieldnames):
        found = ", ".join(reader.fieldnames or ["nothing"])
        raise TableError(f"{file}:1: the header is {found}; expected {', '.join(_HEADER)}.")
    prices: dict[str, Price] = {}
    for row in reader:
        symbol, price = _parse_row(row, place=f"{file}:{reader.line_num}")
        if symbol in prices:
            raise TableError(f"{file}:{reader.line_num}: {symbol} has a price already; keep one row.")
        prices[symbol] = price
    if not prices:
        raise TableError(f"{file}: no prices below the header; add a row such as Fe,0.42,2020.")
    return prices


def _parse_row(row: Mapping[str, str | None], *, place: str) -> tuple[str, Price]:
    symbol, amount, year = ((row[column] or "").strip() for column in _HEADER)
    try:
        atomic_number(symbol)
        price = Price(Fraction(amount), int(year))
    except CompositionError as error:
        raise TableError(f"{place}: {error}") from error
    except (ValueError, ZeroDivisionError):
        raise TableError(
            f"{place}: price {amount!r} of {symbol}, year {year!r}; expected a number in USD/kg and a year."
        ) from None
    if price.USD_per_kg < 0:
        raise TableError(f"{place}: the price of {symbol} is {amount} USD/kg; expected 0 or more.")
    return symbol, price

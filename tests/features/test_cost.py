from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import TableError
from moalloy.features.cost import cost, cost_descriptor

HEADER = "symbol,price_USD_per_kg,year\n"


def price_file(folder: Path, text: str) -> Path:
    path = folder / "prices.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_years_of_the_prices_stand_in_title_and_source() -> None:
    assert cost().title == "cost, element prices of 2003–2020"
    assert "2003–2020" in cost().source
    assert "version of 2020-09-08" in cost().source


def test_a_price_file_of_ones_own_replaces_the_prices(tmp_path: Path) -> None:
    path = price_file(tmp_path, HEADER + "Fe,0.5,2025\nB,6,2025\n")
    mine = cost_descriptor(path)
    fractions = np.array([[0.8, 0.2]])
    expected = (0.8 * 55.845 * 0.5 + 0.2 * 10.81 * 6) / (0.8 * 55.845 + 0.2 * 10.81)
    assert mine(fractions, ["Fe", "B"])[0] == pytest.approx(expected, rel=1e-12)
    assert (mine.name, mine.title) == ("cost_USD_per_kg", "cost, element prices of 2025")
    assert mine.source.endswith("prices.csv")
    assert mine.missing(["Fe", "Si"]) == ("Si",)


def test_prices_are_exact_decimals(tmp_path: Path) -> None:
    ratio = cost_descriptor(price_file(tmp_path, HEADER + "Fe,0.1,2025\n")).linear_ratio(["Fe"])
    assert ratio.numerator[0] / ratio.denominator[0] == Fraction(1, 10)


def test_a_price_file_saved_by_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = price_file(tmp_path, "\ufeff" + HEADER + "Fe,1,2025\n")
    assert cost_descriptor(path).missing(["Fe"]) == ()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", r"prices\.csv:1: the header is nothing; expected symbol, price_USD_per_kg, year"),
        ("symbol,price\nFe,1\n", r"prices\.csv:1: the header is symbol, price; expected"),
        (HEADER, r"prices\.csv: no prices below the header"),
        (
            HEADER + "Fe,1,2025\nFee,1,2025\n",
            r"prices\.csv:3: 'Fee' is not an element symbol; did you mean 'Fe'",
        ),
        (HEADER + "Fe,cheap,2025\n", r"prices\.csv:2: price 'cheap' of Fe, year '2025'; expected a number"),
        (HEADER + "Fe,1,lately\n", r"prices\.csv:2: price '1' of Fe, year 'lately'; expected"),
        (HEADER + "Fe,1\n", r"prices\.csv:2: price '1' of Fe, year ''; expected"),
        (HEADER + "Fe,-1,2025\n", r"prices\.csv:2: the price of Fe is -1 USD/kg; expected 0 or more"),
        (HEADER + "Fe,1,2025\nFe,2,2024\n", r"prices\.csv:3: Fe has a price already"),
    ],
)
def test_a_fault_in_a_price_file_is_named_with_its_line(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(TableError, match=match):
        cost_descriptor(price_file(tmp_path, text))


def test_a_missing_price_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="can't be read as a price list"):
        cost_descriptor(tmp_path / "none.csv")

"""Cells that are numbers, cells that say nothing, and cells to ask about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import TableError
from moalloy.tables import AlloyTable, parse_numbers, read_table

WriteTable = Callable[..., Path]


def table_of(write_table: WriteTable, *cells: str) -> AlloyTable:
    """Return a table whose column Hc_A_per_m holds the cells, one alloy each."""
    rows = "".join(f'Fe{80 - i}B{20 + i},"{cell}"\n' for i, cell in enumerate(cells))
    return read_table(write_table("formula,Hc_A_per_m\n" + rows))


def test_plain_numbers_are_read_and_blanks_are_nan(write_table: WriteTable) -> None:
    values = table_of(write_table, "1", "-2.5", "1.2e-3", ".5", "7.", "−4", "").numbers("Hc_A_per_m")
    np.testing.assert_array_equal(values, [1, -2.5, 1.2e-3, 0.5, 7, -4, np.nan])


def test_words_for_no_value_are_nan_and_counted(write_table: WriteTable) -> None:
    table = table_of(write_table, "n/a", "NA", "nan", "-", "–", "3")
    np.testing.assert_array_equal(table.numbers("Hc_A_per_m"), [np.nan] * 5 + [3])
    (note,) = [note for note in table.notes if "read as missing" in note]
    assert note.startswith("Column 'Hc_A_per_m': 'n/a' or 'NA'")
    assert "5 rows (lines 2, 3, 4, 5, 6)" in note


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("0,5", "write decimals with a point"),
        ("<0.5", "a bound isn't a value"),
        ("~3", "write the number alone"),
        ("5 %", "leave the percent sign out"),
        ("inf", "write a finite number"),
        ("1e999", "no measured value is beyond 1e30"),
        ("-1e39", "no measured value is beyond 1e30"),
        ("3 ± 1", "leave the ± part out"),
        ("3 A/m", "its unit belongs in the header"),
        ("#DIV/0!", "the spreadsheet couldn't work this out"),
        ("soft", "write a number, or leave it blank"),
    ],
)
def test_a_cell_that_is_no_number_is_named_with_what_to_do(
    write_table: WriteTable, cell: str, advice: str
) -> None:
    table = table_of(write_table, "1.5", cell)
    with pytest.raises(TableError, match=advice) as caught:
        table.numbers("Hc_A_per_m")
    assert "alloys.csv, column 'Hc_A_per_m': 1 of 2 cells aren't numbers" in str(caught.value)
    assert f"line 3 (Fe79B21): '{cell}'" in str(caught.value)


def test_five_cells_are_shown_and_the_others_counted(write_table: WriteTable) -> None:
    table = table_of(write_table, *["<1"] * 8)
    with pytest.raises(TableError, match=r"8 of 8 cells .*line 6 \(Fe76B24\): '<1' and 3 more\."):
        table.numbers("Hc_A_per_m")


def test_parse_numbers_gives_values_and_faults_side_by_side() -> None:
    values, faults = parse_numbers(["1.5", "", "x"])
    np.testing.assert_array_equal(values, [1.5, np.nan, np.nan])
    assert list(faults) == [2]

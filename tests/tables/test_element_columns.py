"""Compositions that are given as one column per element."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import TableError
from moalloy.tables import find_composition, read_table

WriteTable = Callable[..., Path]

COLUMNS = {"Fe": "Fe_at", "B": "B_at", "Si": "Si_at"}


def test_amounts_in_percent_are_read_and_blanks_are_zero(write_table: WriteTable) -> None:
    table = read_table(write_table("Fe_at,B_at,Si_at\n80,20,\n78,13,9\n"), composition=COLUMNS)
    assert table.formulas == ("Fe80B20", "Fe78B13Si9")
    assert table.elements == ("B", "Si", "Fe")


def test_weight_percent_become_atomic_fractions(write_table: WriteTable) -> None:
    path = write_table("Fe_at,B_at,Si_at\n88,3,9\n")
    table = read_table(path, composition=COLUMNS, basis="wt%")
    assert table.formulas == ("Fe72.4912Si14.742B12.7668",)
    assert table.fractions.sum() == pytest.approx(1, abs=1e-15)


def test_one_element_may_be_the_balance(write_table: WriteTable) -> None:
    table = read_table(write_table("Fe_at,B_at,Si_at\nbal.,13,9\n"), composition=COLUMNS)
    assert table.formulas == ("Fe78B13Si9",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("80,25,", r"line 3 \(Fe80B25\): 'Fe 80, B 25': the amounts sum to 105"),
        ("78,13,", "the amounts sum to 91, expected 100"),
        ("105,-5,", "an amount is negative"),
        ("80,<20,", "B is '<20'; a bound isn't a value"),
        ("80,20 %,", "B is '20 %'; leave the percent sign out"),
        ('80,"19,5",', "B is '19,5'; write decimals with a point"),
        ("bal.,bal.,9", "Fe and B are both the balance"),
        ("bal.,101,", "an amount is negative"),
    ],
)
def test_amounts_that_are_no_composition_are_refused(write_table: WriteTable, row: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_table(write_table(f"Fe_at,B_at,Si_at\n78,13,9\n{row}\n"), composition=COLUMNS)


def test_a_row_without_amounts_is_refused(write_table: WriteTable) -> None:
    path = write_table("Fe_at,B_at,Si_at,Bs_T\n78,13,9,1.5\n,,,1.6\n")
    with pytest.raises(TableError, match="line 3: it has no amounts"):
        read_table(path, composition=COLUMNS)


def test_fractions_in_place_of_percent_are_refused_with_advice(write_table: WriteTable) -> None:
    path = write_table("Fe_at,B_at,Si_at\n0.8,0.2,\n0.78,0.13,0.09\n")
    with pytest.raises(
        TableError, match=r"fractions, not percent\. Multiply the columns Fe_at, B_at, Si_at by 100"
    ):
        read_table(path, composition=COLUMNS, bad_rows="skip")


def test_an_unknown_element_and_an_absent_column_are_refused(write_table: WriteTable) -> None:
    path = write_table("Fe_at,B_at,Si_at\n78,13,9\n")
    with pytest.raises(TableError, match="'Xx' in 'composition' isn't an element symbol"):
        read_table(path, composition={"Xx": "Fe_at"})
    with pytest.raises(TableError, match=r"no column 'Fe_a'\. Did you mean 'Fe_at'\?"):
        read_table(path, composition={"Fe": "Fe_a"})


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["name", "Formula", "Fe"], ("Formula", None)),
        (["Fe", "B", "Bs_T"], ({"Fe": "Fe", "B": "B"}, None)),
        (["Fe_at%", "B_at%"], ({"Fe": "Fe_at%", "B": "B_at%"}, "at%")),
        (["Fe (wt.%)", "B [wt%]"], ({"Fe": "Fe (wt.%)", "B": "B [wt%]"}, "wt%")),
        (["No", "Fe", "B"], ({"Fe": "Fe", "B": "B"}, None)),
        (["Bs_T", "Hc_A_per_m"], None),
    ],
)
def test_the_composition_is_found_among_the_headers(headers: list[str], found: object) -> None:
    assert find_composition(headers) == found


def test_headers_that_say_both_bases_are_refused() -> None:
    with pytest.raises(TableError, match=r"some element columns say at.%, others wt.%"):
        find_composition(["Fe_at%", "B_wt%"])


def test_rows_of_element_columns_sum_to_one(write_table: WriteTable) -> None:
    path = write_table("Fe_at,B_at,Si_at\n73.51,13.52,12.96\n33.3,33.3,33.3\n")
    table = read_table(path, composition=COLUMNS)
    np.testing.assert_allclose(table.fractions.sum(axis=1), 1, rtol=0, atol=1e-15)
    assert "Amounts that sum to 99.9 to 99.99 were divided by their sum: 2 rows (lines 2, 3)." in table.notes

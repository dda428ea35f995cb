"""Columns that look as if they were in another unit than their name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from moalloy.tables import describe, detect_table, read_table, suspicions, unit_of

WriteTable = Callable[..., Path]


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        # Amorphous ribbons of 4 to 10 A/m, in Oe.
        ("Hc_A_per_m", ["0.05", "0.13", "0.08"], "In Oe, perhaps? 1 Oe is 79.6 A/m."),
        ("Coercivity (A/m)", ["0.05", "0.13", ""], "half of the values are below 0.09 A/m"),
        ("Bs_T", ["16", "15.5", "12"], "half of the values are above 15.5 T"),
    ],
)
def test_values_beyond_every_known_alloy_are_suspected(
    write_table: WriteTable, column: str, values: list[str], found: str
) -> None:
    rows = "".join(f"Fe{80 - i}B{20 + i},{value}\n" for i, value in enumerate(values))
    (suspicion,) = suspicions(read_table(write_table(f"formula,{column}\n{rows}")))
    assert f"alloys.csv, column '{column}'" in suspicion
    assert found in suspicion


@pytest.mark.parametrize(
    ("column", "value"), [("Hc_A_per_m", "0.5"), ("Bs_T", "2.4"), ("H_max (A/m)", "0.01")]
)
def test_plausible_values_and_other_columns_are_not_suspected(
    write_table: WriteTable, column: str, value: str
) -> None:
    assert suspicions(read_table(write_table(f"formula,{column}\nFe80B20,{value}\n"))) == ()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Bs_T", "T"),
        ("Hc_A_per_m", "A/m"),
        ("core_loss_kW_m3_0p2T_100kHz", "kW/m3"),
        ("Hc [A/m]", "A/m"),
        ("Bs (T)", "T"),
        ("annealing_time_s", "s"),
        ("state", ""),
        ("n_values", ""),
        ("permeability_1kHz", ""),
    ],
)
def test_the_unit_is_read_from_the_header(header: str, unit: str) -> None:
    assert unit_of(header) == unit


def test_a_column_with_one_word_in_it_has_no_median(write_table: WriteTable) -> None:
    table = read_table(write_table("formula,Bs_T\nFe80B20,1.6\nFe82B18,soft\n"))
    (summary,) = [each for each in describe(table) if each.column == "Bs_T"]
    assert summary.median != summary.median
    assert summary.n_values == 2


def test_the_balance_among_amounts_is_no_fault(write_table: WriteTable) -> None:
    rows = [f"bal.,{i}" for i in range(1, 6)] + ["Balance,6", "92,8"]
    path = write_table("\n".join(["Cu_wt%,Ni_wt%", *rows]))
    assert suspicions(detect_table(path).table) == ()

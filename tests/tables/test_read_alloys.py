"""Alloys to predict: each row for itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from moalloy.domain.composition import Basis, Composition, parse_formula
from moalloy.errors import CompositionError, TableError
from moalloy.tables import detect_table, read_alloys

WriteTable = Callable[..., Path]


def test_every_row_gives_its_alloy_in_order_and_may_repeat(write_table: WriteTable) -> None:
    path = write_table("id,formula,anneal_K\n1,Fe80B20,813\n2,Fe82B18,\n3,Fe80B20,813\n3,Fe80B20,813\n")
    frame, alloys = read_alloys(path)
    assert alloys == [parse_formula(text) for text in ("Fe80B20", "Fe82B18", "Fe80B20", "Fe80B20")]
    assert frame["anneal_K"].tolist() == ["813", "", "813", "813"]


def test_a_bad_row_gives_its_error_and_does_not_stop_the_rest(write_table: WriteTable) -> None:
    path = write_table("formula,T_K\nFe80B20,800\nFe80Xx20,800\n,800\nFe82B18,800,1\nFe84B16,800\n,\n")
    frame, alloys = read_alloys(path)
    assert len(frame) == len(alloys) == 6
    assert [isinstance(alloy, Composition) for alloy in alloys] == [True, False, False, False, True, False]
    messages = [str(alloy) for alloy in alloys if isinstance(alloy, CompositionError)]
    assert "alloys.csv, line 3: 'Fe80Xx20': 'Xx' is not an element symbol" in messages[0]
    assert "line 4: there is no formula" in messages[1]
    assert "line 5 (Fe82B18): it has 3 cells where the header has 2" in messages[2]
    assert "line 7: there is no formula" in messages[3]


@pytest.mark.parametrize("header", ["Fe,B", "Fe_at,B_at", "Fe_at%,B_at%", "Fe (at.%),B (at.%)"])
def test_element_columns_are_found(write_table: WriteTable, header: str) -> None:
    assert read_alloys(write_table(f"{header}\n80,20\n"))[1] == [parse_formula("Fe80B20")]


def test_the_header_says_the_basis_before_the_caller_does(write_table: WriteTable) -> None:
    by_weight = [parse_formula("Fe95B5", basis="wt%")]
    assert read_alloys(write_table("Fe_wt,B_wt\n95,5\n"))[1] == by_weight
    assert read_alloys(write_table("Fe,B\n95,5\n"), basis="wt%")[1] == by_weight
    assert read_alloys(write_table("Fe_at,B_at\n95,5\n"), basis="wt%")[1] == [parse_formula("Fe95B5")]


@pytest.mark.parametrize(
    ("header", "basis"),
    [
        ("Composition (at.%)", "at%"),
        ("alloy [mass%]", "wt%"),
        ("formula (weight percent)", "wt%"),
        ("formula (as-cast state)", "wt%"),  # no basis in it: what was asked for
        ("alloy (measured at 300 K)", "wt%"),
        ("Composition (water quenched)", "wt%"),
    ],
)
def test_a_basis_in_a_header_is_a_unit_and_not_part_of_a_word(
    write_table: WriteTable, header: str, basis: Basis
) -> None:
    alloy = "Fe95B5"
    _, (found,) = read_alloys(write_table(f"{header}\n{alloy}\n"), basis="wt%")
    assert found == parse_formula(alloy, basis=basis)


def test_a_header_that_says_two_bases_is_refused(write_table: WriteTable) -> None:
    with pytest.raises(TableError, match=r"says at.% and wt.%"):
        read_alloys(write_table("formula (at.% or wt.%)\nFe80B20\n"))


def test_an_explicit_basis_that_contradicts_the_header_is_refused(write_table: WriteTable) -> None:
    path = write_table("Alloy (wt.%),Bs_T\nFe95B5,1.5\nFe94B6,1.4\n")
    assert detect_table(path).basis == "wt%"
    assert detect_table(path, composition="Alloy (wt.%)").basis == "wt%"
    with pytest.raises(TableError, match="header says wt%, but at% was asked for"):
        detect_table(path, basis="at%")


def test_a_stream_is_read_like_a_file() -> None:
    frame, alloys = read_alloys(io.BytesIO(b"formula;x\nFe80B20;1\nFe82;2\n"))
    assert frame.columns.tolist() == ["formula", "x"]
    assert alloys[0] == parse_formula("Fe80B20")
    assert str(alloys[1]).startswith("standard input, line 3: 'Fe82': the amounts sum to 82")


@pytest.mark.parametrize("text", ["", "formula\n"])
def test_a_stream_without_rows_is_refused(text: str) -> None:
    with pytest.raises(TableError, match=r"standard input (is empty|has column names but no rows)"):
        read_alloys(io.BytesIO(text.encode()))


def test_a_table_without_compositions_is_refused(write_table: WriteTable) -> None:
    with pytest.raises(TableError, match="no column of compositions among Fe80B20"):
        read_alloys(write_table("Fe80B20\nFe82B18\n"))


def test_what_amounts_are_taken_for_is_said_where_the_problem_is_in_weight_percent(
    write_table: WriteTable,
) -> None:
    said: list[str] = []
    by_weight = [parse_formula("Fe95B5", basis="wt%")]
    columns = write_table("Fe,B\n95,5\n")
    assert read_alloys(columns, usual_basis="wt%", say=said.append)[1] == by_weight
    assert read_alloys(columns, usual_basis="wt%", basis="at%", say=said.append)[1] == [
        parse_formula("Fe95B5")
    ]
    assert len(said) == 1
    assert said[0].endswith("amounts are read as wt%, as no header says what they are")
    formulas = write_table("formula\nFe95B5\n")
    assert read_alloys(formulas, usual_basis="wt%", say=said.append)[1] == [parse_formula("Fe95B5")]
    assert "formulas are read as at%" in said[1]

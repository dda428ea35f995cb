"""Reading a table of measured alloys: what comes out, and what is said about bad rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moalloy.errors import TableError
from moalloy.tables import read_table

WriteTable = Callable[..., Path]

GOOD = """formula,Bs_T,state,paper,doi
Fe80B20,1.6,amorphous,A,10.1/a
B20Fe80,,amorphous,A,10.1/a
Fe73.5Si13.5B9Nb3Cu1,1.24,nanocrystalline,,
"""


def test_a_table_holds_what_its_file_says(write_table: WriteTable) -> None:
    path = write_table(GOOD)
    table = read_table(path, group_by="paper")
    assert len(table) == 3
    assert table.name == "alloys"
    assert table.source == str(path)
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert table.elements == ("B", "Si", "Fe", "Cu", "Nb")
    np.testing.assert_array_equal(table.fractions[2], [0.09, 0.135, 0.735, 0.01, 0.03])
    assert table.formulas == ("Fe80B20", "Fe80B20", "Fe73.5Si13.5B9Nb3Cu1")
    assert table.lines == (2, 3, 4)
    assert table.columns == ("formula", "Bs_T", "state", "paper", "doi")


def test_a_blank_group_is_a_group_of_its_own_formula(write_table: WriteTable) -> None:
    table = read_table(write_table(GOOD), group_by="paper")
    assert table.groups == ("A", "A", "Fe73.5Si13.5B9Nb3Cu1")
    assert any("each formula is a group of its own: 1 row (line 4)" in note for note in table.notes)


def test_without_group_by_the_groups_are_chemical_systems_and_a_note_says_so(write_table: WriteTable) -> None:
    table = read_table(write_table(GOOD))
    assert table.groups == ("B-Fe", "B-Fe", "B-Cu-Fe-Nb-Si")
    assert any("grouped by chemical system, 2 of them" in note for note in table.notes)


def test_references_come_from_reference_then_doi_then_the_row_number(write_table: WriteTable) -> None:
    assert read_table(write_table(GOOD)).references == ("10.1/a", "10.1/a", "row 4 of alloys")
    both = write_table("formula,doi,reference\nFe80B20,10.1/a,Smith 2001\n")
    assert read_table(both).references == ("Smith 2001",)
    assert read_table(both, reference="doi").references == ("10.1/a",)
    neither = read_table(write_table("formula,Bs_T\nFe80B20,1.6\n"), name="mine")
    assert neither.references == ("row 2 of mine",)


@pytest.mark.parametrize("option", ["group_by", "reference"])
def test_a_column_that_is_not_there_is_named_with_its_nearest_match(
    write_table: WriteTable, option: str
) -> None:
    path = write_table("formula,paper,Bs_T\nFe80B20,A,1.6\n")
    options: dict[str, str] = {option: "papers"}
    with pytest.raises(
        TableError, match=r"no column 'papers'.*\. Did you mean 'paper'\? Its columns: formula, "
    ):
        read_table(path, **options)  # type: ignore[arg-type]  # one option at a time


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("Composition,Bs_T,x", "'composition' to Composition"),
        ("Fe_at,B_at,Bs_T", "to {'Fe': 'Fe_at', 'B': 'B_at'}"),
    ],
)
def test_without_a_formula_column_the_message_says_where_compositions_may_stand(
    write_table: WriteTable, header: str, hint: str
) -> None:
    with pytest.raises(TableError, match=re.escape(hint)):
        read_table(write_table(f"{header}\n80,20,1.6\n"))


def test_a_numeric_column_that_is_not_there_is_refused(write_table: WriteTable) -> None:
    with pytest.raises(TableError, match=r"no column 'Bs'\. Did you mean 'Bs_T'\?"):
        read_table(write_table(GOOD), numeric=["Bs"])


def test_labels_are_empty_where_there_is_no_value(write_table: WriteTable) -> None:
    table = read_table(write_table("formula,state\nFe80B20,amorphous\nFe82B18,n/a\nFe84B16,\n"))
    assert table.labels("state") == ("amorphous", "", "")
    with pytest.raises(TableError, match="no column 'stat'"):
        table.labels("stat")


BAD = """formula,Bs_T
Fe80B20,1.6
Fe80Xx20,1.5
Fe80B25,1.4
Fe80B20,1.6
Fe82B18,
Fe84B16,1.55,7
Fe84B16,<1
"""


def test_all_bad_rows_are_reported_at_once_with_line_and_reason(write_table: WriteTable) -> None:
    with pytest.raises(TableError) as caught:
        read_table(write_table(BAD), numeric=["Bs_T"])
    message = str(caught.value)
    assert "alloys.csv: 5 of 7 rows can't be used:" in message
    assert "line 3: 'Fe80Xx20': 'Xx' is not an element symbol" in message
    assert "line 4: 'Fe80B25': the amounts sum to 105" in message
    assert "line 5 (Fe80B20): it repeats line 2 in every column" in message
    assert "line 7 (Fe84B16): it has 3 cells where the header has 2" in message
    assert "line 8 (Fe84B16): Bs_T is '<1'; a bound isn't a value" in message
    assert "set 'bad_rows: skip'" in message


def test_bad_rows_can_be_left_out_and_a_note_names_them(write_table: WriteTable) -> None:
    table = read_table(write_table(BAD), numeric=["Bs_T"], bad_rows="skip")
    assert table.lines == (2, 6)
    assert table.numbers("Bs_T").tolist() == pytest.approx([1.6, np.nan], nan_ok=True)
    (note,) = [note for note in table.notes if note.startswith("Left out as unusable")]
    assert "5 rows (lines 3, 4, 5, 7, 8)" in note
    assert "it repeats line 2" in note


def test_only_the_first_ten_bad_rows_are_spelled_out(write_table: WriteTable) -> None:
    rows = "".join(f"Fe80B{amount},1\n" for amount in range(30, 45))
    with pytest.raises(TableError, match="15 of 15 rows can't be used") as caught:
        read_table(write_table("formula,Bs_T\n" + rows), bad_rows="skip")
    assert "sum to 119" in str(caught.value)
    assert "sum to 120" not in str(caught.value)
    assert "and 5 more" in str(caught.value)


def test_a_formula_column_that_holds_names_is_refused_even_when_rows_may_be_skipped(
    write_table: WriteTable,
) -> None:
    path = write_table("alloy,Bs_T\nVITROPERM 500,1.2\nSample 3,1.1\nFINEMET,1.24\nFe80B20,1.6\n")
    with pytest.raises(TableError, match="column 'alloy' holds names, not formulas: 'VITROPERM 500'"):
        read_table(path, composition="alloy", bad_rows="skip")


def test_a_formula_column_that_holds_labels_is_refused(write_table: WriteTable) -> None:
    with pytest.raises(TableError, match="column 'formula' holds names, not formulas: 'S2', 'S3', 'S4'"):
        read_table(write_table("formula,Bs_T\nS1,1\nS2,2\nS3,3\nS4,4\n"), bad_rows="skip")


def test_a_second_header_line_is_recognized(write_table: WriteTable) -> None:
    path = write_table("formula,Bs,Hc\n,T,A/m\nFe80B20,1.6,5\nFe82B18,1.65,6\n")
    with pytest.raises(TableError, match="line 2 looks like a second header line: T, A/m"):
        read_table(path)


def test_a_bad_first_row_is_not_taken_for_a_header(write_table: WriteTable) -> None:
    path = write_table("formula,Bs_T\nFe80Xx20,<1.6\nFe82B18,1.65\n")
    with pytest.raises(TableError, match="line 2: 'Fe80Xx20'"):
        read_table(path, numeric=["Bs_T"])
    assert read_table(path, bad_rows="skip").lines == (3,)


def test_merged_header_cells_are_refused(write_table: WriteTable) -> None:
    for header in ("formula,Bs_T,,", "formula,Bs_T,Unnamed: 2,Unnamed: 3"):
        with pytest.raises(TableError, match=r"column 3, 4, but values below it. Merged header cells\?"):
            read_table(write_table(f"{header}\nFe80B20,1.6,1,2\n"))


def test_empty_columns_and_blank_rows_of_a_spreadsheet_are_left_out(write_table: WriteTable) -> None:
    table = read_table(write_table("formula,Bs_T,,\nFe80B20,1.6,,\n,,,\nFe82B18,1.65,,\n"))
    assert table.columns == ("formula", "Bs_T")
    assert table.lines == (2, 4)
    assert "Left out as blank: 1 row (line 3)." in table.notes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("formula,Bs_T\n", "column names but no rows"),
        ("formula,Bs_T,Bs_T\nFe80B20,1,2\n", "more than one column 'Bs_T'"),
        ('formula,Bs_T\n"Fe80B20,1.6\nFe82B18,1.5\n', "is a quotation mark left open"),
        ("formula,\x00\x01\nFe80B20,1\n", "isn't a text file"),
    ],
)
def test_a_file_that_is_no_table_is_refused(write_table: WriteTable, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_table(write_table(text))


def test_a_missing_file_is_named_with_its_nearest_neighbour(write_table: WriteTable, tmp_path: Path) -> None:
    write_table(GOOD)
    with pytest.raises(TableError, match=r"no file .*alloy\.csv\. Did you mean 'alloys\.csv'\?"):
        read_table("alloy.csv", folder=tmp_path)
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path)


def test_a_relative_path_is_relative_to_the_folder(write_table: WriteTable, tmp_path: Path) -> None:
    write_table(GOOD)
    assert read_table("alloys.csv", folder=tmp_path).source == "alloys.csv"


def test_the_name_given_to_a_table_stands_in_its_messages(write_table: WriteTable) -> None:
    write_table(GOOD)
    table = read_table(write_table(GOOD), name="soft")
    with pytest.raises(TableError, match=r"^soft \(.*alloys\.csv\) has no column 'Bs'"):
        table.numbers("Bs")


def test_percentages_that_miss_100_by_rounding_are_normalized_and_noted(write_table: WriteTable) -> None:
    table = read_table(write_table("formula,Bs_T\nFe80B20,1\nFe33.33Co33.33Ni33.33,1\n"))
    np.testing.assert_allclose(table.fractions.sum(axis=1), 1, rtol=0, atol=1e-15)
    assert "Amounts that sum to 99.99 were divided by their sum: 1 row (line 3)." in table.notes

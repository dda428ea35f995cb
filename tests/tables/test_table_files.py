"""Files as they come: delimiters, encodings, decimal commas, Excel."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from moalloy.errors import TableError
from moalloy.tables import read_table, table_hash

WriteTable = Callable[..., Path]

SHEET = [["formula", "Bs_T", "note"], ["Fe80B20", 1.6, "Größe 20 µm"], ["Fe82B18", 1.65, None]]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return a workbook with a sheet of text, then the sheet of alloys."""
    book = openpyxl.Workbook()
    book.active.title = "read me"
    book.active.append(["formula", "remark"])
    book.active.append(["Fe80B20", "none"])
    sheet = book.create_sheet("alloys")
    for row in SHEET:
        sheet.append(row)
    path = tmp_path / "alloys.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("delimiter", "words"), [(";", "a semicolon"), ("\t", "a tab"), ("|", "a vertical bar")]
)
def test_the_delimiter_is_found_and_noted(write_table: WriteTable, delimiter: str, words: str) -> None:
    lines = ["formula,Bs_T,reference", "Fe80B20,1.6,Smith 2001", "Fe82B18,1.65,Jones 2002"]
    table = read_table(write_table("\n".join(line.replace(",", delimiter) for line in lines)))
    assert table.numbers("Bs_T").tolist() == [1.6, 1.65]
    assert f"Cells are separated by {words}." in table.notes


def test_a_plain_file_gives_no_note_about_its_form(write_table: WriteTable) -> None:
    table = read_table(write_table("formula,p,doi\nFe80B20,a,b\n", encoding="utf-8-sig"), group_by="p")
    assert table.columns[0] == "formula"
    assert table.notes == ()


def test_a_comma_inside_quotation_marks_does_not_split_a_cell(write_table: WriteTable) -> None:
    table = read_table(write_table('formula,reference\n"Fe80B20","Smith, Jones; 2001"\n'))
    assert table.references == ("Smith, Jones; 2001",)


def test_a_cell_may_have_several_lines_and_line_numbers_stay_right(write_table: WriteTable) -> None:
    table = read_table(write_table('formula,note\nFe80B20,"one\ntwo"\nFe82B18,three\n'))
    assert table.lines == (2, 4)


def test_the_line_in_which_excel_states_the_separator_is_understood(write_table: WriteTable) -> None:
    table = read_table(write_table("sep=;\r\nformula;Bs_T\r\nFe80B20;1.6\r\n"))
    assert table.numbers("Bs_T").tolist() == [1.6]
    assert table.lines == (3,)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_found_and_noted(write_table: WriteTable, encoding: str) -> None:
    table = read_table(write_table("formula,Größe (µm)\nFe80B20,20\n", encoding=encoding))
    assert table.numbers("Größe (µm)").tolist() == [20]
    assert f"The file is encoded as {encoding}, not as UTF-8." in table.notes


def test_decimal_commas_of_a_german_export_are_converted_and_noted(write_table: WriteTable) -> None:
    path = write_table("formula;Bs_T;note\nFe73,5Si13,5B9Nb3Cu1;1,24;bei 1,5 T\nFe80B20;1,6;\n")
    table = read_table(path)
    assert table.formulas == ("Fe73.5Si13.5B9Nb3Cu1", "Fe80B20")
    assert table.numbers("Bs_T").tolist() == [1.24, 1.6]
    assert table.labels("note") == ("bei 1,5 T", "")
    (note,) = [note for note in table.notes if "Decimal commas" in note]
    assert "in 3 cells: 'Fe73,5Si13,5B9Nb3Cu1' as 'Fe73.5Si13.5B9Nb3Cu1'" in note


def test_commas_beside_decimal_points_are_not_guessed_at(write_table: WriteTable) -> None:
    table = read_table(write_table("formula;Bs_T;mu\nFe80B20;1.6;1,234\nFe82B18;1.65;2,345\n"))
    with pytest.raises(TableError, match="decimals with a point"):
        table.numbers("mu")


def test_commas_that_may_all_mark_thousands_are_not_guessed_at(write_table: WriteTable) -> None:
    table = read_table(write_table("formula;mu;loss\nFe80B20;1,234;12,345\nFe82B18;2,345;\n"))
    with pytest.raises(TableError, match=r"write thousands without a comma \(1234\)"):
        table.numbers("mu")


@pytest.mark.parametrize("cell", ["0,234", "1,2", "1234,567"])
def test_one_comma_that_cannot_mark_thousands_explains_the_others(write_table: WriteTable, cell: str) -> None:
    table = read_table(write_table(f"formula;mu;loss\nFe80B20;1,234;{cell}\nFe82B18;2,345;\n"))
    assert table.numbers("mu").tolist() == [1.234, 2.345]


def test_commas_in_names_and_decimals_are_no_delimiter(write_table: WriteTable) -> None:
    table = read_table(write_table("formula;Hc, A/m\nFe80B20;5,1\nFe82B18;4,2\n"))
    assert table.numbers("Hc, A/m").tolist() == [5.1, 4.2]


def test_the_hash_of_a_table_is_that_of_its_file(write_table: WriteTable, tmp_path: Path) -> None:
    path = write_table("formula\nFe80B20\n")
    assert table_hash("alloys.csv", folder=tmp_path) == read_table(path).sha256
    with pytest.raises(TableError, match="There is no file"):
        table_hash("absent.csv", folder=tmp_path)


def test_an_excel_sheet_is_read_by_name(workbook: Path) -> None:
    table = read_table(workbook, sheet="alloys")
    assert table.numbers("Bs_T").tolist() == [1.6, 1.65]
    assert table.labels("note") == ("Größe 20 µm", "")
    assert table.lines == (2, 3)


def test_the_first_excel_sheet_is_read_by_default_and_said(workbook: Path) -> None:
    table = read_table(workbook)
    assert table.columns == ("formula", "remark")
    assert "Sheet 'read me' was read, the first of read me, alloys." in table.notes


def test_a_sheet_that_is_not_there_is_refused(workbook: Path, write_table: WriteTable) -> None:
    with pytest.raises(TableError, match=r"no sheet 'alloy'\. Did you mean 'alloys'\? Its sheets: read me"):
        read_table(workbook, sheet="alloy")
    with pytest.raises(TableError, match="isn't an Excel file"):
        read_table(write_table("formula\nFe80B20\n"), sheet="alloys")


def test_excel_cells_become_the_text_that_excel_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["formula", "sum", "day", "ok"])
    book.active.append(["Fe80B20", 13.499999999999998, datetime.date(2024, 5, 1), True])
    book.save(tmp_path / "alloys.xlsx")
    frame = read_table(tmp_path / "alloys.xlsx").frame
    assert frame.iloc[0].tolist() == ["Fe80B20", "13.5", "2024-05-01T00:00:00", "TRUE"]


def test_damaged_and_old_excel_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0 and more")
    with pytest.raises(TableError, match="can't be opened as an Excel workbook"):
        read_table(tmp_path / "broken.xlsx")
    with pytest.raises(TableError, match="old Excel file"):
        read_table(tmp_path / "old.xls")


def test_excel_without_openpyxl_says_how_to_get_it(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(TableError, match=r"pip install 'moalloy\[excel\]'"):
        read_table(workbook)

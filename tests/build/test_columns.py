"""Files and columns that aren't there: all of them at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.checks import check_tables, inspect_problem
from moalloy.errors import ProblemFileError, TableError
from tests.build.problems import GLASS, small_problem
from tests.measured_alloys import edit_cells, write_measured


def _faults(folder: Path, *overrides: str) -> list[str]:
    problem = small_problem(folder, *overrides)
    with pytest.raises(ProblemFileError) as caught:
        inspect_problem(problem)
    with pytest.raises(ProblemFileError):
        check_tables(problem)
    return [f"{fault.place}: {fault.found}. {fault.hint}".rstrip() for fault in caught.value.faults]


def test_every_column_that_is_missing_is_named_with_its_key(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    found = _faults(
        tmp_path,
        "data.mine.group_by=papers",
        "properties.Bs.column=Bs_t",
        "properties.Hc.column=coercivity",
        GLASS.replace("is_glass", "glass"),
    )
    assert set(found) == {
        "data.mine.group_by: the table mine has no column 'papers'. Did you mean 'paper'?",
        "properties.Bs.column: the table mine has no column 'Bs_t'. Did you mean 'Bs_T'?",
        "properties.Hc.column: the table mine has no column 'coercivity'.",
        "properties.Bs.hurdle.column: the table mine has no column 'glass'. Did you mean 'is_glass'?",
    }


def test_a_missing_file_and_a_missing_column_of_formulas_are_named(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    found = _faults(tmp_path, "data.mine.composition=composition", "data.ribbons={table: nowhere.csv}")
    assert found[0].startswith("data.ribbons.table: There is no file ") or found[1].startswith("data.ribbons")
    assert any("Name the column of formulas" in text for text in found)


def test_lines_of_the_file_come_with_the_faults(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    path = tmp_path / "small.yaml"
    small_problem(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("Hc_A_per_m", "Hc_Oe"), encoding="utf-8")
    from moalloy.build.problem import load_problem

    with pytest.raises(
        ProblemFileError, match=r"small\.yaml:\d+: properties\.Hc\.column: the table mine has no"
    ):
        check_tables(load_problem(path))


def test_what_else_is_wrong_with_a_table_is_still_said(tmp_path: Path) -> None:
    write_measured(tmp_path / "alloys.csv")
    edit_cells(tmp_path / "alloys.csv", "Bs_T", {3: "high"})
    with pytest.raises(TableError, match="'high'"):
        check_tables(small_problem(tmp_path))

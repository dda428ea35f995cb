"""``moalloy init``: a newcomer's first file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Command
from tests.small_problem import write_table


@pytest.mark.slow
def test_without_a_table_it_writes_the_home_case_under_the_new_name(moalloy: Command, tmp_path: Path) -> None:
    outcome = moalloy("init", "first")
    assert (outcome.code, outcome.out.strip()) == (0, "first.yaml")
    text = (tmp_path / "first.yaml").read_text(encoding="utf-8")
    assert "name: first\n" in text
    assert moalloy("check", "first.yaml").code == 0


@pytest.mark.slow
def test_from_a_table_to_a_run_without_an_edit(moalloy: Command, tmp_path: Path) -> None:
    write_table(tmp_path / "alloys.csv")
    assert moalloy("init", "mine", "--table", "alloys.csv").code == 0
    small = ["--set", "model.members=2", "--set", "model.repeats=1", "--set", "optimize.generations=2"]
    outcome = moalloy("run", "mine.yaml", "--out", "run", *small, "--set", "optimize.population=8")
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "run" / "pareto.csv").is_file()


def test_an_existing_file_is_not_touched(moalloy: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious", encoding="utf-8")
    outcome = moalloy("init", "mine")
    assert outcome.code == 2
    assert "exists" in outcome.err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,Bs_T\nSample 3,1.2\n", "no column of compositions"),
        ("formula,Bs_T\nSample 3,1.2\nSample 4,1.3\n", "Sample 3"),
        ("formula,Bs_T\nFe80B20,1.2\nFe80B40,1.3\n", "line 3"),
        ("", "empty"),
    ],
)
def test_a_table_that_cannot_be_read_is_said_with_its_row(
    moalloy: Command, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    outcome = moalloy("init", "mine", "--table", "bad.csv")
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "mine.yaml").exists()


def test_bad_rows_are_left_out_only_on_request_and_named(moalloy: Command, tmp_path: Path) -> None:
    write_table(tmp_path / "alloys.csv")
    with (tmp_path / "alloys.csv").open("a", encoding="utf-8") as file:
        file.write("Fe80B40,700,rod,1.2,3,1,paper 1,x\n")
    assert moalloy("init", "mine", "--table", "alloys.csv").code == 2
    outcome = moalloy("init", "mine", "--table", "alloys.csv", "--skip-bad-rows")
    assert outcome.code == 0
    assert "line 50" in outcome.err


def test_a_name_that_yaml_or_folders_cannot_hold_is_refused(moalloy: Command, tmp_path: Path) -> None:
    outcome = moalloy("init", "a b", "--out", "x.yaml")
    assert outcome.code == 2
    assert not (tmp_path / "x.yaml").exists()


def test_the_table_is_named_relative_to_the_problem_file(moalloy: Command, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    write_table(tmp_path / "tables" / "alloys.csv")
    assert moalloy("init", "mine", "--table", "tables/alloys.csv").code == 0
    assert 'table: "tables/alloys.csv"' in (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert moalloy("check", "mine.yaml").code == 0


def test_a_sheet_and_a_column_that_are_named_stand_in_the_problem(moalloy: Command, tmp_path: Path) -> None:
    table = pd.read_csv(write_table(tmp_path / "alloys.csv")).rename(columns={"formula": "cast as"})
    with pd.ExcelWriter(tmp_path / "alloys.xlsx") as book:
        pd.DataFrame({"read me": ["melted in 2024"]}).to_excel(book, sheet_name="about", index=False)
        table.to_excel(book, sheet_name="two words", index=False)
    bare = moalloy("init", "mine", "--table", "alloys.xlsx")
    assert bare.code == 2
    assert "Sheet 'about' was read, the first of about, two words." in bare.err
    asked = ["--sheet", "two words", "--composition", "cast as"]
    assert moalloy("init", "mine", "--table", "alloys.xlsx", *asked).code == 0
    assert moalloy("check", "mine.yaml").code == 0
    described = moalloy("data", "describe", "alloys.xlsx", *asked)
    assert "alloys.xlsx: 48 alloys" in described.err
    audited = moalloy("data", "audit", "alloys.xlsx", *asked)
    assert "alloys.xlsx: 48 rows" in audited.err

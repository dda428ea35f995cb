"""Tables and problems that can't be used: a message, an exit code, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.small_problem import PROBLEM, write_problem


def with_column(folder: Path, values: list[str]) -> Path:
    """Write the small problem with other values of Bs, as many rows as there are values."""
    path = write_problem(folder)
    header, *rows = (folder / "alloys.csv").read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows[: len(values)]]
    lines = [",".join([*row[:3], value, *row[4:]]) for row, value in zip(cells, values, strict=True)]
    (folder / "alloys.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["check", "fit", "run"])
@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1.5", "1.6", "1.7"], "rows that have a value: 3, but at least 10 are needed"),
        (["1.5"] * 30, "every one of its 30 values is 1.5, so there is nothing to learn"),
        ([""] * 30, "rows that have a value: 0,"),
        (["1.5", "inf", "1.7"] * 10, "inf"),
        (["1.5", "much", "1.7"] * 10, "much"),
    ],
    ids=["three-rows", "all-equal", "all-blank", "inf", "text"],
)
def test_a_column_that_cannot_be_learned_is_bad_input(
    moalloy: Command, tmp_path: Path, command: str, values: list[str], said: str
) -> None:
    outcome = moalloy(command, with_column(tmp_path, values))
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert "alloys.csv" in outcome.err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("command", ["check", "fit", "run"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("column: Bs_T", "column: Bs_Tesla"), "Bs_Tesla"),
        (("table: alloys.csv", "table: alloy.csv"), "alloy.csv"),
        (
            ("Dmax: {goal: max, threshold: 2}", "Tx: {goal: max}"),
            "'Tx' is neither a property nor a descriptor",
        ),
        (("Fe: [70, 86]", "Fe: [86, 70]"), "86"),
        (("Nb: {min", "Nn: {min"), "Nn"),
        (("version: 1", "version: 1\nversion: 1"), "version"),
    ],
    ids=["no-column", "no-table", "no-model", "swapped", "no-element", "twice"],
)
def test_a_faulty_problem_is_bad_input(
    moalloy: Command, tmp_path: Path, command: str, change: tuple[str, str], said: str
) -> None:
    assert change[0] in PROBLEM
    outcome = moalloy(command, write_problem(tmp_path, PROBLEM.replace(*change)))
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert not (tmp_path / "results").exists()


def test_all_faults_of_a_file_come_at_once(moalloy: Command, tmp_path: Path) -> None:
    text = PROBLEM.replace("Fe: [70, 86]", "Fe: [86, 70]").replace("population: 20", "population: few")
    outcome = moalloy("check", write_problem(tmp_path, text))
    assert outcome.code == 2
    assert "small.yaml:7: " in outcome.err
    assert "few" in outcome.err


def test_a_row_without_a_number_is_named_by_its_line(moalloy: Command, tmp_path: Path) -> None:
    outcome = moalloy("check", with_column(tmp_path, ["1.5"] * 4 + ["much"] + ["1.6"] * 25))
    assert "line 6" in outcome.err


def test_an_element_that_no_measured_alloy_has_is_a_warning(moalloy: Command, tmp_path: Path) -> None:
    path = write_problem(tmp_path, PROBLEM.replace("  step: 0.5", "    Co: [0, 10]\n  step: 0.5"))
    outcome = moalloy("check", path)
    assert outcome.code == 0
    assert "warning: Bs: no measured alloy holds Co" in outcome.out


def test_a_folder_in_place_of_a_problem_is_bad_input(moalloy: Command, tmp_path: Path) -> None:
    outcome = moalloy("check", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")


def test_a_file_that_is_no_text_is_bad_input(moalloy: Command, tmp_path: Path) -> None:
    (tmp_path / "picture.yaml").write_bytes(bytes(range(256)))
    outcome = moalloy("check", tmp_path / "picture.yaml")
    assert (outcome.code, outcome.out) == (2, "")

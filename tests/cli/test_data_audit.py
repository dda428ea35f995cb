"""``moalloy data audit``: what people and scripts see of an audit."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from moalloy.tables.audit import KINDS
from tests.cli.conftest import Command

TABLE = """formula,Bs_T,Hc_A_per_m,doi
Fe80B20,1.6,5,a
Fe82B18,16.4,6,a
Fe78Si9B13,1.56,-999,b
Fe78Si9B14,1.55,3,b
Fe76Si9B15,1.5,4,b
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "alloys.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_report_goes_by_kind_errors_first_and_ends_in_one_line(moalloy: Command, table: Path) -> None:
    outcome = moalloy("data", "audit", table)
    assert outcome.code == 0
    headings = [line for line in outcome.out.splitlines() if line and not line.startswith(" ")]
    assert [line.split("(")[-1].rstrip(")") for line in headings] == ["sum", "placeholder", "unit-slip"]
    assert "  warning: line 3, Bs_T: 16.4" in outcome.out
    assert "→ If the source says kG, divide by 10." in outcome.out
    last = outcome.err.splitlines()[-1]
    assert last == "2 errors, 1 warning in 3 of 5 rows: 1 sum, 1 placeholder, 1 unit-slip."


def test_json_and_csv_carry_the_same_findings(moalloy: Command, table: Path) -> None:
    rows = json.loads(moalloy("data", "audit", table, "--format", "json").out)
    assert [(row["kind"], row["lines"], row["columns"]) for row in rows] == [
        ("sum", [5], ["formula"]),
        ("placeholder", [4], ["Hc_A_per_m"]),
        ("unit-slip", [3], ["Bs_T"]),
    ]
    text = moalloy("data", "audit", table, "--format", "csv").out
    assert [row["lines"] for row in csv.DictReader(io.StringIO(text))] == ["5", "4", "3"]


def test_one_kind_can_be_asked_for(moalloy: Command, table: Path) -> None:
    rows = json.loads(moalloy("data", "audit", table, "--kind", "unit-slip", "--format", "json").out)
    assert [row["kind"] for row in rows] == ["unit-slip"]
    outcome = moalloy("data", "audit", table, "--kind", "spelling")
    assert outcome.code == 2
    assert "unit-slip" in outcome.err


def test_a_script_can_fail_on_what_is_found(moalloy: Command, table: Path) -> None:
    assert moalloy("data", "audit", table, "--fail-on", "error").code == 2
    outcome = moalloy("data", "audit", table, "--kind", "unit-slip", "--fail-on", "error")
    assert outcome.code == 0
    assert moalloy("data", "audit", "fe_soft_magnetic", "--fail-on", "error").code == 0


def test_a_cleaned_copy_is_written_once_and_every_change_is_said(moalloy: Command, table: Path) -> None:
    outcome = moalloy("data", "audit", table, "--clean", "clean.csv")
    assert outcome.code == 0
    assert "line 3: blanked Bs_T 16.4 (unit-slip)" in outcome.err
    assert "line 5: left out (sum): The amounts sum to 101: 1 at% too many." in outcome.err
    assert "4 of 5 rows, 3 changes" in outcome.err
    copy = Path("clean.csv").read_text(encoding="utf-8")
    assert copy.splitlines()[0] == "formula,Bs_T,Hc_A_per_m,doi,flags"
    assert copy.splitlines()[1] == "Fe80B20,1.6,5,a,"
    assert table.read_text(encoding="utf-8") == TABLE
    again = moalloy("data", "audit", table, "--clean", "clean.csv")
    assert again.code == 2
    assert "clean.csv exists" in again.err
    assert Path("clean.csv").read_text(encoding="utf-8") == copy


def test_a_table_without_groups_is_told_what_cannot_be_judged(moalloy: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "formula,Bs_T,melt\nFe80B20,1.6,m1\nFe82B18,1.65,m2\n", encoding="utf-8"
    )
    outcome = moalloy("data", "audit", "mine.csv")
    assert "name the column with --group-by" in outcome.err
    assert outcome.err.splitlines()[-1] == "Nothing looks wrong in 2 rows."
    assert "2 groups by 'melt'" in moalloy("data", "audit", "mine.csv", "--group-by", "melt").err


def test_long_lists_of_lines_are_shortened(moalloy: Command, tmp_path: Path) -> None:
    rows = "".join(f"Fe{80 - i}B{20 + i + 0.01 * (i % 3 > 0)}\n" for i in range(33))
    (tmp_path / "long.csv").write_text(f"formula\n{rows}", encoding="utf-8")
    outcome = moalloy("data", "audit", "long.csv")
    # Lines are broken at the width of the terminal, which some machines set.
    said = " ".join(outcome.out.split())
    assert "lines 3-4, 6-7, 9-10, 12-13, 15-16, 18-19, 21-22, 24-25 and 6 more, formula: 100.01" in said


def test_help_names_every_kind_with_examples(moalloy: Command) -> None:
    outcome = moalloy("data", "audit", "--help")
    assert all(f"\n    {kind} " in outcome.out for kind in KINDS)
    assert "moalloy data audit my_alloys.csv --clean" in outcome.out


def test_a_table_that_is_not_there_is_bad_input(moalloy: Command) -> None:
    outcome = moalloy("data", "audit", "absent.csv")
    assert outcome.code == 2
    assert "There is no file" in outcome.err

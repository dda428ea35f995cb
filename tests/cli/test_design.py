"""``moalloy design`` as people call it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

ASKED = ("--target", "Bs >= 1.6 T", "--target", "Hc <= 20 A/m")


def test_csv_has_the_ranked_alloys_and_standard_error_what_to_know(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("design", problem, *ASKED, "-n", "3", "--format", "csv")
    rows = list(csv.DictReader(outcome.out.splitlines()))
    assert outcome.code == 0 and len(rows) == 3
    assert all(float(row["p_target"]) >= 0.5 for row in rows)
    assert "found with a chance of 0.5 or more to meet Bs >= 1.6 T and Hc <= 20 A/m (errors" in outcome.err
    assert "By models that never saw the papers near each alloy" in outcome.err


@pytest.mark.slow
def test_a_table_and_json_have_the_same_alloys(moalloy: Command, problem: Path) -> None:
    table = moalloy("design", problem, *ASKED, "-n", "2", "-q")
    found = json.loads(moalloy("design", problem, *ASKED, "-n", "2", "-q", "--format", "json").out)
    assert (table.code, table.err) == (0, "")
    assert all(row["formula"] in table.out for row in found)
    assert max(map(len, table.out.splitlines())) <= 150


@pytest.mark.slow
def test_a_file_is_written_in_place_of_standard_output(
    moalloy: Command, problem: Path, tmp_path: Path
) -> None:
    outcome = moalloy("design", problem, *ASKED, "-n", "2", "-q", "--out", tmp_path / "melts.csv")
    assert outcome.out.strip() == str(tmp_path / "melts.csv")
    assert len((tmp_path / "melts.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_unsupported_targets_end_with_4_and_the_nearest_that_are(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("design", problem, "--target", "Bs >= 1.75", "--target", "Hc <= 3 A/m", "-q")
    assert (outcome.code, outcome.out) == (4, "")
    assert "not supported by the data" in outcome.err
    assert "all relaxed: Bs >= 1." in outcome.err
    assert "by models that never saw the papers near it" in outcome.err


def test_a_target_that_cannot_be_read_ends_with_2_before_anything_is_fitted(
    moalloy: Command, problem: Path
) -> None:
    outcome = moalloy("design", problem, "--target", "bs >= 1")
    assert outcome.code == 2
    assert "Did you mean 'Bs'?" in outcome.err and "fitting" not in outcome.err


def test_a_target_is_needed(moalloy: Command, problem: Path) -> None:
    assert moalloy("design", problem).code == 2

"""``moalloy verify``: exit 0 for the same, 5 for a difference that is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from moalloy.build.problem import load_problem
from moalloy.study.study import run
from tests.cli.conftest import Command

BARE = """\
version: 1
name: bare
space: {elements: {Fe: [60, 90], Co: [10, 40]}, step: 1}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 40, generations: 2}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run without models, which takes no time to repeat."""
    folder = tmp_path_factory.mktemp("verify")
    (folder / "bare.yaml").write_text(BARE, encoding="utf-8")
    run(load_problem(folder / "bare.yaml"), out=folder / "run")
    return folder / "run"


@pytest.fixture
def spoilt(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of a run whose front says something else in every row."""
    shutil.copytree(finished, tmp_path / "run")
    path = tmp_path / "run" / "pareto.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("nsga2", "luck"), encoding="utf-8")
    return tmp_path / "run"


def test_a_run_is_verified_to_the_byte(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("verify", finished, "--jobs", "2", "--format", "json")
    assert outcome.code == 0
    assert {row["verdict"] for row in json.loads(outcome.out)} == {"same"}
    assert "run again, the front is the same to the byte" in outcome.err


def test_a_quick_look_says_that_nothing_was_run(moalloy: Command, finished: Path) -> None:
    outcome = moalloy("verify", finished, "--quick")
    assert outcome.code == 0
    assert "the hashes hold; nothing was run again" in outcome.err
    assert "front, again" not in outcome.out


def test_differences_have_their_exit_code_and_name_each_alloy(moalloy: Command, spoilt: Path) -> None:
    outcome = moalloy("verify", spoilt)
    assert outcome.code == 5
    assert "isn't what it says: pareto.csv:" in outcome.err
    assert outcome.out.count("algorithm luck, run again nsga2") == 20
    assert "more alloys; --format csv has all of them" in outcome.err
    n_rows = len((spoilt / "pareto.csv").read_text(encoding="utf-8").splitlines()) - 1
    whole = moalloy("verify", spoilt, "--format", "csv", "-q").out
    assert whole.count('"algorithm luck, run again nsga2"') == n_rows > 20


def test_a_quick_no_says_that_nothing_was_run(moalloy: Command, spoilt: Path) -> None:
    outcome = moalloy("verify", spoilt, "--quick", "-q")
    assert outcome.code == 5
    assert outcome.err.strip().endswith("Nothing was run again.")


def test_what_is_no_run_is_bad_input(moalloy: Command) -> None:
    outcome = moalloy("verify", "nothing-here")
    assert (outcome.code, outcome.out) == (2, "")
    assert "is neither a run folder nor the name of a problem" in outcome.err

"""``moalloy check`` and ``moalloy fit``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.small_problem import PROBLEM, small, write_problem


def test_check_tells_size_data_and_time(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("check", problem)
    assert outcome.code == 0
    assert "small: no faults" in outcome.out
    assert f"{int(small().problem.space.composition.count()):,} compositions" in outcome.out
    assert "Bs 48" in outcome.out


def test_check_names_the_tightest_constraints(moalloy: Command, problem: Path) -> None:
    lines = ("--set", "space.constraints=[Si/B <= 2, B <= 10]")
    outcome = moalloy("check", problem, *lines)
    assert "tightest   B <= 10: removes" in outcome.out
    shares = json.loads(moalloy("check", problem, *lines, "--format", "json").out)["removed_shares"]
    assert 0 < shares["B <= 10"] < 1


def test_check_says_how_to_mend_an_empty_space(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("check", problem, "--set", "space.constraints=[B + Si >= 60]")
    assert outcome.code == 3
    assert "The smallest change that helps: lower the lower bound of 'B + Si >= 60' from 60 to" in outcome.err


def test_check_speaks_json(moalloy: Command, problem: Path) -> None:
    facts = json.loads(moalloy("check", problem, "--format", "json").out)
    assert facts["compositions"] == int(small().problem.space.composition.count())
    assert facts["alloys"] == facts["compositions"] * 22
    assert facts["rows"] == {"Bs": 48, "Hc": 48, "Dmax": 48}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("optimize.populaton=50", "did you mean 'population'"),
        ("optimize.population=many", "many"),
        ("optimize.population", "no setting"),
        ("space.step=0.7", "0.7"),
        ("optimize.algorithm=nsga4", "nsga4"),
    ],
)
def test_a_setting_that_cannot_be_is_bad_input(
    moalloy: Command, problem: Path, setting: str, said: str
) -> None:
    outcome = moalloy("check", problem, "--set", setting)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err.replace("Did", "did")


def test_a_seed_is_one_search(moalloy: Command, problem: Path) -> None:
    assert "over 2 seeds" in moalloy("check", problem).out
    assert "over 1 seed" in moalloy("check", problem, "--seed", "7").out
    assert moalloy("check", problem, "--seed", "-1").code == 2


def test_a_missing_file_is_bad_input(moalloy: Command) -> None:
    outcome = moalloy("check", "nothing.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert "nothing.yaml" in outcome.err


def test_fit_prints_grouped_beside_random_scores(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("fit", problem, "--format", "csv", "-q")
    rows = list(csv.DictReader(outcome.out.splitlines()))
    assert (outcome.code, outcome.err) == (0, "")
    assert [row["property"] for row in rows] == ["Bs", "Hc", "Dmax"]
    assert {"R2 by group", "R2 at random", "R2 of nearest alloy", "R2 of the mean"} <= set(rows[0])
    assert {"R2 that groups agree to", "worst group of 5 rows up"} <= set(rows[0])
    assert "error inside over outside" in rows[0]
    assert {f"coverage of {level} %" for level in (50, 80, 90)} <= set(rows[0])
    assert all(float(row["R2 of the mean"]) <= 0.0 < float(row["width of 80 % over plain"]) for row in rows)
    assert all(float(row["score of 80 % over plain"]) > 0.0 for row in rows)


def test_fit_prints_a_column_per_property_for_people(moalloy: Command, problem: Path) -> None:
    lines = moalloy("fit", problem, "-q").out.splitlines()
    assert lines[0].split() == ["Bs", "Hc", "Dmax"]
    assert any(line.startswith("R2 by group") for line in lines)
    assert max(map(len, lines)) <= 110


def test_fit_says_what_it_took_from_the_cache(moalloy: Command, problem: Path) -> None:
    outcome = moalloy("fit", problem, "--format", "json")
    assert len(json.loads(outcome.out)) == 3
    assert "Bs: taken from the cache of fits" in outcome.err


def test_fit_leaves_models_that_predict(moalloy: Command, problem: Path, tmp_path: Path) -> None:
    assert moalloy("fit", problem, "--out", tmp_path / "models", "-q").code == 0
    figures = {path.name for path in (tmp_path / "models" / "figures").iterdir()}
    assert figures == {f"{name}.{fmt}" for name in ("parity", "calibration") for fmt in ("png", "svg")}
    assert (tmp_path / "models" / "model" / "Bs" / "card.md").is_file()
    (tmp_path / "t.csv").write_text("formula,anneal_K,route\nFe80B12Si8,750,rod\n", encoding="utf-8")
    predicted = moalloy("predict", tmp_path / "models", tmp_path / "t.csv")
    assert predicted.code == 0
    assert predicted.out.startswith("formula,anneal_K,route,Bs,")


@pytest.mark.slow
def test_fit_warns_of_what_the_scores_rest_on(moalloy: Command, tmp_path: Path) -> None:
    path = write_problem(tmp_path, PROBLEM.replace(", group_by: paper", ""))
    fitted = moalloy("fit", path)
    assert fitted.code == 0
    assert "warning: Bs: no group_by names a column, so rows are grouped by chemical system" in fitted.err
    assert "warning" not in moalloy("fit", path, "-q").err


def test_check_says_when_listing_every_alloy_is_better(moalloy: Command, problem: Path) -> None:
    assert "better     exhaustive: evaluating every one of" in moalloy("check", problem).out
    auto = moalloy("check", problem, "--set", "optimize.algorithm=auto")
    assert "search     exhaustive (auto: evaluating every one of" in auto.out
    assert "better " not in auto.out
    facts = moalloy("check", problem, "--set", "optimize.algorithm=auto", "--format", "json").out
    assert json.loads(facts)["algorithm"] == "exhaustive"
    assert "which is below 2 min" in json.loads(facts)["algorithm_reason"]

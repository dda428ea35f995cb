"""The problems that moalloy ships: each is sound, and each runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import moalloy
from moalloy.build.checks import inspect_problem
from moalloy.spec import json_schema

PROBLEMS = sorted((Path(__file__).parent.parent / "problems").glob("*.yaml"))
SMALL = (
    "model.members=2",
    "model.repeats=1",
    "model.features=[fractions]",
    "optimize.population=20",
    "optimize.generations=4",
    "optimize.seeds=[1]",
)


def _named(path: Path) -> str:
    return path.stem


def test_problems_are_there() -> None:
    assert {path.stem for path in PROBLEMS} >= {
        "fe_6_element_systems",
        "fe_soft_magnetic_glass",
        "finemet_low_magnetostriction",
        "finemet_wang2020",
        "finemet_wang2020_scalar",
        "nanoperm",
        "zr_bmg",
    }


# The home case always, the others with the slow tests.
SOME_SLOW = [
    pytest.param(path, marks=[] if path.stem == "fe_soft_magnetic_glass" else pytest.mark.slow)
    for path in PROBLEMS
]


@pytest.mark.parametrize("path", SOME_SLOW, ids=_named)
def test_problem_is_sound_and_says_where_it_comes_from(path: Path) -> None:
    problem = moalloy.load_problem(path)
    inspection = inspect_problem(problem)
    assert inspection.n_compositions > 1000
    assert inspection.n_compositions.is_exact
    assert not [warning for warning in inspection.warnings if "no measured alloy" in warning]
    assert path.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=moalloy.schema.json\n# "
    )
    assert problem.name.replace("-", "_") == path.stem


@pytest.mark.slow
@pytest.mark.parametrize("path", PROBLEMS, ids=_named)
def test_problem_runs_and_its_front_lies_in_its_space(path: Path) -> None:
    problem = moalloy.load_problem(path, SMALL)
    try:
        result = moalloy.run(problem)
    except moalloy.MoalloyError as error:
        # Four generations of twenty may miss the limits; that is said, and nothing invalid is shown.
        assert "meets the limits" in str(error)
        return
    assert problem.space.contains(result.X).all()
    assert len(result.front) > 0
    percent = result.front[list(problem.space.elements)].to_numpy(dtype=np.float64)
    assert (np.rint(percent / problem.spec.space.step).sum(axis=1) == 100 / problem.spec.space.step).all()


def test_the_committed_schema_is_what_the_command_prints() -> None:
    committed = json.loads((PROBLEMS[0].parent / "moalloy.schema.json").read_text(encoding="utf-8"))
    assert committed == json_schema()


def test_the_starter_is_the_home_case() -> None:
    starter = Path(moalloy.__file__).parent / "cli" / "starter.yaml"
    home = moalloy.load_problem(PROBLEMS[0].parent / "fe_soft_magnetic_glass.yaml")
    assert moalloy.load_problem(starter).space.n_points() == home.space.n_points()

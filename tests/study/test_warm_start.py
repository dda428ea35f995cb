"""Searches that begin with alloys that someone names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from moalloy.build.problem import Problem, build_problem
from moalloy.build.starts import read_starts
from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder
from moalloy.spec import parse_spec
from moalloy.study.study import Progress, run
from moalloy.study.verification import verify
from tests.small_problem import BARE_SPACE

TEXT = (
    BARE_SPACE
    + """\
objectives: {dilution_ceiling_T: {goal: max}, cost_USD_per_kg: {goal: min}}
optimize: {population: 20, generations: 2, seeds: [1, 2]}
"""
)
FORMULAS = ("Fe78B10Si9Nb3", "Fe80B12Si8", "Fe84B12Nb4", "Fe75.5B14Si10Nb0.5")


@pytest.fixture
def wishes(tmp_path: Path) -> Path:
    path = tmp_path / "wishes.csv"
    path.write_text(
        "formula,anneal_K\n" + "".join(f"{formula},710\n" for formula in FORMULAS), encoding="utf-8"
    )
    return path


def problem(*starts: Path, changes: Sequence[str] = ()) -> Problem:
    named = [f"optimize.start={json.dumps([str(path) for path in starts])}"] if starts else []
    return build_problem(parse_spec(TEXT, overrides=[*named, *changes]))


def test_named_alloys_are_all_in_the_first_generation(wishes: Path) -> None:
    here = problem(wishes, changes=["optimize.population=6"])
    for record in run(here, {}).records:
        first = {tuple(row) for row in here.space.percent(record.X[record.generation == 1])}
        assert {(78.0, 10.0, 9.0, 3.0), (80.0, 12.0, 8.0, 0.0), (84.0, 12.0, 0.0, 4.0)} <= first
        assert (75.5, 14.0, 10.0, 0.5) in first


def test_each_system_begins_with_its_own(wishes: Path) -> None:
    here = problem(wishes, changes=["optimize.population=4", "optimize.per_system=true"])
    for record in run(here, {}).records:
        first = here.space.percent(record.X[record.generation == 1]).tolist()
        own = [alloy for alloy in ([80.0, 12.0, 8.0, 0.0], [84.0, 12.0, 0.0, 4.0]) if alloy in first]
        present = (record.X[0, :4] > 0).tolist()
        assert len(own) == (0 if all(present) else 1)


def test_a_warm_start_keeps_the_scale_of_the_hypervolume(wishes: Path) -> None:
    cold = run(problem(), {})
    assert run(problem(wishes), {}).scale == cold.scale


def test_what_was_used_is_said_before_the_search_and_what_was_not_is_kept(
    tmp_path: Path, wishes: Path
) -> None:
    (tmp_path / "copper.csv").write_text("formula\nCu60Zr40\n", encoding="utf-8")
    said: list[str] = []
    here = problem(wishes, tmp_path / "copper.csv")
    run(here, {}, out=tmp_path / "run", progress=Progress(message=said.append))
    assert "start: 4 of 4 alloys of wishes.csv are used" in said
    assert any("4 named and " in text and text.startswith("search:") for text in said)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert any(text.startswith("start: none of 1 alloys") for text in manifest["result"]["warnings"])
    assert set(manifest["sha256"]["start"]) == {"1. wishes.csv", "2. copper.csv"}


def test_a_run_whose_start_has_changed_is_neither_resumed_nor_the_same(tmp_path: Path, wishes: Path) -> None:
    out = tmp_path / "run"
    run(problem(wishes), {}, out=out)
    assert verify(RunFolder(out)).is_same
    wishes.write_text("formula\nFe80B12Si8\n", encoding="utf-8")
    with pytest.raises(
        RunFolderError, match=r"another content of optimize\.start 1\. wishes\.csv; start a new"
    ):
        run(problem(wishes), {}, out=out, resume=True)
    found = verify(RunFolder(out))
    assert (found.is_same, found.is_repeated) == (False, False)
    assert [check.what for check in found.changed] == ["start 1. wishes.csv"]
    wishes.unlink()
    assert [check.what for check in verify(RunFolder(out)).changed] == ["starts"]


def test_an_earlier_run_is_never_beaten_by_its_own_start(tmp_path: Path) -> None:
    first = run(problem(), {}, out=tmp_path / "first")
    again = run(problem(tmp_path / "first", changes=["optimize.population=100", "optimize.seeds=[7]"]), {})
    assert len(first.front) <= 100
    assert again.hypervolume >= first.hypervolume


def test_alloys_exactly_at_the_limit_are_used_whatever_their_floats_sum_to(tmp_path: Path) -> None:
    # On a grid of 1 at.%, each 1 at.% from an alloy of the space: Si within 1-8, or Nb within 1-4.
    (tmp_path / "near.csv").write_text("formula\nFe79B12Si9\nFe83B12Nb5\nFe78B12Si9Nb1\n", encoding="utf-8")
    here = problem(
        tmp_path / "near.csv", changes=["space.step=1", "space.elements.Si={min: 1, max: 8, or_zero: true}"]
    )
    assert read_starts(here).said == ("start: 3 of 3 alloys of near.csv are used",)


def test_a_row_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, wishes: Path) -> None:
    (tmp_path / "odd.csv").write_text("formula\nFe80B12Si8\nXx50Fe\n", encoding="utf-8")
    (said,) = read_starts(problem(tmp_path / "odd.csv")).said
    assert said.startswith("start: 1 of 2 alloys of odd.csv are used; left out: 1 (")
    assert "odd.csv, line 3: " in said


def test_treatments_that_the_space_lacks_are_told(tmp_path: Path) -> None:
    (tmp_path / "treated.csv").write_text(
        "formula,route\nFe80B12Si8,rod\nFe78B12Si10,Rod\nFe82B12Si6,\n", encoding="utf-8"
    )
    here = problem(tmp_path / "treated.csv", changes=["space.process={route: {choices: [ribbon, rod]}}"])
    assert read_starts(here).said == (
        "start: 3 of 3 alloys of treated.csv are used; of 1 the treatment isn't in the space and was moved"
        " there",
    )

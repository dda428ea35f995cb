"""Finished runs on one scale, each difference between them told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from moalloy.build.problem import load_problem
from moalloy.errors import RunFolderError
from moalloy.runs import RunFolder
from moalloy.study.printed_alloys import allowed
from moalloy.study.side_by_side import compare_runs
from moalloy.study.study import run
from tests.small_problem import small

pytestmark = pytest.mark.slow

BARE = """\
version: 1
name: bare
space:
  elements: {Fe: [60, 90], Co: [2, 30], B: [5, 20]}
  step: 0.5
  process: {route: {choices: [rod, ribbon]}}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 12, generations: 4, seeds: [1, 2, 3, 4, 5]}
"""


def done(folder: Path, name: str, *changes: str) -> RunFolder:
    path = folder / "bare.yaml"
    path.write_text(BARE, encoding="utf-8")
    run(load_problem(path, changes), out=folder / name)
    return RunFolder(folder / name)


def test_a_run_beside_its_twin_finds_no_difference(tmp_path: Path) -> None:
    found = compare_runs([done(tmp_path, name) for name in ("one", "two")])
    assert found.warnings == ()
    first, second = (row.drop("run").drop("search_seconds") for _, row in found.table.iterrows())
    assert first.equals(second)
    assert first["igd_plus"] == 0.0
    assert found.comparison is not None
    pair = found.comparison.rankings["hypervolume"].pair("one", "two")
    assert (pair.p, pair.superiority) == (1.0, 0.5)


@pytest.mark.slow
def test_the_joint_scale_reaches_a_tenth_beyond_the_worst(tmp_path: Path) -> None:
    runs = [done(tmp_path, "one"), done(tmp_path, "two", "optimize.algorithm=random")]
    found = compare_runs(runs)
    fronts = [folder.read_front() for folder in runs]
    costs = [cost for front in fronts for cost in front["cost_USD_per_kg"]]
    ceilings = [ceiling for front in fronts for ceiling in front["dilution_ceiling_T"]]
    worst = found.design.in_units(found.scale.reference)
    best = found.design.in_units(found.scale.ideal)
    assert best == pytest.approx({"cost_USD_per_kg": min(costs), "dilution_ceiling_T": max(ceilings)})
    assert worst["cost_USD_per_kg"] == pytest.approx(max(costs) + 0.1 * (max(costs) - min(costs)))
    assert worst["dilution_ceiling_T"] == pytest.approx(min(ceilings) - 0.1 * (max(ceilings) - min(ceilings)))


@pytest.mark.slow
def test_objectives_in_another_order_are_the_same(tmp_path: Path) -> None:
    turned = "objectives={dilution_ceiling_T: {goal: max}, cost_USD_per_kg: {goal: min}}"
    found = compare_runs([done(tmp_path, "one"), done(tmp_path, "two", turned)])
    assert found.table["hypervolume"].nunique() == 1


def test_what_runs_do_not_share_is_told(tmp_path: Path) -> None:
    narrow = done(tmp_path, "narrow", "space.elements.Co=[20, 30]", "optimize.generations=8")
    limited = done(tmp_path, "limited", "limits={dilution_ceiling_T: {min: 1.2}}")
    texts = compare_runs([limited, narrow]).warnings
    assert any("the spaces differ" in text and "of limited are allowed in narrow" in text for text in texts)
    assert any("the limits differ between limited and narrow" in text for text in texts)
    assert any("more evaluations find" in text for text in texts)


@pytest.mark.slow
def test_other_surrogates_are_told_in_plain_words(tmp_path: Path) -> None:
    fitted = small()
    folders = []
    for name, models in (("one", fitted.models), ("two", fitted.models)):
        run(fitted.problem, models, seed=1, out=tmp_path / name)
        folders.append(RunFolder(tmp_path / name))
    assert compare_runs(folders).warnings == ()
    manifest = folders[1].manifest
    manifest["sha256"]["model"]["Bs"] = "other"
    (folders[1].path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = compare_runs(folders)
    (text,) = found.warnings
    assert found.comparison is None
    assert "the surrogates of Bs differ between one and two: their predictions can't be compared" in text


def test_alloys_are_checked_against_either_space(tmp_path: Path) -> None:
    wide, narrow = done(tmp_path, "wide"), done(tmp_path, "narrow", "space.elements.Co=[20, 30]")
    front = wide.read_front()
    assert allowed(wide.problem(), front, wide.problem()).all()
    inside = allowed(wide.problem(), front, narrow.problem())
    assert inside.tolist() == (front["Co"] >= 20).tolist()
    assert not inside.all()


def test_an_element_or_a_treatment_that_a_space_lacks_is_outside(tmp_path: Path) -> None:
    wide = done(tmp_path, "wide")
    front, problem = wide.read_front(), wide.problem()
    (tmp_path / "bare.yaml").write_text(BARE, encoding="utf-8")
    swapped = load_problem(
        tmp_path / "bare.yaml", ["space.elements={Fe: [60, 90], Ni: {min: 0, max: 30}, B: [5, 20]}"]
    )
    assert not allowed(problem, front, swapped).any()
    treated = load_problem(tmp_path / "bare.yaml", ["space.process={field_T: {range: [0, 1]}}"])
    assert not allowed(problem, front, treated).any()
    other_route = load_problem(tmp_path / "bare.yaml", ["space.process.route={choices: [sheet]}"])
    assert not allowed(problem, front, other_route).any()


def test_alloys_of_a_weight_percent_space_are_read_from_their_exact_columns(tmp_path: Path) -> None:
    heavy = done(tmp_path, "heavy", "space.basis=wt%")
    assert allowed(heavy.problem(), heavy.read_front(), heavy.problem()).all()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("objectives={cost_USD_per_kg: {goal: min}}", "two can't be held .* lacks dilution_ceiling_T"),
        (
            "objectives.dilution_ceiling_T={goal: min}",
            r"other aims: dilution_ceiling_T \(min, T; there max, T\)",
        ),
        ("objectives.density_g_per_cm3={goal: min}", "it has density_g_per_cm3 besides"),
        ("optimize.risk=lower", "risk: lower and not mean"),
    ],
)
def test_other_objectives_are_refused(tmp_path: Path, change: str, match: str) -> None:
    with pytest.raises(RunFolderError, match=match):
        compare_runs([done(tmp_path, "one"), done(tmp_path, "two", change)])


def test_one_run_twice_is_refused(tmp_path: Path) -> None:
    folder = done(tmp_path, "one")
    with pytest.raises(RunFolderError, match="two runs or more, each once"):
        compare_runs([folder, folder])


def test_a_run_without_its_searches_still_has_a_front(tmp_path: Path) -> None:
    runs = [done(tmp_path, "one"), done(tmp_path, "two")]
    shutil.rmtree(runs[1].path / "search")
    found = compare_runs(runs)
    assert found.comparison is None
    assert len(found.table) == 2


def test_all_systems_of_a_seed_are_one_search(tmp_path: Path) -> None:
    space = "space.elements={Fe: [60, 90], Co: {min: 2, max: 30, or_zero: true}, B: [5, 20]}"
    runs = [done(tmp_path, name, space, f"optimize.per_system={name == 'each'}") for name in ("each", "one")]
    found = compare_runs(runs)
    assert found.comparison is not None
    scores = [score for score in found.comparison.scores if score.contender == "each"]
    assert [score.seed for score in scores] == [1, 2, 3, 4, 5]
    assert sum(score.alloys for score in scores) == runs[0].manifest["result"]["alloys_evaluated"]
    # Two systems, each with a budget of 48; one of them runs dry before.
    assert all(48 < score.evaluations <= 96 for score in scores)


def test_a_weighted_sum_is_ranked_by_nothing(tmp_path: Path) -> None:
    summed = done(tmp_path, "summed", "optimize.algorithm=de", "optimize.scalarize={dilution_ceiling_T: 1}")
    found = compare_runs([summed, done(tmp_path, "front")])
    assert found.comparison is None
    assert any("summed minimized one weighted sum and left no front" in text for text in found.warnings)

"""Algorithms on one problem: equal evaluations, an exact front where there is one, every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from moalloy.build.problem import load_problem
from moalloy.errors import InputError, NoFeasibleAlloyError, RunFolderError
from moalloy.runs.comparisons import open_comparison
from moalloy.study.contest import Contest, check_algorithms, check_settings, compare_algorithms
from moalloy.study.study import Progress

# Compositions alone, and any strength of a field: too many alloys to evaluate all of them.
WIDE = """\
version: 1
name: wide
space:
  elements: {Fe: [40, 90], Co: [2, 50], B: [5, 20], Si: [0, 20]}
  step: 0.5
  process: {field_T: {range: [0, 1]}}
objectives: {cost_USD_per_kg: {goal: min}, dilution_ceiling_T: {goal: max}}
optimize: {population: 20}
"""


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    path = tmp_path / "wide.yaml"
    path.write_text(WIDE, encoding="utf-8")
    return path


def contest(path: Path, *algorithms: str, seeds: int = 5, evaluations: int = 205, jobs: int = 1) -> Contest:
    problem = load_problem(path)
    return compare_algorithms(
        problem, algorithms, {}, seeds=range(1, seeds + 1), evaluations=evaluations, jobs=jobs
    )


@pytest.mark.slow
def test_all_algorithms_get_the_same_evaluations_and_random_loses(wide: Path) -> None:
    found = contest(wide, "nsga2", "nsga3", "random", evaluations=305)
    comparison = found.comparison
    assert {score.evaluations for score in comparison.scores} == {305}
    assert {score.valid_share for score in comparison.scores} == {1.0}
    assert comparison.front_kind == "joint"
    assert "field_T" in found.front_reason
    pair = comparison.rankings["hypervolume"].pair("nsga2", "random")
    assert pair.first == "nsga2"
    assert pair.superiority > 0.9
    assert pair.is_significant


def test_scores_do_not_depend_on_jobs(wide: Path) -> None:
    one, two = (contest(wide, "nsga2", "random", seeds=2, jobs=jobs) for jobs in (1, 2))
    assert one.comparison.scores == two.comparison.scores


@pytest.mark.slow
def test_scores_do_not_depend_on_processes(wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moalloy.workers.local._WORTH_PROCESSES_SECONDS", 0.0)
    one, two = (contest(wide, "nsga2", "random", seeds=2, jobs=jobs) for jobs in (1, 2))
    assert one.comparison.scores == two.comparison.scores


def test_a_space_that_is_small_gives_the_exact_front(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(WIDE.replace("{range: [0, 1]}", "{choices: [0]}").replace("0.5", "5"), encoding="utf-8")
    found = contest(path, "nsga2", "exhaustive", seeds=1, evaluations=40)
    assert found.comparison.front_kind == "exact"
    assert found.comparison.contenders == ("nsga2",)
    (score,) = found.comparison.scores
    assert score.hypervolume <= found.comparison.front_hypervolume + 1e-12


def test_a_search_that_runs_dry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    tiny = (
        WIDE.replace("{range: [0, 1]}", "{choices: [0]}").replace("0.5", "10").replace("[5, 20]", "[10, 20]")
    )
    path.write_text(tiny.replace("[2, 50]", "[10, 50]").replace("population: 20", "population: 8"), "utf-8")
    found = contest(path, "nsga2", seeds=1, evaluations=900)
    assert len(found.warnings) == 1
    assert "nsga2 with seed 1 ran dry after" in found.warnings[0]


def test_algorithms_that_do_not_fit_are_refused_all_at_once(wide: Path) -> None:
    with pytest.raises(
        InputError, match=r"(?s)de: de with 2 objectives.*auto: .*rnsga2: .*nsga2: it is named"
    ):
        check_algorithms(wide, [], ["de", "auto", "rnsga2", "nsga2", "nsga2"])


def test_a_name_that_nobody_knows_is_refused(wide: Path) -> None:
    with pytest.raises(InputError, match="nsga9: there is no algorithm 'nsga9', expected"):
        check_algorithms(wide, [], ["nsga9"])


def test_algorithms_that_fit_pass(wide: Path) -> None:
    check_algorithms(wide, [], ["nsga2", "nsga3", "gde3"])


def test_the_exhaustive_search_is_refused_where_alloys_cannot_be_counted(wide: Path) -> None:
    with pytest.raises(InputError, match="exhaustive: exhaustive with field_T, which has any value"):
        check_algorithms(wide, [], ["nsga2", "exhaustive"])


def test_the_exhaustive_search_has_nothing_to_be_compared_with(wide: Path) -> None:
    with pytest.raises(InputError, match="name an algorithm beside exhaustive"):
        check_algorithms(wide, ["space.process={}"], ["exhaustive"])


def test_fewer_evaluations_than_a_population_are_refused(wide: Path) -> None:
    with pytest.raises(InputError, match="19 evaluations are fewer than the population of 20"):
        check_settings(load_problem(wide), 19)


def test_weights_are_refused(wide: Path) -> None:
    weighted = load_problem(wide, ["optimize.algorithm=random", "optimize.scalarize={cost_USD_per_kg: 1}"])
    with pytest.raises(InputError, match="delete it to compare"):
        check_settings(weighted, 100)


def test_limits_that_nothing_meets_are_told(wide: Path) -> None:
    problem = load_problem(wide, ["limits={dilution_ceiling_T: {min: 9}}"])
    with pytest.raises(NoFeasibleAlloyError, match="after 40 evaluations of random with seed 1"):
        compare_algorithms(problem, ["random"], {}, seeds=[1], evaluations=40)


def test_finished_searches_are_kept_and_new_ones_added(wide: Path, tmp_path: Path) -> None:
    problem, heard = load_problem(wide), list[str]()
    for seeds in ([1], [1, 2]):
        folder = open_comparison(
            tmp_path / "out", problem, evaluations=60, models=None, resume=len(seeds) == 2
        )
        found = compare_algorithms(
            problem,
            ["nsga2", "random"],
            {},
            seeds=seeds,
            evaluations=60,
            folder=folder,
            progress=Progress(message=heard.append),
        )
    assert sum("finished before" in line for line in heard) == 2
    assert len(folder.seconds) == 4
    anew = contest(wide, "nsga2", "random", seeds=2, evaluations=60)
    assert found.comparison.scores == anew.comparison.scores


@pytest.mark.parametrize(
    ("change", "evaluations", "match"),
    [
        ("space.step=1", 60, "has changed: the problem"),
        ("optimize.population=20", 80, "has changed: the number of evaluations"),
    ],
)
def test_searches_of_something_else_are_not_resumed(
    wide: Path, tmp_path: Path, change: str, evaluations: int, match: str
) -> None:
    open_comparison(tmp_path / "out", load_problem(wide), evaluations=60, models=None, resume=False)
    with pytest.raises(RunFolderError, match=match):
        open_comparison(
            tmp_path / "out", load_problem(wide, [change]), evaluations=evaluations, models=None, resume=True
        )


def test_a_folder_that_is_taken_is_left_alone(wide: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    for resume in (False, True):
        with pytest.raises(RunFolderError, match="Nothing was touched"):
            open_comparison(tmp_path / "out", load_problem(wide), evaluations=60, models=None, resume=resume)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
